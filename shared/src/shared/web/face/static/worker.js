// Stands between the browser and the network. Where nobody is reached it shows a page that says so, kept beforehand for
// nobody in particular; pages that say something of somebody are never kept. Without it the browser says so in its own way.
const KEPT = "afterglow";
const OFFLINE = "/intake/offline";

async function keep(release) {
  const answer = await fetch(OFFLINE, { credentials: "omit", cache: "reload" });
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
  const files = [...(await answer.clone().text()).matchAll(/(?:href|src)="(\/intake\/look\/[^"]+)"/g)].map((found) => found[1]);
  const kept = await caches.open(KEPT);
  await kept.addAll(files);
  await kept.put(OFFLINE, answer);
  await kept.put("/release", new Response(release));
  const wanted = new Set([OFFLINE, "/release", ...files]);
  for (const one of await kept.keys()) if (!wanted.has(new URL(one.url).pathname)) await kept.delete(one);
}

async function renew(release) {
  const before = await (await caches.match("/release"))?.text();
  if (before !== release) await keep(release);
}

async function page(event) {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
  } catch (error) {
    const offline = await caches.match(OFFLINE);
    if (!offline) throw error;
    return offline;
  }
}

addEventListener("install", (event) => event.waitUntil(keep("").then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(registration.navigationPreload?.enable().then(() => clients.claim())));
addEventListener("message", (event) => event.waitUntil(renew(event.data).catch(() => {})));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (/^\/intake\/look\//.test(new URL(request.url).pathname)) {
    event.respondWith(fetch(request).catch(async (error) => (await caches.match(request)) || Promise.reject(error)));
  }
});
