// What a device knows of the goods in its carts and orders: a title, a picture and the address of the page. The server knows offers
// by their ids alone; whatever is not on the device is read from the page of the product.

const { lang: edition } = document.documentElement;
/** So many are remembered; those that were learnt first are forgotten first. */
const limit = 300;
const text = (root, selector) => root.querySelector(selector)?.textContent.replace(/\s+/g, " ").trim() ?? "";

function known() {
    try {
        return JSON.parse(localStorage.getItem("goods")) ?? {};
    } catch {
        return {};
    }
}

export function remember(offer, facts) {
    const { [offer]: _, ...others } = known();
    const all = Object.entries({ ...others, [offer]: facts });
    try {
        localStorage.setItem("goods", JSON.stringify(Object.fromEntries(all.slice(-limit))));
    } catch { /* Read again next time. */ }
}

/** The page of a product as a document, in which no script runs and no picture is loaded. */
export const read = (url) => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.responseType = "document";
    request.onload = () => (request.status === 200 && request.response ? resolve(request.response) : reject(request.status));
    request.onerror = () => reject(0);
    request.open("GET", url);
    request.send();
});

/** What the page of a product says of one of its variants. */
export function described(page, sku, url) {
    const row = [...page.querySelectorAll("#variants ~ table tbody tr")].find((one) => one.dataset.sku === sku);
    const shop = page.querySelector(".shop a");
    const picture = row?.dataset.image || page.querySelector(".thumbs img")?.getAttribute("src") || page.querySelector(".slides img")?.getAttribute("src");
    return {
        edition, url: row ? `${url}?v=${encodeURIComponent(sku)}` : url, title: text(page, "h1"), variant: row ? text(row, "th a") : "", image: picture ?? "",
        seller: text(page, ".shop a"), shop: shop?.getAttribute("href") ?? "",
        also: Object.fromEntries([...page.querySelectorAll(".switch a")].map((link) => [link.hreflang, link.getAttribute("href")]).filter(([, path]) => path.includes("/p/"))),
    };
}

const isPath = (url) => typeof url === "string" && /^\/(?!\/)/.test(url);

/** What is known here and now, in whatever language. */
export function glimpse(offer) {
    const facts = known()[offer];
    return facts && isPath(facts.url) ? facts : { title: offer.split("/")[1], seller: offer.split("/")[0], url: "", image: "", variant: "" };
}

/** As it is called in this edition. `product` is `seller/folder`, when the server told it. */
export async function facts(offer, product) {
    const here = known()[offer];
    if (here?.edition === edition && isPath(here.url)) return here;
    const sku = offer.slice(offer.indexOf("/") + 1);
    const home = document.querySelector(".brand")?.getAttribute("href") ?? "/";
    const url = here?.also?.[edition] ?? (product && `${home}p/${product.split("/")[1]}${/\.html$/.test(document.body.dataset.cart) ? ".html" : ""}`);
    if (!isPath(url)) return glimpse(offer);
    try {
        const found = described(await read(url), sku, url);
        remember(offer, found);
        return found;
    } catch {
        return glimpse(offer);
    }
}
