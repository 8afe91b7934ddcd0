// The one script of each page: it looks which data-… attributes there are and fetches the modules that improve them.
// Without it (or any of them) every link leads on, every form posts, and all that unfolds does so in its place.
import { hear, page } from "./words.js";

const modules = {
  "[data-region], [data-fragment]": "regions",
  "[data-body-map]": "body",
  "[data-live]": "live",
  "form[data-draft]": "drafts",
  "form[data-questions]": "questions",
  "html[data-worker]": "offline",
  "html[data-ends-at]": "staying",
  "[data-key]": "shortcuts",
  "[data-drag-list]": "drag",
  "[data-dialog]": "dialogs",
  "[data-tabs]": "tabs",
  "[data-toast]": "toasts",
  "[data-signature]": "signature",
  "[data-upload]": "upload",
  "[data-recorder]": "recorder",
  "[data-pad]": "pad",
  "[data-photo]": "photo",
  "[data-progress]": "progress",
  "[data-scrolled]": "scrolled",
  "time[data-relative]": "times",
};

function improve(root) {
  for (const [where, name] of Object.entries(modules)) {
    if (root.matches?.(where) || root.querySelector(where)) {
      import(`./${name}.js`).then((module) => module.improve?.(root), console.error);
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
    import("./leaving.js").then((module) => module.leave(event.target)).catch(() => event.target.submit());
  }
});
// <a href="…" data-instead>: the page is gone at once, and no way back leads to it. Without this one it is a link.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-instead]");
  if (!link) return;
  event.preventDefault();
  document.title = "";
  document.body.style.setProperty("display", "none", "important");
  location.replace(link.href);
});
