// Logging in: by password, by passkey, and with the second factor where there is one.
import { ask } from "./api.js";
import { bringAlong, busy, calm, complain, enter, find, onSubmit, overviewURL, say, session } from "./account.js";

const form = find("#log-in"), second = find("#second"), passkey = find("#passkey");
let challenge = null;

/** Only a page of this site may be the next one. */
const wanted = () => {
    const to = new URLSearchParams(location.hash.slice(1)).get("to") ?? "";
    return /^\/(?![/\\])/.test(to) ? to : overviewURL;
};

async function arrive(answer) {
    if (answer.status === "secondFactor") {
        challenge = answer.challenge;
        form.hidden = true;
        second.hidden = false;
        second.code.focus();
        return;
    }
    enter(answer);
    await bringAlong();
    location.replace(wanted());
}

onSubmit(form, async () => arrive(await ask("POST", "/sessions", { body: { email: form.email.value, password: form.password.value }, session: true })), {
    credentialsWrong: form.password, email: form.email,
});

onSubmit(second, async () => {
    const isRecovery = second.recovery.getAttribute("aria-pressed") === "true";
    const value = second.code.value.replace(/\s/g, "");
    await arrive(await ask("POST", "/sessions/second-factor", { body: { challenge, [isRecovery ? "recoveryCode" : "code"]: value }, session: true }));
}, { codeWrong: second.code, code: second.code, recoveryCode: second.code });

second.recovery.addEventListener("click", () => {
    const isOn = second.recovery.getAttribute("aria-pressed") !== "true";
    second.recovery.setAttribute("aria-pressed", isOn);
    second.code.labels[0].textContent = isOn ? second.dataset.recovery : second.dataset.code;
    second.code.inputMode = isOn ? "text" : "numeric";
    second.code.autocomplete = isOn ? "off" : "one-time-code";
    second.code.focus();
});

passkey.hidden = !globalThis.PublicKeyCredential;
passkey.addEventListener("click", () => busy(passkey, async () => {
    calm();
    const { assertion } = await import("./passkeys.js");
    const { challenge, publicKey } = await ask("POST", "/sessions/passkey/options", { body: {}, session: true });
    const credential = await assertion(publicKey);
    if (credential) await arrive(await ask("POST", "/sessions/passkey", { body: { challenge, credential }, session: true }));
}));

for (const box of document.querySelectorAll(".reveal input")) {
    box.addEventListener("change", () => { form.password.type = box.checked ? "text" : "password"; });
}

try {
    if (await session()) location.replace(wanted());
} catch (fault) {
    complain(fault);
}
find("#account").hidden = false;
