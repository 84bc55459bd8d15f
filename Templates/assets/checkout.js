// From the cart to the order: who buys and where it goes, how it comes, how it is paid, and a last look. The server decides what
// it costs; a purchase has a key that lies on the device before it is sent, so that it happens once however often it is sent.
import { addressOf, faultOfCode, layFields, linesOf, valuesIn, valuesOf } from "./address.js";
import { ask, Fault, market } from "./api.js";
import { attempt, begin, carried, deliver, forget, latest, refresh, request, ship } from "./cart.js";
import { bySeller, fillSum, wayOf } from "./cart-view.js";
import { facts, glimpse } from "./goods.js";
import { excuse, speaker } from "./words.js";

const { lang } = document.documentElement, { title } = document;
const say = speaker(document);
const page = document.querySelector("#checkout");
const find = (selector) => page.querySelector(selector);
const [faultList, notice, bank, waits, sumList, brief] = [".faults", ".notice", ".bank", ".waits", ".sum dl", ".brief"].map(find);
const ghosts = document.querySelector(".ghosts"), blank = document.querySelector(".blank"), told = document.querySelector(".told-all");
const forms = Object.fromEntries([...page.querySelectorAll("form")].map((form) => [form.dataset.step, form]));
const steps = Object.keys(forms);
const countries = page.dataset.countries.split(" ");
/** How long the page waits before it asks again what became of a payment, in milliseconds; each time longer, up to the last. */
const pauses = [1500, 3000, 5000, 8000, 15000];

let methods = [], chosen = null, reached = 0;

// MARK: Steps

function open(step, focuses = true) {
    reached = Math.max(reached, steps.indexOf(step));
    for (const name of steps) {
        const isOpen = name === step, done = forms[name].nextElementSibling;
        forms[name].hidden = !isOpen;
        if (done) done.hidden = isOpen || steps.indexOf(name) >= reached;
        forms[name].closest("li").toggleAttribute("aria-current", isOpen);
        if (isOpen) forms[name].closest("li").setAttribute("aria-current", "step");
    }
    for (const part of [bank, waits]) part.hidden = true;
    find("ol").hidden = false;
    faultList.hidden = true;
    document.title = title;
    if (focuses) forms[step].closest("li").querySelector("h2").focus();
}

const onward = (step) => {
    tell("");
    open(steps[steps.indexOf(step) + 1]);
};

function conclude(step, text) {
    forms[step].nextElementSibling.querySelector("p").textContent = text;
}

function tell(sentence, focuses) {
    notice.hidden = !sentence;
    notice.querySelector("p").textContent = sentence;
    if (sentence && focuses) {
        notice.tabIndex = -1;
        notice.focus();
    }
}

for (const button of page.querySelectorAll("[data-open]")) button.addEventListener("click", () => open(button.dataset.open));

function submit(step, work) {
    const form = forms[step], button = form.querySelector(".button:last-of-type");
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (button.ariaBusy === "true") return;
        button.ariaBusy = "true";
        try {
            await work(form);
        } catch (fault) {
            if (!(fault instanceof Fault)) throw fault;
            tell(excuse(say, fault), true);
        } finally {
            button.ariaBusy = "false";
        }
    });
}

// MARK: Who and where

const country = find("#country"), addressFields = find(".address"), fieldTemplate = document.querySelector("#field");

function layAddress(cart) {
    const names = new Intl.DisplayNames(lang, { type: "region" });
    country.replaceChildren(...countries.map((code) => new Option(names.of(code), code)));
    country.value = cart.address?.country ?? countries[0];
    find(".country").hidden = countries.length < 2;
    find("#email").value ||= cart.email ?? "";
    layFields(addressFields, fieldTemplate, country.value, say, cart.address ? valuesOf(cart.address) : {});
    concludeAddress(cart);
}

country.addEventListener("change", () => layFields(addressFields, fieldTemplate, country.value, say));

function concludeAddress({ email, address }) {
    if (address) conclude("address", [email, ...linesOf(address, lang)].join("\n"));
}

submit("address", async (form) => {
    const { faultsOf, tellFaults } = await import("./form.js");
    const faults = faultsOf(form, say), code = form.elements.code;
    const example = code && faultOfCode(country.value, code.value.trim());
    if (example && !faults.some(([field]) => field === code)) faults.push([code, say("pay.codeWrong", { example })]);
    if (!tellFaults(faultList, faults, say)) return;
    try {
        const cart = await deliver(form.email.value, addressOf(country.value, valuesIn(addressFields)));
        concludeAddress(cart);
        paint(cart);
        onward("address");
    } catch (fault) {
        const field = { "address/country": country, "address/postalCode": code, "address/name": form.elements.name, "address/lines": form.elements.line,
            "address/city": form.elements.city, "address/region": form.elements.region, email: form.email }[fault.field];
        if (!field) throw fault;
        tellFaults(faultList, [[field, say(`errors.${fault.code}`)]], say);
    }
});

// MARK: How it comes

function paintDelivery(cart) {
    const groups = [...bySeller(cart.lines)].map(([seller, lines]) => ({
        seller, name: glimpse(lines[0].offer).seller, parcel: cart.quote.parcels.find((one) => one.seller === seller),
        ways: (cart.shippingWays ?? []).filter((way) => way.seller === seller),
    }));
    find(".ways").replaceChildren(...groups.map(({ seller, name, parcel, ways }) => {
        const group = document.importNode(document.querySelector("#way").content.firstElementChild, true);
        group.querySelector("legend").textContent = name;
        group.dataset.seller = seller;
        if (ways.length) group.append(...ways.map((way) => choiceOf(seller, way)));
        else group.querySelector("p").textContent = parcel ? wayOf(parcel, say) : "";
        return group;
    }));
    conclude("delivery", groups.map(({ name, parcel, ways }) => [name, [ways.find(({ isChosen }) => isChosen)?.name, parcel && wayOf(parcel, say)].filter(Boolean).join(" · ")].join(": ")).join("\n"));
}

function choiceOf(seller, way) {
    const entry = document.importNode(document.querySelector("#method").content.firstElementChild, true);
    const input = entry.querySelector("input"), points = way.points ?? [];
    Object.assign(input, { name: `way-${seller}`, value: way.method, checked: way.isChosen });
    entry.querySelector("b").textContent = way.name;
    entry.querySelector("small").textContent = wayOf(way, say);
    if (!points.length) return entry;
    const box = document.importNode(document.querySelector("#point").content.firstElementChild, true), select = box.querySelector("select");
    select.append(...points.map(({ id, name, lines, city }) => new Option([name, ...lines, city].join(", "), id)));
    const both = document.createElement("div");
    both.append(entry, box);
    return both;
}

submit("delivery", async (form) => {
    const choices = [...form.querySelectorAll("fieldset")].flatMap(({ dataset: { seller }, elements }) => {
        const chosen = [...elements].find(({ checked }) => checked);
        const point = chosen?.closest("div")?.querySelector("select")?.value;
        return chosen ? [{ seller, method: chosen.value, ...point && { point } }] : [];
    });
    if (choices.length) paint(await ship(choices));
    onward("delivery");
});

// MARK: How it is paid

const nameOf = (method) => say(`orders.${method.id}`) || method.id;
const hints = { bankTransfer: "pay.transfer", cashOnDelivery: "pay.onDelivery", paypal: "pay.redirect" };

/** Everything that can be chosen: what the server sends as `method`, its name, and a hint. */
function choices() {
    return methods.flatMap((method) => method.kind === "sandbox"
        ? method.tokens.map((token) => ({ value: token, name: say(`pay.${token}`) || token, hint: "", kind: "sandbox" }))
        : [{ value: method.id, name: nameOf(method), hint: say(hints[method.kind] ?? ""), kind: method.kind, method }]);
}

function paintMethods() {
    find(".demo").hidden = !methods.some(({ kind }) => kind === "sandbox");
    const place = find(".methods"), known = choices();
    place.replaceChildren(place.firstElementChild, ...known.map(({ value, name, hint }, index) => {
        const entry = document.importNode(document.querySelector("#method").content.firstElementChild, true);
        const input = entry.querySelector("input");
        input.value = value;
        input.checked = chosen ? chosen.value === value : index === 0;
        entry.querySelector("b").textContent = name;
        entry.querySelector("small").textContent = hint;
        return entry;
    }));
}

submit("payment", async (form) => {
    chosen = choices().find(({ value }) => value === form.elements.method?.value) ?? null;
    if (!chosen) return;
    conclude("payment", chosen.name);
    paint(latest());
    onward("payment");
});

// MARK: What is bought

function entry(line) {
    const item = document.createElement("li"), name = document.createElement("span"), price = document.createElement("span");
    const show = ({ title, variant }) => { name.textContent = [title, variant].filter(Boolean).join(", "); };
    show(glimpse(line.offer));
    facts(line.offer).then(show);
    const count = document.createElement("b");
    count.textContent = `${line.quantity.toLocaleString(lang)} ×`;
    price.textContent = line.goods?.display ?? "";
    item.append(count, name, price);
    return item;
}

function paint(cart) {
    brief.replaceChildren(...cart.lines.map(entry));
    fillSum(sumList, cart.quote, say, sumList.dataset);
    paintDelivery(cart);
    const button = find(".buys"), later = ["bankTransfer", "cashOnDelivery"].includes(chosen?.kind);
    button.textContent = say(later ? "buy.order" : "buy.pay", { total: cart.quote.total.display });
    find(".look").replaceChildren(...[...bySeller(cart.lines)].flatMap(([, lines]) => {
        const heading = document.createElement("h3"), list = document.createElement("ul");
        heading.textContent = say("buy.from", { seller: glimpse(lines[0].offer).seller });
        list.className = "brief";
        list.append(...lines.map(entry));
        return [heading, list];
    }));
    const changed = cart.problems.filter(({ code }) => code === "priceChanged").map(({ line }) => cart.lines.find(({ id }) => id === line)).filter(Boolean);
    if (changed.length) tell(changed.map((line) => `${glimpse(line.offer).title}: ${say("buy.priceIs", { to: line.unitPrice?.display })}`).join(" "));
}

submit("review", async () => {
    const { total } = latest().quote;
    begin({ key: crypto.randomUUID(), shown: total.display, body: { total: { amount: total.amount, currency: total.currency }, payment: { method: chosen.value } } });
    await send();
});

async function send() {
    const { key, body } = attempt();
    await settle(() => request("POST", "/complete", { key, body }));
}

const ended = (payment) => settle(() => request("POST", `/payments/${payment}/return`));

/** Asks for the end of a purchase, and does what it says. */
async function settle(asking) {
    let answer;
    try {
        answer = await asking();
    } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        return refused(fault);
    }
    if (answer.status === "placed") return arrive(answer);
    begin({ ...attempt(), payment: answer.payment });
    if (answer.status === "actionRequired" && answer.url) return confirmAt(answer.url, answer.payment);
    wait(() => ended(answer.payment));
}

async function arrive({ order, token }) {
    const { note } = await import("./orders.js");
    forget();
    note({ id: order, token, market, at: new Date().toISOString() });
    location.replace(`${page.dataset.order}#id=${order}&token=${encodeURIComponent(token)}&new=1`);
}

async function refused(fault) {
    // Nobody knows what became of it: the same key asks again.
    if (fault.isOpen || fault.code === "completionInProgress" || fault.code === "cartBusy" && attempt()) return wait(send, excuse(say, fault));
    const shown = attempt()?.shown;
    if (carried()) begin(null);
    const cart = await refresh().catch(() => latest());
    if (!cart) return leave(say("pay.nothing"));
    if (!cart.quote || cart.problems.some(({ isBlocking }) => isBlocking) || fault.code === "outOfStock") return location.assign(page.dataset.cart);
    paint(cart);
    const reason = say(`pay.${fault.meta.reason}`);
    if (fault.code === "priceChanged") {
        open("review", false);
        tell(say("buy.totalChanged", { from: shown, to: cart.quote.total.display }), true);
    } else {
        open(fault.code.startsWith("payment") ? "payment" : "review", false);
        tell([reason, excuse(say, fault)].filter(Boolean).join(" "), true);
    }
}

// MARK: At the bank

function hideSteps(part) {
    find("ol").hidden = true;
    tell("");
    bank.hidden = part !== bank;
    waits.hidden = part !== waits;
    part.querySelector("h2").focus();
}

function confirmAt(url, payment) {
    if (!/\/sandbox\/challenges\/[^/]+$/.test(new URL(url, location.href).pathname)) return location.assign(url);
    // The demonstration's bank has no page of its own.
    hideSteps(bank);
    for (const button of bank.querySelectorAll("button")) {
        button.onclick = async () => {
            button.ariaBusy = "true";
            try {
                await ask("POST", `/sandbox/challenges/${payment}`, { body: { confirms: button.name === "yes" } }).catch((fault) => {
                    if (fault.isOpen) throw fault;
                });
                await ended(payment);
            } catch (fault) {
                tell(excuse(say, fault), true);
            }
            button.ariaBusy = "false";
        };
    }
}

let timer, round = 0;

/** Says that the payment is under way, and asks on. */
function wait(asking, sentence) {
    if (waits.hidden) hideSteps(waits);
    if (sentence) tell(sentence);
    clearTimeout(timer);
    const again = () => {
        clearTimeout(timer);
        return asking();
    };
    waits.querySelector("button").onclick = again;
    timer = setTimeout(again, pauses[Math.min(round++, pauses.length - 1)]);
}

// MARK: The beginning

function leave(sentence, canTryAgain = false) {
    const again = blank.querySelector(".again");
    again.hidden = !canTryAgain;
    again.onclick = load;
    ghosts.hidden = page.hidden = true;
    blank.hidden = false;
    blank.querySelector("p").textContent = sentence;
}

function show() {
    ghosts.hidden = blank.hidden = true;
    page.hidden = false;
    page.ariaBusy = "false";
}

async function load() {
    if (!carried()) return leave(say("pay.nothing"));
    const late = setTimeout(() => { ghosts.hidden = false; }, 150);
    try {
        const returned = new URLSearchParams(location.search).get("payment");
        if (returned) history.replaceState(null, "", location.pathname);
        const [cart, ways] = await Promise.all([refresh(), request("GET", "/payment-methods")]);
        if (!cart) return leave(say("pay.bought"));
        // Cards of Stripe want a form of Stripe's, which this page does not have.
        methods = ways.data.filter(({ kind }) => kind !== "stripe");
        const unsettled = attempt();
        if (cart.quote) {
            layAddress(cart);
            paintMethods();
            paint(cart);
        }
        show();
        if (returned) return await ended(returned);
        if (unsettled) return await (unsettled.payment ? ended(unsettled.payment) : send());
        if (!cart.lines.length) return leave(say("pay.nothing"));
        if (!cart.quote || cart.problems.some(({ isBlocking }) => isBlocking)) return location.replace(page.dataset.cart);
        open(cart.address ? "delivery" : "address", false);
    } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        leave(excuse(say, fault), true);
        addEventListener("online", load, { once: true });
    } finally {
        clearTimeout(late);
        ghosts.hidden = true;
    }
}

addEventListener("pageshow", ({ persisted }) => persisted && load());
load();
