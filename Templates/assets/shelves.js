// The buttons beside a shelf move it by nearly its width. At an end the one that leads nowhere says so, and where everything fits there is none.
const isMirrored = document.documentElement.dir === "rtl";

for (const steps of document.querySelectorAll(".steps")) {
    const shelf = steps.closest("section").querySelector(".shelf"), buttons = [...steps.children];

    function settle() {
        const spare = shelf.scrollWidth - shelf.clientWidth, at = Math.abs(shelf.scrollLeft);
        steps.hidden = spare < 2;
        buttons[0].ariaDisabled = at < 2;
        buttons[1].ariaDisabled = at > spare - 2;
    }

    buttons.forEach((button, i) => button.addEventListener("click", () => {
        shelf.scrollBy({ left: (i ? 0.9 : -0.9) * shelf.clientWidth * (isMirrored ? -1 : 1) });
    }));
    shelf.addEventListener("scroll", settle, { passive: true });
    new ResizeObserver(settle).observe(shelf);
}
