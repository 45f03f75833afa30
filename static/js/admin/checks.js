/* “Before you publish”: the list is fetched when its tab is seen, and again when the draft was saved. What is new has
   the number 0 in its address until the first save gives it one. */
for (const panel of document.querySelectorAll("[data-checks]")) {
  let asked = false;
  const refresh = async () => {
    asked = true;
    if (panel.dataset.checks.includes("/0/")) return;
    const answer = await fetch(panel.dataset.checks, { headers: { "X-Requested-With": "XMLHttpRequest" } });
    if (answer.ok) panel.innerHTML = await answer.text();
  };
  new IntersectionObserver((entries) => { if (!asked && entries.some((entry) => entry.isIntersecting)) refresh(); }).observe(panel);
  document.addEventListener("w-autosave:success", ({ detail }) => {
    if (detail.response.pk) panel.dataset.checks = panel.dataset.checks.replace("/0/", `/${detail.response.pk}/`);
    if (asked) refresh();
  });
  /* A link to a field in another tab: show the tab first. */
  panel.addEventListener("click", (event) => {
    const link = event.target.closest("[data-goes-to]");
    const named = link && document.getElementById(link.dataset.goesTo);
    if (!named) return;
    const place = named.matches("input[type=hidden]") ? named.closest(".w-panel") ?? named.parentElement : named; // a chooser
    event.preventDefault();
    const tab = place.closest("[role=tabpanel]");
    if (tab?.hidden) document.querySelector(`[role=tab][href="#${tab.id}"]`)?.click();
    /* Wagtail fades the tabs, and what is hidden takes no focus. */
    const reach = (tries) => {
      if (tries && !place.checkVisibility()) return setTimeout(reach, 50, tries - 1);
      place.scrollIntoView({ block: "center" });
      (place.matches("input, textarea, select") ? place : place.querySelector("input, textarea, select, button, [contenteditable=true]"))?.focus();
    };
    reach(40);
  });
}
