"""Tests one after the other in one browser, a line for each, and the line that counts them."""

import argparse
import pathlib
import shutil
import time
import traceback

from playwright.sync_api import sync_playwright

TESTS = []


def test(function):
    TESTS.append(function)
    return function


def equal(found, expected):
    assert found == expected, f"{found!r} instead of {expected!r}"


def until(page, expression, argument=None, seconds=8):
    """Waits until an expression holds in the page. Playwright's own way would need `unsafe-eval`."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression, argument):
        assert time.monotonic() < end, f"{expression} does not come true"
        time.sleep(0.02)


def options(of_a_site=True):
    """The options that every part has; a part may add its own."""
    parser = argparse.ArgumentParser()
    if of_a_site:
        parser.add_argument("public", type=pathlib.Path)
    parser.add_argument("--chromium", default="chromium")
    parser.add_argument("--only", default="", help="run tests whose names hold this")
    return parser


def run(chosen, site_of):
    """Runs the tests on what `site_of` makes of a browser; gives the status of the program."""
    failed = passed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which(chosen.chromium), args=["--no-sandbox"])
        site = site_of(browser)
        for function in TESTS:
            # A part may take what another one knows of pages, without its tests.
            if chosen.only not in function.__name__ or function.__module__ != "__main__":
                continue
            begin, name = time.monotonic(), function.__name__.replace("_", " ")
            try:
                function(site)
                passed += 1
                print(f"ok  {name} ({time.monotonic() - begin:.1f} s)", flush=True)
            except Exception as error:
                failed += 1
                place = traceback.extract_tb(error.__traceback__)
                line = next((frame for frame in reversed(place) if frame.filename == function.__code__.co_filename), place[-1])
                print(f"FAIL  {name}, line {line.lineno}: {str(error).splitlines()[0] if str(error) else type(error).__name__}", flush=True)
        browser.close()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0
