#!/usr/bin/env python3
# KarooExpress – Apache-2.0
"""Judges rankings of real products by what people said of them, beside rankings of our own that serve as a baseline.

    python3 Tests/Bench/search/relevance.py --documents documents.jsonl --queries queries_dev.jsonl --judgements judgments_dev.csv < rankings.json

`rankings.json` is `{engine: {query id: [addresses of products, best first]}}`. Prints, as JSON, the mean NDCG@10 of each engine
and baseline over all queries that have a relevant product, over all products and over the judged ones only.

Gain is 2^grade − 1, discount 1/log₂(rank + 1); the ideal is that of the query's judged products; what nobody judged is worth nothing.
Baselines: BM25 over words with their Porter stems, k₁ = 1.2, b = 0.75, all fields as one; and SQLite's FTS5 with its Porter tokenizer,
all words or any. Each is given the texts with attributes and without.
"""

import argparse
import collections
import csv
import json
import math
import re
import sqlite3
import sys

DEPTH = 1000
BREADTHS = {"with attributes": ["title", "brand", "description", "attributes"], "without attributes": ["title", "brand", "description"]}


def ndcg(ranked, grades, count=10):
    def gain(grades):
        return sum((2 ** grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades[:count]))

    return gain([grades.get(id, 0) for id in ranked[:count]]) / gain(sorted(grades.values(), reverse=True))


def judged(rankings, judgements):
    """Means over all queries with a relevant product: over all products, over judged ones only; and how much of the top ten is judged."""
    over_all, over_judged, known, shown = [], [], 0, 0
    for query, grades in judgements.items():
        ranked = rankings.get(query, [])
        over_all.append(ndcg(ranked, grades))
        over_judged.append(ndcg([id for id in ranked if id in grades], grades))
        known += sum(id in grades for id in ranked[:10])
        shown += len(ranked[:10])
    return {"all": mean(over_all), "judged": mean(over_judged), "share": known / max(1, shown)}


def mean(values):
    return sum(values) / len(values)


class Table:
    """Products as a full-text table of SQLite."""

    def __init__(self, documents, fields):
        self.ids = [id for id, _ in documents]
        self.database = sqlite3.connect(":memory:")
        self.database.execute("create virtual table documents using fts5(text, tokenize = 'porter unicode61')")
        self.database.executemany(
            "insert into documents (rowid, text) values (?, ?)",
            ((place, "\n".join(texts[field] for field in fields)) for place, (_, texts) in enumerate(documents)))

    def ranked(self, query, operator):
        match = f" {operator} ".join(f'"{word}"' for word in re.findall(r"\w+", query))
        rows = self.database.execute("select rowid from documents where documents match ? order by rank, rowid limit ?", (match, DEPTH))
        return [self.ids[place] for place, in rows]


class BM25:
    """Written out, over the stems that SQLite's tokenizer finds."""

    def __init__(self, table, queries):
        self.ids = table.ids
        database = table.database
        database.execute("create virtual table asked using fts5(text, tokenize = 'porter unicode61')")
        database.executemany("insert into asked (rowid, text) values (?, ?)", enumerate(queries.values()))
        database.execute("create virtual table asked_words using fts5vocab(asked, instance)")
        database.execute("create virtual table words using fts5vocab(documents, instance)")
        self.stems = collections.defaultdict(list)
        places = {place: query for place, query in enumerate(queries)}
        for stem, place in database.execute("select distinct term, doc from asked_words"):
            self.stems[places[place]].append(stem)
        needed = {stem for stems in self.stems.values() for stem in stems}
        self.lengths = collections.Counter()
        self.counts = collections.defaultdict(collections.Counter)
        for stem, place in database.execute("select term, doc from words"):
            self.lengths[place] += 1
            if stem in needed:
                self.counts[stem][place] += 1
        self.mean = sum(self.lengths.values()) / len(self.ids)

    def ranked(self, query):
        scores = collections.Counter()
        for stem in self.stems[query]:
            found = self.counts[stem]
            rarity = math.log(1 + (len(self.ids) - len(found) + 0.5) / (len(found) + 0.5))
            for place, count in found.items():
                scores[place] += rarity * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * self.lengths[place] / self.mean))
        return [self.ids[place] for place, _ in sorted(scores.items(), key=lambda entry: (-entry[1], entry[0]))[:DEPTH]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", required=True)
    parser.add_argument("--queries", required=True)
    parser.add_argument("--judgements", required=True)
    options = parser.parse_args()
    documents, ids = [], {}
    with open(options.documents, encoding="utf-8") as file:
        next(file)
        for entry in map(json.loads, file):
            documents.append((entry["id"], entry["texts"]))
            ids[entry["card"]["url"]] = entry["id"]
    with open(options.queries, encoding="utf-8") as file:
        queries = {entry["query_id"]: entry["query"] for entry in map(json.loads, file)}
    judgements = collections.defaultdict(dict)
    with open(options.judgements, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            judgements[row["query_id"]][row["product_id"]] = int(row["grade"])
    judgements = {query: judgements[query] for query in queries if any(judgements[query].values())}

    answer = {"queries": len(judgements), "engines": {}, "baselines": {}}
    for engine, rankings in json.load(sys.stdin).items():
        answer["engines"][engine] = judged({query: [ids[url] for url in ranked] for query, ranked in rankings.items()}, judgements)
    for breadth, fields in BREADTHS.items():
        table = Table(documents, fields)
        for name, operator in (("any word", "OR"), ("all words", "AND")):
            rankings = {query: table.ranked(text, operator) for query, text in queries.items()}
            answer["baselines"][f"FTS5, {name}, {breadth}"] = judged(rankings, judgements)
        model = BM25(table, queries)
        answer["baselines"][f"BM25, {breadth}"] = judged({query: model.ranked(query) for query in queries}, judgements)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
