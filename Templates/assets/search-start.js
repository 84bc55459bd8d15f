// Loads the search when somebody reaches for it. Until then nothing of it is fetched or run.
const form = document.querySelector(".find");
const listing = document.querySelector("[data-scope]");
const refine = listing?.querySelector(".refine");
let page;
// The words of the address stand in the field at once, also when nothing more comes.
if (listing && form && !listing.dataset.scope) form.q.value ||= new URLSearchParams(location.search).get("q") ?? "";
const load = () => {
    if (!page && document.body.dataset.search) warm().catch(() => {});
    return import("./search.js").then(({ ui }) => page ??= ui(form));
};

// What the script reads first comes while the script comes.
async function warm() {
    const { root, files } = await (await fetch(document.body.dataset.search)).json();
    await fetch(`${files}${root.slice(0, 2)}/${root.slice(2)}.bin`);
}

const list = (isOpening) => load().then(() => page.list(listing, isOpening)).catch(failed);

// The script itself did not come. Where its results are all there is, that is said; elsewhere the static list stands.
function failed() {
    const told = document.querySelector("#failed")?.content.children[+!navigator.onLine].cloneNode(true);
    if (!told) return;
    listing.querySelector(".found").replaceChildren(told);
    told.querySelector("button").onclick = () => location.reload();
}

const suggest = () => load().then(() => page.suggest()).catch(listen);
const listen = () => form?.addEventListener("focusin", suggest, { once: true });

listen();
if (listing && (location.search || !listing.dataset.scope)) {
    list();
} else if (refine) {
    refine.addEventListener("pointerenter", () => load().catch(() => {}), { once: true });
    refine.addEventListener("change", () => list(), { once: true });
    refine.addEventListener("click", ({ target }) => target.type === "button" && list(true));
}
