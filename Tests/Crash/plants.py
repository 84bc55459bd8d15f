# KarooExpress – Apache-2.0
"""Programs that break what karoo promises, on purpose: the checks must find every one of them."""

import os

from builds import Karoo, Site
from kills import at
from obstacles import begin_from, obstruct, refuse_second
from trees import STAGE
from walk import Hits, Walk

HONEST = 'exec "$karoo" "$@"'
# In each, "$karoo" is the program and "$out" the output folder.
PLANTS = [
    ("kill", "a file is half written when the build is killed", f'[ ! -f "$out/index.html" ] || printf "<!DOC" >"$out/index.html"; {HONEST}'),
    ("obstruct", "a failed build harms a file", '"$karoo" "$@" || { code=$?; : >"$out/en-us/search.html"; exit $code; }'),
    ("kill", "a file is cut short at the end", '"$karoo" "$@"; code=$?; printf half >"$out/robots.txt"; exit $code'),
    ("refuse", "a refused build gives the wrong code", '"$karoo" "$@" || exit 1'),
    ("kill", "a file is removed before the others are written", f'rm -f "$out/en-us/about.html"; {HONEST}'),
    ("kill", "a rest stays in the output", '"$karoo" "$@"; code=$?; mkdir "$out/.karoo-stage"; exit $code'),
]


def find_plants(report, karoo, work, pair, clock):
    """With the honest program the same checks pass: so it is the fault that they find."""
    checks = {"kill": kill_once, "obstruct": obstruct_once, "refuse": refuse_once}
    site = Site(wrapped(karoo, f"{work}/honest", HONEST), f"{work}/unplanted")
    faults = [f"a fault is found where none was planted: {fault}" for check in checks.values() for fault in check(site, pair)]
    planted = 0
    for check, name, script in clock.some(PLANTS, 2):
        planted += 1
        if not checks[check](Site(wrapped(karoo, f"{work}/plant-{planted}", script), f"{work}/planted-{planted}"), pair):
            faults.append(f"it is not found that {name}")
    report.check("faults that were planted are found", faults, f"{planted} programs that break a promise, and one that does not")


def wrapped(karoo, path, script):
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"#!/bin/sh\n# The output folder is the last argument.\nkaroo='{karoo.path}'\nfor out in \"$@\"; do :; done\n{script}\n")
    os.chmod(path, 0o755)
    return Karoo(path, karoo.key)


def kill_once(site, pair):
    walk = Walk(site, Hits())
    walk.complete(pair[0])
    walk.kill(pair[1], "at a sight", at(lambda: site.has(STAGE)))
    walk.complete(pair[1])
    return walk.faults


def obstruct_once(site, pair):
    return obstruct(site, pair[1], pair[0], "folder", "Public/en-us/index.html")


def refuse_once(site, pair):
    return begin_from(site, pair[0]) + refuse_second(site, pair[0], pair[1], pair[1])
