// A new account, the confirmation of its address, and a new password: pages that need nobody to be logged in.
import { ask, language, market } from "./api.js";
import { complain, find, onSubmit } from "./account.js";

const token = new URLSearchParams(location.hash.slice(1)).get("token");
const [register, request, renew, done] = ["#register", "#request", "#renew", ".finished"].map(find);

/** In place of the form: what happens next. */
function finish(form, part = done) {
    form.hidden = true;
    part.hidden = false;
    part.querySelector("h2").focus();
}

if (register) {
    onSubmit(register, async () => {
        const name = register.elements.name.value;
        await ask("POST", "/accounts", { body: { email: register.email.value, password: register.password.value, ...name && { name }, language, market } });
        finish(register);
    }, { email: register.email, password: register.password });
}

if (request) {
    request.hidden = !!token;
    renew.hidden = !token;
    onSubmit(request, async () => {
        await ask("POST", "/password-resets", { body: { email: request.email.value, language, market } });
        finish(request);
    }, { email: request.email });
    onSubmit(renew, async () => {
        await ask("POST", "/password-resets/complete", { body: { token, password: renew.password.value } });
        finish(renew, find(".renewed"));
    }, { password: renew.password });
}

const confirms = find("#confirm");
if (confirms) {
    try {
        await ask("POST", "/accounts/confirm", { body: { token: token ?? "" } });
        finish(confirms);
    } catch (fault) {
        confirms.hidden = true;
        complain(fault);
    }
    // What was used stands no longer in the address.
    history.replaceState(null, "", location.pathname);
}

// A link of another letter, opened on this page.
addEventListener("hashchange", () => location.reload());

for (const box of document.querySelectorAll(".reveal input")) {
    box.addEventListener("change", () => { box.form.password.type = box.checked ? "text" : "password"; });
}
find("#account").hidden = false;
