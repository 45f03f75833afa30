/* Marking rectangles on a picture: by dragging, and shown as the numbers are typed. The form alone does it too. */
const form = document.querySelector(".cover");
const svg = form.querySelector("svg");
const size = svg.viewBox.baseVal;
const rows = [...form.querySelectorAll(".cover__row")];
const inputs = (row) => ["left", "top", "width", "height"].map((name) => row.querySelector(`[name$="-${name}"]`));

function draw() {
  svg.replaceChildren();
  for (const row of rows) {
    const [x, y, width, height] = inputs(row).map((input) => (input.value === "" ? NaN : Number(input.value)));
    row.querySelector("[data-undo]").hidden = inputs(row).every((input) => input.value === "");
    if (![x, y, width, height].every(Number.isFinite)) continue;
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [name, value] of Object.entries({ x, y, width, height })) rect.setAttribute(name, value);
    if (row.dataset.kind === "keep") rect.setAttribute("class", "keep");
    svg.append(rect);
  }
}

function fill(row, ...values) {
  inputs(row).forEach((input, place) => { input.value = values[place] ?? ""; });
  draw();
}

function at(event) {
  const box = svg.getBoundingClientRect();
  const within = (value, most) => Math.round(Math.min(Math.max(value, 0), 1) * most);
  return [within((event.clientX - box.left) / box.width, size.width), within((event.clientY - box.top) / box.height, size.height)];
}

function freeRow() {
  const kind = form.elements.tool.value;
  const own = rows.filter((row) => row.dataset.kind === kind);
  return kind === "keep" ? own[0] : own.find((row) => inputs(row).every((input) => input.value === "")) ?? addRow(own.at(-1));
}

/* A further rectangle, after the last: the form's own counter says how many there are. */
function addRow(last) {
  const total = form.elements["cover-TOTAL_FORMS"];
  const row = last.cloneNode(true);
  for (const element of row.querySelectorAll("[name], [for], [id]")) {
    for (const name of ["name", "for", "id"]) {
      if (element.hasAttribute(name)) element.setAttribute(name, element.getAttribute(name).replace(/-\d+-/, `-${total.value}-`));
    }
  }
  row.querySelector("legend").textContent = row.querySelector("legend").textContent.replace(/\d+/, Number(total.value) + 1);
  total.value = Number(total.value) + 1;
  last.after(row);
  rows.push(row);
  return row;
}

let start, row;
svg.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  svg.setPointerCapture(event.pointerId);
  start = at(event);
  row = freeRow();
});
svg.addEventListener("pointermove", (event) => {
  if (!start) return;
  const end = at(event);
  fill(row, Math.min(start[0], end[0]), Math.min(start[1], end[1]), Math.max(1, Math.abs(end[0] - start[0])), Math.max(1, Math.abs(end[1] - start[1])));
});
svg.addEventListener("pointerup", () => { start = undefined; });
svg.addEventListener("pointercancel", () => { if (row) fill(row); start = undefined; });
form.addEventListener("input", draw);
form.addEventListener("click", (event) => {
  if (event.target.matches("[data-undo]")) fill(event.target.closest(".cover__row"));
});
form.querySelector(".cover__tool").hidden = false;
draw();
