// What the account knows of its owner: to take along, to choose, to have erased.
import { busy, call, confirmed, enter, find, open, say, tell } from "./account.js";

open(async () => {
    const takes = find(".takes"), letters = find("#letters"), erases = find(".erases");
    letters.checked = (await call("GET", "/account/preferences")).marketing;
    letters.addEventListener("change", () => busy(letters, async () => {
        await call("PUT", "/account/preferences", { marketing: letters.checked });
        tell(say("accounts.saved"));
    }));
    takes.addEventListener("click", () => busy(takes, async () => {
        const everything = await call("GET", "/account/export");
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([JSON.stringify(everything, null, 2)], { type: "application/json" }));
        link.download = "account.json";
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
        tell(say("accounts.done"));
    }));
    erases.addEventListener("click", async () => {
        if (!await confirmed("#erase")) return erases.focus();
        busy(erases, async () => {
            await call("POST", "/account/erase", {});
            enter({});
            for (const key of Object.keys(localStorage)) if (/^(cart:|wishlist$|csrf$|orders$)/.test(key)) localStorage.removeItem(key);
            location.replace(document.querySelector(".brand").href);
        });
    });
});
