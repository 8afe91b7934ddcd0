// The one script of each page: it looks which data-… attributes there are and fetches the modules that improve them.
// Without it (or any of them) every link leads on, every form posts, and all that unfolds does so in its place.
import { hear, page, say } from "./words.js";

const modules = {
  "[data-region], [data-fragment]": "./regions.js",
  "[data-body-map]": "./body.js",
  "[data-live]": "./live.js",
  "form[data-draft]": "./drafts.js",
  "form[data-questions]": "./questions.js",
  "html[data-worker]": "./offline.js",
  "html[data-ends-at]": "./staying.js",
  "[data-key]": "./shortcuts.js",
  "[data-drag-list]": "./drag.js",
  "[data-dialog]": "./dialogs.js",
  "[data-tabs]": "./tabs.js",
  "[data-toast]": "./toasts.js",
  "[data-signature]": "./signature.js",
  "[data-upload]": "./upload.js",
  "[data-recorder]": "./recorder.js",
  "[data-pad]": "./pad.js",
  "[data-photo]": "./photo.js",
  "[data-progress]": "./progress.js",
  "[data-scrolled]": "./scrolled.js",
  "time[data-relative]": "./times.js",
};

function improve(root) {
  for (const [where, file] of Object.entries(modules)) {
    if (root.matches?.(where) || root.querySelector(where)) {
      import(file).then((module) => module.improve?.(root), console.error);
    }
  }
}

page.classList.add("scripted");
improve(document);
if (sessionStorage.getItem("draft-sent")) import("./drafts.js"); // It may be accepted by now.
hear("shown", improve);
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-sign-out]") && !event.defaultPrevented) {
    event.preventDefault();
    import("./leaving.js").then((module) => module.leave(event.target)).catch(() => {
      if (navigator.onLine) return event.target.submit();
      return import("./toasts.js").then(({ toast }) => toast(say("stays_signed_in"), { tone: "attention" }));
    });
  }
});
// <a href="…" data-instead>: the page is gone at once, and no way back leads to it; to those before it one does. Without this one
// it is a link.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-instead]");
  if (!link) return;
  event.preventDefault();
  document.title = "";
  document.body.replaceChildren();
  location.replace(link.href);
});
