// Seals what is kept on the device for whoever is signed in, with a key that only their own pages have (<html data-seal="…">,
// 32 bytes in base64; the same after a new sign-in). Without their sign-in nothing of it can be read on the device.
// Where a page has no key, or the browser cannot seal, nothing is kept.
import { page } from "./words.js";

const IV = 12;
const KIND = "AES-GCM";
const bytesOf = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

const key = (async () => crypto.subtle.importKey("raw", bytesOf(page.dataset.seal), KIND, false, ["encrypt", "decrypt"]))();
key.catch(() => {}); // Whoever has something to keep is told.

export async function seal(bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(IV));
  const sealed = await crypto.subtle.encrypt({ name: KIND, iv }, await key, bytes);
  const both = new Uint8Array(IV + sealed.byteLength);
  both.set(iv);
  both.set(new Uint8Array(sealed), IV);
  return both;
}

export const open = async (sealed) =>
  crypto.subtle.decrypt({ name: KIND, iv: sealed.slice(0, IV) }, await key, sealed.slice(IV));

export async function sealText(text) {
  let said = "";
  for (const byte of await seal(new TextEncoder().encode(text))) said += String.fromCharCode(byte);
  return btoa(said);
}

export const openText = async (sealed) => new TextDecoder().decode(await open(bytesOf(sealed)));
