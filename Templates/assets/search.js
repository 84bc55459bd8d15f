// Searches the index; docs/search-format.md says how.

// from generate.py
const RUNS = "b2|,)<(<b'#)###$}###$&$%#%#9#A#o%}$~'&.(($')###3}d2~'#$$(&)###6#c5#e-#})~f(#b($#(b+*}b/#}##}$#}$#}#*=&&/}(,}-#}#%B}#~,}7|,&$}#~d%##}*#}(~$}$#}&~$|,~%$#1}#~b=$d'0|,~b.&#$#$b04>&-':#(#}$(}*~b,}b8~d&$|,#d5$|,~$,##d#)|,~(-d%$|,+d-$|,##2c80|,2d&$|,2&#cA$|,#c@'&)'$|,,d((|,$$/{b<'{1#|,b){c/$|,$${$B#-#-$(|,-#####&c)#b9+#b;{bB|,({bB|,{&$b(##'#$b-#&{hB~kBB22c@%t.$3#<'c-%c)-b6.{c6%{#&{$$|,b#}'|,(i>,|,~d<(|,b(>&cB|,(|,/#*}Ab3c/%|,3+.b2|,~b<.b:*|,%%|,~b&$+)b-$%2%#b)'fB}bB~i8$($b($($*#######A$b7#1#0$(#5$%#+#-#}&##'#.%%}(%$#$&###*%/#)#}'#}.$=#/-#b)}b#1&#%#-#$$'$%#######&#-#(&'&##b<f$$#$h:$j7e-bp##d)%d'#j%h'(+.b(##'#$b:)#1:+)#)#)#)#)#)#)#)#}Bb1#d1#c5#.g8b,#&{%;{1#(#%{#~#&{c8${)#{c<#{&'b-#c@%b0b2{b1#b**b1#lB{hxBbB{zfB~bk/c%b0$i/%2|,~$6b1}&#},#A}$~c4b'+$d)$bB'$###':b8&#5b6.c(,|,(}4~(%##%|,~b&$b&.{?%c#0#|,({2|,{'#c0$|,({9%{(~c@$2$d+#0(d=#$$|,({nl&.{9&{b3ke&i0{cB$d,b().''#};#'###$#$#d.b#l-4bB$b8b*/%}<(}b'$.#5#&&'#e)$}##f@%($($($%%)#),}%&.#<#5#$#1$0b$d=c'b7e*#e$?%b31#AB/@'b(}''@$b&&*#'b,e@$|,(b&&b&&b**b6.-#1#)#$#-#1#)#$c%n=c'c8,9+Ac#8,8,<c(b:($bBbBB?%?b%*#@;b8,8,5/4d0c+b9d5/b**|,k(b/%$c0?,b,A8b,7=d)A|,~c-$}#&#,}#$;)|,(b7#|,&b2$c1&&#$|,~###b%b:(#c#b+)b='|,(b<#}#~b*$}1e-c-'|,&d*##*|,f(c#9(b$c#%#-|,b(b;)|,b8b.&|,()f;b=d'bB|,7c'.|,c(c$#c>*c5%#4c+i)c#1|,:c'c+c**|,(b;)|,j89f;#c1bc<d(d13g&de.d#1bh1#}+ew)s)kj;sA#|,(c1#|,(b'-b9+&.|,+b/v2bBdBeBbB$#ix5b,+kt){j5b/{:*m.cu&e<%$#}&fq>c)q9.%(}*~*$)@&/(e#}%n=bfBpBb9&b4*#0#87bi2Ah#})#}3$})#}$#}'g7b@$|,&#k#cB|,bn(h'-)b+c.&|,bl(f>s&-'A#B<%b%#d1c4cy@,bg({bziBB{ez;){g@${gy$0{iz3dsAq@bv${fy-bhcn8}#@}cBdB}h2jbs2";
const SPECIALS = "ßss æae œoe øo đd ðd þth łl ıi ħh ŋn ςσ ٱا ىي ةه کك یي";
// to here

const LETTER = 1, DIGIT = 2, MARK = 3, DENSE = 4;
const JOINERS = "-/._+'’&@·";
const PLACES = 2 ** 24, SUMS = 2 ** 25, FILE = 8 << 20;
const SORTS = { __proto__: null, price: ["price"], "-price": ["price"], newest: ["published"], rating: ["rating", "reviews"] };
const KINDS = ["query", "category", "seller", "product", "brand"];
const STEPS = { price: () => [], rating: (value) => [1, 2, 3, 4].filter((star) => value >= star * 10), stock: (value) => (value ? [1] : []) };
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const starts = [], classes = [];
let next = 0;
for (const [, kind, high, low] of RUNS.matchAll(/([`{-~]?)([a-z]*)([#-B])/g)) {
    starts.push(next);
    classes.push(kind ? "`~|}{".indexOf(kind) : classes.at(-1) === 0 ? 1 : 0);
    next += [...high].reduce((sum, digit) => sum * 26 + digit.charCodeAt() - 97, 0) * 32 + low.charCodeAt() - 34;
}
const specials = new Map(SPECIALS.split(" ").map((pair) => [pair[0], pair.slice(1)]));

// `kind`: unreachable, missing, damaged, format.
export class SearchError extends Error {
    constructor(kind, cause) {
        super(`Search index: ${kind}`, { cause });
        this.kind = kind;
    }
}

function damaged(error) {
    throw error instanceof SearchError ? error : new SearchError("damaged", error);
}

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
    const known = text.replace(/[^\0-\x7f]/gu, (char) => (classOf(char) || JOINERS.includes(char) ? char : " ".repeat(char.length)));
    // Each piece is what NFKC may compose.
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

    ranks(places) {
        const bits = this.take((places + 7) >> 3), ranks = new Int32Array(places);
        let count = 0;
        for (let i = 0; i < places; i++) ranks[i] = (bits[i >> 3] << (i & 7)) & 128 ? count++ : -1;
        return [ranks, count];
    }

    array() {
        const count = this.varint(PLACES), isPaged = this.byte(1);
        return { count, isPaged, names: this.list(() => this.name(), isPaged ? Math.ceil(count / 64) : count) };
    }

    tree(depth = this.byte(1)) {
        return { depth, leaves: this.keyed((key) => ({ key, name: this.name() })) };
    }

    // `levels`: level, start and end in `places`.
    postings(count, low, high) {
        const { bytes } = this, mask = this.varint(65535), levels = [], places = new Int32Array(count <= high - low + 1 && mask ? count : damaged());
        let start = 0, bit;
        for (let level = 15; level >= 0; level--) {
            const rest = mask >> (15 - level);
            if (!(rest & 1)) continue;
            const end = rest > 1 ? start + this.varint(count - start) : count;
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
    for (const [name, least, most] of [["places", 0, PLACES], ["documents", 0, PLACES], ["tier", 1, 65536], ["chunk", 1, 65536], ["card", 1, 65536], ["prior", 0, 4095]]) {
        if (!Number.isInteger(schema[name]) || schema[name] < least || schema[name] > most) damaged();
    }
    if (schema.numbers.length > 64) damaged();
    const [terms, words, reversed, suggestions] = reader.list(() => reader.tree(), 4);
    const [cards, traits, attributes, numbers, dates] = reader.list(() => reader.array(), 5);
    return { schema, facetOf: new Map(schema.facets.map((facet) => [facet.id, facet])), terms, words, reversed, suggestions, cards, traits, attributes, numbers, dates };
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

function readNumbers(reader, { chunk, numbers }, names = numbers) {
    const [ranks, count] = reader.ranks(chunk), columns = new Map();
    for (const name of names) {
        const values = new Float64Array(count).fill(-1);
        for (let width = reader.byte(7), factor = 1; width > 0; width--, factor *= 256) reader.take(count).forEach((byte, i) => (values[i] += byte * factor));
        if (!values.every(Number.isSafeInteger)) damaged();
        columns.set(name, values);
    }
    return { ranks, columns, size: (count * names.length + chunk) * 8 };
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

const TABLES = {
    cards: ["C", readCards], numbers: ["O", readNumbers], dates: ["D", (reader, schema) => readNumbers(reader, schema, schema.dates)], traits: ["F", readTraits], attributes: ["F", readTraits],
};

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
const ones = (bits) => {
    let count = 0;
    for (; bits; bits &= bits - 1) count++;
    return count;
};

// A match is one number, the better the greater.
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
        await search.readHead("default").catch(damaged);
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
        const { format, root, files } = JSON.parse(utf8.decode(await this.get(this.head, fresh)));
        if (format !== 1) throw new SearchError("format");
        const base = new URL(files, this.head);
        this.index = { ...(await this.file(root, "R", readRoot, "", { base })), base };
    }

    file(name, letter, read, key = "", { base, schema } = this.index) {
        this.signal?.throwIfAborted();
        key += name + letter;
        const { cache, all = this } = this;
        let entry = cache.get(key);
        if (entry) cache.delete(key);
        else {
            entry = { size: 0 };
            entry.value = (async () => {
                const reader = new Reader(await inflate(await this.get(new URL(`${(name || damaged()).slice(0, 2)}/${name.slice(2)}.bin`, base))));
                if (reader.byte() !== letter.charCodeAt()) damaged();
                const value = read(reader, schema);
                all.size += entry.size = value.size || reader.bytes.length * 4;
                for (const [key, { size }] of cache) if (all.size > 24 << 20 && size && cache.delete(key)) all.size -= size;
                return value;
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
            }).catch(damaged).then(resolve, reject);
        });
    }

    async block(table, i) {
        const { count, isPaged, names } = this.index[table];
        let name = i < count && names[isPaged ? i >> 6 : i];
        if (name && isPaged) name = (await this.file(name, "P", (reader) => reader.list(() => reader.name(), (reader.bytes.length - 1) / 6)))[i & 63];
        return name ? this.file(name, ...TABLES[table]) : undefined;
    }

    async number(place, name) {
        const { chunk } = this.schema, file = await this.block("numbers", Math.floor(place / chunk));
        return file?.columns.get(name)?.[file.ranks[place % chunk]] ?? -1;
    }

    table(id) {
        const facet = this.index.facetOf.get(id);
        return facet ? (facet.attribute ? "attributes" : "traits") : this.schema.dates.includes(id) ? "dates" : "numbers";
    }

    // The leaf for a key and its neighbours.
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

    async key(key, weight = 16) {
        const own = await this.entry(key);
        const aliases = (own?.aliases ?? []).slice(0, 24).map(async (alias) => ({ entry: await this.entry(alias.key), weight: (weight * alias.weight) >> 4 }));
        const found = [{ entry: own, weight }, ...(await Promise.all(aliases))].filter(({ entry }) => entry?.count);
        return found.map((one) => ({ ...one, rarity: rarity(this.schema.documents, one.entry.count) }));
    }

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
            if (n < 5 * most - 2) break;
            const head = cut(word, Math.max(1, Math.floor(n / (most + 1)) - 1));
            const tail = cut(backwards(word), Math.max(1, Math.ceil(n / (most + 1)) - 1));
            const swapped = letters.with(half, letters[half - 1]).with(half - 1, letters[half]).join("");
            const tails = await this.near("reversed", backwards(word), tail, 1);
            const found = [...(await this.near("words", word, head, 1)), ...(await this.near("words", swapped, swapped, 0)),
                ...tails.map(({ text, number }) => ({ text: backwards(text), number }))];
            const once = new Map(found.map((one) => [one.text, { ...one, away: Math.abs([...one.text].length - n) > most ? 9 : distance(letters, [...one.text]) }]));
            const close = [...once.values()].filter(({ text, away }) => away && away <= most && Math.max(n, [...text].length) > 3).sort(byText);
            const bag = (text) => [...text].sort().join(""), isCode = /[0-9]/.test(word);
            if (close.length) return sorted(close, ({ text, number, away }) => [-away, +(bag(text) === bag(word)), +(isCode || text.startsWith(letters[0])), isCode ? -number : number]).slice(0, 16);
        }
        return [];
    }

    async mend(slot) {
        const { text } = slot, letters = [...text];
        const all = async (parts) => {
            const slots = await Promise.all(parts.map(async (text) => this.add({ text }, await this.key(text))));
            return slots.every(({ answers }) => answers.length) && slots;
        };
        if (!slot.isDense) {
            for (const { text: word } of slot.isLast ? await this.longer(text) : []) this.add(slot, await this.key(word, 10));
            const close = await this.misspelled(text);
            for (const { text: word, away } of close) this.add(slot, await this.key(word, away > 1 ? 6 : 12));
            if (close.length) this.corrections.push({ from: text, to: close[0].text });
            if (slot.answers.length) return [slot];
            const kinds = text.match(/\d+|\D+/g), parts = kinds.length > 1 && (await all(kinds));
            if (parts) return parts;
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

    // Neighbours written together.
    async join(slots, isAsked) {
        const found = await Promise.all(slots.slice(1).map((b, i) => (slots[i].isDense || b.isDense || !isAsked(slots[i], b) ? [] : this.key(slots[i].text + b.text))));
        found.forEach((both, i) => slots.slice(i, i + 2).forEach((slot) => this.add(slot, both)));
        return found.some((both) => both.length);
    }

    // Near words of words that few documents have.
    async widen(slots) {
        let isWider;
        for (const slot of slots) {
            const { text, isKey, isDense, answers } = slot, before = answers.length;
            if (!isKey || isDense || answers.reduce((sum, { entry }) => sum + entry.count, 0) > 9) continue;
            for (const { text: word, away } of await this.misspelled(text)) if (away < 2) this.add(slot, (await this.key(word, 12)).map((one) => ({ ...one, isNear: true })));
            isWider ||= answers.length > before;
        }
        return isWider;
    }

    async slots(tokens) {
        const groups = await Promise.all(compounds(tokens).slice(0, 12).map(async (group) => {
            const whole = this.add({ text: together(group), isKey: 1 }, group.length > 1 ? await this.key(together(group)) : []);
            return whole.answers.length ? whole : group.map((token) => ({ ...token, isLast: token === tokens.at(-1) }));
        }));
        const slots = groups.flat().slice(0, 12), mended = [];
        await Promise.all(slots.map(async (slot) => slot.answers || (slot.isKey = this.add(slot, await this.key(slot.text)).answers.length)));
        await this.join(slots, (a, b) => a.isKey === 0 || b.isKey === 0 || /\d/.test(a.text + b.text));
        for (const slot of slots) mended.push(...(slot.answers.length ? [slot] : await this.mend(slot)));
        const asked = mended.slice(0, 12), isParticle = ({ text }) => this.schema.particles.includes(text), areParticles = asked.every(isParticle);
        for (const slot of asked) slot.isNeeded = areParticles || !isParticle(slot);
        return asked;
    }

    postings(one, tier) {
        const { tier: size, places } = this.schema, { inline, count, segments } = one.entry;
        if (inline) return (one.list ??= new Reader(inline).postings(count, 0, places - 1));
        const segment = segments.find(({ to }) => tier < to), low = segment.from * size, high = Math.min(segment.to * size, places) - 1;
        if (!segment.count) return { levels: [] };
        return this.file(segment.name, "L", (reader) => reader.postings(segment.count, low, high), [segment.count, low, high, ""].join());
    }

    async matches(slots, scope, least) {
        const { tier: size, places, impacts } = this.schema, all = [...slots, ...scope], scopes = scope.length << slots.length;
        const seen = all.map(() => 0), matches = [], length = Math.min(size, places);
        const sums = new Int32Array(length), best = new Int32Array(length), have = new Uint32Array(length);
        // In the high half the slots that are had by near words only.
        const needed = slots.reduce((bits, { isNeeded }, s) => bits | (isNeeded << s), 0), most = ones(needed);
        let full = 0, low = 0;
        for (; low < places && full < 400; low += size) {
            const lists = await Promise.all(all.map(({ answers }) => Promise.all(answers.map((one) => this.postings(one, low / size)))));
            sums.fill(0);
            have.fill(0);
            all.forEach(({ answers }, s) => {
                best.fill(0);
                answers.forEach(({ rarity, weight, isNear }, i) => {
                    const { places, levels } = lists[s][i], bit = 1 << (isNear ? s + 16 : s);
                    for (const [level, start, end] of levels) {
                        const worth = s < slots.length ? rarity * impacts[level] * weight + 1 : 1;
                        for (let at = start + 1 + last(end - start, (i) => places[start + i] < low), place; at < end && (place = places[at] - low) < size; at++) {
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
                const isWhole = ones(bits & needed) === most;
                full += isWhole;
                matches.push(match(isWhole, sums[place], low + place));
            });
        }
        const counts = all.map(({ answers }) => answers.reduce((sum, { entry }) => sum + entry.count, 0)), rarest = counts.indexOf(Math.min(...counts));
        return { matches, full, total: low < places ? Math.floor((matches.length * counts[rarest]) / seen[rarest]) : matches.length };
    }

    async everything() {
        const { chunk, documents } = this.schema, matches = [];
        const files = await Promise.all(Array.from({ length: 40 }, (_, i) => this.block("numbers", i)));
        files.forEach((file, i) => file?.ranks.forEach((rank, at) => rank < 0 || matches.push(match(true, 0, i * chunk + at))));
        return { matches, full: matches.length, total: documents };
    }

    async chunks(matches, tables, isCountOnly) {
        const chunks = new Map();
        for (const match of tables.length ? matches : []) {
            const i = Math.floor(placeOf(match) / this.schema.chunk);
            chunks.get(i)?.push(match) ?? chunks.set(i, [match]);
        }
        const most = sorted(chunks, ([i, { length }]) => [length, -i]).slice(0, !isCountOnly ? 100 : chunks.size > 24 ? 12 : 24);
        return Promise.all(most.map(async ([i, matches]) => {
            const files = await Promise.all(tables.map(async (table) => [table, await this.block(table, i)]));
            return { matches, files: new Map(files) };
        }));
    }

    count(chunks, filters, facets) {
        const { chunk } = this.schema, passing = [];
        for (const { matches, files } of chunks) {
            const valuesOf = (id) => {
                const file = files.get(this.table(id)), column = file?.columns.get(id);
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
        const [cards, numbers] = await Promise.all([this.block("cards", Math.floor(place / card)), this.block("numbers", Math.floor(place / chunk))]);
        const row = (file, at, value) => Object.fromEntries([...(file?.columns ?? [])].map(([name, column]) => [name, value(column[file.ranks[at]])]));
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
            const most = slots.filter(({ isNeeded }) => isNeeded).length, match = (least) => this.matches(slots, scopes, least);
            found = await match(most);
            if (found.full < 10 && (await this.join(slots, () => true))) found = await match(most);
            if (found.full < 10 && (await this.widen(slots))) found = await match(most);
            for (const least of [most - 1, 1]) if (least > 0 && least < most && found.matches.length < 10) found = await match(least);
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
        const tables = [...filters.map(([id]) => id), ...facets.map(({ id }) => id)].map((id) => this.table(id));
        const chunks = await this.chunks(matches, [...new Set(columns ? [this.table(columns[0]), ...tables] : tables)], !columns && !filters.length);
        const passing = this.count(chunks, filters, facets), read = chunks.reduce((sum, { matches }) => sum + matches.length, 0) || matches.length;
        const scaled = (count) => Math.floor((count * total) / (read || 1));

        let ordered = filters.length ? passing : matches;
        const count = filters.length ? scaled(passing.length) : total, full = isRelaxed ? ordered.filter(isFull).length : count;
        if (columns) {
            const sign = sort === "price" ? -1 : 1, rows = new Map();
            for (const { matches, files } of chunks) {
                const { ranks, columns: values } = files.get(this.table(columns[0])) ?? {};
                for (const match of matches) rows.set(match, columns.map((name) => values?.get(name)?.[ranks[placeOf(match) % schema.chunk]] ?? -1));
            }
            ordered = sorted(ordered, (match) => [+isFull(match), ...(rows.get(match) ?? columns.map(() => -1)).map((value) => (value < 0 ? -Infinity : sign * value)), -placeOf(match)]);
        } else {
            const first = pinned.filter((match) => ordered.includes(match));
            ordered = [...Float64Array.from(ordered.filter((match) => !first.includes(match))).sort().reverse()];
            const raised = ordered.slice(0, 64).map(async (one) => match(isFull(one), sumOf(one) + schema.prior * Math.max(0, await this.number(placeOf(one), "prior")), placeOf(one)));
            ordered = [...first, ...(await Promise.all(raised)).sort((a, b) => b - a), ...ordered.slice(64)];
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
