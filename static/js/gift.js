// Steps 2 and 3 work without this. With it: a press of the button is sent once, and kept where there is no connection;
// the page that waits for the payment looks by itself.
const TRIES = 200;
const PAUSE = 3000; // milliseconds

const form = document.querySelector("form.gift");
if (form) {
  const said = form.querySelector("[data-said]");
  const button = form.querySelector("button[type=submit]");
  const words = button.textContent;
  let busy = false;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    button.textContent = form.dataset.sending;
    said.textContent = "";
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
      });
      if (answer.headers.get("Content-Type")?.startsWith("application/json")) {
        location.assign((await answer.json()).to);
        return;
      }
      form.submit(); // mistakes: the page with the words about them; sent twice, it is still one gift
    } catch {
      said.textContent = form.dataset.offline;
      button.textContent = words;
      busy = false;
    }
  });

  // "Back" out of the browser's memory.
  addEventListener("pageshow", () => {
    busy = false;
    button.textContent = words;
  });
}

const waiting = document.querySelector("[data-poll]");
if (waiting) {
  let tries = 0;
  const look = async () => {
    tries += 1;
    try {
      const answer = await fetch(waiting.dataset.poll, { headers: { Accept: "application/json" } });
      if (answer.ok && (await answer.json()).state !== waiting.dataset.state) {
        location.reload();
        return;
      }
    } catch {
      // no connection at the moment: the next try may have one
    }
    if (tries < TRIES) setTimeout(look, PAUSE);
  };
  setTimeout(look, PAUSE);
}
