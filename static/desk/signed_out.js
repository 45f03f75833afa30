/* Who is signed out while writing would lose by “Save” what was written since: the server takes nothing from a
   stranger, and the sign-in page takes the form's place. So the form stays, and saves nothing, until the person has
   signed in in another window. Then it gets the new session's token.

   An autosave that fails tells of it. Most forms have none: when one that has been open for a while is sent, it is asked
   first. Whoever signed in anew in another window has a new token, too. */
const { address, signIn, words, link } = document.querySelector("script[data-sign-in]").dataset;
const FORM = "form[data-edit-form]"; // those with autosave
const A_WHILE = 5 * 60 * 1000; // milliseconds; a session ends after half an hour without a sign of life
let out = false;
let asked = Date.now();
let token;

const notice = document.createElement("dialog");
notice.className = "desk-signed-out";
const text = document.createElement("p");
const way = document.createElement("a");
Object.assign(way, { href: signIn, target: "_blank", className: "button", textContent: link });
text.textContent = words;
notice.append(text, way);
document.body.append(notice);

/* What a screen sends without a form, such as each piece of a translation: the screen keeps the token that it began with. */
const send = window.fetch;
window.fetch = async (what, options) => {
  const old = token && options?.headers?.["X-CSRFToken"];
  const answer = await send(what, old ? { ...options, headers: { ...options.headers, "X-CSRFToken": token } } : options);
  if (answer.status === 403) ask();
  return answer;
};

/* Whether somebody is signed in here now; on a broken line nothing has changed. */
const ask = async () => {
  let answer;
  try {
    answer = await send(address, { headers: { "X-Requested-With": "XMLHttpRequest" }, redirect: "manual", cache: "no-store" });
  } catch {
    return;
  }
  const was = out;
  asked = Date.now();
  out = answer.status === 403 || answer.type === "opaqueredirect";
  if (out && !notice.open) notice.showModal();
  if (!answer.ok) return;
  ({ token } = await answer.json());
  window.wagtailConfig.CSRF_TOKEN = token;
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
  if (!was) return;
  for (const form of document.querySelectorAll(FORM)) form.dispatchEvent(new CustomEvent("w-unsaved:add", { bubbles: true })); // autosave
  notice.close();
};

document.addEventListener("w-autosave:error", ask);
document.addEventListener("visibilitychange", () => { if (out && !document.hidden) ask(); });
addEventListener("focus", () => { if (out) ask(); });

addEventListener("click", async (event) => {
  const button = event.target.closest?.("button, input");
  if (button?.type !== "submit" || button.form?.method !== "post" || (!out && Date.now() - asked < A_WHILE)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (out && !notice.open) notice.showModal();
  const was = out;
  await ask();
  if (was || out) return; // the person sees first that all is still there
  asked = Date.now(); // a broken line is the browser's to tell
  button.click();
}, true);
