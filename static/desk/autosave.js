/* What was written while a save was on its way is unsaved. Wagtail 7.4 takes the form as it is when the answer comes for
   what was saved: “Saved” stands above words that are nowhere, and leaving the page warns of nothing. So what was sent is
   kept, and where the form says something else by then, it counts as changed, and the next save is on its way. */
const NOT_WRITTEN = ["csrfmiddlewaretoken", "next", "overwrite_revision_id", "loaded_revision_id", "loaded_revision_created_at"];
const sent = new WeakMap();

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
