// Order by dragging: <ol data-drag-list><li data-drag-item>…<form>…</form></li></ol>. Each item's form moves it by the field or
// buttons named `to`, a place from 1: that is the way by keyboard and without script, and what dragging sends, too.
// Escape puts an item back.
import { make, say } from "./words.js";

const spoken = document.body.appendChild(make("p", { className: "unseen", role: "status" }));

export function improve(root) {
  for (const item of root.querySelectorAll("[data-drag-item]:not(.draggable)")) {
    item.classList.add("draggable");
    const handle = make("span", { className: "handle", ariaHidden: "true" }, "⠿");
    Object.assign(handle.style, { cursor: "grab", touchAction: "none", padding: "0.75rem", userSelect: "none" });
    item.prepend(handle);
    handle.addEventListener("pointerdown", (event) => event.button || drag(item, handle, event));
  }
}

function drag(item, handle, start) {
  start.preventDefault();
  const list = item.closest("[data-drag-list]");
  const items = () => [...list.querySelectorAll("[data-drag-item]")];
  const before = items();
  const stop = new AbortController();
  // A pointer is not held by what moves in the page.
  const on = (type, act) => document.addEventListener(type, act, { signal: stop.signal });
  const end = (kept) => {
    stop.abort();
    item.style.removeProperty("opacity");
    if (!kept) list.append(...before);
    const to = items().indexOf(item) + 1;
    spoken.textContent = say(kept ? "moved" : "move_cancelled", { place: to, count: before.length });
    if (kept && to - 1 !== before.indexOf(item)) move(item, to);
  };
  item.style.opacity = "0.6";
  on("pointermove", ({ clientY }) => {
    const next = items().find((one) => one !== item && middle(one) > clientY);
    if (next ? item.nextElementSibling !== next : items().at(-1) !== item) next ? next.before(item) : list.append(item);
  });
  on("pointerup", () => end(true));
  on("pointercancel", () => end(false));
  on("keydown", (event) => event.key === "Escape" && end(false));
}

const middle = (one) => one.getBoundingClientRect().top + one.offsetHeight / 2;

function move(item, to) {
  const form = item.querySelector("form");
  const field = form.querySelector("select[name=to], input[name=to]") || form.appendChild(make("input", { type: "hidden", name: "to" }));
  field.value = to;
  form.requestSubmit();
}
