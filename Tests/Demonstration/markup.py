"""What every page has in its head and body, whatever it shows."""

import re
import unicodedata
from collections import defaultdict

# Search engines show about 60 and 160 characters; far more than that says that a text went to the wrong place.
LONGEST_TITLE = 180
LONGEST_DESCRIPTION = 320
MARKUP = re.compile(r"&(amp|lt|gt|quot|#\d+);|\{\{|\}\}|<[a-z/]", re.I)
# Overrides and embeddings have no place in a text; marks and isolates are fine (Unicode Standard Annex 9).
BIDI_OVERRIDES = re.compile("[\u202a\u202b\u202c\u202d\u202e]")


def check(site, report):
    _language(site, report)
    _headings(site, report)
    _titles(site, report)
    _nothing_inline(site, report)
    _text(site, report)


def _language(site, report):
    faults = []
    rtl = 0
    for file, page in site.pages.items():
        edition = site.editions[site.edition(file) or site.default_edition]
        if page.language != edition["language"]:
            faults.append(f"{file}: lang is {page.language!r}, not {edition['language']}")
        if page.direction != edition["direction"]:
            faults.append(f"{file}: dir is {page.direction!r}, not {edition['direction']}")
        rtl += page.direction == "rtl"
        for lang, hreflang, direction in page.tags:
            for tag in filter(None, (lang, hreflang)):
                if tag != "x-default" and not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", tag):
                    faults.append(f"{file}: {tag!r} is no language tag of the site")
            # A link in its own language says which way that is written.
            if lang and hreflang and direction != ("rtl" if lang.startswith("ar") else "ltr"):
                faults.append(f"{file}: a link in {lang} has dir={direction}")
    missing = [edition for edition in site.editions if f"{edition}/index.html" not in site.pages]
    faults += [f"there is no edition {edition}" for edition in missing]
    folders = {file.split("/")[0] for file in site.files if re.match(r"[a-z]{2}-[a-z]{2}/", file)}
    faults += [f"the edition {folder} is not expected" for folder in folders - site.editions.keys()]
    report.check("lang and dir", faults, f"{len(site.pages)} pages in {len(site.editions)} editions, {rtl} from right to left")


def _headings(site, report):
    faults = []
    for file, page in site.pages.items():
        if len(page.headings) != 1:
            faults.append(f"{file}: {len(page.headings)} h1")
        elif not page.headings[0]:
            faults.append(f"{file}: the h1 is empty")
        if page.mains != 1:
            faults.append(f"{file}: {page.mains} main")
    report.check("one h1 and one main", faults, f"{len(site.pages)} pages")


def _titles(site, report):
    faults = []
    same = {"title": defaultdict(list), "description": defaultdict(list)}
    for file, page in site.pages.items():
        if len(page.titles) != 1 or not page.titles[0]:
            faults.append(f"{file}: titles are {page.titles}")
            continue
        descriptions = page.metas.get("description", [])
        if len(descriptions) != 1 or not descriptions[0].strip():
            faults.append(f"{file}: descriptions are {descriptions}")
            continue
        if len(page.titles[0]) > LONGEST_TITLE:
            faults.append(f"{file}: the title has {len(page.titles[0])} characters")
        if len(descriptions[0]) > LONGEST_DESCRIPTION:
            faults.append(f"{file}: the description has {len(descriptions[0])} characters")
        if page.is_indexable:
            # Editions in one language may say the same, and the root page what the home page of its edition says.
            edition = site.edition(file) or "/"
            same["title"][edition, page.titles[0]].append(file)
            same["description"][edition, descriptions[0]].append(file)
            if page.titles[0] == descriptions[0]:
                faults.append(f"{file}: the description is the title: {descriptions[0]!r}")
    report.check("title and description there and sound", faults, f"{len(site.pages)} pages")
    for what, texts in same.items():
        twins = [f"{what} {text!r} on {', '.join(files)}" for (_, text), files in texts.items() if len(files) > 1]
        report.check(f"no two pages of an edition with one {what}", twins, f"{len(texts)} different ones")


def _nothing_inline(site, report):
    faults = [f"{file}: {fault}" for file, page in site.pages.items() for fault in page.faults]
    pictures = sum(page.pictures for page in site.pages.values())
    scripts = sum(len(page.data) for page in site.pages.values())
    report.check(
        "nothing inline; each img with width, height and alt", faults,
        f"{len(site.pages)} pages with {pictures} img and {scripts} blocks of data")


def _text(site, report):
    """Text is normalized (NFC), has no directional overrides, no markup that was escaped twice, no empty names."""
    faults = []
    for file, page in site.pages.items():
        texts = {"text": page.text, "title": " ".join(page.titles), "description": page.description or ""}
        for where, text in texts.items():
            if not unicodedata.is_normalized("NFC", text):
                faults.append(f"{file}: the {where} is not in NFC")
            for pattern, what in ((BIDI_OVERRIDES, "a directional override"), (MARKUP, "markup")):
                found = pattern.search(text)
                if found:
                    faults.append(f"{file}: {what} in the {where}: {text[max(0, found.start() - 30):found.end() + 30]!r}")
            if "\ufffd" in text:
                faults.append(f"{file}: a replacement character in the {where}")
    report.check("text without twice-escaped markup or overrides", faults, f"{len(site.pages)} pages")
