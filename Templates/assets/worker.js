// Keeps what was visited, so that it opens without a connection. Pages are asked for first, since a price that is shown must be
// today's; what is named by its bytes is taken from the device. The page of the cart is kept as it came, without what is in the cart;
// nothing that belongs to a purchase or an account is.
const shell = ["./app.css", "./sellers.css", "./theme.js", "./boot.js", "./search-start.js", "./icons.svg", "./favicon.svg", "./offline.js", "./saved.js",
    "./cart-page.js", "./cart-view.js", "./cart.js", "./api.js", "./goods.js", "./words.js", "./buy.css"];
const scope = new URL(self.registration.scope);
/** At most as many are kept of each; the oldest go first. Six hundred files are some 20 megabytes. */
const limits = { pages: 60, files: 600 };
/** After which a page of the device is shown, when there is one, in milliseconds. */
const patience = 4000;
const path = (url) => url.pathname.slice(scope.pathname.length);
const isPrivate = /^(v1|[^/]+\/(checkout|order|account))\b/;
const isNamedByBytes = /^(assets|media|search)\//;
/** What scripts read: pages of products, with or without an ending, the search page, the head of the index. */
const isPage = /(\.html|\/p\/[^/.]+|\/search|\/search\/root\.json|\.webmanifest)$/;

self.addEventListener("install", (event) => {
    self.skipWaiting();
    event.waitUntil(caches.open("files").then((files) => files.addAll(shell.map((name) => new URL(name, new URL("assets/", scope))))));
});

self.addEventListener("activate", (event) => {
    event.waitUntil((async () => {
        await self.registration.navigationPreload?.enable();
        await self.clients.claim();
        // The pages that are open came before the worker did.
        const pages = await caches.open("pages");
        await Promise.allSettled((await self.clients.matchAll()).filter(({ url }) => !isPrivate.test(path(new URL(url)))).map(({ url }) => pages.add(url)));
    })());
});

self.addEventListener("fetch", (event) => {
    const { request } = event, url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== scope.origin || request.headers.has("range")) return;
    if (isPrivate.test(path(url))) {
        if (request.mode === "navigate") event.respondWith(reach(event).catch(() => offline(request)));
        return;
    }
    if (request.mode === "navigate") event.respondWith(page(event));
    else if (isNamedByBytes.test(path(url))) event.respondWith(file(event));
    else if (isPage.test(url.pathname)) event.respondWith(fresh(event).catch(() => known(request)));
});

const reach = async (event) => await event.preloadResponse ?? fetch(event.request);

async function fresh(event) {
    const answer = await reach(event);
    // Whatever is asked of a page behind its question mark, it is one page.
    if (answer.ok && !answer.redirected) event.waitUntil(keep("pages", event.request.url.split("?")[0], answer.clone()));
    return answer;
}

async function page(event) {
    const asked = fresh(event);
    const kept = await caches.match(event.request, { ignoreSearch: true });
    const late = kept && new Promise((resolve) => setTimeout(resolve, patience, kept));
    event.waitUntil(asked.catch(() => {}));
    return Promise.race([asked, late].filter(Boolean)).catch(async () => kept ?? await offline(event.request));
}

async function known(request) {
    return await caches.match(request, { ignoreSearch: true }) ?? Response.error();
}

/** The offline page of the visitor's edition, else of any. */
async function offline({ url }) {
    const pages = await caches.open("pages");
    const all = (await pages.keys()).filter((key) => /\/offline(\.html)?$/.test(new URL(key.url).pathname));
    const edition = path(new URL(url)).split("/")[0];
    const best = all.find((key) => path(new URL(key.url)).startsWith(`${edition}/`)) ?? all[0];
    return best ? pages.match(best) : Response.error();
}

async function file(event) {
    const kept = await caches.match(event.request);
    if (kept) return kept;
    const answer = await fetch(event.request);
    if (answer.ok) event.waitUntil(keep("files", event.request, answer.clone()));
    return answer;
}

async function keep(name, request, answer) {
    const cache = await caches.open(name);
    // What is put again moves to the end.
    await cache.delete(request);
    await cache.put(request, answer);
    const keys = await cache.keys();
    const spare = keys.filter(({ url }) => !/\/(offline|wishlist|compare|cart)(\.html)?$|\/assets\//.test(url));
    await Promise.all(spare.slice(0, Math.max(0, keys.length - limits[name])).map((key) => cache.delete(key)));
}
