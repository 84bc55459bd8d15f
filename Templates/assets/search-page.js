// Suggestions below the search field, results and filters. Words and patterns are those of the search page, which other
// pages fetch. Everything is placed as text, never as HTML; the address is the whole state.
import { Search, price } from "./search.js";

const { lang } = document.documentElement;
const plurals = new Intl.PluralRules(lang), numerals = new Intl.NumberFormat(lang);
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
    shell ??= document.querySelector("#words") ? document : await new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open("GET", head.action);
        request.responseType = "document";
        request.onload = () => resolve(request.response);
        request.onerror = reject;
        request.send();
    });
    words ??= JSON.parse(shell.querySelector("#words").textContent);
    return opening;
}

function word(key, values) {
    const text = words[key].other ? words[key][plurals.select(values.count)] : words[key];
    return text.replace(/{(\w+)}/g, (_, name) => values[name].toFixed ? numerals.format(values[name]) : values[name]);
}

const copy = (id) => document.importNode(shell.querySelector(id).content.firstElementChild, true);

function make(tag, properties, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
}

// Suggestions

// What stands above each group, in their order.
const GROUPS = { recent: "recent", query: "queries", category: "categories", brand: "brands", seller: "sellers", product: "products" };

export async function suggest() {
    const search = await ready().catch(() => head.addEventListener("focusin", suggest, { once: true }));
    if (!search) return;
    const box = make("div", { id: "suggestions", className: "suggestions", role: "listbox", ariaLabel: word("suggested"), hidden: true });
    const status = make("p", { className: "hide", role: "status" });
    let options = [], active, turn = 0;

    function activate(option) {
        active?.setAttribute("aria-selected", false);
        active = option;
        active?.setAttribute("aria-selected", true);
        field.setAttribute("aria-activedescendant", active?.id ?? "");
    }

    function show(isShown) {
        box.hidden = !isShown;
        field.ariaExpanded = isShown;
        activate();
    }

    async function update() {
        const own = ++turn, typed = field.value.trimStart();
        const found = typed ? await search.suggest(typed, { limit: 8 }).catch(() => []) : recent().map((text) => ({ text, kind: "recent" }));
        if (own !== turn || document.activeElement !== field) return;
        const groups = Object.groupBy(found, ({ kind }) => kind);
        box.replaceChildren(...Object.keys(GROUPS).filter((kind) => groups[kind]).map((kind) => make(
            "ul", { role: "group", ariaLabel: word(GROUPS[kind]) }, make("li", { role: "presentation" }, word(GROUPS[kind])),
            ...groups[kind].map((one) => {
                const at = one.text.toLowerCase().startsWith(typed.toLowerCase()) && typed.length;
                const option = make("li", { id: `option-${found.indexOf(one)}`, role: "option", ariaSelected: false, one }, make("bdi", {}, one.text.slice(0, at), make(at ? "b" : "span", {}, one.text.slice(at))));
                if (!typed) option.append(make("span", { className: "forget", title: word("forget", { query: one.text }) }));
                return option;
            }))));
        options = [...box.querySelectorAll("[id]")];
        show(found.length > 0);
        const told = typed && word("suggestions", { count: found.length });
        if (status.textContent !== told) status.textContent = told;
    }

    function choose({ one: { text, target } }) {
        show(false);
        if (target) return location.assign(target);
        field.value = text;
        head.requestSubmit();
    }

    function forget({ one: { text } }) {
        keep(recent().filter((other) => other !== text));
        update();
    }

    const keys = {
        ArrowDown: () => box.hidden ? update() : activate(options[options.indexOf(active) + 1]),
        ArrowUp: () => activate(options.at(active ? options.indexOf(active) - 1 || -options.length - 1 : -1)),
        Enter: () => active && choose(active),
        Delete: () => active?.querySelector(".forget") && forget(active),
        Escape: () => box.hidden || show(false),
    };
    field.addEventListener("keydown", (event) => {
        const isTaken = box.hidden ? event.key === "ArrowDown" : /^Arrow|Esc/.test(event.key) || active && event.key !== "Delete" || active?.querySelector(".forget");
        if (!keys[event.key] || !isTaken) return;
        event.preventDefault();
        keys[event.key]();
    });
    field.addEventListener("input", update);
    field.addEventListener("focus", update);
    field.addEventListener("blur", () => show(false));
    box.addEventListener("pointerdown", (event) => event.preventDefault());
    box.addEventListener("pointermove", ({ target }) => activate(target.closest("[id^=option]")));
    box.addEventListener("click", ({ target }) => target.className === "forget" ? forget(active) : active && choose(active));
    Object.assign(field, { role: "combobox", ariaAutoComplete: "list" }).setAttribute("aria-controls", box.id);
    head.append(box, status);
    listen();
    update();
}

// What was searched for in this browser.
function recent() {
    try {
        return JSON.parse(localStorage.searches).map(String);
    } catch {
        return [];
    }
}

function keep(searches) {
    try {
        localStorage.searches = JSON.stringify(searches.slice(0, 5));
    } catch {} // Where nothing may be kept, nothing is.
}

// By voice, where the browser offers it.
function listen() {
    const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
    if (!Recognition) return;
    const ear = Object.assign(new Recognition(), { lang, interimResults: true });
    const button = make("button", { type: "button", className: "voice", ariaLabel: word("speak"), ariaPressed: false });
    const told = make("p", { className: "told", role: "status" });
    const tell = (key, isOn) => {
        told.textContent = key && word(key);
        button.ariaPressed = isOn;
    };
    button.onclick = () => button.ariaPressed === "true" ? ear.stop() : ear.start();
    ear.onstart = () => tell("listening", true);
    ear.onend = () => button.ariaPressed === "true" && tell("", false);
    ear.onerror = ({ error }) => tell(error === "not-allowed" ? "noMicrophone" : "unheard", false);
    ear.onresult = ({ results: [result] }) => {
        field.value = result[0].transcript;
        if (result.isFinal) head.requestSubmit();
    };
    field.after(button);
    head.append(told);
}

// Results and filters

let toggle;

export async function list(section, isOpening) {
    if (toggle) return isOpening && toggle();
    const { scope } = section.dataset;
    const bar = section.querySelector(".over"), [title, count] = bar.children;
    const refine = bar.querySelector("form"), [opener, { control: sort }] = refine.children;
    const found = section.querySelector(".found"), own = [...found.children], ownCount = count.textContent;
    const live = make("div"), status = make("p", { className: "hide", role: "status" });
    const isWide = matchMedia("(min-width: 62rem)");
    let given, abort = new AbortController(), delay;
    found.append(live, status);

    let search;
    try {
        search = await ready();
    } catch (error) {
        return fail(error, () => list(section, isOpening));
    }
    const { schema } = search, { money } = schema;
    const scale = { price: 10 ** money?.decimals, rating: 10 };
    const panel = copy("#facets"), [form] = panel.children, submit = form.querySelector(".button");
    found.before(panel);

    // What is asked, out of the address.

    const tokens = (text) => text.split(",").map((part) => part.replace(/%2C|%25/g, decodeURIComponent));
    const ends = (id, text) => text.split("-").map((end) => end >= 0 && end ? Math.round(end * (scale[id] ?? 1)) : undefined);
    const facetOf = (id) => schema.facets.find((facet) => facet.id === id);
    const isRange = (id) => (facetOf(id)?.kind ?? "number") === "number";
    const chosen = (from) => [...from].filter(([id, text]) => text && (facetOf(id) || form.elements[id]));

    function ask(from, options) {
        const filters = chosen(from).map(([id, text]) => {
            const [min, max] = ends(id, text);
            return [id, isRange(id) ? { min, max } : tokens(text)];
        });
        return search.search(from.get("q") ?? "", {
            scope, filters: Object.fromEntries(filters), sort: sort.value || "relevance", page: +from.get("page") || 1, size: PAGE, signal: abort.signal, ...options,
        });
    }

    // The address with one thing changed; what is empty is left out. Every change but that of the page leads to the first.
    function address(id, text, from = given) {
        const changed = new URLSearchParams(from);
        changed.delete("page");
        text ? changed.set(id, text) : changed.delete(id);
        const query = `${changed}`.replace(/%2C/g, ",").replace(/%2F/g, "/");
        return location.pathname + (query && `?${query}`);
    }

    function go(address) {
        history.replaceState(scrollY, "");
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
        const facets = schema.facets.filter(({ id, attribute }) => given.get(id) || panel.open && (!attribute || scope.startsWith("category") || given.get("category")));
        const late = setTimeout(() => {
            found.ariaBusy = true;
            if (isLive && !live.children.length) put([make("ul", { className: "cards" }, ...Array.from({ length: 8 }, () => copy("#ghost")))]);
        }, 150);
        try {
            if (!isLive) put();
            if (isLive || panel.open) {
                const result = await ask(given, { size: isLive ? PAGE : 0, facets: [...facets.map(({ id }) => id), ...panel.open ? ["price", "rating", "stock"] : []] });
                if (result.redirect) return location.replace(result.redirect);
                fillPanel(result);
                if (isLive) put(await results(result), result);
            }
            if (y !== undefined) scrollTo(0, y);
        } catch (error) {
            if (!signal.aborted) fail(error, () => update());
        } finally {
            clearTimeout(late);
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
        if (!scope) for (const node of document.querySelectorAll("#hint, .browse")) node.hidden = nodes && result?.total !== 0;
    }

    function fail(error, again) {
        console.warn(error);
        put();
        if (words) {
            live.append(make(
                "div", { className: "empty", role: "alert" }, make("p", {}, word(navigator.onLine ? "failed" : "offline")),
                make("button", { type: "button", className: "button", onclick: again }, word("retry"))));
        }
    }

    const counted = (key, { isApproximate, total }) => (isApproximate ? "≈ " : "") + word(key, { count: total });

    async function results(result) {
        const { query, hits, corrections, dropped, full } = result;
        const page = +given.get("page") || 1, pages = Math.ceil(result.total / PAGE);
        const ways = removals(), notes = [];
        if (corrections.length) notes.push(word("corrected", { query: corrections.reduce((text, { from, to }) => text.replace(from, to), query.toLowerCase()) }));
        if (dropped.length) notes.push(word("dropped", { words: dropped.join(", ") }));
        if (result.isRelaxed) notes.push(word(full ? "partly" : "relaxed"));
        const nodes = [make("p", { className: "note" }, notes.join(" "))];
        if (ways.length) {
            nodes.push(make(
                "ul", { className: "pills" }, ...ways.map(({ name, href }) => make("li", {}, make("a", { href, ariaLabel: word("remove", { name }) }, name))),
                make("li", {}, make("a", { href: address("", "", cleared()), className: "all" }, form.querySelector("[type=reset]").textContent))));
        }
        if (hits.length) {
            if (query) keep([query, ...recent().filter((other) => other !== query)]);
            nodes.push(make("ul", { className: "cards" }, ...hits.map(card)));
            if (pages > 1) nodes.push(pagination(page, pages));
        } else {
            const counts = await Promise.all(ways.map(({ href }) => ask(new URL(href, location).searchParams, { size: 0, facets: [] })));
            nodes.push(make(
                "div", { className: "empty" }, make("p", {}, ways.length ? word("nothingFits") : word("nothing", { query })),
                ...ways.map(({ name, href }, place) => counts[place].total ? make("a", { href }, word("removeFor", { name, count: counts[place].total })) : "")));
        }
        return nodes;
    }

    function cleared() {
        const rest = new URLSearchParams(given);
        for (const [id] of chosen(given)) rest.delete(id);
        return rest;
    }

    // Each filter by its name, with the address that is without it.
    function removals() {
        return chosen(given).flatMap(([id, text]) => (isRange(id) ? [text] : text.split(",")).map((part, place, parts) => {
            const box = [...form.elements].find((control) => control.name === id && control.value === part);
            const [name, unit] = [groupOf(id)?.querySelector("legend").textContent, facetOf(id)?.unit];
            const amount = (end) => end === undefined ? "" : id === "price" ? price(end, money) : numerals.format(end) + (unit ? ` ${unit}` : "");
            const value = box?.nextElementSibling.textContent ?? (isRange(id) ? ends(id, text).map(amount).join("–") : tokens(part).join().split("/").pop());
            return { name: name ? `${name}: ${value}` : value, href: address(id, parts.filter((other) => other !== part).join()) };
        }));
    }

    function pagination(page, pages) {
        const bar = copy("#pages"), [text, { children: [previous, next] }] = bar.children;
        text.textContent = word("listing.page", { page, pages });
        previous.firstElementChild.href = address("page", page - 1);
        next.firstElementChild.href = address("page", page + 1);
        let last = 0;
        for (let number = 1; number <= pages; number++) {
            if (number > 1 && number < pages && Math.abs(number - page) > 1) continue;
            if (number > last + 1) next.before(make("li", {}, "…"));
            next.before(make("li", {}, make("a", { href: address("page", number), ariaCurrent: number === page ? "page" : null }, numerals.format(last = number))));
        }
        if (page === 1) previous.remove();
        if (page === pages) next.remove();
        return bar;
    }

    // The card of the page, filled; what there is nothing to say of is taken out.
    function card({ card, numbers, title }) {
        const item = copy("#card"), at = (selector) => item.querySelector(selector);
        const amount = price(numbers.price, money), isReduced = numbers.was > numbers.price, stars = at(".stars");
        const [unit, lowest] = item.querySelectorAll(".cost ~ p:not([class])");
        Object.assign(at("img"), { src: card.image, alt: card.title });
        at("a").href = card.url;
        at("a").replaceChildren(...title.map(([text, isMarked]) => isMarked ? make("mark", {}, text) : text));
        at(".price").value = (numbers.price / scale.price).toFixed(money.decimals);
        stars.className = `stars s${Math.round(numbers.rating / 5)}`;
        stars.ariaLabel = word("rating.outOf", { value: numbers.rating / 10 });
        stars.nextSibling.data = ` ${numerals.format(numbers.reviews)}`;
        if (!numbers.reviews) at(".rating").remove();
        at(".cost").classList.toggle("sale", isReduced);
        item.firstElementChild.classList.toggle("out", numbers.stock === 0);
        [...item.querySelectorAll(".low")].forEach((note, band) => band !== numbers.stock && note.remove());
        for (const [element, text] of [
            [at(".by"), card.seller], [at(".price"), numbers.from ? word("price.from", { price: amount }) : amount],
            [at("s"), isReduced && price(numbers.was, money)], [unit, card.unitPrice], [lowest, card.lowest30Days], [at(".off"), isReduced && card.saving],
        ]) text ? element.textContent = text : element.remove();
        if (!isReduced) for (const label of item.querySelectorAll(".hide")) label.remove();
        return item;
    }

    // The filters: beside the list where there is room, else in a dialog over it.

    const groupOf = (id) => [...form.children].find((group) => group.dataset.facet === id);

    function fillPanel(result) {
        const { id: focused } = document.activeElement;
        submit.textContent = counted("show", result);
        for (const [id, facet] of Object.entries(result.facets)) {
            let group = groupOf(id);
            const { kind, values } = facet, text = given.get(id) ?? "";
            if (!group) {
                group = copy("#facet");
                group.dataset.facet = id;
                for (const name of group.querySelectorAll("summary, legend")) name.textContent = facet.label;
                form.children[kind === "tree" ? 0 : form.children.length - 2].after(group);
                if (isRange(id)) group.lastElementChild.replaceWith(copy("#range"));
            }
            const fieldset = group.lastElementChild;
            if (group.dataset.facet === "rating" || id === "stock") {
                for (const box of fieldset.elements) {
                    box.checked = box.value === text;
                    box.parentElement.lastElementChild.textContent = box.value && numerals.format(values.find(({ token }) => token === box.value)?.count ?? 0);
                }
            } else if (isRange(id)) {
                [...fieldset.elements].forEach((end, place) => Object.assign(end, {
                    name: id, value: text.split("-")[place] ?? "", placeholder: Math[place ? "ceil" : "floor"]([facet.min, facet.max][place] / (scale[id] ?? 1)),
                }));
                group.hidden = !text && facet.min === facet.max;
            } else {
                fillList(id, fieldset, kind === "tree" ? branches(values, tokens(text)) : values);
                group.hidden = !text && fieldset.elements.length < 2;
            }
        }
        document.getElementById(focused)?.focus({ preventScroll: true });
    }

    function fillList(id, fieldset, values) {
        const all = make("button", { type: "button", onclick: () => fieldset.classList.add("all") }, word("showAll", { count: values.length }));
        fieldset.replaceChildren(fieldset.firstElementChild, ...values.map(({ token, label, count, isSelected, depth }) => {
            const value = token.replace(/[%,]/g, encodeURIComponent);
            const box = make("input", { type: "checkbox", id: `${id}:${token}`, name: id, value, checked: isSelected });
            return make("label", { className: `depth${depth ?? 0}` }, box, make("bdi", {}, label || token), make("small", {}, numerals.format(count)));
        }), ...values.length > 8 ? [all] : []);
    }

    // Of the tree: what is directly below the page's category, and what is below something chosen or beside it.
    function branches(values, chosen) {
        const base = scope.startsWith("category:") ? `${scope.slice(9)}/` : "";
        return values.filter(({ token }) => {
            const above = token.slice(0, token.lastIndexOf("/") + 1);
            return token.startsWith(base) && (above === base || chosen.some((other) => `${other}/`.startsWith(above)));
        }).map((value) => ({ ...value, depth: value.token.slice(base.length).split("/").length - 1 })).sort((a, b) => a.token < b.token ? -1 : 1);
    }

    toggle = (isOpen = !panel.open) => {
        if (isOpen === panel.open) return;
        if (!isOpen) panel.close();
        else if (isWide.matches) panel.open = true;
        else panel.showModal();
        opener.ariaExpanded = isOpen;
        if (isOpen) update();
    };

    function reach() {
        section.scrollIntoView();
        title.tabIndex = -1;
        title.focus({ preventScroll: true });
    }

    history.scrollRestoration = "manual";
    addEventListener("popstate", ({ state }) => update(state ?? 0));
    addEventListener("pagehide", () => history.replaceState(scrollY, ""));
    isWide.addEventListener("change", () => toggle(false));
    panel.addEventListener("close", () => { opener.ariaExpanded = false; });
    refine.addEventListener("change", () => go(address("sort", sort.value)));
    form.addEventListener("change", ({ target: { name, type, value } }) => {
        const controls = [...form.elements].filter((control) => control.name === name);
        // Who chooses a category lets go of those above and below it.
        const isApart = (other) => other === value || !`${other}/`.startsWith(`${value}/`) && !`${value}/`.startsWith(`${other}/`);
        const text = type === "number" ? controls.map((end) => end.value).join("-") : controls.filter((box) => box.checked && isApart(box.value)).map((box) => box.value).join();
        go(address(name, text === "-" ? "" : text));
    });
    form.addEventListener("reset", (event) => {
        event.preventDefault();
        go(address("", "", cleared()));
    });
    form.addEventListener("submit", ({ submitter }) => submitter === submit && reach());
    section.addEventListener("click", (event) => {
        const link = event.target.closest("a");
        if (link?.pathname !== location.pathname || event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        go(link.href);
        if (link.closest(".pages")) reach();
    });
    if (!scope) {
        bar.hidden = false;
        head.addEventListener("submit", (event) => {
            event.preventDefault();
            field.blur();
            go(address("q", field.value.trim(), ""));
        });
    }
    const { value } = sort;
    if (isOpening || isWide.matches && (!scope || location.search)) toggle(true);
    else update(history.state ?? undefined);
    if (value && value !== sort.value) go(address("sort", value));
}
