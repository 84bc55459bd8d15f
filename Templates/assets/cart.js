// The cart of this market: an id and a token on the device, and what the server last said of it. Changes are sent one after the
// other; what the visitor sees at once is undone when the server refuses.
import { ask, Fault, language, market } from "./api.js";

const name = `cart:${market}`;

/** What lies on the device: `id`, `token`, `count`, and the `cart` as the server last gave it; null when there is none. */
export function carried() {
    try {
        const record = JSON.parse(localStorage.getItem(name));
        return typeof record?.id === "string" ? record : null;
    } catch {
        return null;
    }
}

// Where nothing can be stored, the cart lives as long as the page.
let unstored = null;
const record = () => carried() ?? unstored;

function carry(value) {
    unstored = value;
    try {
        value ? localStorage.setItem(name, JSON.stringify(value)) : localStorage.removeItem(name);
    } catch { /* See above. */ }
    dispatchEvent(new CustomEvent("cart", { detail: value?.cart ?? null }));
}

export const forget = () => carry(null);
export const latest = () => record()?.cart ?? null;

/** What belongs to a purchase that has begun: its key, so that it is bought once however often it is sent. */
export const attempt = () => record()?.attempt ?? null;
export function begin(attempt) {
    const { attempt: _, ...rest } = record();
    carry(attempt ? { ...rest, attempt } : rest);
}

function learn(cart) {
    const known = record();
    carry({ ...known, cart, count: cart.lines.reduce((sum, { quantity }) => sum + quantity, 0) });
    return cart;
}

let turn = Promise.resolve();
/** Does one thing after the other. */
const inTurn = (work) => (turn = turn.then(work, work));

const isGone = ({ code, status }) => status === 404 || status === 401 || code === "cartClosed";

async function open() {
    const cart = await ask("POST", "/carts", { body: { market, language } });
    const { token, ...rest } = cart;
    carry({ id: cart.id, token, count: 0, cart: rest });
}

/** Asks for something of the cart with its token. */
export const request = (method, path, options = {}) => {
    const { id, token } = record() ?? {};
    if (!id) throw new Fault("cartEmpty", { status: 404 });
    return ask(method, `/carts/${id}${path}`, { token, session: !token, ...options });
};

/** Changes the cart; when another window was faster, as it is now. */
async function change(method, path, body) {
    const version = latest()?.version;
    try {
        return learn(await request(method, path, { body, version }));
    } catch (fault) {
        if (fault.code === "versionConflict") {
            await refreshNow();
            return learn(await request(method, path, { body }));
        }
        if (isGone(fault)) forget();
        throw fault;
    }
}

async function refreshNow() {
    if (!record()) return null;
    try {
        return learn(await request("GET", ""));
    } catch (fault) {
        if (isGone(fault)) {
            forget();
            return null;
        }
        throw fault;
    }
}

/** The cart as it is now; null when there is none. */
export const refresh = () => inTurn(refreshNow);

export const add = (offer, quantity) => inTurn(async () => {
    if (!record()) await open();
    try {
        return await change("POST", "/lines", { offer, quantity });
    } catch (fault) {
        // It was bought or has expired: a new one takes its place.
        if (record()) throw fault;
        await open();
        return change("POST", "/lines", { offer, quantity });
    }
});

export const setQuantity = (line, quantity) => inTurn(() => change("PATCH", `/lines/${line}`, { quantity }));
export const remove = (line) => inTurn(() => change("DELETE", `/lines/${line}`));
export const useCoupon = (code) => inTurn(() => (code ? change("PUT", "/coupon", { code }) : change("DELETE", "/coupon")));
export const deliver = (email, address) => inTurn(() => change("PUT", "/delivery", { email, address }));
export const ship = (choices) => inTurn(() => change("PUT", "/shipping", { choices }));
export const adopt = (cart, token) => carry({ id: cart.id, token, count: cart.lines.reduce((sum, { quantity }) => sum + quantity, 0), cart });
