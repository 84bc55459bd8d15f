"""The sitemaps keep the schema of https://www.sitemaps.org/protocol.html and of Google's pictures in them, rule by rule."""

import re
from xml.etree import ElementTree

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
VERSION = "{http://www.w3.org/1999/xhtml}link"
PICTURE = "{http://www.google.com/schemas/sitemap-image/1.1}"
DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d))?\Z")
FREQUENCIES = {"always", "hourly", "daily", "weekly", "monthly", "yearly", "never"}
LARGEST_FILE, MOST_ENTRIES, MOST_PICTURES, LONGEST_ADDRESS = 52_428_800, 50_000, 1_000, 2_048


def check(site, report):
    faults, entries, pictures = [], 0, 0
    files = ["sitemap.xml"] + [file for file in site.files if file.startswith("sitemaps/") and not file.endswith((".gz", ".br"))]
    for file in files:
        data = (site.root / file).read_bytes()
        if not data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>'):
            faults.append(f"{file} does not say that it is XML in UTF-8")
        if len(data) > LARGEST_FILE:
            faults.append(f"{file} has {len(data)} bytes")
        root = ElementTree.fromstring(data)
        name = "sitemap" if file == "sitemap.xml" else "url"
        if root.tag != MAP + {"sitemap": "sitemapindex", "url": "urlset"}[name] or root.attrib or (root.text or "").strip():
            faults.append(f"{file}: the root is {root.tag} with {root.attrib}")
        if not 1 <= len(root) <= MOST_ENTRIES:
            faults.append(f"{file} has {len(root)} entries")
        for entry in root:
            entries += 1
            pictures += len(entry.findall(PICTURE + "image"))
            faults += [f"{file}: {fault}" for fault in _entry(entry, name, site, file)]
    report.check("sitemaps keep their schema", faults, f"{entries} entries with {pictures} pictures in {len(files)} files")


def _entry(entry, name, site, file):
    """The schema wants the address first; the others in any order, each at most once, pictures after them."""
    if entry.tag != MAP + name or entry.attrib or (entry.text or "").strip():
        yield f"an entry is {entry.tag} with {entry.attrib}"
    tags = [child.tag for child in entry]
    if not tags or tags[0] != MAP + "loc":
        yield f"an entry begins with {tags[:1]}"
    for tag in {tag for tag in tags if tag.startswith(MAP) and tags.count(tag) > 1}:
        yield f"{tag} stands twice in an entry"
    if tags.count(PICTURE + "image") > MOST_PICTURES:
        yield f"an entry has {len(tags)} pictures"
    for child in entry:
        text = child.text or ""
        if child.tag == MAP + "loc":
            yield from _address(text, site, 12)
        elif child.tag == MAP + "lastmod":
            if not DAY.match(text):
                yield f"lastmod is {text!r}"
        elif child.tag == MAP + "changefreq" and name == "url":
            if text not in FREQUENCIES:
                yield f"changefreq is {text!r}"
        elif child.tag == MAP + "priority" and name == "url":
            if not re.fullmatch(r"0(\.\d+)?|1(\.0+)?", text):
                yield f"priority is {text!r}"
        elif child.tag == PICTURE + "image" and name == "url":
            if [part.tag for part in child] != [PICTURE + "loc"] or child.attrib:
                yield f"a picture has {[part.tag for part in child]}"
            else:
                yield from _address(child[0].text or "", site, 12)
                if site.file(child[0].text, file)[0] not in site.file_set:
                    yield f"the picture {child[0].text} is not there"
        elif child.tag == VERSION and name == "url":
            if sorted(child.attrib) != ["href", "hreflang", "rel"] or child.get("rel") != "alternate" or text or len(child):
                yield f"a version has {child.attrib} and {text!r}"
            else:
                yield from _address(child.get("href"), site, 12)
        else:
            yield f"{child.tag} is not known"
        if child.tag not in (PICTURE + "image", VERSION) and (len(child) or child.attrib):
            yield f"{child.tag} has more in it than text"


def _address(text, site, shortest):
    if not text.startswith(site.base + "/") or not shortest <= len(text) <= LONGEST_ADDRESS or re.search(r"[\s<>\"{}|\\^`]", text) or not text.isascii():
        yield f"the address {text!r} is none of the site's"
