// Reviews of a product: those with so many stars alone, and in another order.
const reviews = [...document.querySelectorAll(".reviews ol > li")];
const bars = document.querySelector(".bars");
const shares = [...(bars?.rows ?? [])].map((row, index) => [row.cells[0], reviews.filter((review) => review.querySelector(`.s${2 * (5 - index)}`))]);

/** The number of stars becomes a button that leaves only the reviews that gave so many. */
for (const [cell, chosen] of shares) {
    if (!chosen.length) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.ariaPressed = "false";
    button.append(...cell.childNodes);
    cell.append(button);
    button.addEventListener("click", () => {
        const isOn = button.ariaPressed !== "true";
        for (const other of bars.querySelectorAll("button")) other.ariaPressed = isOn && other === button;
        for (const review of reviews) review.hidden = isOn && !chosen.includes(review);
        bars.nextElementSibling.textContent = isOn ? `${bars.dataset.shown}: ${[chosen, reviews].map((list) => list.length.toLocaleString(document.documentElement.lang)).join(" / ")}` : "";
    });
}

const starsOf = (review) => +review.querySelector(".stars").className.match(/\d+/)[0];
const dayOf = (review) => review.querySelector("time").dateTime;
const orders = {
    "": () => 0, newest: (a, b) => dayOf(b).localeCompare(dayOf(a)), best: (a, b) => starsOf(b) - starsOf(a), worst: (a, b) => starsOf(a) - starsOf(b),
};
document.querySelector(".sorting")?.addEventListener("change", ({ target }) => {
    reviews[0]?.parentElement.append(...reviews.toSorted(orders[target.value]));
});
