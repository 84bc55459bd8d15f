// Puts the product of the page into the cart, and shows the cart beside the page. Comes with the first product that is added.
import { add as put, latest } from "./cart.js";
import { cartView } from "./cart-view.js";
import { read, remember } from "./goods.js";
import { speaker, excuse } from "./words.js";

let drawer;

/** The drawer is made of what the page of the cart holds. */
async function open() {
    if (!drawer?.isConnected) {
        const shell = await read(document.body.dataset.cart);
        const sheet = document.createElement("link");
        sheet.rel = "stylesheet";
        sheet.href = shell.querySelector("link[data-buy]").getAttribute("href");
        const isStyled = new Promise((done) => { sheet.onload = sheet.onerror = done; });
        document.head.append(sheet);
        drawer = document.importNode(shell.querySelector("#drawer").content.firstElementChild, true);
        drawer.say = speaker(shell);
        document.body.append(drawer);
        drawer.view = cartView(shell, drawer.querySelector(".inside"), drawer.say);
        drawer.addEventListener("click", ({ target }) => (target === drawer || target.closest(".cross, .stay")) && drawer.close());
        await isStyled;
    }
    return drawer;
}

/** Adds an offer. `facts` is what is shown of it; gives null, or a sentence that says why it cannot be. */
export async function add(offer, quantity, facts) {
    remember(offer, facts);
    const opening = open();
    opening.catch(() => {});
    let fault;
    try {
        await put(offer, quantity);
    } catch (reason) {
        fault = reason;
    }
    let shown;
    try {
        shown = await opening;
    } catch {
        return fault ? "" : null;
    }
    if (fault) return excuse(shown.say, fault);
    shown.view.paint(latest());
    if (!shown.open) shown.showModal();
    shown.view.tell(shown.say("buy.added", { title: facts.title }));
    return null;
}
