# KarooExpress – Apache-2.0
"""Kills builds at moments of three kinds: after random delays, at the sight of a file, after a step on the disk."""

import itertools
import os
import time

import steps
from trees import HEAD, STAGE
from walk import PHASES, Walk

GOLDEN = (5**0.5 - 1) / 2
# How many builds are killed when there is time, and when there is none.
BY_TIME, LEAST_BY_TIME = 40, 12
LEAST_BY_SIGHT = 5
LEAST_BY_STEP = 7
# How many running builds must have been hit at least.
LEAST = {"nothing yet": 3, "files": 4, "before the head": 1, "before removals": 1, "removals": 2, "after all": 1}
LEAST_ROWS = 2
LEAST_FROM_NOTHING = 3


def kill_by_time(report, site, hits, inputs, rng, clock):
    """Delays are spread over the time that the same build took undisturbed. Up to three builds are killed in a row."""
    walk = Walk(site, hits)
    seconds = measure(walk, inputs)
    shares = spread(BY_TIME, rng)
    targets = itertools.cycle(inputs)
    rows = itertools.cycle([3, 1, 2])
    while shares and (len(shares) > BY_TIME - LEAST_BY_TIME or not is_enough(hits) or clock.has_time()):
        if walk.completed % 3 == 1:
            walk.start_again()
        for _ in range(min(next(rows), len(shares))):
            target = next(target for target in targets if not walk.is_at(target))
            undisturbed = seconds[target.name] if walk.base.files else target.seconds
            if not walk.kill(target, "after a delay", after(shares.pop() * undisturbed)):
                # The machine has become faster since.
                seconds[target.name] = walk.seconds
        walk.complete(rng.choice(inputs))
    report.check(
        "killed after random delays, every file is whole and the next build completes the site", walk.faults,
        f"{BY_TIME - len(shares)} builds of {min(seconds.values()):.2f} to {max(seconds.values()):.2f} s, "
        f"{hits.of_means('after a delay')} hit, {walk.completed} completed")


def measure(walk, inputs):
    """How long a build takes that turns one input into the next, undisturbed."""
    walk.complete(inputs[-1])
    return {input.name: walk.complete(input).seconds for input in inputs}


def spread(count, rng):
    """Shares of the time of a build, from its very beginning to a little after its end; however few are taken, they are far apart."""
    begin = rng.random()
    return [(begin + number * GOLDEN) % 1 * 1.02 for number in range(count)]


def is_enough(hits):
    """The phases that delays ought to hit, and several kills before one build is completed."""
    return rows_of(hits) >= LEAST_ROWS and all(hits.of_phase(phase) >= LEAST[phase] for phase in ("nothing yet", "files"))


def rows_of(hits):
    return sum(row > 1 for row in hits.rows)


def after(seconds):
    def strike(build):
        time.sleep(max(0, build.begin + seconds - time.monotonic()))
        build.kill()

    return strike


def kill_by_sight(report, site, hits, inputs, rng, clock):
    """Waits for what a build does, and kills as soon as it is seen; what came too late is tried again."""
    walk = Walk(site, hits)
    walk.complete(inputs[0])
    aims = ["removal", "head", "end", "stage", "file", "feed", "journal", "late removal", "file", "end", "head", "removal", "stage", "file"]
    for aim in clock.some(aims, LEAST_BY_SIGHT):
        for target in rng.sample(inputs, len(inputs)):
            sight = None if walk.is_at(target) else sight_of(aim, walk, target, rng)
            if sight and walk.kill(target, "at a sight", at(sight)):
                break
        walk.complete(rng.choice(inputs))
    report.check(
        "killed at the sight of stage, journal, a page, a feed, the head, removals and the end", walk.faults,
        f"{hits.of_means('at a sight')} builds hit, {walk.completed} completed")


def sight_of(aim, walk, target, rng):
    """A function that is true once a build of the target has come so far; None when it never will."""
    site, before, after = walk.site, walk.tree.files, target.clean.files
    if aim == "stage":
        return lambda: site.has(STAGE)
    if aim == "journal":
        return site.journal
    if aim == "end":
        return in_sequence(site.journal, lambda: not site.journal())
    if aim in ("removal", "late removal"):
        removed = sorted(walk.tree.settled(target.clean).keys() - after.keys())
        name = removed[0 if aim == "removal" else len(removed) * 3 // 4] if removed else None
        return (lambda: not site.has(name)) if name else None
    ending = {"file": ".html", "feed": ".xml", "head": HEAD}[aim]
    names = sorted(name for name in after if name.endswith(ending) and before.get(name) != after[name])
    return replaced(f"{site.public}/{rng.choice(names)}") if names else None


def in_sequence(first, second):
    """True when the second is, after the first has been."""
    seen = []

    def sight():
        if not seen and first():
            seen.append(True)
        return bool(seen) and second()

    return sight


def replaced(path):
    def mark():
        try:
            status = os.stat(path)
            return status.st_ino, status.st_mtime_ns
        except (FileNotFoundError, NotADirectoryError):
            return None

    old = mark()
    return lambda: mark() not in (None, old)


def at(sight):
    def strike(build):
        while not sight():
            if not build.is_running():
                return
        build.kill()

    return strike


def kill_by_step(report, site, hits, pair, rng, clock):
    """Every change on the disk is a moment, one after the other in one worker; of each sort of them some are tried.

    Gives false when steps cannot be followed on this machine.
    """
    walk = Walk(site, hits)
    try:
        if not steps.CALLS:
            raise steps.Untraceable("its system calls are not known here")
        # From nothing, and from each of the two to the other.
        points = [points_of(walk, target, rng) for target in (pair[0], pair[1], pair[0])]
    except steps.Untraceable as reason:
        report.note(f"skipped: killed after single steps on the disk ({reason})")
        return False
    sorts = {steps.sort(step) for group in points for step, _ in group}
    tried = set()
    for way, point in clock.some(alternating(points), LEAST_BY_STEP):
        target = pair[way == 1]
        prepare(walk, pair, way)
        if walk.kill(target, "after a step", steps.Trace(point), "--jobs", "1", traced=True):
            tried.add(steps.sort(point[0]))
        walk.complete(next_after(point[0], target, pair[way != 1], rng))
    report.check(
        "killed after single steps on the disk, followed by ptrace", walk.faults,
        f"{hits.of_means('after a step')} builds hit, at {len(tried)} of {len(sorts)} sorts of steps, {walk.completed} completed")
    return True


def next_after(step, target, other, rng):
    """A folder that was made in vain shows when the next build does not need it, one that was left empty when no build does."""
    if step.startswith("mkdirat"):
        return other
    return target if step.startswith("unlinkat") else rng.choice([target, other])


def points_of(walk, target, rng):
    """Follows a build to its end and chooses the steps after which others will be killed."""
    trace = steps.Trace()
    walk.kill(target, "followed to the end", trace, "--jobs", "1", traced=True)
    return steps.chosen(trace.steps, rng)


def alternating(points):
    """Two from the first site to the second, two back, one from nothing."""
    groups = [iter(group) for group in points]
    left = {0, 1, 2}
    while left:
        for way in (1, 2, 1, 2, 0):
            point = next(groups[way], None)
            if point:
                yield way, point
            else:
                left.discard(way)


def prepare(walk, pair, way):
    """Brings the site to where a way begins."""
    if way == 0:
        walk.start_again()
    elif not walk.is_at(pair[way != 1]):
        walk.complete(pair[way != 1])


def kill_many_workers(report, site, hits, pair):
    """The next build may have fewer workers than the one that was killed, and still tidies up behind it."""
    walk = Walk(site, hits)
    walk.complete(pair[0])
    phase = walk.kill(pair[1], "at a sight", at(lambda: site.has(f"{STAGE}/255")), "--jobs", "256")
    walk.complete(pair[1], "--jobs", "1")
    report.check("a killed build of 256 workers is completed by one worker", walk.faults, f"{1 if phase else 0} build hit")


def check_hits(report, hits, has_steps):
    """A test that hits nothing proves nothing."""
    show_hits(report, hits)
    rows = rows_of(hits)
    wanted = [(f"in the phase “{phase}”", hits.of_phase(phase), least) for phase, least in LEAST.items()]
    wanted += [("in rows of several", rows, LEAST_ROWS), ("in first builds", hits.from_nothing, LEAST_FROM_NOTHING)]
    # Only steps surely fall between the last feed and the head.
    faults = [f"{hit} kills {what}, wanted are {least}" for what, hit, least in wanted if hit < least and (has_steps or "before the head" not in what)]
    report.check(
        "every phase of a build was hit", faults,
        f"{sum(map(hits.of_phase, PHASES))} running builds, {hits.from_nothing} of them the first of a site, {rows} rows of up to {max(hits.rows, default=0)}")


def show_hits(report, hits):
    width = max(map(len, hits.table), default=0)
    report.note("  ".join([" " * width, *PHASES, "too late"]))
    for means, counts in hits.table.items():
        cells = [str(counts[phase]).rjust(len(phase)) for phase in PHASES] + [str(hits.missed.get(means, 0)).rjust(len("too late"))]
        report.note("  ".join([means.ljust(width), *cells]))
    report.note("  ".join(["at least".ljust(width), *(str(LEAST[phase]).rjust(len(phase)) for phase in PHASES)]))
