// Drafts: what is typed in <form data-draft="inquiry"> is kept on the device at once, for whoever is signed in, sealed so that
// nothing but their own pages can read it (<html data-person="…" data-seal="…">; for nobody, in this tab alone and as it is), and
// is there again after a reload, a crash or a new sign-in. Never passwords, files, hidden fields (unless they have data-keep:
// what the words build on, as `based_on`), or what has data-no-draft. It goes when the form was accepted (the page that follows
// is another one by redirect), when its person signs out, and after 7 days; nobody's after half an hour.
// Without it a form holds what the page holds.
import { openText, sealText } from "./sealing.js";
import { button, clock, hear, make, page, say, tell } from "./words.js";

const { person } = page.dataset;
const DAYS = person ? 7 : 1 / 48; // Nobody's is a stranger's, at a device that may be anybody's.
const [kept, lock, unlock] = person ? [localStorage, sealText, openText] : [sessionStorage, (text) => text, (text) => text];
const keyOf = (name) => `draft:${person || ""}:${name}`;
const SENT = "draft-sent";
const NEVER = /^(password|file|submit|button|reset|fieldset|output)$/;
const SIGN_IN = /^\/intake\/sign-in/;
const turns = new Map(); // What is being kept of each form, so that an earlier text never comes after a later one.

/** What is to be kept of a form, as pairs of name and value. */
const read = (form) =>
  fieldsOf(form).filter((field) => field.checked || !isTick(field)).flatMap((field) =>
    field.multiple && field.options ? [...field.selectedOptions].map((one) => [field.name, one.value]) : [[field.name, field.value]],
  );
const isTick = (field) => /^(checkbox|radio)$/.test(field.type);
/** What is kept of a form; `all`: also what may lie on no device. */
export const fieldsOf = (form, all = false) =>
  [...form.elements].filter(
    (field) => field.name && (all || !field.closest("[data-no-draft]")) && !NEVER.test(field.type) && (field.type !== "hidden" || "keep" in field.dataset),
  );

/** Whether there is one of a form. */
export const isDrafted = ({ dataset: { draft } }) => Boolean(draft && kept.getItem(keyOf(draft)));

export function forget(name) {
  turns.delete(name);
  kept.removeItem(keyOf(name));
}

/** Remove all that this person has on the device. */
export function forgetAll(mine = `draft:${person || ""}:`) {
  turns.clear();
  Object.keys(kept).filter((key) => key.startsWith(mine)).forEach((key) => kept.removeItem(key));
}

export function improve(root) {
  root.querySelectorAll("form[data-draft]:not(.drafted)").forEach(keep);
}

function keep(form) {
  form.classList.add("drafted");
  const name = form.dataset.draft;
  const status = make("p", { className: "soft hint" });
  (form.querySelector("[type=submit], button:not([type])") || form.lastElementChild).before(status);
  const shown = JSON.stringify(read(form));
  hear("sent", (sent) => {
    if (sent !== name) return;
    form.querySelector(".restored")?.remove();
    status.textContent = "";
  });
  const save = async () => {
    const turn = Symbol(name);
    turns.set(name, turn);
    try {
      const text = await lock(JSON.stringify(read(form)));
      if (turns.get(name) !== turn) return;
      kept.setItem(keyOf(name), JSON.stringify({ at: Date.now(), text }));
      status.textContent = say("saved", { time: clock() });
    } catch {
      status.textContent = say("not_saved");
    }
  };
  const restore = async ({ at, text }) => {
    const fields = JSON.parse(await unlock(text));
    const now = JSON.stringify(read(form));
    if (JSON.stringify(fields) === now || now !== shown) return;
    fill(form, fields);
    status.textContent = say("saved", { time: clock(at) });
    const back = JSON.parse(shown);
    const discard = () => { forget(name); fill(form, back); note.remove(); status.textContent = ""; };
    const note = make("p", { className: "soft restored" }, say("restored"), " ", button(say("discard"), discard, "quiet"));
    form.prepend(note);
  };
  const draft = JSON.parse(kept.getItem(keyOf(name)) || "null");
  if (draft) restore(draft).catch(() => {}); // What cannot be read any more is no draft.
  form.addEventListener("input", save);
  form.addEventListener("submit", () => {
    save();
    sessionStorage.setItem(SENT, JSON.stringify({ key: keyOf(name), person: person || "", from: location.pathname }));
  });
}

export function fill(form, fields, within = fieldsOf(form)) {
  const left = fields.map((pair) => [...pair]);
  const take = (name, value) => {
    const at = left.findIndex((pair) => pair[0] === name && (value === undefined || pair[1] === value));
    return at < 0 ? undefined : left.splice(at, 1)[0][1];
  };
  for (const field of within) {
    if (isTick(field)) field.checked = take(field.name, field.value) !== undefined;
    else if (field.options && field.multiple) for (const one of field.options) one.selected = take(field.name, one.value) !== undefined;
    else field.value = take(field.name) ?? field.value;
  }
  tell("filled", form); // For what shows a field that nobody sees.
}

/** The form that was sent last was accepted where a redirect has led from it to a page that is no sign-in and no refusal. */
function settle() {
  const sent = JSON.parse(sessionStorage.getItem(SENT) || "null");
  const [way] = performance.getEntriesByType("navigation");
  const from = document.referrer && new URL(document.referrer).pathname;
  const led = way?.type === "navigate" && way.redirectCount && (way.responseStatus || 200) < 400;
  if (!SIGN_IN.test(location.pathname)) {
    if (sent && led && sent.person === (person || "") && (from === sent.from || SIGN_IN.test(from))) kept.removeItem(sent.key);
    sessionStorage.removeItem(SENT);
  }
  const old = Date.now() - DAYS * 86400000;
  for (const key of Object.keys(kept).filter((one) => one.startsWith("draft:"))) {
    const { at, text } = JSON.parse(kept[key]);
    if (at < old || text === undefined) kept.removeItem(key); // Without it: one that lies there as it was typed, from before.
  }
}

// Whoever goes elsewhere from the page of a form was not led there by it.
const unsettle = () => sessionStorage.removeItem(SENT);
addEventListener("pageshow", (event) => event.persisted && unsettle());
document.addEventListener("click", (event) => event.target.closest("a[href]") && unsettle());
hear("sent", forget);
settle();
