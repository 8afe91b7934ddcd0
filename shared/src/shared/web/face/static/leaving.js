// Signing out with <form data-sign-out>: the drafts of whoever leaves go, with whom they would call, and the other tabs hear of
// it. Where something still waits to be sent, they are asked first; where nobody is reached, they stay signed in, and are told.
// Without it signing out is the form alone.
import { choose } from "./dialogs.js";
import { forgetAll } from "./drafts.js";
import { toast } from "./toasts.js";
import { drop, waitingAnywhere } from "./waiting.js";
import { say, tell } from "./words.js";

// It is intake that signs out, whichever service sent this page.
const INTAKES = import.meta.url.replace(/\/\w+(?=\/look\/)/, "/intake");
const isReached = () => fetch(INTAKES, { method: "HEAD", cache: "no-store" }).then(({ status }) => status < 500, () => false);

export async function leave(form) {
  if (!(await isReached())) return toast(say("stays_signed_in"), { tone: "attention" });
  const left = await waitingAnywhere();
  if (left.length && !(await choose(say("leaving_title"), say("leaving", { n: left.length }), say("leave_anyway"), say("keep_here")))) return;
  for (const one of left) await drop(one.id);
  forgetAll();
  navigator.serviceWorker?.controller?.postMessage({ person: "" });
  tell("leaving");
  form.submit();
}
