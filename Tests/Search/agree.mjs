// Both readers against each other: the words of texts in all scripts, and the results of random queries on the indexes of a
// built site, in every language. `node agree.mjs KAROO PUBLIC [QUERIES]`
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { Search, words } from "../../Templates/assets/search.js";

const [karoo, output, count = "300"] = process.argv.slice(2);
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
let state = BigInt(seed) * 2n + 1n;
const below = (limit) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number((state >> 33n) % BigInt(limit));
};
const pick = (list) => list[below(list.length)];
let passed = 0, failed = 0;
const tell = (name, differences) => {
    differences.length ? failed++ : passed++;
    console.log(`${differences.length ? "FAILED" : "ok    "} ${name}`);
    for (const difference of differences.slice(0, 3)) console.log(`       ${difference}`);
};
const run = (options, lines) => execFileSync(karoo, ["search", ...options], { input: lines.join("\n") + "\n", maxBuffer: 1 << 30 }).toString().trimEnd().split("\n");

// Ranges of code points that are met together.
const SCRIPTS = [[0x20, 0x7f], [0x20, 0x7f], [0xa0, 0x24f], [0x300, 0x36f], [0x370, 0x52f], [0x590, 0x6ff], [0x900, 0xdff], [0xe00, 0xeff], [0x1000, 0x11ff],
    [0x1e00, 0x22ff], [0x2460, 0x24ff], [0x3000, 0x33ff], [0x4e00, 0x4eff], [0xac00, 0xacff], [0xf900, 0xfaff], [0xfb00, 0xfdff], [0xfe00, 0xffef], [0x10400, 0x104ff], [0x1d400, 0x1d7ff], [0x1f100, 0x1f1ff]];

function texts() {
    const all = [];
    // Every code point, between letters.
    for (let first = 0x20; first < 0x20000; first += 16) {
        const points = Array.from({ length: 16 }, (_, i) => first + i).filter((point) => (point < 0xd800 || point > 0xdfff) && ![0x2028, 0x2029].includes(point));
        all.push(points.map((point) => `a${String.fromCodePoint(point)}b${String.fromCodePoint(point)}1`).join(" "));
    }
    for (let i = 0; i < 4000; i++) {
        const scripts = [pick(SCRIPTS), pick(SCRIPTS)];
        all.push(Array.from({ length: 1 + below(30) }, () => {
            const [low, high] = pick(scripts);
            return below(6) ? String.fromCodePoint(low + below(high - low + 1)) : pick([" ", "-", ".", "/", "'", "1"]);
        }).join(""));
    }
    return all;
}

function wordsAgree() {
    const all = texts(), theirs = run(["words"], all.map((text) => JSON.stringify(text))).map((line) => JSON.parse(line));
    const differences = all.flatMap((text, i) => {
        const ours = words(text).map((word) => word.text);
        return JSON.stringify(ours) === JSON.stringify(theirs[i]) ? [] : [`${JSON.stringify(text)} → ${JSON.stringify(ours)}, ${JSON.stringify(theirs[i])}`];
    });
    tell(`the words of ${all.length} texts are the same in Swift and JavaScript, seed ${seed}`, differences);
}

function garbled(word) {
    const letters = [...word], at = below(letters.length), edit = below(5);
    if (edit === 0) letters.splice(at, 1);
    if (edit === 1) letters.splice(at, 0, pick(letters));
    if (edit === 2 && at + 1 < letters.length) [letters[at], letters[at + 1]] = [letters[at + 1], letters[at]];
    if (edit === 3) letters.length = at;
    return letters.join("");
}

async function resultsAgree(edition) {
    const load = async (url) => {
        const bytes = readFileSync(output + new URL(url).pathname);
        return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    };
    const search = await Search.open(`http://localhost/${edition}/search/root.json`, { load });
    const { hits } = await search.search("", { size: 500, facets: [] });
    const titles = hits.map((hit) => hit.card.title.split(/\s+/));
    const query = () => Array.from({ length: 1 + below(3) }, () => {
        const word = pick(pick(titles));
        return below(3) ? word : garbled(word);
    }).join(pick([" ", " ", " ", "-", ""])).replace(/["\n]/g, " ").trim() || "a";
    const queries = Array.from({ length: Number(count) }, query);
    const [language, market] = [edition.slice(0, edition.lastIndexOf("-")), edition.slice(edition.lastIndexOf("-") + 1)];
    const theirs = run(["query", "--market", market, "--language", language, "--output", output, "--json", "--size", "24", "--queries", "-"], queries).map((line) => JSON.parse(line));
    const differences = [];
    for (const [i, query] of queries.entries()) {
        const found = await search.search(query, { size: 24 });
        const ours = {
            query, terms: found.terms, total: found.total, isApproximate: found.isApproximate, isRelaxed: found.isRelaxed,
            corrections: found.corrections.map(({ from, to }) => [from, to]), dropped: found.dropped,
            hits: found.hits.map((hit) => ({ place: hit.place, score: hit.score, isPartial: hit.isPartial, url: hit.card.url })),
            facets: Object.fromEntries(Object.entries(found.facets).map(([id, { values }]) => [id, Object.fromEntries(values.map(({ token, count }) => [token, count]))])),
        };
        for (const name in ours) {
            const sorted = (value) => JSON.stringify(value, (_, value) => (value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort()) : value));
            if (sorted(ours[name]) !== sorted(theirs[i][name])) differences.push(`${query}: ${name} ${sorted(ours[name]).slice(0, 200)}, ${sorted(theirs[i][name]).slice(0, 200)}`);
        }
    }
    tell(`${edition}: ${queries.length} random queries give the same results in Swift and JavaScript, seed ${seed}`, differences);
}

const editions = readdirSync(output).sort().filter((name) => existsSync(`${output}/${name}/search/root.json`));
for (const edition of editions) await resultsAgree(edition);
// Words are cut by the tables of the index that was opened last.
wordsAgree();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
