// Notes of what has just been done: <div class="toast" data-toast="kept"><p>Saved.</p></div>. Each can be put away. Those that
// a script adds go by themselves after 12 s, unless they are looked at, or say that something went wrong. What had the page
// say it (?kept=moment) is taken out of its address, so that it is not said again when the page is loaded again.
// Without it they stay in the page until the next one.
import { button, make, say } from "./words.js";

const MILLISECONDS = 12000;

export function toast(text, { tone = "plain", act, words } = {}) {
  const made = make("div", { className: `toast ${tone}` }, make("p", {}, text));
  made.dataset.toast = "";
  if (act) made.append(button(words, () => { made.remove(); act(); }));
  closable(made);
  document.getElementById("toasts")?.append(made);
  if (tone === "plain" && !act) {
    let timer;
    const start = () => { clearTimeout(timer); timer = setTimeout(() => made.remove(), MILLISECONDS); };
    for (const looked of ["mouseenter", "focusin"]) made.addEventListener(looked, () => clearTimeout(timer));
    for (const left of ["mouseleave", "focusout"]) made.addEventListener(left, start);
    start();
  }
  return made;
}

export function improve(root) {
  root.querySelectorAll("[data-toast]:not(.closable)").forEach((one) => { closable(one); settle(one.dataset.toast); });
}

function settle(asked) {
  const address = new URL(location);
  if (!address.searchParams.has(asked)) return;
  address.searchParams.delete(asked);
  history.replaceState(history.state, "", address);
}

function closable(one) {
  one.classList.add("closable");
  const close = button("×", () => one.remove(), "quiet");
  close.ariaLabel = say("close");
  one.append(close);
}
