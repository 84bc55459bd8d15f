// The fields of a postal address as a country writes them, after the formats of CLDR: their order, what must be there, what it is
// called and how a code looks.

const formats = {
    US: { order: "line more city region code", needs: "region code", names: { region: "state", code: "zip" }, code: /^\d{5}(-\d{4})?$/, example: "10001" },
    GB: { order: "line more city code", needs: "code", names: { code: "postcode" }, code: /^[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}$/i, example: "EH1 1AA" },
    DE: { order: "line more code city", needs: "code", code: /^\d{5}$/, example: "20095" },
    AT: { order: "line more code city", needs: "code", code: /^\d{4}$/, example: "1010" },
    FR: { order: "line more code city", needs: "code", code: /^\d{5}$/, example: "69001" },
    JP: { order: "code region city line more", needs: "region code", names: { region: "prefecture" }, code: /^\d{3}-?\d{4}$/, example: "604-8043" },
    KW: { order: "region city line more code", needs: "", names: { region: "governorate", city: "area", line: "block", code: "optionalCode" }, code: /^\d{5}$/, example: "13001" },
};
const common = { order: "line more code city region", needs: "", names: { code: "optionalCode" } };

const tokens = { name: "name", line: "address-line1", more: "address-line2", city: "address-level2", region: "address-level1", code: "postal-code" };

/** The fields for a country: `{ id, word, token, isNeeded, isNumeric }`, in their order. */
export function fieldsOf(country) {
    const { order, needs, names = {}, code } = formats[country] ?? common;
    const needed = new Set(["name", "line", "city", ...needs.split(" ")]);
    const isOf = { line: "line", more: "more", code: "postalCode", region: "region", city: "city", name: "name" };
    return `name ${order}`.split(" ").map((id) => ({
        id, word: `pay.${names[id] ?? isOf[id]}`, token: tokens[id], isNeeded: needed.has(id),
        isNumeric: id === "code" && !!code && !/[a-z]/i.test(code.source.replaceAll("\\d", "")),
    }));
}

/** An example of the code when the text is none of the country's; null when nothing is wrong. */
export function faultOfCode(country, text) {
    const { code, example } = formats[country] ?? common;
    return !text || !code || code.test(text) ? null : example;
}

/** As the server wants it. */
export function addressOf(country, { name, line, more, city, region, code }) {
    const address = { name, lines: [line, more].filter(Boolean), city, country };
    if (code) address.postalCode = code;
    if (region) address.region = region;
    return address;
}

/** The values of the fields of an address. */
export const valuesOf = ({ name, lines, city, region, postalCode }) => ({ name, line: lines[0] ?? "", more: lines.slice(1).join(", "), city, region: region ?? "", code: postalCode ?? "" });

/** Line by line, for readers. */
export function linesOf(address, lang) {
    const { name, lines, city, region, postalCode, country } = address;
    const { order } = formats[country] ?? common;
    const place = order.indexOf("code") < order.indexOf("city") ? [postalCode, region, city] : [city, region, postalCode];
    const body = country === "JP" && lang.startsWith("ja") ? [postalCode && `〒${postalCode}`, [region, city, ...lines].filter(Boolean).join(" "), name] : [name, ...lines, place.filter(Boolean).join(" ")];
    return [...body.filter(Boolean), new Intl.DisplayNames(lang, { type: "region" }).of(country)];
}

/** The form's fields for a country, made of the page's template, with what they held before. */
export function layFields(place, template, country, say, values = {}, prefix = "") {
    const held = { ...values, ...valuesIn(place) };
    place.replaceChildren(...fieldsOf(country).map(({ id, word, token, isNeeded, isNumeric }) => {
        const field = document.importNode(template.content.firstElementChild, true);
        const [label, input, wrong] = field.children;
        input.id = prefix + id;
        label.htmlFor = input.id;
        label.textContent = say(word);
        Object.assign(input, { name: id, autocomplete: token, maxLength: 120, required: isNeeded, value: held[id] ?? "" });
        if (isNumeric) input.inputMode = "numeric";
        if (id !== "code" && id !== "city" && id !== "region") field.classList.add("wide-field");
        wrong.id = `${input.id}-wrong`;
        input.setAttribute("aria-describedby", wrong.id);
        return field;
    }));
}

const valuesIn = (place) => Object.fromEntries([...place.querySelectorAll("input")].map(({ name, value }) => [name, value]));
export { valuesIn };
