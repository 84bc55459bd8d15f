// The visitor's account: who is logged in, and what every page of the account does alike.
import { ask, Fault, isOpen, language, market } from "./api.js";
import { adopt, carried } from "./cart.js";
import { keep, kept } from "./boot.js";
import { faultsOf, tellFaults } from "./form.js";
import { excuse, speaker } from "./words.js";

export const say = speaker(document);
export const find = (selector) => document.querySelector(selector);
export const { overview: overviewURL } = document.querySelector("#account").dataset;
const page = (name) => overviewURL.replace(/overview/, name);
export const logInURL = page("log-in");

const told = find(".told-all"), notice = find(".notice"), ghosts = find(".ghosts");
export const tell = (text) => { told.textContent = text; };

export function complain(fault) {
    if (!(fault instanceof Fault)) throw fault;
    notice.querySelector("p").textContent = excuse(say, fault);
    notice.hidden = false;
    notice.focus();
}

export const calm = () => { notice.hidden = true; };

let current = null;

/** Keeps what pages need of the session: the token without which the server changes nothing. */
export function enter(session) {
    current = session.status === "loggedIn" ? session : null;
    try {
        current ? localStorage.setItem("csrf", current.csrf) : localStorage.removeItem("csrf");
    } catch { /* Asked for again on the next page. */ }
    return current;
}

/** Who is logged in; null when nobody is. */
export const session = async () => enter(await ask("GET", "/session", { session: true }));

/** Asks for something of the account. What wants to know once more who it is asks, and goes on. */
export async function call(method, path, body) {
    try {
        return await ask(method, path, { body, session: true, csrf: current?.csrf });
    } catch (fault) {
        if (fault.code === "unauthorized") {
            leave();
            throw fault;
        }
        if (fault.code !== "stepUpRequired" || !await stepUp()) throw fault;
        return ask(method, path, { body, session: true, csrf: current?.csrf });
    }
}

/** To the log-in, and from there back to this page. */
export function leave() {
    enter({});
    location.replace(`${logInURL}#to=${encodeURIComponent(location.pathname + location.hash)}`);
}

function stepUp() {
    const dialog = document.importNode(find("#step-up").content.firstElementChild, true);
    const isByCode = current.account.secondFactor;
    const [password, code] = dialog.querySelectorAll(".field");
    (isByCode ? password : code).remove();
    document.body.append(dialog);
    dialog.showModal();
    const form = dialog.querySelector("form"), wrong = dialog.querySelector(".field .wrong"), input = dialog.querySelector("input");
    return new Promise((done) => {
        let isDone = false;
        form.addEventListener("submit", async (event) => {
            event.preventDefault();
            wrong.textContent = "";
            try {
                enter(await ask("POST", "/session/step-up", { body: { [isByCode ? "code" : "password"]: input.value.trim() }, session: true, csrf: current.csrf }));
                isDone = true;
                dialog.close();
            } catch (fault) {
                wrong.textContent = excuse(say, fault);
                input.ariaInvalid = "true";
                input.focus();
            }
        });
        dialog.querySelector("[value=no]").addEventListener("click", () => dialog.close());
        dialog.addEventListener("close", () => {
            dialog.remove();
            done(isDone);
        });
    });
}

/** Asks before something that cannot be undone. */
export function confirmed(template) {
    const dialog = document.importNode(find(template).content.firstElementChild, true);
    document.body.append(dialog);
    dialog.showModal();
    return new Promise((done) => dialog.addEventListener("close", () => {
        dialog.remove();
        done(dialog.returnValue === "yes");
    }));
}

/** A button or form that does something, and says what came of it. */
export async function busy(button, work) {
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    calm();
    try {
        await work();
    } catch (fault) {
        complain(fault);
    } finally {
        button.ariaBusy = "false";
    }
}

/** `fields` names for members of the server's request the inputs that hold them. */
export function onSubmit(form, work, fields = {}) {
    const summary = find(".faults");
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        const faults = faultsOf(form, say);
        if (!tellFaults(summary, faults, say)) return;
        busy(form.querySelector(".button"), async () => {
            try {
                await work();
            } catch (fault) {
                const input = fields[fault.field] ?? fields[fault.code] ?? (/^password/.test(fault.code) ? fields.password : null);
                if (!input || !(fault instanceof Fault)) throw fault;
                tellFaults(summary, [[input, excuse(say, fault)]], say);
            }
        });
    });
}

/** Takes along what lies on the device: the cart of this market, and the wish list. */
export async function bringAlong() {
    const cart = carried();
    try {
        if (!cart || cart.token) {
            const guest = cart?.token ? { cart: cart.id, token: cart.token } : undefined;
            adopt(await call("POST", "/account/carts", { market, language, ...guest && { guest } }));
        }
    } catch { /* The cart stays the guest's. */ }
    try {
        const { items } = await call("POST", "/account/wishlist", { items: kept("wishlist").map(({ url, title, image }) => ({ url, title, ...image && { image } })) });
        keep("wishlist", items);
    } catch { /* The list stays on the device. */ }
}

/** Begins a page of the account: shows it to whoever is logged in, and leads the others to the log-in. */
export async function open(work) {
    if (!isOpen) return;
    for (const link of document.querySelectorAll(".rooms a")) if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    const late = setTimeout(() => { ghosts.hidden = false; }, 150);
    const again = notice.querySelector("button");
    if (again) again.onclick = () => location.reload();
    try {
        if (!await session()) return leave();
        await work(current.account);
        find("#account").hidden = false;
    } catch (fault) {
        if (fault.code !== "unauthorized") complain(fault);
    } finally {
        clearTimeout(late);
        ghosts.hidden = true;
    }
}

export const copy = (id) => document.importNode(find(id).content.firstElementChild, true);
