#!/usr/bin/env python3
# KarooExpress – Apache-2.0
"""Measures orders through HTTP: open a cart, add one to three lines, say where it goes, complete; at 64 connections, on SQLite
with every commit forced to disk.

    python3 Tests/Bench/orders.py --karoo .build/release/karoo [--write docs/benchmarks.md]

Ten thousand offers of two sellers, of which a thousand are bought and one more than all others. The load comes from a process of its own that
knows nothing of the server but its interface; the processor time is the server's alone, as the kernel counts it. Afterwards
the books are checked. Then a second server, under the same load, writes down every statement of every write with its values, and a
program in C does the same straight in SQLite, on a copy of the database as it was before the load, 64 writes to a durable commit:
that is as fast as this schema can be on this disk. Ends with status 1 when a bar is missed or the books do not agree.
"""

import argparse
import asyncio
import base64
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

OFFERS = 10_000
BOUGHT = 1_000
HOT_SHARE = 0.2
SEED = 20261127
MARKET = "de"
DELIVERY = {
    "email": "buyer@example.com",
    "address": {"name": "Ada Byron", "lines": ["Hauptstraße 1"], "city": "Berlin", "postalCode": "10115", "country": "DE"},
}
BARS = {"orders": 400, "share": 60, "p99": 150, "cpu": 4.0, "reads": 3_000, "memory": 100}
# What memory may grow by between the middle and the end of the load, when nothing leaks.
SLOPE_MIB = 16


# The offer book, made here so that a fault of the program's own writer cannot hide.

def offer_id(number):
    return f"{'alpha' if number % 2 else 'beta'}/S{number:05}"


def letters():
    """The theme's letters and their German words, so that every order is told to its buyer and its sellers."""
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    templates, messages, group, word = [], {}, "", ""
    for name in sorted(os.listdir(f"{root}/Templates/mail")):
        with open(f"{root}/Templates/mail/{name}", encoding="utf-8") as file:
            templates.append({"name": f"mail/{name.removesuffix('.mustache')}", "text": file.read()})
    with open(f"{root}/Locales/de.yaml", encoding="utf-8") as file:
        for line in file:
            depth, (name, _, value) = len(line) - len(line.lstrip()), line.strip().partition(": ")
            if depth == 0:
                group = name.rstrip(":")
            elif group in ("mail", "invoice") and depth == 2:
                word = f"{group}.{name.rstrip(':')}"
                messages[word] = json.loads(value) if value else {}
            elif group in ("mail", "invoice"):
                messages[word][name] = json.loads(value)
    site = {"name": "Bench", "url": "https://bench.example", "email": "shop@bench.example"}
    return {"site": site, "templates": templates, "words": [{"language": "de", "messages": messages}]}


def write_book(folder, seed, sequence=1):
    def put(path, data):
        with open(os.path.join(folder, path), "wb") as file:
            file.write(data)

    def compact(value):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()

    def digest(data):
        return hashlib.sha256(data).hexdigest()

    os.makedirs(os.path.join(folder, "offers"))
    lines = []
    for number in range(OFFERS):
        seller, sku = offer_id(number).split("/")
        lines.append(compact({
            "seller": seller, "sku": sku, "product": f"{seller}/p{number}", "tax": "standard" if number % 3 else "reduced", "grams": 500,
            "availability": "tracked", "markets": [{"market": MARKET, "currency": "EUR", "price": 500 + number * 7 % 20_000}],
            "texts": [{"language": "de", "title": f"Ding {number}"}],
        }))
    shard = b"".join(line + b"\n" for line in lines)
    shipping = [{"market": MARKET, "method": "standard", "price": 595, "freeFrom": 20_000, "days": [2, 4]}]
    terms = compact({
        "markets": [{"id": MARKET, "currency": "EUR", "countries": ["DE"], "languages": ["de"], "taxInclusive": True, "lowestPriceLaw": True}],
        "taxes": [{"market": MARKET, "category": "standard", "rates": [{"partsPerMillion": 190_000}]}, {"market": MARKET, "category": "reduced", "rates": [{"partsPerMillion": 70_000}]}],
        "sellers": [
            {
                "id": name, "name": name, "country": "DE", "handlingDays": [1, 2], "shipping": shipping, "returnDays": 30, "returnsAreFree": True,
                "trader": {"name": f"{name} GmbH", "address": ["Werkhof 2", "20095 Hamburg"], "email": f"{name}@example.com", "vatID": "DE123456789"},
            }
            for name in ("alpha", "beta")
        ],
        "letters": letters(),
    })
    index = compact({"format": 1, "shards": [{"name": "0", "offers": OFFERS, "digest": digest(shard)}], "terms": digest(terms)})
    put(f"offers/0.{digest(shard)[:16]}.jsonl", shard)
    put(f"offers/terms.{digest(terms)[:16]}.json", terms)
    put(f"offers/index.{digest(index)[:16]}.json", index)
    key = bytes.fromhex("302e020100300506032b657004220420") + seed
    put("key.der", key)
    public = subprocess.run(["openssl", "pkey", "-inform", "DER", "-in", f"{folder}/key.der", "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout[-32:]
    head = {"format": 1, "sequence": sequence, "builtAt": "2026-11-22T00:00:00Z", "digest": digest(index), "keyID": digest(public)[:8]}
    put("signed", b"KarooExpress offer book\n" + compact(head))
    signature = subprocess.run(
        ["openssl", "pkeyutl", "-sign", "-inkey", f"{folder}/key.der", "-keyform", "DER", "-rawin", "-in", f"{folder}/signed"], check=True, capture_output=True).stdout
    head["signature"] = base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
    put("offers/head.json", compact(head))
    return base64.urlsafe_b64encode(public).rstrip(b"=").decode()


def seed_stock(database):
    with sqlite3.connect(database) as connection:
        for number in range(BOUGHT):
            offer = offer_id(number)
            connection.execute("INSERT INTO stock (offer, on_hand, reserved, backorder_limit) VALUES (?, 10000000, 0, 0)", (offer,))
            connection.execute(
                "INSERT INTO stock_movements (id, offer, kind, on_hand_change, reserved_change, reference, at) VALUES (?, ?, 'seed', 10000000, 0, 'bench', 0)",
                (f"mov_{number}", offer))
    connection.close()


# The load.

class Connection:
    """A connection that asks one thing after the other."""

    def __init__(self, port):
        self.port = port

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, method, path, body=None, token=None, key=None):
        data = json.dumps(body).encode() if body is not None else b""
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(data)}\r\n"
        if body is not None:
            head += "Content-Type: application/json\r\n"
        if token:
            head += f"Authorization: Bearer {token}\r\n"
        if key:
            head += f"Idempotency-Key: {key}\r\n"
        self.writer.write(head.encode() + b"\r\n" + data)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        content = await self.reader.readexactly(length)
        return int(answer[9:12]), content


class Load:
    def __init__(self, seconds):
        self.deadline = time.monotonic() + seconds
        self.completions = []
        self.failures = {}
        self.last = None

    def fail(self, step, status, content):
        self.failures[f"{step} {status} {content[:80]!r}"] = self.failures.get(f"{step} {status} {content[:80]!r}", 0) + 1

    async def buy(self, connection, dice, number):
        status, content = await connection.ask("POST", "/v1/carts", {"market": MARKET, "language": "de"})
        if status != 201:
            return self.fail("cart", status, content)
        cart = json.loads(content)
        path, token = f"/v1/carts/{cart['id']}", cart["token"]
        for _ in range(dice.randint(1, 3)):
            offer = offer_id(0 if dice.random() < HOT_SHARE else dice.randrange(BOUGHT))
            status, content = await connection.ask("POST", path + "/lines", {"offer": offer, "quantity": dice.randint(1, 2)}, token)
            if status != 200:
                return self.fail("line", status, content)
        status, content = await connection.ask("PUT", path + "/delivery", DELIVERY, token)
        if status != 200:
            return self.fail("delivery", status, content)
        total = json.loads(content)["quote"]["total"]["amount"]
        start = time.perf_counter()
        status, content = await connection.ask(
            "POST", path + "/complete", {"total": {"amount": total, "currency": "EUR"}, "payment": {"method": "sandbox_ok"}}, token, f"key-{number}")
        if status != 201:
            return self.fail("complete", status, content)
        self.completions.append(time.perf_counter() - start)
        self.last = (path, token)

    async def buyer(self, port, number):
        connection, dice = Connection(port), random.Random(SEED + number)
        await connection.open()
        while time.monotonic() < self.deadline:
            await self.buy(connection, dice, number)
        connection.writer.close()

    async def run(self, port, connections):
        await asyncio.gather(*(self.buyer(port, number) for number in range(connections)))


async def read_carts(port, connections, seconds):
    """How often a cart with lines is read."""
    preparing = Connection(port)
    await preparing.open()
    _, content = await preparing.ask("POST", "/v1/carts", {"market": MARKET, "language": "de"})
    cart = json.loads(content)
    for number in (1, 2, 3):
        await preparing.ask("POST", f"/v1/carts/{cart['id']}/lines", {"offer": offer_id(number), "quantity": 1}, cart["token"])
    deadline, count = time.monotonic() + seconds, 0
    request = f"GET /v1/carts/{cart['id']} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {cart['token']}\r\n\r\n".encode()

    async def reader():
        nonlocal count
        connection = Connection(port)
        await connection.open()
        while time.monotonic() < deadline:
            connection.writer.write(request)
            answer = await connection.reader.readuntil(b"\r\n\r\n")
            await connection.reader.readexactly(int(answer.lower().split(b"content-length:")[1].split(b"\r\n")[0]))
            assert answer[9:12] == b"200", answer
            count += 1
        connection.writer.close()

    await asyncio.gather(*(reader() for _ in range(connections)))
    return count / seconds


# The server.

def processor_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mib(pid, what):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(what)) / 1024


class Server:
    """A server with a folder of its own, and stock of what is bought."""

    def __init__(self, options, folder):
        self.karoo, self.data, self.public = options.karoo, f"{folder}/data", f"{folder}/public"
        os.makedirs(self.public)
        self.trusted = write_book(self.public, bytes(range(32)))
        subprocess.run([self.karoo, "database", "migrate", "--data", self.data], check=True, capture_output=True)
        seed_stock(f"{self.data}/karoo.sqlite")

    def start(self, *arguments):
        # The load comes from one address, as no crowd of buyers does.
        limits = {"KAROO_RATES_ADDRESS_PER_MINUTE": "0", "KAROO_RATES_CREDENTIAL_PER_MINUTE": "0", "KAROO_RATES_GUESSES_PER_MINUTE": "0"}
        self.process = subprocess.Popen(
            [self.karoo, "serve", "--demo", "--port", "0", "--data", self.data, "--public", self.public, "--trust", self.trusted, "--commission", "10",
             *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, **limits})
        self.port = int(self.process.stdout.readline().split("/v1")[0].rsplit(":", 1)[1])
        self.pid = self.process.pid

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)


def measure(options, folder):
    server = Server(options, folder)
    data = server.data
    server.start()
    try:
        port = server.port
        asyncio.run(Load(options.warm).run(port, options.connections))
        load = Load(options.seconds)
        processor, start = processor_seconds(server.pid), time.monotonic()
        halfway = threading.Timer(options.seconds / 2, lambda: middle.append(memory_mib(server.pid, "VmRSS")))
        middle = []
        halfway.start()
        asyncio.run(load.run(port, options.connections))
        wall, processor = time.monotonic() - start, processor_seconds(server.pid) - processor
        halfway.join()
        growth = memory_mib(server.pid, "VmRSS") - middle[0]
        memory = memory_mib(server.pid, "VmHWM")
        reads = asyncio.run(read_carts(port, options.connections, max(2, options.seconds / 3)))
    finally:
        server.stop()
    books = subprocess.run([options.karoo, "ledger", "check", "--data", data], capture_output=True, text=True)
    times = sorted(load.completions)
    orders = len(times)
    return {
        "orders": orders / wall, "p50": times[orders // 2] * 1_000, "p99": times[orders * 99 // 100] * 1_000, "cpu": processor / orders * 1_000,
        "reads": reads, "memory": memory, "growth": growth, "count": orders, "failures": load.failures, "books": books.returncode == 0, "said": books.stdout[:500],
    }


def replay(options, folder):
    """How many orders a second the same statements are, straight in SQLite."""
    compiler = next(name for name in ("cc", "clang", "gcc") if shutil.which(name))
    program, recording, before = f"{folder}/replay", f"{folder}/recording", f"{folder}/before.sqlite"
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "replay.c")
    subprocess.run([compiler, "-O2", "-o", program, source, "-lsqlite3"], check=True)
    server = Server(options, folder)
    shutil.copy(f"{server.data}/karoo.sqlite", before)
    server.start("--record", recording)
    try:
        asyncio.run(Load(options.seconds / 2).run(server.port, options.connections))
    finally:
        server.stop()
    rates = []
    for number in range(3):
        copy = f"{folder}/copy-{number}.sqlite"
        shutil.copy(before, copy)
        done = subprocess.run([program, copy, recording, str(options.connections)], check=True, capture_output=True, text=True).stdout.split()
        writes, statements, orders, seconds = int(done[0]), int(done[1]), int(done[2]), float(done[3])
        with sqlite3.connect(copy) as books:
            placed = books.execute("SELECT COUNT(*) FROM order_groups").fetchone()[0]
        books.close()
        if placed != orders or not orders:
            sys.exit(f"straight in SQLite {placed} orders were placed, and {orders} were recorded")
        rates.append(orders / seconds)
    print(f"straight in SQLite: {orders} orders in {statements} statements of {writes} writes; {', '.join(f'{rate:,.0f}' for rate in rates)} orders per second")
    return max(rates)


def write_table(path, lines):
    """Puts the table where the last one stood."""
    begin, end = "<!-- orders: begin -->", "<!-- orders: end -->"
    with open(path) as file:
        text = file.read()
    head, rest = text.split(begin, 1)
    tail = rest.split(end, 1)[1]
    with open(path, "w") as file:
        file.write(head + begin + "\n" + "\n".join(lines) + "\n" + end + tail)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--karoo", default=".build/release/karoo")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--warm", type=float, default=2)
    parser.add_argument("--write", metavar="FILE", help="puts the table into this document")
    options = parser.parse_args()
    # Not in /dev/shm: what is forced to disk must have a disk.
    with tempfile.TemporaryDirectory(prefix="karoo-orders-", dir=os.environ.get("TMPDIR", "/var/tmp")) as folder:
        os.makedirs(f"{folder}/server")
        os.makedirs(f"{folder}/straight")
        found = measure(options, f"{folder}/server")
        straight = replay(options, f"{folder}/straight")
    share = found["orders"] / straight * 100
    rows = [
        ("durable orders per second", f"{found['orders']:,.0f}", f"≥ {BARS['orders']}", found["orders"] >= BARS["orders"]),
        ("of the same statements straight in SQLite", f"{share:.0f} % of {straight:,.0f}", f"≥ {BARS['share']} %", share >= BARS["share"]),
        ("completion, median and 99 of 100 within", f"{found['p50']:.0f} ms, {found['p99']:.0f} ms", f"≤ {BARS['p99']} ms", found["p99"] <= BARS["p99"]),
        ("processor time per order", f"{found['cpu']:.1f} ms", f"≤ {BARS['cpu']:.0f} ms", found["cpu"] <= BARS["cpu"]),
        ("cart reads per second", f"{found['reads']:,.0f}", f"≥ {BARS['reads']:,}", found["reads"] >= BARS["reads"]),
        ("largest resident memory", f"{found['memory']:.0f} MiB", f"≤ {BARS['memory']} MiB", found["memory"] <= BARS["memory"]),
        ("memory that the second half of the load adds", f"{found['growth']:.1f} MiB", f"≤ {SLOPE_MIB} MiB", found["growth"] <= SLOPE_MIB),
    ]
    lines = ["| measure | found | bar | |", "| --- | ---: | ---: | ---: |"]
    lines += [f"| {name} | {value} | {bar} | {'reached' if reached else '**missed**'} |" for name, value, bar, reached in rows]
    print(f"{found['count']} orders at {options.connections} connections\n")
    print("\n".join(lines))
    for failure, count in found["failures"].items():
        print(f"\n{count} times: {failure}")
    print(f"\nbooks: {found['said'].strip()}")
    if options.write:
        write_table(options.write, lines)
    if not found["books"] or found["failures"] or not all(row[3] for row in rows):
        sys.exit(1)


if __name__ == "__main__":
    main()
