# KarooExpress – Apache-2.0
"""The server as a process, with a small shop of four currencies, and buyers that speak HTTP to it."""

import base64
import hashlib
import http.client
import json
import os
import signal
import sqlite3
import subprocess
import time

LONGEST_WAIT = 25
MARKETS = {"de": ("EUR", "DE", "de", True), "us": ("USD", "US", "en", False), "jp": ("JPY", "JP", "ja", True), "kw": ("KWD", "KW", "ar", True)}
PRICES = {"alpha/lamp": {"de": 11900, "us": 10000, "jp": 11000, "kw": 30500}, "beta/tea": {"de": 1070, "us": 999, "jp": 1200, "kw": 3250}}


class Report:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, holds, sentence):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"✘ {sentence}", flush=True)
        return holds


def eventually(question, seconds=LONGEST_WAIT):
    """The first answer that counts as true; the last one when none does in time."""
    deadline = time.monotonic() + seconds
    while True:
        answer = question()
        if answer or time.monotonic() > deadline:
            return answer
        time.sleep(0.1)


def write_book(folder, seed):
    """A signed offer book; gives the public key that is to be trusted."""
    def put(path, data):
        with open(os.path.join(folder, path), "wb") as file:
            file.write(data)

    def compact(value):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()

    def digest(data):
        return hashlib.sha256(data).hexdigest()

    os.makedirs(os.path.join(folder, "offers"))
    lines = []
    for offer in sorted(PRICES):
        seller, sku = offer.split("/")
        lines.append(compact({
            "seller": seller, "sku": sku, "product": offer, "tax": "standard", "grams": 500, "availability": "tracked",
            "markets": [{"market": market, "currency": MARKETS[market][0], "price": price} for market, price in PRICES[offer].items()],
        }))
    shard = b"".join(line + b"\n" for line in lines)
    terms = compact({
        "markets": [
            {"id": market, "currency": currency, "countries": [country], "languages": [language], "taxInclusive": inclusive, "lowestPriceLaw": False}
            for market, (currency, country, language, inclusive) in MARKETS.items()
        ],
        "taxes": [{"market": market, "category": "standard", "rates": [{"partsPerMillion": rate}]} for market, rate in (("de", 190_000), ("us", 88_750), ("jp", 100_000))],
        "sellers": [
            {"id": name, "name": name, "country": "DE", "handlingDays": [1, 2], "returnDays": 30, "returnsAreFree": True,
             "shipping": [{"market": market, "method": "standard", "price": 500, "days": [2, 4]} for market in MARKETS]}
            for name in ("alpha", "beta")
        ],
    })
    index = compact({"format": 1, "shards": [{"name": "0", "offers": len(lines), "digest": digest(shard)}], "terms": digest(terms)})
    put(f"offers/0.{digest(shard)[:16]}.jsonl", shard)
    put(f"offers/terms.{digest(terms)[:16]}.json", terms)
    put(f"offers/index.{digest(index)[:16]}.json", index)
    key = f"{folder}/key.der"
    put("key.der", bytes.fromhex("302e020100300506032b657004220420") + seed)
    public = subprocess.run(["openssl", "pkey", "-inform", "DER", "-in", key, "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout[-32:]
    head = {"format": 1, "sequence": 1, "builtAt": "2026-11-22T00:00:00Z", "digest": digest(index), "keyID": digest(public)[:8]}
    put("signed", b"KarooExpress offer book\n" + compact(head))
    signature = subprocess.run(
        ["openssl", "pkeyutl", "-sign", "-inkey", key, "-keyform", "DER", "-rawin", "-in", f"{folder}/signed"], check=True, capture_output=True).stdout
    head["signature"] = base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
    put("offers/head.json", compact(head))
    return base64.urlsafe_b64encode(public).rstrip(b"=").decode()


class Shop:
    def __init__(self, karoo, folder, settings):
        self.karoo, self.folder, self.settings = karoo, folder, settings
        self.data, self.public = f"{folder}/data", f"{folder}/public"
        self.process = None
        os.makedirs(self.public)
        self.trusted = write_book(self.public, bytes(range(32)))
        self.run("database", "migrate")
        with sqlite3.connect(f"{self.data}/karoo.sqlite") as database:
            for offer in PRICES:
                database.execute("INSERT INTO stock (offer, on_hand, reserved, backorder_limit) VALUES (?, 1000, 0, 0)", (offer,))
                database.execute(
                    "INSERT INTO stock_movements (id, offer, kind, on_hand_change, reserved_change, reference, at) VALUES (?, ?, 'seed', 1000, 0, 'test', 0)",
                    (f"mov_{offer}", offer))
        database.close()

    @property
    def environment(self):
        plain = {name: value for name, value in os.environ.items() if not name.startswith("KAROO_")}
        # All buyers of the tests come from one address.
        rates = {f"KAROO_RATES_{name}_PER_MINUTE": "0" for name in ("ADDRESS", "CREDENTIAL", "GUESSES")}
        return plain | rates | {"KAROO_RECONCILE_SECONDS": "1", "KAROO_PROVIDER_TIMEOUT_SECONDS": "2"} | self.settings

    def run(self, *arguments):
        return subprocess.run([self.karoo, *arguments, "--data", self.data], capture_output=True, text=True, timeout=120)

    def start(self, *options):
        self.log = open(f"{self.folder}/log", "a")
        self.process = subprocess.Popen(
            [self.karoo, "serve", "--port", "0", "--data", self.data, "--public", self.public, "--trust", self.trusted, "--commission", "10", *options],
            stdout=subprocess.PIPE, stderr=self.log, text=True, env=self.environment)
        line = self.process.stdout.readline()
        if "/v1" not in line:
            raise RuntimeError(f"the server did not start: {open(f'{self.folder}/log').read()}")
        self.port = int(line.split("/v1")[0].rsplit(":", 1)[1])
        return self

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=30)
            self.process.stdout.close()
        self.log.close()

    def hook(self, provider):
        return f"http://127.0.0.1:{self.port}/v1/hooks/{provider}"

    def ask(self, method, path, body=None, token=None, key=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if key:
            headers["Idempotency-Key"] = key
        connection.request(method, path, body=json.dumps(body) if body is not None else None, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, json.loads(content) if content else {}

    def cart(self, market="de", goods=(("alpha/lamp", 1), ("beta/tea", 1))):
        _, cart = self.ask("POST", "/v1/carts", {"market": market, "language": MARKETS[market][2]})
        path, token = f"/v1/carts/{cart['id']}", cart["token"]
        for offer, quantity in goods:
            self.ask("POST", f"{path}/lines", {"offer": offer, "quantity": quantity}, token)
        country = MARKETS[market][1]
        address = {"name": "Ada Byron", "lines": ["Hauptstraße 1"], "city": "Berlin", "postalCode": "10115", "country": country}
        if country in ("US", "JP"):
            address["region"] = {"US": "NY", "JP": "Tokyo"}[country]
        status, contents = self.ask("PUT", f"{path}/delivery", {"email": "ada@example.com", "address": address}, token)
        if status != 200:
            raise RuntimeError(f"no address is taken: {contents}")
        return Cart(self, path, token, contents["quote"]["total"])

    def rows(self, query, *values):
        with sqlite3.connect(f"file:{self.data}/karoo.sqlite?mode=ro", uri=True) as database:
            found = database.execute(query, values).fetchall()
        database.close()
        return found

    def faults(self):
        check = self.run("ledger", "check")
        return "" if check.returncode == 0 else check.stdout + check.stderr

    def available(self, offer):
        return self.rows("SELECT on_hand - reserved FROM stock WHERE offer = ?", offer)[0][0]


class Cart:
    def __init__(self, shop, path, token, total):
        self.shop, self.path, self.token = shop, path, token
        self.total = {"amount": total["amount"], "currency": total["currency"]}

    def complete(self, method, key="key"):
        return self.shop.ask("POST", f"{self.path}/complete", {"total": self.total, "payment": {"method": method}}, self.token, key)

    def comes_back(self, payment):
        return self.shop.ask("POST", f"{self.path}/payments/{payment}/return", None, self.token)

    def order(self, placed):
        return self.shop.ask("GET", f"/v1/orders/{placed['order']}", None, placed["token"])[1]

    def cancel(self, placed):
        return self.shop.ask("POST", f"/v1/orders/{placed['order']}/cancel", None, placed["token"])
