// Keys for what is used often: data-key="g b" or data-key="/" on a link, button or field. `?`, or a button with
// data-shortcuts, opens the list of those that this page has, where they can be switched off (WCAG 2.1.4).
// Without it everything is reached by Tab, as ever. Nothing is a key while somebody types or holds a modifier.
import { button, make, say } from "./words.js";

const OFF = "shortcuts-off";
const PAUSE = 1200;
let typed = "";
let timer;

const isOff = () => localStorage.getItem(OFF) === "1";
const seen = (one) => one.checkVisibility?.() ?? true;
const keyed = () => [...document.querySelectorAll("[data-key]")].filter(seen);
const nameOf = (one) => (one.ariaLabel || one.labels?.[0]?.textContent || one.textContent || one.title).trim();

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const typing = target.isContentEditable || target.matches?.("input:not([type=checkbox], [type=radio], [type=button]), textarea, select");
  if (typing || event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey || key.length > 1) return;
  if (isOff() || key === " " || document.querySelector("dialog[open]")) return;
  clearTimeout(timer);
  timer = setTimeout(() => { typed = ""; }, PAUSE);
  typed = `${typed} ${key}`.trim();
  const all = keyed();
  const begun = (keys) => all.some((one) => one.dataset.key === keys || one.dataset.key.startsWith(`${keys} `));
  if (!begun(typed)) typed = key;
  if (typed === "?") return event.preventDefault(), (typed = ""), open();
  const meant = all.find((one) => one.dataset.key === typed);
  if (!meant) return;
  event.preventDefault();
  typed = "";
  meant.focus();
  if (!meant.matches("input, textarea, select")) meant.click();
});
document.addEventListener("click", (event) => event.target.closest("[data-shortcuts]") && open());

function open() {
  document.getElementById("shortcuts")?.remove();
  const list = make("dl", { className: "facts" });
  for (const one of [...keyed(), { dataset: { key: "?" }, textContent: say("shortcuts_title"), title: "" }]) {
    list.append(make("dt", {}, make("kbd", {}, one.dataset.key)), make("dd", {}, nameOf(one)));
  }
  const box = make("input", { type: "checkbox", checked: !isOff() });
  box.onchange = () => localStorage.setItem(OFF, box.checked ? "0" : "1");
  const sheet = make("dialog", { id: "shortcuts" }, make("h2", {}, say("shortcuts_title")), list);
  sheet.append(make("label", { className: "choice" }, box, say("shortcuts_on")), button(say("close"), () => sheet.close()));
  sheet.setAttribute("aria-label", say("shortcuts_title"));
  document.body.append(sheet);
  sheet.showModal();
}
