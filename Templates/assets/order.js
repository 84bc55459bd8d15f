// Where an order stands, for whoever has its link: order.html#id=…&token=…. Its parcels, amounts, address and payment, and what can
// still be done about it.
import { linesOf } from "./address.js";
import { ask, Fault, market } from "./api.js";
import { facts, glimpse } from "./goods.js";
import { note, placed } from "./orders.js";
import { date, days, excuse, speaker } from "./words.js";

const { lang } = document.documentElement;
const say = speaker(document);
const find = (selector) => document.querySelector(selector);
const notice = find(".notice"), ghosts = find(".ghosts"), told = find(".told-all");
const tell = (text) => { told.textContent = text; };
const copy = (id) => document.importNode(find(id).content.firstElementChild, true);

function rows(list, entries) {
    list.replaceChildren(...entries.filter(([, value]) => value).map(([name, value, className]) => {
        const row = document.createElement("div"), term = document.createElement("dt"), text = document.createElement("dd");
        term.textContent = name;
        text.textContent = value;
        if (className) row.className = className;
        row.append(term, text);
        return row;
    }));
}

/** `request` asks for something of this order; `link` opens it for whoever has it. */
function show(order, { request, link }) {
    const page = find("#order");
    page.hidden = false;
    find(".when").textContent = [say("orders.number", { number: order.number ?? order.id }), say("orders.placedAt", { date: date(order.placedAt, { dateStyle: "long", timeStyle: "short" }) })].join(" · ");
    showParcels(order);
    showAmounts(page.querySelector("[aria-labelledby=amounts] dl"), order);
    find(".goes").textContent = linesOf(order.address, lang).join("\n");
    showPayment(page, order);
    showDocuments(page.querySelector(".documents"), order);

    const copies = find(".copies"), name = copies.textContent;
    copies.hidden = !link;
    copies.onclick = async () => {
        try {
            await navigator.clipboard.writeText(link);
            copies.textContent = copies.dataset.done;
            tell(copies.dataset.done);
            setTimeout(() => { copies.textContent = name; }, 2500);
        } catch {
            tell(link);
        }
    };
    find(".prints").onclick = () => print();

    // Whoever has an account has its order there.
    find(".keep").hidden = !link;

    const cancels = find(".cancels");
    cancels.hidden = !order.orders.length || order.orders.some(({ status }) => status !== "placed");
    cancels.onclick = async () => {
        if (!await confirmed()) return cancels.focus();
        cancels.ariaBusy = "true";
        try {
            show(await request("POST", "/cancel"), { request, link });
            find(".thanks").hidden = true;
            tell(say("orders.cancelledNow"));
            find("h1").focus();
        } catch (fault) {
            notice.querySelector("p").textContent = excuse(say, fault);
            notice.hidden = false;
        }
        cancels.ariaBusy = "false";
    };
}

function confirmed() {
    const dialog = copy("#cancel");
    document.body.append(dialog);
    dialog.showModal();
    return new Promise((done) => dialog.addEventListener("close", () => {
        dialog.remove();
        done(dialog.returnValue === "yes");
    }));
}

function showParcels({ orders }) {
    const place = find("#order .parcels");
    place.replaceChildren(place.firstElementChild, ...orders.map((parcel, index) => {
        const section = copy("#parcel"), known = glimpse(parcel.lines[0].offer);
        const heading = section.querySelector("h3"), state = section.querySelector(".state");
        const name = (seller) => { heading.textContent = [orders.length > 1 ? say("orders.parcel", { number: index + 1, count: orders.length }) : "", seller].filter(Boolean).join(": "); };
        name(known.seller);
        state.textContent = say(`orders.${parcel.status}`) || parcel.status;
        state.classList.add(parcel.status);
        section.querySelector(".way").textContent = parcel.status === "placed" || parcel.status === "inProgress"
            ? parcel.earliest ? say("orders.arrivesOn", { dates: days(parcel.earliest, parcel.latest) }) : say("orders.arrives", { from: parcel.earliestDays, to: parcel.latestDays }) : "";
        section.querySelector(".lines").append(...parcel.lines.map((line) => item(line, name)));
        return section;
    }));
}

function item(line, nameSeller) {
    const entry = copy("#line"), link = entry.querySelector("a"), picture = entry.querySelector("img");
    const show = ({ url, title, variant, image, seller }) => {
        if (url) link.setAttribute("href", url);
        link.textContent = title;
        entry.querySelector(".variant").textContent = variant;
        if (image) picture.src = image;
        nameSeller(seller);
    };
    // Where the device knows nothing of it, the order says what it was called.
    const called = (known) => (known.url || !line.title ? known : { ...known, title: line.title, variant: line.options ?? "" });
    show(called(glimpse(line.offer)));
    facts(line.offer, line.product).then((known) => show(called(known)));
    entry.querySelector(".count").textContent = say("orders.quantity", { count: line.quantity });
    entry.querySelector(".price").textContent = line.quantity > 1 ? say("orders.each", { price: line.unitPrice.display }) : line.unitPrice.display;
    return entry;
}

function showAmounts(list, { total, paid, refunded, orders }) {
    const words = list.dataset;
    // The sums of one parcel are those of the order; of several, each parcel's total stands beside it.
    const parts = orders.length === 1
        ? [[words.goods, orders[0].goods.display], [words.discount, orders[0].discount.amount && `−${orders[0].discount.display}`], [words.shipping, orders[0].shipping.amount ? orders[0].shipping.display : words.free]]
        : orders.map(({ lines, total }) => [glimpse(lines[0].offer).seller, total.display]);
    rows(list, [...parts, [words.total, total.display, "total"], [words.paid, paid.amount && paid.display], [words.refunded, refunded.amount && refunded.display]]);
}

function showPayment(page, { payment, total }) {
    const text = page.querySelector(".payment"), box = page.querySelector(".due");
    text.previousElementSibling.hidden = text.hidden = !payment;
    box.hidden = payment?.due?.kind !== "bankTransfer";
    if (!payment) return;
    text.textContent = [say(`orders.${payment.method}`), say(`orders.${payment.state}`)].filter(Boolean).join(": ");
    if (box.hidden) return;
    const { account = {}, reference, until } = payment.due, list = box.querySelector("dl"), words = list.dataset;
    rows(list, [[words.holder, account.holder], [words.iban, account.iban], [words.bic, account.bic], [words.reference, reference], [words.until, until && date(until)], [words.total, total.display, "total"]]);
}

function showDocuments(box, { documents = [] }) {
    box.hidden = !documents.length;
    box.querySelector("ul").replaceChildren(...documents.map(({ number, url }) => {
        const entry = document.createElement("li"), link = document.createElement("a");
        link.href = url;
        link.textContent = number;
        entry.append(link);
        return entry;
    }));
}

// MARK: The link

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
        show(order, { request, link: token ? linkTo(id, token) : null });
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
