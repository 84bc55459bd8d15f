// Makes the choice of a variant immediate. Without this module the same links lead to the table of all variants.
// Every text that is shown comes from the page itself: no amount is computed here.
import { counted, isAt, isFull, keep, kept, showCount, shown, toggle } from "./boot.js";

const form = document.querySelector("#order");
const rows = [...document.querySelectorAll("#variants ~ table tbody tr")];
const groups = [...document.querySelectorAll(".option")];
const slides = document.querySelector(".slides");
const thumbs = [...document.querySelectorAll(".thumbs a")];
const status = form.querySelector(".stock");
const offer = document.querySelector("#offer");
const price = offer.querySelector(".price");
const unitPrice = offer.querySelector("#unitPrice");
const estimates = document.querySelector(".buy details:not([hidden])");
const firstPrice = price.value;
const order = form.querySelector(".button");
const isOpen = !!document.body.dataset.api;

function showPicture(link) {
    const figure = document.getElementById(link.hash.slice(1));
    slides.scrollTo({ left: figure.offsetLeft - slides.offsetLeft });
    markThumb(link);
}

const markThumb = (link) => thumbs.forEach((other) => mark(other, other === link));

const choicesOf = (row) => row.dataset.choices.split(" ");
const linksOf = (group) => [...group.querySelectorAll("a")];

// The row of these choices, which are places of links in their groups.
const rowFor = (choices) => rows.find((row) => choicesOf(row).every((choice, i) => +choice === choices[i]));

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
    price.textContent = amount.textContent;
    showReduction(row);
    unitPrice.textContent = unit?.textContent ?? "";
    unitPrice.hidden = !unit;
    // Estimates in other currencies were made of the price with which the page came.
    if (estimates) estimates.hidden = amount.value !== firstPrice;
    status.textContent = row.cells[2].textContent;
    status.className = `stock ${row.dataset.stock}`;
    if (isOpen) order.disabled = row.dataset.stock === "out";
    form.sku.value = document.querySelector("#sku").textContent = row.dataset.sku;
    for (const other of rows) mark(other.querySelector("a"), other === row);
    const thumb = thumbs.find((link) => row.dataset.image && link.firstElementChild.getAttribute("src") === row.dataset.image);
    if (thumb) showPicture(thumb);
}

function choose(row) {
    choicesOf(row).forEach((choice, i) => linksOf(groups[i]).forEach((link, place) => mark(link, place === +choice)));
    show(row);
}

const mark = (link, is) => is ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");

const remember = (row) => history.replaceState(null, "", `?v=${encodeURIComponent(row.dataset.sku)}`);

for (const group of groups) {
    group.addEventListener("click", (event) => {
        const link = event.target.closest("a");
        if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
        const row = rowFor(groups.map((other) => linksOf(other).findIndex((one) => other === group ? one === link : one.hasAttribute("aria-current"))));
        if (!row) return;
        event.preventDefault();
        choose(row);
        remember(row);
    });
}

for (const row of rows) {
    row.querySelector("a").addEventListener("click", (event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        choose(row);
        remember(row);
    });
}

for (const link of thumbs) {
    link.addEventListener("click", (event) => {
        event.preventDefault();
        showPicture(link);
    });
}

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
slides.addEventListener("scrollend", () => markThumb(thumbs[Math.round(Math.abs(slides.scrollLeft) / slides.clientWidth)]));
const pictures = [...document.querySelectorAll(".slides a")];
slides.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    import("./zoom.js").then(({ zoom }) => zoom(document.querySelector("#zoom"), pictures, pictures.indexOf(link)));
});

// MARK: Reviews

const reviews = [...document.querySelectorAll(".reviews ol > li")];
const bars = document.querySelector(".bars");
const shares = [...(bars?.rows ?? [])].map((row, index) => [row.cells[0], reviews.filter((review) => review.querySelector(`.s${2 * (5 - index)}`))]);

/** The number of stars becomes a button that leaves only the reviews that gave so many. */
for (const [cell, chosen] of shares) {
    if (!chosen.length) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.ariaPressed = "false";
    button.append(...cell.childNodes);
    cell.append(button);
    button.addEventListener("click", () => {
        const isOn = button.ariaPressed !== "true";
        for (const other of bars.querySelectorAll("button")) other.ariaPressed = isOn && other === button;
        for (const review of reviews) review.hidden = isOn && !chosen.includes(review);
        bars.nextElementSibling.textContent = isOn ? `${bars.dataset.shown}: ${[chosen, reviews].map((list) => list.length.toLocaleString(document.documentElement.lang)).join(" / ")}` : "";
    });
}

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
