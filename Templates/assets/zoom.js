// Shows the pictures of a product as large as the window, and each twice as large when it is pressed.
export function zoom(template, links, first) {
    const dialog = template.content.firstElementChild.cloneNode(true);
    const stage = dialog.querySelector(".stage");
    const picture = dialog.querySelector("img");
    const status = dialog.querySelector("span");
    const steps = [...dialog.querySelectorAll(".step")];
    let place = first;

    function show(next) {
        place = (next + links.length) % links.length;
        const small = links[place].querySelector("img");
        picture.src = links[place].href;
        picture.alt = small.alt;
        stage.ariaPressed = "false";
        status.textContent = `${(place + 1).toLocaleString(document.documentElement.lang)} / ${links.length.toLocaleString(document.documentElement.lang)}`;
    }

    const isMirrored = document.documentElement.dir === "rtl";
    stage.addEventListener("click", ({ offsetX, offsetY }) => {
        const share = [offsetX / stage.scrollWidth, offsetY / stage.scrollHeight];
        const isNear = stage.ariaPressed !== "true";
        stage.ariaPressed = isNear;
        if (isNear) stage.scrollTo((stage.scrollWidth - stage.clientWidth) * share[0] * (isMirrored ? -1 : 1), (stage.scrollHeight - stage.clientHeight) * share[1]);
    });
    steps[0].addEventListener("click", () => show(place - 1));
    steps[1].addEventListener("click", () => show(place + 1));
    for (const step of steps) step.hidden = links.length < 2;
    dialog.querySelector(".cross").addEventListener("click", () => dialog.close());
    dialog.addEventListener("keydown", ({ key }) => {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
        if (step && stage.ariaPressed !== "true") show(place + (isMirrored ? -step : step));
    });
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
    dialog.addEventListener("close", () => {
        dialog.remove();
        links[place].focus({ preventScroll: true });
    });
    document.body.append(dialog);
    show(first);
    dialog.showModal();
}
