// Forms that can wait for a connection: <form method="post" data-offline="Vitals at 10:40">, with a hidden `number` by which
// the service takes it once, however often it comes. Where it cannot be sent it is kept for whoever wrote it, shown, and sent
// in order when there is a connection, under their own sign-in only, however long that takes: it says how long ago it was
// written. A refusal keeps it, to be read, with the way back to the form.
// Where what calls for a person cannot be sent, the page shows at once whom to call (`calling.js`).
// Without it a form needs a connection, like any page. It also has the browser keep the page that says so, with whom to call.
import { isOurs, isResting, QUIET, renewProof, showAnswer } from "./asking.js";
import { calledBy, callOf, hideUnsent, showAfterwards, showCall, whomToCall } from "./calling.js";
import { choose } from "./dialogs.js";
import { toast } from "./toasts.js";
import { drop, keep, waiting } from "./waiting.js";
import { button, hear, make, page, say, tell } from "./words.js";

const AGAIN = 30000;
const SIGN_IN = /^\/intake\/sign-in/;
const { person, clinic, worker, zone } = page.dataset;
const list = make("section", { className: "card" });
let needsSignIn = false;
// Whom the last form that was sent called for, where it is kept nowhere.
let unsent;

/** Send an entry; `{outcome, html, url}`: `accepted`, `mend`, `refused`, `sign_in`, `later` (it may come again). */
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
  if (isResting(answer)) return { outcome: "later" };
  if (SIGN_IN.test(path) || answer.status === 401 || !isOurs(answer, html)) return { outcome: "sign_in" };
  if (answer.status === 422) return { outcome: "mend", html };
  return { outcome: answer.ok ? "accepted" : "refused", html, url: answer.redirected && answer.url };
}

/** By how long ago, and not when: the device's clock may be wrong. It goes by itself. */
const writtenAgo = ({ at }) => ({ "Written-Ago": String(Math.max(0, Date.now() - at)), ...QUIET });

const textOf = (element) => element?.textContent.replace(/\s+/g, " ").trim() || "";

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

const entryOf = (form, submitter) => {
  const fields = [...new FormData(form, submitter)];
  const files = form.enctype === "multipart/form-data";
  const address = location.pathname + location.search;
  const { offline: words, draft } = form.dataset;
  return { action: form.action, fields, files, said: saidIn(form), words, draft, call: callOf(form), from: address, at: Date.now() };
};

async function submit(event) {
  const form = event.target.closest("form[data-offline]");
  if (!form || event.defaultPrevented || form.ariaBusy) return;
  event.preventDefault();
  const entry = entryOf(form, event.submitter);
  const number = form.querySelector("input[name=number]");
  form.ariaBusy = "true";
  let arrived = false;
  unsent = entry.call;
  try {
    // What was written before goes first.
    const behind = navigator.onLine && (await waiting()).some((one) => !one.refused);
    const { outcome, html, url } = behind || !navigator.onLine ? { outcome: "later" } : await send(entry);
    arrived = outcome === "accepted" || outcome === "mend";
    if (arrived) unsent = undefined;
    if (outcome === "accepted") {
      tell("sent", entry.draft);
      if (url) location.assign(url);
      else showAnswer(html);
    } else if (outcome === "mend") {
      showAnswer(html);
    } else if (outcome === "refused" || !number) {
      toast(html?.querySelector("main p")?.textContent || say("not_sent"), { tone: "attention" });
    } else {
      await keep(entry);
      unsent = undefined;
      tell("sent", entry.draft);
      form.reset();
      // The next one is another one.
      number.value = crypto.randomUUID();
      toast(say(outcome === "sign_in" ? "waits_for_sign_in" : "waits"));
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

/** Send what waits, the oldest first; one tab at a time. */
function sendAll() {
  if (!person || !navigator.onLine) return show();
  return navigator.locks.request("afterglow-waiting", { ifAvailable: true }, async (lock) => {
    // Another tab sends: what it has left is shown when it is done.
    if (!lock) return navigator.locks.request("afterglow-waiting", show);
    let sent = 0;
    for (const entry of await waiting()) {
      if (entry.refused) continue;
      let { outcome, html } = await send(entry, writtenAgo(entry));
      if (outcome === "refused" && (await proveAgain())) ({ outcome, html } = await send(entry, writtenAgo(entry)));
      if (outcome === "later" || outcome === "sign_in") {
        needsSignIn = outcome === "sign_in";
        break;
      }
      needsSignIn = false;
      const told = showAfterwards(html);
      if (outcome === "accepted") {
        await drop(entry.id);
        sent += 1;
      } else {
        // Whom it calls for was heard where the service says so itself.
        await keep({ ...entry, call: told ? undefined : entry.call, refused: html.querySelector(".mend li, .mend p, main p")?.textContent || say("not_sent") });
      }
    }
    if (sent) toast(say("sent", { n: sent }));
    await show();
  });
}

/** A page that was open for long shows a proof that is not that of the present sign-in. */
async function proveAgain() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html", ...QUIET } }).catch(() => null);
  const now = answer && new DOMParser().parseFromString(await answer.text(), "text/html").documentElement.dataset;
  if (!now?.csrf || now.person !== person || now.clinic !== clinic) return false;
  renewProof(now.csrf);
  return true;
}

/** As all times of the page: in 24 hours, and by its reader's zone; by the device's where it does not know that one. */
function moment(at) {
  const how = { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" };
  try {
    return new Date(at).toLocaleString(page.lang || undefined, { ...how, timeZone: zone });
  } catch {
    return new Date(at).toLocaleString(page.lang || undefined, how);
  }
}
const facts = (said) =>
  make("dl", { className: "facts" }, ...said.flatMap(([label, words]) => [make("dt", {}, label), make("dd", {}, words)]));

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
    const row = make("li", {}, make("p", {}, `${one.words} – ${moment(one.at)}`), facts(one.said || []));
    if (one.refused) row.append(make("p", { className: "complaint" }, one.refused));
    const again = one.refused ? make("a", { href: one.from }, say("open_form")) : "";
    row.append(make("p", { className: "actions" }, again, button(say("remove"), () => remove(one))));
    return row;
  });
  list.replaceChildren(
    make("h2", {}, say("waiting", { n: all.length })),
    needsSignIn ? make("p", {}, say("waits_for_sign_in")) : "",
    all.some((one) => !one.refused) ? make("p", { className: "actions" }, button(say("send_now"), sendAll)) : "",
    make("ul", { className: "choices" }, ...rows),
  );
  if (!list.isConnected) document.querySelector("main")?.prepend(list);
  if (call) showCall(call);
}

document.addEventListener("submit", submit);
addEventListener("online", sendAll);
setInterval(() => list.isConnected && sendAll(), AGAIN);
hear("shown", () => list.isConnected || show());
if (window.indexedDB) sendAll();
navigator.serviceWorker?.register(worker, { scope: "/" }).then(() => navigator.serviceWorker.ready).then((ready) => {
  // What it keeps is of this release from now on, and of whoever reads this page.
  ready.active.postMessage({ release: import.meta.url, person, call: whomToCall });
}, () => {});
