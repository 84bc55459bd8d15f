"""Checks over the built demonstration; see `run`."""

import argparse
import json
import os
import sys
from pathlib import Path

import alternates
import budgets
import facts
import feeds
import links
import markup
import numerals
import offer_book
import prices
import search_index
import sitemap_schema
import social
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
    options = parser.parse_args()

    expected = json.loads((Path(__file__).parent / "expected.json").read_text("utf-8"))
    report = Report(sys.maxsize) if options.all_faults else Report()
    site = Site(options.site, expected, jobs=min(2, os.cpu_count() or 1))
    content = Content(options.content)
    known = facts.Facts(options.content / "facts", expected["seeds"])

    report.run("links", lambda: links.check(site, report))
    report.run("markup", lambda: markup.check(site, report))
    report.run("numerals", lambda: numerals.check(options.content, report))
    report.run("social", lambda: social.check(site, report))
    report.run("sitemap schema", lambda: sitemap_schema.check(site, report))
    report.run("alternates", lambda: alternates.check(site, report))
    report.run("search index", lambda: search_index.check(site, report))
    book = report.run("offer book", lambda: offer_book.check(site, report, options.public_key, options.at, options.sequence))
    if book is not None:
        at = offer_book.moment(options.at)
        report.run("prices", lambda: prices.check(prices.Prices(site, content, book, known, at), report))
        report.run("facts", lambda: facts.check(site, report, book, known))
        report.run("feeds", lambda: feeds.check(site, report, content, book))
        report.run("structured data", lambda: structured_data.check(site, report, book))
    budgets.tell(site, report)


if __name__ == "__main__":
    main()
