// Lists the products that this device can show without a connection.
import { card, kept } from "./boot.js";

const section = document.querySelector("#kept").parentElement;
const products = kept("recent");
const isHere = await Promise.all(products.map(({ url }) => globalThis.caches?.match(url).then(Boolean)));
const here = products.filter((_, place) => isHere[place]);
section.querySelector(".empty").hidden = here.length > 0;
section.querySelector("ul").replaceChildren(...here.map((product) => card(section.querySelector("template"), product)));

// The address is still that of the page that could not be reached.
document.querySelector("#again").addEventListener("click", () => location.reload());
