// Beside each piece that is to be translated: how the house says the words in it.
const editor = document.querySelector(".js-translation-editor");

const show = (terms) => {
  for (const piece of editor.querySelectorAll("li.incomplete, li.complete, li:has(> p)")) {
    const english = piece.querySelector(":scope > p");
    if (!english || english.dataset.terms) continue;
    english.dataset.terms = "1";
    const found = terms.filter((term) => term.pattern.test(english.textContent));
    if (!found.length) continue;
    const list = document.createElement("p");
    list.className = "desk-terms";
    list.lang = "sw";
    list.textContent = found.map((term) => `${term.english}: ${term.kiswahili}${term.note ? ` (${term.note})` : ""}`).join(" · ");
    english.after(list);
  }
};

if (editor) {
  const address = document.querySelector("[data-desk-terms]").dataset.deskTerms;
  fetch(address)
    .then((answer) => answer.json())
    .then(({ terms }) => {
      for (const term of terms) {
        const words = term.english.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
        term.pattern = new RegExp(`\\b${words}(s|es)?\\b`, "i");
      }
      show(terms);
      new MutationObserver(() => show(terms)).observe(editor, { childList: true, subtree: true });
    });
}
