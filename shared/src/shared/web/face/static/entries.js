// What a form holds that is to wait on the device (`offline.js`): all that it sends, and what it says to whoever wrote it.
import { callOf } from "./calling.js";
import { make, say } from "./words.js";

export const textOf = (element) => element?.textContent.replace(/\s+/g, " ").trim() || "";

/**
 * What was typed and chosen, as pairs of a label and words: so that it can be read where it cannot be sent. What may not stand in
 * a draft is not shown, nor what calls for a person: it would stand on every page, and somebody else may look at it.
 */
const saidIn = (form) =>
  [...form.elements].filter((field) => !field.closest("[data-no-draft], [data-calls-at]")).flatMap((field) => {
    const tick = /^(checkbox|radio)$/.test(field.type);
    if (field.type === "file" && field.files.length) return [[textOf(field.labels?.[0]) || field.ariaLabel, say("comes_along")]];
    if (!field.labels?.length || (tick ? !field.checked : !field.value) || /^(password|file|hidden)$/.test(field.type)) return [];
    const label = textOf(field.labels[0]);
    if (tick) return [[textOf(field.closest("fieldset")?.querySelector("legend")), label]];
    return [[label, field.options ? [...field.selectedOptions].map(textOf).join(", ") : field.value]];
  });

/** What an entry says, to be read. */
export const factsOf = ({ said = [] }) =>
  make("dl", { className: "facts" }, ...said.flatMap(([label, words]) => [make("dt", {}, label), make("dd", {}, words)]));

export const entryOf = (form, submitter) => {
  const fields = [...new FormData(form, submitter)];
  const files = form.enctype === "multipart/form-data";
  const address = location.pathname + location.search;
  const { offline: words, draft } = form.dataset;
  return { action: form.action, fields, files, said: saidIn(form), words, draft, call: callOf(form), from: address, at: Date.now() };
};

export const isToFill = ({ name, type }) => name && !/^(hidden|submit|button|reset|fieldset|output)$/.test(type);
/** What pairs of name and value say, but for what is another in each form. */
export const stateIn = (fields) => {
  const said = fields.filter(([name]) => name !== "csrf" && name !== "number");
  return JSON.stringify(said.map(([name, value]) => [name, value instanceof File ? value.name : value]));
};
/** What is in a form now. */
export const stateOf = (form) => stateIn([...new FormData(form)]);
/** What its page gave a form. */
export function givenIn(form) {
  const given = form.cloneNode(true);
  given.reset();
  return stateOf(given);
}
