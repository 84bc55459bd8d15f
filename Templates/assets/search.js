// Searches the index of `karoo build`: docs/search-format.md says what every byte is and how results come about.

// generated: Sources/KarooSearch/Unicode/generate.py
const RUNS = "1cNaD7NqL6NqL11NL7NLNL2NMNL2N4L2N3LN3LNnLNvLNcjL2M5L4NcL6N6L2N5L7NLNLhN34M5LN2L2N6L4N7LNLNkLN2bLN3vLN7M4mLN12L2NL6N15L8N19MNMN2MN2MNM8NrL4N4LdN6MaNbMNM3NwLMaLlMaD4N2LM2rLNL8MN6M2L2MN4M2LaD3L2NLfNM1nL2N2tLeNaD18L4NL2NL2N1aLiNsL4NbL5NoLN6LN2M6N8M16L1iM2sL2NaDN37L2NaD2LaNLN2pL7NaD6LbN2rL2NaD9N2zL2NaDNLgN2eLeNaDgN2sL2NaDgN4LN2nL2NaDN2mL5N4L7N5L2NaDaN2uL6NaD2N2LdN1mX5NfXNaD13N25X2NaD2N2L2XwNLbNLbN2L6NaDbNLNLNL4N1zLN1jL9NL1lN1sXaD6N1sXaD4X2N12LNL5NL2N17LN4L74X9sLwNgLgN2mL3Nh8L2NhLNqL5N23L3N1zLbN1gLcN2cX3NX4N2X2NaDxN5MaD6N7wLaNaD3eL6NaD12NsL4N2oLaD6NaDdNL8NvM1dN25L3NaDhN9LcN1cLaD1mLcN1kL8NaD3N3LaD10L2N9L7N17L2N3LgN3LN13L5N5cL1sM7qL2N6L2N12L2N6L2N8LNLNLNLNvL2N1hLNfLNeL2N6LNjL2N3LN9LNbLN4MNL5NLcN3L3N6M3N2LN2L4NLNL8N3LdNL7NL5MNcM2NrLNdLbNL13NxMfN4LN3LNbLN2L2N5L2N3LNLNLNLN4LNbLN6L4N5L4NLN1mL4iN2LN2L6wN2L8lN3vL10hNL2vN3L2tNL83N6dL6N9LcN12LNL5NL2N1kL7NLfNoL9N7LN7LN7LN7LN7LN7LN7LN7LNwM1bNL33NL2bNLcN5yL16NL4N3XpNfXN6LN3LXL4N2eX2N7XN2iXN4X5N17LN2mL3N1aL1cN1bXN14L8N1bLNaoL534X1sNg74XwdL1vN1aL2N7hL3NgLaD2LkN1bL4MNaMNvL2M2aL11N9L2N2vL2N1sL5N2LNLN5LoN1iL4NLjN1gLcN1yLaNaD6NiM6L3NLN3LaD10L2N10LcNtX3N1tLeNLaD6NgXaD5XN26L2NaD6NnX3N6X2mL2NgL2N2xLNeL6N3fLN2L2NaD6N8mcXcNnX4N1dX6isN7iL2oX2N2yL12N7LcN5L5NLpMN5LNLN2LN2LN30LxNa3LiN1sL2N1iL14NdL3NqM6N11M2NcLNjLN4L4N5LN3rL2NMN5aL3N6L2N6L2N6L2N3L3N7LN7LaN3M4NcLNqLNjLN2LNfL2NeLyN3fL1xN1hL3sNL3mNtL3N1dLfNLvNwLdNuL5N12L5M5NuL2N10L4N8LN5L16N4eL2NaD6N10L4N10L4N14L8N1gLcNbLNfLN7LN2LNbLNfLN7LN2L1vNcbL1xN2eLaNnL9NvL1tNmLaNmLaNqL1yN1kL6N2L1sN1sLwNtL3NtLzN8LNuLpN1iLaNmLaNjLdNiL32N21L1jN37LdN14L8NaD92N19L3N2L26NtLaN16LvNmL16NlLrN2vLvNaD23L2NM4NLaNM2NpL7NaD6N1hLNaD4N1cL2N27L4N4LN2LaDLNLzN1kL6NL1tN15L7N1nL5NaD6N1mLNM14L2NfM3vN23L5NaD4N2wLNL8NaD4mN1tLnN6LyN1tL3NLbNaD12N1lL7NaD1iN18L4NaD6N7L55N1nL2tN1sLaDlN1xLcNaD1yN1uLN2kL8N2bL3NLiN21L7bN1tLfNaDoN1xL21N20L8NaD6N1lL7NaD8mNnL55NL27NpmL2uN33LhN5gL218N2pLfNtrLN9M347Ng7L6ntNgvLNaD6N27LNaD6N11LbN1jL9N4LcNaD9N19Lj4N1sL3kN4gL1sN2LN5pvL16N9L6w7N8jX19NoX8Nb0L1s4N4aL3N2LN4M3mkN1zLevNcL3N6L8M8L2N7LuN4LdN6L3lN3McbNsgLe8N1jL4N1eL8NLeNLmNlLuoNvL69N7MNhM2N7MN2MN5M5xN1qL2NaD4NL8xN2oLaDyuN6dLbN7L15N24L4NaDx2N58Lg4NbL5NvLNwLqN3LzNL33N2aL1weNaLsmNwyoXwN37dX7N66X2N4g2XeN5rlX2e7Nf2L15uN3t7XfcfqNMuN2oM3kN6oM47bkN";
const SPECIALS = "ßss æae œoe øo đd ðd þth łl ıi ħh ŋn ςσ ٱا ىي ةه کك یي";
// end of what is generated

const LETTER = 1, DIGIT = 2, MARK = 3, DENSE = 4;
const JOINERS = "-/._+'’&@·";
const PLACES = 2 ** 24, SUMS = 2 ** 25, FILE = 8 << 20, CHUNKS = 40;
const SORTS = { __proto__: null, price: ["price"], "-price": ["price"], newest: ["published"], rating: ["rating", "reviews"] };
const KINDS = ["query", "category", "seller", "product", "brand"];
const STEPS = { price: () => [], rating: (value) => [1, 2, 3, 4].filter((star) => value >= star * 10), stock: (value) => (value ? [1] : []) };
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const starts = [], classes = [];
let next = 0;
for (const [, length, kind] of RUNS.matchAll(/(\w*?)([A-Z])/g)) {
    starts.push(next);
    classes.push("NLDMX".indexOf(kind));
    next += parseInt(length || 1, 36);
}
const specials = new Map(SPECIALS.split(" ").map((pair) => [pair[0], pair.slice(1)]));

// `kind`: unreachable, missing, damaged, format.
export class SearchError extends Error {
    constructor(kind, cause) {
        super(`Search index: ${kind}`, { cause });
        this.kind = kind;
    }
}

function damaged() {
    throw new SearchError("damaged");
}

// The last of `count` positions at which something holds that holds up to there; -1 for none.
function last(count, holds) {
    let low = 0;
    while (low < count) {
        const middle = (low + count) >> 1;
        if (holds(middle)) low = middle + 1;
        else count = middle;
    }
    return low - 1;
}

// In the order of the bytes of UTF-8.
function compare(a, b) {
    let i = 0;
    while (i < a.length && a[i] === b[i]) i++;
    const rank = (text) => {
        const unit = text.charCodeAt(i);
        return unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : i < text.length ? unit : -1;
    };
    return rank(a) - rank(b);
}

const cut = (text, count) => [...text].slice(0, count).join("");
const backwards = (text) => [...text].reverse().join("");
const runOf = (char) => last(starts.length, (i) => starts[i] <= char.codePointAt(0));
const classOf = (char) => classes[runOf(char)];

function fold(char, kind) {
    if (kind === DIGIT) return (char.codePointAt(0) - starts[runOf(char)]) % 10;
    const letters = [...char.normalize("NFD")].filter((letter) => classOf(letter) !== MARK).join("");
    return [...letters.toLowerCase()].map((letter) => specials.get(letter) ?? letter).join("");
}

// The words of a text: `text`, `start` and `end` in the text, `isDense`, `isJoined` with the word before.
export function words(text) {
    const found = [];
    let word, dense, isPaired, gap = "  ";
    const close = () => {
        if (dense && !isPaired) found.push(dense);
        dense = undefined;
    };
    // What the tables do not know goes before NFKC, which may know more.
    const known = text.replace(/[^\0-\x7f]/gu, (char) => (classOf(char) || JOINERS.includes(char) ? char : " ".repeat(char.length)));
    // Each piece is as much as NFKC may compose.
    for (const { 0: piece, index: start } of known.matchAll(/[^][\p{M}\u1160-\u11ff\u3131-\u318e\uff9e-\uffdc]*/gu)) {
        const end = start + piece.length;
        for (const char of piece.normalize("NFKC")) {
            const kind = classOf(char);
            if (kind === MARK) continue;
            if (kind === DENSE) {
                if (dense) found.push({ text: dense.text + char, start: dense.start, end, isDense: true });
                isPaired = !!dense;
                dense = { text: char, start, end, isDense: true };
                word = undefined;
                gap = "  ";
                continue;
            }
            close();
            if (kind) {
                if (!word) found.push((word = { text: "", start, isJoined: gap.length === 1 && JOINERS.includes(gap) }));
                word.text += fold(char, kind);
                word.end = end;
                gap = "";
            } else {
                word = undefined;
                if (gap.length < 2) gap += char;
            }
        }
    }
    close();
    for (const one of found) one.text = cut(one.text, 40);
    return found;
}

function compounds(tokens) {
    const groups = [];
    for (const token of tokens) token.isJoined ? groups.at(-1).push(token) : groups.push([token]);
    return groups;
}

const together = (group) => group.map((token) => token.text).join("");

// An amount in minor units as the schema's `money` writes it.
export function price(minor, { decimals, prefix, suffix, group, decimal, primary, secondary, minimum, zero }) {
    const digits = String(minor).padStart(decimals + 1, "0"), whole = digits.length - decimals;
    let text = prefix;
    [...digits].forEach((digit, i) => {
        const left = whole - i - primary;
        if (i === whole) text += decimal;
        else if (i && i < whole && primary && whole >= primary + minimum && left >= 0 && left % secondary === 0) text += group;
        text += String.fromCodePoint(zero.codePointAt(0) + +digit);
    });
    return text + suffix;
}

class Reader {
    at = 0;
    room = 2 * FILE;

    constructor(bytes) {
        this.bytes = bytes;
    }

    take(count) {
        if (count > this.bytes.length - this.at) damaged();
        return this.bytes.subarray(this.at, (this.at += count));
    }

    byte(most = 255) {
        const [byte] = this.take(1);
        return byte <= most ? byte : damaged();
    }

    varint(most = Number.MAX_SAFE_INTEGER) {
        let value = 0;
        for (let factor = 1, byte = 128; byte > 127; factor *= 128) {
            byte = this.byte();
            value += (byte & 127) * factor;
            if (value > most || factor > 2 ** 49) damaged();
        }
        return value;
    }

    text() {
        return utf8.decode(this.take(this.varint()));
    }

    name() {
        const name = Array.from(this.take(6), (byte) => byte.toString(16).padStart(2, "0")).join("");
        return name === "000000000000" ? "" : name;
    }

    list(item, count = this.varint()) {
        const items = [];
        while (count-- > 0) items.push(item());
        return items;
    }

    // Items behind front-coded keys.
    keyed(item) {
        let key;
        return this.list(() => {
            const before = key, shared = this.varint(before?.length ?? 0), rest = this.take(this.varint(4096 - shared));
            if (before && !(shared < before.length ? rest[0] > before[shared] : rest.length)) damaged();
            key = new Uint8Array(shared + rest.length);
            if ((this.room -= key.length) < 0) damaged();
            if (shared) key.set(before.subarray(0, shared));
            key.set(rest, shared);
            return item(utf8.decode(key));
        });
    }

    // Where the document of each place stands in what follows; -1 where there is none.
    ranks(places) {
        const bits = this.take((places + 7) >> 3), ranks = new Int32Array(places);
        let count = 0;
        for (let i = 0; i < places; i++) ranks[i] = (bits[i >> 3] << (i & 7)) & 128 ? count++ : -1;
        return [ranks, count];
    }

    array() {
        const count = this.varint(PLACES), isPaged = this.byte(1);
        return { count, isPaged, names: this.list(() => this.name(), isPaged ? Math.ceil(count / 256) : count) };
    }

    tree(depth = this.byte(1)) {
        return { depth, leaves: this.keyed((key) => ({ key, name: this.name() })) };
    }

    // `levels`: level, start and end in `places`.
    postings(count, low, high) {
        const { bytes } = this, mask = this.byte(), levels = [], places = new Int32Array(count <= high - low + 1 && mask ? count : damaged());
        let start = 0, bit;
        for (let level = 7; level >= 0; level--) {
            if (!((mask >> level) & 1)) continue;
            const end = mask % (1 << level) ? start + this.varint(count - start) : count;
            if (end === start) damaged();
            levels.push([level, start, end]);
            start = end;
        }
        const bits = (left) => {
            let value = 0;
            if (bit + left > bytes.length * 8) damaged();
            while (left > 0) {
                const room = 8 - (bit & 7), some = left < room ? left : room;
                value = (value << some) | ((bytes[bit >> 3] >> (room - some)) & ((1 << some) - 1));
                bit += some;
                left -= some;
            }
            return value;
        };
        const fill = (from, n, low, high) => {
            while (n > 0) {
                const m = n >> 1, range = high - low - n + 2, k = 31 - Math.clz32(range), short = (2 << k) - range;
                let value = bits(k);
                if (value >= short) value = value * 2 + bits(1) - short;
                const place = (places[from + m] = low + m + value);
                fill(from, m, low, place - 1);
                from += m + 1;
                n -= m + 1;
                low = place + 1;
            }
        };
        bit = this.at * 8;
        for (const [, from, end] of levels) fill(from, end - from, low, high);
        return { places, levels, size: count * 4 };
    }
}

function readRoot(reader) {
    const schema = JSON.parse(reader.text());
    const isWhole = (value, most, least = 0) => Number.isInteger(value) && value >= least && value <= most;
    const { places, tier, chunk, card, impacts, columns, numbers, facets } = schema;
    const isSound = isWhole(places, PLACES) && isWhole(schema.documents, places) && isWhole(schema.prior, 65535)
        && [tier, chunk, card].every((size) => isWhole(size, 65536, 1)) && impacts.length === 8 && impacts.every((impact) => isWhole(impact, 255))
        && [...columns, ...numbers, ...facets.map(({ id }) => id)].every((name) => typeof name === "string") && numbers.length < 64;
    if (!isSound) damaged();
    const [terms, words, reversed, suggestions] = reader.list(() => reader.tree(), 4);
    const [cards, quantities, traits, attributes] = reader.list(() => reader.array(), 4);
    return { schema, facetOf: new Map(facets.map((facet) => [facet.id, facet])), terms, words, reversed, suggestions, cards, quantities, traits, attributes };
}

function readTerms(reader, { tier, places }) {
    const tiers = Math.ceil(places / tier);
    return new Map(reader.keyed((key) => {
        const header = reader.varint(2 ** 30), entry = { key, count: 0 };
        if (header & 3) entry.count = reader.varint(places) || damaged();
        if (header & 1) entry.inline = reader.take(reader.varint());
        if (header & 2) {
            let from = 0, left = entry.count;
            entry.segments = reader.list(() => {
                const segment = { from, to: (from += reader.varint(tiers - from) || damaged()), count: reader.varint(left), name: reader.name() };
                left -= segment.count;
                return segment;
            });
            if (left || from < tiers) damaged();
        }
        if (header & 4) entry.rule = JSON.parse(reader.text());
        entry.aliases = reader.list(() => ({ weight: reader.varint(16), key: reader.text() }), header >> 3);
        return [key, entry];
    }));
}

const readWords = (reader) => reader.keyed((text) => ({ text, number: reader.varint(63) }));

function readCards(reader, { card, columns }) {
    const [ranks, count] = reader.ranks(card);
    return { ranks, columns: new Map(columns.map((name) => [name, reader.list(() => reader.text(), count)])) };
}

function readNumbers(reader, { chunk, numbers }) {
    const [ranks, count] = reader.ranks(chunk), columns = new Map();
    for (const name of numbers) {
        const values = new Float64Array(count).fill(-1);
        for (let width = reader.byte(7), factor = 1; width > 0; width--, factor *= 256) reader.take(count).forEach((byte, i) => (values[i] += byte * factor));
        if (!values.every(Number.isSafeInteger)) damaged();
        columns.set(name, values);
    }
    return { ranks, columns, size: (count * numbers.length + chunk) * 8 };
}

function readTraits(reader, { chunk, facets }) {
    const [ranks, count] = reader.ranks(chunk);
    const one = (of) => of[reader.varint()] ?? damaged();
    const columns = new Map(reader.list(() => {
        const { id } = one(facets);
        const values = reader.list(() => ({ token: reader.text(), label: reader.text() }));
        const sets = reader.list(() => reader.list(() => one(values)));
        const low = reader.take(count), high = sets.length > 256 ? reader.take(count) : [];
        return [id, Array.from(low, (byte, i) => sets[byte + 256 * (high[i] ?? 0)] ?? damaged())];
    }));
    return { ranks, columns };
}

async function inflate(data) {
    const parts = [];
    let size = 0;
    for await (const part of new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate"))) {
        parts.push(part);
        if ((size += part.length) > FILE) damaged();
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
}

async function fromNetwork(url, { fresh }) {
    const get = (cache) => fetch(url, { cache });
    const response = await (fresh ? get(fresh).catch(() => get("force-cache")) : get("force-cache"));
    if (!response.ok) throw new SearchError(/404|410/.test(response.status) ? "missing" : "unreachable");
    return response.arrayBuffer();
}

// 16 · log₂((documents + count) / count)
function rarity(documents, count) {
    const ratio = Math.floor(((documents + count) * 4096) / count);
    let bits = 0, steps = 0;
    while (2 ** (bits + 1) <= ratio) bits++;
    while (steps < 15 && Math.floor((ratio * 32768) / 2 ** bits) >= Math.ceil(32768 * 2 ** ((steps + 1) / 16))) steps++;
    return 16 * (bits - 12) + steps;
}

// Optimal string alignment.
function distance(a, b) {
    let before, row = [...b, 0].map((_, j) => j);
    for (let i = 0; i < a.length; i++) {
        const next = [i + 1];
        for (let j = 0; j < b.length; j++) {
            next.push(Math.min(row[j + 1] + 1, next[j] + 1, row[j] + (a[i] !== b[j]), i && j && a[i] === b[j - 1] && a[i - 1] === b[j] ? before[j - 1] + 1 : 99));
        }
        [before, row] = [row, next];
    }
    return row[b.length];
}

// Sorted by lists of numbers, the greater first.
function sorted(items, keys) {
    const of = new Map(Array.from(items, (item) => [item, keys(item)]));
    return [...of.keys()].sort((a, b) => {
        const x = of.get(a), y = of.get(b);
        const i = x.findIndex((value, i) => value !== y[i]);
        return i < 0 ? 0 : y[i] - x[i];
    });
}

const byText = (a, b) => compare(a.text, b.text);
// A match is one number, the better the greater: whether it is full, the sum, the place.
const match = (isFull, sum, place) => (isFull * SUMS + sum) * PLACES + PLACES - 1 - place;
const placeOf = (match) => PLACES - 1 - (match % PLACES);
const sumOf = (match) => Math.floor(match / PLACES) % SUMS;
const isFull = (match) => match >= SUMS * PLACES;

function marked(title, keys) {
    const pieces = [], tokens = words(title), marks = tokens.filter(({ text }) => keys.has(text));
    for (const group of compounds(tokens)) if (keys.has(together(group))) marks.push({ start: group[0].start, end: group.at(-1).end });
    let at = 0;
    for (const { start, end } of marks.sort((a, b) => a.start - b.start)) {
        if (end <= at) continue;
        if (start > at) pieces.push([title.slice(at, start), false]);
        if (start < at) pieces.at(-1)[0] += title.slice(at, end);
        else pieces.push([title.slice(start, end), true]);
        at = end;
    }
    if (at < title.length) pieces.push([title.slice(at), false]);
    return pieces;
}

export class Search {
    cache = new Map();
    size = 0;

    static async open(url, { load = fromNetwork } = {}) {
        const search = Object.assign(new Search(), { load, head: new URL(url, globalThis.location?.href) });
        await search.readHead("default");
        return search;
    }

    get schema() {
        return this.index.schema;
    }

    async get(url, fresh) {
        try {
            return new Uint8Array(await this.load(String(url), { fresh, signal: undefined }));
        } catch (error) {
            throw error instanceof SearchError ? error : new SearchError("unreachable", error);
        }
    }

    async readHead(fresh) {
        const bytes = await this.get(this.head, fresh);
        let head, base;
        try {
            head = JSON.parse(utf8.decode(bytes));
            base = new URL(head.files, this.head);
        } catch {
            damaged();
        }
        if (head.format !== 1) throw new SearchError("format");
        if (!/^[\da-f]{12}$/.test(head.root)) damaged();
        const root = await this.file(head.root, "R", readRoot, "", { base });
        this.index = { ...root, base };
    }

    // A file, decoded; it is fetched once for all that ask.
    file(name, letter, read, key = "", { base, schema } = this.index) {
        this.signal?.throwIfAborted();
        key += name + letter;
        const { cache, all = this } = this;
        let entry = cache.get(key);
        if (entry) cache.delete(key);
        else {
            entry = { size: 0 };
            entry.value = (async () => {
                const data = await this.get(new URL(`${(name || damaged()).slice(0, 2)}/${name.slice(2)}.bin`, base));
                try {
                    const reader = new Reader(await inflate(data));
                    if (reader.byte() !== letter.charCodeAt(0)) damaged();
                    const value = read(reader, schema);
                    all.size += entry.size = value.size || reader.bytes.length * 4;
                    for (const [key, other] of cache) {
                        if (all.size <= 24 << 20) break;
                        if (other.size && cache.delete(key)) all.size -= other.size;
                    }
                    return value;
                } catch (error) {
                    throw new SearchError("damaged", error);
                }
            })();
            entry.value.catch(() => cache.delete(key));
        }
        cache.set(key, entry);
        return entry.value;
    }

    // A query of its own. A missing file means that the head is old.
    answer(signal, task) {
        const run = () => task(Object.assign(Object.create(this), { all: this, index: this.index, signal, corrections: [], dropped: [] }));
        return new Promise((resolve, reject) => {
            signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
            run().catch((error) => {
                if (error?.kind !== "missing") throw error;
                return this.readHead("no-cache").then(run);
            }).then(resolve, reject);
        });
    }

    // The file that a place is in; undefined where there would be nothing in it.
    async block(table, i, letter, read) {
        const { count, isPaged, names } = this.index[table];
        let name = i < count && names[isPaged ? i >> 8 : i];
        if (name && isPaged) name = (await this.file(name, "P", (reader) => reader.list(() => reader.name(), (reader.bytes.length - 1) / 6)))[i & 255];
        return name ? this.file(name, letter, read) : undefined;
    }

    quantities(place) {
        return this.block("quantities", Math.floor(place / this.schema.chunk), "O", readNumbers);
    }

    // The leaf of a tree for a key, some before and some behind it, each with the key of the next.
    async leaves(table, key, before, after) {
        const tree = this.index[table], find = (leaves) => Math.max(0, last(leaves.length, (i) => compare(leaves[i].key, key) <= 0));
        const page = async (i) => (tree.depth ? (await this.file(tree.leaves[i].name, "K", (reader) => reader.tree(0))).leaves : tree.leaves);
        if (!tree.leaves.length) return [];
        let first = tree.depth && find(tree.leaves), end = first + 1;
        let leaves = await page(first), at = find(leaves);
        while (at < before && first > 0) {
            const more = await page(--first);
            leaves = [...more, ...leaves];
            at += more.length;
        }
        while (at + after + 1 >= leaves.length && tree.depth && end < tree.leaves.length) leaves = [...leaves, ...(await page(end++))];
        return leaves.map((leaf, i) => ({ ...leaf, next: leaves[i + 1]?.key })).slice(Math.max(0, at - before), at + after + 1);
    }

    async entry(key) {
        const [leaf] = await this.leaves("terms", key, 0, 0);
        return leaf && (await this.file(leaf.name, "T", readTerms)).get(key);
    }

    // What answers a key: its own documents and those of its aliases.
    async key(key, weight = 16) {
        const own = await this.entry(key);
        const aliases = (own?.aliases ?? []).slice(0, 24).map(async (alias) => ({ entry: await this.entry(alias.key), weight: (weight * alias.weight) >> 4 }));
        const found = [{ entry: own, weight }, ...(await Promise.all(aliases))].filter(({ entry }) => entry?.count);
        return found.map((one) => ({ ...one, rarity: rarity(this.schema.documents, one.entry.count) }));
    }

    // A slot, or more for it: each entry once.
    add(slot, found) {
        slot.answers ??= [];
        for (const one of found) if (slot.answers.length < 24 && !slot.answers.some(({ entry }) => entry.key === one.entry.key)) slot.answers.push(one);
        return slot;
    }

    // Words that begin with some letters, from four files around another word.
    async near(table, word, letters, before) {
        const leaves = (await this.leaves(table, word, before, 3 - before)).filter(
            ({ key, next }) => (compare(key, letters) <= 0 || key.startsWith(letters)) && (next === undefined || compare(next, letters) > 0),
        );
        const files = await Promise.all(leaves.map(({ name }) => this.file(name, "W", readWords)));
        return files.flat().filter(({ text }) => text.startsWith(letters));
    }

    async longer(word) {
        const found = (await this.near("words", word, word, 0)).sort(byText);
        return sorted(found, ({ text, number }) => [number, -[...text].length]).slice(0, 8);
    }

    async misspelled(word) {
        const letters = [...word], n = letters.length, half = n >> 1;
        for (const most of [1, 2]) {
            if (n < 4 * most) break;
            const head = cut(word, Math.max(1, Math.floor(n / (most + 1)) - 1));
            const tail = cut(backwards(word), Math.max(1, Math.ceil(n / (most + 1)) - 1));
            const swapped = letters.with(half, letters[half - 1]).with(half - 1, letters[half]).join("");
            const tails = await this.near("reversed", backwards(word), tail, 1);
            const found = [...(await this.near("words", word, head, 1)), ...(await this.near("words", swapped, swapped, 0)),
                ...tails.map(({ text, number }) => ({ text: backwards(text), number }))];
            const once = new Map(found.map((one) => [one.text, { ...one, away: Math.abs([...one.text].length - n) > most ? 9 : distance(letters, [...one.text]) }]));
            const close = [...once.values()].filter(({ away }) => away && away <= most).sort(byText);
            if (close.length) return sorted(close, ({ text, number, away }) => [-away, +text.startsWith(letters[0]), number]).slice(0, 8);
        }
        return [];
    }

    // The slots for a word that is no key.
    async mend(slot) {
        const { text } = slot, letters = [...text];
        const all = async (parts) => {
            const slots = await Promise.all(parts.map(async (text) => this.add({ text }, await this.key(text))));
            return slots.every(({ answers }) => answers.length) && slots;
        };
        if (!slot.isDense) {
            const kinds = text.match(/\d+|\D+/g), parts = kinds.length > 1 && (await all(kinds));
            if (parts) return parts;
            for (const { text: word } of slot.isLast ? await this.longer(text) : []) this.add(slot, await this.key(word, 12));
            const close = await this.misspelled(text);
            for (const { text: word, away } of close) this.add(slot, await this.key(word, away > 1 ? 6 : 10));
            if (close.length) this.corrections.push({ from: text, to: close[0].text });
            if (slot.answers.length) return [slot];
            let best, most = 0;
            for (let i = 1; i < letters.length; i++) {
                const ways = await all([cut(text, i), letters.slice(i).join("")]);
                const least = ways && Math.min(...ways.map(({ answers }) => Math.max(...answers.map(({ entry }) => entry.count))));
                if (least > most) [best, most] = [ways, least];
            }
            if (best) return best;
        }
        this.dropped.push(text);
        return [];
    }

    // Neighbours written together answer both. Tells whether there are any.
    async join(slots, isAsked) {
        const found = await Promise.all(slots.slice(1).map((b, i) => (slots[i].isDense || b.isDense || !isAsked(slots[i], b) ? [] : this.key(slots[i].text + b.text))));
        found.forEach((both, i) => slots.slice(i, i + 2).forEach((slot) => this.add(slot, both)));
        return found.some((both) => both.length);
    }

    async slots(tokens) {
        const groups = await Promise.all(compounds(tokens).slice(0, 12).map(async (group) => {
            const whole = this.add({ text: together(group) }, group.length > 1 ? await this.key(together(group)) : []);
            return whole.answers.length ? whole : group.map((token) => ({ ...token, isLast: token === tokens.at(-1) }));
        }));
        const slots = groups.flat().slice(0, 12), mended = [];
        await Promise.all(slots.map(async (slot) => slot.answers || (slot.isKey = this.add(slot, await this.key(slot.text)).answers.length)));
        await this.join(slots, (a, b) => a.isKey === 0 || b.isKey === 0 || /\d/.test(a.text + b.text));
        for (const slot of slots) mended.push(...(slot.answers.length ? [slot] : await this.mend(slot)));
        return mended.slice(0, 12);
    }

    postings(one, tier) {
        const { tier: size, places } = this.schema, { inline, count, segments } = one.entry;
        if (inline) return (one.list ??= new Reader(inline).postings(count, 0, places - 1));
        const segment = segments.find(({ to }) => tier < to), low = segment.from * size, high = Math.min(segment.to * size, places) - 1;
        if (!segment.count) return { levels: [] };
        return this.file(segment.name, "L", (reader) => reader.postings(segment.count, low, high), [segment.count, low, high, ""].join());
    }

    // The matches with at least so many slots, and how many there are, which is estimated when not all tiers are read.
    async matches(slots, scope, least) {
        const { tier: size, places, impacts } = this.schema, all = [...slots, ...scope], scopes = scope.length << slots.length;
        const seen = all.map(() => 0), matches = [], length = Math.min(size, places);
        const sums = new Int32Array(length), best = new Int32Array(length), have = new Uint16Array(length);
        let full = 0, low = 0;
        for (; low < places && full < 1000; low += size) {
            const lists = await Promise.all(all.map(({ answers }) => Promise.all(answers.map((one) => this.postings(one, low / size)))));
            sums.fill(0);
            have.fill(0);
            all.forEach(({ answers }, s) => {
                best.fill(0);
                answers.forEach(({ rarity, weight }, i) => {
                    const { places, levels } = lists[s][i];
                    for (const [level, start, end] of levels) {
                        // One more than the worth, which may be nothing.
                        const worth = s < slots.length ? rarity * impacts[level] * weight + 1 : 1;
                        for (let at = start + 1 + last(end - start, (i) => places[start + i] < low), place; at < end && (place = places[at] - low) < size; at++) {
                            seen[s]++;
                            if (best[place] < worth) best[place] = worth;
                        }
                    }
                });
                best.forEach((worth, place) => {
                    if (!worth) return;
                    sums[place] += worth - 1;
                    have[place] |= 1 << s;
                });
            });
            have.forEach((bits, place) => {
                if (!bits || (bits & scopes) !== scopes) return;
                let count = 0;
                for (bits ^= scopes; bits; bits &= bits - 1) count++;
                if (count < least) return;
                full += count === slots.length;
                matches.push(match(count === slots.length, sums[place], low + place));
            });
        }
        const counts = all.map(({ answers }) => answers.reduce((sum, { entry }) => sum + entry.count, 0)), rarest = counts.indexOf(Math.min(...counts));
        return { matches, full, total: low < places ? Math.floor((matches.length * counts[rarest]) / seen[rarest]) : matches.length };
    }

    async everything() {
        const { chunk, documents } = this.schema, matches = [];
        const files = await Promise.all(Array.from({ length: CHUNKS }, (_, i) => this.quantities(i * chunk)));
        files.forEach((file, i) => file?.ranks.forEach((rank, at) => rank < 0 || matches.push(match(true, 0, i * chunk + at))));
        return { matches, full: matches.length, total: documents };
    }

    // The chunks with the most matches.
    async chunks(matches, ids, hasNumbers) {
        const { chunk } = this.schema, { facetOf } = this.index, chunks = new Map();
        for (const match of matches) {
            const i = Math.floor(placeOf(match) / chunk);
            chunks.get(i)?.push(match) ?? chunks.set(i, [match]);
        }
        const needs = (is) => ids.some((id) => is(facetOf.get(id)));
        const isNeeded = [hasNumbers || needs((facet) => !facet), needs((facet) => facet && !facet.attribute), needs((facet) => facet?.attribute)];
        if (!isNeeded.includes(true)) return [];
        const most = sorted(chunks, ([i, { length }]) => [length, -i]).slice(0, CHUNKS);
        return Promise.all(most.map(async ([i, matches]) => ({ matches, files: await Promise.all([
            isNeeded[0] && this.quantities(i * chunk), isNeeded[1] && this.block("traits", i, "F", readTraits), isNeeded[2] && this.block("attributes", i, "F", readTraits),
        ]) })));
    }

    // Counts the values of facets, and tells which matches pass all filters.
    count(chunks, filters, facets) {
        const { facetOf } = this.index, { chunk } = this.schema, passing = [];
        for (const { matches, files: [numbers, ...traits] } of chunks) {
            const valuesOf = (id) => {
                const file = facetOf.has(id) ? traits.find((file) => file?.columns.has(id)) : numbers, column = file?.columns.get(id);
                return (at) => {
                    const value = column?.[file.ranks[at]] ?? [];
                    return Array.isArray(value) ? value : value < 0 ? [] : [{ token: value }];
                };
            };
            const tests = filters.map(([id, wanted]) => {
                const values = valuesOf(id), { min, max } = wanted;
                const agrees = ({ token }) => (Array.isArray(wanted) ? wanted.includes(token) : token >= (min ?? -Infinity) && token <= (max ?? Infinity));
                return { id, passes: (at) => values(at).some(agrees) };
            });
            const columns = facets.map(({ id }) => valuesOf(id));
            for (const match of matches) {
                const at = placeOf(match) % chunk, failed = tests.filter((test) => !test.passes(at));
                if (!failed.length) passing.push(match);
                if (failed.length < 2) facets.forEach((facet, i) => (!failed[0] || failed[0].id === facet.id) && columns[i](at).forEach((value) => facet.see(value)));
            }
        }
        return passing;
    }

    facet(id, wanted) {
        const { label = "", kind = "number", unit } = this.index.facetOf.get(id) ?? {}, isColumn = !this.index.facetOf.has(id), values = new Map();
        let min = null, max = null;
        const add = (token, label, count) => {
            const value = values.get(token) ?? { token, label: label || token, count: 0 };
            value.count += count;
            values.set(token, value);
        };
        const isSelected = (token) => (Array.isArray(wanted) ? wanted.includes(token) : isColumn && wanted?.min === (id === "rating" ? token * 10 : +token));
        return {
            id,
            see({ token, label }) {
                if (kind === "number" && !(token >= min && min !== null)) min = +token;
                if (kind === "number" && !(token <= max && max !== null)) max = +token;
                isColumn ? STEPS[id](token).forEach((step) => add(String(step), "", 1)) : add(token, label, 1);
            },
            result(scaled) {
                if (Array.isArray(wanted)) for (const token of wanted) add(token, "", 0);
                const list = [...values.values()].map((value) => ({ ...value, count: scaled(value.count), isSelected: isSelected(value.token) }));
                list.sort((a, b) => b.count - a.count || compare(a.token, b.token));
                return { label, kind, unit: unit ?? "", values: list, min, max };
            },
        };
    }

    async hit(match) {
        const { card, chunk } = this.schema, place = placeOf(match);
        const [cards, numbers] = await Promise.all([this.block("cards", Math.floor(place / card), "C", readCards), this.quantities(place)]);
        const row = (file, at, none) => Object.fromEntries([...(file?.columns ?? [])].map(([name, column]) => [name, none(column[file.ranks[at]])]));
        return {
            place, card: row(cards ?? damaged(), place % card, (text) => text ?? damaged()), numbers: row(numbers, place % chunk, (value) => (value >= 0 ? value : null)),
            isPartial: !isFull(match), score: sumOf(match),
        };
    }

    // `filters`: of a facet or column a list of tokens, or `min` and `max`, both included, in the units of the column.
    search(query, options = {}) {
        return this.answer(options.signal, (own) => own.find(query, options));
    }

    async find(query, { scope, filters: asked = {}, sort = "relevance", page = 1, size = 24, facets: ids }) {
        const { schema, index: { facetOf }, corrections, dropped } = this, tokens = words(cut(query, 256));
        const [slots, rule, scopes] = await Promise.all([
            this.slots(tokens), tokens.length && this.entry("\u0002" + tokens.map(({ text }) => text).join(" ")),
            scope ? this.key("\u0001" + scope).then((answers) => [{ answers }]) : [],
        ]);
        let found = { matches: [], full: 0, total: 0 }, isRelaxed = false;
        if (!tokens.length) found = await (scope ? this.matches([], scopes, 0) : this.everything());
        else if (slots.length) {
            found = await this.matches(slots, scopes, slots.length);
            if (found.full < 10 && (await this.join(slots, () => true))) found = await this.matches(slots, scopes, slots.length);
            for (const least of [slots.length - 1, 1]) if (least && found.matches.length < 10) found = await this.matches(slots, scopes, least);
            isRelaxed = found.full < found.matches.length;
        }
        const { matches } = found, { pins = [], redirect } = rule?.rule ?? {};
        const pinned = scope ? [] : pins.map((place) => matches.find((match) => placeOf(match) === place) ?? match(true, 0, schema.places > place && place >= 0 ? place : damaged()));
        const added = pinned.filter((match) => !matches.includes(match)), total = found.total + added.length;
        matches.push(...added);

        const columns = SORTS[sort] ?? (tokens.length ? undefined : ["prior"]);
        const filters = Object.entries(asked).filter(([id, { length, min, max }]) => (facetOf.has(id) || schema.numbers.includes(id)) && (length || (min ?? max) != null));
        const facets = [...facetOf.keys(), ...schema.numbers.filter((id) => Object.hasOwn(STEPS, id))]
            .filter((id) => (ids ? ids.includes(id) : !facetOf.get(id)?.attribute)).map((id) => this.facet(id, asked[id]));
        const chunks = await this.chunks(matches, [...filters.map(([id]) => id), ...facets.map(({ id }) => id)], !!columns);
        const passing = this.count(chunks, filters, facets), read = chunks.reduce((sum, { matches }) => sum + matches.length, 0) || matches.length;
        const scaled = (count) => Math.floor((count * total) / (read || 1));

        let ordered = filters.length ? passing : matches;
        const count = filters.length ? scaled(passing.length) : total, full = isRelaxed ? ordered.filter(isFull).length : count;
        if (columns) {
            const sign = sort === "price" ? -1 : 1, known = new Map();
            for (const { matches, files: [numbers] } of chunks) for (const match of matches) known.set(match, numbers);
            const number = (match, name) => known.get(match)?.columns.get(name)?.[known.get(match).ranks[placeOf(match) % schema.chunk]] ?? -1;
            ordered = sorted(ordered, (match) => [+isFull(match), ...columns.map((name) => (number(match, name) < 0 ? -Infinity : sign * number(match, name))), -placeOf(match)]);
        } else {
            const first = pinned.filter((match) => ordered.includes(match));
            ordered = [...Float64Array.from(ordered.filter((match) => !first.includes(match))).sort().reverse()];
            const raised = await Promise.all(ordered.slice(0, 64).map(async (one) => {
                const place = placeOf(one), file = await this.quantities(place);
                return match(isFull(one), sumOf(one) + schema.prior * Math.max(0, file?.columns.get("prior")?.[file.ranks[place % schema.chunk]] ?? 0), place);
            }));
            ordered = [...first, ...raised.sort((a, b) => b - a), ...ordered.slice(64)];
        }
        const start = (Math.max(1, Math.floor(page) || 1) - 1) * size, keys = new Set(slots.flatMap(({ text, answers }) => [text, ...answers.map(({ entry }) => entry.key)]));
        const hits = await Promise.all(ordered.slice(start, start + size).map((match) => this.hit(match)));
        for (const hit of hits) hit.title = marked(hit.card.title ?? "", keys);
        return {
            query, terms: slots.map(({ text }) => text), hits, total: count, full, isApproximate: total > matches.length || read < matches.length, isRelaxed,
            facets: Object.fromEntries(facets.map((facet) => [facet.id, facet.result(scaled)])), corrections, dropped, redirect, pins,
        };
    }

    suggest(prefix, options = {}) {
        return this.answer(options.signal, (own) => own.complete(cut(prefix, 256), options));
    }

    async complete(prefix, { limit = 8 }) {
        const tokens = words(prefix), tail = tokens.at(-1), key = tokens.map(({ text }) => text).join(" "), fits = [];
        if (!tail) return [];
        const read = (reader) => reader.keyed((key) => [key, reader.list(() => (
            { text: reader.text(), kind: KINDS[reader.byte(4)], weight: reader.varint(), target: reader.text() }
        ))]);
        for (const { name } of await this.leaves("suggestions", key, 0, 1)) fits.push(...(await this.file(name, "S", read)).filter(([other]) => other.startsWith(key)));
        const head = fits.find(([other]) => other === key + "\0");
        const found = head ? head[1] : fits.flatMap(([other, completions]) => (other.includes("\0") ? [] : completions));
        const longer = found.length || tokens.length < 2 || tail.isDense ? [] : await this.longer(tail.text);
        return [...found.sort((a, b) => b.weight - a.weight), ...longer.map(({ text, number }) => (
            { text: prefix.slice(0, tail.start) + text, kind: "query", target: "", weight: number }
        ))].slice(0, limit);
    }
}
