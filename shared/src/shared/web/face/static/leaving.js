// Signing out with <form data-sign-out>: the drafts of whoever leaves go, with whom they would call, and the other tabs hear of
// it. Where something still waits to be sent, they are asked first. Without it signing out is the form alone.
import { choose } from "./dialogs.js";
import { forgetAll } from "./drafts.js";
import { drop, waitingAnywhere } from "./waiting.js";
import { say, tell } from "./words.js";

export async function leave(form) {
  const left = await waitingAnywhere();
  if (left.length && !(await choose(say("leaving_title"), say("leaving", { n: left.length }), say("leave_anyway"), say("keep_here")))) return;
  for (const one of left) await drop(one.id);
  forgetAll();
  navigator.serviceWorker?.controller?.postMessage({ person: "" });
  tell("leaving");
  form.submit();
}
