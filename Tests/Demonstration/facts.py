"""What the server said (Content/facts) is what the pages say: availability, ratings, reviews, takedowns."""

import json
from fractions import Fraction

from money import digits, latin, rounded


class Facts:
    def __init__(self, folder, seeds):
        self.bands = {(fact["seller"], fact["sku"]): fact["band"] for fact in _lines(folder / "availability.jsonl")}
        # What is on back-order and unknown to the server: by hand, from the `stock` of Content.
        self.seeds = seeds
        ratings = _lines(folder / "ratings.jsonl")
        self.products = {fact["product"]: fact["counts"] for fact in ratings if "product" in fact}
        self.sellers = {fact["seller"]: fact["counts"] for fact in ratings if "seller" in fact}
        self.reviews = {}
        for review in _lines(folder / "reviews.jsonl"):
            self.reviews.setdefault(review["product"], []).append(review)
        self.takedowns = [fact["product"] for fact in _lines(folder / "takedowns.jsonl")]

    def band(self, offer):
        """`in_stock`, `low`, `out` or `backorder`; None when neither the facts nor the seeds know."""
        band = self.bands.get((offer["seller"], offer["sku"]))
        if offer["availability"] == "untracked":
            return "in_stock"
        if band is None:
            return self.seeds.get(offer["sku"])
        return "backorder" if offer["availability"] == "backorder" and band == "out" else band


def _lines(file):
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def mean(counts):
    """With one decimal, half away from zero, as `4.6`."""
    stars = sum(number * count for number, count in enumerate(counts, 1))
    tenths = rounded(Fraction(10 * stars, sum(counts)))
    return f"{tenths // 10}.{tenths % 10}"


def check(site, report, book, facts):
    _ratings(site, report, book, facts)
    _reviews(site, report, book, facts)
    _takedowns(site, report, book, facts)


def _shown_rating(counts, shown_mean, shown_count):
    """What is wrong with a rating as it is shown, or nothing."""
    if counts is None or sum(counts) == 0:
        return f"shows {shown_mean} of {shown_count}, there are no ratings" if shown_mean else None
    if shown_mean is None:
        return f"shows no rating, there are {sum(counts)}"
    # Arabic says one and two in words.
    count = digits(shown_count) or (str(sum(counts)) if sum(counts) in (1, 2) and "تقييم" in shown_count else "")
    if latin(shown_mean) != mean(counts) or count != str(sum(counts)):
        return f"shows {shown_mean} of {shown_count}, the facts say {mean(counts)} of {sum(counts)}"
    return None


def _ratings(site, report, book, facts):
    faults, shown, cards = [], 0, 0
    for edition, page in site.products():
        product = page.product
        counts = facts.products.get(book.product_of.get((site.seller(page), product.sku)))
        fault = _shown_rating(counts, product.mean, product.count)
        if fault:
            faults.append(f"{page.file}: {fault}")
        elif counts:
            shown += 1
            if [digits(number) for number in product.histogram] != [str(count) for count in reversed(counts)]:
                faults.append(f"{page.file}: the bars are {product.histogram}, the facts {counts}")
            halves = rounded(Fraction(2 * sum(number * count for number, count in enumerate(counts, 1)), sum(counts)))
            if product.half_stars != halves:
                faults.append(f"{page.file}: {product.half_stars} half stars, not {halves}")
    for file, page in site.pages.items():
        # The style guide shows some seller, and some product.
        if "styleguide" not in file and (page.seller_mean is not None or "/s/" in file):
            counts = facts.sellers.get(file.split("/s/")[1].split("/")[0].removesuffix(".html"))
            fault = _shown_rating(counts, page.seller_mean, page.seller_count)
            if fault:
                faults.append(f"{file}: {fault}")
            shown += 1
        for card in page.cards:
            target = site.pages.get(site.file(card.url, file)[0])
            if target is None or target.product is None:
                faults.append(f"{file}: a card leads to {card.url}")
                continue
            cards += 1
            counts = facts.products.get(book.product_of.get((site.seller(target), target.product.sku)))
            wanted = (mean(counts), str(sum(counts))) if counts and sum(counts) else (None, None)
            found = (latin(card.stars)[:3] if card.stars and latin(card.stars)[0].isdigit() else card.stars, digits(card.count) if card.count else None)
            if found != wanted and not (found[0] and wanted[0] and wanted[0] in latin(card.stars) and found[1] == wanted[1]):
                faults.append(f"{file}: the card of {card.url} shows {card.stars} of {card.count}, the facts say {wanted}")
    report.check("ratings are those of the facts", faults, f"{shown} ratings on pages of products and sellers, {cards} cards")


def _reviews(site, report, book, facts):
    faults, shown = [], 0
    for edition, page in site.products():
        known = facts.reviews.get(book.product_of.get((site.seller(page), page.product.sku)), [])
        language = edition.split("-")[0]
        wanted = sorted(known, key=lambda review: (review["date"], review["id"]), reverse=True)
        wanted = sorted(wanted, key=lambda review: review["language"] != language)[:10]
        if len(page.product.reviews) != len(wanted):
            faults.append(f"{page.file}: {len(page.product.reviews)} reviews, not {len(wanted)} of {len(known)}")
            continue
        by_text = {(squeeze(review["body"]), review["author"]): review for review in wanted}
        own = [review.language == language for review in page.product.reviews]
        if own != sorted(own, reverse=True):
            faults.append(f"{page.file}: reviews in {language} do not come first")
        for review in page.product.reviews:
            shown += 1
            fact = by_text.get((squeeze(review.body), review.author))
            if fact is None:
                faults.append(f"{page.file}: the review of {review.author} is not in the facts, or should not be here")
            elif (review.date, review.half_stars, review.title, review.language) != (
                    fact["date"], 2 * fact["rating"], fact.get("title"), fact["language"]):
                faults.append(f"{page.file}: the review of {review.author} differs from the facts: {review}")
    report.check("reviews are those of the facts", faults, f"{shown} reviews shown")


def squeeze(text):
    return " ".join(text.split())


def _takedowns(site, report, book, facts):
    """Neither its name nor its number nor its addresses nor its pictures are anywhere."""
    faults, read = [], 0
    for product in facts.takedowns:
        slug = product.split("/")[1]
        words = [slug, *site.expected["takedowns"].get(product, [])]
        if product not in site.expected["takedowns"]:
            faults.append(f"{product} is taken down; write into expected.json by which words it would be known")
        for file in site.files:
            read += 1
            data = (site.root / file).read_bytes()
            for word in words:
                if word in file or word.encode() in data:
                    faults.append(f"{file}: {word} of {product}, which is taken down")
    report.check("what is taken down is nowhere", faults, f"{read} files read, {len(facts.takedowns)} takedowns")
