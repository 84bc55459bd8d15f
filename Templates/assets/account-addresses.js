// The addresses of the account.
import { addressOf, faultOfCode, layFields, linesOf, valuesIn, valuesOf } from "./address.js";
import { busy, call, copy, find, onSubmit, open, say, tell } from "./account.js";
import { tellFaults } from "./form.js";

const { lang } = document.documentElement;
const form = find("#address"), list = find("#addresses"), place = form.querySelector(".address"), adds = find(".adds");
const { country } = form;
const countries = form.dataset.countries.split(" ");
let edited = null, all = [];

function lay(values) {
    place.replaceChildren();
    layFields(place, find("#field"), country.value, say, values);
}

function edit(entry) {
    edited = entry;
    const { address, isDefault = !all.length } = entry ?? {};
    const names = new Intl.DisplayNames(lang, { type: "region" });
    country.replaceChildren(...new Set([...countries, address?.country].filter(Boolean)).values().map((code) => new Option(names.of(code), code)));
    country.value = address?.country ?? countries[0];
    form.isDefault.checked = isDefault;
    lay(address ? valuesOf(address) : {});
    form.querySelector("h2").textContent = entry ? form.dataset.edit : form.dataset.add;
    form.hidden = false;
    adds.hidden = true;
    form.querySelector("h2").focus();
}

function close() {
    form.hidden = true;
    adds.hidden = false;
    tellFaults(find(".faults"), [], say);
}

async function load() {
    ({ data: all } = await call("GET", "/account/addresses"));
    find(".none").hidden = all.length > 0;
    list.replaceChildren(...all.map((entry) => {
        const item = copy("#entry"), [change, remove] = item.querySelectorAll("button");
        item.querySelector(".goes").textContent = linesOf(entry.address, lang).join("\n");
        item.querySelector(".mark").hidden = !entry.isDefault;
        for (const button of [change, remove]) button.ariaLabel = `${button.textContent}: ${entry.address.name}, ${entry.address.lines[0]}`;
        change.addEventListener("click", () => edit(entry));
        remove.addEventListener("click", () => busy(remove, async () => {
            await call("DELETE", `/account/addresses/${entry.id}`);
            await load();
            tell(say("accounts.deleted"));
            find("h1").focus();
        }));
        return item;
    }));
}

open(async () => {
    await load();
    adds.addEventListener("click", () => edit(null));
    country.addEventListener("change", () => lay(valuesIn(place)));
    form.querySelector("[value=no]").addEventListener("click", () => {
        close();
        adds.focus();
    });
    onSubmit(form, async () => {
        const { code } = form.elements, example = code && faultOfCode(country.value, code.value.trim());
        if (example) return tellFaults(find(".faults"), [[code, say("pay.codeWrong", { example })]], say);
        const body = { address: addressOf(country.value, valuesIn(place)), isDefault: form.isDefault.checked };
        await (edited ? call("PUT", `/account/addresses/${edited.id}`, body) : call("POST", "/account/addresses", body));
        await load();
        close();
        tell(say("accounts.saved"));
        adds.focus();
    });
});
