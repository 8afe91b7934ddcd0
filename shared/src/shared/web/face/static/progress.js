// Long work: <div data-progress="/notify/export/1/state"> with a <progress> and a line in words. The address answers
// {"done": 3, "total": 10, "words": "3 of 10 letters"}, and is asked every 2 s until all is done.
// Without it the page shows how far it was; loading it again says how far it is.
import { QUIET } from "./asking.js";

const EVERY = 2000;
const MOST = 30000;

export function improve(root) {
  root.querySelectorAll("[data-progress]").forEach((place) => {
    const address = place.dataset.progress;
    place.removeAttribute("data-progress");
    look(place, address, EVERY);
  });
}

async function look(place, address, wait) {
  if (!place.isConnected) return;
  let done, total;
  if (!document.hidden) {
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json", ...QUIET } });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      const said = await answer.json();
      ({ done, total } = said);
      Object.assign(place.querySelector("progress"), { max: total, value: done });
      const words = place.querySelector("[role=status]");
      if (words && words.textContent !== said.words) words.textContent = said.words;
      wait = EVERY;
    } catch {
      wait = Math.min(MOST, wait * 2);
    }
  }
  if (!(done >= total)) setTimeout(look, wait, place, address, wait);
}
