// The orders of the account, and those of this device that it does not have yet.
import { ask } from "./api.js";
import { busy, call, copy, find, open, say, tell } from "./account.js";
import { placed } from "./orders.js";
import { date } from "./words.js";

const { order: orderURL } = find("#account").dataset;
let next;

function entry({ id, placedAt, total, statuses, token }) {
    const item = copy("#entry");
    const link = item.querySelector("a");
    link.href = `${orderURL}#id=${id}${token ? `&token=${encodeURIComponent(token)}` : ""}`;
    link.textContent = say("orders.number", { number: id });
    item.querySelector(".when").textContent = placedAt ? say("orders.placedAt", { date: date(placedAt) }) : "";
    item.querySelector(".what").textContent = [...new Set(statuses ?? [])].map((status) => say(`orders.${status}`)).join(", ");
    item.querySelector(".price").textContent = total?.display ?? "";
    return item;
}

async function load() {
    const page = await call("GET", `/account/orders?limit=20${next ? `&after=${encodeURIComponent(next)}` : ""}`);
    next = page.nextCursor;
    find("#orders").append(...page.data.map(entry));
    find(".more").hidden = !page.hasMore;
    find(".none").hidden = find("#orders").children.length > 0;
    const claim = find(".claim");
    claim.hidden = !page.claimable;
    claim.querySelector("p").textContent = say("accounts.claimable", { count: page.claimable ?? 0 });
    return page;
}

open(async () => {
    const { data } = await load();
    const others = placed().filter(({ id }) => !data.some((order) => order.id === id));
    find(".others").hidden = !others.length;
    find(".others ul").append(...others.map(({ id, token, at }) => entry({ id, token, placedAt: at })));
    const more = find(".more"), claim = find(".claim button");
    more.addEventListener("click", () => busy(more, load));
    claim.addEventListener("click", () => busy(claim, async () => {
        const { claimed } = await call("POST", "/account/orders/claim", {});
        next = undefined;
        find("#orders").replaceChildren();
        await load();
        tell(say("accounts.claimed", { count: claimed }));
        find("h1").focus();
    }));
});
