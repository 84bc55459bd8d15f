"""A price stands in four places, the page, its structured data, the merchant feed and the offer book: all say the same.

And what they say is what was worked out by hand (`expected.json`).
"""

import json
from collections import defaultdict

from feeds import GOOGLE, merchant_items
from money import digits, estimate, unit_price, written
from offer_book import DECIMALS, Price, delivery, way_of

SCHEMA = {
    "in_stock": "https://schema.org/InStock", "low": "https://schema.org/LimitedAvailability",
    "out": "https://schema.org/OutOfStock", "backorder": "https://schema.org/BackOrder",
}
MERCHANT = {"in_stock": "in_stock", "low": "in_stock", "out": "out_of_stock", "backorder": "backorder"}


class Prices:
    """Everything that is said of the prices of an edition."""

    def __init__(self, site, content, book, facts, at):
        self.site, self.content, self.book, self.facts, self.at = site, content, book, facts, at
        # The pages of products by edition and product; the rows of the feeds by edition and id.
        self.pages = defaultdict(dict)
        self.strays = []
        for edition, page in site.products():
            product = book.product_of.get((site.seller(page), page.product.sku))
            if product is None or product in self.pages[edition]:
                self.strays.append(f"{page.file}: {page.product.sku} is in no offer, or has two pages")
            else:
                self.pages[edition][product] = page
        self.feeds = {edition: {item["id"][0]: item for item in merchant_items(site, edition)} for edition in site.editions}

    def sold(self, edition):
        """The variants that are sold in an edition: product, then the offers with their prices."""
        market = self.site.editions[edition]["market"]
        for product, offers in self.book.by_product.items():
            priced = [(offer, self.book.price(offer, market, self.at)) for offer in offers]
            priced = [(offer, price) for offer, price in priced if price is not None]
            if priced:
                yield product, priced

    def law(self, edition):
        """True where the law asks for the lowest price of the last 30 days (Article 6a of Directive 98/6/EC)."""
        return next(terms["lowestPriceLaw"] for terms in self.book.terms["markets"] if terms["id"] == self.site.editions[edition]["market"])

    def style(self, edition):
        return self.site.editions[edition]["money"]


def check(prices, report):
    _everything_sold_is_there(prices, report)
    _pages(prices, report)
    _units_and_estimates(prices, report)
    _structured_data(prices, report)
    _feeds(prices, report)
    _cards(prices, report)
    _availability(prices, report)
    _table(prices, report)


def _everything_sold_is_there(prices, report):
    faults, variants, products = list(prices.strays), 0, 0
    for edition in prices.site.editions:
        sold = dict(prices.sold(edition))
        products += len(sold)
        pages, feed = prices.pages[edition], prices.feeds[edition]
        faults += [f"{edition}: {product} is sold, and has no page" for product in sold.keys() - pages.keys()]
        faults += [f"{edition}: {product} has a page, and is not sold" for product in pages.keys() - sold.keys()]
        ids = {f"{offer['seller']}/{offer['sku']}" for priced in sold.values() for offer, _ in priced}
        # Google takes no item without a picture that is no drawing, and none on back-order without its day: those may be left out.
        without = {
            f"{offer['seller']}/{offer['sku']}" for product, priced in sold.items() if product in pages for offer, _ in priced
            if _has_no_picture(pages[product], prices.site) or prices.facts.band(offer) == "backorder"}
        variants += len(ids)
        faults += [f"{edition}: {id} is sold, and is not in the feed" for id in sorted(ids - feed.keys() - without)]
        faults += [f"{edition}: {id} is in the feed, and is not sold" for id in sorted(feed.keys() - ids)]
        for product, priced in sold.items():
            if product in pages:
                page = pages[product].product
                rows = [row.sku for row in page.rows]
                skus = sorted(offer["sku"] for offer, _ in priced)
                if sorted(rows) != (skus if len(skus) > 1 else []) or page.sku not in skus:
                    faults.append(f"{pages[product].file}: the variants are {rows or [page.sku]}, the offers {skus}")
    report.check("what is sold has a page, a row in the feed and an offer", faults, f"{variants} variants of {products} products in {len(prices.site.editions)} editions")


def _has_no_picture(page, site):
    is_drawn = any(file.endswith("-raster.jpg") for file in site.files)
    return all("/placeholder" in source or (source.endswith(".svg") and not is_drawn) for source in page.product.pictures)


def _each(prices):
    """Every page of a product: edition, page, and its offers with prices by number."""
    for edition in prices.site.editions:
        for product, priced in prices.sold(edition):
            page = prices.pages[edition].get(product)
            if page is not None:
                yield edition, page, {offer["sku"]: (offer, price) for offer, price in priced}


def _pages(prices, report):
    faults, shown = [], 0
    for edition, page, priced in _each(prices):
        product, style, law = page.product, prices.style(edition), prices.law(edition)
        if product.sku not in priced:
            continue  # Said above.
        _, price = priced[product.sku]

        def compare(what, found, wanted):
            if found != wanted:
                faults.append(f"{page.file} ({product.sku}): {what} {found!r}, the offer says {wanted!r}")

        shown += 1
        compare("the value is", product.value, price.decimal())
        compare("the price is", product.text, written(price.amount, price.currency, style))
        compare("the former price is", product.was, written(price.compare_at, price.currency, style) if price.is_reduced else None)
        compare("the saving is", digits(product.saving) if product.saving else None, _saving(price, law))
        lowest = written(price.lowest, price.currency, style) if law and price.is_reduced and price.lowest is not None else None
        notes = [note for note in product.notes if "30" in digits(note)]
        if (lowest is None) != (not notes) or (lowest is not None and lowest not in notes[0]):
            faults.append(f"{page.file} ({product.sku}): the lowest price of 30 days reads {notes}, the offer says {lowest}")
        compare("product:price:amount is", page.metas.get("product:price:amount"), [price.decimal()])
        compare("product:price:currency is", page.metas.get("product:price:currency"), [price.currency])
        for row in product.rows:
            if row.sku not in priced:
                continue
            shown += 1
            _, price = priced[row.sku]
            if (row.value, row.text) != (price.decimal(), written(price.amount, price.currency, style)):
                faults.append(f"{page.file} ({row.sku}): {row.text!r} ({row.value}), the offer says {price.decimal()}")
            was = written(price.compare_at, price.currency, style) if price.is_reduced else None
            if row.was != was and not (row.was is None and row.is_chosen):  # That of the chosen one stands above.
                faults.append(f"{page.file} ({row.sku}): the row of the variant says it was {row.was}, the offer {was}")
            if law and row.was is not None and price.lowest is not None and written(price.lowest, price.currency, style) not in row.whole:
                faults.append(f"{page.file} ({row.sku}): the row of the variant does not tell the lowest price of 30 days, {price.decimal(price.lowest)}")
            if row.is_chosen != (row.sku == product.sku):
                faults.append(f"{page.file}: {row.sku} is marked as chosen, {product.sku} is")
    report.check("prices on pages equal the offer book", faults, f"{shown} prices, each with its exact text")


def _saving(price, law):
    """Whole percents, cut: of the former price; where the law asks, of the lowest of 30 days (CJEU, C-330/23)."""
    reference = price.lowest if law else price.compare_at
    if not price.is_reduced or reference is None or reference <= price.amount:
        return None
    return str(max(1, min(99, (reference - price.amount) * 100 // reference)))


def _units_and_estimates(prices, report):
    faults, units, estimates = [], 0, 0
    rates = prices.site.expected["exchangeRates"]
    for edition, page, priced in _each(prices):
        product = page.product
        if product.sku not in priced:
            continue
        _, price = priced[product.sku]
        wanted = sorted(
            str(estimate(price.amount, price.currency, target, rates)).rjust(DECIMALS[target] + 1, "0")
            for target in rates if target != price.currency)
        estimates += len(product.estimates)
        if sorted(digits(text) for text in product.estimates) != wanted:
            faults.append(f"{page.file}: the estimates are {product.estimates}, the digits should be {wanted}")
        item = prices.feeds[edition].get(f"{prices.site.seller(page)}/{product.sku}", {})
        measure = prices.content.measures.get(prices.book.product_of[prices.site.seller(page), product.sku])
        if (measure is None) != (product.unit is None):
            faults.append(f"{page.file}: the unit price is {product.unit!r}, the measure {measure}")
        if measure is None:
            continue
        content, per = measure
        feed = tuple(item.get(name, [None])[0] for name in ("unit_pricing_measure", "unit_pricing_base_measure"))
        if item and tuple((text or "").replace("ct", "pcs") for text in feed) != measure:
            faults.append(f"feeds/merchant/{edition}: {product.sku} has the measure {feed}, Content {measure}")
        for sku, text in [(product.sku, product.unit), *((row.sku, row.unit) for row in product.rows)]:
            units += 1
            _, price = priced[sku]
            amount = written(unit_price(price.amount, content, per), price.currency, prices.style(edition))
            # One of something may go without its number: per kg.
            numbers = {per.split()[0], ""} if per.split()[0] == "1" else {per.split()[0]}
            if text is None or amount not in text or digits(text.replace(amount, "", 1)) not in numbers:
                faults.append(f"{page.file} ({sku}): the unit price is {text!r}, should be {amount!r} for {per}")
    report.check("unit prices and estimates", faults, f"{units} unit prices, {estimates} estimates")


def _structured_data(prices, report):
    faults, offers = [], 0
    for edition, page, priced in _each(prices):
        thing = next((thing for thing in _graph(page) if thing.get("@type") in ("Product", "ProductGroup")), None)
        if thing is None:
            faults.append(f"{page.file}: no Product in the structured data")
            continue
        variants = [thing] if thing["@type"] == "Product" else thing.get("hasVariant", [])
        if sorted(variant.get("sku", "") for variant in variants) != sorted(priced):
            faults.append(f"{page.file}: the structured data has {[variant.get('sku') for variant in variants]}, the offers {sorted(priced)}")
            continue
        own = page.canonicals[0] if page.canonicals else ""
        for variant in variants:
            offers += 1
            offer, price = priced[variant["sku"]]
            said = variant.get("offers", {})
            url = own if thing["@type"] == "Product" else f"{own}?v={variant['sku']}"
            found = (said.get("@type"), said.get("price"), said.get("priceCurrency"), said.get("availability"), said.get("url"))
            wanted = ("Offer", price.decimal(), price.currency, SCHEMA.get(prices.facts.band(offer)), url)
            if found != wanted:
                faults.append(f"{page.file} ({variant['sku']}): the structured data says {found}, should be {wanted}")
    report.check("structured data equals the offer book", faults, f"{offers} offers: price, currency, availability, address")


def _graph(page):
    try:
        return [thing for text in page.data for thing in json.loads(text).get("@graph", [])]
    except (ValueError, AttributeError):
        return []


def _feeds(prices, report):
    faults, rows = [], 0
    for edition, page, priced in _each(prices):
        for sku, (offer, price) in priced.items():
            item = prices.feeds[edition].get(f"{offer['seller']}/{sku}")
            if item is None:
                continue  # Said above.
            rows += 1
            link = page.canonicals[0] + (f"?v={sku}" if len(priced) > 1 else "")
            found = tuple(item.get(name, [None])[0] for name in ("price", "sale_price", "availability", "link", "item_group_id", "external_seller_id"))
            amount = f"{price.decimal()} {price.currency}"
            wanted = (
                f"{price.decimal(price.compare_at)} {price.currency}" if price.is_reduced else amount,
                amount if price.is_reduced else None, MERCHANT.get(prices.facts.band(offer)), link,
                offer["product"] if len(priced) > 1 else None, offer["seller"])
            if found != wanted:
                faults.append(f"feeds/merchant/{edition}: {sku} has {found}, should be {wanted}")
            if offer.get("grams") is not None and item.get("shipping_weight", [None])[0] not in (f"{offer['grams']} g", f"{offer['grams'] / 1000:g} kg"):
                faults.append(f"feeds/merchant/{edition}: {sku} weighs {item.get('shipping_weight')}, the offer says {offer['grams']} g")
            faults += _shipping(prices, edition, offer, item)
    report.check("merchant feeds equal the offer book", faults, f"{rows} rows: price, sale price, availability, link, group, weight, delivery")


def _shipping(prices, edition, offer, item):
    market = prices.site.editions[edition]["market"]
    seller = next(seller for seller in prices.book.terms["sellers"] if seller["id"] == offer["seller"])
    currency = prices.site.editions[edition]["currency"]
    wanted = set()
    for tag in prices.site.editions[edition]["hreflangs"]:
        country, grams = tag.split("-")[1], offer.get("grams", 0)
        way = way_of(seller, market, country, grams)
        if way is not None:
            cost = delivery(way, grams, prices.book.price(offer, market, prices.at).amount)
            wanted.add((country, f"{Price(currency, cost, None, None).decimal()} {currency}"))
    found = [(one.findtext(GOOGLE + "country"), one.findtext(GOOGLE + "price")) for one in item.get("shipping", [])]
    return [] if set(found) == wanted and len(found) == len(wanted) else [f"feeds/merchant/{edition}: {offer['sku']} is delivered for {found}, the terms say {wanted}"]


def _cards(prices, report):
    """A card shows the lowest price, and says so when variants cost more."""
    faults, count = [], 0
    by_file = {page.file: (edition, priced) for edition, page, priced in _each(prices)}
    for file, page in prices.site.pages.items():
        for card in page.cards:
            edition, priced = by_file.get(prices.site.file(card.url, file)[0], (None, None))
            # What lies above the editions shows the default one's products.
            if priced is None or edition != (prices.site.edition(file) or prices.site.expected["defaultEdition"]):
                faults.append(f"{file}: a card leads to {card.url}, no product of the edition")
                continue
            count += 1
            lowest = min(price.amount for _, price in priced.values())
            cheapest = [price for _, price in priced.values() if price.amount == lowest]
            text = written(lowest, cheapest[0].currency, prices.style(edition))
            same = all(price.amount == lowest for _, price in priced.values())
            if card.value != cheapest[0].decimal() or (card.text != text if same else text not in card.text or card.text == text):
                faults.append(f"{file}: the card of {card.url} says {card.text!r} ({card.value}), the offers {text!r}{'' if same else ' and more'}")
            was = {written(price.compare_at, price.currency, prices.style(edition)) if price.is_reduced else None for price in cheapest}
            if card.was not in was:
                faults.append(f"{file}: the card of {card.url} says it was {card.was!r}, the offers {was}")
            savings = {_saving(price, prices.law(edition)) for price in cheapest}
            if (digits(card.saving) if card.saving else None) not in savings:
                faults.append(f"{file}: the card of {card.url} says {card.saving!r}, should be {savings}")
            if card.is_sold_out != all(prices.facts.band(offer) == "out" for offer, _ in priced.values()):
                faults.append(f"{file}: the card of {card.url} says sold out: {card.is_sold_out}")
    report.check("cards equal the offer book", faults, f"{count} cards")


def _availability(prices, report):
    """The bands are those of the facts; a language has one word for each, and each its own."""
    faults, count, words = [], 0, defaultdict(set)
    for edition, page, priced in _each(prices):
        product = page.product
        words[edition, product.stock_text].add(product.stock_class)
    names = {(edition, text): next(iter(codes)) for (edition, text), codes in words.items()}
    faults += [f"{edition}: {text!r} stands for {codes}" for (edition, text), codes in words.items() if len(codes) > 1]
    for edition, page, priced in _each(prices):
        product = page.product
        bands = {sku: prices.facts.band(offer) for sku, (offer, _) in priced.items()}
        for sku, text in [(product.sku, product.stock_text), *((row.sku, row.availability) for row in product.rows)]:
            count += 1
            if sku in bands and names.get((edition, text)) != bands[sku]:
                faults.append(f"{page.file} ({sku}): {text!r}, the facts say {bands[sku]}")
        if bands.get(product.sku) == "out" and any(band != "out" for band in bands.values()):
            faults.append(f"{page.file}: opens with {product.sku}, which is sold out, while others are not")
    report.check("availability is that of the facts", faults, f"{count} lines on pages")


def _table(prices, report):
    """The table by hand: read from Content with pencil and paper, not from any file that was built."""
    faults, told = [], 0
    for row in prices.site.expected["prices"]:
        edition, sku = row["edition"], row["sku"]
        name = f"{edition} {row['product']} {sku}"
        page = prices.pages[edition].get(row["product"])
        sold = dict(prices.sold(edition)).get(row["product"], [])
        price = next((price for offer, price in sold if offer["sku"] == sku), None)
        told += 1
        if row["price"] is None:
            if price is not None or page is not None or f"{row['product'].split('/')[0]}/{sku}" in prices.feeds[edition]:
                faults.append(f"{name} is not sold there, and is in the book ({price}), on a page or in the feed")
            continue
        if page is None or price is None:
            faults.append(f"{name}: no page or no offer")
            continue
        if price.decimal() != row["price"]:
            faults.append(f"{name}: the offer says {price.decimal()}, by hand {row['price']}")
        line = next((line for line in page.product.rows if line.sku == sku), page.product)
        shown = {"value": line.value, "text": line.text, "unit": line.unit}
        if page.product.sku == sku:
            saving, lowest = page.product.saving, [note for note in page.product.notes if "30" in digits(note)]
            shown |= {"was": page.product.was, "saving": digits(saving) if saving else None, "lowest": lowest[0] if lowest else None}
            shown["estimates"] = page.product.estimates
        for what, wanted in {"value": row["price"], **row}.items():
            if what in ("edition", "product", "sku", "price", "why"):
                continue
            told += 1
            if what not in shown:
                faults.append(f"{name}: {what} is not shown, since the page opens with {page.product.sku}")
            elif not _tells(shown[what], wanted, what):
                faults.append(f"{name}: {what} is {shown[what]!r}, by hand {wanted!r}")
    report.check("prices equal the table worked out by hand", faults, f"{told} entries in {len(prices.site.expected['prices'])} rows")


def _tells(shown, wanted, what):
    """Amounts inside a sentence are found in it; all else is as it stands in the table."""
    if what == "estimates":
        return len(shown) == len(wanted) and all(amount in text for text, amount in zip(shown, wanted))
    if what in ("unit", "lowest") and shown is not None and wanted is not None:
        return wanted in shown
    return shown == wanted
