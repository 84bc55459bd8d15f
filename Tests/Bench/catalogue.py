#!/usr/bin/env python3
# KarooExpress – Apache-2.0
"""Writes the catalogue of the benchmark: a marketplace with N products in two languages, for two markets.

The same arguments give the same bytes on every machine: random numbers come from a generator of our own, seeded
per product, so that a product does not depend on how many others there are.

    python3 Tests/Bench/catalogue.py --products 10000 --out /dev/shm/bench-10k

writes below the folder `Content`, `Locales`, `Templates` and `facts` for `karoo build`, and below `hugo` the same
catalogue as data for the Hugo site of `Tests/Bench/hugo`.
"""

import argparse
import datetime
import hashlib
import itertools
import json
import lzma
import os
import re
import shutil
import sys

import vocabulary as words

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LANGUAGES = ["en", "de"]
MARKETS = {"en": "us", "de": "de"}
PICTURES_PER_SELLER = 64
PICTURE_SIZE = (800, 1000)
MASK = (1 << 64) - 1


# Colours that stand out from light and from dark grounds, so that they are published as they are.
ACCENTS = ["#c0504d", "#3a7d8c", "#8064a2", "#4f7f3f", "#b8651b", "#2f78c4", "#a05a9c", "#7a7440"]

class Random:
    """SplitMix64, begun at a mixed seed so that neighbouring seeds do not give the same numbers one place apart."""

    def __init__(self, seed):
        self.state = seed
        self.state = self.next() ^ 0x5851F42D4C957F2D

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, count):
        return (self.next() >> 11) % count

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def chance(self, percent):
        return self.below(100) < percent

    def choice(self, items):
        return items[self.below(len(items))]

    def sample(self, items, count):
        items = list(items)
        for place in range(min(count, len(items))):
            other = place + self.below(len(items) - place)
            items[place], items[other] = items[other], items[place]
        return items[:count]


def slugged(text):
    text = text.lower()
    for of, to in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("é", "e"), ("ø", "o")):
        text = text.replace(of, to)
    return re.sub("[^a-z0-9]+", "-", text).strip("-")


def gtin(number):
    digits = f"952{number % 10**9:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return digits + str(-total % 10)


def decimal(cents):
    return f"{cents // 100}.{cents % 100:02d}"


def day(random, first_year, last_year):
    return f"{random.between(first_year, last_year)}-{random.between(1, 12):02d}-{random.between(1, 28):02d}"


def yaml(value):
    """JSON is YAML."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


# MARK: The parts that every catalogue has

def marketplace(featured, hero):
    return {
        "name": "Benchmark Market",
        "baseURL": "https://bench.example",
        "api": "https://bench.example/v1",
        "defaultLanguage": "en",
        "languages": LANGUAGES,
        "defaultEdition": "en-us",
        "organization": {
            "legalName": "Benchmark Market Ltd", "address": ["1 Measure Street", "Testing 1000"], "email": "help@bench.example",
            "phone": "+1 555 0100",
        },
        "tagline": {"en": "Things made by people you can name", "de": "Dinge von Menschen mit Namen"},
        "description": {
            "en": "A marketplace of small workshops, made to be measured.", "de": "Ein Marktplatz kleiner Werkstätten, zum Messen gemacht."},
        "hero": {
            "title": {"en": "Made slowly", "de": "Langsam gemacht"},
            "text": {"en": "Everything here was made by hand, or nearly so.", "de": "Alles hier ist von Hand gemacht, oder beinahe."},
            "category": hero,
        },
        "featured": featured,
        # Drawings are all that it has, which shopping networks do not take: the feed that holds them all is written besides.
        "feeds": ["google-xml", "products-jsonl"],
        "markets": {
            "us": {
                "name": {"en": "United States", "de": "Vereinigte Staaten"}, "countries": ["US"], "currency": "USD", "languages": ["en"],
                "taxInclusive": False, "lowestPriceLaw": False},
            "de": {
                "name": {"en": "Germany", "de": "Deutschland"}, "countries": ["DE"], "currency": "EUR", "languages": ["de"],
                "taxInclusive": True, "lowestPriceLaw": True},
        },
        "exchangeRates": {"date": "2026-11-20", "base": "EUR", "rates": {"USD": "1.0850"}},
    }


def categories():
    def node(id, en, de, children=()):
        return {
            "id": id, "name": {"en": en, "de": de}, "slug": {"de": slugged(de)},
            "description": {"en": f"{en} from small workshops, sent by those who make them.", "de": f"{de} aus kleinen Werkstätten, verschickt von denen, die sie machen."},
            **({"children": list(children)} if children else {}),
        }

    return [
        node(top, en, de, [
            node(second, second_en, second_de, [node(leaf[0], leaf[1], leaf[2]) for leaf in leaves])
            for second, second_en, second_de, leaves in seconds
        ])
        for top, en, de, seconds in words.TREE
    ]


def named(pairs):
    return {key: {"en": en, "de": de} for key, en, de in pairs}


def attributes():
    def text(en, de, values):
        return {"kind": "text", "name": {"en": en, "de": de}, "values": values, "filterable": True}

    def number(en, de, unit):
        return {"kind": "number", "unit": unit, "name": {"en": en, "de": de}}

    def boolean(en, de):
        return {"kind": "boolean", "name": {"en": en, "de": de}}

    return {
        "material": text("Material", "Material", {key: {"en": en, "de": de} for key, (en, de) in words.MATERIAL_NAMES.items()}),
        "colour": {
            "kind": "swatch", "name": {"en": "Colour", "de": "Farbe"},
            "values": {key: {"hex": hexadecimal, "en": en, "de": de} for key, hexadecimal, en, de in words.COLOURS}},
        "size": text("Size", "Größe", named(words.SIZES)),
        "strength": text("Strength", "Stärke", named([("mild", "Mild", "Mild"), ("medium", "Medium", "Mittel"), ("strong", "Strong", "Kräftig")])),
        "origin": text("Made in", "Hergestellt in", named(words.ORIGINS)),
        "care": text("Care", "Pflege", named(words.CARE)),
        "height": number("Height", "Höhe", "centimeter"),
        "width": number("Width", "Breite", "centimeter"),
        "content": number("Content", "Inhalt", "gram"),
        "handmade": boolean("Handmade", "Handgemacht"),
        "vegan": boolean("Vegan", "Vegan"),
        "features": {"kind": "list", "name": {"en": "Features", "de": "Merkmale"}, "values": named(words.FEATURES)},
    }


TAXES = {"us": {"standard": "0", "reduced": "0"}, "de": {"standard": "19", "reduced": "7"}}


def copy_shared(out, project, languages):
    """The project's own theme, interface words and content pages."""
    shutil.copytree(os.path.join(project, "Templates"), os.path.join(out, "Templates"))
    assets = os.path.join(out, "Templates", "assets")
    for name in os.listdir(assets):
        # Hugo copies scripts, so both publish them as they are.
        if name.endswith(".js"):
            write_bytes(os.path.join(assets, name), b"/*!*/ " + read_bytes(os.path.join(assets, name)))
    os.makedirs(os.path.join(out, "Locales"))
    for language in languages:
        shutil.copy(os.path.join(project, "Locales", f"{language}.yaml"), os.path.join(out, "Locales"))
    pages = os.path.join(project, "Content", "pages")
    for folder, spoken in [("", languages)] + [(MARKETS[language], [language]) for language in languages]:
        source = os.path.join(pages, folder)
        if not os.path.isdir(source):
            continue
        target = os.path.join(out, "Content", "pages", folder)
        os.makedirs(target, exist_ok=True)
        for name in sorted(os.listdir(source)):
            if name.endswith(tuple(f".{language}.md" for language in spoken)):
                shutil.copy(os.path.join(source, name), target)


# MARK: Sellers

def picture(random, number):
    """A drawing of a few shapes."""
    width, height = PICTURE_SIZE
    ground, first, second, third = (f"#{random.below(1 << 24):06x}" for _ in range(4))
    shapes = [
        f'<rect x="{random.between(80, 300)}" y="{random.between(200, 500)}" width="{random.between(150, 420)}" height="{random.between(200, 420)}" rx="{random.between(0, 60)}" fill="{first}"/>',
        f'<circle cx="{random.between(250, 550)}" cy="{random.between(200, 600)}" r="{random.between(60, 200)}" fill="{second}"/>',
        f'<path d="M{random.between(60, 300)} 800 Q400 {random.between(500, 780)} {random.between(500, 740)} 800 Z" fill="{third}"/>',
        f'<path d="M0 860 H{width} V{height} H0 Z" fill="{first}" fill-opacity="0.35"/>',
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="{ground}"/>' + "".join(shapes) + "</svg>\n")


def logo(random):
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" viewBox="0 0 96 96">'
        f'<rect width="96" height="96" rx="20" fill="#{random.below(1 << 24):06x}"/>'
        f'<circle cx="48" cy="48" r="{random.between(14, 34)}" fill="#{random.below(1 << 24):06x}"/></svg>\n')


class Seller:
    def __init__(self, number):
        random = Random(7_000_000 + number)
        self.number = number
        country, self.region, self.town = random.choice(words.TOWNS)
        maker = random.choice(words.MAKER_WORDS)
        self.name = f"{coined(random)} {maker} {number + 1}"
        self.id = slugged(self.name)
        self.people = random.between(3, 14)
        self.year = random.between(1921, 2019)
        self.tagline = [text.format(n=self.people, town=self.town, year=self.year) for text in random.choice(words.TAGLINES)]
        self.about = ["\n\n".join(pair[language].format(n=self.people, town=self.town, year=self.year) for pair in words.ABOUT) for language in (0, 1)]
        self.pictures = [picture(random, place) for place in range(PICTURES_PER_SELLER)]
        self.logo = logo(random)
        self.counts = [random.between(0, 9), random.between(0, 9), random.between(3, 30), random.between(20, 160), random.between(40, 400)]
        self.yaml = {
            "name": self.name, "country": country, "region": self.region, "since": self.year, "accent": ACCENTS[random.below(1 << 24) % len(ACCENTS)],
            "logo": "logo.svg",
            "legal": {
                "name": f"{self.name} Ltd", "address": [f"{random.between(1, 90)} Workshop Lane", self.town],
                "email": f"hello@{self.id}.example", "phone": f"+1 555 {random.between(1000, 9999)}", "vatID": f"XX{random.between(10**8, 10**9 - 1)}",
                "register": f"REG {random.between(1000, 99999)}"},
            "shipping": {
                "handlingDays": [1, random.between(2, 4)],
                "rates": [
                    {"markets": ["us"], "prices": {"USD": decimal(random.between(5, 19) * 100 + 90)}, "freeFrom": {"USD": decimal(random.between(6, 20) * 1000)}, "days": [2, random.between(5, 9)]},
                    {"markets": ["de"], "prices": {"EUR": decimal(random.between(3, 9) * 100 + 90)}, "freeFrom": {"EUR": decimal(random.between(4, 15) * 1000)}, "days": [1, random.between(3, 6)]},
                ]},
            "returns": {"days": random.choice([14, 30, 60]), "paidBy": random.choice(["buyer", "seller"])},
        }


def coined(random):
    return random.choice(words.FIRST_SYLLABLES) + random.choice(words.MIDDLE_SYLLABLES) + random.choice(words.LAST_SYLLABLES)


def seller_count(products):
    return max(8, round(products / 500))


# MARK: Products

LEAVES = [
    (top, *leaf)
    for top, _, _, seconds in words.TREE for _, _, _, leaves in seconds for leaf in leaves
]
COLOUR_NAMES = {key: (en, de) for key, _, en, de in words.COLOURS}


def body(random, slots):
    """Two or three paragraphs and a list or a table, of about 1,100 bytes, in each language."""
    sentences = random.sample(words.SENTENCES, 12)
    opening = random.choice(words.OPENINGS)
    first = [opening] + sentences[:3]
    second = sentences[3:6 + random.below(2)]
    third = sentences[7:9 + random.below(2)]
    kind = random.below(10)
    items = random.sample(words.LIST_ITEMS, 3)
    heading = random.choice(words.LIST_HEADS)
    rows = random.sample(words.TABLE_ROWS, 3)
    texts = []
    for language in (0, 1):
        def paragraph(pairs):
            return " ".join(pair[language].format(**slots[language]) for pair in pairs)

        blocks = [paragraph(first), paragraph(second)]
        if kind < 5:
            blocks.append(f"### {heading[language]}")
            blocks.append("\n".join(f"- {item[language].format(**slots[language])}" for item in items))
        elif kind < 8:
            table = [words.TABLE_HEADS[language], "| --- | ---: |"]
            table += [f"| {row[language]} | {row[2 + language].format(**slots[language])} |" for row in rows]
            blocks.append("\n".join(table))
        blocks.append(paragraph(third if kind < 8 else sentences[7:12]))
        texts.append("\n\n".join(blocks))
    return texts


def product(number, sellers):
    """The product of this number, as one line of products.jsonl, with its seller and rating."""
    random = Random(number + 1)
    seller = sellers[random.below(len(sellers))]
    top, leaf, _, _, noun_en, noun_de = LEAVES[random.below(len(LEAVES))]
    name = coined(random)
    material = random.choice(words.MATERIALS[top])
    made = words.MATERIAL_NAMES[material]
    n = random.between(3, 40)
    common = {"name": name, "town": seller.town, "n": n, "a": random.between(20, 90), "b": random.between(10, 60), "c": random.between(5, 40), "g": random.between(1, 60) * 50}
    slots = [{**common, "noun": noun_en, "made": made[0].lower()}, {**common, "noun": noun_de, "made": made[1]}]
    bodies = body(random, slots)
    summary = random.choice(words.SUMMARIES)
    title = [f"{name} {noun_en}, {made[0].lower()}", f"{name} {noun_de}, {made[1]}"]
    slug = f"{slugged(name)}-{slugged(noun_en)}-{number + 1}"
    line = {
        "slug": slug,
        "category": leaf,
        "brand": seller.name,
        "mpn": f"{slug[:2].upper()}-{number + 1}",
        "condition": "new",
        "published": day(random, 2024, 2025) if not random.chance(8) else f"2026-{random.between(1, 11):02d}-{random.between(1, 20):02d}",
        "modified": f"2026-{random.between(1, 10):02d}-{random.between(1, 28):02d}",
        "weight": f"{common['g']} g",
        "slugs": {"de": f"{slugged(name)}-{slugged(noun_de)}-{number + 1}"},
    }
    if top == "pantry":
        line["taxCategory"] = "reduced"
    pick = attribute_values(random, top, material, line)
    axis, values = variant_axis(random, top, pick)
    line["attributes"] = pick
    pictures = [f"images/{place:02d}.svg" for place in random.sample(range(PICTURES_PER_SELLER), random.between(2, 4))]
    if not random.chance(3):
        line["images"] = pictures
    add_prices(random, line, line["mpn"], axis, values)
    if random.chance(70):
        for place, variant in enumerate(line.get("variants", [line])):
            variant["gtin"] = gtin(number * 4 + place)
    line["text"] = {
        language: {
            "title": title[place], "summary": summary[place].format(**slots[place]), "body": bodies[place],
        }
        for place, language in enumerate(LANGUAGES)
    }
    counts = None
    if random.chance(45):
        scale = random.choice([2, 6, 20, 60])
        counts = [random.below(scale // 2 + 1), random.below(scale // 2 + 1), random.below(scale + 1), random.below(scale * 2 + 1), random.between(1, scale * 3)]
    return line, seller, counts


def reviews(number, product, counts):
    """What buyers wrote of the product, one to twelve of them in either language, no two on the same day."""
    random = Random(3_000_000_000 + number)
    if not counts or not random.chance(40):
        return []
    date = datetime.date(2026, 11, 1)
    written = []
    for place in range(min(sum(counts), random.choice([1, 1, 2, 3, 5, 12]))):
        date -= datetime.timedelta(days=random.between(1, 40))
        language = random.below(len(LANGUAGES))
        review = {
            "id": f"rev_{number}_{place}", "product": product, "rating": random.choice([2, 3, 4, 4, 5, 5, 5]), "author": random.choice(words.AUTHORS),
            "language": LANGUAGES[language], "body": random.choice(words.REVIEWS)[language], "date": str(date), "verified": random.chance(80)}
        if random.chance(60):
            review["title"] = random.choice(words.REVIEW_TITLES)[language]
        if random.chance(25):
            review["reply"] = {"body": random.choice(words.REPLIES)[language], "date": str(date + datetime.timedelta(days=2))}
        written.append(review)
    return written


def attribute_values(random, top, material, line):
    """Six to eight attributes, the axis of the variants not counted."""
    if top == "pantry":
        content = random.choice([50, 100, 125, 250, 500, 1000])
        line["measure"] = {"content": f"{content} g", "per": "100 g" if content < 1000 else "1 kg"}
        pick = {"material": material, "content": content, "origin": random.choice(words.ORIGINS)[0], "care": "dry", "vegan": random.chance(70), "handmade": True}
    else:
        pick = {
            "material": material, "height": random.between(4, 180), "width": random.between(4, 90) + (0.5 if random.chance(30) else 0),
            "origin": random.choice(words.ORIGINS)[0], "care": random.choice(words.CARE)[0], "handmade": random.chance(80)}
    if random.chance(70):
        pick["features"] = random.sample([key for key, _, _ in words.FEATURES], random.between(1, 3))
    return pick


def variant_axis(random, top, pick):
    """The attribute in which the variants differ and its values; a single colour is an attribute like any other."""
    count = random.choice([1, 1, 1, 2, 2, 3, 3])
    if top == "pantry":
        return ("strength", random.sample(["mild", "medium", "strong"], count)) if count > 1 else (None, [None])
    colours = random.sample([key for key, _, _, _ in words.COLOURS], 3)
    if count == 1:
        pick["colour"] = colours[0]
        return None, [None]
    if random.chance(60):
        return "colour", colours[:count]
    pick["colour"] = colours[0]
    return "size", ["s", "m", "l"][:count]


def add_prices(random, line, sku, axis, values):
    base = random.between(4, 40) * 100 if random.chance(50) else random.between(40, 400) * 100
    base += random.choice([0, 0, 50, 90, 95])
    is_reduced = random.chance(12)
    is_sold_out = random.chance(5)

    def prices(euros):
        dollars = euros * 112 // 100 // 10 * 10
        offer = {"prices": {"USD": decimal(dollars), "EUR": decimal(euros)}}
        if is_reduced:
            offer["compareAt"] = {"USD": decimal(dollars * 5 // 4), "EUR": decimal(euros * 5 // 4)}
            offer["lowest30Days"] = {"EUR": decimal(euros * 21 // 20)}
        return offer

    def stock():
        return 0 if is_sold_out or random.chance(4) else random.choice([2, 3, 8, 12, 25, 40, 120])

    if axis is None:
        line.update({"sku": sku, **prices(base), "stock": stock()})
        return
    same = random.chance(60)
    line["options"] = [axis]
    if same:
        line.update(prices(base))
    line["variants"] = [
        {
            "sku": f"{sku}-{value.upper()}", "options": {axis: value},
            **({} if same else prices(base + place * random.between(2, 9) * 100)), "stock": stock(),
        }
        for place, value in enumerate(values)
    ]


# MARK: Writing

class Writer:
    """Writes a catalogue for both programs."""

    def __init__(self, out, project, languages, with_hugo):
        self.out = out
        self.languages = languages
        self.content = os.path.join(out, "Content")
        self.hugo = os.path.join(out, "hugo") if with_hugo else None
        os.makedirs(self.content)
        copy_shared(out, project, languages)
        if self.hugo:
            shutil.copytree(os.path.join(os.path.dirname(os.path.abspath(__file__)), "hugo"), self.hugo)
            if languages == ["en"]:
                self.drop_german()

    def drop_german(self):
        """Takes the second language out of the configuration."""
        path = os.path.join(self.hugo, "hugo.toml")
        with open(path, encoding="utf-8") as file:
            blocks = file.read().split("\n\n")
        write(path, "\n\n".join(block for block in blocks if not block.startswith("[languages.de-de]")))

    def common(self, market, tree, table):
        write(os.path.join(self.content, "marketplace.yaml"), yaml(market))
        write(os.path.join(self.content, "categories.yaml"), yaml(tree))
        if table:
            write(os.path.join(self.content, "attributes.yaml"), yaml(table))
        # Hugo makes no index, so this comparison is without one; the index has measurements of its own.
        write(os.path.join(self.content, "search.yaml"), "enabled: false\n")
        write(os.path.join(self.content, "taxes.yaml"), yaml({id: TAXES[id] for id in market["markets"]}))

    def seller(self, seller):
        folder = os.path.join(self.content, "sellers", seller.id)
        write(os.path.join(folder, "seller.yaml"), yaml(seller.yaml))
        for place, language in enumerate(self.languages):
            write(os.path.join(folder, f"{language}.md"), f"---\ntagline: {json.dumps(seller.tagline[place], ensure_ascii=False)}\n---\n\n{seller.about[place]}\n")
        write(os.path.join(folder, "logo.svg"), seller.logo)
        for place, drawing in enumerate(seller.pictures):
            write(os.path.join(folder, "images", f"{place:02d}.svg"), drawing)

    def facts(self, ratings, reviews):
        for name, lines in (("ratings", ratings), ("reviews", reviews)):
            with open_new(os.path.join(self.out, "facts", f"{name}.jsonl")) as file:
                for line in lines:
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")


def open_new(path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return open(path, "w", encoding="utf-8")


def generate(out, count, project=PROJECT, with_hugo=True):
    """Writes a catalogue of this many products."""
    writer = Writer(out, project, LANGUAGES, with_hugo)
    sellers = [Seller(number) for number in range(seller_count(count))]
    for seller in sellers:
        writer.seller(seller)
    lines = {seller.id: open_new(os.path.join(writer.content, "sellers", seller.id, "products.jsonl")) for seller in sellers}
    bulk = HugoProducts(writer.hugo) if writer.hugo else None
    ratings = [{"seller": seller.id, "counts": seller.counts} for seller in sellers]
    written = []
    featured = []
    for number in range(count):
        line, seller, counts = product(number, sellers)
        id = f"{seller.id}/{line['slug']}"
        lines[seller.id].write(json.dumps(line, ensure_ascii=False) + "\n")
        if counts:
            ratings.append({"product": id, "counts": counts})
        own = reviews(number, id, counts)
        written += own
        if bulk:
            bulk.add(line, seller, counts, own)
        if len(featured) < 12:
            featured.append(id)
    for file in lines.values():
        file.close()
    writer.facts(ratings, written)
    market, tree, table = marketplace(featured, "lighting"), categories(), attributes()
    writer.common(market, tree, table)
    if bulk:
        bulk.close()
        write_hugo(writer, market, tree, table, {seller.id: seller for seller in sellers}, bulk)
    return count


# MARK: Real products

ICECAT_CATEGORIES = [
    ("printing", "Printing", ["toner", "cartridge", "printer", "ink", "print", "scanner", "fuser", "drum"]),
    ("cables", "Cables and adapters", ["cable", "adapter", "connector", "dock", "hub", "kvm", "switchbox"]),
    ("computers", "Computers", ["notebook", "workstation", "pc ", "desktop", "chromebook", "tablet", "server", "motherboard"]),
    ("components", "Components", ["processor", "memory", "graphics", "fan", "chassis", "cooler"]),
    ("storage", "Storage", ["hdd", "ssd", "drive", "usb flash", "tape", "card", "nas"]),
    ("power", "Power", ["ups", "battery", "power", "pdu", "charger", "surge"]),
    ("network", "Network", ["network", "router", "switch", "wireless", "ethernet", "access point"]),
    ("sound", "Sound and pictures", ["headphone", "headset", "speaker", "microphone", "camera", "projector", "tv", "monitor", "display"]),
    ("furniture", "Racks and mounts", ["rack", "mount", "stand", "cabinet", "arm", "case", "bag", "cover"]),
    ("household", "Household", ["coffee", "vacuum", "iron", "kitchen", "shaver", "toothbrush", "doll", "puzzle", "toy", "lego"]),
    ("various", "Various", []),
]


def icecat_category(title):
    title = title.lower()
    return next((id for id, _, needles in ICECAT_CATEGORIES if any(needle in title for needle in needles)), "various")


def is_gtin(digits):
    return len(digits) in (8, 12, 13, 14) and digits.isdigit() and sum(
        int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits))) % 10 == 0


def icecat_line(entry):
    """A product of the Icecat file as a line of products.jsonl: undeclared attributes, and pictures that lie elsewhere."""
    title = " ".join(entry["title"].split())
    description = " ".join((entry.get("description") or "").split())
    line = {
        "slug": slugged(f"{title[:60]} {entry['product_id']}"), "category": icecat_category(title), "brand": entry["brand"], "mpn": entry["name"][:70],
        "condition": "new", "published": entry["date_released"][:10], "modified": entry["date_released"][:10],
        "attributes": {
            key: int(value) if isinstance(value, float) and value == int(value) else value
            for key, value in entry["attributes"].items()},
        "images": [entry["image_high"]] if entry.get("image_high", "").startswith("http") else [],
        "sku": f"IC-{entry['product_id']}", "prices": {"USD": decimal(entry["price_cents"])}, "stock": 20,
        "text": {"en": {"title": title, "summary": (description or title)[:200], "body": entry.get("description") or ""}},
    }
    if not line["images"]:
        del line["images"]
    eans = [ean for ean in entry["ean"] if is_gtin(ean)]
    if eans:
        line["gtin"] = eans[0]
    return line


def convert_icecat(out, source, limit=None, project=PROJECT, with_hugo=True):
    """Writes a catalogue of the products of the Icecat file, in one language for one market; of the first of them where there is a limit."""
    writer = Writer(out, project, ["en"], with_hugo)
    sellers = [Seller(number) for number in range(20)]
    for seller in sellers:
        writer.seller(seller)
    lines = {seller.id: open_new(os.path.join(writer.content, "sellers", seller.id, "products.jsonl")) for seller in sellers}
    bulk = HugoProducts(writer.hugo) if writer.hugo else None
    count = 0
    featured = []
    with lzma.open(source, "rt", encoding="utf-8") as file:
        for text in itertools.islice(file, limit):
            line = icecat_line(json.loads(text))
            seller = sellers[sum(line["brand"].encode()) % len(sellers)]
            lines[seller.id].write(json.dumps(line, ensure_ascii=False) + "\n")
            if bulk:
                bulk.add(line, seller, None, [])
            if count < 12:
                featured.append(f"{seller.id}/{line['slug']}")
            count += 1
    for file in lines.values():
        file.close()
    writer.facts([{"seller": seller.id, "counts": seller.counts} for seller in sellers], [])
    market = marketplace(featured, ICECAT_CATEGORIES[0][0])
    market["languages"] = ["en"]
    del market["markets"]["de"], market["exchangeRates"]
    tree = [{"id": id, "name": {"en": name}, "description": {"en": f"{name} of many brands."}} for id, name, _ in ICECAT_CATEGORIES]
    market = {key: {"en": value["en"]} if isinstance(value, dict) and "en" in value else value for key, value in market.items()}
    market["hero"] = {key: {"en": value["en"]} if isinstance(value, dict) else value for key, value in market["hero"].items()}
    market["markets"]["us"]["name"] = {"en": "United States"}
    for seller in sellers:
        seller.yaml["shipping"]["rates"] = seller.yaml["shipping"]["rates"][:1]
        write(os.path.join(writer.content, "sellers", seller.id, "seller.yaml"), yaml(seller.yaml))
    writer.common(market, tree, {})
    if bulk:
        bulk.close()
        write_hugo(writer, market, tree, {}, {seller.id: seller for seller in sellers}, bulk)
    return count


# MARK: The same catalogue for Hugo
#
# Hugo gets what Content says and no more: it makes its own lists, pages, order, prices as text and related products.
# Some things are done for it, in its favour: pictures and assets already carry the digest in their names, measures are
# numbers, countries have names, and categories without products are left out.

def published(name, data):
    """The address under which a file of Content is published: with a digest of its bytes."""
    digest = hashlib.sha256(data).hexdigest()[:12]
    stem, kind = os.path.splitext(os.path.basename(name))
    return f"/media/{digest[:2]}/{stem}.{digest}{kind}"


def grams(text):
    number, unit = text.split()
    return float(number) * {"g": 1, "kg": 1000}[unit]


class HugoProducts:
    """One JSON list, which the content adapter of the Hugo site turns into pages. Seller by seller, as they stand in Content."""

    def __init__(self, folder):
        self.folder = folder
        self.lines = {}
        self.pictures = {}
        self.used = set()
        self.bare = set()

    def picture(self, seller, name):
        """Publishes a picture of a seller once."""
        key = (seller.id, name)
        if key not in self.pictures:
            data = (seller.logo if name == "logo.svg" else seller.pictures[int(name[7:9])]).encode()
            address = published(name, data)
            write_bytes(os.path.join(self.folder, "static") + address, data)
            self.pictures[key] = address
        return self.pictures[key]

    def add(self, line, seller, counts, reviews):
        entry = {key: value for key, value in line.items() if key not in ("images", "measure", "weight", "slugs", "slug")}
        self.used.add(line["category"])
        entry["id"] = line["slug"]
        entry["slug"] = {"en": line["slug"], **line.get("slugs", {})}
        entry["seller"] = seller.id
        # A list, since Hugo would sort the names of an object.
        entry["attributes"] = [{"key": key, "value": value} for key, value in line["attributes"].items()]
        if counts:
            entry["counts"] = counts
        if reviews:
            entry["reviews"] = [{key: value for key, value in review.items() if key not in ("id", "product")} for review in reviews]
        if "images" in line and not line["images"][0].startswith("http"):
            entry["images"] = [self.picture(seller, name) for name in line["images"]]
        else:
            self.bare.add(line["category"])
        if "measure" in line:
            entry["measure"] = {"content": grams(line["measure"]["content"]), "per": grams(line["measure"]["per"]), "unit": line["measure"]["per"].removeprefix("1 ")}
        self.lines.setdefault(seller.id, []).append(json.dumps(entry, ensure_ascii=False))

    def close(self):
        lines = [line for seller in sorted(self.lines) for line in self.lines[seller]]
        write(os.path.join(self.folder, "assets", "products.json"), "[\n" + ",\n".join(lines) + "\n]\n")


def scalar(text):
    text = text.strip()
    return json.loads(text) if text.startswith('"') else text


def read_words(path):
    """Interface words: groups of texts or plural forms, two blanks deeper at each level."""
    root = {}
    stack = [root]
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = line.rstrip("\n")
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            depth = (len(line) - len(line.lstrip())) // 2
            key, _, value = line.strip().partition(":")
            key = scalar(key)
            del stack[depth + 1:]
            if value.strip():
                stack[depth][key] = scalar(value)
            else:
                stack[depth][key] = {}
                stack.append(stack[depth][key])
    return root


def read_page(path):
    with open(path, encoding="utf-8") as file:
        _, head, body = file.read().split("---\n", 2)
    page = {key.strip(): scalar(value) for key, _, value in (line.partition(":") for line in head.splitlines() if line.strip())}
    page["position"] = int(page.get("position", 100))
    page["body"] = body
    return page


def content_pages(folder, language):
    """The market's own pages, and those for all markets that it has not replaced."""
    pages = {}
    for place in ("", MARKETS[language]):
        source = os.path.join(folder, place)
        if not os.path.isdir(source):
            continue
        for name in sorted(os.listdir(source)):
            if name.endswith(f".{language}.md"):
                slug = name.split(".")[0]
                pages[slug] = {"slug": slug, **read_page(os.path.join(source, name))}
    return list(pages.values())


COUNTRIES = {
    "DE": ("Germany", "Deutschland"), "US": ("United States", "Vereinigte Staaten"), "FR": ("France", "Frankreich"),
    "GB": ("United Kingdom", "Vereinigtes Königreich"), "ZA": ("South Africa", "Südafrika"), "JP": ("Japan", "Japan"),
    "PT": ("Portugal", "Portugal"), "IT": ("Italy", "Italien"), "NO": ("Norway", "Norwegen"), "AT": ("Austria", "Österreich"),
}


def style_of_sellers(sellers, table):
    lines = [f".accent-{id}{{--seller:light-dark({accent},{accent})}}" for id in sorted(sellers) for accent in [sellers[id].yaml['accent']]]
    for key, value in table.get("colour", {}).get("values", {}).items():
        lines.append(f".swatch-colour-{key}{{background-color:{value['hex'].lower()}}}")
    return "".join(line + "\n" for line in lines)


class HugoAssets:
    """The theme's assets under names with a digest, as what they say of each other."""

    def __init__(self, writer, sellers, table):
        folder = os.path.join(writer.out, "Templates", "assets")
        self.folder = os.path.join(writer.hugo, "static")
        self.files = {name: read_bytes(os.path.join(folder, name)) for name in sorted(os.listdir(folder))}
        self.files["sellers.css"] = style_of_sellers(sellers, table).encode()
        self.addresses = {}

    def publish(self, name):
        """The address of an asset, which is written after those that it names."""
        if name not in self.addresses:
            stem, kind = os.path.splitext(name)
            data = self.files[name]
            if kind in (".css", ".js"):
                data = re.sub(rb"""(["'(])(?:\./)?([a-z-]+\.[a-z]+)(?=[#"')])""", self.renamed, data)
            self.addresses[name] = f"/assets/{stem}.{hashlib.sha256(data).hexdigest()[:12]}{kind}"
            write_bytes(self.folder + self.addresses[name], data)
        return self.addresses[name]

    def renamed(self, match):
        name = match[2].decode()
        if name not in self.files:
            return match[0]
        return match[1] + b"./" + os.path.basename(self.publish(name)).encode()

    def all(self):
        """The addresses by names that templates can use."""
        return {name.replace(".", "_"): self.publish(name) for name in self.files}


def read_bytes(path):
    with open(path, "rb") as file:
        return file.read()


def write_bytes(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def with_products(tree, used):
    """The categories in which products stand, or below which they do."""
    kept = []
    for node in tree:
        children = with_products(node.get("children", []), used)
        if children or node["id"] in used:
            kept.append({**node, "children": children})
    return kept


def flat_categories(tree, language, path="", depth=0):
    """Every category of a language under its path, in the order of the tree."""
    for node in tree:
        slug = node.get("slug", {}).get(language, node["id"])
        own = f"{path}/{slug}" if path else slug
        children = node.get("children", [])
        yield {
            "id": node["id"], "path": own, "name": node["name"][language], "intro": node["description"][language], "depth": depth,
            "children": [f"{own}/{child.get('slug', {}).get(language, child['id'])}" for child in children],
        }
        yield from flat_categories(children, language, own, depth + 1)


def write_hugo(writer, market, tree, table, sellers, bulk):
    data = os.path.join(writer.hugo, "data")
    tree = with_products(tree, bulk.used)
    write(os.path.join(data, "words.json"), json.dumps({language: read_words(os.path.join(writer.out, "Locales", f"{language}.yaml")) for language in writer.languages}, ensure_ascii=False))
    write(os.path.join(data, "market.json"), json.dumps(market, ensure_ascii=False))
    write(os.path.join(data, "attributes.json"), json.dumps(table, ensure_ascii=False))
    write(os.path.join(data, "assets.json"), json.dumps(HugoAssets(writer, sellers, table).all()))
    write(os.path.join(data, "categories.json"), json.dumps({language: list(flat_categories(tree, language)) for language in writer.languages}, ensure_ascii=False))
    write(os.path.join(data, "texts.json"), json.dumps({language: content_pages(os.path.join(writer.content, "pages"), language) for language in writer.languages}, ensure_ascii=False))
    write(os.path.join(data, "sellers.json"), json.dumps({
        seller.id: {
            **seller.yaml, "logo": bulk.picture(seller, "logo.svg"), "counts": seller.counts,
            "countryName": dict(zip(writer.languages, COUNTRIES[seller.yaml["country"]])),
            "tagline": dict(zip(writer.languages, seller.tagline)), "about": dict(zip(writer.languages, seller.about)),
        }
        for seller in sellers.values()
    }, ensure_ascii=False))
    for category in sorted(bulk.bare):
        write(os.path.join(writer.hugo, "static", "placeholders", f"{category}.svg"), PLACEHOLDER)


PLACEHOLDER = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="1000" viewBox="0 0 800 1000"><rect width="800" height="1000" fill="#e8e4dc"/>'
    '<rect x="210" y="330" width="380" height="430" rx="36" fill="#c4bcae"/></svg>\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--products", type=int, default=1000, help="how many products")
    parser.add_argument("--out", required=True, help="the folder to write; it must not exist, or carry the mark of an earlier run")
    parser.add_argument("--project", default=PROJECT, help="where Templates, Locales and Content/pages are copied from")
    parser.add_argument("--icecat", help="convert this file of real products (products.jsonl.xz) instead")
    parser.add_argument("--limit", type=int, help="take only the first of the real products")
    parser.add_argument("--no-hugo", action="store_true", help="write nothing for Hugo")
    options = parser.parse_args()
    mark = os.path.join(options.out, ".bench-catalogue")
    if os.path.isdir(options.out) and os.listdir(options.out):
        if not os.path.exists(mark):
            sys.exit(f"catalogue.py: {options.out} is not empty and was not written by this program")
        shutil.rmtree(options.out)
    os.makedirs(options.out, exist_ok=True)
    write(mark, "")
    if options.icecat:
        count = convert_icecat(options.out, options.icecat, options.limit, options.project, with_hugo=not options.no_hugo)
    else:
        count = generate(options.out, options.products, options.project, with_hugo=not options.no_hugo)
    print(f"{count:,} products")


if __name__ == "__main__":
    main()
