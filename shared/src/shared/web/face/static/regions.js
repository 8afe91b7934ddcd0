// Parts of a page that are fetched alone. <section data-region="people" data-address="/sessions/people"> is swapped by links
// and GET forms with data-into="people" (and data-history, where the address is one to go back to): what they lead to has
// the same region. <div data-fragment="/notify/part"><a href="/notify/all">All</a></div> becomes what is at that address.
// Without it these are links and forms that load a whole page. What fails leaves the old content, and says so.
import { ask, QUIET, renewProof } from "./asking.js";
import { toast } from "./toasts.js";
import { clock, make, page, say, tell } from "./words.js";

const SLOW = 300;
const running = new Map();
const spoken = document.body.appendChild(make("p", { className: "unseen", role: "status" }));

const find = (name, root = document) => root.querySelector(`[data-region="${CSS.escape(name)}"]`);

/**
 * Fetch a region anew; whether what it says is different now, or null where it stayed. `quiet`: nobody asked for it. Where
 * `unless` says so of the region when the answer is here, it stays for the sake of whoever is at work in it: "busy".
 */
export async function refresh(name, { address, history: kept, quiet, unless } = {}) {
  const old = find(name);
  address ||= old.dataset.address || location.pathname + location.search;
  // What somebody asked for is on its way, and as new.
  if (quiet && running.get(name)?.asked) return null;
  running.get(name)?.abort();
  const control = Object.assign(new AbortController(), { asked: !quiet });
  running.set(name, control);
  const wait = make("progress", { ariaLabel: say("loading") });
  const slow = quiet ? 0 : setTimeout(() => old.before(wait), SLOW);
  old.ariaBusy = "true";
  const headers = { "X-Region": name, Accept: "text/html", ...(quiet && QUIET) };
  const { html, trouble, moved } = await ask(address, { headers, signal: control.signal });
  clearTimeout(slow);
  wait.remove();
  if (trouble === "replaced") return null;
  running.delete(name);
  old.ariaBusy = null;
  const fresh = html && find(name, html);
  if (!fresh) {
    if (quiet) trouble === "elsewhere" && tell("ended", moved);
    else if (html || trouble === "elsewhere" || trouble === "led_on") location.assign(address);
    else toast(say(trouble === "offline" ? "region_offline" : "region_failed"), { tone: "attention" });
    return null;
  }
  const now = html.documentElement.dataset;
  renewProof(now.csrf);
  if (unless?.(old)) return "busy";
  if (!quiet) {
    // Only what a person does keeps them signed in as far as this page is concerned.
    if (now.endsAt) page.dataset.endsAt = now.endsAt;
    if (kept) {
      history.replaceState({ region: name }, "");
      history.pushState({ region: name }, "", address);
      document.title = html.title;
    }
  }
  const differs = old.textContent !== fresh.textContent;
  swap(old, document.adoptNode(fresh));
  if (!quiet) spoken.textContent = say("updated", { time: clock() });
  return differs;
}

function swap(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  const caret = focused && document.activeElement.selectionStart;
  const typed = changed(old).map((field) => ({ tick: isTick(field) && nameOfTick(field), field }));
  const open = [...old.querySelectorAll("details[open]")].map(nameOf);
  old.replaceWith(fresh);
  for (const one of fresh.querySelectorAll("details")) if (open.includes(nameOf(one))) one.open = true;
  for (const { tick, field } of typed) {
    const same = tick ? ticks(fresh).find((one) => nameOfTick(one) === tick) : field.id && document.getElementById(field.id);
    if (!same) continue;
    if (!tick) same.value = field.value;
    else if (field.checked || field.type === "checkbox") same.checked = field.checked;
  }
  tell("shown", fresh);
  const again = focused ? document.getElementById(focused) : null;
  again?.focus({ preventScroll: true });
  if (Number.isInteger(caret)) again?.setSelectionRange?.(caret, caret);
}

const isTick = ({ type }) => /^(checkbox|radio)$/.test(type);
const ticks = (root) => [...root.querySelectorAll("input")].filter(isTick);
const nameOfTick = (tick) => JSON.stringify([tick.form?.getAttribute("action"), tick.name, tick.value]);
const nameOf = (details) => details.id || details.firstElementChild?.textContent;

/** The fields in which somebody has typed something that the page did not say. */
export const changed = (root) =>
  [...root.querySelectorAll("input:not([type=hidden]), textarea, select")].filter((field) =>
    field.options
      ? field.selectedIndex !== Math.max(0, [...field.options].findIndex((one) => one.defaultSelected))
      : isTick(field)
        ? field.checked !== field.defaultChecked
        : field.value !== field.defaultValue,
  );

export function improve(root) {
  root.querySelectorAll("[data-fragment]").forEach(include);
}

async function include(place) {
  const address = new URL(place.dataset.fragment, location);
  if (address.origin !== location.origin) return;
  const { html } = await ask(address.href, { headers: QUIET });
  // A whole page is not a fragment: then the link stays.
  if (!html || html.querySelector("main")) return;
  place.removeAttribute("data-fragment");
  place.replaceChildren(...html.body.childNodes);
  tell("shown", place);
}

const meant = (element) => element && find(element.dataset.into) && element;

document.addEventListener("click", (event) => {
  const link = meant(event.target.closest("a[data-into]"));
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  refresh(link.dataset.into, { address: link.href, history: "history" in link.dataset });
});
document.addEventListener("submit", (event) => {
  const form = meant(event.target.closest("form[data-into]"));
  if (!form || event.defaultPrevented || form.getAttribute("method")?.toLowerCase() === "post") return;
  event.preventDefault();
  const address = new URL(form.getAttribute("action") || location.pathname, location);
  address.search = new URLSearchParams(new FormData(form, event.submitter));
  refresh(form.dataset.into, { address: address.href, history: "history" in form.dataset });
});
addEventListener("popstate", (event) => {
  const name = event.state?.region;
  if (name && find(name)) refresh(name, { address: location.href });
  else if (name) location.reload();
});
