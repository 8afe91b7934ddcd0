// How long ago, or in how long: <time data-relative="2026-11-26T08:00:00Z" datetime="2026-11-26T10:00:00Z">in 2 h</time>, kept
// true each half minute. `data-relative` is the service's clock as it was written: nobody sets that of a tablet.
// Without it it says what was true when the page was made.
import { say } from "./words.js";

const MINUTE = 60000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS = [
  ["in_days", "days_ago", DAY, 2 * DAY],
  ["in_hours", "hours_ago", HOUR, HOUR],
  ["in_minutes", "minutes_ago", MINUTE, MINUTE],
];
const ahead = new WeakMap(); // How far the clock of the device is ahead, as of when a time came.

/** As `languages.Reader.away` says it. */
function away(distance) {
  const far = Math.abs(distance);
  const unit = UNITS.find(([, , , from]) => far >= from);
  return unit ? say(unit[distance < 0 ? 1 : 0], { n: Math.floor(far / unit[2]) }) : say("now");
}

function tell() {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    if (!ahead.has(time)) ahead.set(time, Date.now() - Date.parse(time.dataset.relative));
    const said = away(Date.parse(time.dateTime) + ahead.get(time) - Date.now());
    if (time.textContent !== said) time.textContent = said;
  }
}

export const improve = tell;
setInterval(tell, 30000);
