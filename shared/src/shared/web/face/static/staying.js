// The end of a sign-in, said before it comes: <html data-ends-at="2026-11-26T10:00:00Z" data-stay="…" data-renew="…">. Two
// minutes before, a dialog offers to stay; afterwards nothing of the page can be seen. All tabs of a browser agree, also on the
// clinic: a page of the one where its reader was before is covered.
// Without it the next click leads to the sign-in, and back.
import { hasMoved, renewProof } from "./asking.js";
import { toast } from "./toasts.js";
import { button, hear, make, page, say, tell } from "./words.js";

const WARN = 120000;
const tabs = new BroadcastChannel("sign-in");
const { person, clinic, stay, renew } = page.dataset;
const leave = document.querySelector("form[data-sign-out]");
let ahead = 0; // How far the clock of the device is ahead of the service's.
let timer;
let cover;

const left = () => Date.parse(page.dataset.endsAt) + ahead - Date.now();
const said = make("p", { role: "timer" });
const dialog = make(
  "dialog",
  { ariaLabel: say("ending_title") },
  make("h2", {}, say("ending_title")),
  said,
  make("p", { className: "actions" }, button(say("stay"), prolong, ""), leave ? button(say("sign_out"), () => leave.requestSubmit()) : ""),
);
dialog.addEventListener("cancel", (event) => { event.preventDefault(); prolong(); });
document.body.append(dialog);

function look() {
  const milliseconds = left();
  if (milliseconds <= 0) return over();
  if (milliseconds > WARN) return dialog.close();
  const minutes = Math.ceil(milliseconds / 60000);
  const words = say(minutes === 1 ? "ending_one" : "ending", { minutes });
  if (said.textContent !== words) said.textContent = words;
  if (!dialog.open) dialog.showModal();
}

async function prolong() {
  try {
    const answer = await fetch(stay, { cache: "no-store" });
    if (answer.status === 401) return over();
    if (!answer.ok) throw new Error(answer.status);
    if (hasMoved(answer)) return over(true);
    page.dataset.endsAt = answer.headers.get("X-Ends-At");
    share();
    look();
  } catch {
    toast(say("stay_failed"), { tone: "attention" });
  }
}

/** Cover the page: they are signed out, or have only `moved` to another clinic. */
function over(moved = false) {
  if (cover) return;
  cover = make("main", { tabIndex: -1 });
  tell("ended", moved);
  clearInterval(timer);
  // An open one would have nothing else be of use; what stands in it goes back to its place.
  for (const one of document.querySelectorAll("dialog[open]")) one.close();
  for (const one of document.body.children) one.style.setProperty("display", "none", "important");
  const address = new URL(renew, location);
  if (!moved) address.searchParams.set("next", location.pathname + location.search);
  const [title, words, on] = moved ? ["elsewhere_title", "elsewhere", "go_on"] : ["ended_title", "ended", "sign_in_again"];
  const way = make("a", { className: "button", href: address.href }, say(on));
  cover.append(make("h1", {}, say(title)), make("p", {}, say(words)), way);
  document.body.append(cover);
  cover.focus();
}

function share() {
  tabs.postMessage({ person, clinic, endsAt: page.dataset.endsAt, proof: page.dataset.csrf });
}

tabs.onmessage = ({ data }) => {
  if (data.person !== person || data.over) return over();
  if (data.clinic !== clinic) return over(true);
  const later = Date.parse(data.endsAt) > Date.parse(page.dataset.endsAt);
  if (!later && !cover) return;
  if (later) page.dataset.endsAt = data.endsAt;
  renewProof(data.proof);
  if (!cover) return timer && look();
  // They signed in again in another tab, or came back to this clinic: this one is theirs as it was.
  cover.remove();
  cover = null;
  for (const one of document.body.children) one.style.removeProperty("display");
  tell("resumed");
  begin();
};

function begin() {
  timer = setInterval(look, 1000);
  look();
}

hear("ended", (moved) => over(moved));
hear("leaving", () => tabs.postMessage({ person, over: true }));
document.addEventListener("visibilitychange", () => timer && !cover && look());
share();
// Tablets have clocks that nobody sets. The service's own is on each of its answers.
fetch(import.meta.url, { method: "HEAD", cache: "no-store" })
  .then((answer) => { ahead = Date.now() - Date.parse(answer.headers.get("Date")) || 0; })
  .catch(() => {})
  .finally(begin);
