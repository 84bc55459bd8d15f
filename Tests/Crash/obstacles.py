# KarooExpress – Apache-2.0
"""Other builds, full disks and things that lie in the way: the build says so, ends with 2, and harms nothing."""

import contextlib
import itertools
import os
import re
import shutil
import subprocess

from trees import STAGE, Tree, broken, differences
from walk import left_in_state

BUSY = "another build is writing here"


# What all have in common.


def begin_from(site, input):
    """Makes a finished site, unless it is there already."""
    if not differences(site.tree(), input.clean) + left_in_state(site):
        return []
    site.empty()
    return completed(site, input)


def completed(site, input):
    build = site.build(input)
    return ended(build, 0) + differences(site.tree(), input.clean) + left_in_state(site)


def ended(build, wanted):
    code = build.process.returncode
    return [] if code == wanted else [f"a build ended with {code}, wanted is {wanted}: {build.last_lines()}"]


def told(faults, where):
    return [f"{where}, {fault}" for fault in faults]


def refused(build, before, now, target, place, reason=""):
    """A build that the world outside stopped: what it says, and what it left. Pages that it wrote until then may be new."""
    faults = ended(build, 2)
    if not any(path.startswith(place) and reason in text for path, text in re.findall(r"^(\S+): error: (.+)$", build.text, re.MULTILINE)):
        faults.append(f"no error says “{reason}” of a file at {os.path.basename(place)}: {build.last_lines()}")
    return faults + broken(now, [before, target])


# Two builds at once.


def build_two_at_once(report, site, pair):
    faults = begin_from(site, pair[0])
    faults += told(refuse_second(site, pair[0], pair[1], pair[1]), "with the same Content")
    faults += told(refuse_second(site, pair[1], pair[0], pair[1]), "with another Content")
    report.check("a second build into the same folder is refused and changes nothing, the first completes", faults, "2 builds beside others")


def refuse_second(site, before, target, other):
    """The first is halted while it holds the folder. Other Content has a state of its own."""
    first = halted(site, target)
    if first is None:
        return ["no build could be halted while it ran"]
    tree = site.tree()
    second = site.start(target) if other is target else site.start_from(f"{other.folder}/Content", other)
    second.end()
    faults = refused(second, tree, site.tree(), tree, site.public, BUSY)
    first.go_on()
    first.end()
    return faults + ended(first, 0) + differences(site.tree(), target.clean) + left_in_state(site)


def halted(site, input):
    """A build that stands still, with the folder in its hands."""
    for _ in range(5):
        build = site.start(input)
        while build.is_running() and not site.has(STAGE):
            pass
        if build.is_running() and build.stop() and site.has(STAGE):
            return build
        build.go_on()
        build.end()
    return None


def race(report, site, pair, clock):
    """Both begin at the same instant; whoever comes late is refused, or comes so late that it builds after the other."""
    faults, refused, races = [], 0, 0
    for number in clock.some(range(6), 2):
        if number % 3 == 0:
            site.empty()
        target = pair[number % 2]
        builds = [site.start(target), site.start(target)]
        codes = sorted(build.end() for build in builds)
        races += 1
        refused += codes == [0, 2]
        if codes not in ([0, 0], [0, 2]):
            faults.append(f"two builds at the same instant ended with {codes}: {builds[0].last_lines()} | {builds[1].last_lines()}")
        for build in builds:
            if build.process.returncode == 2 and BUSY not in build.text:
                faults.append(f"the late one does not say that {BUSY}: {build.last_lines()}")
        faults += differences(site.tree(), target.clean) + left_in_state(site)
    report.check("of two builds that begin at the same instant, one at least completes", faults, f"{races} pairs, in {refused} one was refused")


# Full disks.


def limit_files(report, site, inputs, clock):
    """No file may become larger than a share of the pages that change: writing ends in the midst of a file."""
    tries = zip((0.8, 0.3, 0.97), itertools.cycle([inputs[:2], inputs[1::-1]]))
    faults, done, begun = begin_from(site, inputs[0]), 0, 0
    for share, (before, target) in clock.some(tries, 1):
        pages = [name for name in target.clean.files if name.endswith(".html") and before.clean.files.get(name) != target.clean.files[name]]
        largest = sorted(target.clean.sizes[name] for name in pages)[int(share * len(pages))] - 1
        build = site.build(target, "--jobs", "1", largest_file=largest)
        found = stopped(site, build, before, target, site.folder, "File too large")
        done += 1
        begun += site.tree().settled(before.clean) != before.clean.files
        faults += told(found + told(completed(site, target), "after the next build"), f"with files of {largest} bytes at most")
    if not begun:
        faults.append("no build had written anything before it was stopped")
    report.check(
        "where files may not become large, the site stays whole and is completed later", faults,
        f"{done} builds, {begun} stopped after they had begun")


def stopped(site, build, before, target, place, reason):
    """A build that could not write on."""
    tree = site.tree()
    faults = refused(build, before.clean, tree, target.clean, place, reason)
    faults += [f"{name} was removed, although the build had failed" for name in sorted(before.clean.files.keys() - tree.files.keys())]
    return faults + [f"the build ended by itself and left {STAGE} behind"] * tree.has_stage


def fill_disks(report, site_maker, pair, work, clock):
    with memory_disk(f"{work}/disk", "size=24m,nr_inodes=20k") as disk:
        if disk is None:
            report.note("skipped: full disks (a file system in memory cannot be mounted here)")
            return
        fill_blocks(report, site_maker("disk/blocks"), pair, disk, clock)
        fill_names(report, site_maker("disk/names"), pair, disk, clock)


@contextlib.contextmanager
def memory_disk(folder, options):
    """A small file system in memory; None where it cannot be had."""
    os.makedirs(folder)
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]
    try:
        is_mounted = os.geteuid() == 0 and subprocess.run(mount, stderr=subprocess.DEVNULL).returncode == 0
    except FileNotFoundError:
        is_mounted = False
    try:
        yield folder if is_mounted else None
    finally:
        if is_mounted and subprocess.run(["umount", folder], stderr=subprocess.DEVNULL).returncode != 0:
            subprocess.run(["umount", "-l", folder])


def fill_blocks(report, site, pair, disk, clock):
    """From room for some of what is new to no room at all."""
    faults, done, begun = begin_from(site, pair[0]), 0, 0
    for share, (before, target) in clock.some(zip((0.4, 0, 0.1, 0.7), itertools.cycle([pair, pair[::-1]])), 2):
        faults += begin_from(site, before)
        site.lay(target)
        with ballast(disk, int(share * room_needed(before.clean, target.clean))):
            build = site.build(target, "--jobs", "1")
            tree = site.tree()
            found = stopped(site, build, before, target, disk, "No space left")
        if share == 0:
            found += told(differences(tree, before.clean), "although nothing could be written")
        done += 1
        begun += tree.settled(before.clean) != before.clean.files
        faults += told(found + told(completed(site, target), "after the next build"), f"with {share:.0%} of the room")
    if not begun:
        faults.append("no build had written anything before it was stopped")
    report.check(
        "on a full disk the site stays whole, and is completed when there is room", faults,
        f"{done} builds, {begun} stopped after they had begun")
    site.empty()


def room_needed(before, target):
    """How many bytes the files take that one site has and the other has not. What is replaced needs no more room than it had."""
    return sum(-(-size // 4096) * 4096 for name, size in target.sizes.items() if name not in before.sizes)


@contextlib.contextmanager
def ballast(disk, room):
    """A file that takes what is free, but for some room."""
    path = f"{disk}/ballast"
    with open(path, "wb", buffering=0) as file:
        status = os.statvfs(disk)
        left = status.f_bfree * status.f_frsize - room
        with contextlib.suppress(OSError):
            while left > 0:
                left -= file.write(b"\1" * min(left, 1 << 20))
    try:
        yield
    finally:
        os.remove(path)


def fill_names(report, site, pair, disk, clock):
    """A disk with room that takes no further names: the stage, the journal and the first files meet that."""
    faults, done = begin_from(site, pair[0]), 0
    for free, (before, target) in clock.some(zip((1, 6, 3, 0, 2), itertools.cycle([pair, pair[::-1]])), 2):
        faults += begin_from(site, before)
        site.lay(target)
        with no_names_but(disk, free):
            build = site.build(target, "--jobs", "2")
            found = stopped(site, build, before, target, disk, "No space left")
        done += 1
        faults += told(found + told(completed(site, target), "after the next build"), f"with {free} names free")
    report.check("the same on a disk that takes no further names", faults, f"{done} builds")
    site.empty()


@contextlib.contextmanager
def no_names_but(disk, free):
    folder = f"{disk}/names-taken"
    os.makedirs(folder)
    for number in range(os.statvfs(disk).f_ffree - free):
        with contextlib.suppress(OSError):
            os.close(os.open(f"{folder}/{number}", os.O_CREAT | os.O_WRONLY))
    try:
        yield
    finally:
        shutil.rmtree(folder)


# Things that lie in the way.


def lie_in_the_way(report, site, pair, clock):
    ways = [
        ("folder", "Public/en-us/index.html"), ("folder", "the state"), ("file", "Public/en-us/p"), ("file", f"Public/{STAGE}"), ("file", ".karoo"),
        ("file", "Public"),
    ]
    faults, done = begin_from(site, pair[0]), 0
    for (way, place), (before, target) in clock.some(zip(ways, itertools.cycle([pair, pair[::-1]])), 3):
        faults += told(obstruct(site, before, target, way, place), f"with a {way} at {place}")
        done += 1
    report.check("what lies in the way is named and left alone, and the site stays whole", faults, f"{done} files and folders")


def obstruct(site, before, target, way, place):
    """Puts something in the place of what a build needs, builds, takes it away, and builds again."""
    faults, before = begin_from(site, before), before.clean
    path = f"{site.folder}/{place if place != 'the state' else '.karoo/' + next(name for name in site.state_names() if name.endswith('.state'))}"
    if place in ("the state", ".karoo", "Public"):
        # Without a state, nobody knows what was published.
        shutil.rmtree(site.public)
        before = Tree()
    put_in_the_way(path, way)
    build = site.build(target)
    inner = os.path.relpath(path, site.public)
    now = site.tree().without(inner)
    faults += refused(build, before.without(inner), now, target.clean.without(inner), path)
    if not os.path.isfile(path if way == "file" else f"{path}/mine"):
        faults.append("it was not left alone")
    take_away(path)
    return faults + told(completed(site, target), "after the next build")


def put_in_the_way(path, way):
    take_away(path)
    if way == "folder":
        os.mkdir(path)
    with open(path if way == "file" else f"{path}/mine", "w", encoding="utf-8") as file:
        file.write("mine\n")


def take_away(path):
    if os.path.isdir(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.remove(path)


def say_what_was_published(report, site, pair):
    """The last line of a build that failed in its midst."""
    before, target = pair
    faults = begin_from(site, before)
    put_in_the_way(f"{site.public}/en-us/index.html", "folder")
    build = site.build(target)
    written = site.tree().without("en-us/index.html").settled(before.clean).items() - before.clean.files.items()
    faults += ended(build, 2)
    if written and "nothing was published" in build.text:
        faults.append(f"{len(written)} files were published, and it says: {build.last_lines()}")
    report.check("a build that fails says truly whether it published anything", faults, f"{len(written)} files written before the fault")
