// What waited and was refused when it was sent (`offline.js`): why, and its form again with all that was written. Whatever comes of a
// form that was opened so takes the place of what was refused; another one of the same kind is another one, and takes nobody's.
// Where other words stand in the form, their writer is asked first.
import { choose } from "./dialogs.js";
import { givenIn, stateIn, stateOf, textOf } from "./entries.js";
import { make, say } from "./words.js";

const REOPENED = "reopened";
const opened = new Map(); // By action: which entry stands in the form.

/** Why something was refused, by the page that says so; of a form, what is to be mended. */
export function reasonIn(html) {
  const [told, listed] = ["p", "li"].map((kind) => [...(html?.querySelectorAll(`main .mend ${kind}`) || [])].map(textOf));
  // Above a list stands only that there is one.
  const all = listed.length ? [...told.slice(0, -1), ...listed] : told;
  return all.join(" ") || textOf(html?.querySelector("main section.card p") || html?.querySelector("main p")) || say("not_sent");
}

const formOf = ({ action }) => [...document.querySelectorAll("form[data-offline]")].find((form) => form.action === action);

/** To its form: in this page, where it is here. */
export function wayBack(entry) {
  const onclick = (event) => {
    const form = formOf(entry);
    if (!form) return sessionStorage.setItem(REOPENED, entry.id);
    event.preventDefault();
    fillIn(form, entry);
  };
  return make("a", { href: entry.from, onclick }, say("open_form"));
}

/** Whoever came by that way has in the form what they wrote. */
export function reopen(entries) {
  const entry = entries.find(({ id, refused }) => refused && String(id) === sessionStorage.getItem(REOPENED));
  const form = entry && formOf(entry);
  if (!form) return;
  sessionStorage.removeItem(REOPENED);
  fillIn(form, entry);
}

/** Whether somebody has written something else there: in this page, in a draft, or in what they were to mend. */
function holdsOthers(form, fields, isDrafted) {
  const now = stateOf(form);
  return now !== stateIn(fields) && (isDrafted(form) || form.querySelector(".mend") || now !== givenIn(form));
}

async function fillIn(form, { id, action, fields }) {
  const { fieldsOf, fill, isDrafted } = await import("./drafts.js");
  const asks = holdsOthers(form, fields, isDrafted);
  if (asks && !(await choose(say("other_words_title"), say("other_words"), say("put_earlier"), say("leave_them")))) return;
  fill(form, fields, fieldsOf(form, true));
  for (const field of form.querySelectorAll("input[type=file]")) {
    const given = new DataTransfer();
    for (const [name, value] of fields) if (name === field.name && value instanceof File && value.size) given.items.add(value);
    if (!given.items.length) continue;
    field.files = given.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  opened.set(action, id);
  for (let around = form.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  form.tabIndex = -1;
  form.focus();
}

/**
 * What was refused of an occasion that there is only once, as a check-in: the draft of its form is named for it. What calls for a
 * person whom nobody has told goes only by its writer's own hand.
 */
export function replacedBy({ action, draft }, entries) {
  const [occasion] = draft?.match(/[0-9a-f-]{36}$/) || [];
  const isOfIt = (one) => one.refused && !one.call && one.action === action && occasion && action.includes(occasion);
  return entries.filter(isOfIt);
}

/** Which entry stands in the form of that action, if it is one; `end` where it does no more. */
export const standsIn = (action) => opened.get(action);
export const end = (action) => opened.delete(action);
