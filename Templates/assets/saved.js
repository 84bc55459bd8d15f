// The wish list and the comparison. What is kept is an address, a title and a picture; everything else is read from the page of
// the product, in the edition of this page, so that no price is older than the page itself.
import { card, isAt, isFull, keep, kept, toggle } from "./boot.js";
import { read } from "./goods.js";

const { lang } = document.documentElement;
const edition = location.pathname.split("/")[1];
/** How many pages are read at a time. */
const width = 4;
const text = (root, selector) => root.querySelector(selector)?.textContent.replace(/\s+/g, " ").trim() ?? "";

const paths = (page) => [...page.querySelectorAll(".switch a")].map((link) => link.getAttribute("href"));

/** The product as its page shows it here. Throws the status: 404 when it is not sold here, 0 when nothing can be reached. */
async function facts(item) {
    let page = await read(item.url);
    let url = item.url;
    if (url.split("/")[1] !== edition) {
        url = [...page.querySelectorAll(".switch a")].find((link) => link.hreflang === lang)?.getAttribute("href");
        if (!url?.includes("/p/")) throw 404;
        page = await read(url);
    }
    if (!page.querySelector("#offer")) throw 404;
    const rows = [...page.querySelectorAll(".facts tr")].filter((row) => row.cells.length === 2);
    return {
        url, title: text(page, "h1"), image: page.querySelector(".slides img")?.getAttribute("src"), also: paths(page).filter((path) => path.includes("/p/")),
        price: page.querySelector("#offer .price"), was: text(page, "#offer s"), stock: page.querySelector(".stock"),
        rating: text(page, ".buy .rating b"), ratings: text(page, ".buy .rating a"), seller: text(page, ".buy .small a"),
        details: rows.slice(1).filter((row) => !row.querySelector("#sku")).map((row) => [row.cells[0].textContent, row.cells[1].textContent]),
    };
}

/** Writes what was learnt of an item back to the device. */
function learn(name, item, { url, title, image, also }) {
    const list = kept(name);
    const known = list.find(isAt(item.url));
    if (known) keep(name, list.map((other) => (other === known ? { ...known, url, title, image, also } : other)));
}

async function each(items, work) {
    const queue = [...items];
    await Promise.all(Array.from({ length: width }, async () => {
        while (queue.length) await work(queue.shift());
    }));
}

const blank = document.querySelector(".blank");
const heading = document.querySelector("h1");

// MARK: The wish list

function wishlist(section) {
    const list = section.querySelector(".cards");
    const template = section.querySelector("template");
    const onward = section.querySelector(".onward");
    const items = kept("wishlist");
    const told = section.querySelector("[role=status]");

    function settle() {
        told.textContent = "";
        blank.hidden = list.children.length > 0;
        onward.hidden = kept("compare").length < 2;
    }

    function add(item) {
        const entry = card(template, item);
        const [scales, remove] = entry.querySelectorAll("button");
        const link = entry.querySelector("a");
        scales.ariaPressed = kept("compare").some(isAt(item.url));
        scales.ariaLabel = `${scales.textContent}: ${item.title}`;
        remove.ariaLabel = `${remove.textContent}: ${item.title}`;
        scales.addEventListener("click", () => {
            const { pathname: url } = link;
            if (scales.ariaPressed !== "true" && isFull("compare")) {
                told.textContent = told.dataset.full;
                return;
            }
            scales.ariaPressed = toggle("compare", { ...item, url });
            settle();
        });
        remove.addEventListener("click", () => {
            keep("wishlist", kept("wishlist").filter((other) => !isAt(item.url)(other)));
            const next = entry.nextElementSibling ?? entry.previousElementSibling;
            entry.remove();
            (next?.querySelector("a") ?? heading).focus();
            settle();
        });
        list.append(entry);
        return entry;
    }

    async function fill(entry, item) {
        const cost = entry.querySelector(".cost");
        const stock = entry.querySelector(".stock");
        try {
            const product = await facts(item);
            const link = entry.querySelector("a");
            link.href = product.url;
            link.textContent = product.title;
            if (product.image) entry.querySelector("img").src = product.image;
            entry.querySelector(".by").textContent = product.seller;
            entry.querySelector(".price").value = product.price.value;
            entry.querySelector(".price").textContent = product.price.textContent;
            entry.querySelector("s").textContent = product.was;
            cost.classList.toggle("sale", !!product.was);
            stock.className = product.stock.className;
            stock.textContent = product.stock.textContent;
            learn("wishlist", item, product);
        } catch (status) {
            const isGone = status === 404;
            entry.firstElementChild.classList.toggle("out", isGone);
            stock.classList.add("out");
            stock.textContent = isGone ? stock.dataset.gone : stock.dataset.failed;
        }
        cost.ariaBusy = "false";
    }

    const entries = items.map((item) => [add(item), item]);
    settle();
    each(entries, ([entry, item]) => fill(entry, item));
}

// MARK: The comparison

function compare(section) {
    const table = section.querySelector("table");
    const template = section.querySelector("template");
    const fixed = [...table.tBodies[0].rows];
    const details = new Map();
    const only = document.querySelector(".only");
    const unknown = "–";
    const items = kept("compare");
    const cell = (row, value = "") => {
        const made = row.insertCell();
        made.textContent = value || unknown;
        return made;
    };

    /** The row of a detail, filled up to the product at this place. */
    function rowOf(name, place) {
        if (!details.has(name)) {
            const row = table.tBodies[0].insertRow();
            const label = document.createElement("th");
            label.scope = "row";
            label.textContent = name;
            row.append(label);
            details.set(name, row);
        }
        const row = details.get(name);
        while (row.cells.length < place) cell(row);
        return row;
    }

    function head(item) {
        const copy = card(template, item);
        const button = copy.querySelector("button");
        button.ariaLabel = `${button.textContent}: ${item.title}`;
        // Columns keep their places until all of them are filled.
        button.disabled = true;
        button.addEventListener("click", () => {
            keep("compare", kept("compare").filter((other) => !isAt(item.url)(other)));
            const place = copy.cellIndex;
            for (const row of table.rows) row.cells[place]?.remove();
            heading.focus();
            settle();
        });
        table.tHead.rows[0].append(copy);
        for (const row of fixed) row.insertCell();
    }

    function fill(place, item, product) {
        const isKnown = typeof product === "object";
        const texts = isKnown
            ? [product.price.textContent, product.stock.textContent, product.rating && `${product.rating} (${product.ratings})`, product.seller]
            : ["", product === 404 ? table.dataset.gone : table.dataset.failed];
        fixed.forEach((row, index) => (row.cells[place].textContent = texts[index] || unknown));
        if (!isKnown) return;
        const column = table.tHead.rows[0].cells[place];
        column.querySelector("a").href = product.url;
        column.querySelector("a").textContent = product.title;
        if (product.image) column.querySelector("img").src = product.image;
        learn("compare", item, product);
        for (const [name, value] of product.details) cell(rowOf(name, place), value);
    }

    only.onchange = () => table.classList.toggle("narrow", only.control.checked);

    /** Rows in which the products differ are marked, by a sign for those who see and by a word for those who hear. What is not known of one differs from nothing. */
    function settle() {
        const count = table.tHead.rows[0].cells.length - 1;
        section.hidden = !count;
        blank.hidden = count > 0;
        only.hidden = count < 2;
        for (const row of table.tBodies[0].rows) {
            const values = new Set([...row.cells].slice(1).map((one) => one.textContent).filter((text) => text !== unknown));
            const differs = count > 1 && values.size > 1;
            row.classList.toggle("differs", differs);
            row.cells[0].querySelector("span")?.remove();
            if (!differs) continue;
            const note = document.createElement("span");
            note.className = "hide";
            note.textContent = ` (${table.dataset.differs})`;
            row.cells[0].append(note);
        }
    }

    async function load() {
        table.ariaBusy = "true";
        items.forEach(head);
        only.hidden = items.length < 2;
        section.hidden = false;
        const products = await Promise.all(items.map((item) => facts(item).catch((status) => status)));
        products.forEach((product, index) => fill(index + 1, items[index], product));
        for (const row of details.values()) while (row.cells.length <= items.length) cell(row);
        for (const button of table.tHead.querySelectorAll("button")) button.disabled = false;
        table.ariaBusy = "false";
        settle();
    }

    blank.hidden = items.length > 0;
    if (items.length) load();
}

const wishes = document.querySelector("#wishlist");
const comparison = document.querySelector("#compare");
if (wishes) wishlist(wishes);
if (comparison) compare(comparison);
