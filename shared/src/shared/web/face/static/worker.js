// Stands between the browser and the network. Where nobody is reached it shows a page that says so, kept beforehand for
// nobody in particular; pages that say something of somebody are never kept. Of a client's pages it has whom their clinic has
// them call, and nothing else; it forgets that with the first page that is not theirs. Without it the browser says so in its own way.
const KEPT = "afterglow";
const OFFLINE = "/intake/offline";
const RELEASE = "/release";
const CALL = "/whom-to-call";
const ANYBODYS_CALL = /<!-- whom to call -->[^]*<!-- \/whom to call -->/;

async function keep(release) {
  const answer = await fetch(OFFLINE, { credentials: "omit", cache: "reload" });
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
  const files = [...(await answer.clone().text()).matchAll(/(?:href|src)="(\/intake\/look\/[^"]+)"/g)].map((found) => found[1]);
  const kept = await caches.open(KEPT);
  await kept.addAll(files);
  await kept.put(OFFLINE, answer);
  await kept.put(RELEASE, new Response(release));
  const wanted = new Set([OFFLINE, RELEASE, CALL, ...files]);
  for (const one of await kept.keys()) if (!wanted.has(new URL(one.url).pathname)) await kept.delete(one);
}

async function renew(release) {
  const before = await (await caches.match(RELEASE))?.text();
  if (before !== release) await keep(release);
}

/** `call` is what a page says of whom to call, as HTML; a page in trouble says nothing of it, and leaves what its person has. */
async function keepCall({ person, call }) {
  const kept = await caches.open(KEPT);
  const before = await kept.match(CALL);
  if (call) await kept.put(CALL, new Response(call, { headers: { Person: person } }));
  else if (before && before.headers.get("Person") !== person) await kept.delete(CALL);
}

async function offlinePage() {
  const [offline, call] = [await caches.match(OFFLINE), await (await caches.match(CALL))?.text()];
  if (!offline || !call) return offline;
  const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": offline.headers.get("Content-Security-Policy") };
  return new Response((await offline.text()).replace(ANYBODYS_CALL, () => call), { headers });
}

async function page(event) {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
  } catch (error) {
    const offline = await offlinePage();
    if (!offline) throw error;
    return offline;
  }
}

addEventListener("install", (event) => event.waitUntil(keep("").then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(registration.navigationPreload?.enable().then(() => clients.claim())));
addEventListener("message", (event) => {
  if (event.data.release) event.waitUntil(renew(event.data.release).catch(() => {}));
  event.waitUntil(keepCall(event.data));
});
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (/^\/intake\/look\//.test(new URL(request.url).pathname)) {
    event.respondWith(fetch(request).catch(async (error) => (await caches.match(request)) || Promise.reject(error)));
  }
});
