// Stands between the browser and the network. Where nobody is reached it shows a page that says so, kept beforehand for
// nobody in particular; pages that say something of somebody are never kept. Of a client's pages it has whom their clinic has
// them call, and nothing else; it forgets that with the first page that is not theirs. It also has all scripts, so that a page
// that is open works on without a connection. Without it the browser says so in its own way.
const KEPT = "afterglow";
const OFFLINE = "/intake/offline";
const RELEASE = "/release";
const CALL = "/whom-to-call";
const ANYBODYS_CALL = /<!-- whom to call -->[^]*<!-- \/whom to call -->/;

const LOOK = /^\/\w+\/look\/(?=\w+\/)/;

/** Into `found`, by its path: a file, and of a script all that it names by "./". */
async function find(path, found) {
  if (found.has(path)) return;
  found.set(path, null);
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${answer.status}`);
  found.set(path, answer);
  const named = /\.js$/.test(path) ? (await answer.clone().text()).matchAll(/"(\.\/\w+\.js)"/g) : [];
  await Promise.all([...named].map(([, name]) => find(new URL(name, location.origin + path).pathname, found)));
}

/** In the language of whoever reads now; else in the browser's. */
async function keep(release, language) {
  const headers = language ? { "Accept-Language": language } : {};
  const answer = await fetch(OFFLINE, { credentials: "omit", cache: "reload", headers });
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
  const named = [...(await answer.clone().text()).matchAll(/(?:href|src)="(\/intake\/look\/[^"]+)"/g)].map((found) => found[1]);
  const files = new Map();
  await Promise.all(named.map((path) => find(path, files)));
  const kept = await caches.open(KEPT);
  for (const [path, file] of files) await kept.put(path, file);
  await kept.put(OFFLINE, answer);
  await kept.put(RELEASE, new Response(`${release} ${language}`));
  const wanted = new Set([OFFLINE, RELEASE, CALL, ...files.keys()]);
  for (const one of await kept.keys()) if (!wanted.has(new URL(one.url).pathname)) await kept.delete(one);
}

async function renew({ release, language }) {
  const before = await (await caches.match(RELEASE))?.text();
  if (before !== `${release} ${language}`) await keep(release, language);
}

/** The same at each service; kept as one's. By an address of its own, so that a script finds the others beside itself. */
async function keptFile(path) {
  const file = await caches.match(path.replace(LOOK, "/intake/look/"));
  return file && new Response(file.body, { headers: file.headers });
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
  if (event.data.release) event.waitUntil(renew(event.data).catch(() => {}));
  event.waitUntil(keepCall(event.data));
});
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const { pathname } = new URL(request.url);
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (LOOK.test(pathname)) {
    event.respondWith(fetch(request).catch(async (error) => (await keptFile(pathname)) || Promise.reject(error)));
  }
});
