// What waits on the device to be sent, in IndexedDB: each entry is one person's at one clinic, and no other page sees or sends it.
// Whoever signs out does so at all of their clinics, and is asked of all that waits.
import { page } from "./words.js";

const { person = "", clinic = "" } = page.dataset;

const opened = new Promise((resolve, reject) => {
  const open = indexedDB.open("afterglow", 1);
  open.onupgradeneeded = () => open.result.createObjectStore("waiting", { keyPath: "id", autoIncrement: true });
  open.onsuccess = () => resolve(open.result);
  open.onerror = () => reject(open.error);
});
opened.catch(() => {}); // Whoever has something to keep is told; until then it is no trouble.

async function act(mode, deed) {
  const change = (await opened).transaction("waiting", mode, { durability: "strict" });
  const request = deed(change.objectStore("waiting"));
  return new Promise((resolve, reject) => {
    change.oncomplete = () => resolve(request.result);
    change.onabort = change.onerror = () => reject(change.error);
  });
}

const isOfThisClinic = (one) => one.clinic === clinic;
export const keep = (entry) => act("readwrite", (store) => store.put({ ...entry, person, clinic }));
export const drop = (id) => act("readwrite", (store) => store.delete(id));
/** Where the browser keeps nothing for a page, nothing waits. */
const all = () => act("readonly", (store) => store.getAll()).catch(() => []);
export const waitingAnywhere = async () => (await all()).filter((one) => one.person === person);
export const waiting = async () => (await waitingAnywhere()).filter(isOfThisClinic);
