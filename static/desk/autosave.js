/* What Wagtail 7.4 takes for saved, and is not. Each time the form is told that it has changed, so the next save is on
   its way, and leaving the page warns.

   - What was written while a save was on its way: the form as it is when the answer comes counts as saved. So what was
     sent is kept and compared.
   - What was written in the first two seconds: Wagtail looks at the form after them for the first time.
   - All that is written after a refused “Save” or “Publish”: a form that comes back with mistakes in it counts as
     changed for ever, and is never looked at again. So it counts as changed only once Wagtail looks. */
const NOT_WRITTEN = ["csrfmiddlewaretoken", "next", "overwrite_revision_id", "loaded_revision_id", "loaded_revision_created_at"];
const sent = new WeakMap();
const unsaved = new WeakSet();
const looked = new WeakSet();

const words = (data, changed) =>
  JSON.stringify([...data].filter(([name]) => !changed.has(name)).map(([name, value]) => [name, value.name ?? value]));

document.addEventListener("w-autosave:save", (event) => sent.set(event.target, event.detail.formData));

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
