// Makes the choice of a variant immediate. Without this module the same links lead to the table of all variants.
// Every text that is shown comes from the page itself: no amount is computed here.
import { counted, isAt, isFull, keep, kept, showCount, shown, toggle, whenSeen } from "./boot.js";

const form = document.querySelector("#order");
const rows = [...document.querySelectorAll("#variants ~ table tbody tr")];
const groups = [...document.querySelectorAll(".option")];
const slides = document.querySelector(".slides");
const pictures = [...document.querySelectorAll(".slides a")];
const thumbs = [...document.querySelectorAll(".thumbs a")].map(asButton);
const status = form.querySelector(".stock");
const offer = document.querySelector("#offer");
const price = offer.querySelector(".price");
const unitPrice = offer.querySelector("#unitPrice");
const estimates = document.querySelector(".buy details:not([hidden])");
const firstPrice = price.value;
const order = form.querySelector(".button");
const isOpen = !!document.body.dataset.api;
const sku = document.querySelector("#sku");
/** What a choice changes is told here, once. */
const said = Object.assign(make("p", "hide"), { role: "status" });
offer.append(said);

// What led to a picture further down now shows it in its place.
function asButton(link) {
    const button = Object.assign(make("button", "", ...link.childNodes), { type: "button", ariaLabel: link.ariaLabel });
    link.replaceWith(button);
    return button;
}

function showPicture(place) {
    slides.scrollTo({ left: pictures[place].parentElement.offsetLeft - slides.offsetLeft });
    markThumb(place);
}

const markThumb = (place) => thumbs.forEach((other, i) => mark(other, i === place));

const choicesOf = (row) => row.dataset.choices.split(" ");
const linksOf = (group) => [...group.querySelectorAll("a")];

// The row that has this choice of a group and otherwise agrees most with the chosen one; of two, that which can be bought.
function nearest(chosen, group, place) {
    const worth = (row) => 2 * choicesOf(row).filter((choice, i) => choice === choicesOf(chosen)[i]).length + (row.dataset.stock !== "out");
    return rows.filter((row) => +choicesOf(row)[group] === place).reduce((best, row) => worth(row) > worth(best) ? row : best);
}

function make(tag, className, ...children) {
    const element = Object.assign(document.createElement(tag), { className });
    element.append(...children);
    return element;
}

// What the row says of its reduction, in place of what stood there.
function showReduction(row) {
    const was = row.querySelector("s"), lowest = row.querySelector("small.was"), { saving } = row.dataset;
    for (const old of offer.querySelectorAll(".was")) old.remove();
    price.parentElement.classList.toggle("sale", !!was);
    if (was) price.after(" ", make("span", "was", was.cloneNode(true), ...saving ? [" ", make("b", "badge off", saving)] : []));
    if (lowest) unitPrice.after(make("p", "small was", lowest.textContent));
}

function show(row) {
    const amount = row.querySelector("data"), unit = row.querySelector("td small:not(.was)");
    price.value = amount.value;
    for (const one of [price, form.querySelector(".price")]) one.textContent = amount.textContent;
    showReduction(row);
    unitPrice.textContent = unit?.textContent ?? "";
    unitPrice.hidden = !unit;
    // Estimates in other currencies were made of the price with which the page came.
    if (estimates) estimates.hidden = amount.value !== firstPrice;
    status.textContent = row.cells[2].textContent;
    status.className = `stock ${row.dataset.stock}`;
    if (isOpen) order.disabled = row.dataset.stock === "out";
    form.sku.value = sku.textContent = row.dataset.sku;
    for (const other of rows) mark(other.querySelector("a"), other === row);
    const place = thumbs.findIndex((thumb) => row.dataset.image && thumb.firstElementChild.getAttribute("src") === row.dataset.image);
    if (place >= 0) showPicture(place);
}

function choose(row) {
    choicesOf(row).forEach((choice, i) => linksOf(groups[i]).forEach((link, place) => {
        mark(link, place === +choice);
        markGone(link, nearest(row, i, place));
    }));
    show(row);
}

// Whether a choice is sold out depends on the others.
function markGone(link, { dataset, cells }) {
    const isGone = dataset.stock === "out";
    link.classList.toggle("gone", isGone);
    link.querySelector(".hide")?.remove();
    if (isGone) link.append(make("span", "hide", ` (${cells[2].textContent})`));
}

const mark = (link, is) => is ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");

function remember(row) {
    history.replaceState(null, "", `?v=${encodeURIComponent(row.dataset.sku)}`);
    const cost = offer.querySelector(".cost").innerText.replace(/\s+/g, " ").trim();
    said.textContent = [row.querySelector("a").textContent, cost, status.textContent, `${sku.closest("tr").cells[0].textContent} ${sku.textContent}`].join(", ");
}

groups.forEach((group, i) => {
    group.addEventListener("click", (event) => {
        const link = event.target.closest("a");
        if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
        const row = nearest(rows.find((one) => one.dataset.sku === sku.textContent), i, linksOf(group).indexOf(link));
        event.preventDefault();
        choose(row);
        remember(row);
    });
});

for (const row of rows) {
    row.querySelector("a").addEventListener("click", (event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        choose(row);
        remember(row);
    });
}

thumbs.forEach((thumb, place) => thumb.addEventListener("click", () => showPicture(place)));
markThumb(0);

const asked = new URLSearchParams(location.search).get("v");
const row = rows.find((candidate) => candidate.dataset.sku === asked);
if (row) choose(row);

// MARK: Into the cart

const [refusal, acknowledged] = form.querySelectorAll(".wrong, .hide[role]");

// What is seen at once is taken back when it cannot be.
form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (order.ariaBusy === "true") return;
    const quantity = Math.max(1, Math.round(form.quantity.value) || 1), name = order.textContent;
    showCount(counted() + quantity);
    order.ariaBusy = "true";
    refusal.textContent = "";
    acknowledged.textContent = form.dataset.done;
    let sentence = form.dataset.failed;
    try {
        const [{ add }, { described }] = await Promise.all([import("./cart-drawer.js"), import("./goods.js")]);
        sentence = await add(`${form.product.value.split("/")[0]}/${form.sku.value}`, quantity, described(document, form.sku.value, location.pathname));
    } catch { /* The scripts did not come. */ }
    order.ariaBusy = "false";
    showCount();
    if (sentence !== null) refusal.textContent = sentence || form.dataset.failed;
    acknowledged.textContent = "";
    if (sentence === null) {
        order.textContent = form.dataset.done;
        setTimeout(() => { order.textContent = name; }, 2500);
    }
});

// MARK: Pictures

// Whoever swipes sees which picture it is; in pages from right to left places are negative.
slides.addEventListener("scrollend", () => markThumb(Math.round(Math.abs(slides.scrollLeft) / slides.clientWidth)));
slides.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    import("./zoom.js").then(({ zoom }) => zoom(document.querySelector("#zoom"), pictures, pictures.indexOf(link)));
});

whenSeen(document.querySelectorAll(".reviews"), () => import("./reviews.js"));

// MARK: To compare, to share, to find again

const [scales, share] = document.querySelectorAll(".scales, .send");
const told = document.querySelector(".acts [role]");
const onward = document.querySelector(".acts a");

function markCompared() {
    const list = kept("compare");
    scales.ariaPressed = list.some(isAt(location.pathname));
    onward.hidden = !list.length;
}

scales.addEventListener("click", () => {
    const isNew = scales.ariaPressed !== "true";
    told.textContent = isNew && isFull("compare") ? scales.dataset.full : "";
    if (!told.textContent) toggle("compare", shown());
    markCompared();
});
markCompared();
addEventListener("pageshow", markCompared);

share.addEventListener("click", async () => {
    const { title } = shown();
    const url = location.href;
    try {
        if (navigator.share) await navigator.share({ title, url });
        else {
            await navigator.clipboard.writeText(url);
            told.textContent = share.dataset.done;
        }
    } catch (reason) {
        // Whoever closes the sheet wanted nothing; where nothing can be copied, the address itself is shown.
        if (reason.name !== "AbortError") told.textContent = url;
    }
});

// Nothing is remembered of a page that nobody looks at yet, nor for visitors who ask not to be followed.
function noteVisit() {
    const here = shown();
    if (!navigator.globalPrivacyControl) keep("recent", [here, ...kept("recent").filter((item) => !isAt(here.url)(item))]);
}

document.prerendering ? document.addEventListener("prerenderingchange", noteVisit, { once: true }) : noteVisit();
