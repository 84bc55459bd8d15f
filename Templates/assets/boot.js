// What every page does for its visitor: hearts that save products, what was seen lately, the appearance, and the service worker.
// All of it stays on the device. Nothing here computes an amount, and without this module every page reads as well.

const isPath = (text) => typeof text === "string" && /^\/(?!\/)/.test(text);

/** The list of this name, or an empty one: what lies on a device may be blocked, damaged or from another time. */
export function kept(name) {
    try {
        const list = JSON.parse(localStorage.getItem(name));
        return Array.isArray(list) ? list.filter((item) => isPath(item?.url) && typeof item.title === "string" && (!item.image || isPath(item.image))) : [];
    } catch {
        return [];
    }
}

export function keep(name, list) {
    try {
        localStorage.setItem(name, JSON.stringify(list.slice(0, limits[name])));
    } catch { /* The device keeps nothing; the page works without. */ }
    mark();
}

/** At most as many are kept of each. */
const limits = { wishlist: 200, recent: 40, compare: 4 };
/** How many of those seen lately are shown. */
const recentCount = 12;

/** True for the product that is at this address in some edition. */
export const isAt = (url) => (item) => item.url === url || !!item.also?.includes?.(url);

/** The product that a page or a card shows, as it is kept. */
export function shown(element) {
    const card = element?.closest("article");
    const link = card?.querySelector("h3 a");
    const image = (card ?? document).querySelector(card ? "img" : ".slides img");
    return {
        url: link?.pathname ?? location.pathname, title: (link ?? document.querySelector("h1")).textContent.trim(),
        image: image?.getAttribute("src") ?? "",
    };
}

export const isFull = (name) => kept(name).length >= limits[name];

/** Puts a product into a list or takes it out; true when it is in the list now. */
export function toggle(name, product) {
    const list = kept(name);
    const rest = list.filter((item) => !isAt(product.url)(item));
    const isIn = rest.length === list.length;
    keep(name, isIn ? [product, ...rest] : rest);
    return isIn;
}

/** Fills a copy of a template's card with a product that is kept. */
export function card(template, { url, title, image }) {
    const copy = template.content.firstElementChild.cloneNode(true);
    const link = copy.querySelector("a");
    const picture = copy.querySelector("img");
    link.href = url;
    link.textContent = title;
    if (image) picture.src = image; else picture.removeAttribute("src");
    return copy;
}

const saved = document.querySelector(".saved");
const cart = document.querySelector(".bar .cart");

/** How many the cart of this market holds, as this device knows; nothing is asked of anybody. */
export function counted() {
    try {
        return JSON.parse(localStorage.getItem(`cart:${document.body.dataset.market}`))?.count || 0;
    } catch {
        return 0;
    }
}

export function showCount(count = counted()) {
    if (cart) count > 0 ? cart.dataset.count = count.toLocaleString(document.documentElement.lang) : delete cart.dataset.count;
}

function mark() {
    showCount();
    const wishes = kept("wishlist");
    if (saved) wishes.length ? saved.dataset.count = wishes.length.toLocaleString(document.documentElement.lang) : delete saved.dataset.count;
    for (const button of document.querySelectorAll(".save")) {
        const { url, title } = shown(button);
        button.ariaPressed = wishes.some(isAt(url));
        // A card that was named already keeps its name.
        if (button.ariaLabel && !button.dataset.label) {
            button.dataset.label = button.ariaLabel;
            button.ariaLabel += `: ${title}`;
        }
    }
}

document.addEventListener("click", ({ target }) => {
    const button = target.closest?.(".save");
    if (button) toggle("wishlist", shown(button));
});
addEventListener("storage", mark);
addEventListener("cart", () => showCount());
addEventListener("pageshow", ({ persisted }) => persisted && mark());

// MARK: Lists that a script fills

const found = document.querySelector(".found");
const place = `place:${location.pathname}${location.search}`;
let goal = 0;

// Who comes back finds the list where it was left, even if it had to be made anew.
function settle() {
    mark();
    if (!goal || !found.querySelector(".cards h3")) return;
    scrollTo({ top: goal, behavior: "instant" });
    if (scrollY >= goal) goal = 0;
}

if (found) {
    new MutationObserver(settle).observe(found, { childList: true, subtree: true });
    try {
        const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
        if (isBack && location.search) goal = +sessionStorage.getItem(place);
        addEventListener("pagehide", () => sessionStorage.setItem(`place:${location.pathname}${location.search}`, Math.round(scrollY)));
        for (const touch of ["wheel", "touchmove", "keydown"]) addEventListener(touch, () => (goal = 0), { once: true, passive: true });
    } catch { /* The list begins at its top. */ }
}

// A transition that the browser breaks off is no fault.
for (const change of ["pageswap", "pagereveal"]) {
    addEventListener(change, ({ viewTransition }) => {
        for (const promise of ["ready", "finished", "updateCallbackDone"]) viewTransition?.[promise]?.catch(() => {});
    });
}

// MARK: What stands further down

/** Does something once one of the elements comes near the window. */
export function whenSeen(elements, work) {
    const watch = new IntersectionObserver((entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        watch.disconnect();
        work();
    }, { rootMargin: "100px" });
    for (const one of elements) watch.observe(one);
}

whenSeen(document.querySelectorAll(".steps"), () => import("./shelves.js"));

// MARK: Another language or market

const { lang } = document.documentElement;

// What is searched, chosen and filtered stays; an amount does not where money is another, nor the number of a page.
document.querySelector("#switch")?.addEventListener("beforetoggle", ({ currentTarget }) => {
    for (const link of currentTarget.querySelectorAll("a")) {
        const asked = new URLSearchParams(location.search);
        asked.delete("page");
        if (link.hreflang.slice(-2) !== lang.slice(-2)) asked.delete("price");
        // Where there is no such page, the link leads home.
        if (!link.pathname.endsWith("/")) link.search = asked;
    }
});

// MARK: Seen lately

const recent = document.querySelector("#recent");

function showRecent() {
    const others = kept("recent").filter(({ url }) => url !== location.pathname && url.split("/")[1] === location.pathname.split("/")[1]);
    recent.hidden = !others.length;
    recent.querySelector("ul").replaceChildren(...others.slice(0, recentCount).map((item) => card(recent.querySelector("template"), item)));
}

if (recent) {
    showRecent();
    recent.querySelector("button").addEventListener("click", () => {
        keep("recent", []);
        showRecent();
        document.querySelector("main a")?.focus({ preventScroll: true });
    });
}

// MARK: Appearance

const theme = document.querySelector("#theme");

function showTheme() {
    let wanted;
    try { wanted = localStorage.getItem("theme"); } catch { /* As on the device. */ }
    wanted ? document.documentElement.dataset.theme = wanted : delete document.documentElement.dataset.theme;
    if (theme) theme.value = wanted ?? "";
}

showTheme();
theme?.addEventListener("change", () => {
    try { theme.value ? localStorage.setItem("theme", theme.value) : localStorage.removeItem("theme"); } catch { /* Until the page is left. */ }
    showTheme();
});

// MARK: Connection

const banner = document.querySelector(".banner[data-away]");
const { worker, offline } = banner?.dataset ?? {};
/** For how long the page says that the connection is back, in milliseconds. */
const gladness = 4000;

function tell() {
    if (navigator.onLine && !banner.textContent) return;
    banner.textContent = navigator.onLine ? banner.dataset.back : banner.dataset.away;
    if (navigator.onLine) setTimeout(() => navigator.onLine && banner.replaceChildren(), gladness);
}

if (banner) {
    for (const change of ["online", "offline"]) addEventListener(change, tell);
    tell();
}

async function install() {
    // The only address that may become a script here is that of the site's own worker.
    const policy = globalThis.trustedTypes?.createPolicy("worker", { createScriptURL: (url) => (url === worker ? url : "") });
    await navigator.serviceWorker.register(policy?.createScriptURL(worker) ?? worker);
    await navigator.serviceWorker.ready;
    const pages = await caches.open("pages");
    // What they show lies on the device, so these pages open without a connection as well.
    for (const page of [offline, saved?.href, banner.dataset.compare, document.body.dataset.cart]) if (page && !await pages.match(page)) await pages.add(page);
}

if (worker && "serviceWorker" in navigator) {
    addEventListener("load", () => setTimeout(() => install().catch(() => { /* The site works without. */ })));
}

mark();
