#!/usr/bin/env python3
# KarooExpress – Apache-2.0
"""Compares what KarooExpress and Hugo wrote of the same catalogue, page by page.

    python3 Tests/Bench/parity.py --karoo Public --hugo HugoPublic --sample 200 --seed 1

A sample of pages of every kind is read from both outputs and compared field by field: what readers see and what is read
to them, links, pictures, the head with its alternates and Open Graph, JSON-LD as data, feeds by element. Prints how many
are equal, and lists what differs to standard error. Ends with status 1 when anything differs.
"""

import argparse
import collections
import html.parser
import json
import os
import random
import re
import sys
import xml.etree.ElementTree

SAMPLE = 200
SEED = 20261122
SHOWN = 40

# MARK: What may differ

# Hugo names the further pages of a list and its feeds by rules of its own. Its names are read as Karoo's.
HUGO_ADDRESSES = [
    (re.compile(r"/page/(\d+)\.html"), r"/page-\1.html"),
    (re.compile(r"(/?)\b([a-z]{2}-[a-z]{2})/index\.xml"), r"\1\2/new.xml"),
    (re.compile(r"/index\.xml"), ".xml"),
    # Hugo writes escapes in small letters; both are the same address (RFC 3986, 6.2.2.1).
    (re.compile(r"%[0-9a-f]{2}"), lambda escape: escape.group().upper()),
]

# The style guide shows the theme, not the catalogue; the pages that buy are empty but for their forms. Karoo writes them besides.
STYLE_GUIDE = re.compile(r"(.*/)?(styleguide(/index)?|checkout|order|account/[a-z-]+)\.html")

# Karoo names the drawings that stand for pictures by their bytes; those of Hugo's site have no digest in their names.
DRAWINGS = re.compile(rb"/media/placeholder/([a-z0-9-]+)\.[0-9a-f]{12}\.svg")

# Karoo chooses related products by attributes and prices. Hugo takes the neighbours in the category, which costs it
# less; it would have to compare each product with all others. So the products of the two shelves below a product may be
# others, and of the shelves only the number of cards must be equal. The cards themselves are compared wherever both
# programs show one of the same product, on whatever pages of the sample that is.
CHOSEN_SHELVES = {"related", "sameSeller"}

# Karoo's shares of one star to five add up to 100 %; Hugo rounds each by itself. So the bars in the table of ratings may
# be of another length by one step of 5 %. The numbers beside the bars are compared.
ROUNDED_BARS = "share"


def as_karoo(text):
    """A text of Hugo's output, or the name of one of its files, with addresses as Karoo writes them."""
    for pattern, replacement in HUGO_ADDRESSES:
        text = pattern.sub(replacement, text)
    return text


# MARK: Reading a page

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
UNSEEN = frozenset(["script", "style", "template"])
INLINE = frozenset("a abbr b bdi bdo cite code data del em i img ins kbd mark q s samp small span strong sub sup time u var".split())
SAID = ("alt", "aria-label", "placeholder", "datetime", "value")


class Page(html.parser.HTMLParser):
    """The fields of a page, each a list in the order of the page."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.texts, self.links, self.pictures, self.head, self.data = [], [], [], [], []
        self.cards = {}
        self.open = []
        self.line = ""
        self.raw = None
        self.card = None
        self.shelf = None
        self.feed(text)
        self.close()
        self.end_line()

    def handle_starttag(self, tag, pairs):
        attributes = dict(pairs)
        is_hidden = "hidden" in attributes or tag in UNSEEN or self.is_hidden
        if tag not in VOID:
            self.open.append((tag, is_hidden))
        if tag not in INLINE:
            self.end_line()
        if tag in ("title", "script"):
            self.raw = (attributes, "")
        self.look(tag, attributes)
        if not is_hidden:
            self.see(tag, attributes)

    def handle_endtag(self, tag):
        if tag not in (name for name, _ in self.open):
            return
        while True:
            name, _ = self.open.pop()
            if name not in INLINE:
                self.end_line()
            if name == tag:
                break
        if tag in ("title", "script"):
            self.end_raw(tag)
        elif tag == "article" and self.card is not None:
            self.end_card()
        elif tag == "section" and self.shelf is not None:
            self.end_shelf()

    def handle_data(self, data):
        if self.raw is not None:
            self.raw = (self.raw[0], self.raw[1] + data)
        elif not self.is_hidden:
            self.line += data

    @property
    def is_hidden(self):
        return bool(self.open) and self.open[-1][1]

    def look(self, tag, attributes):
        """What machines read."""
        if tag == "html":
            self.head.append(("html", attributes.get("lang"), attributes.get("dir")))
        elif tag == "meta":
            self.head.append(("meta", attributes.get("name") or attributes.get("property") or "charset", attributes.get("content")))
        elif tag == "link":
            self.head.append(("link", *sorted(attributes.items())))
        elif tag == "script" and "src" in attributes:
            self.head.append(("script", attributes["src"]))
        elif tag == "section" and attributes.get("aria-labelledby") in CHOSEN_SHELVES:
            self.shelf = (attributes["aria-labelledby"], 0)
        elif tag == "article" and self.is_in("li"):
            self.end_line()
            self.card = (len(self.texts), len(self.links), len(self.pictures))

    def see(self, tag, attributes):
        """What readers see, and what is read to them."""
        for name in SAID:
            if attributes.get(name):
                self.line += f" [{name} {attributes[name]}] "
        state = tuple(attributes[name] for name in ("class", "rel", "aria-current", "lang", "hreflang") if name in attributes)
        if tag == "a":
            self.links.append((attributes.get("href"), *state))
        elif tag == "form":
            self.links.append((attributes.get("action"), "form"))
        elif tag == "img":
            self.pictures.append((attributes.get("src"), attributes.get("width"), attributes.get("height"), attributes.get("loading")))
        elif tag == "tr" and "data-sku" in attributes:
            self.pictures.append((attributes["data-sku"], attributes.get("data-image"), attributes.get("data-estimates")))
        elif tag == "span" and attributes.get("class") and not attributes["class"].startswith(ROUNDED_BARS):
            self.line += f" [{attributes['class']}] "

    def is_in(self, tag):
        return any(name == tag for name, _ in self.open)

    def end_line(self):
        line = " ".join(self.line.replace("\n", " ").replace("\t", " ").replace("\r", " ").split(" ")).strip(" ")
        line = re.sub(" +", " ", line)
        if line:
            self.texts.append(line)
        self.line = ""

    def end_raw(self, tag):
        attributes, text = self.raw
        self.raw = None
        if tag == "title":
            self.head.append(("title", text))
        elif attributes.get("type") == "application/ld+json":
            self.data.append(json.loads(text))

    def end_card(self):
        """Keeps the card under its product's address; on a shelf that may differ it is taken off the page."""
        self.end_line()
        texts, links, pictures = self.card
        # Whether a picture is waited for is of the place where the card stands; pages tell it of themselves.
        card = (self.texts[texts:], self.links[links:], [picture[:3] for picture in self.pictures[pictures:]])
        if card[1]:
            self.cards[card[1][0][0]] = card
        if self.shelf is not None:
            self.shelf = (self.shelf[0], self.shelf[1] + 1)
            del self.texts[texts:], self.links[links:], self.pictures[pictures:]
        self.card = None

    def end_shelf(self):
        name, count = self.shelf
        self.texts.append(f"[{count} cards: {name}]")
        self.shelf = None

    @property
    def fields(self):
        return {"visible texts": self.texts, "links": self.links, "pictures": self.pictures, "heads": self.head, "JSON-LD": self.data}


def feed_fields(text):
    """The elements of a file of XML, in their order."""
    root = xml.etree.ElementTree.fromstring(text)
    return {"feeds": [(element.tag, (element.text or "").strip(), *sorted(element.attrib.items())) for element in root.iter()]}


# MARK: The sample

TRAITS = [
    ("product with variants", lambda text: b'class="grid"' in text),
    ("product without variants", lambda text: b'class="grid"' not in text),
    ("product, reduced", lambda text: b'class="cost sale"><' not in text and b'class="cost sale"' in text),
    ("product, rated", lambda text: b'class="bars"' in text),
    ("product, not rated", lambda text: b'class="bars"' not in text),
    ("product with reviews", lambda text: b'class="said"' in text),
    ("product, sold out", lambda text: b'class="stock out"' in text),
    ("product with a unit price", lambda text: b'id="unitPrice">' in text),
    ("product without pictures", lambda text: b'<figure id="picture-1"><img src="/placeholders/' in text),
]
KINDS = [
    ("home", r"[^/]+/index\.html"), ("site map", r"[^/]+/sitemap\.html"), ("search, cart, not found", r"[^/]+/(search|cart|404)\.html"),
    ("text", r"[^/]+/[^/]+\.html"), ("category, further pages", r"[^/]+/c/.+/page-\d+\.html"), ("category, first page", r"[^/]+/c/.+\.html"),
    ("seller, further pages", r"[^/]+/s/[^/]+/page-\d+\.html"), ("seller, first page", r"[^/]+/s/[^/]+\.html"),
    ("feed of new products", r"[^/]+/(new|c/.+)\.xml"), ("search description", r"[^/]+/opensearch\.xml"), ("product", r"[^/]+/p/[^/]+\.html"),
]


def kind(name):
    return next((entry for entry, pattern in KINDS if re.fullmatch(pattern, name)), None)


def names(folder):
    """The files of a folder that are compared, by kind."""
    found = {}
    for place, _, files in os.walk(folder):
        for file in files:
            name = os.path.relpath(os.path.join(place, file), folder)
            if kind(as_karoo(name)) and not STYLE_GUIDE.fullmatch(name):
                found[as_karoo(name)] = name
    return found


def choose(folder, files, count, seed):
    """Pages of every kind and, of products, with every trait, by turns until there are enough of them."""
    chance = random.Random(seed)
    shuffled = sorted(files)
    chance.shuffle(shuffled)
    queues = {entry: iter([name for name in shuffled if kind(name) == entry]) for entry, _ in KINDS if entry != "product"}
    products = [name for name in shuffled if kind(name) == "product"]
    for trait, has in TRAITS:
        queues[trait] = filter(lambda name, has=has: has(read(folder, name)), products)
    chosen = {}
    while queues and len(chosen) < count:
        for entry in list(queues):
            name = next((name for name in queues[entry] if name not in chosen), None)
            if name is None:
                del queues[entry]
            elif len(chosen) < count:
                chosen[name] = entry
    return chosen


def read(folder, name):
    with open(os.path.join(folder, name), "rb") as file:
        return DRAWINGS.sub(rb"/placeholders/\1.svg", file.read())


# MARK: Comparing

class Parity:
    """How many pages of a sample are equal in each field, and what differs."""

    def __init__(self):
        self.equal = collections.Counter()
        self.compared = collections.Counter()
        self.sample = collections.Counter()
        self.differences = []

    def count(self, field, name, one, other):
        self.compared[field] += 1
        if one == other:
            self.equal[field] += 1
        else:
            self.differences.append(f"{name}: {field}: {first_difference(one, other)}")

    @property
    def is_equal(self):
        return not self.differences

    def shares(self):
        """Of each field, how many are equal in how many."""
        return [(field, self.equal[field], count) for field, count in self.compared.items()]


def compare(karoo, hugo, sample=SAMPLE, seed=SEED, also=()):
    """Compares a sample of the files of two folders, and some more by name."""
    parity = Parity()
    ours, theirs = names(karoo), names(hugo)
    for name in sorted(set(ours) ^ set(theirs)):
        parity.differences.append(f"{name}: only written by {'Karoo' if name in ours else 'Hugo'}")
    cards = ({}, {})
    chosen = choose(karoo, [name for name in ours if name in theirs], sample, seed)
    for name, entry in {**chosen, **{name: "product with the changed price" for name in also}}.items():
        parity.sample[entry] += 1
        compare_file(parity, name, read(karoo, name).decode(), as_karoo(read(hugo, theirs[name]).decode()), cards)
    for url in cards[0].keys() & cards[1].keys():
        parity.count("cards", url, cards[0][url], cards[1][url])
    return parity


def compare_file(parity, name, one, other, cards):
    if name.endswith(".xml"):
        fields = feed_fields(one), feed_fields(other)
    else:
        pages = Page(one), Page(other)
        fields = pages[0].fields, pages[1].fields
        for page, known in zip(pages, cards):
            keep_cards(page, known)
    for field in fields[0]:
        parity.count(field, name, fields[0][field], fields[1][field])


def keep_cards(page, known):
    """All that a program shows as the card of a product, which should be the same everywhere."""
    for url, card in page.cards.items():
        if card not in known.setdefault(url, []):
            known[url].append(card)


def first_difference(one, other, path=""):
    """Where two values of lists and dictionaries part, and what stands there."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in [*one, *(key for key in other if key not in one)]:
            if one.get(key) != other.get(key):
                return first_difference(one.get(key), other.get(key), f"{path}.{key}")
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)) and not (path == "" and is_leaf(one)):
        for place, (a, b) in enumerate(zip(one, other)):
            if a != b:
                return first_difference(a, b, f"{path}[{place}]")
        longer, name = (one, "Karoo") if len(one) > len(other) else (other, "Hugo")
        return f"{path}: {name} alone has {longer[min(len(one), len(other))]!r}"
    return f"{path}: Karoo {one!r}, Hugo {other!r}"


def is_leaf(value):
    return isinstance(value, tuple) and all(not isinstance(part, (list, tuple, dict)) for part in value)


def report(parity, seed):
    """Lists what differs."""
    kinds = "; ".join(f"{count} {entry}" for entry, count in parity.sample.items())
    print(f"parity: seed {seed}, {sum(parity.sample.values())} files: {kinds}", file=sys.stderr)
    for difference in parity.differences[:SHOWN]:
        print(f"parity: {difference}", file=sys.stderr)
    if len(parity.differences) > SHOWN:
        print(f"parity: … and {len(parity.differences) - SHOWN} more", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--karoo", required=True, help="the folder that Karoo wrote")
    parser.add_argument("--hugo", required=True, help="the folder that Hugo wrote")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="how many pages are compared")
    parser.add_argument("--seed", type=int, default=SEED, help="which pages they are")
    parser.add_argument("--also", action="append", default=[], metavar="NAME", help="a file that is compared besides")
    parser.add_argument("--json", action="store_true", help="print for programs, and end with status 0 in any case")
    options = parser.parse_args()
    parity = compare(options.karoo, options.hugo, options.sample, options.seed, options.also)
    report(parity, options.seed)
    if options.json:
        print(json.dumps({"seed": options.seed, "sample": parity.sample, "shares": parity.shares(), "differences": parity.differences}))
        return
    for field, equal, count in parity.shares():
        print(f"{field}: equal in {equal} of {count}")
    sys.exit(0 if parity.is_equal else 1)


if __name__ == "__main__":
    main()
