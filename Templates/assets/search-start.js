// Loads the search when somebody reaches for it. Until then nothing of it is fetched or run.
const form = document.querySelector(".find");
const listing = document.querySelector("[data-scope]");
const refine = listing?.querySelector(".refine");
let page;
const load = () => {
    if (!page && document.body.dataset.search) warm().catch(() => {});
    return import("./search.js").then(({ ui }) => page ??= ui(form));
};

// What the script reads first comes while the script comes.
async function warm() {
    const { root, files } = await (await fetch(document.body.dataset.search)).json();
    await fetch(`${files}${root.slice(0, 2)}/${root.slice(2)}.bin`);
}

const list = (isOpening) => load().then(() => page.list(listing, isOpening));

form?.addEventListener("focusin", () => load().then(() => page.suggest()), { once: true });
if (listing && (location.search || !listing.dataset.scope)) {
    list();
} else if (refine) {
    refine.addEventListener("pointerenter", load, { once: true });
    refine.addEventListener("change", () => list(), { once: true });
    refine.addEventListener("click", ({ target }) => target.type === "button" && list(true));
}
