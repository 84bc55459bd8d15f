// A writer of the format for tests: docs/search-format.md, in the plainest way.
import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";
import { words } from "../../Templates/assets/search.js";

const utf8 = (text) => Buffer.from(text, "utf8");
const byBytes = (a, b) => Buffer.compare(utf8(a), utf8(b));
const NOTHING = Buffer.alloc(6);
// The tables of characters that the program puts into every index.
const tables = readFileSync(new URL("../../Sources/KarooSearch/Unicode/CharacterTables.swift", import.meta.url), "utf8");
const table = (name) => tables.match(new RegExp(`static let ${name} = "(.*)"`))[1].replace(/\\u\{(\w+)\}/g, (_, code) => String.fromCodePoint(parseInt(code, 16)));
export const letters = table("letters"), folds = table("folds");

const IMPACTS = [20, 30, 40, 50, 60, 75, 90, 105, 120, 140, 160, 180, 200, 220, 240, 255];

export function varint(value) {
    const bytes = [];
    for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
    return Buffer.from([...bytes, value]);
}

export const string = (text) => Buffer.concat([varint(utf8(text).length), utf8(text)]);

// Front-coded entries: [key, what follows it].
export function keyed(entries) {
    const parts = [varint(entries.length)];
    let before = Buffer.alloc(0);
    for (const [key, rest] of entries) {
        const bytes = utf8(key);
        let shared = 0;
        while (shared < before.length && shared < bytes.length && before[shared] === bytes[shared]) shared++;
        parts.push(varint(shared), varint(bytes.length - shared), bytes.subarray(shared), rest);
        before = bytes;
    }
    return Buffer.concat(parts);
}

class Bits {
    bytes = [];
    count = 0;
    put(value, width) {
        for (let i = width - 1; i >= 0; i--) {
            if (this.count % 8 === 0) this.bytes.push(0);
            if (Math.floor(value / 2 ** i) % 2) this.bytes[this.bytes.length - 1] |= 128 >> this.count % 8;
            this.count++;
        }
    }
    truncated(x, r) {
        const k = Math.floor(Math.log2(r)), u = 2 ** (k + 1) - r;
        x < u ? this.put(x, k) : this.put(x + u, k + 1);
    }
    interpolate(places, low, high) {
        const n = places.length, m = Math.floor(n / 2);
        if (!n) return;
        const a = low + m, b = high - (n - 1 - m);
        this.truncated(places[m] - a, b - a + 1);
        this.interpolate(places.slice(0, m), low, places[m] - 1);
        this.interpolate(places.slice(m + 1), places[m] + 1, high);
    }
}

// `list`: [place, level], by place.
export function postings(list, low, high) {
    const levels = Array.from({ length: 16 }, (_, i) => 15 - i).map((level) => list.filter((one) => one[1] === level).map((one) => one[0]));
    const there = levels.filter((places) => places.length);
    const mask = levels.reduce((mask, places, i) => mask | (places.length ? 1 << i : 0), 0);
    const bits = new Bits();
    for (const places of there) bits.interpolate(places, low, high);
    return Buffer.concat([varint(mask), ...there.slice(0, -1).map((places) => varint(places.length)), Buffer.from(bits.bytes)]);
}

function presence(places) {
    const bits = new Bits();
    for (const one of places) bits.put(one ? 1 : 0, 1);
    return Buffer.from(bits.bytes);
}

// `documents`: by place, with holes: {title, text, card, numbers, values: {facet: [[token, label]]}}.
// `options`: `leaf` entries per leaf, `page` leaves per page (0 for none), `inline` documents that stand inline, `span` tiers per
// segment, `few` documents that stand beside a word, `isPaged` arrays.
export function build({ documents, schema, aliases = [], rules = [], completions = [], options = {} }) {
    const { leaf = 6, page = 0, inline = 3, span = 1, few = 2, isPaged = false } = options;
    const files = new Map();
    const put = (letter, ...parts) => {
        const bytes = deflateSync(Buffer.concat([utf8(letter), ...parts]));
        const name = createHash("sha256").update(bytes).digest().subarray(0, 6);
        const hex = name.toString("hex");
        files.set(`/search/${hex.slice(0, 2)}/${hex.slice(2)}.bin`, bytes);
        return name;
    };
    const places = documents.length, { tier, chunk, card } = schema, tiers = Math.ceil(places / tier);
    schema = {
        language: "en", documents: documents.filter(Boolean).length, places, impacts: IMPACTS, prior: 64, particles: [], letters, folds, facets: [],
        ...schema,
    };
    // One column that only orders need has files of its own.
    const dates = schema.numbers.filter((name) => name === "published");
    schema = { ...schema, dates, numbers: schema.numbers.filter((name) => !dates.includes(name)) };

    const cut = (entries, letter, put) => {
        const leaves = [];
        for (let i = 0; i < entries.length; i += leaf) {
            const some = entries.slice(i, i + leaf);
            leaves.push([some[0][0], put(letter, keyed(some))]);
        }
        return leaves;
    };
    const tree = (entries, letter) => {
        entries.sort((a, b) => byBytes(a[0], b[0]));
        let leaves = cut(entries, letter, put);
        if (leaves.length) leaves[0][0] = "";
        if (!page || leaves.length <= page) return Buffer.concat([Buffer.from([0]), keyed(leaves)]);
        const pages = [];
        for (let i = 0; i < leaves.length; i += page) pages.push([leaves[i][0], put("K", keyed(leaves.slice(i, i + page)))]);
        return Buffer.concat([Buffer.from([1]), keyed(pages)]);
    };
    const array = (names) => {
        if (!isPaged) return Buffer.concat([varint(names.length), Buffer.from([0]), ...names]);
        const pages = [];
        for (let i = 0; i < names.length; i += 64) pages.push(put("P", ...names.slice(i, i + 64)));
        return Buffer.concat([varint(names.length), Buffer.from([1]), ...pages]);
    };
    const block = (from, size, write) => {
        const some = Array.from({ length: size }, (_, j) => documents[from + j]);
        return some.some(Boolean) ? write(some, some.filter(Boolean)) : NOTHING;
    };

    const lists = new Map(), vocabulary = new Map();
    documents.forEach((document, place) => {
        for (const [key, level] of keysOf(document, schema)) {
            if (!lists.has(key)) lists.set(key, []);
            lists.get(key).push([place, level]);
        }
    });
    for (const [key, list] of lists) {
        if (!key.startsWith("\u0001") && [...key].length > 1 && !words(key)[0].isDense) vocabulary.set(key, Math.floor(Math.log2(list.length)));
    }
    const terms = new Map();
    for (const [key, list] of lists) {
        if (list.length <= inline) {
            const bytes = postings(list, 0, places - 1);
            terms.set(key, { header: 1, parts: [varint(list.length), varint(bytes.length), bytes] });
            continue;
        }
        const segments = [];
        for (let from = 0; from < tiers; from += span) {
            const low = from * tier, to = Math.min(from + span, tiers), high = Math.min(to * tier, places) - 1;
            const some = list.filter(([place]) => place >= low && place <= high);
            segments.push(varint(to - from), varint(some.length), some.length ? put("L", postings(some, low, high)) : NOTHING);
        }
        terms.set(key, { header: 2, parts: [varint(list.length), varint(Math.ceil(tiers / span)), ...segments] });
    }
    const ruled = rules.map(({ query, ...rule }) => [words(query).map((token) => token.text).join(" "), string(JSON.stringify(rule))]);
    // Words whose documents stand beside them have nothing else.
    const aliased = new Set(aliases.map(({ key }) => key));
    for (const { key, to, weight } of aliases) {
        if (!terms.has(key)) terms.set(key, { header: 0, parts: [] });
        if (!vocabulary.has(key)) vocabulary.set(key, Math.floor(Math.log2(lists.get(to)?.length ?? 1)));
        terms.get(key).header += 4;
        terms.get(key).parts.push(varint(weight), string(to));
    }
    const reverse = (text) => [...text].reverse().join("");
    const numbered = (of) => [...vocabulary].map(([key, number]) => {
        const list = lists.get(key) ?? [];
        if (!list.length || list.length > few || aliased.has(key)) return [of(key), varint(2 * number)];
        return [of(key), Buffer.concat([varint(2 * list.length - 1), ...list.map(([place, level]) => varint(16 * place + level))])];
    });

    const suggestions = new Map(), started = new Map();
    for (const one of completions) {
        const key = words(one.text).map((token) => token.text).join(" ");
        if (!suggestions.has(key)) suggestions.set(key, []);
        suggestions.get(key).push(one);
        for (let i = 1; i <= key.length; i++) {
            const start = key.slice(0, i);
            if (!started.has(start)) started.set(start, []);
            started.get(start).push(one);
        }
    }
    for (const [start, some] of started) {
        if (some.length > 64) suggestions.set(start + "\0", some.sort((a, b) => b.weight - a.weight || byBytes(a.text, b.text)).slice(0, 8));
    }
    const completed = [...suggestions].map(([key, some]) => [key, Buffer.concat([varint(some.length), ...some.flatMap((one) => [
        string(one.text), Buffer.from([one.kind]), varint(one.weight), string(one.target ?? ""),
    ])])]);

    const cards = (all, some) => put("C", presence(all), ...schema.columns.flatMap((name) => some.map((one) => string(one.card?.[name] ?? one[name] ?? ""))));
    const traits = (isAttribute, all, some) => {
        const columns = schema.facets.flatMap((facet, position) => {
            const lists = some.map((one) => one.values?.[facet.id] ?? []);
            if (!!facet.attribute !== isAttribute || lists.every((list) => !list.length)) return [];
            const values = new Map(lists.flat()), tokens = [...values.keys()];
            const sets = new Map([["[]", []]]);
            for (const list of lists) sets.set(JSON.stringify(list), list);
            const keys = [...sets.keys()], ids = lists.map((list) => keys.indexOf(JSON.stringify(list)));
            const follows = (token, label) => token === [...label].map((char) => (char === " " ? "-" : char >= "A" && char <= "Z" ? char.toLowerCase() : char)).join("");
            return [Buffer.concat([
                varint(position), varint(values.size), ...[...values].flatMap(([token, label]) => [string(label), string(follows(token, label) ? "" : token)]),
                varint(sets.size), ...[...sets.values()].flatMap((list) => [varint(list.length), ...list.map(([token]) => varint(tokens.indexOf(token)))]),
                Buffer.from(ids.map((id) => id % 256)), ...(sets.size > 256 ? [Buffer.from(ids.map((id) => id >> 8))] : []),
            ])];
        });
        return columns.length ? put("F", presence(all), varint(columns.length), ...columns) : NOTHING;
    };
    const numbers = (letter, columns, names, all, some) => put(letter, presence(all), ...names, ...columns.map((name) => {
        const values = some.map((one) => (one.numbers?.[name] ?? -1) + 1);
        let width = 0;
        while (values.some((value) => value >= 256 ** width)) width++;
        const planes = Array.from({ length: width }, (_, plane) => values.map((value) => Math.floor(value / 256 ** plane) % 256));
        return Buffer.from([width, ...planes.flat()]);
    }));
    const root = put("R", string(JSON.stringify(schema)), tree([...terms].map(([key, { header, parts }]) => [key, Buffer.concat([varint(header), ...parts])]), "T"),
        tree(ruled, "Q"), tree(numbered((key) => key), "W"), tree(numbered(reverse), "W"), tree(completed, "S"),
        array(Array.from({ length: Math.ceil(places / chunk) }, (_, i) => block(i * chunk, chunk, (all, some) => {
            const names = Array.from({ length: chunk / card }, (_, j) => block(i * chunk + j * card, card, cards));
            return numbers("O", schema.numbers, [...names, traits(false, all, some), traits(true, all, some), numbers("D", schema.dates, [], all, some)], all, some);
        }))));
    files.set("/en/search/root.json", utf8(JSON.stringify({ format: 2, root: root.toString("hex"), files: "/search/" })));
    return { files, schema, lists, vocabulary };
}

// The keys of a document with their levels: words of the title 12 or more, of the text 4 or more, values of scopes 0.
export function keysOf(document, schema) {
    const keys = new Map();
    const add = (key, level) => keys.set(key, Math.max(level, keys.get(key) ?? 0));
    const extra = document?.level ?? 0;
    for (const [text, level] of [[document?.title ?? "", 12 + extra], [document?.text ?? "", 4 + extra]]) {
        let compound = "";
        for (const token of words(text)) {
            add(token.text, level);
            compound = token.isJoined ? compound + token.text : token.text;
            if (token.isJoined) add(compound, level);
        }
    }
    for (const facet of schema.facets ?? []) {
        if (facet.scope) for (const [token] of document?.values?.[facet.id] ?? []) add(`\u0001${facet.id}:${token}`, 0);
    }
    return keys;
}

// A loader over the files of an index, and what it was asked for.
export function loader(files, asked = []) {
    return async (url) => {
        asked.push(new URL(url).pathname);
        const bytes = files.get(new URL(url).pathname);
        if (!bytes) throw Object.assign(new Error("missing"), { status: 404 });
        return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    };
}
