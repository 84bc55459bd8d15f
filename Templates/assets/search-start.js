// Loads the search when somebody reaches for it. Until then nothing of it is fetched or run.
const form = document.querySelector(".find");
const listing = document.querySelector("[data-scope]");
const refine = listing?.querySelector(".refine");
const load = () => (import("./search.js"), import("./search-page.js"));
const list = (isOpening) => load().then((page) => page.list(listing, isOpening));

form?.addEventListener("focusin", () => load().then((page) => page.suggest(form)), { once: true });
if (listing && (location.search || !listing.dataset.scope)) {
    list();
} else if (refine) {
    refine.addEventListener("pointerenter", load, { once: true });
    refine.addEventListener("change", () => list(), { once: true });
    refine.addEventListener("click", ({ target }) => target.type === "button" && list(true));
}
