// Questionnaires: <form data-questions> of fieldsets. How many are answered is said in words at its end
// (<p data-answered>). A fieldset with data-left-out-by="a-name" and data-at-least="1" goes, and what was chosen in it, when the
// answer of that name is lower; it is there again when it is not, and while nothing is answered.
// Without it all of them are there, and each says after which answer it is left out.
import { hear, say } from "./words.js";

export function improve(root) {
  root.querySelectorAll("form[data-questions]:not(.counted)").forEach((form) => {
    form.classList.add("counted");
    form.addEventListener("change", () => look(form));
    look(form);
  });
}

// A draft fills the form after this one has looked at it.
hear("filled", (form) => form.matches("[data-questions]") && look(form));

/** A number, or null while it is open, or left out itself. */
function answerOf(form, name) {
  const field = form.elements[name];
  const value = field?.value;
  return value === "" || value === undefined ? null : Number(value);
}

function look(form) {
  const all = [...form.querySelectorAll("fieldset.question-of")];
  for (const one of all.filter((each) => each.dataset.leftOutBy)) {
    const gate = form.elements[one.dataset.leftOutBy];
    const away = (gate[0] ?? gate).closest("fieldset").hasAttribute("data-skipped");
    const answer = answerOf(form, one.dataset.leftOutBy);
    const leftOut = away || (answer !== null && answer < Number(one.dataset.atLeast));
    one.toggleAttribute("data-skipped", leftOut);
    if (leftOut) empty(one);
  }
  const asked = all.filter((one) => !one.hasAttribute("data-skipped"));
  const done = asked.filter((one) => one.querySelector("input:checked") || one.querySelector("input[inputmode]")?.value).length;
  form.querySelector("[data-answered]").textContent = say("answered_of", { done, count: asked.length });
}

function empty(fieldset) {
  for (const field of fieldset.querySelectorAll("input")) {
    if (field.type === "radio") field.checked = false;
    else field.value = "";
  }
}
