// Forms that can wait for a connection: <form method="post" data-offline="Vitals at 10:40">, with a hidden `number` by which
// the service takes it once, however often it comes. Where it cannot be sent it is kept for whoever wrote it, shown, and sent
// in order when there is a connection, under their own sign-in only, however long that takes: it says how long ago it was
// written. A refusal keeps it, to be read, with the way back to the form. Where a service fails at one entry, it holds up only
// what was written in the same form.
// What calls for a person goes first. Where it cannot be sent, the page shows at once whom to call (`calling.js`).
// Without it a form needs a connection, like any page. It also has the browser keep the page that says so, with whom to call.
import { hasFailed, isOurs, isResting, proveAgain, QUIET, showAnswer } from "./asking.js";
import { calledBy, hideUnsent, showAfterwards, showCall, whomToCall } from "./calling.js";
import { choose } from "./dialogs.js";
import { entryOf, factsOf, isToFill, stateOf } from "./entries.js";
import { end, reasonIn, reopen, replacedBy, standsIn, wayBack } from "./mending.js";
import { toast } from "./toasts.js";
import { drop, keep, waiting } from "./waiting.js";
import { button, hear, make, page, say, tell, timeOf } from "./words.js";

const AGAIN = 30000;
const SIGN_IN = /^\/intake\/sign-in/;
const { person, worker } = page.dataset;
const list = make("section", { className: "card" });
let needsSignIn = false;
// Whom the last form that was sent called for, where it is kept nowhere.
let unsent;
const WAITS = { sign_in: "waits_for_sign_in", failed: "waits_for_service" };
const emptied = new WeakMap(); // Forms that were kept, as they were left: pressed once more while that waits, there is nothing to keep.

/** Send an entry; `{outcome, html, url}`: `accepted`, `mend`, `refused`, `sign_in`, `later` and `failed` (it may come again). */
async function send(entry, headers) {
  const body = entry.files ? new FormData() : new URLSearchParams();
  for (const [name, value] of entry.fields) body.append(name, name === "csrf" ? page.dataset.csrf : value);
  let answer;
  try {
    answer = await fetch(entry.action, { method: "POST", body, headers: { Accept: "text/html", ...headers } });
  } catch {
    return { outcome: "later" };
  }
  const html = new DOMParser().parseFromString(await answer.text().catch(() => ""), "text/html");
  const path = new URL(answer.url).pathname;
  if (isResting(answer)) return { outcome: hasFailed(answer) ? "failed" : "later" };
  if (SIGN_IN.test(path) || answer.status === 401 || !isOurs(answer, html)) return { outcome: "sign_in" };
  if (answer.status === 422) return { outcome: "mend", html };
  return { outcome: answer.ok ? "accepted" : "refused", html, url: answer.redirected && answer.url };
}

/** By how long ago, and not when: the device's clock may be wrong. It goes by itself. */
const writtenAgo = ({ at }) => ({ "Written-Ago": String(Math.max(0, Date.now() - at)), ...QUIET });

async function submit(event) {
  const form = event.target.closest("form[data-offline]");
  if (!form || event.defaultPrevented || form.ariaBusy) return;
  event.preventDefault();
  form.ariaBusy = "true";
  const entry = entryOf(form, event.submitter);
  const number = form.querySelector("input[name=number]");
  const before = standsIn(entry.action);
  const [state, left] = [stateOf(form), emptied.get(form)];
  let arrived = false;
  try {
    const ahead = (await waiting()).filter((one) => !one.refused);
    if (left?.state === state && ahead.some(({ id }) => id === left.id)) return toast(say("kept_already"));
    unsent = entry.call;
    // What was written before in the same form goes first; what calls for a person is behind nothing.
    const behind = navigator.onLine && !entry.call && ahead.some(({ action }) => action === entry.action);
    const { outcome, html, url } = behind ? { outcome: "failed" } : navigator.onLine ? await send(entry) : { outcome: "later" };
    arrived = outcome === "accepted" || outcome === "mend";
    if (arrived) unsent = undefined;
    if (outcome === "accepted") {
      tell("sent", entry.draft);
      if (before) await drop(before).catch(() => {});
      end(entry.action);
      await settle(entry);
      if (url) location.assign(url);
      else showAnswer(html);
    } else if (outcome === "mend") {
      showAnswer(html);
    } else if (outcome === "refused" || !number) {
      toast(reasonIn(html), { tone: "attention" });
    } else {
      const id = await keep(before ? { ...entry, id: before } : entry);
      end(entry.action);
      unsent = undefined;
      tell("sent", entry.draft);
      form.reset();
      if ([...form.elements].some(isToFill)) emptied.set(form, { id, state: stateOf(form) });
      // The next one is another one.
      number.value = crypto.randomUUID();
      toast(say(WAITS[outcome] || "waits"));
      await show();
      if (behind) sendAll();
    }
  } catch {
    toast(say("not_sent"), { tone: "attention" });
  } finally {
    if (entry.call && !arrived) showCall(entry.call)?.focus();
    form.ariaBusy = null;
  }
}

/** With what was accepted goes what was refused of the same occasion. */
async function settle(entry) {
  for (const one of replacedBy(entry, await waiting())) await drop(one.id);
}

/** Send what waits: what calls for a person, then the oldest first; one tab at a time. */
function sendAll() {
  if (!person || !navigator.onLine) return show();
  return navigator.locks.request("afterglow-waiting", { ifAvailable: true }, async (lock) => {
    // Another tab sends: what it has left is shown when it is done.
    if (!lock) return navigator.locks.request("afterglow-waiting", show);
    let sent = 0;
    const held = new Set(); // Forms at which their service failed: what was written there later comes after it all the same.
    for (const entry of (await waiting()).sort((one, other) => Boolean(other.call) - Boolean(one.call))) {
      if (entry.refused || (held.has(entry.action) && !entry.call)) continue;
      let { outcome, html } = await send(entry, writtenAgo(entry));
      if (outcome === "refused" && (await proveAgain())) ({ outcome, html } = await send(entry, writtenAgo(entry)));
      if (outcome === "later" || outcome === "sign_in") {
        needsSignIn = outcome === "sign_in";
        break;
      }
      if (outcome === "failed") {
        held.add(entry.action);
        continue;
      }
      needsSignIn = false;
      const told = showAfterwards(html);
      if (outcome === "accepted") {
        await drop(entry.id);
        await settle(entry);
        sent += 1;
      } else {
        // Whom it calls for was heard where the service says so itself.
        await keep({ ...entry, call: told ? undefined : entry.call, refused: reasonIn(html) });
      }
    }
    if (sent) toast(say("sent", { n: sent }));
    await show();
  });
}

const moment = (at) => timeOf(at, { dateStyle: "medium", timeStyle: "short" });

async function remove({ id }) {
  if (!(await choose(say("removing_title"), say("removing"), say("remove_it"), say("keep_it")))) return;
  await drop(id);
  show();
}

async function show() {
  const all = await waiting();
  const call = calledBy([unsent, ...all.map((one) => one.call)]);
  if (!call) hideUnsent();
  if (!all.length) return list.remove();
  const rows = all.map((one) => {
    const row = make("li", {}, make("p", {}, `${one.words} – ${moment(one.at)}`), factsOf(one));
    if (one.refused) row.append(make("p", { className: "complaint" }, one.refused));
    const again = one.refused && one.fields ? wayBack(one) : "";
    row.append(make("p", { className: "actions" }, again, button(say("remove"), () => remove(one))));
    return row;
  });
  const aside = document.querySelector("main [data-waits-here]");
  const title = say("waiting", { n: all.length });
  const within = aside && make("details", { open: Boolean(list.querySelector("details")?.open) });
  (within || list).replaceChildren(
    make(aside ? "summary" : "h2", {}, title),
    needsSignIn ? make("p", {}, say("waits_for_sign_in")) : "",
    all.some((one) => !one.refused) ? make("p", { className: "actions" }, button(say("send_now"), sendAll)) : "",
    make("ul", { className: "choices" }, ...rows),
  );
  if (within) list.replaceChildren(within);
  if (!list.isConnected) place(aside);
  reopen(all);
  if (call) showCall(call);
}

/** Where the page has a place for it; else first of all, but after whom to call. */
function place(aside) {
  const call = document.querySelector("main #call-now");
  if (aside) aside.append(list);
  else if (call) call.after(list);
  else document.querySelector("main")?.prepend(list);
}

document.addEventListener("submit", submit);
addEventListener("online", sendAll);
setInterval(() => list.isConnected && sendAll(), AGAIN);
hear("shown", () => list.isConnected || show());
if (window.indexedDB) sendAll();
navigator.serviceWorker?.register(worker, { scope: "/" }).then(() => navigator.serviceWorker.ready).then((ready) => {
  // What it keeps is of this release and language from now on, and of whoever reads this page. One that it has kept itself, or
  // that says of a service in trouble, is nobody's: it says nothing of who reads now. A release is the same at each service.
  const failed = performance.getEntriesByType("navigation")[0]?.responseStatus >= 500;
  if (document.querySelector("[data-unreached]") || (failed && !person)) return;
  ready.active.postMessage({ release: import.meta.url.split("/").at(-2), language: page.lang, person, call: whomToCall });
}, () => {});
