#!/usr/bin/env python3
# KarooExpress – Apache-2.0
"""Measures the search of KarooExpress against Pagefind on the same products, and says which bars are reached.

    python3 Tests/Bench/search.py --karoo .build/release/karoo --icecat products.jsonl.xz

What indexing costs is what the kernel counts for each program, in turns as in `bench.py`. Traffic and times of queries are
those of Chromium, which asks both engines in turns. How well they find is judged by what people said of real products, and
by misspelled words. Every ratio is of two figures of one and the same call of this program. Prints Markdown, and writes it into
a document with --write; ends with status 1 when a bar is missed, but for --quick.
"""

import argparse
import datetime
import glob
import importlib.util
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import bench
from bench import counted, measure, say

HERE = os.path.dirname(os.path.abspath(__file__))
BEGIN, END = "<!-- search: begin -->", "<!-- search: end -->"
TYPOS = 500
HEAD = ["measure", "KarooExpress", "Pagefind", "ratio", "bar", ""]
MARKS = {True: "reached", False: "**missed**", None: "–"}
# What belongs to an index of Pagefind; the rest of its folder are scripts, styles and its program.
PAGEFIND_FOLDERS = ("filter", "fragment", "index")
PAGEFIND_KINDS = (".pf_meta", ".json")


class Catalogue:
    """One of those that are measured."""

    def __init__(self, name, title, kind, count, traffic=None, small=None):
        self.name = name
        self.title = title
        self.kind = kind
        self.count = count
        # How many times less must be loaded for the first query.
        self.traffic = traffic
        # How many products --quick takes.
        self.small = small

    @property
    def is_real(self):
        return self.kind != "short"


CATALOGUES = [
    Catalogue("full-10k", "10,000 full product pages", "full", 10_000, 3, 500),
    Catalogue("short-10k", "10,000 short products", "short", 10_000, 3, 1000),
    Catalogue("full-50k", "50,000 full product pages", "full", 50_000, 6),
    Catalogue("short-100k", "100,000 short products", "short", 100_000, 8),
    Catalogue("real", "Icecat", "real", None, None, 2000),
    Catalogue("million", "1,000,000 short products", "short", 1_000_000, None, 3000),
]


class Table:
    """What is told of one catalogue."""

    def __init__(self, is_judged):
        self.is_judged = is_judged
        self.rows = []

    def tell(self, what, ours, theirs="–", ratio="–", bar="–", passed=None):
        self.rows.append((what, ours, theirs, ratio, bar, MARKS[passed if self.is_judged else None]))

    def times(self, what, ours, theirs, times, text):
        """Ours must be so many times less; nothing is judged when `times` is nil."""
        ratio = theirs / ours if ours else float("inf")
        passed = ratio >= times if times else None
        self.tell(what, text(ours), text(theirs), f"{ratio:.1f} ×", f"≥ {times:g} ×" if times else "–", passed)

    @property
    def missed(self):
        return sum(row[5] == MARKS[False] for row in self.rows)


# Of misspelled words, those that fill the first ten by themselves; as search/browser.py names them.
TAKEN = "another word, of ten products or more"


# MARK: Both engines

class Shop:
    """The files of one catalogue, and the two programs that index it."""

    def __init__(self, folder, options, catalogue, with_pagefind=True, typos=0):
        self.folder = folder
        self.options = options
        os.makedirs(folder)
        count = catalogue.small if options.quick else catalogue.count
        command = [
            sys.executable, os.path.join(HERE, "search", "documents.py"), "--kind", catalogue.kind, "--out", folder, "--typos", str(typos),
            "--queries", str(options.queries), "--seed", str(options.seed)]
        if count:
            command += ["--count", str(count)]
        if options.icecat:
            command += ["--icecat", options.icecat]
        if not with_pagefind:
            command.append("--no-pages")
        say(f"catalogue: {catalogue.name}")
        self.products = int(measure(command, folder).output)
        self.engines = ["karoo", "pagefind"] if with_pagefind else ["karoo"]

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def index(self, engine):
        """Makes an index anew."""
        say(f"{engine}: {os.path.basename(self.folder)}")
        if engine == "karoo":
            shutil.rmtree(self.path("index"), ignore_errors=True)
            return measure(
                [self.options.karoo, "search", "index", "--documents", self.path("documents.jsonl"), "--output", self.path("index")], self.folder)
        shutil.rmtree(self.path("site", "pagefind"), ignore_errors=True)
        return measure([self.options.pagefind, "--site", self.path("site"), "--silent"], self.folder)

    def indexed(self, runs):
        """What it costs, by engine; in turns, so that what else the machine does meets both."""
        least = {}
        for _ in range(runs):
            for engine in self.engines:
                least[engine] = self.index(engine).least(least.get(engine))
        return least

    def size(self, engine):
        """Files and bytes of an index."""
        root = self.path("index") if engine == "karoo" else self.path("site", "pagefind")
        sizes = [
            os.path.getsize(os.path.join(place, name))
            for place, _, names in os.walk(root) for name in names
            if engine == "karoo" or os.path.basename(place) in PAGEFIND_FOLDERS or name.endswith(PAGEFIND_KINDS)]
        return len(sizes), sum(sizes)

    def asked(self, **more):
        """What the browser says."""
        with open(self.path("queries.json"), encoding="utf-8") as file:
            queries = json.load(file)["queries"]
        job = {
            "mounts": {
                "/search/": self.path("index", "search/"), "/pagefind/": self.path("site", "pagefind/"), "/assets/": os.path.join(self.options.assets, "")},
            "engines": self.engines, "queries": queries[1:], "opening": queries[0], "runs": 1 if self.options.quick else self.options.asks,
            "chromium": self.options.chromium, **more}
        with open(self.path("job.json"), "w", encoding="utf-8") as file:
            json.dump(job, file)
        say(f"browser: {os.path.basename(self.folder)}")
        result = subprocess.run([sys.executable, os.path.join(HERE, "search", "browser.py"), self.path("job.json")], stdout=subprocess.PIPE)
        if result.returncode:
            sys.exit("search.py: the browser's part failed")
        return json.loads(result.stdout)


def kibibytes(size):
    return f"{size / 1024:,.1f} KiB"


def mebibytes(size):
    return f"{size / 2**20:,.1f} MiB"


def milliseconds(time):
    return f"{time:,.1f} ms"


def seconds(time):
    return f"{time:,.2f} s"


def whole(number):
    return f"{number:,.0f}"


def percent(share):
    return f"{share * 100:.1f} %"


# MARK: What is measured

def compare(shop, catalogue, table, options):
    """Index and queries of both."""
    runs = options.runs if (catalogue.count or 0) <= 10_000 else options.large_runs
    cost = shop.indexed(1 if options.quick else runs)
    ours, theirs = cost["karoo"], cost["pagefind"]
    (files, size), (their_files, their_size) = shop.size("karoo"), shop.size("pagefind")
    table.times("index, bytes", size, their_size, 2.5, mebibytes)
    table.times("index, files", files, their_files, 10, whole)
    table.times("indexing, CPU", ours.cpu, theirs.cpu, 4, seconds)
    table.times("indexing, peak memory", ours.memory, theirs.memory, 4, mebibytes)
    table.times("indexing, wall", ours.wall, theirs.wall, None, seconds)
    answer = shop.asked(typos=shop.path("typos.json"))
    queries(answer, table, catalogue)
    misspelled(answer["typos"], table)
    return answer["browser"]


def column(answer, engine, name):
    return [entry[name] for entry in answer["engines"][engine]]


def queries(answer, table, catalogue):
    """The first query and further ones. Times are judged on whole product pages, and told for short texts."""
    traffic, time = catalogue.traffic, 2 if catalogue.kind == "full" else None
    for what, name, fold, times, text in [
        ("first query, loaded, median", "bytes", statistics.median, traffic, kibibytes),
        ("first query, loaded, worst", "bytes", max, traffic, kibibytes),
        ("first query, requests, median", "requests", statistics.median, None, whole),
        ("first query, median", "cold", statistics.median, time, milliseconds),
        ("further queries, median", "session", statistics.median, time, milliseconds),
    ]:
        table.times(what, fold(column(answer, "karoo", name)), fold(column(answer, "pagefind", name)), times, text)
    found = {engine: sum(hits > 0 for hits in column(answer, engine, "hits")) for engine in answer["engines"]}
    count = len(answer["engines"]["karoo"])
    table.tell("queries with results", f"{found['karoo']} of {count}", f"{found['pagefind']} of {count}")
    for engine, entries in answer["engines"].items():
        for entry in entries:
            if entry["hits"] and not entry["values"]:
                sys.exit(f"search.py: {engine} counts no facets for {entry['query']!r}")


def misspelled(typos, table):
    found = typos["engines"]
    every = {engine: kinds["all"] for engine, kinds in found.items()}
    taken = {engine: kinds.get(TAKEN, [0, 0]) for engine, kinds in found.items()}
    shares = {engine: (every[engine][0] - taken[engine][0]) / (every[engine][1] - taken[engine][1]) for engine in found}
    what = f"{typos['count']} misspelled words of {typos['words']:,} (seed {typos['seed']}): right product in the first ten"
    table.tell(what, *(percent(every[engine][0] / every[engine][1]) for engine in ("karoo", "pagefind")))
    left = every["karoo"][1] - taken["karoo"][1]
    table.tell(
        f"the same, of the {left} that are not in ten products as they are typed", percent(shares["karoo"]), percent(shares["pagefind"]),
        bar="≥ 95 %", passed=shares["karoo"] >= 0.95)
    for kind, (right, count) in sorted(typos["engines"]["karoo"].items()):
        say(f"misspelled, {kind}: {right} of {count}, {percent(right / count)}")


def relevance(shop, table, options):
    """How well the first ten answer what people look for."""
    folder = os.path.dirname(options.icecat)
    asked, judgements = os.path.join(folder, "queries_dev.jsonl"), os.path.join(folder, "judgments_dev.csv")
    for engine in shop.engines:
        shop.index(engine)
    answer = shop.asked(typos=shop.path("typos.json"), asked=asked, rankings=shop.path("rankings.json"))
    with open(shop.path("rankings.json"), encoding="utf-8") as file:
        result = subprocess.run([
            sys.executable, os.path.join(HERE, "search", "relevance.py"), "--documents", shop.path("documents.jsonl"), "--queries", asked,
            "--judgements", judgements], stdin=file, stdout=subprocess.PIPE, check=True)
    judged = json.loads(result.stdout)
    ours, theirs = judged["engines"]["karoo"], judged["engines"]["pagefind"]
    for key, name in (("all", "NDCG@10"), ("judged", "NDCG@10 over judged products")):
        best = max(judged["baselines"], key=lambda baseline: judged["baselines"][baseline][key])
        bar = judged["baselines"][best][key]
        # Over judged products alone, an engine is judged by what others have found; that is told.
        passed = ours[key] > bar and ours[key] > theirs[key] if key == "all" else None
        table.tell(f"{name}, {judged['queries']} queries", f"{ours[key]:.3f}", f"{theirs[key]:.3f}", bar=f"> Pagefind, > {bar:.3f} ({best})", passed=passed)
        for baseline, means in judged["baselines"].items():
            say(f"{name}, {baseline}: {means[key]:.3f}")
    table.tell("judged of the first ten", percent(ours["share"]), percent(theirs["share"]))
    misspelled(answer["typos"], table)
    return answer["browser"]


def million(shop, table):
    """What only KarooExpress is asked to do."""
    cost = shop.index("karoo")
    files, size = shop.size("karoo")
    table.tell("index", f"{mebibytes(size)} in {files:,} files")
    table.tell("indexing, wall", seconds(cost.wall))
    table.tell("indexing, CPU", seconds(cost.cpu))
    table.tell("indexing, peak memory", f"{cost.memory / 1e9:.2f} GB", bar="≤ 4 GB", passed=cost.memory <= 4e9)
    answer = shop.asked()
    sizes = column(answer, "karoo", "bytes")
    median = statistics.median(sizes)
    table.tell("first query, loaded, median", f"{median / 1000:,.1f} KB", bar="≤ 200 KB", passed=median <= 200_000)
    table.tell("first query, loaded, worst", f"{max(sizes) / 1000:,.1f} KB")
    table.tell("first query, median", milliseconds(statistics.median(column(answer, "karoo", "cold"))))
    table.tell("further queries, median", milliseconds(statistics.median(column(answer, "karoo", "session"))))
    return answer["browser"]


def run(options, folder):
    """The tables of all catalogues, and which browser it was."""
    tables, browser = [], None
    for catalogue in CATALOGUES:
        if catalogue.name not in options.only or (options.quick and not catalogue.small):
            continue
        if catalogue.is_real and not options.icecat:
            say(f"search.py: {catalogue.name} is left out, there are no real products")
            continue
        place = os.path.join(folder, catalogue.name)
        is_alone = catalogue.name == "million"
        shop = Shop(place, options, catalogue, with_pagefind=not is_alone, typos=0 if is_alone else 50 if options.quick else TYPOS)
        title = catalogue.title if shop.products == catalogue.count else f"{shop.products:,} of {catalogue.title}" if catalogue.count else f"{catalogue.title}, {shop.products:,} products"
        table = Table(not options.quick)
        if is_alone:
            browser = million(shop, table)
        elif catalogue.kind == "real":
            browser = relevance(shop, table, options)
        else:
            browser = compare(shop, catalogue, table, options)
        shutil.rmtree(place)
        tables.append((title, table))
    return tables, browser


# MARK: The course of it

def published(options, folder):
    """A folder with the script of the search as a site of the program has it."""
    measure([options.karoo, "init", "shop"], folder)
    shop = os.path.join(folder, "shop")
    measure([options.karoo, "build"], shop)
    assets = os.path.join(folder, "assets")
    os.makedirs(assets)
    [script] = glob.glob(os.path.join(shop, "Public", "assets", "search.*.js"))
    shutil.copy(script, os.path.join(assets, "search.js"))
    return assets


def find_pagefind():
    """The program itself within the Python package pagefind[bin]; what starts it would be counted too."""
    found = importlib.util.find_spec("pagefind_bin")
    return os.path.join(os.path.dirname(found.origin), "pagefind") if found else shutil.which("pagefind")


def find_chromium():
    return next(filter(None, map(shutil.which, ["chromium", "google-chrome"])), None)


def report(options, tables, browser, load):
    told = bench.Report()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    told.tell(f"Measured on {datetime.date.today()} with `{' '.join(['Tests/Bench/search.py'] + bench.shown_arguments())}`:")
    told.tell()
    told.tell(f"- {bench.version([options.pagefind, '--version'])}, karoo {bench.version([options.karoo, '--version'])}, {browser}")
    told.tell(f"- {os.cpu_count()} processors ({platform.machine()}), {memory:.0f} GiB of memory; load at the beginning {load:.1f}")
    told.tell(
        f"- indexing: least times of {counted(options.runs, 'run')} of each program, in turns, and of {counted(options.large_runs, 'run')} of the larger "
        f"catalogues; first queries: least times of {counted(options.asks, 'run')}")
    told.tell(f"- {options.queries - 1} queries of each catalogue, drawn by the seed {options.seed}")
    told.tell("- ratio: Pagefind to KarooExpress")
    for title, table in tables:
        told.tell()
        told.tell(f"### Search: {title}")
        told.tell()
        told.table(HEAD, table.rows, right=1)
    return told


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [catalogue.name for catalogue in CATALOGUES]
    parser.add_argument("--karoo", required=True, help="the program, built for release")
    parser.add_argument("--pagefind", default=find_pagefind(), help="the program; else that of the Python package pagefind[bin]")
    parser.add_argument("--chromium", default=find_chromium(), help="the browser")
    parser.add_argument(
        "--icecat", default=os.environ.get("KAROO_ICECAT"),
        help="a file of real products, products.jsonl.xz, with queries_dev.jsonl and judgments_dev.csv beside it; else the environment variable "
        "KAROO_ICECAT; what needs it is left out when it is not there")
    parser.add_argument("--only", default=",".join(names), help=f"which catalogues, of {', '.join(names)}")
    parser.add_argument("--runs", type=int, default=3, help="how often each program indexes")
    parser.add_argument("--large-runs", type=int, default=1, help="how often where there are more than 10,000 products")
    parser.add_argument("--asks", type=int, default=3, help="how often each first query is asked")
    parser.add_argument("--queries", type=int, default=41, help="how many queries; the first one opens sessions and is not told")
    parser.add_argument("--seed", type=int, default=20261127, help="by which queries and typos are drawn")
    parser.add_argument("--work", help="an existing folder to work in, instead of memory")
    parser.add_argument("--write", help=f"a document that gets the tables between {BEGIN} and {END}")
    parser.add_argument("--quick", action="store_true", help="few products, few queries, one run, and no judgement")
    options = parser.parse_args()
    if options.write and options.quick:
        parser.error("what --quick measures is not worth writing down")
    options.only = options.only.split(",")
    if not set(options.only) <= set(names):
        parser.error(f"--only knows {', '.join(names)}")
    for name in ("pagefind", "chromium"):
        if not getattr(options, name):
            parser.error(f"there is no {name}; --{name} may say where it is")
    if options.write:
        bench.around_marks(options.write, BEGIN, END)
    if options.quick:
        options.queries, options.runs, options.asks = 9, 1, 1
    for name in ("karoo", "pagefind"):
        setattr(options, name, os.path.abspath(getattr(options, name)))
    options.icecat = os.path.abspath(options.icecat) if options.icecat and os.path.exists(options.icecat) else None
    memory = "/dev/shm" if os.path.isdir("/dev/shm") and os.access("/dev/shm", os.W_OK) else None
    folder = tempfile.mkdtemp(prefix="karoo-search-", dir=options.work or memory)
    start, load = time.monotonic(), os.getloadavg()[0]
    try:
        options.assets = published(options, folder)
        tables, browser = run(options, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    told = report(options, tables, browser, load)
    say(f"search.py: took {(time.monotonic() - start) / 60:.1f} minutes")
    if options.write:
        told.write(options.write, BEGIN, END)
    missed = sum(table.missed for _, table in tables)
    if missed:
        say(f"search.py: {missed} bars missed")
        sys.exit(1)


if __name__ == "__main__":
    main()
