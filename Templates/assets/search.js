// Searches the index of `karoo build`: docs/search-format.md says what every byte is and how results come about.

// generated: Sources/KarooSearch/Unicode/generate.py
const RUNS = "1cNaD7NqL6NqL11NL7NLNL2NMNL2N4L2N3LN3LNnLNvLNcjL2M5L4NcL6N6L2N5L7NLNLhN34M5LN2L2N6L4N7LNLNkLN2bLN3vLN7M4mLN12L2NL6N15L8N19MNMN2MN2MNM8NrL4N4LdN6MaNbMNM3NwLMaLlMaD4N2LM2rLNL8MN6M2L2MN4M2LaD3L2NLfNM1nL2N2tLeNaD18L4NL2NL2N1aLiNsL4NbL5NoLN6LN2M6N8M16L1iM2sL2NaDNjLN8L2N2L2NmLN7LNL3N4L2N9L2N2L2N4L8NL4N2LN5L2NaD2LaNLNL2N3LN6L4N2L2NmLN7LN2LN2LN2L2NLN5L4N2L2N3L3NL7N4LNL7NaD6LbN3LN9LN3LNmLN7LN2LN5L2NaLN3LN3L2NLfN4L2NaD9N7LN3LN8L2N2L2NmLN7LN2LN5L2N9L2N2L2N3L7N3L4N2LN5L2NaDNLgN2LN6L3N3LN4L3N2LNLN2L3N2L3N3L3NcL4N5L3N3LN4L2NL6NLeNaDgNdLN3LNnLNgL2N9LN3LN4L7N2LN3L2NL2N4L2NaDgN4LN8LN3LNnLNaLN5L2N9LN3LN4L7N2L6N2LN4L2NaDN2LdNdLN3LN1fLN3LN5L5N4L7N5L2NaDaN6LN3LNiL3NoLN9LNL2N7L3NL4N6LNLN8L6NaD2N2LdN1mX5NfXNaD13N2XNXN5XNoXNXNnX2N5XNXN6X2NaD2N2L2XwNLbNLbN2L6NaDbNLNLNL4NaLN10L4NkLNiLN10L9NL1lN1sXaD6N1sXaD4X2N12LNL5NL2N17LN4L74X21LN4L2N7LNLN4L2N15LN4L2NxLN4L2N7LNLN4L2NfLN1lLN4L2N1vL2N3LwNgLgN2eL2N6L3Nh8L2NhLNqL5N23L3NbL7NmL9NmLbNkLcNdLN3LN2LcN2cX3NX4N2X2NaDxN5MaD6N2hL7N17L5N1yLaNvLNcL4NcLaNaDuL2N5LbN18L4NqL6NaD12NsL4N1rLNtL2NLaD6NaDdNL8NvM1dN25L3NaDhN9LcN1cLaD1mLcN1kL8NaD3N3LaD10L2N9L7N17L2N3LgN3LN13L5N5cL1sM7qL2N6L2N12L2N6L2N8LNLNLNLNvL2N1hLNfLNeL2N6LNjL2N3LN9LNbLN4MNL5NLcN3L3N6M3N2LN2L4NLNL8N3LdNL7NL5MNcM2NrLNdLbNL13NxMfN4LN3LNbLN2L2N5L2N3LNLNLNLN4LNbLN6L4N5L4NLN1mL4iN2LN2L6wN2L8lN3vL10hNL2vN3L2tNL83N6dL6N9LcN12LNL5NL2N1kL7NLfNoL9N7LN7LN7LN7LN7LN7LN7LN7LNwM1bNL33NL2bNLcN5yL16NL4N3XpNfXN6LN3LXL4N2eX2N7XN2iXN4X5N17LN2mL3N1aL1cN1bXN14L8N1bLNaoL534X1sNg74XwdL1vN1aL2N7hL3NgLaD2LkN1bL4MNaMNvL2M2aL11N9L2N2vL2N1sL5N2LNLN5LoN1iL4NLjN1gLcN1yLaNaD6NiM6L3NLN3LaD10L2N10LcNtX3N1tLeNLaD6NgXaD5XN1jL9NeL2NaD6NnX3N6X1vLoN3L2NgL2N5LaN6L2N6L2N6L9N7LN7LN17LNeL6N3fLN2L2NaD6N8mcXcNnX4N1dX6isN7iL2oX2N2yL12N7LcN5L5NLpMN5LNLN2LN2LN30LxNa3LiN1sL2N1iL14NdL3NqM6N11M2NcLNjLN4L4N5LN3rL2NMN5aL3N6L2N6L2N6L2N3L3N7LN7LaN3M4NcLNqLNjLN2LNfL2NeLyN3fL1xN1hL3sNL3mNtL3N1dLfNLvNwLdNuL5N12L5M5NuL2N10L4N8LN5L16N4eL2NaD6N10L4N10L4N14L8N1gLcNbLNfLN7LN2LNbLNfLN7LN2L1vN8nL9NmLaN8LoN6LN16LN9L1xN6L2NLN18LN2L3NL2NnLaNnL9NvL1tNjLN2LaNmLaNqL1yN1kL6N2L1sN4LN2L5N8LN3LNtL2N3L4NLwNtL3NtLzN8LNuLpN1iLaNmLaNjLdNiL32N21L1jN1fLdN1fLdN14L8NaD92N16LN2L3N2L26NtLaNL8NxLvNmL16NlLrNnL9N1zLvNaD6L9N1oL2NM4NLaNM2NpL7NaD6N1hLNaD4N4L8N10L2NL9N1xL4N4LN2LaDLNLzNiLN11L6NL1tN7LNLN4LNfLNaL7N1nL5NaD6N4LN8L2N2L2NmLN7LN2LN5LNM9L2N2L2N3L2NL6NL5N7L2N7M3N5M3vN23L5NaD4N4LuN1yLNL8NaD4mN1iL2N9LnN6LyN1tL3NLbNaD12N1lL7NaD1iNrL2NfL4NaD6N7L55N1nL2tN1sLaDlN8L2NL2N8LN2LNuLN2L2N9LcNaD1yN8L2N1aL2N8LN2LrN1rL8NL8N22L3NLiN21L7bN9LN19LN9LfNaDoNuL2NmLNeL21N7LN2LN18L3NLN2LN9L8NaD6N6LN2LN11LN2LN6L7NaD8mNnL55NL27NpmL2uN33LhN5gL218N2pLfNtrLN9M347Ng7L6ntNftL7NvLNaD6N27LNaD6NuL2N5LbN1jL9N4LcNaD9NlL5NjLj4N1sL3kN23L4N1lL7NhL1sN2LN2LbN2LeN4qgL8NyeL16N9L6w7N4XN7XN2XN83X19N3XhN4X8Nb0L1s4N2zL5NdL3N9L7NaL3N2LN4M3mkN1aL2NnLevNcL3N6L8M8L2N7LuN4LdN6L3lN3McbN2dLN1zLN2L2NL2N2L2N4LNcLNLN7LN1tLN4L2N8LN7LNsLN4LN5LNL3N7LN9gL2N84L2N1eLe8N1jL4N1eL8NLeNLmN5LNfLuoNvL69N7MNhM2N7MN2MN5M5xN19L3NeL2NaD4NL8xNvLhN1cLaDyuN7LN4LN2LNfLN5hLbN7L15N24L4NaDx2N4LNrLN2LNL2NLNaLN4LNLNL6NL4NLNLNLN3LN2LNL2NLNLNLNLNLN2LNL2N4LN7LN4LN4LNLNaLNhL5N3LN5LNhLg4NbL5NvLNwLqN3LzNL33N3LdN18L4N9L7N2L1weNaLsmNwyoXwN37dX7N66X2N4g2XeN5rlX2e7Nf2L15uN3t7XfcfqNMuN2oM3kN6oM47bkN";
const SPECIALS = "ßss æae œoe øo đd ðd þth łl ıi ħh ŋn ςσ ٱا ىي ةه کك یي";
// end of what is generated

const LETTER = 1, DIGIT = 2, MARK = 3, DENSE = 4;
const JOINERS = "-/._+'’&@·";
const PLACES = 2 ** 24, SUMS = 2 ** 25, MEMORY = 24 << 20, FILE = 8 << 20, CHUNKS = 40;
const SORTS = { __proto__: null, price: [["price", 1]], "-price": [["price", -1]], newest: [["published", -1]], rating: [["rating", -1], ["reviews", -1]] };
const MANTISSAS = [34219, 35734, 37316, 38968, 40694, 42495, 44377, 46341, 48393, 50536, 52773, 55109, 57549, 60097, 62758];

const starts = [], classes = [];
let nextStart = 0;
for (const [, length, kind] of RUNS.matchAll(/([\da-z]*)([A-Z])/g)) {
    starts.push(nextStart);
    classes.push("NLDMX".indexOf(kind));
    nextStart += parseInt(length || "1", 36);
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
        if (i >= text.length) return -1;
        const unit = text.charCodeAt(i);
        return unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
    };
    return rank(a) - rank(b);
}

const backwards = (text) => [...text].reverse().join("");
const runOf = (char) => last(starts.length, (i) => starts[i] <= char.codePointAt(0));
const classOf = (char) => classes[runOf(char)];

function fold(char, kind) {
    if (kind === DIGIT) return String((char.codePointAt(0) - starts[runOf(char)]) % 10);
    if (char < "\x80") return char.toLowerCase();
    const letters = [...char.normalize("NFD")].filter((letter) => classOf(letter) !== MARK).join("");
    return [...letters.toLowerCase()].map((letter) => specials.get(letter) ?? letter).join("");
}

// The words of a text: `text`, `start` and `end` in the text, `isDense`, `isJoined` with the word before.
export function words(text) {
    const found = [];
    let word, dense, isPaired = false, gap = "  ";
    // What is unknown to the tables goes before NFKC, which newer browsers may know to change.
    const known = text.replace(/[^\0-\x7f]/gu, (char) => (classOf(char) || JOINERS.includes(char) ? char : " ".repeat(char.length)));
    // A piece is what NFKC may compose.
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
            if (dense && !isPaired) found.push(dense);
            dense = undefined;
            if (kind === LETTER || kind === DIGIT) {
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
    if (dense && !isPaired) found.push(dense);
    for (const one of found) if (one.text.length > 40) one.text = [...one.text].slice(0, 40).join("");
    return found;
}

// Words that are joined, together.
function compounds(tokens) {
    const groups = [];
    for (const token of tokens) token.isJoined ? groups.at(-1).push(token) : groups.push([token]);
    return groups;
}

const together = (group) => group.map((token) => token.text).join("");

// An amount in minor units as the pattern of the schema writes it.
export function price(minor, money) {
    const digits = String(minor).padStart(money.decimals + 1, "0");
    const whole = digits.length - money.decimals;
    const isGrouped = money.primary > 0 && whole >= money.primary + money.minimum;
    const zero = money.zero.codePointAt(0);
    let text = money.prefix;
    for (let i = 0; i < digits.length; i++) {
        const left = whole - i - money.primary;
        if (i === whole) text += money.decimal;
        else if (isGrouped && i > 0 && i < whole && left >= 0 && left % money.secondary === 0) text += money.group;
        text += String.fromCodePoint(zero + Number(digits[i]));
    }
    return text + money.suffix;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

class Reader {
    at = 0;
    room = 2 * FILE;

    constructor(bytes) {
        this.bytes = bytes;
    }

    byte() {
        return this.at < this.bytes.length ? this.bytes[this.at++] : damaged();
    }

    varint(most = Number.MAX_SAFE_INTEGER) {
        let value = 0;
        for (let factor = 1, byte = 128; byte > 127; factor *= 128) {
            byte = factor > 2 ** 49 ? damaged() : this.byte();
            value += (byte & 127) * factor;
        }
        return value <= most ? value : damaged();
    }

    take(count) {
        if (count > this.bytes.length - this.at) damaged();
        return this.bytes.subarray(this.at, (this.at += count));
    }

    text() {
        return utf8.decode(this.take(this.varint()));
    }

    name() {
        const name = Array.from(this.take(6), (byte) => byte.toString(16).padStart(2, "0")).join("");
        return name === "000000000000" ? "" : name;
    }

    // As many items as the varint that comes first says; each takes at least a byte.
    list(item) {
        const items = [];
        for (let left = this.varint(); left > 0; left--) items.push(item());
        return items;
    }

    // Items with keys before them, in the same way.
    keyed(item) {
        let before;
        return this.list(() => {
            const shared = this.varint(before?.length ?? 0), rest = this.take(this.varint(4096 - shared));
            if (before && !(shared === before.length ? rest.length : rest[0] > before[shared])) damaged();
            const key = new Uint8Array(shared + rest.length);
            if (shared) key.set(before.subarray(0, shared));
            key.set(rest, shared);
            before = key;
            if ((this.room -= key.length) < 0) damaged();
            return item(utf8.decode(key));
        });
    }

    // Where the documents of some places stand in what follows, -1 for places without.
    ranks(places) {
        const bits = this.take((places + 7) >> 3), ranks = new Int32Array(places);
        let count = 0;
        for (let i = 0; i < places; i++) ranks[i] = (bits[i >> 3] >> (7 - (i & 7))) & 1 ? count++ : -1;
        return { ranks, count };
    }

    array(most) {
        const count = this.varint(most), isPaged = this.byte();
        if (isPaged > 1) damaged();
        const names = Array.from({ length: isPaged ? Math.ceil(count / 256) : count }, () => this.name());
        return { count, isPaged, names };
    }

    tree(depth = this.byte()) {
        if (depth > 1) damaged();
        const entries = this.keyed((key) => ({ key, name: this.name() }));
        return { depth, entries };
    }

    // Places in binary interpolation, by level: [level, start, end].
    postings(count, low, high) {
        const { bytes } = this, mask = this.byte(), levels = [];
        if (count > high - low + 1 || !mask) damaged();
        let start = 0, bit = 0;
        for (let level = 7; level >= 0; level--) {
            if (!(mask & (1 << level))) continue;
            const isLowest = !(mask & ((1 << level) - 1));
            const end = isLowest ? count : start + this.varint(count - start);
            if (end === start) damaged();
            levels.push([level, start, end]);
            start = end;
        }
        const places = new Int32Array(count);
        const bits = (left) => {
            if (bit + left > bytes.length * 8) damaged();
            let value = 0;
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

const isWhole = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;

function readRoot(reader) {
    const schema = JSON.parse(reader.text());
    const { places, documents, tier, chunk, card, prior, impacts, columns, numbers, facets } = schema;
    const isSound = isWhole(places, 0, PLACES) && isWhole(documents, 0, places) && isWhole(prior, 0, 65535)
        && [tier, chunk, card].every((size) => isWhole(size, 1, 65536))
        && impacts.length === 8 && impacts.every((impact) => isWhole(impact, 0, 255))
        && [columns, numbers].every((names) => names.length <= 64 && names.every((name) => typeof name === "string"))
        && facets.every((facet) => typeof facet.id === "string");
    if (!isSound) damaged();
    const chunks = Math.ceil(places / chunk);
    return {
        schema, terms: reader.tree(), words: reader.tree(), reversed: reader.tree(), suggestions: reader.tree(),
        cards: reader.array(Math.ceil(places / card)), numbers: reader.array(chunks), traits: reader.array(chunks), attributes: reader.array(chunks),
    };
}

function readTerms(reader, { tier, places }) {
    const tiers = Math.ceil(places / tier), terms = new Map();
    reader.keyed((key) => {
        const header = reader.varint(2 ** 30), entry = { key, count: 0, aliases: [] };
        if ((header & 3) === 3) damaged();
        if (header & 3) entry.count = reader.varint(places) || damaged();
        if (header & 1) entry.inline = reader.take(reader.varint());
        if (header & 2) {
            let from = 0, left = entry.count;
            entry.segments = reader.list(() => {
                const segment = { from, to: (from += reader.varint(tiers - from) || damaged()), count: reader.varint(left), name: reader.name() };
                left -= segment.count;
                return !segment.name === !segment.count ? segment : damaged();
            });
            if (left || from < tiers) damaged();
        }
        if (header & 4) entry.rule = JSON.parse(reader.text());
        for (let left = header >> 3; left > 0; left--) entry.aliases.push({ weight: reader.varint(16), key: reader.text() });
        terms.set(key, entry);
    });
    return terms;
}

function readCards(reader, { card, columns }) {
    const { ranks, count } = reader.ranks(card);
    return { ranks, columns: columns.map(() => Array.from({ length: count }, () => reader.text())) };
}

function readNumbers(reader, { chunk, numbers }) {
    const { ranks, count } = reader.ranks(chunk), columns = {};
    for (const name of numbers) {
        const width = reader.byte(), values = (columns[name] = new Float64Array(count));
        if (width > 7) damaged();
        for (let plane = 0, factor = 1; plane < width; plane++, factor *= 256) {
            reader.take(count).forEach((byte, i) => (values[i] += byte * factor));
        }
        for (let i = 0; i < count; i++) if (!Number.isSafeInteger(values[i]--)) damaged();
    }
    return { ranks, columns, size: (count * 8 + 99) * numbers.length + chunk * 4 };
}

function readTraits(reader, { chunk, facets }) {
    const { ranks, count } = reader.ranks(chunk), columns = new Map();
    reader.list(() => {
        const facet = facets[reader.varint()] ?? damaged();
        const values = reader.list(() => ({ token: reader.text(), label: reader.text() }));
        const sets = reader.list(() => reader.list(() => values[reader.varint()] ?? damaged()));
        const ids = Uint16Array.from(reader.take(count));
        if (sets.length > 256) reader.take(count).forEach((byte, i) => (ids[i] += byte << 8));
        if (ids.some((id) => id >= sets.length)) damaged();
        columns.set(facet.id, { sets, ids });
    });
    return { ranks, columns };
}

async function inflate(data) {
    const parts = [];
    let size = 0;
    try {
        const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
        for (let part; !(part = await reader.read()).done; ) {
            parts.push(part.value);
            if ((size += part.value.length) > FILE) {
                reader.cancel().catch(() => {});
                damaged();
            }
        }
    } catch {
        damaged();
    }
    const bytes = new Uint8Array(size);
    for (const part of parts.reverse()) bytes.set(part, (size -= part.length));
    return bytes;
}

async function fromNetwork(url, { signal, fresh }) {
    const get = (cache) => fetch(url, { signal, cache });
    const response = await get(fresh || "force-cache").catch((error) => {
        if (fresh && !signal?.aborted) return get("force-cache");
        throw error;
    });
    if (!response.ok) throw new SearchError([404, 410].includes(response.status) ? "missing" : "unreachable");
    return response.arrayBuffer();
}

// 16 · log₂((documents + count) / count)
function rarity(documents, count) {
    const ratio = Math.floor(((documents + count) * 4096) / count);
    let bits = 0;
    while (2 ** (bits + 1) <= ratio) bits++;
    const mantissa = Math.floor((ratio * 32768) / 2 ** bits);
    return 16 * (bits - 12) + MANTISSAS.filter((least) => mantissa >= least).length;
}

// Optimal string alignment.
function distance(a, b) {
    let before, row = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
        const next = [i];
        for (let j = 1; j <= b.length; j++) {
            next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] !== b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
        }
        [before, row] = [row, next];
    }
    return row[b.length];
}

const byNumber = (a, b) => b.number - a.number;
const byText = (a, b) => compare(a.text, b.text);

// The alternatives of a slot, each once, with the greatest of its weights.
function distinct(alternatives) {
    const found = new Map();
    for (const one of alternatives) {
        const other = found.get(one.entry.key);
        if (!other) found.set(one.entry.key, one);
        else if (one.weight > other.weight) other.weight = one.weight;
    }
    return [...found.values()].slice(0, 24);
}

// A match is one number: whether it is full, the sum, and the place, so that the greater is the better.
const match = (isFull, sum, place) => (isFull * SUMS + sum) * PLACES + PLACES - 1 - place;
const placeOf = (match) => PLACES - 1 - (match % PLACES);
const sumOf = (match) => Math.floor(match / PLACES) % SUMS;
const isFull = (match) => match >= SUMS * PLACES;

function marked(title, keys) {
    const tokens = words(title), marks = tokens.filter((token) => keys.has(token.text));
    for (const group of compounds(tokens)) {
        if (group.length > 1 && keys.has(together(group))) marks.push({ start: group[0].start, end: group.at(-1).end });
    }
    const pieces = [];
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

const KINDS = ["query", "category", "seller", "product", "brand"];
const isNumber = (token) => /^\d+(\.\d+)?$/.test(token);

// Counts the values of a facet.
function counter(id, facet, wanted) {
    const values = new Map();
    let min = null, max = null;
    const isSelected = (token) => {
        if (Array.isArray(wanted)) return wanted.includes(token);
        if (facet || !wanted) return false;
        return id === "rating" ? wanted.min === token * 10 : wanted.min >= 1;
    };
    return {
        id, kind: facet?.kind, isColumn: !facet,
        see(value) {
            if (min === null || value < min) min = value;
            if (max === null || value > max) max = value;
        },
        add(token, label, count) {
            const value = values.get(token);
            if (value) value.count += count;
            else values.set(token, { token, label: label || token, count });
        },
        result(scaled) {
            if (Array.isArray(wanted)) for (const token of wanted) this.add(token, "", 0);
            const list = [...values.values()].map((value) => ({ ...value, count: scaled(value.count), isSelected: isSelected(value.token) }));
            list.sort((a, b) => b.count - a.count || compare(a.token, b.token));
            return { label: facet?.label ?? "", kind: facet?.kind ?? "number", unit: facet?.unit ?? "", values: list, min, max };
        },
    };
}

export class Search {
    #cache = new Map();
    #size = 0;

    static async open(url, { load = fromNetwork, signal } = {}) {
        const search = new Search();
        search.load = load;
        search.url = new URL(url, globalThis.location?.href);
        await search.#readHead("default", signal);
        return search;
    }

    get schema() {
        return this.index.schema;
    }

    async #get(url, options) {
        try {
            return new Uint8Array(await this.load(String(url), options));
        } catch (error) {
            throw error instanceof SearchError || options.signal?.aborted ? error : new SearchError("unreachable", error);
        }
    }

    async #readHead(fresh, signal) {
        let head;
        const bytes = await this.#get(this.url, { signal, fresh });
        try {
            head = JSON.parse(utf8.decode(bytes));
            head.base = new URL(head.files, this.url);
        } catch {
            damaged();
        }
        if (head.format !== 1) throw new SearchError("format");
        if (!/^[\da-f]{12}$/.test(head.root)) damaged();
        this.index = { ...(await this.#file(head, head.root, "R", readRoot, signal)), base: head.base };
    }

    // A file, decoded. It is fetched once for all that wait for it, until none of them waits any longer.
    #file({ base, schema }, name, letter, read, signal, key = name + letter) {
        if (!name) damaged();
        signal?.throwIfAborted();
        let entry = this.#cache.get(key);
        if (entry) this.#cache.delete(key);
        else {
            const controller = new AbortController();
            const load = async () => {
                const url = new URL(`${name.slice(0, 2)}/${name.slice(2)}.bin`, base);
                const bytes = await inflate(await this.#get(url, { signal: controller.signal, fresh: false }));
                try {
                    const reader = new Reader(bytes);
                    if (reader.byte() !== letter.charCodeAt(0)) damaged();
                    const value = read(reader, schema);
                    this.#keep(entry, value.size ?? bytes.length * 4);
                    return value;
                } catch (error) {
                    throw error instanceof SearchError ? error : new SearchError("damaged", error);
                }
            };
            entry = { size: 0, waiting: 0, controller, promise: load() };
            entry.promise.catch(() => this.#cache.get(key) === entry && this.#cache.delete(key));
        }
        this.#cache.set(key, entry);
        return new Promise((resolve, reject) => {
            const stop = () => {
                reject(signal.reason);
                if (--entry.waiting || entry.size) return;
                if (this.#cache.get(key) === entry) this.#cache.delete(key);
                entry.controller.abort();
            };
            entry.waiting++;
            signal?.addEventListener("abort", stop, { once: true });
            entry.promise.then(resolve, reject).finally(() => signal?.removeEventListener("abort", stop));
        });
    }

    #keep(entry, size) {
        this.#size += entry.size = size;
        for (const [key, other] of this.#cache) {
            if (this.#size <= MEMORY) break;
            if (!other.size || other === entry) continue;
            this.#cache.delete(key);
            this.#size -= other.size;
        }
    }

    // A missing file: the head is old.
    async #answer(signal, task) {
        signal?.throwIfAborted();
        try {
            return await task(this.index);
        } catch (error) {
            if (error?.kind !== "missing") throw error;
            await this.#readHead("no-cache", signal);
            return task(this.index);
        }
    }

    // The file of a block, by its array; undefined where there is nothing in it.
    async #block(index, table, i, letter, read, signal) {
        if (i >= table.count) return undefined;
        let name = table.names[i];
        if (table.isPaged) {
            const page = table.names[i >> 8];
            const read = (reader) => Array.from({ length: (reader.bytes.length - 1) / 6 }, () => reader.name());
            name = page && ((await this.#file(index, page, "P", read, signal))[i & 255] ?? damaged());
        }
        return name ? this.#file(index, name, letter, read, signal) : undefined;
    }

    // The leaf of a tree for a key, some before it and some behind it: name, first key, and that of the next leaf.
    async #leaves(index, tree, key, before, after, signal) {
        const find = (entries) => Math.max(0, last(entries.length, (i) => compare(entries[i].key, key) <= 0));
        const page = async (i) => {
            if (!tree.depth) return tree.entries;
            return (await this.#file(index, tree.entries[i].name, "K", (reader) => reader.tree(0), signal)).entries;
        };
        if (!tree.entries.length) return [];
        let first = tree.depth ? find(tree.entries) : 0, end = first + 1;
        const count = tree.depth ? tree.entries.length : 1;
        let leaves = await page(first), at = find(leaves);
        while (at < before && first > 0) {
            const more = await page(--first);
            leaves = [...more, ...leaves];
            at += more.length;
        }
        while (at + after + 1 >= leaves.length && end < count) leaves = [...leaves, ...(await page(end++))];
        return leaves.map((leaf, i) => ({ ...leaf, next: leaves[i + 1]?.key })).slice(Math.max(0, at - before), at + after + 1);
    }

    async #entry(index, key, signal) {
        const [leaf] = await this.#leaves(index, index.terms, key, 0, 0, signal);
        return leaf && (await this.#file(index, leaf.name, "T", readTerms, signal)).get(key);
    }

    // What answers a key, with the documents of its aliases.
    async #key(index, key, weight, signal) {
        const entry = await this.#entry(index, key, signal);
        if (!entry) return [];
        const of = (entry, weight) => ({ entry, weight, rarity: rarity(index.schema.documents, entry.count) });
        const aliases = await Promise.all(entry.aliases.slice(0, 24).map(async (alias) => {
            const other = await this.#entry(index, alias.key, signal);
            return other?.count ? [of(other, (weight * alias.weight) >> 4)] : [];
        }));
        return [...(entry.count ? [of(entry, weight)] : []), ...aliases.flat()];
    }

    // Words with their numbers that begin with some letters, from at most four files around a word.
    async #words(index, tree, word, letters, before, signal) {
        const leaves = (await this.#leaves(index, tree, word, before, 3 - before, signal)).filter(
            ({ key, next }) => (compare(key, letters) <= 0 || key.startsWith(letters)) && (next === undefined || compare(next, letters) > 0),
        );
        const read = (reader) => reader.keyed((text) => ({ text, number: reader.varint(63) }));
        const files = await Promise.all(leaves.map((leaf) => this.#file(index, leaf.name, "W", read, signal)));
        return files.flat().filter(({ text }) => text.startsWith(letters));
    }

    async #longer(index, word, signal) {
        const found = await this.#words(index, index.words, word, word, 0, signal);
        return found.sort((a, b) => byNumber(a, b) || [...a.text].length - [...b.text].length || byText(a, b)).slice(0, 8);
    }

    async #misspelled(index, word, signal) {
        const letters = [...word], n = letters.length;
        for (const [most, weight] of [[1, 10], [2, 6]]) {
            if (n < 4 * most) break;
            const parts = most + 1, half = n >> 1;
            const head = letters.slice(0, Math.max(1, Math.floor(n / parts) - 1)).join("");
            const tail = letters.slice(-Math.max(1, Math.ceil(n / parts) - 1)).reverse().join("");
            const swapped = most > 1 ? word : letters.with(half, letters[half - 1]).with(half - 1, letters[half]).join("");
            const [heads, tails, exact] = await Promise.all([
                this.#words(index, index.words, word, head, 1, signal),
                this.#words(index, index.reversed, backwards(word), tail, 1, signal),
                this.#words(index, index.words, swapped, swapped, 3, signal),
            ]);
            const found = new Map();
            for (const one of tails) found.set(backwards(one.text), one.number);
            for (const one of [...heads, ...exact]) found.set(one.text, one.number);
            const near = [];
            for (const [text, number] of found) {
                const other = [...text];
                if (Math.abs(other.length - n) > most) continue;
                const away = distance(letters, other);
                if (away > 0 && away <= most) near.push({ text, number, away, isOther: other[0] !== letters[0], weight });
            }
            if (near.length) return near.sort((a, b) => a.away - b.away || a.isOther - b.isOther || byNumber(a, b) || byText(a, b)).slice(0, 8);
        }
        return [];
    }

    // The slots that take the place of one whose word is no key.
    async #mend(index, slot, told, signal) {
        const { text } = slot, key = (text, weight) => this.#key(index, text, weight, signal);
        const both = async (parts) => {
            const slots = await Promise.all(parts.map(async (text) => ({ text, alternatives: await key(text, 16) })));
            return slots.every((slot) => slot.alternatives.length) && slots;
        };
        if (!slot.isDense) {
            const kinds = text.match(/\d+|\D+/g);
            const parts = kinds.length > 1 && (await both(kinds));
            if (parts) return parts;
            const longer = slot.isLast ? await this.#longer(index, text, signal) : [];
            const near = await this.#misspelled(index, text, signal);
            const all = await Promise.all([...longer, ...near].map((one) => key(one.text, one.weight ?? 12)));
            slot.alternatives = distinct(all.flat());
            if (near.length) told.corrections.push({ from: text, to: near[0].text });
            if (slot.alternatives.length) return [slot];
            const letters = [...text];
            const frequency = ({ alternatives }) => Math.max(...alternatives.map(({ entry }) => entry.count));
            let best, most = 0;
            for (const ways of await Promise.all(letters.slice(1).map((_, i) => both([letters.slice(0, i + 1).join(""), letters.slice(i + 1).join("")])))) {
                const least = ways && Math.min(...ways.map(frequency));
                if (least > most) [best, most] = [ways, least];
            }
            if (best) return best;
        }
        told.dropped.push(text);
        return [];
    }

    // Neighbours written together are alternatives for both. Tells whether there are any.
    async #join(index, slots, isAsked, signal) {
        const found = await Promise.all(slots.slice(1).map((b, i) => {
            const a = slots[i];
            return !a.isDense && !b.isDense && isAsked(a, b) ? this.#key(index, a.text + b.text, 16, signal) : [];
        }));
        found.forEach((joined, i) => {
            for (const slot of slots.slice(i, i + 2)) slot.alternatives = distinct([...slot.alternatives, ...joined.map((one) => ({ ...one }))]);
        });
        return found.some((joined) => joined.length);
    }

    async #slots(index, tokens, told, signal) {
        const key = (text) => this.#key(index, text, 16, signal);
        const groups = await Promise.all(compounds(tokens).slice(0, 12).map(async (group) => {
            const text = together(group), alternatives = group.length > 1 ? await key(text) : [];
            return alternatives.length ? [{ text, alternatives }] : group.map((token) => ({ ...token, isLast: token === tokens.at(-1) }));
        }));
        const slots = groups.flat().slice(0, 12);
        for (const slot of slots) slot.alternatives ??= key(slot.text);
        for (const slot of slots) slot.isKey = (slot.alternatives = distinct(await slot.alternatives)).length > 0;
        await this.#join(index, slots, (a, b) => !a.isKey || !b.isKey || /\d/.test(a.text + b.text), signal);
        const mended = await Promise.all(slots.map(async (slot) => {
            const told = { corrections: [], dropped: [] };
            return { told, slots: slot.alternatives.length ? [slot] : await this.#mend(index, slot, told, signal) };
        }));
        for (const one of mended) for (const name in told) told[name].push(...one.told[name]);
        return mended.flatMap((one) => one.slots).slice(0, 12);
    }

    async #postings({ entry }, index, tier, signal) {
        const { tier: size, places } = index.schema;
        if (entry.inline) return new Reader(entry.inline).postings(entry.count, 0, places - 1);
        const { from, to, count, name } = entry.segments.find((segment) => tier < segment.to);
        const low = from * size, high = Math.min(to * size, places) - 1;
        if (!count) return { places: [], levels: [] };
        return this.#file(index, name, "L", (reader) => reader.postings(count, low, high), signal, `${name} ${count} ${low} ${high}`);
    }

    // The matches with at least so many slots, tier by tier, and how many there are, if not all tiers were read.
    async #matches(index, slots, scope, least, signal) {
        const { tier: size, places, impacts } = index.schema, tiers = Math.ceil(places / size);
        const all = scope ? [...slots, scope] : slots, scopeBit = scope ? 1 << slots.length : 0;
        const seen = all.map(() => 0), matches = [];
        const length = Math.min(size, places), sums = new Int32Array(length), best = new Int32Array(length), have = new Uint16Array(length);
        let full = 0, tier = 0;
        while (tier < tiers && full < 1000) {
            const low = tier * size, high = Math.min(low + size, places);
            const lists = await Promise.all(all.map((slot) => Promise.all(slot.alternatives.map((one) => this.#postings(one, index, tier, signal)))));
            sums.fill(0);
            have.fill(0);
            all.forEach((slot, s) => {
                best.fill(0);
                slot.alternatives.forEach(({ rarity, weight }, i) => {
                    const { places, levels } = lists[s][i];
                    for (const [level, start, end] of levels) {
                        // One more than it is worth, since even that is a match.
                        const worth = slot === scope ? 1 : rarity * impacts[level] * weight + 1;
                        for (let at = start + 1 + last(end - start, (i) => places[start + i] < low); at < end && places[at] < high; at++) {
                            const place = places[at] - low;
                            seen[s]++;
                            if (best[place] < worth) best[place] = worth;
                        }
                    }
                });
                for (let place = 0; place < length; place++) {
                    if (!best[place]) continue;
                    sums[place] += best[place] - 1;
                    have[place] |= 1 << s;
                }
            });
            for (let place = 0; place < length; place++) {
                if (!have[place] || (have[place] & scopeBit) !== scopeBit) continue;
                let count = 0;
                for (let bits = have[place] ^ scopeBit; bits; bits &= bits - 1) count++;
                if (count < least) continue;
                full += count === slots.length;
                matches.push(match(count === slots.length, sums[place], low + place));
            }
            tier++;
        }
        let total = matches.length;
        if (tier < tiers) {
            const counts = all.map((slot) => slot.alternatives.reduce((sum, { entry }) => sum + entry.count, 0));
            const rarest = counts.indexOf(Math.min(...counts));
            if (seen[rarest]) total = Math.floor((total * counts[rarest]) / seen[rarest]);
        }
        return { matches, full, total };
    }

    // All documents of the first chunks.
    async #everything(index, signal) {
        const { places, chunk, documents } = index.schema, matches = [];
        const count = Math.min(CHUNKS, Math.ceil(places / chunk));
        const files = await Promise.all(Array.from({ length: count }, (_, i) => this.#block(index, index.numbers, i, "O", readNumbers, signal)));
        files.forEach((file, i) => file?.ranks.forEach((rank, at) => rank >= 0 && matches.push(match(true, 0, i * chunk + at))));
        return { matches, full: matches.length, total: documents };
    }

    // The numbers and traits of the chunks with the most matches: for each its matches and what its files say.
    async #chunks(index, matches, tables, signal) {
        const chunks = new Map();
        for (const match of matches) {
            const i = Math.floor(placeOf(match) / index.schema.chunk);
            chunks.has(i) ? chunks.get(i).push(match) : chunks.set(i, [match]);
        }
        const most = [...chunks].sort((a, b) => b[1].length - a[1].length || a[0] - b[0]).slice(0, CHUNKS);
        return Promise.all(most.map(async ([i, matches]) => {
            const [numbers, ...traits] = await Promise.all([
                tables.numbers && this.#block(index, index.numbers, i, "O", readNumbers, signal),
                tables.traits && this.#block(index, index.traits, i, "F", readTraits, signal),
                tables.attributes && this.#block(index, index.attributes, i, "F", readTraits, signal),
            ]);
            return { matches, numbers, traits: traits.filter(Boolean) };
        }));
    }

    // Who passes the filters, and how many documents have each value of the facets.
    #count({ chunk: size }, chunks, filters, facets) {
        const passing = [];
        for (const { matches, numbers, traits } of chunks) {
            const column = (id) => {
                const file = traits.find((file) => file.columns.has(id));
                return { ranks: file?.ranks, ...file?.columns.get(id) };
            };
            const within = (value, { min = -Infinity, max = Infinity }) => value >= min && value <= max;
            const tests = filters.map(({ id, facet, wanted }) => {
                if (!facet) return (at) => numbers?.ranks[at] >= 0 && numbers.columns[id][numbers.ranks[at]] >= 0 && within(numbers.columns[id][numbers.ranks[at]], wanted);
                const { ranks, sets, ids } = column(id);
                const agrees = ({ token }) => (Array.isArray(wanted) ? wanted.includes(token) : isNumber(token) && within(Number(token), wanted));
                const isWanted = sets?.map((values) => values.some(agrees));
                return (at) => ranks?.[at] >= 0 && isWanted[ids[ranks[at]]];
            });
            // Of each match the filter that alone it does not pass: -1 none, -2 several.
            const places = matches.map((match) => placeOf(match) % size);
            const failed = places.map((at) => tests.reduce((failed, test, i) => (test(at) ? failed : failed === -1 ? i : -2), -1));
            for (let i = 0; i < matches.length; i++) if (failed[i] === -1) passing.push(matches[i]);
            for (const facet of facets) {
                const own = filters.findIndex((filter) => filter.id === facet.id);
                const { ranks, sets, ids } = facet.isColumn ? {} : column(facet.id);
                const file = facet.isColumn ? numbers : { ranks };
                const tally = sets && new Uint32Array(sets.length), values = facet.isColumn && numbers?.columns[facet.id];
                if (!tally && !values) continue;
                for (let i = 0; i < places.length; i++) {
                    const rank = file.ranks[places[i]];
                    if (!(rank >= 0) || (failed[i] !== -1 && failed[i] !== own) || failed[i] === -2) continue;
                    if (tally) tally[ids[rank]]++;
                    else if (values[rank] >= 0) {
                        const value = values[rank];
                        facet.see(value);
                        if (facet.id === "rating") for (let star = 1; star <= 4; star++) if (value >= star * 10) facet.add(String(star), "", 1);
                        if (facet.id === "stock" && value) facet.add("1", "", 1);
                    }
                }
                tally?.forEach((count, set) => {
                    for (const { token, label } of count ? sets[set] : []) {
                        facet.add(token, label, count);
                        if (facet.kind === "number" && isNumber(token)) facet.see(Number(token));
                    }
                });
            }
        }
        return passing;
    }

    async #cards(index, places, signal) {
        const { card, chunk, columns } = index.schema;
        return Promise.all(places.map(async (place) => {
            const [cards, numbers] = await Promise.all([
                this.#block(index, index.cards, Math.floor(place / card), "C", readCards, signal),
                this.#block(index, index.numbers, Math.floor(place / chunk), "O", readNumbers, signal),
            ]);
            const rank = cards?.ranks[place % card] ?? -1, at = numbers?.ranks[place % chunk] ?? -1;
            if (rank < 0) damaged();
            const number = (name) => (at >= 0 && numbers.columns[name][at] >= 0 ? numbers.columns[name][at] : null);
            return {
                place, card: Object.fromEntries(columns.map((name, i) => [name, cards.columns[i][rank]])),
                numbers: Object.fromEntries(index.schema.numbers.map((name) => [name, number(name)])),
            };
        }));
    }

    // The order by columns of numbers: full matches first, then documents that have the number.
    async #sorted(index, matches, columns, chunks) {
        const values = new Map();
        for (const { matches, numbers } of chunks) {
            for (const match of matches) {
                const rank = numbers?.ranks[placeOf(match) % index.schema.chunk] ?? -1;
                values.set(match, columns.map(([name]) => (rank < 0 ? -1 : (numbers.columns[name]?.[rank] ?? -1))));
            }
        }
        return matches.sort((a, b) => {
            let order = isFull(b) - isFull(a);
            for (let i = 0; i < columns.length && !order; i++) {
                const x = values.get(a)?.[i] ?? -1, y = values.get(b)?.[i] ?? -1;
                order = x < 0 || y < 0 ? (x < 0) - (y < 0) : (x - y) * columns[i][1];
            }
            return order || placeOf(a) - placeOf(b);
        });
    }

    async #first64(index, matches, signal) {
        const { chunk, prior } = index.schema;
        const raised = await Promise.all(matches.slice(0, 64).map(async (one) => {
            const place = placeOf(one), file = await this.#block(index, index.numbers, Math.floor(place / chunk), "O", readNumbers, signal);
            const value = file?.columns.prior?.[file.ranks[place % chunk]] ?? 0;
            return { one, full: isFull(one), sum: sumOf(one) + prior * Math.max(0, value) };
        }));
        raised.sort((a, b) => b.full - a.full || b.sum - a.sum || placeOf(a.one) - placeOf(b.one));
        const scores = new Map(raised.map(({ one, sum }) => [one, sum]));
        return { ordered: [...scores.keys(), ...matches.slice(64)], scores };
    }

    // `filters`: by facet or column a list of tokens or a range in the units of the column, `min` and `max` included.
    search(query, options = {}) {
        return this.#answer(options.signal, (index) => this.#search(index, query, options));
    }

    async #search(index, query, { scope, filters: asked = {}, sort = "relevance", page = 1, size = 24, facets: ids, signal }) {
        const { schema } = index, told = { corrections: [], dropped: [] };
        const tokens = words([...query.slice(0, 512)].slice(0, 256).join(""));
        const [slots, rule, only] = await Promise.all([
            this.#slots(index, tokens, told, signal),
            tokens.length && this.#entry(index, "\u0002" + tokens.map((token) => token.text).join(" "), signal),
            scope && this.#key(index, "\u0001" + scope, 16, signal),
        ]);
        const limit = scope && { alternatives: only };
        const find = (least) => this.#matches(index, slots, limit, least, signal);
        let found = { matches: [], full: 0, total: 0 }, isRelaxed = false;
        if (!tokens.length) found = await (scope ? find(0) : this.#everything(index, signal));
        else if (slots.length) {
            found = await find(slots.length);
            if (found.full < 10 && (await this.#join(index, slots, () => true, signal))) found = await find(slots.length);
            for (const least of new Set([slots.length - 1, 1])) {
                if (least < 1 || least >= slots.length || found.matches.length >= 10) continue;
                found = await find(least);
                isRelaxed = found.matches.length > found.full;
            }
        }
        let { matches, total } = found;
        const isWithin = (place) => isWhole(place, 0, schema.places - 1) || damaged();
        const pins = (rule?.rule?.pins ?? []).filter(isWithin), pinned = [];
        if (pins.length && !scope) {
            const wanted = new Set(pins), known = new Map();
            for (const one of matches) if (wanted.has(placeOf(one))) known.set(placeOf(one), one);
            for (const place of wanted) {
                if (known.has(place)) continue;
                matches.push(match(true, 0, place));
                total++;
            }
        }

        const facetOf = new Map(schema.facets.map((facet) => [facet.id, facet]));
        const isSet = (wanted) => wanted && (Array.isArray(wanted) ? wanted.length : wanted.min != null || wanted.max != null);
        const filters = Object.entries(asked).filter(([id, wanted]) => isSet(wanted) && (facetOf.has(id) || schema.numbers.includes(id)))
            .map(([id, wanted]) => ({ id, wanted, facet: facetOf.get(id) }));
        const known = [...schema.facets.map((facet) => facet.id), ...["price", "rating", "stock"].filter((id) => schema.numbers.includes(id))];
        const facets = known.filter((id) => (ids ? ids.includes(id) : !facetOf.get(id)?.attribute)).map((id) => counter(id, facetOf.get(id), asked[id]));
        const columns = SORTS[sort] ?? (tokens.length ? undefined : [["prior", -1]]);
        const needed = [...filters, ...facets].map((one) => facetOf.get(one.id));
        const tables = {
            numbers: columns || needed.includes(undefined), traits: needed.some((facet) => facet && !facet.attribute),
            attributes: needed.some((facet) => facet?.attribute),
        };
        const chunks = Object.values(tables).some(Boolean) ? await this.#chunks(index, matches, tables, signal) : [];
        const read = chunks.reduce((sum, chunk) => sum + chunk.matches.length, 0) || matches.length;
        const passing = this.#count(schema, chunks, filters, facets);
        const scaled = (count) => Math.floor((count * total) / (read || 1));
        const isApproximate = total !== matches.length || read !== matches.length;

        let ordered = filters.length ? passing : matches, scores = new Map();
        const sum = filters.length ? scaled(ordered.length) : total, full = ordered.filter(isFull).length;
        if (columns) ordered = await this.#sorted(index, ordered, columns, chunks);
        else {
            ordered = [...Float64Array.from(ordered).sort().reverse()];
            for (const pin of new Set(pins)) pinned.push(...ordered.filter((one) => placeOf(one) === pin));
            if (pinned.length) ordered = ordered.filter((one) => !pinned.includes(one));
            ({ ordered, scores } = await this.#first64(index, ordered, signal));
            ordered.unshift(...pinned);
        }
        const from = (Math.max(1, Math.floor(page) || 1) - 1) * size;
        const shown = ordered.slice(from, from + size);
        const keys = new Set(slots.flatMap((slot) => [slot.text, ...slot.alternatives.map(({ entry }) => entry.key)]));
        const cards = await this.#cards(index, shown.map(placeOf), signal);
        const hits = cards.map((hit, i) => ({
            ...hit, title: marked(hit.card.title ?? "", keys), isPartial: !isFull(shown[i]), score: scores.get(shown[i]) ?? sumOf(shown[i]),
        }));
        return {
            query, terms: slots.map((slot) => slot.text), hits, total: sum, full: isRelaxed ? full : sum, isApproximate, isRelaxed,
            facets: Object.fromEntries(facets.map((facet) => [facet.id, facet.result(scaled)])), ...told,
            redirect: typeof rule?.rule?.redirect === "string" ? rule.rule.redirect : undefined, pins,
        };
    }

    suggest(prefix, options = {}) {
        return this.#answer(options.signal, (index) => this.#suggest(index, prefix, options));
    }

    async #suggest(index, prefix, { limit = 8, signal }) {
        const text = [...prefix.slice(0, 512)].slice(0, 256).join(""), tokens = words(text), key = tokens.map((token) => token.text).join(" ");
        if (!key) return [];
        const read = (reader) => reader.keyed((key) => ({
            key, completions: reader.list(() => ({ text: reader.text(), kind: reader.byte(), weight: reader.varint(), target: reader.text() })),
        }));
        const fits = [];
        for (const { name, next } of await this.#leaves(index, index.suggestions, key, 0, 1, signal)) {
            const entries = await this.#file(index, name, "S", read, signal);
            fits.push(...entries.filter((entry) => entry.key.startsWith(key)));
            if (next === undefined || !(next.startsWith(key) || compare(next, key) < 0)) break;
        }
        const head = fits.find((entry) => entry.key === key + "\0");
        const found = (head ? [head] : fits.filter((entry) => !entry.key.includes("\0"))).flatMap((entry) => entry.completions);
        if (found.length) {
            return found.sort((a, b) => b.weight - a.weight).slice(0, limit).map((one) => ({ ...one, kind: KINDS[one.kind] ?? damaged() }));
        }
        const tail = tokens.at(-1);
        if (tokens.length < 2 || tail.isDense) return [];
        const longer = await this.#longer(index, tail.text, signal);
        return longer.slice(0, limit).map(({ text: word, number }) => ({ text: text.slice(0, tail.start) + word, kind: "query", target: "", weight: number }));
    }
}
