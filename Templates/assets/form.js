// Says what is wrong with a form: beside the field, and in a summary that leads there.

/** The digits of a payment card, which no field of ours takes. */
export function hasCardNumber(text) {
    return (text.match(/\d(?:[ -]?\d){12,18}/g) ?? []).some((found) => {
        const digits = [...found.replace(/\D/g, "")].reverse();
        const sum = digits.reduce((all, digit, place) => all + (place % 2 ? [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][digit] : +digit), 0);
        return sum % 10 === 0;
    });
}

const slot = (field) => field.closest(".field, fieldset")?.querySelector(".wrong");

export function mend(field) {
    field.removeAttribute("aria-invalid");
    const note = slot(field);
    if (note) note.textContent = "";
}

const { title } = document;

/** Shows the faults, each a field (or null) and a sentence, and moves to their summary. True when there are none. */
export function tellFaults(summary, faults, say) {
    summary.hidden = !faults.length;
    document.title = faults.length ? say("pay.titleError", { title }) : title;
    if (!faults.length) return true;
    summary.querySelector("h2").textContent = say("buy.wrong", { count: faults.length });
    summary.querySelector("ul").replaceChildren(...faults.map(([field, sentence]) => entryOf(field, sentence)));
    summary.focus();
    return false;
}

function entryOf(field, sentence) {
    const entry = document.createElement("li");
    if (!field) {
        entry.textContent = sentence;
        return entry;
    }
    const link = document.createElement("a");
    link.textContent = sentence;
    link.href = `#${field.id}`;
    link.addEventListener("click", (event) => {
        event.preventDefault();
        field.focus();
    });
    field.ariaInvalid = "true";
    const note = slot(field);
    if (note) note.textContent = sentence;
    field.addEventListener("input", () => mend(field), { once: true });
    entry.append(link);
    return entry;
}

/** What is wrong with the fields of a form, before anybody is asked: what is missing, too long, or the number of a card. */
export function faultsOf(form, say) {
    const fields = [...form.elements].filter((one) => one.matches("input:not([type=radio], [type=checkbox]), select, textarea"));
    return fields.map((field) => [field, faultOf(field, say)]).filter(([, sentence]) => sentence);
}

function faultOf(field, say) {
    const value = field.value.trim(), name = field.labels[0]?.textContent ?? field.name;
    if (field.type !== "password") field.value = value;
    if (field.required && !value) return say("buy.missing", { field: name });
    if (field.type === "email" && value && !/^[^\s@<>"(),:;\\]+@[^\s@<>"(),:;\\]+\.[^\s@.<>"(),:;\\]+$/.test(value)) return say("pay.emailWrong");
    if (field.type !== "password" && hasCardNumber(value)) return say("pay.card");
    return "";
}
