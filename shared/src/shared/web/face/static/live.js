// Regions that follow what happens: <section data-region="board" data-live="/sessions/live">. The service says
// `changed` and nothing else; the region is then fetched like any other, unless somebody types in it or has a dialog open:
// they get a button. [data-live-state] says how fresh it is. Where no stream is to be had it asks every 15 s.
// Without it a region is as it was when the page was loaded. While the page is hidden it rests.
import { changed, refresh } from "./regions.js";
import { button, clock, hear, make, say } from "./words.js";

const POLL = 15000;
const SOON = 300;
const ANYWAY = 120000;
const AT_MOST = 10000;
const streams = new Map();
let over = false;

const state = (words) => document.querySelectorAll("[data-live-state]").forEach((place) => { place.textContent = words; });
const jittered = (milliseconds) => milliseconds * (0.75 + Math.random() / 2);

class Stream {
  constructor(address) {
    this.address = address;
    this.asked = 0; // When what is shown was asked for: as the page itself at first. This clock rests while the device sleeps,
    this.askedAt = performance.timeOrigin; // and this one may be set.
    this.at = Date.now();
    this.failures = 0;
    this.gap = 1000;
  }

  get regions() {
    return [...document.querySelectorAll("[data-live]")].filter((one) => pathOf(one) === this.address.pathname);
  }

  begin() {
    this.end();
    if (over || document.hidden) return;
    if (!window.EventSource) return this.poll();
    this.address.searchParams.set("ago", Math.ceil(Math.max(performance.now() - this.asked, Date.now() - this.askedAt)));
    this.source = new EventSource(this.address);
    this.anyway = setInterval(() => this.soon(), ANYWAY);
    this.source.onopen = () => { this.failures = 0; state(say("live")); };
    this.source.addEventListener("changed", () => this.soon());
    this.source.onerror = () => {
      state(say("reconnecting"));
      if (this.source.readyState === EventSource.CLOSED) this.refused();
    };
  }

  end() {
    this.source?.close();
    clearTimeout(this.later);
    clearTimeout(this.due);
    clearInterval(this.anyway);
    this.due = 0;
  }

  /** The stream is closed for good: what was shown the way in may have run out, which a page renews; or there is no room. */
  refused() {
    this.failures += 1;
    if (this.failures > 1) {
      state(say("updated", { time: clock(this.at) }));
      this.poll();
    } else this.show(this.regions).then(() => this.after(1000));
  }

  poll() {
    clearTimeout(this.later);
    this.later = setTimeout(async () => {
      await this.show(this.regions);
      if (over || document.hidden) return;
      this.polls = (this.polls || 0) + 1;
      if (window.EventSource && this.polls % 4 === 0) this.begin();
      else this.poll();
    }, jittered(POLL));
  }

  after(milliseconds) {
    if (!over && !document.hidden) this.later = setTimeout(() => this.begin(), jittered(milliseconds));
  }

  /** Many changes at once are one; and where they change nothing here, they are looked at more seldom. */
  soon() {
    if (this.due) return;
    const wait = Math.max(SOON, this.asked + this.gap - performance.now());
    this.due = setTimeout(() => { this.due = 0; this.show(this.regions); }, wait);
  }

  async show(regions) {
    if (over || document.hidden) return;
    this.asked = performance.now();
    this.askedAt = Date.now();
    const differ = [];
    for (const one of regions) {
      // They may have begun while the answer was on its way.
      const fresh = isBusy(one) ? "busy" : await refresh(one.dataset.region, { quiet: true, unless: isBusy });
      if (fresh === "busy") offer(one);
      else differ.push(fresh);
    }
    if (differ.includes(true)) this.gap = 1000;
    else if (differ.length) this.gap = Math.min(AT_MOST, this.gap * 2);
    if (!differ.some((one) => one !== null)) return;
    this.at = Date.now();
    state(say(this.failures ? "updated" : "live", { time: clock() }));
  }
}

const pathOf = (one) => new URL(one.dataset.live, location).pathname;

/** Whether somebody is in the middle of something that fresh content would disturb. */
function isBusy(one) {
  const within = one.contains(document.activeElement) && document.activeElement;
  // What a refused form came back with looks unchanged, and is nowhere but here.
  const refused = one.querySelector(".mend[role=alert]");
  const typing = within && within.matches("input, textarea, select");
  return Boolean(document.querySelector("dialog[open]") || refused || typing || changed(one).length);
}

function offer(one) {
  const name = one.dataset.region;
  if (document.querySelector(`[data-news="${CSS.escape(name)}"]`)) return;
  const news = make("div", { role: "status" });
  news.dataset.news = name;
  one.before(news);
  // What comes into it when it is there already is read out.
  setTimeout(() => news.append(button(say("something_new"), () => { news.remove(); refresh(name); })));
}

export function improve(root) {
  for (const one of [root, ...root.querySelectorAll("[data-live]")]) {
    if (!one.dataset?.live) continue;
    document.querySelector(`[data-news="${CSS.escape(one.dataset.region)}"]`)?.remove();
    if (streams.has(pathOf(one))) continue;
    streams.set(pathOf(one), new Stream(new URL(one.dataset.live, location)));
    streams.get(pathOf(one)).begin();
  }
}

document.addEventListener("visibilitychange", () => streams.forEach((one) => (document.hidden ? one.end() : one.begin())));
addEventListener("pagehide", () => streams.forEach((one) => one.end()));
addEventListener("pageshow", (event) => event.persisted && streams.forEach((one) => one.begin()));
hear("ended", () => { over = true; streams.forEach((one) => one.end()); });
hear("resumed", () => { over = false; streams.forEach((one) => one.begin()); });
