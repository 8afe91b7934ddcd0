// Drawing instead of writing: <div data-pad> with a button and a hidden field, into which the lines go as the data of an SVG path within
// 900 × 900, of so many letters at most. A line can be undone, and all of it be cleared. What was drawn before stands there again.
// Without it nothing is drawn.
import { button, hear, make, say } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const SIDE = 900;
const LONGEST = 20000;
const NEAR = 6; // What lies nearer adds letters, and nothing that one sees.

export function improve(root) {
  for (const place of root.querySelectorAll("[data-pad]:not(.drawable)")) {
    place.classList.add("drawable");
    prepare(place, place.querySelector("input"), place.querySelector("button"));
  }
}

function prepare(place, field, opener) {
  const board = document.createElementNS(SVG, "svg");
  const line = board.appendChild(document.createElementNS(SVG, "path"));
  for (const [name, said] of Object.entries({ viewBox: `0 0 ${SIDE} ${SIDE}`, class: "pad open", role: "img", "aria-label": say("draw_with") })) {
    board.setAttribute(name, said);
  }
  line.setAttribute("class", "p-stroke");
  const draw = (path) => { field.value = path; line.setAttribute("d", path); };
  const change = (path) => { draw(path); field.dispatchEvent(new Event("input", { bubbles: true })); };
  const within = (length) => Math.min(Math.max(Math.round(length), 0), SIDE - 1);
  let last;

  const add = (kind, event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(board.getScreenCTM().inverse());
    const here = [within(at.x), within(at.y)];
    if (kind === "L" && Math.hypot(here[0] - last[0], here[1] - last[1]) < NEAR) return;
    last = here;
    const path = `${field.value}${kind}${here.join(" ")}`;
    if (path.length <= LONGEST) draw(path);
  };
  board.addEventListener("pointerdown", (event) => {
    board.setPointerCapture(event.pointerId);
    add("M", event);
    // A point is a line of no length, that is seen by its round ends.
    if (field.value.length + 8 <= LONGEST) draw(`${field.value}L${last.join(" ")}`);
  });
  board.addEventListener("pointermove", (event) => board.hasPointerCapture(event.pointerId) && add("L", event));
  board.addEventListener("pointerup", () => change(field.value));

  const undo = button(say("undo"), () => change(field.value.replace(/M[^M]*$/, "")));
  const clear = button(say("clear_drawing"), () => change(""));
  const made = make("div", { className: "made" }, board, make("p", { className: "actions" }, undo, clear));
  const open = () => { place.append(made); opener.ariaExpanded = "true"; };
  const close = () => { made.remove(); opener.ariaExpanded = "false"; };
  opener.ariaExpanded = "false";
  // What was drawn is not put away unseen.
  opener.addEventListener("click", () => {
    if (made.isConnected && !field.value) return close();
    open();
    made.scrollIntoView({ block: "center" });
  });
  const show = () => { draw(field.value); if (field.value) open(); };
  field.form.addEventListener("reset", () => { draw(""); close(); });
  hear("filled", (form) => form === field.form && show());
  show();
}
