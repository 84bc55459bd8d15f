// KarooExpress – Apache-2.0
// The engines behind one interface. Nothing of an engine is loaded before it is asked for the first time.

const hitsPerPage = 24;
const facets = ["category", "brand", "colour"];

const karoo = {
    async open() {
        const { Search } = await import("/assets/search.js");
        this.search = await Search.open("/search/root.json");
    },
    async first(query) {
        await this.open();
        return this.next(query);
    },
    async next(query) {
        const result = await this.search.search(query, { page: 0, size: hitsPerPage, facets });
        return { hits: result.hits.map((hit) => hit.card.url), total: result.total, facets: result.facets };
    },
    async ranking(query, depth) {
        const result = await this.search.search(query, { page: 0, size: depth, facets: [] });
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
        return { hits: hits.map((hit) => hit.url), total: result.results.length, facets: result.filters };
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
    return { time, hits: answer.hits, total: answer.total, facets: answer.facets };
};
globalThis.ranking = async (name, query, depth) => {
    const engine = engines[name];
    if (!engine.search) await engine.open();
    return engine.ranking(query, depth);
};
