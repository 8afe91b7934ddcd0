// What scripts say, in the reader's language: <script type="application/json" id="words">{"saved": "Saved at {time}"}</script>.
// Without that block a key stands for itself. Scripts hold no text of their own.
const words = JSON.parse(document.querySelector("script#words")?.textContent || "{}");
export const page = document.documentElement;

export const say = (key, values = {}) => (words[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
/** As all times of the page: in 24 hours, and by its reader's zone; by the device's where it does not know that one. */
export function timeOf(at, how) {
  try {
    return new Date(at).toLocaleString(page.lang || undefined, { ...how, hourCycle: "h23", timeZone: page.dataset.zone });
  } catch {
    return new Date(at).toLocaleString(page.lang || undefined, { ...how, hourCycle: "h23" });
  }
}
export const clock = (at = Date.now()) => timeOf(at, { hour: "2-digit", minute: "2-digit" });

/** An element with its properties, and what stands in it. */
export function make(tag, properties, ...within) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...within);
  return made;
}
export const button = (words, onclick, className = "second") => make("button", { type: "button", className, onclick }, words);

/**
 * Tell the other modules: `shown` (an element that is new in the page), `sent` (a draft's name), `filled` (a form, with a draft), `leaving` (they sign out),
 * `ended` (the page is nobody's to see; whether only because its reader is at another clinic), `resumed` (it is theirs again).
 */
export const tell = (what, detail) => document.dispatchEvent(new CustomEvent(`afterglow:${what}`, { detail }));
export const hear = (what, act) => document.addEventListener(`afterglow:${what}`, (event) => act(event.detail));
