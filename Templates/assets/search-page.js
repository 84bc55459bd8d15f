// Suggestions, results and filters. Words and patterns are those of the search page, which other pages fetch. Everything is
// placed as text, never as HTML, and the address is the whole state.
import { Search, price } from "./search.js";

const { lang } = document.documentElement;
const plurals = new Intl.PluralRules(lang);
const head = document.querySelector(".find"), field = head.q;
const PAGE = 24;
let index, shell, words;

// A failure is forgotten, so that it can be tried again.
const ready = () => index ??= load().catch((error) => {
    index = undefined;
    throw error;
});

async function load() {
    const opening = Search.open(document.body.dataset.search);
    opening.catch(() => {});
    let page = shell ?? document;
    if (!page.querySelector("#words")) {
        const request = new XMLHttpRequest();
        request.responseType = "document";
        request.open("GET", head.action);
        request.send();
        await new Promise((done) => { request.onloadend = done; });
        page = request.response;
    }
    words = JSON.parse(page.querySelector("#words").textContent);
    shell = page;
    return opening;
}

function word(key, values) {
    const text = words[key].other ? words[key][plurals.select(values.count)] : words[key];
    return text.replace(/{(\w+)}/g, (_, name) => values[name].toLocaleString(lang));
}

const copy = (id, place = 0) => document.importNode(shell.querySelector(id).content.children[place], true);

function make(tag, properties, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
}

const KINDS = ["recent", "query", "category", "brand", "seller", "product"];

export async function suggest() {
    const search = await ready().catch(() => head.addEventListener("focusin", suggest, { once: true }));
    if (!search) return;
    const box = copy("#typed"), status = copy("#typed", 1);
    let options, active;

    function activate(option) {
        for (const one of options) one.ariaSelected = one === option;
        active = option;
        field.setAttribute("aria-activedescendant", option?.id ?? "");
    }

    function show(...groups) {
        box.replaceChildren(...groups);
        options = [...box.querySelectorAll("[id]")];
        box.hidden = !options.length;
        field.ariaExpanded = !box.hidden;
        activate();
    }

    async function update() {
        const typed = field.value.trimStart();
        const found = typed ? await search.suggest(typed, { limit: 8 }).catch(() => []) : recent().map((text) => ({ text, kind: "recent" }));
        if (typed !== field.value.trimStart() || document.activeElement !== field) return;
        const groups = Object.groupBy(found, ({ kind }) => kind);
        show(...KINDS.filter((kind) => groups[kind]).map((kind) => make(
            "ul", { role: "group", ariaLabel: word(kind) }, make("li", { role: "presentation" }, word(kind)), ...groups[kind].map((one) => {
                const { text } = one, at = text.toLowerCase().startsWith(typed.toLowerCase()) ? typed.length : text.length;
                return make(
                    "li", { id: `option-${found.indexOf(one)}`, role: "option", ariaSelected: false, one },
                    make("bdi", {}, text.slice(0, at), make("b", {}, text.slice(at))),
                    typed ? "" : make("span", { className: "forget", title: word("forget", { query: text }) }));
            }))));
        const told = typed && word("suggestions", { count: found.length });
        if (status.textContent !== told) status.textContent = told;
    }

    function choose({ text, target }) {
        show();
        if (target) return location.assign(target);
        field.value = text;
        head.requestSubmit();
    }

    function forget({ text }) {
        recent(recent().filter((other) => other !== text));
        update();
    }

    field.onkeydown = (event) => {
        const { key } = event, place = options.indexOf(active);
        if (key === "ArrowDown") box.hidden ? update() : activate(options[place + 1]);
        else if (key === "ArrowUp") activate(active ? options[place - 1] : options.at(-1));
        else if (key === "Escape" && !box.hidden) show();
        else if (key === "Enter" && active) choose(active.one);
        else if (key === "Delete" && active?.one.kind === "recent") forget(active.one);
        else return;
        event.preventDefault();
    };
    field.oninput = field.onfocus = update;
    field.onblur = () => show();
    box.onpointerdown = (event) => event.preventDefault();
    box.onpointermove = ({ target }) => activate(target.closest("[id^=option]"));
    box.onclick = ({ target }) => active && (target.className === "forget" ? forget : choose)(active.one);
    Object.assign(field, { role: "combobox", ariaAutoComplete: "list" }).setAttribute("aria-controls", box.id);
    head.append(box, status);
    listen();
    show();
    update();
}

// The last searches, or these from now on; none where nothing may be kept.
function recent(searches) {
    try {
        if (searches) localStorage.searches = JSON.stringify(searches.slice(0, 5));
        return JSON.parse(localStorage.searches).map(String);
    } catch {
        return [];
    }
}

function listen() {
    const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
    if (!Recognition) return;
    const ear = Object.assign(new Recognition(), { lang, interimResults: true });
    const button = copy("#voice"), told = copy("#voice", 1);
    const tell = (isOn, text) => {
        button.ariaPressed = isOn;
        told.textContent = text;
    };
    button.onclick = () => button.ariaPressed === "true" ? ear.stop() : ear.start();
    ear.onstart = () => tell(true, word("listening"));
    ear.onend = () => button.ariaPressed === "true" && tell(false, "");
    ear.onerror = ({ error }) => tell(false, word(error === "not-allowed" ? "noMicrophone" : "unheard"));
    ear.onresult = ({ results: [result] }) => {
        field.value = result[0].transcript;
        if (result.isFinal) head.requestSubmit();
    };
    field.after(button);
    head.append(told);
}

let isListed;

export async function list(section, isOpening) {
    if (isListed) return;
    const { scope } = section.dataset;
    const bar = section.querySelector(".over"), [title, count] = bar.children;
    const refine = bar.querySelector("form"), [opener, { control: sort }] = refine.children;
    const found = section.querySelector(".found"), own = [...found.children], ownCount = count.textContent;
    const live = make("div"), status = make("p", { className: "hide", role: "status" });
    const isWide = matchMedia("(min-width: 62rem)");
    let given, delay, abort = new AbortController(), search;
    found.append(live, status);
    try {
        search = await ready();
    } catch (error) {
        return fail(error, () => list(section, isOpening));
    }
    if (isListed) return;
    isListed = true;
    const { schema } = search;
    const scales = { price: 10 ** schema.money?.decimals, rating: 10 }, scale = (id) => scales[id] ?? 1;
    const panel = copy("#facets"), [form] = panel.children, submit = form.querySelector(".button");
    found.before(panel);

    const escaped = (token) => token.replace(/[%,]/g, encodeURIComponent);
    const tokens = (text) => text.split(",").map((part) => part.replace(/%2C|%25/g, decodeURIComponent));
    const facetOf = (id) => schema.facets.find((facet) => facet.id === id);
    const isRange = (id) => (facetOf(id)?.kind ?? "number") === "number";
    const chosen = (from) => [...from].filter(([id, text]) => text && (facetOf(id) || form.elements[id]));
    const group = (id) => [...form.children].find((details) => details.dataset.facet === id);

    function ask(from, options) {
        const filters = chosen(from).map(([id, text]) => {
            const [min, max] = text.split("-").map((end) => end && end >= 0 ? Math.round(end * scale(id)) : undefined);
            return [id, isRange(id) ? { min, max } : tokens(text)];
        });
        return search.search(from.get("q") ?? "", {
            scope, filters: Object.fromEntries(filters), sort: sort.value || "relevance", page: +from.get("page") || 1, size: PAGE, signal: abort.signal, ...options,
        });
    }

    // With one thing changed. Every change but that of the page leads to the first.
    function address(id, text, from = given) {
        const changed = new URLSearchParams(from);
        changed.delete("page");
        text ? changed.set(id, text) : changed.delete(id);
        return `${location.pathname}?${changed}`.replace(/%2C/g, ",").replace(/%2F/g, "/").replace(/\?$/, "");
    }

    const cleared = () => address("q", given.get("q"), "");

    function go(address) {
        history.pushState(null, "", address);
        update();
    }

    async function update(y) {
        abort.abort();
        const { signal } = abort = new AbortController();
        given = new URLSearchParams(location.search);
        sort.value = given.get("sort") ?? "";
        if (!scope) field.value = given.get("q") ?? "";
        const isLive = ["q", "sort", "page"].some((name) => given.get(name)) || chosen(given).length > 0;
        const isNarrow = scope.startsWith("category") || given.get("category");
        const facets = panel.open ? schema.facets.filter(({ attribute }) => !attribute || isNarrow).map(({ id }) => id).concat("price", "rating", "stock") : [];
        found.ariaBusy = true;
        if (isLive && !found.querySelector(".cards")) put([copy("#ghosts")]);
        try {
            if (!isLive) put();
            if (isLive || panel.open) {
                const result = await ask(given, { size: isLive ? PAGE : 0, facets: [...facets, ...given.keys()] });
                if (result.redirect) return location.replace(result.redirect);
                fill(result);
                if (isLive) put(await results(result), result);
            }
            if (y !== undefined) scrollTo(0, y);
        } catch (error) {
            if (!signal.aborted) fail(error, () => update());
        } finally {
            if (!signal.aborted) found.ariaBusy = false;
        }
    }

    // Below the bar stand these nodes, or without them the page's own list.
    function put(nodes, result) {
        live.replaceChildren(...nodes ?? []);
        for (const node of own) node.hidden = nodes;
        count.textContent = result ? counted("listing.count", result) : ownCount;
        clearTimeout(delay);
        delay = setTimeout(() => { status.textContent = count.textContent; }, 500);
    }

    function fail(error, again) {
        console.warn(error);
        put();
        if (!shell) return;
        live.append(copy("#failed", +!navigator.onLine));
        live.querySelector("button").onclick = again;
    }

    const counted = (key, { isApproximate, total }) => (isApproximate ? "≈ " : "") + word(key, { count: total });

    async function results({ query, hits, total, full, corrections, dropped, isRelaxed }) {
        const ways = removals(), page = +given.get("page") || 1, pages = Math.ceil(total / PAGE);
        const right = corrections.reduce((text, { from, to }) => text.replace(from, to), query.toLowerCase());
        const notes = [
            corrections.length && word("corrected", { query: right }), hits.length && dropped.length && word("dropped", { words: dropped.join(", ") }),
            isRelaxed && word(full ? "partly" : "relaxed"),
        ];
        if (!hits.length) {
            notes.push(word(ways.length ? "nothingFits" : "nothing", { query }));
            await Promise.all(ways.map(async (way) => {
                const { total } = await ask(new URL(way.href, location).searchParams, { size: 0, facets: [] });
                way.text = word("removeFor", { name: way.name, count: total });
            }));
        }
        const nodes = [make("p", { className: hits.length ? "note" : "empty" }, notes.filter(Boolean).join(" "))];
        const link = (href, text, properties) => make("li", {}, make("a", { href, ...properties }, text));
        if (ways.length) {
            nodes.push(make(
                "ul", { className: "pills" }, ...ways.map(({ name, href, text = name }) => link(href, text, { ariaLabel: text === name ? word("remove", { name }) : null })),
                link(cleared(), form.querySelector("[type=reset]").textContent, { className: "all" })));
        }
        if (!hits.length) return nodes;
        if (query) recent([query, ...recent().filter((other) => other !== query)]);
        nodes.push(make("ul", { className: "cards" }, ...hits.map(card)));
        if (pages > 1) {
            const nav = copy("#pages"), [previous, next] = nav.querySelectorAll("a");
            nav.firstElementChild.textContent = word("listing.page", { page, pages });
            previous.href = address("page", page - 1);
            next.href = address("page", page + 1);
            if (page === 1) previous.remove();
            if (page >= pages) next.remove();
            nodes.push(nav);
        }
        return nodes;
    }

    // Each filter by its name, with the address that is without it.
    const removals = () => chosen(given).flatMap(([id, text]) => (isRange(id) ? [text] : text.split(",")).map((part, _, parts) => {
        const box = [...form.elements].find((box) => box.name === id && box.value === part && box.nextSibling);
        const name = [group(id)?.querySelector("legend").textContent, box?.nextSibling.textContent ?? (isRange(id) ? part.replace("-", "–") : tokens(part).join())].join(": ");
        return { name, href: address(id, parts.filter((other) => other !== part).join()) };
    }));

    // The card of the pages, with a reduction or as new, filled; what there is nothing to say of is taken out.
    function card({ card, numbers, title }) {
        const { saving } = numbers, item = copy("#card", !saving && numbers.new ? 1 : 0), at = (selector) => item.querySelector(selector);
        const money = (name, key) => {
            const amount = numbers[name] && price(numbers[name], schema.money);
            return amount && key ? word(key, { price: amount, unit: card.unit }) : amount;
        };
        const stars = at(".stars"), link = at("a");
        Object.assign(at("img"), { src: card.image, alt: card.title });
        link.href = card.url;
        link.replaceChildren(...title.map(([text, isMarked]) => isMarked ? make("mark", {}, text) : text));
        at(".price").value = (numbers.price / scales.price).toFixed(schema.money.decimals);
        stars.className = `stars s${Math.round(numbers.rating / 5)}`;
        stars.ariaLabel = word("rating.outOf", { value: numbers.rating / 10 });
        at(".cost").classList.toggle("sale", !!numbers.was);
        item.firstElementChild.classList.toggle("out", !numbers.stock);
        const texts = {
            seller: card.seller, priceText: money("price", numbers.from && "price.from"), compareAtText: money("was"),
            unitPrice: money("unit", "price.unit"), lowest30Days: money("lowest", "price.lowest30Days"),
            colours: numbers.colours && word("listing.colours", { count: numbers.colours }), count: numbers.reviews && numbers.reviews.toLocaleString(lang),
            saving: saving && word("price.saving", { percent: (saving / 100).toLocaleString(lang, { style: "percent" }) }),
        };
        for (const element of item.querySelectorAll("*")) {
            const text = element.lastChild, name = text?.data?.match(/{(\w+)}/)?.[1];
            if (name) texts[name] ? text.data = text.data.replace(`{${name}}`, () => texts[name]) : element.remove();
        }
        item.querySelectorAll(".low").forEach((note, band) => band !== numbers.stock && note.remove());
        if (!numbers.was) for (const label of item.querySelectorAll(".hide")) label.remove();
        return item;
    }

    function fill(result) {
        const focused = document.activeElement.id;
        form.ariaBusy = false;
        submit.textContent = counted("show", result);
        for (const [id, { label, kind, values, min, max }] of Object.entries(result.facets)) {
            const text = given.get(id) ?? "";
            let details = group(id);
            if (!details) {
                details = copy(isRange(id) ? "#range" : "#facet");
                details.dataset.facet = id;
                for (const name of details.querySelectorAll("summary, legend")) name.textContent = label;
                kind === "tree" ? form.firstElementChild.after(details) : form.lastElementChild.before(details);
            }
            const fieldset = details.lastElementChild, { elements } = fieldset;
            if (facetOf(id) && !isRange(id)) {
                const shown = kind === "tree" ? branches(values, tokens(text)) : values;
                const all = make("button", { type: "button", onclick: () => fieldset.classList.add("all") }, word("showAll", { count: shown.length }));
                fieldset.replaceChildren(fieldset.firstElementChild, ...shown.map(({ token, label, depth }) => make(
                    "label", { className: `depth${depth}` }, make("input", { type: "checkbox", id: `${id}:${token}`, name: id, value: escaped(token) }),
                    make("bdi", {}, label || token), make("small"))), shown.length > 8 ? all : "");
            }
            [...elements].forEach((box, place) => {
                if (box.type === "number") {
                    Object.assign(box, { name: id, value: text.split("-")[place]?.replace(/[^\d.]/g, "") ?? "", placeholder: [min, max][place] / scale(id) });
                } else if (box.name) {
                    box.checked = text.split(",").includes(box.value);
                    box.parentElement.lastElementChild.textContent = box.value && (values.find(({ token }) => escaped(token) === box.value)?.count ?? 0).toLocaleString(lang);
                }
            });
            details.hidden = !text && (isRange(id) ? min === max : elements.length < 2);
        }
        document.getElementById(focused)?.focus({ preventScroll: true });
    }

    // Of the tree: what is directly below the page's category, and below what is chosen or beside it.
    function branches(values, chosen) {
        const base = scope.startsWith("category:") ? `${scope.slice(9)}/` : "";
        return values.filter(({ token }) => token.startsWith(base)).sort((a, b) => a.token < b.token ? -1 : 1).flatMap((value) => {
            const above = value.token.replace(/[^/]*$/, "");
            return above === base || chosen.some((other) => `${other}/`.startsWith(above)) ? [{ ...value, depth: above.slice(base.length).split("/").length - 1 }] : [];
        });
    }

    function open() {
        isWide.matches ? panel.open = true : panel.showModal();
        opener.ariaExpanded = true;
    }

    function reach() {
        section.scrollIntoView();
        title.tabIndex = -1;
        title.focus({ preventScroll: true });
    }

    history.scrollRestoration = "manual";
    onpopstate = ({ state }) => update(state ?? 0);
    onscrollend = () => history.replaceState(scrollY, "");
    isWide.onchange = () => panel.close();
    opener.onclick = () => {
        if (panel.open) return panel.close();
        open();
        update();
    };
    panel.onclose = () => {
        opener.ariaExpanded = false;
        if (panel.returnValue) reach();
        panel.returnValue = "";
    };
    refine.onchange = () => go(address("sort", sort.value));
    form.onchange = ({ target: { name, type, value } }) => {
        const boxes = [...form.elements].filter((box) => box.name === name);
        // Who chooses a category lets go of those above and below it.
        const isApart = (other) => other === value || !`${other}/`.startsWith(`${value}/`) && !`${value}/`.startsWith(`${other}/`);
        const kept = boxes.filter((box) => type === "number" || box.checked && isApart(box.value)).map((box) => box.value);
        go(address(name, kept.join(type === "number" ? "-" : ",").replace(/^-$/, "")));
    };
    form.onreset = () => go(cleared());
    form.onsubmit = () => !isWide.matches;
    section.onclick = (event) => {
        const link = event.target.closest("a");
        if (link?.pathname !== location.pathname || event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        go(link.href);
        if (link.rel) reach();
    };
    if (!scope) {
        head.onsubmit = () => {
            field.blur();
            go(address("q", field.value.trim(), ""));
            return false;
        };
    }
    const { value } = sort;
    if (isOpening || isWide.matches && (!scope || location.search)) open();
    update(history.state ?? undefined);
    if (value && value !== sort.value) go(address("sort", value));
}
