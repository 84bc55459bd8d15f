// Points out the edition that fits the languages of the browser. It suggests; it never leads away by itself.
const links = [...document.querySelectorAll(".editions a")];
const language = (tag) => tag.toLowerCase().split("-")[0];
const wanted = navigator.languages ?? [navigator.language];
const exact = wanted.map((tag) => links.find((link) => link.hreflang.toLowerCase() === tag.toLowerCase()));
const close = wanted.map((tag) => links.find((link) => language(link.hreflang) === language(tag)));
const best = wanted.map((_, index) => exact[index] ?? close[index]).find(Boolean);
if (best) {
    const suggestion = document.querySelector("#suggestion");
    const copy = best.cloneNode(false);
    copy.textContent = `${best.children[0].textContent}, ${best.children[1].textContent}`;
    best.classList.add("match");
    suggestion.append(copy);
    suggestion.hidden = false;
}
