// Lists the products that this device can show without a connection.
import { card, kept } from "./boot.js";
import { read } from "./goods.js";

const section = document.querySelector("#kept").parentElement;
const products = kept("recent");
const isHere = await Promise.all(products.map(({ url }) => globalThis.caches?.match(url).then(Boolean)));
const here = products.filter((_, place) => isHere[place]);
section.querySelector(".empty").hidden = here.length > 0;
section.querySelector("ul").replaceChildren(...here.map(entry));

/** The card of a product. Its price is that of the page as it was opened last. */
function entry(product) {
    const made = card(section.querySelector("template"), product), price = made.querySelector(".price");
    read(product.url).then((page) => {
        const { value, textContent } = page.querySelector("#offer .price");
        Object.assign(price, { value, textContent });
    }).catch(() => {});
    return made;
}

// The address is still that of the page that could not be reached.
document.querySelector("#again").addEventListener("click", () => location.reload());
