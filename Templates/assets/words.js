// The words that a page holds for its scripts, with values in their places and in the plural form of the language.

const { lang } = document.documentElement;

/** A function from a key and its values to the text. */
export function speaker(page) {
    const words = JSON.parse(page.querySelector("#words").textContent);
    const forms = new Intl.PluralRules(lang);
    const shown = (value) => (typeof value === "number" ? value.toLocaleString(lang) : value ?? "");
    const say = (key, values = {}) => {
        const word = words[key] ?? "";
        const text = typeof word === "string" ? word : word[forms.select(values.count)] ?? word.other;
        return text.replace(/{(\w+)}/g, (_, name) => shown(values[name]));
    };
    say.knows = (key) => key in words;
    return say;
}

/** What is said of a fault, with the number by which the log finds it when it is the server's. */
export function excuse(say, { code, status, requestId }) {
    const sentence = say(`errors.${code}`) || say("errors.unknown");
    return status >= 500 && requestId ? `${sentence} ${say("errors.reference", { id: requestId })}` : sentence;
}

/** From one day to another, as `2026-12-03`. */
export const days = (from, to) => new Intl.DateTimeFormat(lang, { day: "numeric", month: "long", timeZone: "UTC" }).formatRange(new Date(from), new Date(to));

export const date = (text, style = { dateStyle: "long" }) => new Intl.DateTimeFormat(lang, style).format(new Date(text));
