"""The offer book read as a server reads it: from the signed head down, every digest verified."""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

DECIMALS = {"USD": 2, "GBP": 2, "EUR": 2, "JPY": 0, "KWD": 3}


@dataclass(frozen=True)
class Price:
    """Amounts in minor units."""
    currency: str
    amount: int
    compare_at: int | None
    lowest: int | None

    @property
    def is_reduced(self):
        return self.compare_at is not None and self.amount < self.compare_at

    def decimal(self, amount=None):
        """As Content and machines write it: 1234 EUR are 12.34."""
        amount = self.amount if amount is None else amount
        decimals = DECIMALS[self.currency]
        digits = str(amount).rjust(decimals + 1, "0")
        return digits if decimals == 0 else f"{digits[:-decimals]}.{digits[-decimals:]}"


def ways(seller, market, country):
    """How goods of a seller go to a country of a market before anything else is known of the address."""
    return [
        way for way in seller["shipping"]
        if way["market"] == market and not way.get("postalCodes") and country in way.get("countries", [country])
    ]


def way_of(seller, market, country, grams):
    """The way that is taken when nobody chooses: the first that brings the goods, else the first by which they are fetched."""
    able = [way for way in ways(seller, market, country) if not way.get("weights") or grams <= way["weights"][-1]["upToGrams"]]
    return next((way for way in able if not way.get("points")), able[0] if able else None)


def delivery(way, grams, value):
    """What delivery costs of goods of this weight and value, in minor units."""
    if way.get("freeFrom") is not None and value >= way["freeFrom"]:
        return 0
    steps = [step["price"] for step in way.get("values", []) if step["from"] <= value]
    if steps:
        return steps[-1]
    return next((step["price"] for step in way.get("weights", []) if grams <= step["upToGrams"]), way["price"])


def least(way):
    """The least that a way costs while it is not free."""
    return min([step["price"] for step in way.get("weights", []) + way.get("values", [])] or [way["price"]])


class OfferBook:
    def __init__(self, offers, terms):
        self.offers = offers
        self.terms = terms
        self.by_product = {}
        for offer in offers:
            self.by_product.setdefault(offer["product"], []).append(offer)
        self.product_of = {(offer["seller"], offer["sku"]): offer["product"] for offer in offers}

    @staticmethod
    def price(offer, market, instant):
        """What it costs in a market at an instant; None when it is not sold there. The last window to begin holds."""
        entry = next((entry for entry in offer["markets"] if entry["market"] == market), None)
        if entry is None:
            return None
        held, began = entry, None
        for window in entry.get("windows", []):
            start = moment(window["from"]) if "from" in window else datetime.min.replace(tzinfo=instant.tzinfo)
            if start <= instant and ("until" not in window or instant < moment(window["until"])):
                if began is None or start >= began:
                    held, began = window, start
        return Price(entry["currency"], held["price"], held.get("compareAt"), held.get("lowest30Days"))


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def check(site, report, public_key, at, sequence):
    """Reads the book and reports on its chain of digests; None when it cannot be read."""
    folder = site.root
    faults = []
    used = {"offers/head.json"}
    head = json.loads((folder / "offers/head.json").read_bytes())
    signed = {name: value for name, value in head.items() if name != "signature"}
    message = b"KarooExpress offer book\n" + json.dumps(signed, separators=(",", ":"), ensure_ascii=False).encode()
    try:
        Ed25519PublicKey.from_public_bytes(_unpadded(public_key)).verify(_unpadded(head["signature"]), message)
    except InvalidSignature:
        faults.append("the signature of offers/head.json is not that of the key")
    altered = message.replace(b'"sequence":', b'"sequence":1')
    try:
        Ed25519PublicKey.from_public_bytes(_unpadded(public_key)).verify(_unpadded(head["signature"]), altered)
        faults.append("the signature holds for an altered head as well")
    except InvalidSignature:
        pass
    if list(head) != ["format", "sequence", "builtAt", "digest", "keyID", "signature"] or head["format"] != 1:
        faults.append(f"the head has the members {list(head)}")
    if head["sequence"] != sequence or moment(head["builtAt"]) != moment(at):
        faults.append(f"the head says sequence {head['sequence']} at {head['builtAt']}, the build was told {sequence} at {at}")
    report.check("the head is signed (Ed25519) and says what the build was told", faults, "1 head, 1 signature, 1 forgery refused")

    faults = []

    def verified(path, digest):
        used.add(path)
        data = (folder / path).read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            faults.append(f"{path} has not the digest {digest}")
        return data

    index = json.loads(verified(f"offers/index.{head['digest'][:16]}.json", head["digest"]))
    terms = json.loads(verified(f"offers/terms.{index['terms'][:16]}.json", index["terms"]))
    offers = []
    for shard in index["shards"]:
        path = f"offers/{shard['name']}.{shard['digest'][:16]}.jsonl"
        lines = [json.loads(line) for line in verified(path, shard["digest"]).splitlines()]
        if len(lines) != shard["offers"]:
            faults.append(f"{path} has {len(lines)} offers, the index says {shard['offers']}")
        offers += lines
    faults += [f"{file} belongs to no book" for file in site.files if file.startswith("offers/") and file not in used]
    ids = [(offer["seller"], offer["sku"]) for offer in offers]
    if len(set(ids)) != len(ids):
        faults.append("an offer stands twice")
    if ids != sorted(ids):
        faults.append("the offers are not sorted")
    report.check("digests from the head down (SHA-256)", faults, f"{len(used)} files with {len(offers)} offers of {len({offer['product'] for offer in offers})} products")
    _sound(site, report, offers, terms)
    return OfferBook(offers, terms)


def _sound(site, report, offers, terms):
    """The terms and offers agree with the markets of the editions, and no secret is in them."""
    faults = []
    markets = {market["id"]: market for market in terms["markets"]}
    for edition, known in site.editions.items():
        market = markets.get(known["market"])
        if market is None or market["currency"] != known["currency"] or edition.split("-")[0] not in market["languages"]:
            faults.append(f"the terms have {market} for {edition}")
            continue
        tags = [f"{edition.split('-')[0]}-{country}" for country in market["countries"]]
        if tags != known["hreflangs"]:
            faults.append(f"the countries of {edition} are {market['countries']}")
    categories = {(tax["market"], tax["category"]) for tax in terms["taxes"]}
    sellers = {seller["id"] for seller in terms["sellers"]}
    prices = 0
    for offer in offers:
        name = f"{offer['seller']}/{offer['sku']}"
        if offer["availability"] not in ("tracked", "untracked", "backorder") or "stock" in offer:
            faults.append(f"{name}: availability is {offer['availability']}")
        if offer["seller"] not in sellers or not offer["product"].startswith(offer["seller"] + "/"):
            faults.append(f"{name}: the seller is not in the terms, or not the product's")
        for entry in offer["markets"]:
            for price in [entry, *entry.get("windows", [])]:
                prices += 1
                if price["price"] <= 0 or price.get("compareAt", price["price"] + 1) <= price["price"]:
                    faults.append(f"{name} in {entry['market']}: {price}")
            if entry["currency"] != markets[entry["market"]]["currency"]:
                faults.append(f"{name}: {entry['currency']} in {entry['market']}")
            if entry["currency"] == "KWD" and any(price["price"] % 10 for price in [entry, *entry.get("windows", [])]):
                faults.append(f"{name}: an amount in KWD that card networks refuse (the last digit is not 0)")
            if (entry["market"], offer["tax"]) not in categories:
                faults.append(f"{name}: no rate of {offer['tax']} in {entry['market']}")
            if markets[entry["market"]]["lowestPriceLaw"]:
                for price in [entry, *entry.get("windows", [])]:
                    if "compareAt" in price and "lowest30Days" not in price:
                        faults.append(f"{name} in {entry['market']}: a reduction without the lowest price of 30 days")
    report.check("offers and terms are sound", faults, f"{prices} prices, {len(terms['taxes'])} taxes, {len(sellers)} sellers, {len(markets)} markets")


def _unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
