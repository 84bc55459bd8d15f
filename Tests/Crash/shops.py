# KarooExpress – Apache-2.0
"""The inputs: the marketplace of `karoo init` with products in bulk, and changes of it."""

import json
import os
import re
import shutil
import subprocess

from builds import Karoo, Site
from trees import Tree

SELLER = "Content/sellers/lamp-studio"
WORDS = "lamp light steel oak paper night reading brass linen quiet harbour window amber glass evening cable".split()


class Input:
    """A folder with Content, Locales and Templates, and the tree that a clean build makes of it."""

    def __init__(self, name, folder, sequence, options=()):
        self.name = name
        self.folder = folder
        self.sequence = sequence
        self.options = options
        self.clean = Tree()
        self.seconds = 0.0

    def build_clean(self, karoo):
        """Builds in an empty place; gives what is wrong."""
        site = Site(karoo, f"{self.folder}/clean")
        build = site.build(self)
        self.clean = site.tree()
        self.seconds = build.seconds
        shutil.rmtree(site.folder)
        if build.process.returncode != 0:
            return [f"the clean build of “{self.name}” ended with {build.process.returncode}: {build.last_lines()}"]
        return []


def install(program, checkout, folder):
    """Puts the program beside a copy of the theme, as `make install` does, so that `karoo init` finds one; makes a key."""
    os.makedirs(folder)
    path = f"{folder}/karoo"
    try:
        os.link(program, path)
    except OSError:
        shutil.copy2(program, path)
    for name in ("Templates", "Locales"):
        shutil.copytree(f"{checkout}/{name}", f"{folder}/{name}")
    subprocess.run([path, "keys", "new", f"{folder}/key"], check=True, stdout=subprocess.DEVNULL)
    return Karoo(path, f"{folder}/key")


def make_inputs(karoo, folder, products, rng):
    """Four marketplaces, each a change of the first. All but the theme's name their editions: three, and two in `fewer`."""
    begun = f"{folder}/plain"
    subprocess.run([karoo.path, "init", begun], check=True, stdout=subprocess.DEVNULL)
    add_products(begun, products, rng)
    inputs = [Input("plain", begun, 1)]
    for sequence, (name, changes) in enumerate([("prices", [change_prices]), ("fewer", [take_away]), ("theme", [change_theme])], 2):
        inputs.append(copied(begun, f"{folder}/{name}", Input(name, f"{folder}/{name}", sequence), changes))
    return inputs


def make_pair(karoo, folder, products, rng):
    """Two marketplaces that differ in everything at once, the second with compressed copies."""
    begun = f"{folder}/first"
    subprocess.run([karoo.path, "init", begun], check=True, stdout=subprocess.DEVNULL)
    add_products(begun, products, rng)
    second = Input("second", f"{folder}/second", 2, ("--precompress",))
    return [Input("first", begun, 1), copied(begun, second.folder, second, [change_prices, take_away, change_theme])]


def copied(begun, folder, input, changes):
    shutil.copytree(begun, folder)
    for change in changes:
        change(folder)
    return input


def add_products(folder, count, rng):
    def words(number):
        return " ".join(rng.choice(WORDS) for _ in range(number)).capitalize()

    with open(f"{folder}/{SELLER}/products.jsonl", "a", encoding="utf-8") as lines:
        for number in range(count):
            product = {
                "slug": f"bulk-{number}", "category": rng.choice(["desk-lamps", "lanterns"]), "sku": f"B-{number}",
                "published": f"2026-{rng.randint(1, 9):02}-{rng.randint(1, 28):02}", "stock": rng.randint(0, 9),
                "prices": {"USD": f"{rng.randint(20, 99)}.00", "EUR": f"{rng.randint(20, 99)}.90"},
                "text": {language: {"title": words(3), "summary": f"{words(8)}.", "body": f"{words(40)}."} for language in ("en", "de")},
            }
            lines.write(json.dumps(product) + "\n")


def change_prices(folder):
    """Every seventh product costs more, and one picture is another."""
    def change(number, product):
        if number % 7 == 0:
            product["prices"] = {currency: f"1{amount}" for currency, amount in product["prices"].items()}
        return product

    change_products(folder, change)
    change_text(f"{folder}/{SELLER}/products/desk-lamp/front.svg", "</svg>", "<!-- another --></svg>")


def take_away(folder):
    """Without two categories, one edition, the only picture, a page and every third product; every fifth has another address."""
    def change(number, product):
        if number % 3 == 0:
            return None
        product["category"] = "lighting"
        if number % 5 == 0:
            product["slug"] += "-renamed"
        return product

    change_products(folder, change)
    shutil.rmtree(f"{folder}/{SELLER}/products")
    for language in ("en", "de"):
        os.remove(f"{folder}/Content/pages/about.{language}.md")
    change_text(f"{folder}/Content/categories.yaml", re.compile(r"  children:\n(    .*\n)+"), "")
    change_text(f"{folder}/Content/marketplace.yaml", "featured: [lamp-studio/desk-lamp]\n", "")
    change_text(f"{folder}/Content/marketplace.yaml", "languages: [de, en], taxInclusive", "languages: [de], taxInclusive")


def change_theme(folder):
    """Every page and a style sheet are others."""
    change_text(f"{folder}/Templates/layouts/page.mustache", "</body>", "<!-- another theme -->\n</body>")
    with open(f"{folder}/Templates/assets/app.css", "a", encoding="utf-8") as styles:
        styles.write("\n.another { color: #123456 }\n")


def change_products(folder, change):
    path = f"{folder}/{SELLER}/products.jsonl"
    with open(path, encoding="utf-8") as lines:
        products = [json.loads(line) for line in lines if line.strip()]
    changed = [change(number, product) for number, product in enumerate(products)]
    with open(path, "w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(product, ensure_ascii=False) + "\n" for product in changed if product)


def change_text(path, old, new):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    changed = old.sub(new, text) if isinstance(old, re.Pattern) else text.replace(old, new)
    if changed == text:
        raise ValueError(f"{path} does not hold {old!r}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(changed)
