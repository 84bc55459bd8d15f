"""What Content says of dates and measures: the few lines of it that need no YAML reader."""

import csv
import json
import re
from datetime import date

DATE = r"^{}:\s*[\"']?(\d{{4}}-\d{{2}}-\d{{2}})[\"']?\s*$"


class Content:
    def __init__(self, content):
        self.products = {}
        # What a pack holds and for how much of it the unit price is told: `250 g` and `100 g`.
        self.measures = {}
        for file in content.glob("sellers/*/products/*/product.yaml"):
            text = file.read_text("utf-8")
            product = f"{file.parts[-4]}/{file.parts[-2]}"
            self._add(product, _line(text, "published"), _line(text, "modified"))
            measure = re.search(r"^measure:\s*(?:\{\s*content:|\n  content:)\s*([^,\n]+?)\s*(?:,\s*per:|\n  per:)\s*([^}\n]+?)\s*\}?$", text, re.M)
            if measure:
                self.measures[product] = (measure[1].strip("\"'"), measure[2].strip("\"'"))
            elif "\nmeasure:" in text:
                raise ValueError(f"{file}: the measure is written in a way that is not understood here")
        for file in content.glob("sellers/*/products.jsonl"):
            for line in file.read_text("utf-8").splitlines():
                if line.strip():
                    row = json.loads(line)
                    self._add(f"{file.parts[-2]}/{row['slug']}", row.get("published"), row.get("modified"))
                    if row.get("measure"):
                        self.measures[f"{file.parts[-2]}/{row['slug']}"] = (row["measure"]["content"], row["measure"]["per"])
        for file in content.glob("sellers/*/products.csv"):
            with file.open(encoding="utf-8", newline="") as rows:
                for row in csv.DictReader(rows):
                    self._add(f"{file.parts[-2]}/{row['slug']}", row.get("published"), row.get("modified"))
                    if row.get("measure.content"):
                        self.measures[f"{file.parts[-2]}/{row['slug']}"] = (row["measure.content"], row["measure.per"])
        # By market (empty for all), name and language.
        self.pages = {}
        for file in content.glob("pages/**/*.md"):
            name, language = file.name.removesuffix(".md").rsplit(".", 1)
            market = file.parts[-2] if file.parts[-2] != "pages" else ""
            self.pages[market, name, language] = _line(file.read_text("utf-8").split("---")[1], "updated")

    def _add(self, product, published, modified):
        self.products[product] = (published or None, modified or published or None)

    def published(self, product):
        text = self.products.get(product, (None, None))[0]
        return date.fromisoformat(text) if text else None

    def modified(self, product):
        return self.products.get(product, (None, None))[1]

    def updated(self, market, name, language):
        """The page of the market, else the one for all; in the language, else in English."""
        for candidate in (language, "en"):
            for place in (market, ""):
                if (place, name, candidate) in self.pages:
                    return self.pages[place, name, candidate]
        return None


def _line(text, name):
    found = re.search(DATE.format(name), text, re.M)
    return found[1] if found else None
