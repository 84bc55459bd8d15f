#!/usr/bin/env python3
# KarooExpress – Apache-2.0
"""Measures how soon pages of a built site stand: largest contentful paint, layout shift, and how long the page could not answer after
it was first painted (of every task what is beyond 50 ms), on a phone's screen with a processor four times slower than this one and a
line of 1.6 Mbit/s with 150 ms to the server and back.

    .build/browser-tools/bin/python Tests/Bench/lab.py Public

Each page is opened several times in a fresh browser, and the middle figure counts. Prints Markdown; ends with status 1 when a page
misses a bar by half or more. `--requests` says besides what came when. `Tests/Browser/run` installs what this needs."""

import argparse
import os
import pathlib
import shutil
import statistics
import sys

from playwright.sync_api import sync_playwright

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Browser"))
from site_server import serve  # noqa: E402

PAGES = {
    "home": "/en-us/", "listing": "/en-us/c/home-living.html", "product": "/en-us/p/arne-desk-lamp.html",
    "storefront": "/en-us/s/nordlicht.html", "search": "/en-us/search.html?q=lamp"}
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOWDOWN = 4
# Milliseconds, a sum of shifts, milliseconds.
BARS = {"LCP": 1200, "CLS": 0.02, "TBT": 100}
LENIENCY = 1.5
# After which nothing moves any more, in milliseconds.
REST = 2500
OBSERVERS = """
window.lab = { LCP: 0, CLS: 0, TBT: 0, what: '' };
let painted = Infinity;
const tasks = [];
const block = () => { lab.TBT = tasks.reduce((sum, { startTime, duration }) => sum + Math.max(0, startTime + duration - Math.max(startTime, painted) - 50), 0); };
const observe = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
observe('largest-contentful-paint', (entry) => {
    lab.LCP = entry.startTime;
    lab.what = entry.element ? `${entry.element.localName} ${entry.url.split('/').pop() || entry.element.textContent.trim().slice(0, 30)}` : entry.url;
});
observe('layout-shift', (entry) => { if (!entry.hadRecentInput) lab.CLS += entry.value; });
observe('paint', ({ name, startTime }) => { if (name === 'first-contentful-paint') { painted = startTime; block(); } });
observe('longtask', (entry) => { tasks.push(entry); block(); });"""
TIMES = """performance.getEntries().filter(({ entryType }) => entryType === 'resource' || entryType === 'navigation')
    .map((entry) => `${entry.startTime.toFixed(0).padStart(6)} ${entry.responseEnd.toFixed(0).padStart(6)} ${String(entry.encodedBodySize).padStart(7)}  ${entry.name.split('/').slice(3).join('/')}`).join('\\n')"""


def opened(browser, address, wants_times):
    context = browser.new_context(viewport={"width": 360, "height": 740}, device_scale_factor=2, service_workers="block")
    context.add_init_script(OBSERVERS)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.goto(address)
    page.wait_for_timeout(REST)
    figures = page.evaluate("lab")
    if wants_times:
        print(page.evaluate(TIMES))
    context.close()
    return figures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("public", type=pathlib.Path)
    parser.add_argument("--chromium", default="chromium")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="", help="pages whose names hold this")
    parser.add_argument("--requests", action="store_true", help="print what came when, once for each page")
    chosen = parser.parse_args()
    base, is_missed = serve(chosen.public), False
    print("| page | LCP, ms | what it was | CLS | TBT, ms |\n|---|---:|---|---:|---:|", flush=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which(chosen.chromium), args=["--no-sandbox"])
        for name, path in PAGES.items():
            if chosen.only not in name:
                continue
            runs = [opened(browser, base + path, chosen.requests and not run) for run in range(chosen.runs)]
            middle = {figure: statistics.median(run[figure] for run in runs) for figure in BARS}
            is_missed |= any(middle[figure] > bar * LENIENCY for figure, bar in BARS.items())
            print(f"| {name} | {middle['LCP']:.0f} | {runs[-1]['what']} | {middle['CLS']:.3f} | {middle['TBT']:.0f} |", flush=True)
        browser.close()
    return 1 if is_missed else 0


if __name__ == "__main__":
    sys.exit(main())
