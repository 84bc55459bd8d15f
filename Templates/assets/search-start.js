// Loads the search when somebody reaches for it. Until then nothing of it is fetched or run.
const form = document.querySelector(".find");
const listing = document.querySelector("[data-scope]");
const refine = listing?.querySelector(".refine");
const found = listing?.querySelector(".found");
/** Where the script puts results, above the list with which the page came. */
const live = document.createElement("div");
const isWide = matchMedia("(min-width: 62rem)");
let page, isOpening;
found?.prepend(live);
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

function list(isAsked) {
    if (listing.querySelector(".facets")) return;
    isOpening ||= isAsked;
    found.ariaBusy = true;
    return load().then(() => page.list(listing, live, tell, () => isOpening)).catch(() => tell(list));
}

// What went wrong is said beside what was pressed, with a way to try again. The list of the page stays.
function tell(again) {
    const { failed, offline, retry } = refine.dataset;
    const box = Object.assign(document.createElement("div"), { className: "empty", role: "alert" }), text = document.createElement("p");
    const button = Object.assign(document.createElement("button"), { className: "button", type: "button", textContent: retry });
    text.textContent = navigator.onLine ? failed : offline;
    button.onclick = () => {
        found.ariaBusy = true;
        again();
    };
    box.append(text, button);
    live.replaceChildren(box);
    found.ariaBusy = false;
}

const suggest = () => load().then(() => page.suggest()).catch(listen);
const listen = () => form?.addEventListener("focusin", suggest, { once: true });

// Beside a list there is room for the filters: they come as soon as somebody moves. If they cannot, the button is there to ask for them.
function accompany() {
    for (const sign of signs) removeEventListener(sign, accompany);
    if (isWide.matches) load().then(() => page.ready()).then(() => list(true), () => listing.classList.add("bare"));
}

const signs = ["pointermove", "wheel", "keydown"];

listen();
if (listing && (location.search || !listing.dataset.scope)) {
    found.classList.toggle("live", location.search);
    const ghosts = location.search && document.querySelector("#ghosts");
    if (ghosts) live.append(ghosts.content.cloneNode(true));
    list();
} else if (refine) {
    for (const sign of signs) addEventListener(sign, accompany, { passive: true });
    refine.addEventListener("pointerenter", () => load().catch(() => {}), { once: true });
    refine.addEventListener("change", () => list(), { once: true });
    refine.addEventListener("click", ({ target }) => target.type === "button" && list(true));
}
