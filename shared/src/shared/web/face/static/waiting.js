// What waits on the device to be sent, in IndexedDB: each entry is one person's at one clinic, and no other page sees or sends it.
// What was written lies there sealed, files and all; when it was written does not. Whoever signs out does so at all of their
// clinics, and is asked of all that waits.
import { open as opened, openText, seal, sealText } from "./sealing.js";
import { page, say } from "./words.js";

const { person = "", clinic = "" } = page.dataset;

const store = new Promise((resolve, reject) => {
  const open = indexedDB.open("afterglow", 1);
  open.onupgradeneeded = () => open.result.createObjectStore("waiting", { keyPath: "id", autoIncrement: true });
  open.onsuccess = () => resolve(open.result);
  open.onerror = () => reject(open.error);
});
store.catch(() => {}); // Whoever has something to keep is told; until then it is no trouble.

async function act(mode, deed) {
  const change = (await store).transaction("waiting", mode, { durability: "strict" });
  const request = deed(change.objectStore("waiting"));
  return new Promise((resolve, reject) => {
    change.oncomplete = () => resolve(request.result);
    change.onabort = change.onerror = () => reject(change.error);
  });
}

async function sealed({ id, at, ...entry }) {
  const files = [];
  const aside = (value) => (value instanceof File ? { file: files.push(value) - 1, name: value.name, type: value.type } : value);
  const fields = entry.fields.map(([name, value]) => [name, aside(value)]);
  const contents = await Promise.all(files.map(async (file) => seal(await file.arrayBuffer())));
  return { ...(id && { id }), at, contents, sealed: await sealText(JSON.stringify({ ...entry, fields })) };
}

async function unsealed(one) {
  const { id, at, contents, sealed: text } = one;
  if (!text) return one; // From before anything was sealed.
  try {
    const entry = JSON.parse(await openText(text));
    const files = await Promise.all(contents.map(opened));
    const whole = (value) => (value.file === undefined ? value : new File([files[value.file]], value.name, { type: value.type }));
    return { ...entry, id, at, fields: entry.fields.map(([name, value]) => [name, whole(value)]) };
  } catch {
    // It is not hidden from whoever wrote it that there is something.
    return { id, at, words: say("unknown_entry"), from: location.pathname, refused: say("cannot_open") };
  }
}

export async function keep(entry) {
  const lasting = await sealed(entry);
  return act("readwrite", (entries) => entries.put({ ...lasting, person, clinic }));
}
export const drop = (id) => act("readwrite", (entries) => entries.delete(id));
/** Where the browser keeps nothing for a page, nothing waits. */
const mine = async () => (await act("readonly", (entries) => entries.getAll()).catch(() => [])).filter((one) => one.person === person);
/** By their ids alone: what waits at another clinic is for none of this one's pages. */
export const waitingAnywhere = async () => (await mine()).map(({ id }) => ({ id }));
export const waiting = async () => Promise.all((await mine()).filter((one) => one.clinic === clinic).map(unsealed));
