#!/usr/bin/env python3
# KarooExpress – Apache-2.0
"""Writes a catalogue for the benchmark of the search, once for each engine, and what is asked of it.

    python3 Tests/Bench/search/documents.py --kind short --count 10000 --out /dev/shm/search
    python3 Tests/Bench/search/documents.py --kind full --count 10000 --icecat products.jsonl.xz --out /dev/shm/search

`documents.jsonl` is what `karoo search index` reads; `site` holds the same products as pages for Pagefind. `queries.json`
and `typos.json` are drawn from the products by the seed. The same arguments give the same bytes everywhere.

The kinds are `short`, generated products with a few words each; `full`, real products of Icecat, repeated with other model
numbers, brands and prices when there are not enough; and `real`, these products once and unchanged.
"""

import argparse
import collections
import datetime
import html
import json
import lzma
import os
import re
import sys
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import catalogue  # noqa: E402
import vocabulary as words  # noqa: E402
from catalogue import Random  # noqa: E402

SEED = 20261127
QUERIES = 40
FACETS = [("category", "Category", "tree"), ("brand", "Brand", "list"), ("colour", "Colour", "list")]
SCHEMA = {
    "language": "en",
    "facets": [{"id": id, "label": label, "kind": kind, "scope": True} for id, label, kind in FACETS],
    "numbers": ["price", "was", "from", "rating", "reviews", "stock", "published", "prior"],
    "columns": ["title", "url", "image", "seller"],
    "money": {
        "currency": "USD", "decimals": 2, "prefix": "$", "suffix": "", "group": ",", "decimal": ".", "primary": 3, "secondary": 3,
        "minimum": 1, "zero": "0"},
}
FOLDED = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h", "ŋ": "n", "ς": "σ"})


def folded(text):
    """Words of a text, without cases and accents."""
    if not text.isascii():
        text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text))
        text = "".join(letter for letter in text if unicodedata.category(letter) != "Mn")
    return re.findall(r"[^\W_]+", text.lower().translate(FOLDED))


class Product:
    """What both engines are told."""

    def __init__(self, id, title, brand, path, type, colours, attributes, description, price, image, seller, published, stock):
        self.id = id
        self.title = title
        self.brand = brand
        # Categories from the top: token and label of each.
        self.path = path
        # What it is, in a word or two; only queries are made of it.
        self.type = type
        self.colours = colours
        # Name, value, and whether the value is a text to search.
        self.attributes = attributes
        self.description = description
        self.price = price
        self.image = image
        self.seller = seller
        self.published = published
        self.stock = stock
        self.url = f"/p/{catalogue.slugged(title[:60])}-{catalogue.slugged(id)}.html"

    @property
    def texts(self):
        return {
            "title": self.title, "brand": self.brand, "category": self.path[-1][1],
            "attributes": "\n".join(value for _, value, is_searched in self.attributes if is_searched), "description": self.description,
        }

    def line(self):
        facets = {"category": self.path, "brand": [(catalogue.slugged(self.brand), self.brand)]}
        if self.colours:
            facets["colour"] = [(catalogue.slugged(colour), colour) for colour in self.colours]
        return json.dumps({
            "id": self.id, "group": self.path[-1][0], "popularity": 0, "texts": self.texts,
            "card": {"title": self.title, "url": self.url, "image": self.image, "seller": self.seller}, "facets": facets,
            "numbers": {"price": self.price, "stock": self.stock, "published": self.published},
        }, ensure_ascii=False)

    def page(self):
        """The same as a page, as a theme would mark it for Pagefind; what is not to be found lies outside of its body or is ignored."""
        def escaped(text):
            return html.escape(text, quote=True)

        # The last category is a text of both engines; its ancestors are filters only.
        crumbs = "".join(
            f'<li data-pagefind-filter="category[data-path]" data-path="{escaped(token)}"{ignored if place < len(self.path) - 1 else ""}>{escaped(label)}</li>'
            for place, (token, label) in enumerate(self.path) for ignored in [" data-pagefind-ignore"])
        rows = "".join(
            f'<tr><th data-pagefind-ignore>{escaped(name)}</th><td{"" if is_searched else " data-pagefind-ignore"}>{escaped(value)}</td></tr>'
            for name, value, is_searched in self.attributes)
        colours = "".join(f'<i hidden data-pagefind-filter="colour:{escaped(colour)}"></i>' for colour in self.colours)
        return (
            f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{escaped(self.title)}</title></head>\n<body>\n'
            f'<header><a href="/">Benchmark Market</a></header>\n<main data-pagefind-body>\n<h1>{escaped(self.title)}</h1>\n'
            f'<img src="{escaped(self.image)}" alt="" data-pagefind-meta="image[src]">\n<ol>{crumbs}</ol>\n'
            f'<p data-pagefind-filter="brand">{escaped(self.brand)}</p>\n'
            f'<p data-pagefind-ignore data-pagefind-meta="price" data-pagefind-sort="price[data-price]" data-price="{self.price}">${self.price // 100:,}.{self.price % 100:02d}</p>\n'
            f'<p data-pagefind-ignore data-pagefind-meta="seller">{escaped(self.seller)}</p>{colours}\n'
            f'<p>{escaped(self.description)}</p>\n' + (f"<table>{rows}</table>\n" if rows else "") + "</main>\n"
            '<footer><a href="/shipping.html">Shipping</a></footer>\n</body>\n</html>\n')


def days(date):
    return (datetime.date.fromisoformat(date) - datetime.date(1970, 1, 1)).days


# MARK: Generated products

def coined_words(count):
    """Words that nobody knows, from short to long, with endings that stemmers know."""
    random = Random(11)
    endings = ["", "s", "ing", "ed", "er", "ly", "", "ness"]
    starts = ["b", "br", "c", "ch", "d", "dr", "f", "g", "gl", "h", "k", "l", "m", "n", "p", "pl", "r", "s", "st", "t", "tr", "v", "w", "z"]
    vowels = ["a", "e", "i", "o", "u", "ea", "ou"]
    ends = ["ck", "ld", "lt", "m", "n", "nd", "p", "rk", "rt", "sh", "t", "x"]
    found = {}
    while len(found) < count:
        word = "".join(random.choice(starts) + random.choice(vowels) for _ in range(1 + (len(found) > 300) + random.below(2)))
        found[word + random.choice(ends) + random.choice(endings)] = None
    return list(found)


class Vocabulary:
    """Words as frequent as in languages: each as often as its rank is low."""

    def __init__(self, count=24_000, slots=1 << 20):
        ranked = coined_words(count)
        whole = sum(1 / (rank + 3) for rank in range(count))
        self.slots = [word for rank, word in enumerate(ranked) for _ in range(max(1, int(slots / (rank + 3) / whole)))]
        self.rare = ranked[2000:]

    def word(self, random):
        return self.slots[random.below(len(self.slots))]


def short_products(count):
    """Generated products: a title, about thirty words, a brand, a category of three levels, often a colour."""
    texts = Vocabulary()
    leaves = [
        (top, f"{top}/{second}/{leaf}", [(top, top_name), (f"{top}/{second}", second_name), (f"{top}/{second}/{leaf}", leaf_name)], noun)
        for top, top_name, _, seconds in words.TREE for second, second_name, _, leaves in seconds for leaf, leaf_name, _, noun, _ in leaves]
    random = Random(12)
    brands = [f"{catalogue.coined(random)} {random.choice(words.MAKER_WORDS)}" for _ in range(max(40, min(2000, count // 100)))]
    sellers = [f"{catalogue.coined(random)} {random.choice(words.MAKER_WORDS)} Shop" for _ in range(catalogue.seller_count(count))]
    sentences = [en.replace("*", "") for en, _ in words.OPENINGS + words.SENTENCES]
    for number in range(count):
        random = Random(50_000_000_000 + number)
        top, _, path, noun = random.choice(leaves)
        name = catalogue.coined(random)
        made = words.MATERIAL_NAMES[random.choice(words.MATERIALS[top])][0].lower()
        # Brands are as uneven as words.
        brand = brands[min(random.below(len(brands)), random.below(len(brands)))]
        title = [name, noun] + [random.choice(texts.rare)] * random.chance(30)
        colours = [random.choice(words.COLOURS)[2]] if random.chance(70) else []
        if random.chance(50):
            title.append(made)
        if random.chance(60):
            title.append(f"{chr(65 + random.below(26))}{chr(65 + random.below(26))}{random.between(100, 99_999)}")
        sentence = random.choice(sentences).format(name=name, noun=noun, made=made, town=random.choice(words.TOWNS)[2], n=random.between(3, 40))
        rest = " ".join(texts.word(random) for _ in range(max(6, 30 - sentence.count(" "))))
        key = f"{random.next():016x}"
        yield Product(
            f"p{number}", " ".join(title), brand, path, noun, colours, [], f"{sentence} {rest[0].upper()}{rest[1:]}.",
            random.between(4, 400) * 100 + random.choice([0, 0, 50, 90, 95]), f"/media/{key[:2]}/{key[2:4]}.{key[4:]}.webp",
            random.choice(sellers), random.between(19_700, 20_750), random.choice([0, 1, 2, 2, 2, 2]))


# MARK: Real products

CATEGORIES = {id: name for id, name, _ in catalogue.ICECAT_CATEGORIES}
SELLERS = [f"{catalogue.coined(random)} {random.choice(words.MAKER_WORDS)}" for number in range(20) for random in [Random(13 + number)]]


def attribute_rows(attributes):
    """Names as they are shown, values as texts; what is only yes or no is shown and not searched."""
    rows = []
    for key, value in attributes.items():
        name = " ".join(key.replace("_", " ").split()).capitalize()
        if isinstance(value, bool):
            rows.append((name, "Yes" if value else "No", False))
        else:
            value = int(value) if isinstance(value, float) and value == int(value) else value
            rows.append((name, " ".join(str(value).split()), True))
    return rows


def another_model(model, random):
    """A model number of the same build; where there are no digits it gets an appendix."""
    if any(letter.isdigit() for letter in model):
        return "".join(str(random.below(10)) if letter.isdigit() else letter for letter in model)
    return f"{model} {chr(65 + random.below(26))}{random.between(10, 999)}"


def varied(entry, number, brands):
    """The product with another model number, half of the time of another brand, with another price and without some attributes."""
    random = Random(60_000_000_000 + number)
    model = entry["name"].strip()
    other = another_model(model, random)
    brand = random.choice(brands) if random.chance(50) else entry["brand"]

    def changed(text):
        text = text.replace(model, other) if len(model) > 2 else text
        return text.replace(entry["brand"], brand)

    title = changed(entry["title"])
    if other not in title:
        title = f"{title} {other}"
    return {
        **entry, "product_id": f"{entry['product_id']}-{number}", "title": title, "description": changed(entry.get("description") or ""), "brand": brand,
        "price_cents": max(100, entry["price_cents"] * random.between(80, 125) // 100),
        "attributes": {key: changed(value) if isinstance(value, str) else value for key, value in entry["attributes"].items() if not random.chance(10)},
    }


def real_product(entry, number):
    title = " ".join(entry["title"].split())
    category = catalogue.icecat_category(title)
    needles = next(needles for id, _, needles in catalogue.ICECAT_CATEGORIES if id == category)
    colour = entry["attributes"].get("product_colour")
    return Product(
        entry["product_id"], title, entry["brand"], [(category, CATEGORIES[category])],
        next((needle.strip() for needle in needles if needle in title.lower()), folded(title)[-1]),
        [" ".join(part.split()) for part in colour.split(",") if part.strip()] if isinstance(colour, str) else [], attribute_rows(entry["attributes"]),
        " ".join((entry.get("description") or "").split()), entry["price_cents"], entry.get("image_high") or "",
        SELLERS[number % len(SELLERS)], days(entry["date_released"][:10]), 2)


def real_products(path, count, is_repeated):
    """So many of them, all when no number is given; repeated and varied when there are not enough."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        entries = [json.loads(line) for line in file]
    brands = sorted({entry["brand"] for entry in entries})
    # In a fixed disorder, so that the first ones are of all kinds; those that are judged stay in the order of the file.
    order = Random(14).sample(range(len(entries)), len(entries)) if is_repeated else range(len(entries))
    for number in range(count or len(entries) if is_repeated else min(count or len(entries), len(entries))):
        entry = entries[order[number % len(entries)]]
        yield real_product(entry if number < len(entries) else varied(entry, number, brands), number)


# MARK: What is asked

def query(kind, product, frequencies):
    """One query of a kind, made of a product, or nil when it has nothing of that kind."""
    random = Random(SEED + kind)
    title = [word for word in folded(product.title) if word not in folded(product.brand)]
    telling = [word for word in title if len(word) > 2 and not word.isdigit()]
    type = " ".join(folded(product.type))
    if kind == 0:
        return type
    if kind == 1:
        return product.brand.lower()
    if kind == 2:
        return f"{product.brand.lower().split()[0]} {type}"
    if kind == 3:
        return f"{product.colours[0].lower()} {type}" if product.colours else None
    if kind == 4:
        rare = [word for word in title if len(word) > 3 and frequencies[word] <= 10]
        return min(rare, key=lambda word: (frequencies[word], word)) if rare else None
    if kind == 5:
        return " ".join(telling[:2]) if len(telling) > 1 else None
    if kind == 6:
        long = sorted({word for word in folded(product.description) if len(word) > 4 and word not in type})
        return f"{type} {random.choice(long)}" if long else None
    return " ".join(telling[-3:]) if len(telling) > 2 else None


def queries(products, frequencies, count):
    """As many of each kind, no two alike."""
    found = {}
    products = iter(products)
    while len(found) < count:
        product = next(products, None)
        if product is None:
            break
        # The kind stays until a product has something to say to it.
        text = query(len(found) % 8, product, frequencies)
        if text:
            found.setdefault(text)
    return list(found)


LETTERS = "abcdefghijklmnopqrstuvwxyz"
EDITS = ["insertion", "deletion", "substitution", "transposition"]


def misspelled(word, random):
    """The word after one random edit, and which it was; never the word itself."""
    while True:
        edit = random.choice(EDITS)
        alphabet = LETTERS + "0123456789" if any(letter.isdigit() for letter in word) else LETTERS
        place = random.below(len(word) + (edit == "insertion"))
        letter = random.choice(alphabet)
        if edit == "insertion":
            other = word[:place] + letter + word[place:]
        elif edit == "deletion":
            other = word[:place] + word[place + 1:]
        elif edit == "substitution":
            other = word[:place] + letter + word[place + 1:]
        else:
            other = word[:place] + word[place + 1:place + 2] + word[place:place + 1] + word[place + 2:]
        if other != word:
            return other, edit


def typos(path, count, seed):
    """Words of titles that few products have, each with one edit, and the products that have it."""
    frequencies = collections.Counter()
    in_titles = set()
    for texts, _ in read_back(path):
        in_titles.update(word for word in folded(texts["title"]) if len(word) > 3)
        frequencies.update(set(folded("\n".join(texts.values()))))
    rare = sorted(word for word in in_titles if frequencies[word] <= 10)
    random = Random(seed)
    chosen = {word: [] for word in random.sample(rare, count)}
    for texts, id in read_back(path):
        for word in set(folded("\n".join(texts.values()))):
            if word in chosen:
                chosen[word].append(id)
    asked = []
    for word in sorted(chosen):
        other, edit = misspelled(word, random)
        asked.append({"query": other, "word": word, "edit": edit, "products": frequencies[other], "urls": chosen[word]})
    return {"seed": seed, "words": len(rare), "typos": asked}


def read_back(path):
    with open(path, encoding="utf-8") as file:
        next(file)
        for line in file:
            entry = json.loads(line)
            yield entry["texts"], entry["card"]["url"]


# MARK: Writing

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=["short", "full", "real"], required=True)
    parser.add_argument("--count", type=int, help="how many products; else all real ones")
    parser.add_argument("--icecat", help="the file of real products, products.jsonl.xz, for `full` and `real`")
    parser.add_argument("--out", required=True, help="an existing folder")
    parser.add_argument("--queries", type=int, default=QUERIES, help="how many")
    parser.add_argument("--typos", type=int, default=0, help="how many; none unless asked for")
    parser.add_argument("--seed", type=int, default=SEED, help="by which queries and typos are drawn")
    parser.add_argument("--no-pages", action="store_true", help="write nothing for Pagefind")
    options = parser.parse_args()
    if options.kind == "short":
        products = short_products(options.count)
        count = options.count
    else:
        products = real_products(options.icecat, options.count, options.kind == "full")
        count = options.count or 19_000
    # Products that queries may be made of, more than are needed, in the order in which they are drawn.
    random = Random(options.seed)
    drawn = {random.below(count): None for _ in range(options.queries * 40)}
    frequencies = collections.Counter()
    path = os.path.join(options.out, "documents.jsonl")
    folder = os.path.join(options.out, "site")
    if not options.no_pages:
        os.makedirs(os.path.join(folder, "p"))
    written = 0
    with open(path, "w", encoding="utf-8") as file:
        file.write(json.dumps(SCHEMA) + "\n")
        for number, product in enumerate(products):
            file.write(product.line() + "\n")
            written += 1
            frequencies.update(set(folded(product.title)))
            if number in drawn:
                drawn[number] = product
            if not options.no_pages:
                with open(folder + product.url, "x", encoding="utf-8") as page:
                    page.write(product.page())
    asked = queries((product for product in drawn.values() if product), frequencies, options.queries)
    with open(os.path.join(options.out, "queries.json"), "w", encoding="utf-8") as file:
        json.dump({"seed": options.seed, "queries": asked}, file, ensure_ascii=False, indent=1)
    if options.typos:
        with open(os.path.join(options.out, "typos.json"), "w", encoding="utf-8") as file:
            json.dump(typos(path, options.typos, options.seed), file, ensure_ascii=False)
    print(written)


if __name__ == "__main__":
    main()
