// Searches the index; docs/search-format.md says how.

const DIGIT = 2, MARK = 3, DENSE = 4;
const JOINERS = "-/._+'’&@·";
const PLACES = 2 ** 24, FULL = 2 ** 25, FILE = 8 << 20;
const SORTS = { __proto__: null, price: ["price"], "-price": ["price"], newest: ["published"], rating: ["rating", "reviews"] };
const KINDS = ["query", "category", "seller", "product", "brand"];
// The values from which on documents are counted.
const STEPS = { price: [], rating: [10, 20, 30, 40], stock: [1] };
const utf8 = new TextDecoder("utf8", { fatal: true, ignoreBOM: true });

// By which words are cut: the tables of the index.
let starts, kinds, folds;

export function learn(schema) {
    let next = 0;
    [starts, kinds, folds] = [[], [], schema.folds.split(" ")];
    for (const [, kind, high, low] of schema.letters.matchAll(/([.),(=]?)(\d*)(\w)/g)) {
        starts.push(next);
        kinds.push(kind ? ".),(=".indexOf(kind) : +!kinds.at(-1));
        next += high * 26 + parseInt(low, 36) - 9;
    }
}

// `kind`: unreachable, missing, damaged, format.
export class SearchError extends Error {
    constructor(kind, cause) {
        super(`Search index: ${kind}`, { cause });
        this.kind = kind;
    }
}

function fail(error, kind = "damaged") {
    throw error instanceof SearchError ? error : new SearchError(kind, error);
}

const check = (is) => is || fail();

// The last position up to which something holds.
function last(count, holds) {
    let low = 0;
    while (low < count) {
        const middle = (low + count) >> 1;
        if (holds(middle)) low = middle + 1;
        else count = middle;
    }
    return low - 1;
}

// Lists of numbers are ordered by the first that differs, the greater first.
function order(a, b) {
    const i = a.findIndex((value, i) => value !== b[i]);
    return b[i] - a[i] || 0;
}

const sorted = (items, keys) => Array.from(items, (item) => [keys(item), item]).sort(([a], [b]) => order(a, b)).map(([, item]) => item);
// By which texts are ordered, the lower code point first.
const codes = (text) => [...Array.from(text, (char) => -char.codePointAt()), 1];
const isBefore = (a, b) => order(codes(a), codes(b)) < 0;
const sumOf = (items, number) => items.reduce((sum, item) => sum + number(item), 0);

const cut = (text, count) => [...text].slice(0, count).join("");
const turned = (text) => [...text].reverse().join("");
const textOf = (tokens, between = "") => tokens.map(({ text }) => text).join(between);
const runOf = (char) => last(starts.length, (i) => starts[i] <= char.codePointAt());
const classOf = (char) => kinds[runOf(char)];

function fold({ char, kind }) {
    if (kind === DENSE) return char;
    if (kind === DIGIT) return (char.codePointAt() - starts[runOf(char)]) % 10;
    return Array.from(char.normalize("NFD").toLowerCase(), (letter) => (classOf(letter) === MARK ? "" : folds.find((one) => one[0] === letter)?.slice(1) ?? letter)).join("");
}

// The words of a text: `text`, `start` and `end` in the text, `isDense`, `isJoined` with the word before.
export function words(text) {
    const chars = [], found = [];
    const known = text.replace(/[^\0-\x7f]/gu, (char) => (classOf(char) || JOINERS.includes(char) ? char : " ".repeat(char.length)));
    // Each piece is what NFKC may compose.
    for (const { 0: piece, index: start } of known.matchAll(/[^][\p{M}\u1160-\u11ff\u3131-\u318e\uff9e-\uffdc]*/gu)) {
        for (const char of piece.normalize("NFKC")) {
            const kind = classOf(char);
            if (kind !== MARK) chars.push({ char, kind, start, end: start + piece.length });
        }
    }
    // Where the word before ends.
    let before;
    for (const { 0: run, index } of chars.map(({ kind }) => kind).join("").matchAll(/4+|[12]+/g)) {
        const isDense = run[0] === "4", stop = index + run.length, size = isDense ? 2 : run.length;
        for (let i = index; i === index || i + size <= stop; i++) {
            const part = chars.slice(i, Math.min(i + size, stop)), isJoined = index - before === 1 && JOINERS.includes(chars[before].char);
            found.push({ text: cut(part.map(fold).join(""), 40), start: part[0].start, end: part.at(-1).end, isDense, isJoined: isJoined && !isDense });
        }
        before = isDense ? undefined : stop;
    }
    return found;
}

function joined(tokens) {
    const groups = [];
    for (const token of tokens) token.isJoined ? groups.at(-1).push(token) : groups.push([token]);
    return groups;
}

// An amount in minor units as the schema's `money` writes it.
export function price(minor, { decimals, prefix, suffix, group, decimal, primary, secondary, minimum, zero }) {
    return prefix + String(minor).padStart(decimals + 1, 0).replace(/./g, (digit, i, { length }) => {
        const whole = length - decimals, left = whole - i - primary;
        const isGroup = i && primary && whole >= primary + minimum && left >= 0 && left % secondary === 0;
        return (i === whole ? decimal : isGroup ? group : "") + String.fromCodePoint(zero.codePointAt() + +digit);
    }) + suffix;
}

class Reader {
    at = 0;
    room = 2 * FILE;

    constructor(bytes) {
        this.bytes = bytes;
    }

    take(count) {
        check(count <= this.bytes.length - this.at);
        return this.bytes.subarray(this.at, (this.at += count));
    }

    byte(most = 255) {
        const [byte] = this.take(1);
        check(byte <= most);
        return byte;
    }

    int(most = Number.MAX_SAFE_INTEGER) {
        let value = 0;
        for (let factor = 1, byte = 128; byte > 127; factor *= 128) {
            byte = this.byte();
            value += (byte & 127) * factor;
            check(value <= most);
        }
        return value;
    }

    text() {
        return utf8.decode(this.take(this.int()));
    }

    name() {
        const name = Array.from(this.take(6), (byte) => byte.toString(16).padStart(2, 0)).join("");
        return /[^0]/.test(name) ? name : null;
    }

    list(item, count = this.int()) {
        const items = [];
        while (count-- > 0) items.push(item());
        return items;
    }

    keyed(item) {
        const key = new Uint8Array(4096);
        return this.list(() => {
            const shared = this.int(4096), rest = this.take(this.int()), length = shared + rest.length;
            key.set(rest, shared);
            check((this.room -= length) >= 0);
            return item(utf8.decode(key.subarray(0, length)));
        });
    }

    // Of each place of a block the position of its document, or -1.
    ranks(places) {
        const bits = this.take((places + 7) >> 3);
        let count = 0;
        const ranks = Int32Array.from({ length: places }, (_, i) => (bits[i >> 3] << (i & 7)) & 128 ? count++ : -1);
        return [ranks, count];
    }

    // Its pages; the leaves of one that is no file.
    tree() {
        return this.byte(1) ? this.K() : [{ key: "", leaves: this.K() }];
    }

    // `levels`: level, start and end in `places`.
    L(count, low, high) {
        const { bytes } = this, levels = [];
        let mask = this.int(65535), start = 0, bit;
        check(mask && count <= high - low + 1);
        const places = new Int32Array(count);
        for (let level = 15; mask; level--, mask >>= 1) {
            if (mask & 1) levels.push([level, start, (start = mask > 1 ? start + this.int(count - start) : count)]);
        }
        const bits = (left) => {
            const i = bit >> 3, four = (bytes[i] << 24) | (bytes[i + 1] << 16) | (bytes[i + 2] << 8) | bytes[i + 3], skipped = bit & 7;
            check((bit += left) <= bytes.length * 8);
            return left && (four << skipped) >>> (32 - left);
        };
        const fill = (from, n, low, high) => {
            if (!n) return;
            const m = n >> 1, range = high - low - n + 2, k = 31 - Math.clz32(range), short = (2 << k) - range;
            let value = bits(k);
            if (value >= short) value = value * 2 + bits(1) - short;
            const place = (places[from + m] = low + m + value);
            fill(from, m, low, place - 1);
            fill(from + m + 1, n - m - 1, place + 1, high);
        };
        bit = this.at * 8;
        for (const [, from, end] of levels) fill(from, end - from, low, high);
        return { places, levels, size: count * 4 };
    }

    // What follows are the files, by their letters.

    R() {
        const schema = JSON.parse(this.text());
        const { places, documents, tier, chunk, card, prior, numbers } = schema;
        check([[places, PLACES], [documents, PLACES], [tier - 1, 65535], [chunk - 1, 65535], [card - 1, 65535], [prior, 4095], [numbers.length, 64]]
            .every(([value, most]) => value >>> 0 === value && value <= most) && chunk % card === 0);
        learn(schema);
        const [terms, rules, words, reversed, suggestions] = this.list(() => this.tree(), 5), count = this.int(PLACES), isPaged = this.byte(1);
        return { schema, terms, rules, words, reversed, suggestions, isPaged, chunks: this.list(() => this.name(), isPaged ? Math.ceil(count / 64) : count) };
    }

    K() {
        return this.keyed((key) => ({ key, name: this.name() }));
    }

    P() {
        return this.list(() => this.name(), (this.bytes.length - 1) / 6);
    }

    T({ tier, places }) {
        return new Map(this.keyed((key) => {
            const header = this.int(2 ** 30), entry = { key, count: 0 };
            if (header & 3) check((entry.count = this.int(places)));
            if (header & 1) entry.inline = this.take(this.int());
            if (header & 2) {
                let from = 0;
                entry.segments = this.list(() => ({ from, to: (from += this.int(places)), count: this.int(entry.count), name: this.name() }));
                check(from * tier >= places);
            }
            entry.aliases = this.list(() => ({ weight: this.int(16), key: this.text() }), header >> 2);
            return [key, entry];
        }));
    }

    Q() {
        return new Map(this.keyed((key) => [key, JSON.parse(this.text())]));
    }

    // Words with their numbers, and with an entry where all that answers a word stands beside it.
    W({ places }) {
        return this.keyed((key) => {
            const header = this.int(127), size = (header + 1) >> 1;
            if (!(header & 1)) return [key, size];
            const few = this.list(() => this.int(places * 16 - 1), size);
            return [key, Math.log2(size) | 0, { count: size, list: { places: few.map((one) => one >> 4), levels: few.map((one, i) => [one & 15, i, i + 1]) } }];
        });
    }

    S() {
        const one = () => ({ text: this.text(), kind: KINDS[this.byte(4)], weight: this.int(), target: this.text() });
        return this.keyed((key) => [key, this.list(one)]);
    }

    C({ card, columns }) {
        const [ranks, count] = this.ranks(card);
        return { ranks, columns: new Map(columns.map((name) => [name, this.list(() => this.text(), count)])) };
    }

    O({ chunk, card, numbers, dates }, names = numbers) {
        const [ranks, count] = this.ranks(chunk);
        const files = names === dates ? [] : this.list(() => this.name(), chunk / card + 3);
        return { ranks, files, columns: new Map(names.map((name) => {
            const values = new Float64Array(count).fill(-1);
            for (let width = this.byte(7), factor = 1; width > 0; width--, factor *= 256) this.take(count).forEach((byte, i) => (values[i] += byte * factor));
            check(values.every(Number.isSafeInteger));
            return [name, values];
        })) };
    }

    D(schema) {
        return this.O(schema, schema.dates);
    }

    F({ chunk, facets }) {
        const [ranks, count] = this.ranks(chunk);
        const one = (list, i = this.int()) => check(list[i]);
        return { ranks, columns: new Map(this.list(() => {
            const { id } = one(facets);
            const values = this.list(() => {
                const label = this.text();
                return { label, token: this.text() || label.replace(/[A-Z ]/g, (char) => (char === " " ? "-" : char.toLowerCase())) };
            });
            const sets = this.list(() => this.list(() => one(values)));
            const low = this.take(count), high = sets.length > 256 && this.take(count);
            return [id, Array.from(low, (byte, i) => one(sets, byte + (high && 256 * high[i])))];
        })) };
    }
}

const allOf = (items, task) => Promise.all(Array.from(items, task));

async function inflate(data) {
    const stream = new Response(data).body.pipeThrough(new DecompressionStream("deflate")).getReader(), parts = [];
    let size = 0;
    for (let part; ({ value: part } = await stream.read()), part; parts.push(part)) check((size += part.length) <= FILE);
    const bytes = new Uint8Array(size);
    for (const part of parts.reverse()) bytes.set(part, (size -= part.length));
    return bytes;
}

async function fetched(url, { fresh }) {
    const get = (cache = "force-cache") => fetch(url, { cache });
    const response = await get(fresh).catch(() => get());
    if (!response.ok) throw new SearchError(/404|410/.test(response.status) ? "missing" : "unreachable");
    return response.arrayBuffer();
}

function rarity(documents, count) {
    const ratio = Math.floor(((documents + count) * 4096) / count);
    const bits = Math.floor(Math.log2(ratio));
    return Math.floor(16 * Math.log2(Math.floor(ratio * 2 ** (15 - bits)))) + 16 * (bits - 27);
}

// Optimal string alignment, as far as it is at most `most`.
function distance(a, b, most) {
    const i = a.findIndex((letter, i) => letter !== b[i]);
    if (!most || i < 0 || i >= b.length) return Math.max(a.length, b.length) - (i < 0 ? a.length : i);
    const rest = (skipped, other) => distance(a.slice(i + skipped), b.slice(i + other), most - 1);
    return 1 + Math.min(rest(1, 0), rest(0, 1), rest(1, 1), a[i] === b[i + 1] && a[i + 1] === b[i] ? rest(2, 2) : 9);
}

const ones = (bits) => bits && 1 + ones(bits & (bits - 1));

const countOf = ({ answers }) => sumOf(answers, ({ entry }) => entry.count);
const isFull = ({ worth }) => worth >= FULL;

// What stands in a title, each piece with whether it answers the query.
function marked(title, keys) {
    const marks = Array(title.length).fill(0);
    for (const group of joined(words(title))) {
        for (const tokens of [group, ...group.map((token) => [token])]) if (keys.has(textOf(tokens))) marks.fill(1, tokens[0].start, tokens.at(-1).end);
    }
    return Array.from(marks.join("").matchAll(/0+|1+/g), ({ 0: run, index }) => [title.slice(index, index + run.length), run[0] === "1"]);
}

export class Search {
    cache = new Map();

    static async open(url, { load = fetched } = {}) {
        const search = Object.assign(new Search(), { load, head: new URL(url, globalThis.location?.href) });
        await search.readHead("default").catch(fail);
        return search;
    }

    get schema() {
        return this.index.schema;
    }

    async get(url, fresh) {
        return new Uint8Array(await this.load(String(url), { fresh }).catch((error) => fail(error, "unreachable")));
    }

    async readHead(fresh) {
        const { format, root, files } = JSON.parse(utf8.decode(await this.get(this.head, fresh)));
        if (format !== 2) throw new SearchError("format");
        const base = new URL(files, this.head), own = { __proto__: this, index: { base } };
        this.index = { ...(await own.file(root, "R")), base };
    }

    // A file by its name, its letter and what else its reader wants; the one used last is forgotten last.
    async file(...which) {
        this.signal?.throwIfAborted();
        const { cache } = this, key = which.join(), entry = cache.get(key) ?? { size: 0 };
        cache.delete(key);
        cache.set(key, entry);
        return entry.value ??= this.read(entry, ...which).catch((error) => {
            cache.delete(key);
            throw error;
        });
    }

    async read(entry, name, letter, ...more) {
        const { cache, index: { base, schema } } = this;
        const reader = new Reader(await inflate(await this.get(new URL(`${name.slice(0, 2)}/${check(name.slice(2))}.bin`, base))));
        check(reader.byte() === letter.charCodeAt());
        const value = reader[letter](...more, schema);
        entry.size = value.places ? value.size : reader.bytes.length * 4;
        let room = 24 << 20;
        for (const [key, { size }] of [...cache].reverse()) if ((room -= size) < 0) cache.delete(key);
        return value;
    }

    // A query of its own. A missing file means that the head is old.
    answer(task, text, options = {}) {
        const { signal } = options, run = () => ({ __proto__: this, index: this.index, signal, corrections: [], dropped: [] })[task](cut(text, 256), options);
        return run().catch((error) => {
            if (error?.kind !== "missing") throw error;
            return this.readHead("no-cache").then(run);
        }).catch(fail).finally(() => signal?.throwIfAborted());
    }

    // The numbers of a chunk, and the names of its other files; nothing where no document stands.
    async chunk(i) {
        const { isPaged, chunks } = this.index;
        let name = chunks[isPaged ? i >> 6 : i];
        if (name && isPaged) name = (await this.file(name, "P"))[i & 63];
        return name && this.file(name, "O");
    }

    facetOf(id) {
        return this.schema.facets.find((facet) => facet.id === id);
    }

    // Which of the last files of a chunk has a facet or column; 0 for its numbers.
    table(id) {
        const facet = this.facetOf(id);
        return facet?.attribute ? -2 : facet ? -3 : this.schema.dates.includes(id) ? -1 : 0;
    }

    // The leaf for a key and its neighbours.
    async leaves(table, key, before, after) {
        const pages = this.index[table], find = (leaves) => last(leaves.length, (i) => !isBefore(key, leaves[i].key));
        const page = async ({ leaves, name }) => leaves ?? this.file(name, "K");
        let first = find(pages), end = first + 1, leaves = await page(pages[first]), at = find(leaves);
        while (at < before && first) {
            const more = await page(pages[--first]);
            leaves = [...more, ...leaves];
            at += more.length;
        }
        while (at + after + 1 >= leaves.length && end < pages.length) leaves = [...leaves, ...(await page(pages[end++]))];
        return leaves.map((leaf, i) => ({ ...leaf, next: leaves[i + 1]?.key })).slice(Math.max(0, at - before), at + after + 1);
    }

    async entry(key, table = "terms", letter = "T") {
        const [leaf] = await this.leaves(table, key, 0, 0);
        return leaf && (await this.file(leaf.name, letter)).get(key);
    }

    // The alternatives that a key has; `own` is its entry.
    async key(key, weight = 16, isNear, own) {
        own ??= await this.entry(key);
        const aliases = await allOf((own?.aliases ?? []).slice(0, 48), async (alias) => ({ entry: await this.entry(alias.key), weight: (weight * alias.weight) >> 4 }));
        return [{ entry: own, weight }, ...aliases].filter(({ entry }) => entry?.count)
            .map((one) => ({ ...one, isNear, rarity: rarity(this.schema.documents, one.entry.count) }));
    }

    add(slot, found) {
        slot.answers ??= [];
        for (const one of found) if (slot.answers.length < 48 && !slot.answers.some(({ entry }) => entry.key === one.entry.key)) slot.answers.push(one);
        return slot;
    }

    // Words with their weight.
    async addWords(slot, words, isNear) {
        const found = await allOf(words, ([text, , weight, entry]) => this.key(text, weight, isNear, entry && { ...entry, key: text }));
        this.add(slot, found.flat());
    }

    // Words that begin with some letters, from four files around another word, with their numbers.
    async near(table, word, letters, before) {
        const leaves = await this.leaves(table, word, before, 3 - before);
        const files = await allOf(leaves, ({ key, next, name }) => (
            (isBefore(letters, key) && !key.startsWith(letters)) || (next && !isBefore(letters, next)) ? [] : this.file(name, "W")));
        return files.flat().filter(([text]) => text.startsWith(letters));
    }

    async more(word) {
        const found = await this.near("words", word, word, 0);
        return sorted(found, ([text, number]) => [number, -[...text].length, ...codes(text)]).slice(0, 8).map(([text, number, entry]) => [text, number, 10, entry]);
    }

    async typos(word, edits = 2) {
        const letters = [...word], n = letters.length, half = n >> 1, isCode = /\d/.test(word), bag = (text) => [...text].sort().join("");
        const swapped = letters.toSpliced(half - 1, 2, letters[half], letters[half - 1]).join(""), reversed = turned(word);
        for (let most = 1, close = []; most <= edits && n >= 5 * most - 2; most++) {
            const part = (text, count) => cut(text, Math.max(1, count - 1));
            const found = await Promise.all([
                this.near("words", word, part(word, Math.floor(n / (most + 1))), 1), this.near("words", swapped, swapped, 0),
                this.near("reversed", reversed, part(reversed, Math.ceil(n / (most + 1))), 1),
            ]);
            found[2] = found[2].map(([text, ...more]) => [turned(text), ...more]);
            for (const [text, number, entry] of new Map(found.flat().map((word) => [word[0], word])).values()) {
                const other = [...text], away = distance(letters, other, most);
                if (away && away <= most && Math.max(n, other.length) > 3) close.push([text, number, away > 1 ? 6 : 12, entry]);
            }
            if (close.length) return sorted(close, ([text, number, weight]) => [
                weight, +(bag(text) === bag(word)), +(isCode || text.startsWith(letters[0])), isCode ? -number : number, ...codes(text),
            ]).filter(([, , , entry], i) => i < 8 || entry).slice(0, 40);
        }
        return [];
    }

    // Slots of words, if all are keys.
    async keys(parts) {
        const slots = await allOf(parts, async (text) => this.add({ text }, await this.key(text)));
        return slots.every(({ answers }) => answers.length) && slots;
    }

    // What takes the place of a slot whose word is no key.
    async mend(slot) {
        const { text } = slot;
        if (!slot.isDense) {
            const longer = slot.isLast ? await this.more(text) : [], close = await this.typos(text);
            await this.addWords(slot, [...longer, ...close]);
            if (close.length && !longer.length) this.corrections.push({ from: text, to: close[0][0] });
            if (slot.answers.length) return [slot];
            const parts = await this.keys(text.match(/\d+|\D+/g)), letters = [...text];
            if (parts) return parts;
            const ways = await allOf(letters, async (_, i) => {
                const head = cut(text, i);
                // Between the parts of a compound a letter may be missing or added.
                for (const one of i ? [head, head + "e", head.replace(/s$/, "")] : []) {
                    const way = await this.keys([one, letters.slice(i).join("")]);
                    if (way) return way;
                }
            });
            const [best] = sorted(ways.filter(Boolean), (way) => [Math.min(...way.map(({ answers }) => Math.max(...answers.map(({ entry }) => entry.count))))]);
            if (best) return best;
        }
        this.dropped.push(text);
        return [];
    }

    // Neighbours written together.
    async join(slots, isAsked) {
        const found = await allOf(slots.slice(1), (b, i) => (slots[i].isDense || b.isDense || !isAsked(slots[i], b) ? [] : this.key(slots[i].text + b.text)));
        found.forEach((both, i) => slots.slice(i, i + 2).forEach((slot) => this.add(slot, both)));
        return found.flat().length;
    }

    // Near words of words that few documents have.
    async widen(slots) {
        const size = () => sumOf(slots, ({ answers }) => answers.length), before = size();
        for (const slot of slots) if (slot.isKey && !slot.isDense && [...slot.text].length > 2 && countOf(slot) < 10) await this.addWords(slot, await this.typos(slot.text, 1), true);
        return size() > before;
    }

    async slots(tokens) {
        const groups = await allOf(joined(tokens).slice(0, 12), async (group) => {
            const whole = group.length > 1 && (await this.keys([textOf(group)]));
            return whole || group.map((token) => ({ ...token, isLast: token === tokens.at(-1) }));
        });
        const slots = groups.flat().slice(0, 12), mended = [];
        await allOf(slots, async (slot) => (slot.isKey = this.add(slot, slot.answers ?? (await this.key(slot.text))).answers.length));
        await this.join(slots, (a, b) => !a.isKey || !b.isKey || /\d/.test(a.text + b.text));
        for (const slot of slots) mended.push(...(slot.answers.length ? [slot] : await this.mend(slot)));
        const asked = mended.slice(0, 12), isNeeded = ({ text }) => !this.schema.particles.includes(text), isAny = asked.some(isNeeded);
        for (const slot of asked) slot.isNeeded = !isAny || isNeeded(slot);
        return asked;
    }

    list(one, tier) {
        const { tier: size, places } = this.schema, { list, inline, count, segments } = one.entry;
        if (list) return list;
        if (inline) return (one.list ??= new Reader(inline).L(count, 0, places - 1));
        const segment = segments.find(({ to }) => tier < to), low = segment.from * size, high = Math.min(segment.to * size, places) - 1;
        if (!segment.count) return { levels: [] };
        return this.file(segment.name, "L", segment.count, low, high);
    }

    // `worth`: that of all slots, and FULL more for a full match.
    async matches(slots, scope, least) {
        const { tier: size, places, impacts } = this.schema, all = [...slots, ...scope], scopes = scope.length << slots.length;
        const seen = all.map(() => 0), matches = [], length = Math.min(size, places);
        const sums = new Int32Array(length), best = new Int32Array(length), have = new Uint32Array(length);
        // In the high half the slots that are had by near words only.
        const needed = slots.reduce((bits, { isNeeded }, s) => bits | (isNeeded << s), 0);
        let full = 0, low = 0;
        for (; low < places && full < 400; low += size) {
            const lists = await allOf(all, ({ answers }) => allOf(answers, (one) => this.list(one, low / size)));
            sums.fill(0);
            have.fill(0);
            all.forEach(({ answers }, s) => {
                best.fill(0);
                answers.forEach(({ rarity, weight, isNear }, i) => {
                    const { places, levels } = lists[s][i], bit = 1 << (isNear ? s + 16 : s);
                    for (const [level, start, end] of levels) {
                        const worth = s < slots.length ? rarity * impacts[level] * weight + 1 : 1;
                        for (let at = start; at < end; at++) {
                            const place = places[at] - low;
                            if (place < 0 || place >= size) continue;
                            seen[s]++;
                            have[place] |= bit;
                            if (best[place] < worth) best[place] = worth;
                        }
                    }
                });
                best.forEach((worth, place) => worth && (sums[place] += worth - 1));
            });
            have.forEach((bits, place) => {
                if (!bits || (bits & scopes) !== scopes || ones((bits | (bits >>> 16)) & needed) < least) return;
                const isFull = (bits & needed) === needed;
                full += isFull;
                matches.push({ place: low + place, worth: isFull * FULL + sums[place] });
            });
        }
        const counts = all.map((slot, i) => (slot.isNeeded !== false && seen[i] ? countOf(slot) : Infinity)), rarest = counts.indexOf(Math.min(...counts));
        return { matches, full, total: low < places ? Math.floor((matches.length * counts[rarest]) / seen[rarest]) : matches.length };
    }

    async all() {
        const { chunk, documents } = this.schema, matches = [];
        const files = await allOf({ length: 40 }, (_, i) => this.chunk(i));
        files.forEach((file, i) => file?.ranks.forEach((rank, at) => rank < 0 || matches.push({ place: i * chunk + at, worth: FULL })));
        return { matches, full: matches.length, total: documents };
    }

    // The chunks with the most matches, so many of them; `column` leads from a match to its values.
    async chunks(matches, tables, limit) {
        const { chunk } = this.schema, chunks = {};
        for (const match of tables.length ? matches : []) (chunks[Math.floor(match.place / chunk)] ??= []).push(match);
        const most = sorted(Object.entries(chunks), ([i, { length }]) => [length, -i]);
        // When few have matches, all of them are read.
        return allOf(limit === 12 && most.length < 25 ? most : most.slice(0, limit), async ([i, matches]) => {
            const own = await this.chunk(i);
            const files = new Map(await allOf(tables, async (table) => {
                const name = own.files.at(table);
                return [table, table ? name && (await this.file(name, table + 1 ? "F" : "D")) : own];
            }));
            const column = (id) => {
                const file = files.get(this.table(id)), values = file?.columns?.get(id);
                return ({ place }) => {
                    const value = values?.[file.ranks[place % chunk]] ?? -1;
                    return value.map ? value : value < 0 ? [] : [{ token: value }];
                };
            };
            return { matches, column };
        });
    }

    // The matches that pass; facets see their values.
    count(chunks, filters, facets) {
        const kept = [];
        for (const { matches, column } of chunks) {
            const tests = filters.map(([id, wanted]) => {
                const values = column(id), { min, max } = wanted;
                const agrees = ({ token }) => (wanted.map ? wanted.includes(token) : token >= (min ?? -Infinity) && token <= (max ?? Infinity));
                return { id, fails: (match) => !values(match).some(agrees) };
            });
            const columns = facets.map(({ id }) => column(id));
            for (const match of matches) {
                const failed = tests.filter(({ fails }) => fails(match));
                if (!failed.length) kept.push(match);
                facets.forEach((facet, i) => failed.every(({ id }) => id === facet.id) && columns[i](match).forEach(facet.see));
            }
        }
        return kept;
    }

    facet(id, wanted) {
        const facet = this.facetOf(id), { label = "", kind = "number", unit } = facet ?? {}, steps = facet ? [] : STEPS[id];
        const list = wanted?.map ? wanted : [], values = new Map(list.map((token) => [token, {}]));
        let min = null, max = null;
        const add = (token, label) => {
            const value = values.get(token);
            values.set(token, { label, ...value, count: (value?.count ?? 0) + 1 });
        };
        return {
            id,
            see({ token, label }) {
                if (kind === "number") [min, max] = [Math.min(token, min ?? token), Math.max(token, max ?? token)];
                if (facet) add(token, label);
                for (const step of steps) if (token >= step) add(String(step / steps[0]));
            },
            result(scaled) {
                const counted = Array.from(values, ([token, { label, count = 0 }]) => (
                    { token, label: label ?? token, count: scaled(count), isSelected: list.includes(token) || wanted?.min === token * steps[0] }
                ));
                return { label, kind, unit: unit ?? "", values: sorted(counted, ({ count, token }) => [count, ...codes(token)]), min, max };
            },
        };
    }

    async hit({ place, worth }, keys) {
        const { card, chunk } = this.schema, own = await this.chunk(Math.floor(place / chunk));
        const file = await this.file(own.files[Math.floor((place % chunk) / card)], "C");
        const row = ({ ranks, columns }, size, value) => Object.fromEntries(Array.from(columns, ([name, column]) => [name, value(column[ranks[place % size]])]));
        const texts = row(file, card, (text) => text), numbers = row(own, chunk, (value) => (value >= 0 ? value : null)), [first] = Object.values(texts);
        // In a text, U+0000 stands for the address that the first text makes.
        for (const name in texts) texts[name] = texts[name].replace("\0", () => first.match(/[a-z\d]+/gi)?.join("-").toLowerCase());
        return { place, card: texts, numbers, title: marked(texts.title ?? "", keys), isPartial: worth < FULL, score: worth % FULL };
    }

    // `filters`: of a facet or column a list of tokens, or `min` and `max`, both included, in the units of the column.
    search(...asked) {
        return this.answer("find", ...asked);
    }

    // The matches of a query's slots: full ones, and if these are few, others.
    async found(tokens, slots, scopes) {
        if (!tokens.length) return scopes.length ? this.matches([], scopes, 0) : this.all();
        let found;
        if (!slots.length) return { matches: [], full: 0, total: 0 };
        const most = slots.filter(({ isNeeded }) => isNeeded).length, match = async (least) => (found = await this.matches(slots, scopes, least));
        await match(most);
        if (found.full < 10 && (await this.join(slots, () => true))) await match(most);
        if (found.full < 10 && (await this.widen(slots))) await match(most);
        for (const least of [most - 1, 1]) if (least > 0 && least < most && found.matches.length < 10) await match(least);
        return found;
    }

    // By relevance; what is known of the first besides words orders these again.
    async ranked(matches, pinned) {
        const byWorth = (matches) => matches.sort((a, b) => b.worth - a.worth || a.place - b.place), { prior, chunk } = this.schema;
        const first = pinned.flatMap((place) => matches.filter((match) => match.place === place)), rest = byWorth(matches.filter((match) => !first.includes(match)));
        const top = await allOf(rest.splice(0, 40), async ({ place, worth }) => {
            const { ranks, columns } = await this.chunk(Math.floor(place / chunk));
            return { place, worth: worth + prior * Math.max(0, columns.get("prior")?.[ranks[place % chunk]] ?? 0) };
        });
        return [...first, ...byWorth(top), ...rest];
    }

    // By columns of the chunks, the greatest first, or with the sign −1 the least.
    inOrder(ordered, chunks, columns, sign) {
        const rows = new Map();
        for (const { matches, column } of chunks) {
            const values = columns.map(column);
            for (const match of matches) rows.set(match, values.map((of) => of(match).map(({ token }) => sign * token)[0] ?? -Infinity));
        }
        return sorted(ordered, (match) => [isFull(match), ...(rows.get(match) ?? columns.map(() => -Infinity)), -match.place]);
    }

    async find(query, { scope, filters: asked = {}, sort = "relevance", page = 1, size = 24, facets: ids }) {
        const { schema, corrections, dropped } = this, tokens = words(query);
        const [slots, rule, scopes] = await Promise.all([
            this.slots(tokens), tokens.length && this.entry(textOf(tokens, " "), "rules", "Q"), scope ? this.key("\u0001" + scope).then((answers) => [{ answers }]) : [],
        ]);
        const found = await this.found(tokens, slots, scopes), { matches } = found, isRelaxed = found.full < matches.length;
        const { pins = [], redirect } = rule || {}, pinned = scope ? [] : pins;
        for (const place of pinned) if (!matches.some((match) => match.place === place)) found.total += !!matches.push({ place, worth: FULL });

        const columns = SORTS[sort] ?? (tokens.length ? undefined : ["prior"]);
        const filters = Object.entries(asked).filter(([id, { length, min, max }]) => (this.facetOf(id) || schema.numbers.includes(id)) && (length || (min ?? max) != null));
        const facets = [...schema.facets, ...Object.keys(STEPS).filter((id) => schema.numbers.includes(id)).map((id) => ({ id }))]
            .filter(({ id, attribute }) => (ids ? ids.includes(id) : !attribute)).map(({ id }) => this.facet(id, asked[id]));
        const tables = [...filters.map(([id]) => id), ...facets.map(({ id }) => id), ...(columns ?? [])].map((id) => this.table(id));
        const start = (Math.max(1, Math.floor(page) || 1) - 1) * size, keys = new Set(slots.flatMap(({ text, answers }) => [text, ...answers.map(({ entry }) => entry.key)]));
        const shown = async (ordered) => allOf((await ordered).slice(start, start + size), (match) => this.hit(match, keys));
        // What is shown first does not wait for counts that it does not depend on.
        const [chunks, early] = await Promise.all([
            this.chunks(matches, [...new Set(tables)], columns || filters.length ? 100 : isRelaxed ? 6 : 12), !columns && !filters.length && shown(this.ranked(matches, pinned)),
        ]);
        const kept = this.count(chunks, filters, facets), read = sumOf(chunks, ({ matches }) => matches.length) || matches.length;
        const scaled = (count) => Math.floor((count * found.total) / (read || 1));

        const passing = filters.length ? kept : matches;
        const count = filters.length ? scaled(kept.length) : found.total, full = isRelaxed ? passing.filter(isFull).length : count;
        const hits = early || (await shown(columns ? this.inOrder(passing, chunks, columns, sort === "price" ? -1 : 1) : this.ranked(passing, pinned)));
        return {
            query, terms: slots.map(({ text }) => text), hits, total: count, full, isApproximate: found.total > matches.length || read < matches.length, isRelaxed,
            facets: Object.fromEntries(facets.map((facet) => [facet.id, facet.result(scaled)])), corrections, dropped, redirect, pins,
        };
    }

    suggest(...asked) {
        return this.answer("complete", ...asked);
    }

    async complete(prefix, { limit = 8 }) {
        const tokens = words(prefix), tail = tokens.at(-1), key = textOf(tokens, " ");
        if (!tail) return [];
        const files = await allOf(await this.leaves("suggestions", key, 0, 1), ({ name }) => this.file(name, "S"));
        const fits = files.flat().filter(([other]) => other.startsWith(key)), head = fits.find(([other]) => other === key + "\0");
        const found = (head ? [head] : fits.filter(([other]) => !other.includes("\0"))).flatMap(([, completions]) => completions);
        const more = found.length || tail.isDense ? [] : [...(await this.more(tail.text)), ...(await this.typos(tail.text))];
        return [...sorted(found, ({ weight }) => [weight]), ...more.map(([text, number]) => (
            { text: prefix.slice(0, tail.start) + text, kind: "query", target: "", weight: number }
        ))].slice(0, limit);
    }
}

// The search of the pages: suggestions, results and filters. Words and patterns are those of the search page, which other
// pages fetch. Everything is placed as text, never as HTML, and the address is the whole state.

export function ui(head) {
    const { lang } = document.documentElement;
    const forms = new Intl.PluralRules(lang);
    const field = head.q;
    let index, shell, texts, isListed;

    // A failure is forgotten, so that it can be tried again.
    const ready = () => index ??= load().catch((error) => {
        index = undefined;
        throw error;
    });

    async function load() {
        const opening = Search.open(document.body.dataset.search);
        opening.catch(() => {});
        let page = shell ?? document;
        if (!page.querySelector("#words")) {
            const request = new XMLHttpRequest();
            request.responseType = "document";
            request.open("GET", head.action);
            request.send();
            await new Promise((done) => { request.onloadend = done; });
            page = request.response;
        }
        texts = JSON.parse(page.querySelector("#words").textContent);
        shell = page;
        return opening;
    }

    function word(key, values) {
        const text = texts[key].other ? texts[key][forms.select(values.count)] : texts[key];
        return text.replace(/{(\w+)}/g, (_, name) => values[name].toLocaleString(lang));
    }

    const copy = (id, place = 0) => document.importNode(shell.querySelector(id).content.children[place], true);

    function make(tag, options, ...children) {
        const one = Object.assign(document.createElement(tag), options);
        one.append(...children);
        return one;
    }

    async function suggest() {
        const search = await ready().catch(() => head.addEventListener("focusin", suggest, { once: true }));
        if (!search) return;
        const box = copy("#typed"), told = copy("#typed", 1);
        let options, active;

        function activate(option) {
            for (const one of options) one.ariaSelected = one === option;
            active = option;
            field.setAttribute("aria-activedescendant", option?.id ?? "");
        }

        function show(...groups) {
            box.replaceChildren(...groups);
            options = [...box.querySelectorAll("[id]")];
            box.hidden = !options.length;
            field.ariaExpanded = !box.hidden;
            activate();
        }

        async function update() {
            const typed = field.value.trimStart();
            const found = typed ? await search.suggest(typed).catch(() => []) : recent().map((text) => ({ text, kind: "recent" }));
            if (typed !== field.value.trimStart() || document.activeElement !== field) return;
            const groups = Object.groupBy(found, ({ kind }) => kind);
            show(...["recent", ...KINDS].filter((kind) => groups[kind]).map((kind) => make(
                "ul", { role: "group", ariaLabel: word(kind) }, make("li", { role: "presentation" }, word(kind)), ...groups[kind].map((one) => {
                    const { text } = one, at = text.toLowerCase().startsWith(typed.toLowerCase()) ? typed.length : text.length;
                    return make(
                        "li", { id: `option-${found.indexOf(one)}`, role: "option", ariaSelected: false, one },
                        make("bdi", {}, text.slice(0, at), make("b", {}, text.slice(at))),
                        typed ? "" : make("span", { className: "forget", title: word("forget", { query: text }) }));
                }))));
            const text = typed && word("suggestions", { count: found.length });
            if (told.textContent !== text) told.textContent = text;
        }

        function choose({ text, target }) {
            show();
            if (target) return location.assign(target);
            field.value = text;
            head.requestSubmit();
        }

        function forget({ text }) {
            recent(recent().filter((other) => other !== text));
            update();
        }

        field.onkeydown = (event) => {
            const { key } = event, place = options.indexOf(active);
            if (key === "ArrowDown") box.hidden ? update() : activate(options[place + 1]);
            else if (key === "ArrowUp") activate(active ? options[place - 1] : options.at(-1));
            else if (key === "Escape" && !box.hidden) show();
            else if (key === "Enter" && active) choose(active.one);
            else if (key === "Delete" && active?.one.kind === "recent") forget(active.one);
            else return;
            event.preventDefault();
        };
        field.oninput = field.onfocus = update;
        field.onblur = () => show();
        box.onpointerdown = (event) => event.preventDefault();
        box.onpointermove = ({ target }) => activate(target.closest("[id^=option]"));
        box.onclick = ({ target }) => active && (target.className === "forget" ? forget : choose)(active.one);
        Object.assign(field, { role: "combobox", ariaAutoComplete: "list" }).setAttribute("aria-controls", box.id);
        head.append(box, told);
        import("./voice.js").then(({ listen }) => listen(head, copy, word)).catch(() => {});
        show();
        update();
    }

    // The last searches, or these from now on; none where nothing may be kept.
    function recent(searches) {
        try {
            if (searches) localStorage.searches = JSON.stringify(searches.slice(0, 5));
            return JSON.parse(localStorage.searches).map(String);
        } catch {
            return [];
        }
    }

    // `live` is where results go; `tell` says there what went wrong.
    async function list(section, live, tell, isOpening) {
        if (isListed) return;
        const { scope } = section.dataset, heading = document.querySelector("h1"), ownHeading = heading.textContent;
        const [title, count, refine] = section.querySelector(".over").children, [opener, { control: sort }] = refine.children;
        const found = live.parentElement, [, ...own] = found.children, ownCount = count.textContent, told = make("p", { className: "hide", role: "status" });
        const isWide = matchMedia("(min-width: 62rem)");
        let given, late, abort = new AbortController(), search;
        found.append(told);
        try {
            search = await ready();
        } catch (error) {
            return fail(error, () => list(section, live, tell, isOpening));
        }
        if (isListed) return;
        isListed = true;
        const { schema } = search;
        const scales = { price: 10 ** schema.money?.decimals, rating: 10 }, scale = (id) => scales[id] ?? 1;
        const panel = copy("#facets"), [form] = panel.children;
        found.before(panel);

        const isWithin = (token, other) => `${token}/`.startsWith(`${other}/`);
        const escaped = (token) => token.replace(/[%,]/g, encodeURIComponent);
        const tokens = (text) => text.split(",").map((part) => part.replace(/%2[C5]/g, decodeURIComponent));
        const isRange = (id) => (search.facetOf(id)?.kind ?? "number") === "number";
        const chosen = (from) => [...from].filter(([id, text]) => text && (search.facetOf(id) || form.elements[id]));
        const group = (id) => [...form.children].find((box) => box.dataset.facet === id);

        function ask(from, options) {
            const filters = chosen(from).map(([id, text]) => {
                const [min, max] = text.split("-").map((end) => end && end >= 0 ? Math.round(end * scale(id)) : undefined);
                return [id, isRange(id) ? { min, max } : tokens(text)];
            });
            return search.search(from.get("q") ?? "", {
                scope, filters: Object.fromEntries(filters), sort: sort.value, page: +from.get("page") || 1, signal: abort.signal, ...options,
            });
        }

        // With one thing changed. Every change but that of the page leads to the first.
        function address(id, text, from = given) {
            const next = new URLSearchParams(from);
            next.delete("page");
            text ? next.set(id, text) : next.delete(id);
            return `${location.pathname}?${next}`.replace(/%2[CF]/g, decodeURIComponent).replace(/\?$/, "");
        }

        const asked = (name) => given.get(name) ?? "";
        const none = () => address("q", asked("q"), "");

        function go(address) {
            history.pushState(null, "", address);
            update();
        }

        async function update(y) {
            abort.abort();
            const { signal } = abort = new AbortController();
            given = new URLSearchParams(location.search);
            sort.value = asked("sort");
            if (!scope) field.value = asked("q");
            const isLive = asked("q") || asked("sort") || asked("page") || chosen(given).length;
            const isNarrow = scope.startsWith("category") || asked("category");
            const facets = panel.open ? schema.facets.filter(({ attribute }) => !attribute || isNarrow).map(({ id }) => id).concat("price", "rating", "stock") : [];
            if (!scope) heading.textContent = asked("q") ? word("results", { query: cut(asked("q"), 100) }) : ownHeading;
            found.ariaBusy = true;
            found.classList.toggle("live", isLive);
            if (!isLive) put();
            else if (!found.querySelector(".cards")) put([copy("#ghosts")]);
            try {
                if (isLive || panel.open) {
                    const result = await ask(given, { size: isLive ? 24 : 0, facets: [...facets, ...given.keys()] });
                    if (result.redirect) return location.replace(result.redirect);
                    fill(result);
                    if (isLive) put(await results(result), result);
                }
                if (y !== undefined) scrollTo(0, y);
            } catch (error) {
                if (!signal.aborted) fail(error, () => update());
            } finally {
                if (!signal.aborted) found.ariaBusy = false;
            }
        }

        // Below the bar stand these nodes, or without them the page's own list.
        function put(nodes, result) {
            live.replaceChildren(...nodes ?? []);
            for (const node of own) node.hidden = nodes;
            count.textContent = result ? counted("listing.count", result) : ownCount;
            clearTimeout(late);
            late = setTimeout(() => { told.textContent = count.textContent; }, 500);
        }

        function fail(error, again) {
            console.warn(error);
            put();
            tell(again);
        }

        const counted = (key, { isApproximate, total }) => (isApproximate ? "≈ " : "") + word(key, { count: total });

        async function results({ query, hits, total, full, corrections, dropped, isRelaxed }) {
            const ways = removals(), page = +asked("page") || 1, pages = Math.ceil(total / 24);
            const right = corrections.reduce((text, { from, to }) => text.replace(from, to), query.toLowerCase());
            const notes = [
                corrections.length && word("corrected", { query: right }), hits.length && dropped.length && word("dropped", { words: dropped.join(", ") }),
                isRelaxed && word(full ? "partly" : "relaxed"),
            ];
            if (!hits.length) {
                notes.push(word(ways.length ? "nothingFits" : "nothing", { query }));
                await Promise.all(ways.map(async (way) => {
                    const { total } = await ask(new URL(way.href, location).searchParams, { size: 0, facets: [] });
                    way.text = word("removeFor", { name: way.name, count: total });
                }));
            }
            const nodes = [make("p", { className: hits.length ? "note" : "empty" }, notes.filter(Boolean).join(" "))];
            const link = (href, text, options) => make("li", {}, make("a", { href, ...options }, text));
            if (ways.length) {
                nodes.push(make(
                    "ul", { className: "pills" }, ...ways.map(({ name, href, text = name }) => link(href, text, { ariaLabel: text === name ? word("remove", { name }) : null })),
                    link(none(), form.lastElementChild.firstChild.textContent, { className: "all" })));
            }
            if (!hits.length) {
                const { hits: popular } = await ask(new URLSearchParams(), { size: 6, facets: [] });
                return [...nodes, make("h3", {}, word("popular")), make("ul", { className: "cards shelf" }, ...popular.map(card))];
            }
            if (query) recent([query, ...recent().filter((other) => other !== query)]);
            nodes.push(make("ul", { className: "cards" }, ...hits.map(card)));
            if (pages > 1) {
                const nav = copy("#pages"), [previous, next] = nav.querySelectorAll("a");
                nav.firstElementChild.textContent = word("listing.page", { page, pages });
                previous.href = address("page", page - 1);
                next.href = address("page", page + 1);
                previous.hidden = page === 1;
                next.hidden = page >= pages;
                const near = Array.from({ length: pages }, (_, i) => i + 1).filter((number) => number === 1 || number === pages || Math.abs(number - page) < 2);
                next.parentElement.before(...near.flatMap((number, i) => [
                    number - near[i - 1] > 1 ? make("li", {}, "…") : "",
                    link(address("page", number), number.toLocaleString(lang), { ariaCurrent: number === page ? "page" : null }),
                ]));
                nodes.push(nav);
            }
            return nodes;
        }

        // Each filter by its name, with the address that is without it.
        const removals = () => chosen(given).flatMap(([id, text]) => (isRange(id) ? [text] : text.split(",")).map((part, _, parts) => {
            const box = [...form.elements].find((box) => box.name === id && box.value === part && box.nextSibling);
            const name = [group(id)?.querySelector("legend").textContent, box?.nextSibling.textContent ?? (isRange(id) ? part.replace("-", "–") : tokens(part).join())].join(": ");
            return { name, href: address(id, parts.filter((other) => other !== part).join()) };
        }));

        // The card of the pages, with a reduction or as new, filled; what there is nothing to say of is taken out.
        function card({ card, numbers, title }) {
            const { saving } = numbers, item = copy("#card", !saving && numbers.new ? 1 : 0), at = (selector) => item.querySelector(selector);
            const money = (name, key) => {
                const amount = numbers[name] && price(numbers[name], schema.money);
                return amount && key ? word(key, { price: amount, unit: card.unit }) : amount;
            };
            const stars = at(".stars"), link = at("a");
            Object.assign(at("img"), { src: card.image, alt: card.title });
            link.href = card.url;
            link.replaceChildren(...title.map(([text, isMarked]) => isMarked ? make("mark", {}, text) : text));
            at(".price").value = (numbers.price / scales.price).toFixed(schema.money.decimals);
            stars.className = `stars s${Math.round(numbers.rating / 5)}`;
            stars.ariaLabel = word("rating.outOf", { value: numbers.rating / 10 });
            at(".cost").classList.toggle("sale", !!numbers.was);
            item.firstElementChild.classList.toggle("out", !numbers.stock);
            const values = {
                seller: card.seller, priceText: money("price", numbers.from && "price.from"), compareAtText: money("was"),
                unitPrice: money("unit", "price.unit"), lowest30Days: money("lowest", "price.lowest30Days"),
                colours: numbers.colours && word("listing.colours", { count: numbers.colours }), count: numbers.reviews && numbers.reviews.toLocaleString(lang),
                saving: saving && word("price.saving", { percent: (saving / 100).toLocaleString(lang, { style: "percent" }) }),
            };
            for (const one of item.querySelectorAll(":not(a, mark)")) {
                const text = one.lastChild, name = text?.data?.match(/{(\w+)}/)?.[1];
                if (name) values[name] ? text.data = text.data.replace(`{${name}}`, () => values[name]) : one.remove();
            }
            item.querySelectorAll(".low").forEach((note, band) => band !== numbers.stock && note.remove());
            if (!numbers.was) for (const label of item.querySelectorAll(".hide")) label.remove();
            return item;
        }

        function fill(result) {
            const focused = document.activeElement.id;
            form.ariaBusy = false;
            form.lastElementChild.lastChild.textContent = counted("show", result);
            for (const [id, { label, kind, values, min, max }] of Object.entries(result.facets)) {
                const text = asked(id);
                let box = group(id);
                if (!box) {
                    box = copy(isRange(id) ? "#range" : "#facet");
                    box.dataset.facet = id;
                    for (const name of box.querySelectorAll("summary, legend")) name.textContent = label;
                    kind === "tree" ? form.firstElementChild.after(box) : form.lastElementChild.before(box);
                }
                const fields = box.lastElementChild, { elements } = fields;
                if (search.facetOf(id) && !isRange(id)) {
                    const shown = kind === "tree" ? branches(values, tokens(text)) : values;
                    const all = make("button", { type: "button", onclick: () => fields.classList.add("all") }, word("showAll", { count: shown.length }));
                    fields.replaceChildren(fields.firstElementChild, ...shown.map(({ token, label, depth }) => make(
                        "label", { className: `depth${depth}` }, make("input", { type: "checkbox", id: `${id}:${token}`, name: id, value: escaped(token) }),
                        make("bdi", {}, label || token), make("small"))), shown.length > 8 ? all : "");
                }
                [...elements].forEach((box, place) => {
                    if (box.type === "number") {
                        Object.assign(box, { name: id, value: text.split("-")[place]?.replace(/[^\d.]/g, "") ?? "", placeholder: id === "price" ? price([min, max][place] ?? 0, schema.money) : ([min, max][place] / scale(id)).toLocaleString(lang) });
                    } else if (box.name) {
                        box.checked = text.split(",").includes(box.value);
                        box.parentElement.lastElementChild.textContent = box.value && (values.find(({ token }) => escaped(token) === box.value)?.count ?? 0).toLocaleString(lang);
                    }
                });
                box.hidden = !text && (isRange(id) ? min === max : elements.length < 2);
            }
            document.getElementById(focused)?.focus({ preventScroll: true });
        }

        // Of the tree: what is directly below the page's category, and below what is chosen or beside it.
        function branches(values, chosen) {
            const base = scope.startsWith("category:") ? `${scope.slice(9)}/` : "";
            return values.filter(({ token }) => token.startsWith(base)).sort((a, b) => a.token < b.token ? -1 : 1).flatMap((value) => {
                const above = value.token.replace(/[^/]*$/, "");
                return above === base || chosen.some((other) => `${other}/`.startsWith(above)) ? [{ ...value, depth: above.slice(base.length).split("/").length - 1 }] : [];
            });
        }

        function open() {
            isWide.matches ? panel.open = true : panel.showModal();
            opener.ariaExpanded = true;
        }

        function reach() {
            section.scrollIntoView();
            title.tabIndex = -1;
            title.focus({ preventScroll: true });
        }

        history.scrollRestoration = "manual";
        onpopstate = ({ state }) => update(state ?? 0);
        onscrollend = () => history.replaceState(scrollY, "");
        isWide.onchange = () => {
            panel.close();
            if (isWide.matches) opener.onclick();
        };
        opener.onclick = () => {
            if (panel.open) return panel.close();
            open();
            update();
        };
        panel.onclose = () => {
            opener.ariaExpanded = false;
            if (panel.returnValue) reach();
            panel.returnValue = "";
        };
        refine.onchange = () => go(address("sort", sort.value));
        form.onchange = ({ target: { name, type, value } }) => {
            const boxes = [...form.elements].filter((box) => box.name === name);
            // Who chooses a category lets go of those above and below it.
            const isApart = (other) => other === value || !isWithin(other, value) && !isWithin(value, other);
            const kept = boxes.filter((box) => type === "number" || box.checked && isApart(box.value)).map((box) => box.value);
            go(address(name, kept.join(type === "number" ? "-" : ",").replace(/^-$/, "")));
        };
        form.onreset = () => go(none());
        form.onsubmit = () => !isWide.matches;
        section.onclick = (event) => {
            const link = event.target.closest("a");
            if (link?.pathname !== location.pathname || event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            go(link.href);
            if (link.closest(".pages")) reach();
        };
        if (!scope) {
            head.onsubmit = () => {
                field.blur();
                go(address("q", field.value.trim(), ""));
                return false;
            };
        }
        const { value } = sort;
        if (isOpening() || isWide.matches && (!scope || location.search)) open();
        update(history.state ?? undefined);
        if (value && value !== sort.value) go(address("sort", value));
    }

    return { suggest, list, ready };
}
