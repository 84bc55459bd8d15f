// KarooExpress – Apache-2.0
// The engines behind one interface. Nothing of an engine is loaded before it is asked for the first time.

const hitsPerPage = 24;
const facets = ["category", "brand", "colour"];

const karoo = {
    async open() {
        this.warm();
        const { Search } = await import("/assets/search.js");
        this.search = await Search.open("/search/root.json");
    },
    // As search-start.js does.
    async warm() {
        const { root, files } = await (await fetch("/search/root.json")).json();
        await fetch(`${files}${root.slice(0, 2)}/${root.slice(2)}.bin`);
    },
    async first(query) {
        await this.open();
        return this.next(query);
    },
    async next(query) {
        const result = await this.search.search(query, { size: hitsPerPage, facets });
        const values = Object.values(result.facets).flatMap((facet) => facet.values);
        return { hits: result.hits.map((hit) => hit.card.url), total: result.total, values: values.length };
    },
    async ranking(query, depth) {
        const result = await this.search.search(query, { size: depth, facets: [] });
        return result.hits.map((hit) => hit.card.url);
    },
};

const pagefind = {
    async open() {
        this.search = await import("/pagefind/pagefind.js");
        await this.search.init();
    },
    async first(query) {
        await this.open();
        // Counts of filters come with the results once the filters are loaded; the words are loaded at the same time.
        await Promise.all([this.search.filters(), this.search.preload(query)]);
        return this.next(query);
    },
    async next(query) {
        const result = await this.search.search(query);
        const hits = await Promise.all(result.results.slice(0, hitsPerPage).map((entry) => entry.data()));
        const values = Object.values(result.filters).flatMap((filter) => Object.values(filter).filter((count) => count));
        return { hits: hits.map((hit) => hit.url), total: result.results.length, values: values.length };
    },
    // Names of fragments; what they hold, the measuring program reads from the files.
    async ranking(query, depth) {
        const result = await this.search.search(query);
        return result.results.slice(0, depth).map((entry) => entry.id);
    },
};

const engines = { karoo, pagefind };
let asked;

// Asks an engine, which is loaded at the first time, and tells how long it took until everything of the first page is there.
globalThis.ask = async (name, query) => {
    const engine = engines[name];
    const start = performance.now();
    const answer = asked === name ? await engine.next(query) : await engine.first(query);
    const time = performance.now() - start;
    asked = name;
    return { time, ...answer };
};
globalThis.ranking = async (name, query, depth) => {
    const engine = engines[name];
    if (!engine.search) await engine.open();
    return engine.ranking(query, depth);
};
