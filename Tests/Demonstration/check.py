"""Checks over the built demonstration; see `run`."""

import argparse
import json
import os
import sys
from pathlib import Path

import alternates
import facts
import feeds
import links
import markup
import offer_book
import prices
import structured_data
from content import Content
from report import Report
from site_files import Site


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("site", type=Path)
    parser.add_argument("--content", type=Path, required=True)
    parser.add_argument("--public-key", required=True)
    parser.add_argument("--at", required=True)
    parser.add_argument("--sequence", type=int, required=True)
    parser.add_argument("--all-faults", action="store_true")
    parser.add_argument("--only")
    options = parser.parse_args()

    expected = json.loads((Path(__file__).parent / "expected.json").read_text("utf-8"))
    site = Site(options.site, expected, jobs=min(2, os.cpu_count() or 1))
    report = Report(sys.maxsize) if options.all_faults else Report()
    links.check(site, report)
    markup.check(site, report)
    alternates.check(site, report)
    content = Content(options.content)
    known = facts.Facts(options.content / "facts", expected["seeds"])
    book = offer_book.check(site, report, options.public_key, options.at, options.sequence)
    prices.check(prices.Prices(site, content, book, known, offer_book.moment(options.at)), report)
    facts.check(site, report, book, known)
    feeds.check(site, report, content, book)
    structured_data.check(site, report, book)


if __name__ == "__main__":
    main()
