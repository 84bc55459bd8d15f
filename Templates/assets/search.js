// Searches the index; docs/search-format.md says how.

// from generate.py
const RUNS = "b2|,)<(<b'#)###$}###$&$%#%#9#A#o%}$~'&.(($')###3}d2~'#$$(&)###6#c5#e-#})~f(#b($#(b+*}b/#}##}$#}$#}#*=&&/}(,}-#}#%B}#~,}7|,&$}#~d%##}*#}(~$}$#}&~$|,~%$#1}#~b=$d'0|,~b.&#$#$b04>&-':#(#}$(}*~b,}b8~d&$|,#d5$|,~$,##d#)|,~(-d%$|,+d-$|,##2c80|,2d&$|,2&#cA$|,#c@'&)'$|,,d((|,$$/{b<'{1#|,b){c/$|,$${$B#-#-$(|,-#####&c)#b9+#b;{bB|,({bB|,{&$b(##'#$b-#&{hB~kBB22c@%t.$3#<'c-%c)-b6.{c6%{#&{$$|,b#}'|,(i>,|,~d<(|,b(>&cB|,(|,/#*}Ab3c/%|,3+.b2|,~b<.b:*|,%%|,~b&$+)b-$%2%#b)'fB}bB~i8$($b($($*#######A$b7#1#0$(#5$%#+#-#}&##'#.%%}(%$#$&###*%/#)#}'#}.$=#/-#b)}b#1&#%#-#$$'$%#######&#-#(&'&##b<f$$#$h:$j7e-bp##d)%d'#j%h'(+.b(##'#$b:)#1:+)#)#)#)#)#)#)#)#}Bb1#d1#c5#.g8b,#&{%;{1#(#%{#~#&{c8${)#{c<#{&'b-#c@%b0b2{b1#b**b1#lB{hxBbB{zfB~bk/c%b0$i/%2|,~$6b1}&#},#A}$~c4b'+$d)$bB'$###':b8&#5b6.c(,|,(}4~(%##%|,~b&$b&.{?%c#0#|,({2|,{'#c0$|,({9%{(~c@$2$d+#0(d=#$$|,({nl&.{9&{b3ke&i0{cB$d,b().''#};#'###$#$#d.b#l-4bB$b8b*/%}<(}b'$.#5#&&'#e)$}##f@%($($($%%)#),}%&.#<#5#$#1$0b$d=c'b7e*#e$?%b31#AB/@'b(}''@$b&&*#'b,e@$|,(b&&b&&b**b6.-#1#)#$#-#1#)#$c%n=c'c8,9+Ac#8,8,<c(b:($bBbBB?%?b%*#@;b8,8,5/4d0c+b9d5/b**|,k(b/%$c0?,b,A8b,7=d)A|,~c-$}#&#,}#$;)|,(b7#|,&b2$c1&&#$|,~###b%b:(#c#b+)b='|,(b<#}#~b*$}1e-c-'|,&d*##*|,f(c#9(b$c#%#-|,b(b;)|,b8b.&|,()f;b=d'bB|,7c'.|,c(c$#c>*c5%#4c+i)c#1|,:c'c+c**|,(b;)|,j89f;#c1bc<d(d13g&de.d#1bh1#}+ew)s)kj;sA#|,(c1#|,(b'-b9+&.|,+b/v2bBdBeBbB$#ix5b,+kt){j5b/{:*m.cu&e<%$#}&fq>c)q9.%(}*~*$)@&/(e#}%n=bfBpBb9&b4*#0#87bi2Ah#})#}3$})#}$#}'g7b@$|,&#k#cB|,bn(h'-)b+c.&|,bl(f>s&-'A#B<%b%#d1c4cy@,bg({bziBB{ez;){g@${gy$0{iz3dsAq@bv${fy-bhcn8}#@}cBdB}h2jbs2";
const SPECIALS = "ßss æae œoe øo đd ðd þth łl ıi ħh ŋn ςσ ٱا ىي ةه کك یي";
// to here

const DIGIT = 2, MARK = 3, DENSE = 4;
const JOINERS = "-/._+'’&@·";
const PLACES = 2 ** 24, FULL = 2 ** 25, FILE = 8 << 20;
const SORTS = { __proto__: null, price: ["price"], "-price": ["price"], newest: ["published"], rating: ["rating", "reviews"] };
const KINDS = ["query", "category", "seller", "product", "brand"];
// The values from which on documents are counted.
const STEPS = { price: [], rating: [10, 20, 30, 40], stock: [1] };
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const starts = [], classes = [];
let next = 0;
for (const [, kind, high, low] of RUNS.matchAll(/([`{-~]?)([a-z]*)([#-B])/g)) {
    starts.push(next);
    classes.push(kind ? "`~|}{".indexOf(kind) : classes.at(-1) === 0 ? 1 : 0);
    next += [...high].reduce((sum, digit) => sum * 26 + digit.charCodeAt() - 97, 0) * 32 + low.charCodeAt() - 34;
}
const specials = new Map(SPECIALS.split(" ").map(([letter, ...others]) => [letter, others.join("")]));

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

const check = (isRight) => isRight || fail();

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
    return i < 0 ? 0 : b[i] - a[i];
}

const sorted = (items, keys) => Array.from(items, (item) => [keys(item), item]).sort(([a], [b]) => order(a, b)).map(([, item]) => item);
// By which texts are ordered, the lower code point first.
const codes = (text) => [...Array.from(text, (char) => -char.codePointAt()), 1];
const isBefore = (a, b) => order(codes(a), codes(b)) < 0;
const sumOf = (items, number) => items.reduce((sum, item) => sum + number(item), 0);

const cut = (text, count) => [...text].slice(0, count).join("");
const backwards = (text) => [...text].reverse().join("");
const textOf = (tokens, between = "") => tokens.map(({ text }) => text).join(between);
const runOf = (char) => last(starts.length, (i) => starts[i] <= char.codePointAt());
const classOf = (char) => classes[runOf(char)];

function fold({ char, kind }) {
    if (kind === DENSE) return char;
    if (kind === DIGIT) return (char.codePointAt() - starts[runOf(char)]) % 10;
    const letters = [...char.normalize("NFD")].filter((letter) => classOf(letter) !== MARK).join("");
    return Array.from(letters.toLowerCase(), (letter) => specials.get(letter) ?? letter).join("");
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

function compounds(tokens) {
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

    varint(most = Number.MAX_SAFE_INTEGER) {
        let value = 0;
        for (let factor = 1, byte = 128; byte > 127; factor *= 128) {
            byte = this.byte();
            value += (byte & 127) * factor;
            check(value <= most && factor <= 2 ** 49);
        }
        return value;
    }

    text() {
        return utf8.decode(this.take(this.varint()));
    }

    name() {
        const name = Array.from(this.take(6), (byte) => byte.toString(16).padStart(2, 0)).join("");
        if (/[^0]/.test(name)) return name;
    }

    list(item, count = this.varint()) {
        const items = [];
        while (count-- > 0) items.push(item());
        return items;
    }

    keyed(item) {
        const key = new Uint8Array(4096);
        return this.list(() => {
            const shared = this.varint(4096), rest = this.take(this.varint()), length = shared + rest.length;
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

    array() {
        const count = this.varint(PLACES), isPaged = this.byte(1);
        return { isPaged, names: this.list(() => this.name(), isPaged ? Math.ceil(count / 64) : count) };
    }

    leaves() {
        return this.keyed((key) => ({ key, name: this.name() }));
    }

    // Its pages; the leaves of one that is no file.
    tree() {
        const depth = this.byte(1), leaves = this.leaves();
        return depth ? leaves : [{ key: "", leaves }];
    }

    // `levels`: level, start and end in `places`.
    postings(count, low, high) {
        const { bytes } = this, levels = [];
        let mask = this.varint(65535), start = 0, bit;
        check(mask && count <= high - low + 1);
        const places = new Int32Array(count);
        for (let level = 15; mask; level--, mask >>= 1) {
            if (mask & 1) levels.push([level, start, (start = mask > 1 ? start + this.varint(count - start) : count)]);
        }
        const bits = (left) => {
            const i = bit >> 3, four = (bytes[i] << 24) | (bytes[i + 1] << 16) | (bytes[i + 2] << 8) | bytes[i + 3], skipped = bit & 7;
            check((bit += left) <= bytes.length * 8);
            return left && (four << skipped) >>> (32 - left);
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
    const { places, documents, tier, chunk, card, prior, numbers: columns } = schema;
    check([[places, PLACES], [documents, PLACES], [tier - 1, 65535], [chunk - 1, 65535], [card - 1, 65535], [prior, 4095], [columns.length, 64]]
        .every(([value, most]) => Number.isInteger(value) && value >= 0 && value <= most));
    const [terms, words, reversed, suggestions] = reader.list(() => reader.tree(), 4);
    const [cards, traits, attributes, numbers, dates] = Array.from("CFFOD", (letter) => ({ letter, ...reader.array() }));
    return { schema, terms, words, reversed, suggestions, cards, traits, attributes, numbers, dates };
}

function readTerms(reader, { tier, places }) {
    return new Map(reader.keyed((key) => {
        const header = reader.varint(2 ** 30), entry = { key, count: 0 };
        if (header & 3) check((entry.count = reader.varint(places)));
        if (header & 1) entry.inline = reader.take(reader.varint());
        if (header & 2) {
            let from = 0;
            entry.segments = reader.list(() => ({ from, to: (from += reader.varint(places)), count: reader.varint(entry.count), name: reader.name() }));
            check(from * tier >= places);
        }
        if (header & 4) entry.rule = JSON.parse(reader.text());
        entry.aliases = reader.list(() => ({ weight: reader.varint(16), key: reader.text() }), header >> 3);
        return [key, entry];
    }));
}

function readCards(reader, { card, columns }) {
    const [ranks, count] = reader.ranks(card);
    return { ranks, columns: new Map(columns.map((name) => [name, reader.list(() => reader.text(), count)])) };
}

function readNumbers(reader, { chunk, numbers }) {
    const [ranks, count] = reader.ranks(chunk);
    return { ranks, columns: new Map(numbers.map((name) => {
        const values = new Float64Array(count).fill(-1);
        for (let width = reader.byte(7), factor = 1; width > 0; width--, factor *= 256) reader.take(count).forEach((byte, i) => (values[i] += byte * factor));
        check(values.every(Number.isSafeInteger));
        return [name, values];
    })) };
}

function readTraits(reader, { chunk, facets }) {
    const [ranks, count] = reader.ranks(chunk);
    const one = (list, i = reader.varint()) => check(list[i]);
    return { ranks, columns: new Map(reader.list(() => {
        const { id } = one(facets);
        const values = reader.list(() => {
            const token = reader.text();
            return { token, label: reader.text() || token };
        });
        const sets = reader.list(() => reader.list(() => one(values)));
        const low = reader.take(count), high = sets.length > 256 ? reader.take(count) : [];
        return [id, Array.from(low, (byte, i) => one(sets, byte + 256 * (high[i] ?? 0)))];
    })) };
}

const READERS = {
    R: readRoot,
    T: readTerms,
    C: readCards,
    O: readNumbers,
    D: (reader, { chunk, dates }) => readNumbers(reader, { chunk, numbers: dates }),
    F: readTraits,
    K: (reader) => reader.leaves(),
    P: (reader) => reader.list(() => reader.name(), (reader.bytes.length - 1) / 6),
    W: (reader) => reader.keyed((text) => [text, reader.varint(63)]),
    S: (reader) => reader.keyed((key) => [key, reader.list(() => (
        { text: reader.text(), kind: KINDS[reader.byte(4)], weight: reader.varint(), target: reader.text() }
    ))]),
};

async function inflate(data) {
    const parts = [], stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
    let size = 0;
    for (let part; ({ value: part } = await stream.read()), part; parts.push(part)) check((size += part.length) <= FILE);
    return new Uint8Array(await new Blob(parts).arrayBuffer());
}

async function fromNetwork(url, { fresh }) {
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

// Optimal string alignment.
function distance(a, b) {
    let before, row = [0, ...b].map((_, j) => j);
    a.forEach((letter, i) => {
        const next = [i + 1];
        b.forEach((other, j) => next.push(Math.min(
            row[j + 1] + 1, next[j] + 1, row[j] + (letter !== other), letter === b[j - 1] && a[i - 1] === other ? before[j - 1] + 1 : 99,
        )));
        [before, row] = [row, next];
    });
    return row[b.length];
}

function ones(bits) {
    let count = 0;
    for (; bits; bits &= bits - 1) count++;
    return count;
}

const countOf = ({ answers }) => sumOf(answers, ({ entry }) => entry.count);
const isFull = ({ worth }) => worth >= FULL;

// What stands in a title, each piece with whether it answers the query.
function marked(title, keys) {
    const pieces = [], marks = Array(title.length).fill(false);
    for (const group of compounds(words(title))) {
        for (const tokens of [group, ...group.map((token) => [token])]) if (keys.has(textOf(tokens))) marks.fill(true, tokens[0].start, tokens.at(-1).end);
    }
    marks.forEach((mark, i) => (pieces.at(-1)?.[1] === mark ? (pieces.at(-1)[0] += title[i]) : pieces.push([title[i], mark])));
    return pieces;
}

export class Search {
    cache = new Map();

    static async open(url, { load = fromNetwork } = {}) {
        const search = Object.assign(new Search(), { load, head: new URL(url, globalThis.location?.href) });
        await search.readHead("default").catch(fail);
        return search;
    }

    get schema() {
        return this.index.schema;
    }

    async get(url, fresh) {
        try {
            return new Uint8Array(await this.load(String(url), { fresh }));
        } catch (error) {
            fail(error, "unreachable");
        }
    }

    async readHead(fresh) {
        const { format, root, files } = JSON.parse(utf8.decode(await this.get(this.head, fresh)));
        if (format !== 1) throw new SearchError("format");
        const base = new URL(files, this.head), own = { __proto__: this, index: { base } };
        this.index = { ...(await own.file(root, "R")), base };
    }

    // A file, whose kind is a letter; the one used last is forgotten last.
    async file(name, letter, read = READERS[letter], key = "") {
        this.signal?.throwIfAborted();
        const { cache } = this, entry = cache.get((key += letter + name)) ?? { size: 0 };
        cache.delete(key);
        cache.set(key, entry);
        try {
            return await (entry.value ??= this.read(name, letter, read, entry));
        } catch (error) {
            cache.delete(key);
            throw error;
        }
    }

    async read(name, letter, read, entry) {
        const { cache, index: { base, schema } } = this;
        const reader = new Reader(await inflate(await this.get(new URL(`${name.slice(0, 2)}/${check(name.slice(2))}.bin`, base))));
        check(reader.byte() === letter.charCodeAt());
        const value = read(reader, schema);
        entry.size = value.size ?? reader.bytes.length * 4;
        let room = 24 << 20;
        for (const [key, { size }] of [...cache].reverse()) if ((room -= size) < 0) cache.delete(key);
        return value;
    }

    // A query of its own. A missing file means that the head is old.
    answer(signal, task) {
        const run = () => task({ __proto__: this, index: this.index, signal, corrections: [], dropped: [] });
        return run().catch((error) => {
            if (error?.kind !== "missing") throw error;
            return this.readHead("no-cache").then(run);
        }).catch(fail).finally(() => signal?.throwIfAborted());
    }

    // What an array has of a block.
    async block(table, i) {
        const { letter, isPaged, names } = this.index[table];
        let name = names[isPaged ? i >> 6 : i];
        if (name && isPaged) name = (await this.file(name, "P"))[i & 63];
        return name && this.file(name, letter);
    }

    facetOf(id) {
        return this.schema.facets.find((facet) => facet.id === id);
    }

    table(id) {
        const facet = this.facetOf(id);
        return facet ? (facet.attribute ? "attributes" : "traits") : this.schema.dates.includes(id) ? "dates" : "numbers";
    }

    // The leaf for a key and its neighbours.
    async leaves(table, key, before, after) {
        const pages = this.index[table], find = (leaves) => Math.max(0, last(leaves.length, (i) => !isBefore(key, leaves[i].key)));
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

    async entry(key) {
        const [leaf] = await this.leaves("terms", key, 0, 0);
        return leaf && (await this.file(leaf.name, "T")).get(key);
    }

    // The alternatives that a key has.
    async key(key, weight = 16, isNear) {
        const own = await this.entry(key);
        const aliases = (own?.aliases ?? []).slice(0, 24).map(async (alias) => ({ entry: await this.entry(alias.key), weight: (weight * alias.weight) >> 4 }));
        const found = [{ entry: own, weight }, ...(await Promise.all(aliases))].filter(({ entry }) => entry?.count);
        return found.map((one) => ({ ...one, isNear, rarity: rarity(this.schema.documents, one.entry.count) }));
    }

    add(slot, found) {
        slot.answers ??= [];
        for (const one of found) if (slot.answers.length < 24 && !slot.answers.some(({ entry }) => entry.key === one.entry.key)) slot.answers.push(one);
        return slot;
    }

    // Words with their weight.
    async addWords(slot, words, isNear) {
        for (const [text, , weight] of words) this.add(slot, await this.key(text, weight, isNear));
    }

    // Words that begin with some letters, from four files around another word, with their numbers.
    async near(table, word, letters, before) {
        const leaves = await this.leaves(table, word, before, 3 - before);
        const files = await Promise.all(leaves.map(({ key, next, name }) => (
            (isBefore(letters, key) && !key.startsWith(letters)) || (next && !isBefore(letters, next)) ? [] : this.file(name, "W"))));
        return files.flat().filter(([text]) => text.startsWith(letters));
    }

    async longer(word) {
        const found = await this.near("words", word, word, 0);
        return sorted(found, ([text, number]) => [number, -[...text].length, ...codes(text)]).slice(0, 8).map(([text, number]) => [text, number, 10]);
    }

    async misspelled(word, edits = 2) {
        const letters = [...word], n = letters.length, half = n >> 1, isCode = /[0-9]/.test(word), bag = (text) => [...text].sort().join("");
        const swapped = letters.toSpliced(half - 1, 2, letters[half], letters[half - 1]).join(""), reversed = backwards(word);
        for (let most = 1, close = []; most <= edits && n >= 5 * most - 2; most++) {
            const part = (text, count) => cut(text, Math.max(1, count - 1));
            const found = new Map([
                ...(await this.near("words", word, part(word, Math.floor(n / (most + 1))), 1)), ...(await this.near("words", swapped, swapped, 0)),
                ...(await this.near("reversed", reversed, part(reversed, Math.ceil(n / (most + 1))), 1)).map(([text, number]) => [backwards(text), number]),
            ]);
            for (const [text, number] of found) {
                const other = [...text], away = Math.abs(other.length - n) > most ? 9 : distance(letters, other);
                if (away && away <= most && Math.max(n, other.length) > 3) close.push([text, number, away > 1 ? 6 : 12]);
            }
            if (close.length) return sorted(close, ([text, number, weight]) => [
                weight, +(bag(text) === bag(word)), +(isCode || text.startsWith(letters[0])), isCode ? -number : number, ...codes(text),
            ]).slice(0, 16);
        }
        return [];
    }

    // Slots of words, if all are keys.
    async keys(parts) {
        const slots = await Promise.all(parts.map(async (text) => this.add({ text }, await this.key(text))));
        return slots.every(({ answers }) => answers.length) && slots;
    }

    // What takes the place of a slot whose word is no key.
    async mend(slot) {
        const { text } = slot;
        if (!slot.isDense) {
            const close = await this.misspelled(text), kinds = text.match(/\d+|\D+/g);
            await this.addWords(slot, [...(slot.isLast ? await this.longer(text) : []), ...close]);
            if (close.length) this.corrections.push({ from: text, to: close[0][0] });
            if (slot.answers.length) return [slot];
            const parts = kinds.length > 1 && (await this.keys(kinds)), letters = [...text];
            if (parts) return parts;
            const ways = await Promise.all(letters.map((_, i) => i && this.keys([letters.slice(0, i).join(""), letters.slice(i).join("")])));
            const [best] = sorted(ways.filter(Boolean), (way) => [Math.min(...way.map(({ answers }) => Math.max(...answers.map(({ entry }) => entry.count))))]);
            if (best) return best;
        }
        this.dropped.push(text);
        return [];
    }

    // Neighbours written together.
    async join(slots, isAsked) {
        const found = await Promise.all(slots.slice(1).map((b, i) => (slots[i].isDense || b.isDense || !isAsked(slots[i], b) ? [] : this.key(slots[i].text + b.text))));
        found.forEach((both, i) => slots.slice(i, i + 2).forEach((slot) => this.add(slot, both)));
        return found.flat().length;
    }

    // Near words of words that few documents have.
    async widen(slots) {
        const before = sumOf(slots, ({ answers }) => answers.length);
        for (const slot of slots) if (slot.isKey && !slot.isDense && countOf(slot) < 10) await this.addWords(slot, await this.misspelled(slot.text, 1), true);
        return sumOf(slots, ({ answers }) => answers.length) > before;
    }

    async slots(tokens) {
        const groups = await Promise.all(compounds(tokens).slice(0, 12).map(async (group) => {
            const whole = group.length > 1 && (await this.keys([textOf(group)]));
            return whole || group.map((token) => ({ ...token, isLast: token === tokens.at(-1) }));
        }));
        const slots = groups.flat().slice(0, 12), mended = [];
        await Promise.all(slots.map(async (slot) => (slot.isKey = this.add(slot, slot.answers ?? (await this.key(slot.text))).answers.length)));
        await this.join(slots, (a, b) => !a.isKey || !b.isKey || /\d/.test(a.text + b.text));
        for (const slot of slots) mended.push(...(slot.answers.length ? [slot] : await this.mend(slot)));
        const asked = mended.slice(0, 12), isNeeded = ({ text }) => !this.schema.particles.includes(text), isAny = asked.some(isNeeded);
        for (const slot of asked) slot.isNeeded = !isAny || isNeeded(slot);
        return asked;
    }

    postings(one, tier) {
        const { tier: size, places } = this.schema, { inline, count, segments } = one.entry;
        if (inline) return (one.list ??= new Reader(inline).postings(count, 0, places - 1));
        const segment = segments.find(({ to }) => tier < to), low = segment.from * size, high = Math.min(segment.to * size, places) - 1;
        if (!segment.count) return { levels: [] };
        return this.file(segment.name, "L", (reader) => reader.postings(segment.count, low, high), [segment.count, low, high].join());
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
                const isFull = (bits & needed) === needed;
                full += isFull;
                matches.push({ place: low + place, worth: isFull * FULL + sums[place] });
            });
        }
        const counts = all.map(countOf), rarest = counts.indexOf(Math.min(...counts));
        return { matches, full, total: low < places ? Math.floor((matches.length * counts[rarest]) / seen[rarest]) : matches.length };
    }

    async everything() {
        const { chunk, documents } = this.schema, matches = [];
        const files = await Promise.all(Array.from({ length: 40 }, (_, i) => this.block("numbers", i)));
        files.forEach((file, i) => file?.ranks.forEach((rank, at) => rank < 0 || matches.push({ place: i * chunk + at, worth: FULL })));
        return { matches, full: matches.length, total: documents };
    }

    // The chunks with the most matches; `column` leads from a match to its value.
    async chunks(matches, tables, isCountOnly) {
        const { chunk } = this.schema, chunks = new Map();
        for (const match of tables.length ? matches : []) {
            const i = Math.floor(match.place / chunk);
            chunks.get(i)?.push(match) ?? chunks.set(i, [match]);
        }
        const most = sorted(chunks, ([i, { length }]) => [length, -i]).slice(0, !isCountOnly ? 100 : chunks.size > 24 ? 12 : 24);
        return Promise.all(most.map(async ([i, matches]) => {
            const files = new Map(await Promise.all(tables.map(async (table) => [table, await this.block(table, i)])));
            const column = (id) => {
                const file = files.get(this.table(id)), values = file?.columns.get(id);
                return ({ place }) => values?.[file.ranks[place % chunk]];
            };
            return { matches, column };
        }));
    }

    // The matches that pass; facets see their values.
    count(chunks, filters, facets) {
        const passing = [];
        for (const { matches, column } of chunks) {
            const valuesOf = (id) => {
                const of = column(id);
                return (match) => {
                    const value = of(match) ?? [];
                    return value.map ? value : value < 0 ? [] : [{ token: value }];
                };
            };
            const tests = filters.map(([id, wanted]) => {
                const values = valuesOf(id), { min, max } = wanted;
                const agrees = ({ token }) => (wanted.map ? wanted.includes(token) : token >= (min ?? -Infinity) && token <= (max ?? Infinity));
                return { id, fails: (match) => !values(match).some(agrees) };
            });
            const columns = facets.map(({ id }) => valuesOf(id));
            for (const match of matches) {
                const failed = tests.filter(({ fails }) => fails(match));
                if (!failed.length) passing.push(match);
                facets.forEach((facet, i) => failed.every(({ id }) => id === facet.id) && columns[i](match).forEach(facet.see));
            }
        }
        return passing;
    }

    facet(id, wanted) {
        const facet = this.facetOf(id), { label = "", kind = "number", unit } = facet ?? {}, steps = facet ? [] : STEPS[id];
        const list = wanted?.map ? wanted : [], values = new Map(list.map((token) => [token, {}]));
        let min = null, max = null;
        const add = (token, label) => {
            const value = values.get(token) ?? {};
            values.set(token, { label, ...value, count: (value.count ?? 0) + 1 });
        };
        return {
            id,
            see({ token, label }) {
                if (kind === "number") {
                    min = Math.min(token, min ?? token);
                    max = Math.max(token, max ?? token);
                }
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

    async hit({ place, worth }) {
        const { card, chunk } = this.schema;
        const row = async (table, size, value) => {
            const { ranks, columns } = await this.block(table, Math.floor(place / size));
            return Object.fromEntries(Array.from(columns, ([name, column]) => [name, value(column[ranks[place % size]])]));
        };
        const [texts, numbers] = await Promise.all([row("cards", card, (text) => text ?? fail()), row("numbers", chunk, (value) => (value >= 0 ? value : null))]);
        return { place, card: texts, numbers, isPartial: worth < FULL, score: worth % FULL };
    }

    // `filters`: of a facet or column a list of tokens, or `min` and `max`, both included, in the units of the column.
    search(query, options = {}) {
        return this.answer(options.signal, (own) => own.find(query, options));
    }

    // The matches of a query's slots: full ones, and if these are few, others.
    async found(tokens, slots, scopes) {
        if (!tokens.length) return scopes.length ? this.matches([], scopes, 0) : this.everything();
        let found = { matches: [], full: 0, total: 0 };
        if (!slots.length) return found;
        const most = slots.filter(({ isNeeded }) => isNeeded).length, match = async (least) => (found = await this.matches(slots, scopes, least));
        await match(most);
        if (found.full < 10 && (await this.join(slots, () => true))) await match(most);
        if (found.full < 10 && (await this.widen(slots))) await match(most);
        for (const least of [most - 1, 1]) if (least > 0 && least < most && found.matches.length < 10) await match(least);
        return found;
    }

    async find(query, { scope, filters: asked = {}, sort = "relevance", page = 1, size = 24, facets: ids }) {
        const { schema, corrections, dropped } = this, tokens = words(cut(query, 256));
        const [slots, rule, scopes] = await Promise.all([
            this.slots(tokens), tokens.length && this.entry("\u0002" + textOf(tokens, " ")), scope ? this.key("\u0001" + scope).then((answers) => [{ answers }]) : [],
        ]);
        const found = await this.found(tokens, slots, scopes), { matches } = found, isRelaxed = found.full < matches.length;
        const { pins = [], redirect } = rule?.rule ?? {}, pinned = scope ? [] : pins;
        for (const place of pinned) if (!matches.some((match) => match.place === place)) found.total += !!matches.push({ place, worth: FULL });

        const columns = SORTS[sort] ?? (tokens.length ? undefined : ["prior"]);
        const filters = Object.entries(asked).filter(([id, { length, min, max }]) => (this.facetOf(id) || schema.numbers.includes(id)) && (length || (min ?? max) != null));
        const facets = [...schema.facets, ...Object.keys(STEPS).filter((id) => schema.numbers.includes(id)).map((id) => ({ id }))]
            .filter(({ id, attribute }) => (ids ? ids.includes(id) : !attribute)).map(({ id }) => this.facet(id, asked[id]));
        const tables = [...filters.map(([id]) => id), ...facets.map(({ id }) => id), ...(columns ?? [])].map((id) => this.table(id));
        const chunks = await this.chunks(matches, [...new Set(tables)], !columns && !filters.length);
        const passing = this.count(chunks, filters, facets), read = sumOf(chunks, ({ matches }) => matches.length) || matches.length;
        const scaled = (count) => Math.floor((count * found.total) / (read || 1));

        let ordered = filters.length ? passing : matches;
        const count = filters.length ? scaled(passing.length) : found.total, full = isRelaxed ? ordered.filter(isFull).length : count;
        if (columns) {
            const sign = sort === "price" ? -1 : 1, rows = new Map();
            for (const { matches, column } of chunks) {
                const values = columns.map(column);
                for (const match of matches) rows.set(match, values.map((value) => (value(match) >= 0 ? sign * value(match) : -Infinity)));
            }
            ordered = sorted(ordered, (match) => [+isFull(match), ...(rows.get(match) ?? columns.map(() => -Infinity)), -match.place]);
        } else {
            const byWorth = (matches) => matches.sort((a, b) => b.worth - a.worth || a.place - b.place);
            const first = pinned.flatMap((place) => ordered.filter((match) => match.place === place)), rest = byWorth(ordered.filter((match) => !first.includes(match)));
            const raised = rest.splice(0, 64).map(async (match) => {
                const [{ column }] = await this.chunks([match], ["numbers"]);
                return { ...match, worth: match.worth + schema.prior * Math.max(0, column("prior")(match) ?? 0) };
            });
            ordered = [...first, ...byWorth(await Promise.all(raised)), ...rest];
        }
        const start = (Math.max(1, Math.floor(page) || 1) - 1) * size, keys = new Set(slots.flatMap(({ text, answers }) => [text, ...answers.map(({ entry }) => entry.key)]));
        const hits = await Promise.all(ordered.slice(start, start + size).map((match) => this.hit(match)));
        for (const hit of hits) hit.title = marked(hit.card.title ?? "", keys);
        return {
            query, terms: slots.map(({ text }) => text), hits, total: count, full, isApproximate: found.total > matches.length || read < matches.length, isRelaxed,
            facets: Object.fromEntries(facets.map((facet) => [facet.id, facet.result(scaled)])), corrections, dropped, redirect, pins,
        };
    }

    suggest(prefix, options = {}) {
        return this.answer(options.signal, (own) => own.complete(cut(prefix, 256), options));
    }

    async complete(prefix, { limit = 8 }) {
        const tokens = words(prefix), tail = tokens.at(-1), key = textOf(tokens, " ");
        if (!tail) return [];
        const files = await Promise.all((await this.leaves("suggestions", key, 0, 1)).map(({ name }) => this.file(name, "S")));
        const fits = files.flat().filter(([other]) => other.startsWith(key)), head = fits.find(([other]) => other === key + "\0");
        const found = (head ? [head] : fits.filter(([other]) => !other.includes("\0"))).flatMap(([, completions]) => completions);
        const longer = found.length || tokens.length < 2 || tail.isDense ? [] : await this.longer(tail.text);
        return [...found.sort((a, b) => b.weight - a.weight), ...longer.map(([text, number]) => (
            { text: prefix.slice(0, tail.start) + text, kind: "query", target: "", weight: number }
        ))].slice(0, limit);
    }
}
