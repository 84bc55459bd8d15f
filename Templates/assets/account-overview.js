// The first page of the account.
import { bringAlong, busy, call, enter, find, logInURL, open, say } from "./account.js";

open(async ({ name, email }) => {
    find(".hello").textContent = say("accounts.hello", { name: name || email });
    await bringAlong();
    const out = find(".out");
    out.addEventListener("click", () => busy(out, async () => {
        await call("DELETE", "/session");
        enter({});
        // What belongs to the account goes with it.
        for (const key of Object.keys(localStorage)) if (/^(cart:|wishlist$|csrf$)/.test(key)) localStorage.removeItem(key);
        location.replace(logInURL);
    }));
});
