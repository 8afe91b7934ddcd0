// A photo: <div data-photo data-largest="10000000"> around a file field. What was chosen is looked at before it is sent, and taken away
// again. It is made smaller on the device, where also what the camera wrote into it stays: where it was taken, and with what.
// Without it the file is sent as it is, and the service does the same.
import { button, make, page, say } from "./words.js";

const LONGEST_EDGE = 2048;
const QUALITY = 0.85;

export function improve(root) {
  for (const place of root.querySelectorAll("[data-photo]:not(.seen)")) {
    place.classList.add("seen");
    const field = place.querySelector("input[type=file]");
    field.addEventListener("change", () => look(place, field));
    field.form.addEventListener("reset", () => setTimeout(() => forget(place, field)));
    if (field.files.length) look(place, field);
  }
}

async function look(place, field) {
  const [file] = field.files;
  forget(place, field, file);
  if (!file) return;
  const canvas = make("canvas", { className: "photo", role: "img", ariaLabel: say("your_photo") });
  try {
    const picture = await createImageBitmap(file);
    const by = Math.min(1, LONGEST_EDGE / Math.max(picture.width, picture.height));
    Object.assign(canvas, { width: Math.round(picture.width * by), height: Math.round(picture.height * by) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
  } catch {
    return refuse(place, field, say("file_kind"));
  }
  const small = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (field.files[0] !== file) return; // Another one was chosen meanwhile, or none.
  const sent = small ? new File([small], "photo.jpg", { type: "image/jpeg" }) : file;
  const largest = Number(place.dataset.largest) || Infinity;
  if (sent.size > largest) {
    const size = (largest / 1e6).toLocaleString(page.lang || undefined, { maximumFractionDigits: 1 });
    return refuse(place, field, say("file_too_large", { size }));
  }
  const transfer = new DataTransfer();
  transfer.items.add(sent);
  field.files = transfer.files;
  const away = button(say("take_away"), () => { forget(place, field); place.querySelector("input").focus(); }, "quiet");
  place.append(make("div", { className: "made" }, canvas, make("p", { className: "actions" }, away)));
}

function forget(place, field, file) {
  place.querySelector(".made")?.remove();
  place.querySelector(".complaint")?.remove();
  field.ariaInvalid = null;
  if (!file) field.value = "";
}

function refuse(place, field, words) {
  field.value = "";
  field.ariaInvalid = "true";
  place.append(make("p", { className: "complaint", role: "alert" }, words));
}
