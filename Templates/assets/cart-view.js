// Shows a cart: on its page and in the drawer. Everything that is shown is text of the server or of the page.
import { language } from "./api.js";
import { latest, refresh, remove, setQuantity, add, useCoupon } from "./cart.js";
import { facts, glimpse } from "./goods.js";
import { days, excuse } from "./words.js";
import { toggle } from "./boot.js";

/** How long a quantity rests before it is sent, in milliseconds. */
const rest = 300;

const part = (root, selector) => root.querySelector(selector);
const copy = (shell, id) => document.importNode(part(shell, id).content.firstElementChild, true);

/** The rows of a sum: what it is made of, then the total. */
export function fillSum(list, quote, say, words) {
    // What comes off a delivery is taken off its price already.
    const reductions = (quote.discounts ?? []).filter(({ lane }) => lane !== "shipping")
        .map(({ coupon, name, amount }) => [coupon ? say("buy.voucher", { code: coupon }) : name || words.discount, amount, true]);
    const rows = [
        [words.goods, quote.goods], ...reductions,
        [words.shipping, quote.shipping.amount ? quote.shipping : { display: words.free }],
        ...quote.taxInclusive ? [] : [[words.tax, quote.tax]],
        ...quote.relief?.amount ? [[words.relief, quote.relief, true]] : [],
        [words.total, quote.total],
        ...quote.taxInclusive && quote.tax.amount ? [[words.taxIncluded, quote.tax]] : [],
    ];
    list.replaceChildren(...rows.map(([name, { display }, isLess]) => {
        const row = document.createElement("div"), term = document.createElement("dt"), value = document.createElement("dd");
        term.textContent = name;
        value.textContent = isLess && !/^[-−]/.test(display) ? `−${display}` : display;
        row.append(term, value);
        if (name === words.total) row.className = "total";
        return row;
    }));
}

/** What a parcel costs and when it comes, in one line. */
export function wayOf({ shipping, price = shipping, ...times }, say) {
    return [price.amount ? say("buy.delivery", { price: price.display }) : say("buy.freeDelivery"), whenOf(times, say)].join(" · ");
}

const whenOf = ({ earliest, latest, earliestDays: from, latestDays: to }, say) =>
    (earliest ? say("buy.arrivesOn", { dates: days(earliest, latest) }) : say("buy.arrives", { from, to }));

/** The lines of a cart by seller, in the order in which they came. */
export function bySeller(lines) {
    const groups = new Map();
    for (const line of lines) {
        const seller = line.offer.split("/")[0];
        groups.set(seller, [...groups.get(seller) ?? [], line]);
    }
    return groups;
}

export function cartView(shell, place, say) {
    place.append(copy(shell, "#bag"));
    const bag = place.lastElementChild;
    const [blank, full, parcels, sum, list, told, notice, undone, blocked, coupon] = [
        ".blank", ".full", ".parcels", ".sum", ".sum dl", ".told-all", ".notice", ".undone", ".blocked", ".coupon",
    ].map((selector) => part(bag, selector));
    const words = list.dataset;
    const sections = new Map(), items = new Map(), timers = new Map();
    let isFrozen = false;

    const tell = (text) => { told.textContent = text; };
    const titleOf = (line) => glimpse(line.offer).title;

    function fail(fault, where = notice) {
        part(where, "p").textContent = excuse(say, fault);
        where.hidden = false;
    }

    /** Does something with the cart; what is seen goes back to what is so when it fails. */
    async function attempt(work, item) {
        item?.setAttribute("aria-busy", "true");
        try {
            const cart = await work();
            notice.hidden = true;
            paint(cart);
            return cart;
        } catch (fault) {
            paint(latest());
            fail(fault);
            return null;
        } finally {
            item?.removeAttribute("aria-busy");
        }
    }

    function step(line, item, quantity) {
        const field = part(item, "input");
        const wanted = Math.min(999, Math.max(1, Math.round(quantity) || 1));
        field.value = wanted;
        part(item, "[name=less]").disabled = wanted === 1;
        clearTimeout(timers.get(line));
        timers.set(line, setTimeout(async () => {
            timers.delete(line);
            const known = latest()?.lines.find(({ id }) => id === line);
            if (!known || known.quantity === wanted) return;
            const cart = await attempt(() => setQuantity(line, wanted), item);
            if (cart?.quote) tell(say("buy.changed", { title: titleOf(known), count: wanted, total: cart.quote.total.display }));
        }, rest));
    }

    async function takeOut(id, item, moves) {
        const line = latest().lines.find((one) => one.id === id);
        const { url, title, image } = glimpse(line.offer);
        const all = [...bag.querySelectorAll(".lines > li")];
        const next = all[all.indexOf(item) + 1] ?? all[all.indexOf(item) - 1];
        item.hidden = true;
        const cart = await attempt(() => remove(id), item);
        item.hidden = false;
        if (!cart) return;
        if (moves) toggle("wishlist", { url: url.split("?")[0], title, image });
        const sentence = moves ? say("buy.moved", { title }) : cart.quote ? say("buy.removed", { title, total: cart.quote.total.display }) : say("buy.emptied", { title });
        part(undone, "span").textContent = sentence;
        undone.hidden = false;
        const back = part(undone, "button");
        back.hidden = !!moves;
        back.onclick = async () => {
            undone.hidden = true;
            if (await attempt(() => add(line.offer, line.quantity))) {
                tell(say("buy.added", { title }));
                (part(bag, `[data-offer="${CSS.escape(line.offer)}"] h3 a`) ?? heading())?.focus();
            }
        };
        tell(sentence);
        (next?.isConnected ? part(next, "[name=remove]") : heading())?.focus();
    }

    const heading = () => place.closest("dialog, main")?.querySelector("h1, h2");

    function makeItem(line) {
        const item = copy(shell, "#line");
        const { id } = line;
        const field = part(item, "input");
        part(item, "[name=less]").onclick = () => step(id, item, field.value - 1);
        part(item, "[name=more]").onclick = () => step(id, item, +field.value + 1);
        field.onchange = () => step(id, item, +field.value);
        part(item, "[name=remove]").onclick = () => takeOut(id, item);
        part(item, "[name=later]").onclick = () => takeOut(id, item, true);
        item.dataset.offer = line.offer;
        return item;
    }

    function name(item, { url, title, variant, image }) {
        const link = part(item, "h3 a"), picture = part(item, "img");
        if (url) link.setAttribute("href", url);
        link.textContent = title;
        part(item, ".variant").textContent = variant;
        if (image && picture.getAttribute("src") !== image) picture.src = image;
        for (const control of item.querySelectorAll("button, input")) {
            control.dataset.word ??= control.ariaLabel ?? control.textContent;
            control.ariaLabel = `${control.dataset.word}: ${title}`;
        }
    }

    function whatIsWrong({ code, meta = {} }, line) {
        const { offer, unitPrice } = line;
        if (code === "outOfStock" && +meta.available > 0) return say("buy.left", { count: +meta.available });
        if (code === "priceChanged" && unitPrice) {
            const before = seen.get(offer);
            return before && before !== unitPrice.display
                ? say("buy.priceChanged", { from: before, to: unitPrice.display }) : say("buy.priceIs", { to: unitPrice.display });
        }
        return say(`errors.${code}`) || say("errors.unknown");
    }

    // What each cost when this device was last told so, for the sentence that says what changed.
    const seen = new Map((latest()?.lines ?? []).map(({ offer, unitPrice }) => [offer, unitPrice?.display]));

    function fill(item, line, problems) {
        const wrong = problems.filter((problem) => problem.line === line.id);
        name(item, glimpse(line.offer));
        facts(line.offer).then((known) => name(item, known));
        const field = part(item, "input");
        if (!timers.has(line.id)) field.value = line.quantity;
        part(item, "[name=less]").disabled = isFrozen || +field.value <= 1;
        for (const control of item.querySelectorAll("input, [name=more], [name=remove], [name=later]")) control.disabled = isFrozen;
        part(item, ".price").textContent = line.goods?.display ?? "";
        part(item, ".each").textContent = line.quantity > 1 && line.unitPrice ? say("buy.each", { price: line.unitPrice.display }) : "";
        const note = part(item, ".wrong");
        note.textContent = wrong.map((problem) => whatIsWrong(problem, line)).join(" ");
        note.hidden = !wrong.length;
        note.classList.toggle("mild", wrong.every(({ isBlocking }) => !isBlocking));
        field.toggleAttribute("aria-invalid", wrong.some(({ isBlocking }) => isBlocking));
        if (wrong.length) {
            note.id = `wrong-${line.id}`;
            field.setAttribute("aria-describedby", note.id);
        } else {
            field.removeAttribute("aria-describedby");
        }
    }

    function paint(cart) {
        const lines = cart?.lines ?? [], problems = cart?.problems ?? [];
        blank.hidden = lines.length > 0;
        full.hidden = !lines.length;
        const groups = bySeller(lines);
        for (const [seller, section] of sections) if (!groups.has(seller)) (section.remove(), sections.delete(seller));
        for (const [id, item] of items) if (!lines.some((line) => line.id === id)) (item.remove(), items.delete(id));
        for (const [seller, group] of groups) {
            if (!sections.has(seller)) sections.set(seller, copy(shell, "#parcel"));
            const section = sections.get(seller), known = glimpse(group[0].offer), link = part(section, "h2 a");
            if (!section.isConnected) parcels.append(section);
            link.textContent = known.seller;
            known.shop ? link.setAttribute("href", known.shop) : link.removeAttribute("href");
            const parcel = cart.quote?.parcels.find((one) => one.seller === seller);
            part(section, ".way").textContent = parcel ? wayOf(parcel, say) : "";
            for (const line of group) {
                if (!items.has(line.id)) items.set(line.id, makeItem(line));
                const item = items.get(line.id);
                if (item.parentElement !== part(section, ".lines")) part(section, ".lines").append(item);
                fill(item, line, problems);
            }
        }
        sum.hidden = !cart?.quote;
        if (cart?.quote) fillSum(list, cart.quote, say, words);
        const isBlocked = problems.some(({ isBlocking }) => isBlocking);
        if (!isBlocked) blocked.hidden = true;
        const general = problems.filter(({ line }) => !line);
        const note = part(coupon, ".wrong");
        if (general.length) note.textContent = general.map(({ code }) => say(`errors.${code}`)).join(" ");
        showCoupon(cart);
    }

    function showCoupon(cart) {
        const [form, used] = [part(coupon, "form"), part(coupon, ".used")];
        form.hidden = !!cart?.coupon;
        used.hidden = !cart?.coupon;
        part(used, "b").textContent = cart?.coupon ?? "";
        for (const control of coupon.querySelectorAll("input, button")) control.disabled = isFrozen;
        if (cart?.coupon) coupon.open = true;
    }

    part(coupon, "form").addEventListener("submit", async (event) => {
        event.preventDefault();
        const field = part(coupon, "input"), note = part(coupon, ".wrong"), button = part(coupon, "form button");
        note.textContent = "";
        field.removeAttribute("aria-invalid");
        button.ariaBusy = "true";
        try {
            const cart = await useCoupon(field.value.trim());
            paint(cart);
            tell(`${say("buy.voucher", { code: cart.coupon })}: ${cart.quote?.total.display ?? ""}`);
            part(coupon, ".used button").focus();
        } catch (fault) {
            note.textContent = excuse(say, fault);
            field.ariaInvalid = "true";
            field.focus();
        }
        button.ariaBusy = "false";
    });
    part(coupon, ".used button").onclick = async () => {
        if (await attempt(() => useCoupon(null))) part(coupon, "input").focus();
    };

    part(bag, ".sum a.button")?.addEventListener("click", (event) => {
        const first = latest()?.problems.find(({ isBlocking }) => isBlocking);
        if (!first) return;
        event.preventDefault();
        blocked.hidden = false;
        (part(items.get(first.line) ?? bag, "[name=remove]"))?.focus();
    });

    part(notice, "button").onclick = () => load();

    /** Shows what the device knows, then what the server says. */
    async function load() {
        const known = latest();
        isFrozen = false;
        paint(known);
        if (!known) return;
        bag.ariaBusy = "true";
        try {
            const cart = await refresh();
            notice.hidden = true;
            paint(cart);
        } catch (fault) {
            isFrozen = true;
            paint(latest());
            fail(fault);
            part(notice, "p").textContent += ` ${notice.dataset.stale}`;
        }
        bag.ariaBusy = "false";
    }

    return { paint, load, tell, fail: (fault) => fail(fault) };
}
