// Password, passkeys, second factor, devices and keys of the account.
import { busy, call, copy, find, onSubmit, open, say, tell } from "./account.js";
import { attestation, hasPasskeys } from "./passkeys.js";
import { date } from "./words.js";

let account;

function entries(list, data, fill) {
    list.replaceChildren(...data.map((one) => {
        const item = copy("#entry"), button = item.querySelector("button");
        const { name, text, word, act } = fill(one);
        item.querySelector("b").textContent = name;
        item.querySelector("small").textContent = text;
        button.textContent = word;
        button.ariaLabel = `${word}: ${name}`;
        button.hidden = !act;
        button.addEventListener("click", () => busy(button, async () => {
            await act();
            find(`#${list.id}`).closest("section").querySelector("h2").focus();
        }));
        return item;
    }));
}

// MARK: Password

function password() {
    const form = find("#password");
    form.current.closest(".field").hidden = !account.hasPassword;
    form.current.required = account.hasPassword;
    form.email.value = account.email;
    onSubmit(form, async () => {
        await call("POST", "/account/password", { ...account.hasPassword && { current: form.current.value }, new: form.password.value });
        form.current.value = form.password.value = "";
        tell(form.dataset.done);
        form.querySelector(".said").textContent = form.dataset.done;
    }, { password: form.password, new: form.password, current: form.current, credentialsWrong: form.current });
}

// MARK: Passkeys

async function passkeys() {
    const list = find("#passkeys"), { data } = await call("GET", "/account/passkeys");
    find(".no-passkeys").hidden = data.length > 0;
    entries(list, data, ({ id, name, createdAt, lastUsedAt }) => ({
        name, word: list.dataset.delete,
        text: [say("accounts.added", { date: date(createdAt) }), lastUsedAt && say("accounts.used", { date: date(lastUsedAt) })].filter(Boolean).join(", "),
        act: async () => {
            await call("DELETE", `/account/passkeys/${id}`);
            await passkeys();
            tell(say("accounts.deleted"));
        },
    }));
}

function addsPasskeys() {
    const adds = find(".add-passkey");
    adds.hidden = !hasPasskeys();
    adds.addEventListener("click", () => busy(adds, async () => {
        const { challenge, publicKey } = await call("POST", "/account/passkeys/options", {});
        const credential = await attestation(publicKey);
        if (!credential) return tell(say("accounts.passkeyLeft"));
        await call("POST", "/account/passkeys", { challenge, name: say("accounts.passkeyName", { date: date(new Date().toISOString()) }), credential });
        await passkeys();
        tell(say("accounts.saved"));
    }));
}

// MARK: Second factor

function factor() {
    const box = find("#factor"), isOn = account.secondFactor;
    box.querySelector(".on").hidden = !isOn;
    box.querySelector(".off").hidden = isOn;
    box.querySelector(".set-up").hidden = true;
    box.querySelector(".left").textContent = say("accounts.codesLeft", { count: account.recoveryCodesLeft });
}

function showCodes(codes) {
    const box = find(".codes");
    box.hidden = false;
    box.querySelector("ul").replaceChildren(...codes.map((code) => {
        const item = document.createElement("li");
        item.textContent = code;
        return item;
    }));
    box.querySelector("h3").focus();
}

async function again() {
    account = await call("GET", "/account");
    factor();
}

function changesFactor() {
    const box = find("#factor"), form = find("#factor-form"), [on, off, renew] = [".turn-on", ".turn-off", ".renew"].map((selector) => box.querySelector(selector));
    on.addEventListener("click", () => busy(on, async () => {
        const { secret, uri } = await call("POST", "/account/second-factor", {});
        box.querySelector(".key").textContent = secret.replace(/.{4}(?=.)/g, "$& ");
        box.querySelector(".set-up a").href = uri;
        box.querySelector(".off").hidden = true;
        box.querySelector(".set-up").hidden = false;
        form.code.focus();
    }));
    onSubmit(form, async () => {
        const { recoveryCodes } = await call("POST", "/account/second-factor/confirm", { code: form.code.value.replace(/\s/g, "") });
        form.code.value = "";
        await again();
        showCodes(recoveryCodes);
    }, { codeWrong: form.code, code: form.code });
    off.addEventListener("click", () => busy(off, async () => {
        await call("DELETE", "/account/second-factor");
        find(".codes").hidden = true;
        await again();
        tell(say("accounts.done"));
        on.focus();
    }));
    renew.addEventListener("click", () => busy(renew, async () => {
        const { recoveryCodes } = await call("POST", "/account/recovery-codes", {});
        await again();
        showCodes(recoveryCodes);
    }));
}

// MARK: Devices

async function sessions() {
    const list = find("#sessions"), { data } = await call("GET", "/account/sessions");
    entries(list, data, ({ id, kind, lastSeenAt, isCurrent }) => ({
        name: isCurrent ? list.dataset.here : say(kind === "cookie" ? "accounts.browser" : "accounts.program"), word: list.dataset.end,
        text: say("accounts.seen", { date: date(lastSeenAt, { dateStyle: "medium", timeStyle: "short" }) }),
        act: isCurrent ? null : async () => {
            await call("DELETE", `/account/sessions/${id}`);
            await sessions();
            tell(say("accounts.done"));
        },
    }));
    find(".end-others").hidden = data.length < 2;
}

function endsOthers() {
    const end = find(".end-others");
    end.addEventListener("click", () => busy(end, async () => {
        await call("DELETE", "/account/sessions");
        await sessions();
        tell(say("accounts.done"));
        find("#sessions").closest("section").querySelector("h2").focus();
    }));
}

// MARK: Keys

async function keys() {
    const list = find("#keys"), { data } = await call("GET", "/account/api-keys");
    find(".no-keys").hidden = data.length > 0;
    entries(list, data, ({ id, name, hint, createdAt }) => ({
        name, text: [hint, say("accounts.added", { date: date(createdAt) })].join(", "), word: list.dataset.delete,
        act: async () => {
            await call("DELETE", `/account/api-keys/${id}`);
            await keys();
            tell(say("accounts.deleted"));
        },
    }));
}

function addsKeys() {
    const form = find("#key-form"), made = find(".made");
    onSubmit(form, async () => {
        const { secret } = await call("POST", "/account/api-keys", { name: form.elements.name.value, audience: "buyer", scopes: [form.dataset.scope] });
        form.elements.name.value = "";
        made.hidden = false;
        made.querySelector("code").textContent = secret;
        await keys();
        made.focus();
    }, { name: form.elements.name });
}

open(async (known) => {
    account = known;
    password();
    addsPasskeys();
    factor();
    changesFactor();
    endsOthers();
    addsKeys();
    await Promise.all([passkeys(), sessions(), keys()]);
});
