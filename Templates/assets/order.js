// Where an order stands, for whoever has its link: order.html#id=…&token=….
import { ask, Fault, market } from "./api.js";
import { showOrder } from "./order-view.js";
import { note, placed } from "./orders.js";
import { excuse, speaker } from "./words.js";

const say = speaker(document);
const find = (selector) => document.querySelector(selector);
const notice = find(".notice"), ghosts = find(".ghosts"), told = find(".told-all");

const asked = () => new URLSearchParams(location.hash.slice(1));

async function load() {
    const id = asked().get("id"), token = asked().get("token") ?? placed().find((order) => order.id === id)?.token;
    notice.hidden = true;
    if (!id || !/^[\w-]+$/.test(id)) return missing();
    const late = setTimeout(() => { ghosts.hidden = false; }, 150);
    const request = (method, path) => ask(method, `/orders/${id}${path}`, { token, session: !token });
    try {
        const order = await request("GET", "");
        if (token) note({ id, token, market: order.market ?? market, at: order.placedAt });
        find(".thanks").hidden = !asked().get("new");
        showOrder(document, order, { say, request, tell: (text) => { told.textContent = text; }, link: token ? linkTo(id, token) : null });
    } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        if (fault.status === 404 || fault.status === 401) return missing();
        notice.querySelector("p").textContent = excuse(say, fault);
        notice.hidden = false;
    } finally {
        clearTimeout(late);
        ghosts.hidden = true;
    }
}

const linkTo = (id, token) => `${location.href.split("#")[0]}#id=${id}&token=${encodeURIComponent(token)}`;

function missing() {
    find("#order").hidden = true;
    find(".blank").hidden = false;
}

notice.querySelector("button").addEventListener("click", load);
addEventListener("hashchange", load);
load();
