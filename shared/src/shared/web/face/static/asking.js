// Fetching a page of our own for a part of it. An answer that belongs to somebody else or to another clinic, or that leads to
// the sign-in, is never taken for what was asked.
import { page, tell } from "./words.js";

const { person = "", clinic = "" } = page.dataset;
const SIGN_IN = /^\/intake\/sign-in/;
const own = person && `${person}/${clinic}`;

/** For headers: nobody asked for it, so nobody is at work by it. */
export const QUIET = { "X-Quiet": "1" };

/** Whether an answer was made for this page's reader, where they are. What a gateway says for a service was made for nobody. */
export function isOurs(answer, html) {
  const reader = answer.headers.get("Afterglow-Reader") ?? (html.documentElement.dataset.worker ? "" : own);
  return reader === own;
}

/** Whether the same person has gone on to another clinic of theirs. */
export const hasMoved = (answer) => {
  const reader = answer.headers.get("Afterglow-Reader");
  return Boolean(person && reader?.startsWith(`${person}/`) && reader !== own);
};

/**
 * `{html}`, or `{trouble}`: `elsewhere` (somebody else's, or the sign-in; `moved`, where it is of another clinic), `led_on` (to
 * another page of ours), `failed`, `offline`, `replaced` (by a newer question).
 */
export async function ask(address, options = {}) {
  try {
    const answer = await fetch(address, options);
    if (isResting(answer)) return { trouble: "failed" };
    const html = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!isOurs(answer, html)) return { trouble: "elsewhere", moved: hasMoved(answer) };
    if (pathOf(answer.url) !== pathOf(address)) return { trouble: SIGN_IN.test(pathOf(answer.url)) ? "elsewhere" : "led_on" };
    return answer.ok ? { html } : { trouble: "failed" };
  } catch (error) {
    return { trouble: error.name === "AbortError" ? "replaced" : "offline" };
  }
}

/** Whether it may be asked again: a service starts anew, or was asked too often. That says nothing of who is signed in. */
export const isResting = ({ status }) => status >= 500 || status === 429;
/** Whether it was reached, and failed at what it was asked: at something else it need not. */
export const hasFailed = ({ status }) => status >= 500 && ![502, 503, 504].includes(status);

const pathOf = (address) => new URL(address, location).pathname;

/** Take over what proves that a form was shown to whoever sends it. */
export function renewProof(proof) {
  if (!proof) return;
  page.dataset.csrf = proof;
  for (const field of document.querySelectorAll("input[name=csrf]")) field.value = proof;
}

/** A page that was open for long shows a proof that is not that of the present sign-in. */
export async function proveAgain() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html", ...QUIET } }).catch(() => null);
  const now = answer && new DOMParser().parseFromString(await answer.text(), "text/html").documentElement.dataset;
  if (!now?.csrf || now.person !== page.dataset.person || now.clinic !== page.dataset.clinic) return false;
  renewProof(now.csrf);
  return true;
}

/** What was chosen or recorded stays where the rest is to be mended: an answer cannot bring files back. */
function keepFiles(before, fresh) {
  for (const field of before.querySelectorAll("form input[type=file]")) {
    const again = fresh.querySelector(`input[type=file][id="${CSS.escape(field.id)}"]`);
    if (again && again.ariaInvalid !== "true" && field.files.length) again.files = field.files;
  }
}

/** Show what a form was answered with in its place, as when there is something to mend; focus goes to what says so. */
export function showAnswer(html) {
  const fresh = document.adoptNode(html.querySelector("main"));
  keepFiles(document.querySelector("main"), fresh);
  document.querySelector("main").replaceWith(fresh);
  renewProof(html.documentElement.dataset.csrf);
  const first = fresh.querySelector(".mend") || fresh;
  first.tabIndex = -1;
  first.focus();
  tell("shown", fresh);
}
