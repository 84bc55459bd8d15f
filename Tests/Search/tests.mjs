import { deflateSync, inflateSync } from "node:zlib";
import assert from "node:assert/strict";
import { Search, SearchError, learn, price, words } from "../../Templates/assets/search.js";
import { build, folds, keysOf, letters, loader, postings, string, varint } from "./writer.mjs";

import { finish, random, test } from "./harness.mjs";

learn({ letters, folds });

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
console.log(`seed ${seed} (SEED=${seed} repeats it)`);
const url = "http://host/en/search/root.json";
const MONEY = { currency: "EUR", decimals: 2, prefix: "€", suffix: "", group: ",", decimal: ".", primary: 3, secondary: 3, minimum: 1, zero: "0" };
const schema = { tier: 16, chunk: 8, card: 4, columns: ["title", "url"], numbers: ["price", "rating", "reviews", "stock", "published", "prior"] };
const open = (files, asked) => Search.open(url, { load: withErrors(loader(files, asked)) });
const titles = (result) => result.hits.map((hit) => hit.card.title);
const places = (result) => result.hits.map((hit) => hit.place);
const titled = (...list) => list.map((title) => title && { title });
const opened = (documents, more = {}) => open(build({ documents, schema, ...more }).files);

function withErrors(load) {
    return async (url, options) => {
        try {
            return await load(url, options);
        } catch (error) {
            throw error.status === 404 ? new SearchError("missing") : error;
        }
    };
}

// Words

const cases = [
    ["", []],
    ["Red  garden-hose", ["red", "garden", "+hose"]],
    ["Wi-Fi 6E", ["wi", "+fi", "6e"]],
    ["AT&T don't don’t l·l a--b a- b", ["at", "+t", "don", "+t", "don", "+t", "l", "+l", "a", "b", "a", "b"]],
    ["a/b.c_d+e@f", ["a", "+b", "+c", "+d", "+e", "+f"]],
    ["naïve Straße ŁÓDŹ Þór İI ıi œuvre Ærø", ["naive", "strasse", "lodz", "thor", "ii", "ii", "oeuvre", "aero"]],
    ["e\u0301te\u0301", ["ete"]],
    ["ΣΊΣΥΦΟΣ σίσυφος", ["σισυφοσ", "σισυφοσ"]],
    ["Ёлка йод", ["елка", "иод"]],
    ["ﬁne ｗｉｄｅ－ｗｉｄｅ ①② ㎏ x²", ["fine", "wide", "+wide", "12", "kg", "x2"]],
    ["مُدَرِّسَة كـتـاب أحمد ٱلکتاب علی", ["مدرسه", "كتاب", "احمد", "الكتاب", "علي"]],
    ["١٢٣ ۴۵ ४२ ๑๒", ["123", "45", "42", "12"]],
    ["שָׁלוֹם עולם", ["שלום", "עולם"]],
    ["東京都 大", ["東京", "京都", "大"]],
    ["iPhone用ケース", ["iphone", "用ケ", "ケー", "ース"]],
    ["ｶﾞｽ 한국어 ㅎㅏㄴ", ["ガス", "한국", "국어", "\ud558\u1102"]],
    ["ภาษา ລາວ", ["ภา", "าษ", "ษา", "ລາ", "າວ"]],
    ["हिन्दी", ["हिन्दी"]],
    ["a\u00adb c\u200cd", ["ab", "cd"]],
    ["東-京 a-東", ["東", "京", "a", "東"]],
    ["<b>bold</b> \u0000 \u{1F600} ❤\uFE0F 1\uFE0F\u20E3", ["b", "bold", "b", "1"]],
    ["\ud800x\udc00", ["x"]],
    ["x".repeat(50), ["x".repeat(40)]],
    ["ß".repeat(30), ["s".repeat(40)]],
    ["½ a…b", ["1", "2", "a", "b"]],
];
for (const [text, wanted] of cases) {
    await test(`words of ${JSON.stringify(text).slice(0, 50)}`, () => {
        const found = words(text);
        assert.deepEqual(found.map((one) => (one.isJoined ? "+" : "") + one.text), wanted);
        for (const one of found) assert.ok(0 <= one.start && one.start < one.end && one.end <= text.length);
    });
}
await test("offsets are those of the text", () => {
    const text = "Ｗide ﬁne  «Wi-Fi» 東京都 e\u0301te\u0301!";
    assert.deepEqual(words(text).map((one) => text.slice(one.start, one.end)), ["Ｗide", "ﬁne", "Wi", "Fi", "東京", "京都", "e\u0301te\u0301"]);
});
await test("NFKC by pieces is NFKC of the whole", () => {
    const r = random(seed), stock = [..."aＡ\u0301\u0327ｶﾞﾊﾟㅎㅏㄴ가\u11a8ᄀ\u1161ﬁ①«é\u0323क\u093cใ\u0e33ﷺ−-\u09c7\u09be\u1025\u102e"];
    for (let i = 0; i < 3000; i++) {
        const text = Array.from({ length: 8 }, () => (r.chance(0.7) ? r.pick(stock) : String.fromCodePoint(r.pick([0x3400, 0x7400, 0xac00]) + r.below(0x2800)))).join("");
        if (/\p{Cn}/u.test(text)) continue;
        assert.deepEqual(words(text).map((one) => one.text), words(text.normalize("NFKC")).map((one) => one.text), JSON.stringify(text));
    }
});

// Amounts

await test("amounts", () => {
    const cases = [
        [0, {}, "€0.00"], [5, {}, "€0.05"], [123456, {}, "€1,234.56"], [123456789012, {}, "€1,234,567,890.12"],
        [1234500, { prefix: "₹", secondary: 2 }, "₹12,345.00"], [1234567800, { prefix: "₹", secondary: 2 }, "₹1,23,45,678.00"],
        [123456, { prefix: "", suffix: "\u00a0€", group: ".", decimal: ",", minimum: 2 }, "1234,56\u00a0€"],
        [1234567, { prefix: "", suffix: "\u00a0€", group: ".", decimal: ",", minimum: 2 }, "12.345,67\u00a0€"],
        [1234, { prefix: "¥", decimals: 0 }, "¥1,234"], [1234567, { decimals: 3, primary: 0 }, "€1234.567"],
        [1234, { prefix: "", decimals: 2, zero: "٠", decimal: "٫" }, "١٢٫٣٤"], [9007199254740991, {}, "€90,071,992,547,409.91"],
    ];
    for (const [minor, more, wanted] of cases) assert.equal(price(minor, { ...MONEY, ...more }), wanted);
});

// Known queries

await test("compounds, joined and split words", async () => {
    const search = await opened(titled("Wi-Fi router", "iPhone 15 case", "garden hose", "iPhone15 cover", "bluetooth lamp"));
    assert.deepEqual(titles(await search.search("wifi")), ["Wi-Fi router"]);
    assert.deepEqual(titles(await search.search("wi-fi")), ["Wi-Fi router"]);
    assert.deepEqual((await search.search("wi fi")).hits[0].title, [["Wi-Fi", true], [" router", false]]);
    assert.deepEqual(titles(await search.search("iphone 15")).sort(), ["iPhone 15 case", "iPhone15 cover"]);
    assert.deepEqual(titles(await search.search("iphone15")), ["iPhone15 cover"]);
    assert.deepEqual((await search.search("case15")).terms, ["case", "15"]);
    assert.deepEqual((await search.search("gardenhose")).terms, ["garden", "hose"]);
    assert.deepEqual(titles(await search.search("blue tooth")), ["bluetooth lamp"]);
    assert.deepEqual((await search.search("garden-lamp")).terms, ["garden", "lamp"]);
});

await test("prefixes, misspelled and dropped words", async () => {
    for (const page of [0, 2]) {
        const search = await opened(titled("garden table", "gardening gloves", "headphones", "kitchen tables", "gardener hat", "hardware"), { options: { leaf: 2, page } });
        assert.deepEqual(titles(await search.search("garde")).sort(), ["garden table", "gardener hat", "gardening gloves"]);
        const misspelled = await search.search("hedphones");
        assert.deepEqual([titles(misspelled), misspelled.corrections], [["headphones"], [{ from: "hedphones", to: "headphones" }]]);
        assert.deepEqual(titles(await search.search("haedphones")), ["headphones"]);
        assert.deepEqual(titles(await search.search("hedphonse")), ["headphones"]);
        assert.deepEqual(titles(await search.search("ktichen")), ["kitchen tables"]);
        const dropped = await search.search("xyzzyx garden");
        assert.deepEqual([dropped.dropped, dropped.terms], [["xyzzyx"], ["garden"]]);
        const none = await search.search("xyzzyx");
        assert.deepEqual([none.total, none.hits, none.dropped], [0, [], ["xyzzyx"]]);
    }
});

await test("aliases, rules and pins", async () => {
    const search = await opened(titled("red sofa", "blue sofa", "couch potato", "lamp"), {
        aliases: [{ key: "couch", to: "sofa", weight: 12 }, { key: "settee", to: "sofa", weight: 16 }],
        rules: [{ query: "sofa", pins: [3, 1] }, { query: "Our Help", redirect: "/help" }],
    });
    assert.deepEqual(places(await search.search("settee")), [0, 1]);
    assert.deepEqual(places(await search.search("couch")), [2, 0, 1]);
    const pinned = await search.search("Sofa");
    assert.deepEqual([places(pinned), pinned.pins, pinned.total], [[3, 1, 0], [3, 1], 3]);
    assert.deepEqual(places(await search.search("sofa", { sort: "price" })), [0, 1, 3]);
    assert.equal((await search.search("our help!")).redirect, "/help");
});

await test("full matches, then those that lack a word", async () => {
    const search = await opened(titled("red garden hose", "red hose", "hose", "garden red", "blue"));
    const result = await search.search("red garden hose");
    assert.deepEqual([places(result), result.full, result.total, result.isRelaxed], [[0, 3, 1, 2], 1, 4, true]);
    assert.deepEqual(result.hits.map((hit) => hit.isPartial), [false, true, true, true]);
});

await test("dense text", async () => {
    const search = await opened(titled("東京都の地図", "京都の地図", "東京タワー"));
    assert.deepEqual(titles(await search.search("東京都")).slice(0, 1), ["東京都の地図"]);
    assert.deepEqual((await search.search("東京都")).hits[0].title, [["東京都", true], ["の地図", false]]);
});

await test("suggestions", async () => {
    const many = Array.from({ length: 80 }, (_, i) => ({ text: `lamp ${String.fromCharCode(97 + (i % 26))}${i}`, kind: 0, weight: i }));
    const completions = [...many, { text: "Garden hose", kind: 1, weight: 5, target: "/garden/" }, { text: "garden", kind: 3, weight: 9, target: "/p/" },
        { text: "Gardena", kind: 4, weight: 7 }];
    for (const leaf of [1, 3, 500]) {
        const { files } = build({ documents: titled("lamp", "gardening hose"), schema, completions, options: { leaf, page: leaf === 1 ? 4 : 0 } });
        const search = await open(files);
        assert.deepEqual((await search.suggest("lam")).map((one) => one.weight), [79, 78, 77, 76, 75, 74, 73, 72]);
        if (leaf > 1) assert.deepEqual((await search.suggest("GARD")).map((one) => [one.text, one.kind, one.target]),
            [["garden", "product", "/p/"], ["Gardena", "brand", ""], ["Garden hose", "category", "/garden/"]]);
        assert.deepEqual((await search.suggest("garden h")).map((one) => one.text), ["Garden hose"]);
        assert.deepEqual((await search.suggest("Blue gardeni")).map((one) => [one.text, one.kind]), [["Blue gardening", "query"]]);
        assert.deepEqual((await search.suggest("gradening")).map((one) => [one.text, one.kind, one.target]), [["gardening", "query", ""]]);
        assert.deepEqual((await search.suggest("Blue hsoe")).map((one) => one.text), ["Blue hose"]);
        assert.deepEqual(await search.suggest("zzz"), []);
        assert.deepEqual(await search.suggest(" "), []);
        assert.equal((await search.suggest("lamp", { limit: 3 })).length, 3);
    }
});

// Whole catalogues against the plainest search

const FACETS = [
    { id: "category", label: "Category", kind: "tree", scope: true }, { id: "brand", label: "Brand", kind: "list" },
    { id: "seller", label: "Seller", kind: "list", scope: true }, { id: "weight", label: "Weight", kind: "number", unit: "kg", attribute: true },
    { id: "new", label: "New", kind: "flag", attribute: true },
];
const VOCABULARY = "red blue green garden hose lamp table chair wooden steel small large wi-fi router x15 case hoses tables with for 東京 câble مصباح".split(" ");

function catalogue(r, count) {
    return Array.from({ length: count }, () => {
        if (r.chance(0.1)) return undefined;
        const some = (most) => Array.from({ length: r.below(most) + 1 }, () => r.pick(VOCABULARY)).join(" ");
        const category = r.pick(["garden", "garden/tools", "garden/tools/hoses", "home", "home/lamps"]);
        const number = (most, share = 0.9) => (r.chance(share) ? r.below(most) : undefined);
        const values = {
            category: category.split("/").map((_, i, all) => all.slice(0, i + 1).join("/")).map((token) => [token, token.toUpperCase()]),
            brand: r.chance(0.8) ? [[r.pick(["bosch", "gardena", "ikea", "é"]), "Brand"]] : [], seller: [[r.pick(["s1", "s2"]), ""]],
            weight: r.chance(0.5) ? [[String(r.below(40) / 4), ""]] : [], new: r.chance(0.3) ? [["1", "Yes"]] : [],
        };
        for (const id in values) values[id] = values[id].map(([token, label]) => [token, label || token]);
        return {
            title: some(4), text: some(6), level: r.below(4), card: { url: "/p/" + r.below(1000) }, values,
            numbers: { price: number(r.pick([100, 100000, 2 ** 40])), rating: number(51), reviews: number(30), stock: number(3), published: number(50), prior: number(256) },
        };
    });
}

function rarity(documents, count) {
    const t = Array.from({ length: 15 }, (_, i) => Math.ceil(2 ** 15 * 2 ** ((i + 1) / 16)));
    const r = Number((BigInt(documents + count) * 4096n) / BigInt(count)), b = r.toString(2).length - 1;
    return 16 * (b - 12) + t.filter((least) => Number((BigInt(r) << 15n) >> BigInt(b)) >= least).length;
}

// One letter changed, left out, put in or exchanged with the next.
function isNear(a, b) {
    const [x, y] = [a, b].map((word) => [...word]), long = Math.max(x.length, y.length);
    if (a === b || x.length < 3 || long < 4 || Math.abs(x.length - y.length) > 1) return false;
    let i = 0, j = 0;
    while (x[i] === y[i]) i++;
    while (x.at(-1 - j) === y.at(-1 - j)) j++;
    return i + j >= long - 1 || (x.length === y.length && i + j === long - 2 && x[i] === y[i + 1] && x[i + 1] === y[i]);
}

// What search.search should say for words that are all keys.
function oracle(index, slots, { scope, filters = {}, sort, page = 1, size = 24, facets }) {
    const { documents, schema, keys } = index;
    const lists = slots.map((key) => keys.flatMap((of, place) => (of.has(key) ? [place] : [])));
    const scoped = (place) => !scope || keys[place].has("\u0001" + scope);
    const full = 400;
    let places = [], approximate = false, total, last = documents.length;
    const near = slots.map(() => []), count = (key) => index.lists.get(key).length;
    const worth = (place, key, weight) => (keys[place].has(key) ? rarity(schema.documents, count(key)) * schema.impacts[keys[place].get(key)] * weight : 0);
    const sum = (place) => slots.reduce((sum, key, i) => sum + Math.max(worth(place, key, 16), ...near[i].map((key) => worth(place, key, 12))), 0);
    const musts = slots.filter((key) => !schema.particles.includes(key)), needed = musts.length ? musts : slots;
    const isFull = (place) => needed.every((key) => keys[place].has(key));
    const has = (place) => needed.filter((key) => keys[place].has(key) || near[slots.indexOf(key)].some((key) => keys[place].has(key))).length;
    const all = documents.flatMap((document, place) => (document && scoped(place) ? [place] : []));
    if (!slots.length && !scope) {
        places = all.filter((place) => place < 40 * schema.chunk);
        total = all.length;
    } else {
        const matches = all.filter((place) => has(place) === needed.length);
        for (last = schema.tier; last < documents.length && matches.filter((place) => place < last).length < full; ) last += schema.tier;
        places = matches.filter((place) => place < last);
        total = places.length;
        if (last < documents.length) {
            const counts = [...lists.filter((list, i) => needed.includes(slots[i]) && list.some((place) => place < last)), ...(scope ? [all] : [])];
            const rarest = counts.reduce((least, list) => (list.length < least.length ? list : least));
            total = Math.floor((total * rarest.length) / rarest.filter((place) => place < last).length);
        }
        if (places.length < 10 && slots.length) {
            slots.forEach((key, i) => {
                if (lists[i].length < 10) near[i] = [...index.vocabulary.keys()].filter((word) => isNear(key, word));
            });
            for (const least of [needed.length, needed.length - 1, 1]) {
                if (places.length < 10 && least > 0) places = all.filter((place) => has(place) >= least);
            }
            total = places.length;
        }
    }
    const chunkOf = (place) => Math.floor(place / schema.chunk);
    const counts = new Map();
    for (const place of places) counts.set(chunkOf(place), (counts.get(chunkOf(place)) ?? 0) + 1);
    const isOrdered = sort in { price: 1, "-price": 1, newest: 1, rating: 1 } || !slots.length;
    const isPartial = places.some((place) => !isFull(place));
    const limit = isOrdered || Object.keys(filters).length ? 100 : isPartial ? 6 : counts.size > 24 ? 12 : 24;
    const chosen = new Set([...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, limit).map((one) => one[0]));
    const read = places.filter((place) => chosen.has(chunkOf(place)));
    const value = (place, column) => documents[place].numbers[column] ?? null;
    const passes = (place, id) => {
        const wanted = filters[id], { min = -Infinity, max = Infinity } = wanted;
        if (schema.numbers.includes(id)) return value(place, id) !== null && value(place, id) >= min && value(place, id) <= max;
        const tokens = documents[place].values[id].map(([token]) => token);
        return tokens.some((token) => (Array.isArray(wanted) ? wanted.includes(token) : Number(token) >= min && Number(token) <= max));
    };
    const passing = (place, but) => Object.keys(filters).every((id) => id === but || passes(place, id));
    const scale = (count) => Math.floor((count * total) / (read.length || 1));
    const found = {};
    for (const id of facets) {
        const some = read.filter((place) => passing(place, id));
        const tokens = (place) => {
            if (id === "rating") return [1, 2, 3, 4].filter((star) => value(place, id) >= 10 * star).map(String);
            if (id === "stock") return value(place, id) ? ["1"] : [];
            return id === "price" ? [] : documents[place].values[id].map((one) => one[0]);
        };
        const tally = new Map();
        for (const place of some) for (const token of tokens(place)) tally.set(token, (tally.get(token) ?? 0) + 1);
        found[id] = { values: [...tally].map(([token, count]) => [token, scale(count)]).sort((a, b) => b[1] - a[1] || Buffer.compare(Buffer.from(a[0]), Buffer.from(b[0]))) };
        const numbers = schema.numbers.includes(id) ? some.map((place) => value(place, id)).filter((one) => one !== null) : id === "weight" ? [...tally.keys()].map(Number) : [];
        found[id].min = numbers.length ? Math.min(...numbers) : null;
        found[id].max = numbers.length ? Math.max(...numbers) : null;
    }
    const isFiltered = Object.keys(filters).length > 0;
    let ordered = isFiltered ? read.filter((place) => passing(place)) : places;
    const columns = { price: [["price", 1]], "-price": [["price", -1]], newest: [["published", -1]], rating: [["rating", -1], ["reviews", -1]] }[sort] ?? (slots.length ? null : [["prior", -1]]);
    const relevance = (raise) => (a, b) => isFull(b) - isFull(a) || sum(b) + raise(b) - sum(a) - raise(a) || a - b;
    if (columns) {
        const known = (place, column) => (chosen.has(chunkOf(place)) ? value(place, column) : null);
        ordered = [...ordered].sort((a, b) => isFull(b) - isFull(a) || columns.reduce((order, [column, sign]) => {
            const x = known(a, column), y = known(b, column);
            return order || (x === null || y === null ? (x === null) - (y === null) : sign * (x - y));
        }, 0) || a - b);
    } else {
        ordered = [...ordered].sort(relevance(() => 0));
        ordered = [...ordered.slice(0, 40).sort(relevance((place) => schema.prior * (value(place, "prior") ?? 0))), ...ordered.slice(40)];
    }
    return {
        places: ordered.slice((page - 1) * size, page * size), total: isFiltered ? scale(ordered.length) : total, facets: found,
        isApproximate: total !== places.length || read.length !== places.length, isRelaxed: places.some((place) => !isFull(place)),
    };
}

for (const [count, tier, chunk, options] of [[60, 16, 8, {}], [300, 64, 16, { inline: 5, span: 2, isPaged: true, page: 3 }], [900, 128, 8, { leaf: 50 }], [5000, 1024, 64, { inline: 0, page: 4 }], [1500, 64, 16, { span: 3, isPaged: true }]]) {
    await test(`${count} random documents, tiers of ${tier}, chunks of ${chunk}: results are those of the plainest search`, async () => {
        const r = random(seed + count), documents = catalogue(r, count);
        documents[count - 1] ??= { title: "last", numbers: {}, values: { category: [], brand: [], seller: [], weight: [], new: [] } };
        const index = build({ documents, schema: { ...schema, tier, chunk, particles: ["with", "for"], facets: FACETS }, options });
        const search = await open(index.files);
        Object.assign(index, { documents, keys: documents.map((document) => (document ? keysOf(document, index.schema) : new Map())) });
        for (let i = 0; i < (count > 1000 ? 12 : 60); i++) {
            const keys = [...index.lists.keys()].filter((key) => !key.startsWith("\u0001") && !(key.length === 2 && /\d/.test(key)));
            const slots = Array.from({ length: r.below(4) }, () => r.pick(keys)).filter((key, i, all) => all.indexOf(key) === i);
            // Neighbours that are keys together would be alternatives.
            if (slots.some((key, i) => i && index.lists.has(slots[i - 1] + key))) continue;
            const options = { size: 1 + r.below(30), page: 1 + r.below(3), facets: r.chance(0.3) ? ["brand"] : ["category", "brand", "seller", "weight", "new", "price", "rating", "stock"] };
            if (r.chance(0.3)) options.scope = r.pick(["category:garden/tools", "seller:s1", "category:home"]);
            if (r.chance(0.6)) options.sort = r.pick(["relevance", "price", "-price", "newest", "rating"]);
            options.filters = {};
            if (r.chance(0.3)) options.filters.brand = [r.pick(["bosch", "ikea"]), "é"];
            if (r.chance(0.2)) options.filters.category = [r.pick(["garden", "home/lamps"])];
            if (r.chance(0.2)) options.filters.weight = { min: r.below(5), max: 4 + r.below(6) };
            if (r.chance(0.3)) options.filters.price = { min: r.below(50), max: r.chance(0.5) ? 2 ** 39 : undefined };
            if (r.chance(0.2)) options.filters.rating = { min: 20 };
            if (r.chance(0.2)) options.filters.stock = { min: 1 };
            const wanted = oracle(index, slots, options);
            const query = slots.join(" ; "), found = await search.search(query, options);
            const facets = Object.fromEntries(Object.entries(found.facets).map(([id, { values, min, max }]) => {
                const chosen = Array.isArray(options.filters[id]) ? options.filters[id] : [];
                for (const one of values) assert.equal(one.isSelected, chosen.includes(one.token) || (id === "rating" && one.token === "2" && !!options.filters.rating) || (id === "stock" && !!options.filters.stock));
                return [id, { values: values.filter((one) => one.count).map(({ token, count }) => [token, count]), min, max }];
            }));
            const what = `${JSON.stringify(query)} ${JSON.stringify(options)}`;
            assert.deepEqual(
                { places: places(found), total: found.total, facets, isApproximate: found.isApproximate, isRelaxed: found.isRelaxed }, wanted, what);
            for (const hit of found.hits) {
                assert.equal(hit.card.title, documents[hit.place].title);
                assert.equal(hit.title.map((one) => one[0]).join(""), hit.card.title);
                for (const name of index.schema.numbers) assert.equal(hit.numbers[name], documents[hit.place].numbers[name] ?? null);
            }
        }
    });
}

await test("postings of every density and level come back", async () => {
    const r = random(seed);
    for (let round = 0; round < 150; round++) {
        const count = 1 + r.below(300), share = r.pick([0.01, 0.2, 0.9, 1]);
        const documents = Array.from({ length: count }, () => (r.chance(share) ? { title: r.chance(0.5) ? "word" : "", text: "word", level: r.below(4) } : undefined));
        documents[count - 1] ??= { title: "word" };
        const wanted = documents.flatMap((one, place) => (one ? [place] : []));
        const search = await opened(documents, { schema: { ...schema, tier: 1 + r.below(400) }, options: { inline: r.pick([0, 1000]), span: 1 + r.below(3) } });
        const found = await search.search("word", { size: 1000, facets: [], sort: "relevance" });
        assert.deepEqual(places(found).sort((a, b) => a - b), wanted);
    }
});

// Files

await test("a file is fetched once, even for two at once; what is not needed is not fetched", async () => {
    const asked = [], r = random(seed);
    const search = await open(build({ documents: catalogue(r, 200), schema: { ...schema, tier: 1000, facets: FACETS } }).files, asked);
    await Promise.all([search.search("red hose"), search.search("red hose"), search.search("hose", { filters: { weight: { min: 1 } } })]);
    assert.equal(new Set(asked).size, asked.length);
    const before = asked.length;
    await search.search("red hose");
    assert.equal(asked.length, before);
});

await test("a query that is given up frees its files and harms no other", async () => {
    const { files } = build({ documents: titled("red hose", "blue hose"), schema });
    const slow = withErrors(loader(files));
    let aborted = 0;
    const search = await Search.open(url, { load: (url, options) => new Promise((resolve, reject) => {
        options.signal?.addEventListener("abort", () => (aborted++, reject(options.signal.reason)));
        setTimeout(() => slow(url, options).then(resolve, reject), 5);
    }) });
    const one = new AbortController(), two = new AbortController();
    const first = search.search("red", { signal: one.signal }), second = search.search("red");
    one.abort();
    await assert.rejects(first, { name: "AbortError" });
    assert.equal((await second).total, 1);
    assert.equal(aborted, 0);
    const third = search.search("blue", { signal: two.signal, page: 1 });
    two.abort();
    await assert.rejects(third, { name: "AbortError" });
    assert.equal((await search.search("blue")).total, 1);
});

await test("errors of each kind", async () => {
    const { files } = build({ documents: titled("red hose"), schema });
    const kind = (promise, kind) => assert.rejects(promise, (error) => error instanceof SearchError && error.kind === kind);
    await kind(Search.open(url, { load: async () => { throw new Error("offline"); } }), "unreachable");
    await kind(open(new Map()), "missing");
    await kind(open(new Map([["/en/search/root.json", Buffer.from("{")]])), "damaged");
    await kind(open(new Map([["/en/search/root.json", Buffer.from('{"format": 3, "root": "00", "files": "/"}')]])), "format");
    await kind(open(new Map([["/en/search/root.json", Buffer.from("null")]])), "damaged");
    await kind(open(new Map([...files].filter(([path]) => path.endsWith(".json")))), "missing");
});

await test("an old head is read anew, once", async () => {
    const old = build({ documents: titled("red hose"), schema }).files, now = build({ documents: titled("red hose", "red lamp"), schema }).files;
    const files = new Map(old), asked = [];
    const search = await open(files, asked);
    files.clear();
    for (const [path, bytes] of now) files.set(path, bytes);
    assert.equal((await search.search("red")).total, 2);
    assert.equal(asked.filter((path) => path.endsWith(".json")).length, 2);
    const other = await open(files, asked);
    for (const [path, bytes] of now) if (path.endsWith(".bin") && inflateSync(bytes)[0] === 84) files.delete(path);
    await assert.rejects(other.search("lamp"), { kind: "missing" });
    assert.equal(asked.filter((path) => path.endsWith(".json")).length, 4);
});

await test("over the network: immutable files by force-cache, the head freshly and offline from the cache", async () => {
    const { files } = build({ documents: titled("red hose"), schema }), before = globalThis.fetch, caches = [];
    let isOffline = false;
    globalThis.fetch = async (address, { cache }) => {
        const { pathname } = new URL(address);
        caches.push([pathname.endsWith(".json"), cache]);
        if (isOffline && cache !== "force-cache") throw new TypeError("offline");
        const bytes = files.get(pathname);
        return bytes ? new Response(bytes) : new Response("", { status: 404 });
    };
    try {
        const search = await Search.open(url);
        assert.equal((await search.search("red")).total, 1);
        for (const [isHead, cache] of caches) assert.equal(cache, isHead ? "default" : "force-cache");
        isOffline = true;
        assert.equal((await (await Search.open(url)).search("red")).total, 1);
        await assert.rejects(Search.open("http://host/none/root.json"), { kind: "missing" });
    } finally {
        globalThis.fetch = before;
    }
});

await test("hostile queries", async () => {
    const search = await opened(catalogue(random(seed), 100), { schema: { ...schema, facets: FACETS } });
    const hostile = ["x".repeat(10000), "a b ".repeat(5000), "\u0000\u0001\u0002category:garden", "\u0001category:garden", "\ud800", "\udc00red\ud800", "<img src=x onerror=alert(1)>",
        "-".repeat(300), "a-".repeat(300), "\u0301".repeat(9999), "東".repeat(9999), "a1".repeat(200), "ﷺ".repeat(300), "__proto__ constructor", "🏳️‍🌈".repeat(99), " ", "\u202e\u200b"];
    for (const query of hostile) {
        const started = Date.now();
        const found = await search.search(query, { filters: JSON.parse('{"__proto__": ["x"], "constructor": {"min": 1}, "nothing": ["x"]}') });
        await search.suggest(query);
        assert.ok(found.terms.length <= 12);
        assert.ok(Date.now() - started < 2000, `${Date.now() - started} ms`);
    }
    for (const options of [{ page: -1 }, { page: NaN }, { page: 1e9 }, { size: 0 }, { scope: "nothing:x" }, { scope: "\u0000" }, { sort: "__proto__" }, { sort: "toString" }, { filters: { brand: [] } }]) await search.search("red", options);
    assert.equal((await search.search("", { scope: "nothing:x" })).total, 0);
});

// Damage

for (const mode of ["truncated", "flipped", "flipped below zlib", "truncated below zlib", "random below zlib"]) {
    await test(`files ${mode}: SearchError or a result, in bounded time`, async () => {
        const r = random(seed), documents = catalogue(r, 120), completions = VOCABULARY.map((text, i) => ({ text, kind: i % 5, weight: i }));
        const { files } = build({
            documents, completions, schema: { ...schema, facets: FACETS }, options: { page: 2, isPaged: true }, aliases: [{ key: "sofa", to: "chair", weight: 9 }],
            rules: [{ query: "red", pins: [documents.findIndex(Boolean)] }],
        });
        const paths = [...files.keys()].filter((path) => path.endsWith(".bin"));
        const kinds = new Map();
        for (const path of paths) kinds.set(inflateSync(files.get(path))[0], [...(kinds.get(inflateSync(files.get(path))[0]) ?? []), path]);
        let errors = 0;
        for (let round = 0; round < 30; round++) {
            const damaged = new Map(files);
            // All files of one kind, so that one of them is met.
            const some = r.pick([...kinds.values()]);
            for (const path of some) {
                let bytes = Buffer.from(files.get(path));
                const isBelow = mode.endsWith("zlib");
                if (isBelow) bytes = inflateSync(bytes);
                if (mode.startsWith("truncated")) bytes = bytes.subarray(0, r.below(bytes.length));
                else if (mode.startsWith("random")) for (let i = 1; i < bytes.length; i++) bytes[i] = r.chance(0.7) ? r.below(256) : bytes[i];
                else for (let i = 0; i < 1 + r.below(3); i++) bytes[r.below(bytes.length)] ^= 1 << r.below(8);
                damaged.set(path, isBelow ? deflateSync(bytes) : bytes);
            }
            const started = Date.now();
            try {
                const search = await open(damaged);
                for (const query of ["red", "red hose", "lmap tabel", "sofa", "gar", "redhose"]) {
                    await search.search(query, { facets: ["category", "weight", "price"], sort: r.pick(["price", "relevance"]) });
                    await search.suggest(query);
                }
                await search.search("", { scope: "category:garden" });
            } catch (error) {
                if (!(error instanceof SearchError)) throw error;
                assert.ok(["damaged", "missing"].includes(error.kind));
                errors++;
            }
            assert.ok(Date.now() - started < 5000);
        }
        assert.ok(errors > 5, `${errors} errors`);
    });
}

await test("a file that inflates without end is damaged", async () => {
    const { files } = build({ documents: titled("red"), schema });
    for (const [path, bytes] of files) if (path.endsWith(".bin") && inflateSync(bytes)[0] === 84) files.set(path, deflateSync(Buffer.alloc(100 << 20, 84)));
    await assert.rejects((await open(files)).search("red"), { kind: "damaged" });
});

finish();
