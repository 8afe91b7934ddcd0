// What is looked at apart: <details data-dialog><summary>Cancel it</summary><div class="card">…</div></details> opens over the
// page, with the focus kept inside and Escape to close. Without it the same thing unfolds in its place.
import { button, make, say } from "./words.js";

export function improve(root) {
  for (const details of root.querySelectorAll("details[data-dialog]:not(.improved)")) {
    details.classList.add("improved");
    details.firstElementChild.addEventListener("click", (event) => { event.preventDefault(); open(details); });
    if (details.open) open(details);
  }
}

// How the content of each that is open comes back: a browser tells of a closed dialog a little later, and who is quick has
// opened it anew by then.
const ways = new WeakMap();

function open(details) {
  ways.get(details)?.();
  const [summary, content] = details.children;
  details.open = false;
  const dialog = make("dialog", {}, content, button(say("close"), () => dialog.close(), "quiet"));
  dialog.setAttribute("aria-labelledby", content.getAttribute("aria-labelledby") || "");
  const back = () => { ways.delete(details); details.append(content); dialog.remove(); };
  ways.set(details, back);
  dialog.addEventListener("close", () => { if (ways.get(details) === back) { back(); summary.focus(); } });
  details.after(dialog);
  dialog.showModal();
}

/** Ask for one of two things; whether the first was chosen. */
export function choose(title, words, yes, no) {
  return new Promise((resolve) => {
    const answer = (value) => () => { resolve(value); dialog.close(); };
    const actions = make("p", { className: "actions" }, button(no, answer(false), ""), button(yes, answer(true)));
    const dialog = make("dialog", { ariaLabel: title }, make("h2", {}, title), make("p", {}, words), actions);
    dialog.addEventListener("close", () => { resolve(false); dialog.remove(); });
    document.body.append(dialog);
    dialog.showModal();
  });
}
