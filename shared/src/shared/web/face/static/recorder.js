// Speaking instead of writing: <div data-recorder data-largest="4000000"> around a file field. Pressed once it records, pressed again
// it stops, after three minutes by itself; what was said can be heard before it is kept, and be taken away. It lies in the file
// field, so that it is sent, and waits to be sent, like any other file.
// Without it, and where a browser has no microphone, a recording that was made before can be chosen.
import { button, hear, make, say } from "./words.js";

const LONGEST = 180;
const RATE = 24000; // Speech needs no more: three minutes are half a megabyte.
const KINDS = { "audio/webm;codecs=opus": "webm", "audio/mp4": "m4a", "audio/ogg;codecs=opus": "ogg" };

export function improve(root) {
  const kind = window.MediaRecorder && Object.keys(KINDS).find((one) => MediaRecorder.isTypeSupported(one));
  if (!kind || !navigator.mediaDevices) return;
  for (const place of root.querySelectorAll("[data-recorder]:not(.speaks)")) {
    place.classList.add("speaks");
    prepare(place, place.querySelector("input[type=file]"), kind);
  }
}

const length = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function prepare(place, field, kind) {
  const label = place.querySelector("label");
  const speak = button("", toggle, label.className);
  speak.append(...[...label.childNodes].map((one) => one.cloneNode(true)));
  const idle = [...speak.childNodes];
  const status = make("p", { className: "unseen", role: "status" });
  label.replaceWith(speak);
  field.ariaLabel = label.textContent.trim();
  place.append(status);
  field.tabIndex = -1;
  field.ariaHidden = "true";
  let taking; // {recorder, stream, began, clock, done}
  let heard;

  async function toggle() {
    if (taking) return taking.recorder.stop();
    forget();
    place.querySelector(".complaint")?.remove();
    speak.disabled = true;
    try {
      record(await navigator.mediaDevices.getUserMedia({ audio: true }));
    } catch {
      place.append(make("p", { className: "complaint", role: "alert" }, say("no_microphone")));
    }
    speak.disabled = false;
  }

  function record(stream) {
    const parts = [];
    const recorder = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: RATE });
    const began = performance.now();
    const passed = () => (performance.now() - began) / 1000;
    const tick = () => {
      speak.replaceChildren(make("span", { className: "recording-dot" }), say("stop_speaking", { time: length(passed()) }));
      if (passed() >= LONGEST && recorder.state === "recording") recorder.stop();
    };
    let ended;
    taking = { recorder, clock: setInterval(tick, 250), done: new Promise((resolve) => { ended = resolve; }) };
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.onstop = () => {
      clearInterval(taking.clock);
      taking = null;
      for (const track of stream.getTracks()) track.stop();
      speak.classList.remove("speaking");
      keep(new File(parts, `recording.${KINDS[kind]}`, { type: kind.split(";")[0] }), passed());
      ended();
    };
    recorder.start(1000); // In pieces: what was said so far is there, whatever happens.
    speak.classList.add("speaking");
    status.textContent = say("speaking");
    tick();
  }

  function keep(file, seconds) {
    const transfer = new DataTransfer();
    transfer.items.add(file);
    field.files = transfer.files;
    show(seconds);
  }

  /** What is in the field, to be heard and taken away. */
  function show(seconds) {
    const [file] = field.files;
    if (!file) return;
    const sound = make("audio", { controls: true, src: URL.createObjectURL(file), ariaLabel: say("your_recording") });
    const told = seconds === undefined ? "" : make("span", {}, length(seconds));
    heard = make("div", { className: "made" }, sound, make("p", { className: "actions" }, told, button(say("take_away"), forget, "quiet")));
    place.append(heard);
    speak.replaceChildren(say("speak_anew"));
    status.textContent = seconds === undefined ? "" : say("spoken", { time: length(seconds) });
  }

  function forget() {
    if (heard) {
      URL.revokeObjectURL(heard.querySelector("audio").src);
      heard.remove();
      heard = null;
    }
    field.value = "";
    status.textContent = "";
    speak.replaceChildren(...idle);
  }

  // One that comes back with a form that was refused (`mending.js`).
  field.addEventListener("change", () => heard || show());
  field.form.addEventListener("reset", () => setTimeout(forget));
  // Who keeps a moment while they speak has said all of it.
  field.form.addEventListener("submit", async (event) => {
    if (!taking) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { recorder, done } = taking;
    recorder.stop();
    await done;
    field.form.requestSubmit(event.submitter);
  }, true);
  hear("ended", () => taking?.recorder.stop());
  show();
}
