// A drawn signature beside the typed one: <div data-signature> with a text field and a hidden `…_drawn`, into which the lines
// go as an SVG path within 600 × 200, of so many letters at most. Without it, and for whoever cannot draw, the typed name is the signature.
import { button, make, say } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const LONGEST = 20000;
const WIDE = 600;
const HIGH = 200;

export function improve(root) {
  root.querySelectorAll("[data-signature]:not(.drawable)").forEach((place) => {
    place.classList.add("drawable");
    const open = button(say("draw_signature"), () => { open.remove(); lay(place); });
    place.append(open);
    // What was drawn before is not lost where the rest is to be mended.
    if (place.querySelector("input[name$=_drawn]").value) open.click();
  });
}

const set = (element, attributes) => Object.entries(attributes).forEach(([name, said]) => element.setAttribute(name, said));

function lay(place) {
  const value = place.querySelector("input[name$=_drawn]");
  const board = document.createElementNS(SVG, "svg");
  const line = board.appendChild(document.createElementNS(SVG, "path"));
  set(board, { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": say("draw_here") });
  set(line, { fill: "none", stroke: "currentColor", "stroke-width": 3, "stroke-linecap": "round" });
  Object.assign(board.style, { width: "100%", border: "1px solid", borderRadius: "10px", touchAction: "none" });
  const draw = (path) => { value.value = path; line.setAttribute("d", path); };
  const within = (length, most) => Math.min(Math.max(Math.round(length), 0), most);
  const add = (kind, event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(board.getScreenCTM().inverse());
    const path = `${value.value}${kind}${within(at.x, WIDE)} ${within(at.y, HIGH)}`;
    if (path.length <= LONGEST) draw(path);
  };
  board.addEventListener("pointerdown", (event) => { board.setPointerCapture(event.pointerId); add("M", event); });
  board.addEventListener("pointermove", (event) => board.hasPointerCapture(event.pointerId) && add("L", event));
  draw(value.value);
  place.append(board, button(say("clear_signature"), () => draw("")));
}
