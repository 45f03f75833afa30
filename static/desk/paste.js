/* A table that is pasted into text: its cells would run into each other, and 12 cases in 2025 become 122025. Each row
   becomes a paragraph, with a mark between its cells. A row of one cell is there for the looks, as in mails: what is in
   it is kept as it is. */
document.addEventListener("paste", (event) => {
  const html = event.clipboardData?.getData("text/html") ?? "";
  if (!event.target.closest?.(".Draftail-Editor") || !/<t[dh][\s>]/i.test(html)) return;
  const pasted = new DOMParser().parseFromString(html, "text/html");
  for (const table of [...pasted.querySelectorAll("table")].reverse()) {
    const rows = [...table.rows].map(({ cells }) => {
      const row = pasted.createElement(cells.length === 1 ? "div" : "p");
      if (cells.length === 1) row.append(...cells[0].childNodes);
      else row.textContent = [...cells].map((cell) => cell.textContent.replace(/\s+/g, " ").trim()).join(" | ");
      return row;
    });
    table.replaceWith(...rows);
  }
  const data = new DataTransfer();
  data.setData("text/html", pasted.body.innerHTML);
  data.setData("text/plain", event.clipboardData.getData("text/plain"));
  event.preventDefault();
  event.stopImmediatePropagation();
  event.target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}, true);
