/* Who is signed out while writing would lose by “Save” what was written since: the server takes nothing from a
   stranger, and the sign-in page takes the form's place. So the form stays, and saves nothing, until the person has
   signed in in another window. Then it gets the new session's token. */
const { address, signIn, words, link } = document.querySelector("script[data-sign-in]").dataset;
const FORM = "form[data-edit-form]";
let out = false;

const notice = document.createElement("dialog");
notice.className = "desk-signed-out";
const text = document.createElement("p");
const way = document.createElement("a");
Object.assign(way, { href: signIn, target: "_blank", className: "button", textContent: link });
text.textContent = words;
notice.append(text, way);
document.body.append(notice);

/* Whether somebody is signed in here now; on a broken line nothing has changed. */
const ask = async () => {
  let answer;
  try {
    answer = await fetch(address, { headers: { "X-Requested-With": "XMLHttpRequest" }, redirect: "manual", cache: "no-store" });
  } catch {
    return;
  }
  const was = out;
  out = answer.status === 403 || answer.type === "opaqueredirect";
  if (out && !notice.open) notice.showModal();
  if (out || !was || !answer.ok) return;
  const { token } = await answer.json();
  window.wagtailConfig.CSRF_TOKEN = token;
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
  for (const form of document.querySelectorAll(FORM)) form.dispatchEvent(new CustomEvent("w-unsaved:add", { bubbles: true })); // autosave
  notice.close();
};

document.addEventListener("w-autosave:error", ask);
document.addEventListener("visibilitychange", () => { if (out && !document.hidden) ask(); });
addEventListener("focus", () => { if (out) ask(); });

addEventListener("click", (event) => {
  if (!out || !event.target.closest?.(`${FORM} [type=submit]`)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!notice.open) notice.showModal();
  ask();
}, true);
