// Whom to call, where what calls for a person has not arrived. data-calls="line" (or "emergency": that number first) on a form
// says that it calls for one; on a fieldset of it, with data-calls-at="yes" or "2", from which answer on. The page has whom to call
// as #call-now, or in <template id="whom-to-call">; what stands there of what has not arrived is [data-until-sent]. It is shown when
// something was sent, and never while somebody only chooses.
// Without it a page says where to find whom to call.

/** As HTML; undefined on pages of whoever is no client, and where something went wrong. */
const template = document.querySelector("template#whom-to-call");
export const whomToCall = template?.content.firstElementChild.outerHTML;

const isAnswer = (field) => field.value && (field.checked || !/^(checkbox|radio)$/.test(field.type));
function doesCall({ elements, dataset: { callsAt } }) {
  return !callsAt || [...elements].filter(isAnswer).some(({ value }) => value === callsAt || Number(value) >= Number(callsAt));
}

/** Of several, whom to call first: `emergency`, `line`, or nobody. */
export const calledBy = (calls) => (calls.includes("emergency") ? "emergency" : calls.find(Boolean));

/** Whom a form calls for, as it is filled in now. */
export const callOf = (form) =>
  calledBy([form, ...form.querySelectorAll("fieldset")].filter((one) => one.dataset.calls && doesCall(one)).map((one) => one.dataset.calls));

/** Show it above all else on the page; null where the page does not know whom to call. */
export function showCall(whom) {
  const shown = document.getElementById("call-now") || template?.content.firstElementChild.cloneNode(true);
  if (!shown) return null;
  shown.querySelector("[data-until-sent]")?.removeAttribute("hidden");
  const [line, emergency] = [shown.querySelector(".line"), shown.querySelector("[data-emergency]")];
  if (whom === "emergency" && line && emergency) line.before(emergency);
  const main = document.querySelector("main");
  if (main.firstElementChild !== shown) main.prepend(shown);
  return shown;
}

/** All that calls for a person has arrived. Whom to call stays. */
export const hideUnsent = () => document.querySelector("#call-now [data-until-sent]")?.setAttribute("hidden", "");

/** What an answer has for its reader to see at all events, as whom they could call: also where nobody waited for the answer. */
export function showAfterwards(html) {
  const all = [...html.querySelectorAll("main [data-afterwards]")];
  for (const one of all) {
    if (one.id) document.getElementById(one.id)?.remove();
    document.querySelector("main")?.prepend(document.adoptNode(one));
  }
  return all.length > 0;
}
