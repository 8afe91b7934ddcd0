// Files: <div data-upload data-largest="5000000"> around a file field with `accept`. What is too large or of another kind is
// said before it is sent; while it is on its way, how far it is, with a button to stop it.
// Without it the form is sent as it is, and the service says the same.
import { showAnswer } from "./asking.js";
import { toast } from "./toasts.js";
import { button, make, page, say, tell } from "./words.js";

export function improve(root) {
  for (const place of root.querySelectorAll("[data-upload]:not(.checked)")) {
    place.classList.add("checked");
    const field = place.querySelector("input[type=file]");
    field.addEventListener("change", () => check(place, field));
    if (!field.form.matches(".sends, [data-offline]")) {
      field.form.classList.add("sends");
      field.form.addEventListener("submit", send);
    }
  }
}

function check(place, field) {
  const largest = Number(place.dataset.largest) || Infinity;
  const kinds = field.accept.split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
  const fits = ({ name, type }) => !kinds.length || kinds.some((kind) =>
    kind.startsWith(".") ? name.toLowerCase().endsWith(kind) : kind.endsWith("/*") ? type.startsWith(kind.slice(0, -1)) : type === kind);
  const files = [...field.files];
  const megabytes = (largest / 1e6).toLocaleString(page.lang || undefined, { maximumFractionDigits: 1 });
  const wrong = files.some((file) => file.size > largest) ? say("file_too_large", { size: megabytes }) : files.every(fits) ? "" : say("file_kind");
  place.querySelector(".complaint.now")?.remove();
  field.setCustomValidity(wrong);
  field.ariaInvalid = wrong ? "true" : null;
  if (wrong) place.append(make("p", { className: "complaint now", role: "alert" }, wrong));
}

function send(event) {
  const form = event.target;
  const fields = [...form.querySelectorAll("[data-upload] input[type=file]")];
  const bad = fields.find((field) => field.validationMessage);
  if (event.defaultPrevented || !fields.some((field) => field.files.length)) return;
  event.preventDefault();
  if (bad) return bad.focus();
  if (form.ariaBusy) return;
  form.ariaBusy = "true";
  const bar = make("progress", { value: 0, max: 1, ariaLabel: say("sending") });
  const line = make("p", { className: "actions" }, bar, button(say("cancel"), () => request.abort()));
  const request = new XMLHttpRequest();
  request.responseType = "document";
  request.upload.onprogress = ({ loaded, total }) => { bar.value = loaded / total; };
  const end = () => { line.remove(); form.ariaBusy = null; };
  const stop = (words) => () => { end(); toast(say(words), { tone: "attention" }); };
  request.onabort = stop("upload_cancelled");
  request.onerror = stop("not_sent");
  request.onload = () => {
    end();
    if (request.status < 400) {
      if (!/^\/intake\/sign-in/.test(new URL(request.responseURL).pathname)) tell("sent", form.dataset.draft);
      location.assign(request.responseURL);
    } else if (request.status === 422 && request.response) showAnswer(request.response);
    else toast(request.response?.querySelector("main p")?.textContent || say("not_sent"), { tone: "attention" });
  };
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  request.send(new FormData(form, event.submitter));
  form.append(line);
}
