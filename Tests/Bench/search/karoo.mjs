// KarooExpress – Apache-2.0
// Asks KarooExpress's engine in Node over the files of an index: node karoo.mjs search.js folder < questions > answers
// A question is {"query", "size"}, its answer the addresses of the hits, best first.

import { readFile } from "node:fs/promises";
import { resolve, join } from "node:path";
import { pathToFileURL } from "node:url";
import { text } from "node:stream/consumers";

const [script, folder] = process.argv.slice(2);
const host = "http://bench.example";

// The engine fetches; here its files lie in a folder.
globalThis.fetch = async (address) => {
    const path = new URL(address, host).pathname;
    try {
        return new Response(await readFile(join(folder, path)));
    } catch {
        return new Response(null, { status: 404 });
    }
};

const { Search } = await import(pathToFileURL(resolve(script)));
const search = await Search.open(`${host}/search/root.json`);
const answers = [];
for (const { query, size } of JSON.parse(await text(process.stdin))) {
    const result = await search.search(query, { page: 0, size, facets: [] });
    answers.push(result.hits.map((hit) => hit.card.url));
}
console.log(JSON.stringify(answers));
