// "Leave this page": the link works without this. With it, the page is covered at once, its history entry replaced
// and the tab renamed; pressing Shift three times, each within five seconds of the last, does the same.
// Pattern: GOV.UK "Exit this page"; beyond it, location.replace() so that "back" does not return here.
const link = document.querySelector("[data-leave-announce]");
const PRESSES = 3;
const WITHIN = 5000; // milliseconds

if (link) {
  const status = document.createElement("div");
  status.setAttribute("role", "status");
  status.className = "visually-hidden";
  document.body.append(status);

  const leave = (event) => {
    event?.preventDefault();
    status.textContent = link.dataset.leaveAnnounce;
    document.documentElement.classList.add("is-leaving");
    document.title = new URL(link.href).hostname;
    location.replace(link.href);
  };

  document.querySelectorAll("[data-leave]").forEach((each) => each.addEventListener("click", leave));

  let presses = 0;
  let last = 0;
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift") {
      presses = 0;
      return;
    }
    const now = Date.now();
    presses = now - last <= WITHIN ? presses + 1 : 1;
    last = now;
    if (presses >= PRESSES) {
      presses = 0;
      leave();
    }
  });

  // Coming back out of the browser's memory: show the page again, count from nothing.
  const title = document.title;
  addEventListener("pageshow", () => {
    presses = 0;
    status.textContent = "";
    document.title = title;
    document.documentElement.classList.remove("is-leaving");
  });
}
