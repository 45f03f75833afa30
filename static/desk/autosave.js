/* First: what Wagtail 7.4 takes for saved, and is not. Each time the form is told that it has changed, so the next save is
   on its way, and leaving the page warns.

   - What was written while a save was on its way: the form as it is when the answer comes counts as saved. So what was
     sent is kept and compared.
   - What was written in the first two seconds: Wagtail looks at the form after them for the first time.
   - All that is written after a refused “Save” or “Publish”: a form that comes back with mistakes in it counts as
     changed for ever, and is never looked at again. So it counts as changed only once Wagtail looks. */
const NOT_WRITTEN = ["csrfmiddlewaretoken", "next", "overwrite_revision_id", "loaded_revision_id", "loaded_revision_created_at"];
const sent = new WeakMap();
const unsaved = new WeakSet();
const looked = new WeakSet();
const saving = new WeakSet();
const waiting = new WeakMap(); // the button of a form that was pressed during a save
const leaving = new WeakSet();
const PATIENCE = 10_000; // milliseconds

const words = (data, changed) =>
  JSON.stringify([...data].filter(([name]) => !changed.has(name)).map(([name, value]) => [name, value.name ?? value]));

document.addEventListener("w-autosave:save", (event) => {
  if (leaving.has(event.target)) return event.preventDefault();
  sent.set(event.target, event.detail.formData);
  saving.add(event.target);
});

document.addEventListener("w-autosave:success", ({ target, detail }) => {
  const before = sent.get(target);
  if (!before) return;
  // Numbers that the server gave to new rows are no words of the writer's.
  const changed = new Set([...NOT_WRITTEN, ...Object.keys(detail.response.field_updates ?? {})]);
  if (words(before, changed) !== words(new FormData(target), changed)) target.dataset.wUnsavedForceValue = "true";
});

for (const form of document.querySelectorAll("form[data-w-unsaved-force-value='true']")) {
  form.dataset.wUnsavedForceValue = "false"; // before Wagtail starts, which waits for this script
  unsaved.add(form);
}

for (const kind of ["beforeinput", "paste", "change"]) {
  const early = ({ target, isTrusted }) => {
    const form = isTrusted && target.closest?.("form[data-edit-form]");
    if (form && !looked.has(form)) unsaved.add(form);
  };
  document.addEventListener(kind, early, true);
}

document.addEventListener("w-unsaved:watch-edits", ({ target }) => {
  if (unsaved.delete(target)) target.dataset.wUnsavedForceValue = "true";
  looked.add(target);
});

/* Second: “Submit” or “Publish” and a save at the same time. Of a new page the two are two pages of one address, for the
   server: one was refused, and as a rule what the person had pressed. So a button waits for the save that is on its way,
   and no save begins after it. */
addEventListener("click", (event) => {
  const button = event.target.closest?.("button, input");
  if (button?.type !== "submit" || !saving.has(button.form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!waiting.has(button.form)) setTimeout(go, PATIENCE, button.form); // a broken line
  waiting.set(button.form, button);
}, true);

const go = (form) => {
  saving.delete(form);
  waiting.get(form)?.click();
  waiting.delete(form);
};

document.addEventListener("w-autosave:success", ({ target }) => go(target));
document.addEventListener("w-autosave:error", ({ target, detail }) => {
  if (detail.type === "server_error") waiting.delete(target); // of a stranger nothing would be taken: signed_out.js
  go(target);
});

document.addEventListener("submit", ({ target, defaultPrevented }) => {
  if (defaultPrevented || !target.matches("form[data-edit-form]")) return;
  leaving.add(target);
  setTimeout(() => { // the person stopped it, and is still here
    leaving.delete(target);
    target.dispatchEvent(new CustomEvent("w-unsaved:add", { bubbles: true }));
  }, PATIENCE);
});
