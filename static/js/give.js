// The giving form works without this. With it, the button says the chosen amount, amounts of one currency are shown at
// a time, and choosing one amount takes back another.
for (const form of document.querySelectorAll("form.give")) {
  const own = form.querySelector("[name=own]");
  const unit = form.querySelector("select[name=currency]");
  const amounts = [...form.querySelectorAll("[name=amount]")];
  const button = form.querySelector("[data-give]");
  const plain = button.textContent;
  const choices = form.querySelector(".give__switch");

  const say = () => {
    const chosen = amounts.find((each) => each.checked);
    const code = unit?.value ?? form.querySelector("[name=currency]")?.value;
    const typed = own?.value.trim();
    const words = typed ? `${code} ${typed}` : chosen?.parentElement.querySelector("b").textContent;
    button.textContent = words ? form.dataset.words.replace("{amount}", words) : plain;
  };

  const show = (code) => {
    for (const set of form.querySelectorAll("[data-currency]")) {
      set.hidden = set.dataset.currency !== code;
      if (set.hidden) set.querySelectorAll("[name=amount]").forEach((each) => (each.checked = false));
    }
    if (unit) unit.value = code;
  };

  if (choices) {
    choices.hidden = choices.disabled = false;
    form.addEventListener("formdata", (event) => event.formData.delete("show"));
    choices.addEventListener("change", (event) => show(event.target.value));
    show(choices.querySelector(":checked").value);
  }
  form.addEventListener("change", (event) => {
    if (event.target.name === "amount" && own) own.value = "";
    say();
  });
  own?.addEventListener("input", () => {
    if (own.value) amounts.forEach((each) => (each.checked = false));
    say();
  });
  addEventListener("pageshow", say); // "back": the browser fills in what was there
}
