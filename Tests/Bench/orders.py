#!/usr/bin/env python3
# KarooExpress – Apache-2.0
"""Measures orders through HTTP: open a cart, add one to three lines, say where it goes, complete; at 64 connections, on SQLite
with every commit forced to disk.

    python3 Tests/Bench/orders.py --karoo .build/release/karoo

Ten thousand offers of two sellers, of which a thousand are bought and one more than all others. The load comes from a process of its own that
knows nothing of the server but its interface; the processor time is the server's alone, as the kernel counts it. Afterwards
the books are checked. Ends with status 1 when a bar is missed or the books do not agree.
"""

import argparse
import asyncio
import base64
import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
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
BARS = {"orders": 400, "p99": 150, "cpu": 4.0, "reads": 3_000, "memory": 100}


# The offer book, made here so that a fault of the program's own writer cannot hide.

def offer_id(number):
    return f"{'alpha' if number % 2 else 'beta'}/S{number:05}"


def write_book(folder, seed):
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
        }))
    shard = b"".join(line + b"\n" for line in lines)
    shipping = [{"market": MARKET, "method": "standard", "price": 595, "freeFrom": 20_000, "days": [2, 4]}]
    terms = compact({
        "markets": [{"id": MARKET, "currency": "EUR", "countries": ["DE"], "languages": ["de"], "taxInclusive": True, "lowestPriceLaw": True}],
        "taxes": [{"market": MARKET, "category": "standard", "rates": [{"partsPerMillion": 190_000}]}, {"market": MARKET, "category": "reduced", "rates": [{"partsPerMillion": 70_000}]}],
        "sellers": [
            {"id": name, "name": name, "country": "DE", "handlingDays": [1, 2], "shipping": shipping, "returnDays": 30, "returnsAreFree": True}
            for name in ("alpha", "beta")
        ],
    })
    index = compact({"format": 1, "shards": [{"name": "0", "offers": OFFERS, "digest": digest(shard)}], "terms": digest(terms)})
    put(f"offers/0.{digest(shard)[:16]}.jsonl", shard)
    put(f"offers/terms.{digest(terms)[:16]}.json", terms)
    put(f"offers/index.{digest(index)[:16]}.json", index)
    key = bytes.fromhex("302e020100300506032b657004220420") + seed
    put("key.der", key)
    public = subprocess.run(["openssl", "pkey", "-inform", "DER", "-in", f"{folder}/key.der", "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout[-32:]
    head = {"format": 1, "sequence": 1, "builtAt": "2026-11-22T00:00:00Z", "digest": digest(index), "keyID": digest(public)[:8]}
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


def memory_mib(pid):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024


def measure(options, folder):
    public, data = f"{folder}/public", f"{folder}/data"
    os.makedirs(public)
    trusted = write_book(public, bytes(range(32)))
    subprocess.run([options.karoo, "database", "migrate", "--data", data], check=True, capture_output=True)
    seed_stock(f"{data}/karoo.sqlite")
    server = subprocess.Popen(
        [options.karoo, "serve", "--demo", "--port", "0", "--data", data, "--public", public, "--trust", trusted, "--commission", "10"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        port = int(server.stdout.readline().split("/v1")[0].rsplit(":", 1)[1])
        asyncio.run(Load(options.warm).run(port, options.connections))
        load = Load(options.seconds)
        processor, start = processor_seconds(server.pid), time.monotonic()
        asyncio.run(load.run(port, options.connections))
        wall, processor = time.monotonic() - start, processor_seconds(server.pid) - processor
        memory = memory_mib(server.pid)
        reads = asyncio.run(read_carts(port, options.connections, max(2, options.seconds / 3)))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
    books = subprocess.run([options.karoo, "ledger", "check", "--data", data], capture_output=True, text=True)
    times = sorted(load.completions)
    orders = len(times)
    return {
        "orders": orders / wall, "p50": times[orders // 2] * 1_000, "p99": times[orders * 99 // 100] * 1_000, "cpu": processor / orders * 1_000,
        "reads": reads, "memory": memory, "count": orders, "failures": load.failures, "books": books.returncode == 0, "said": books.stdout[:500],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--karoo", default=".build/release/karoo")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--warm", type=float, default=2)
    options = parser.parse_args()
    # Not in /dev/shm: what is forced to disk must have a disk.
    with tempfile.TemporaryDirectory(prefix="karoo-orders-", dir=os.environ.get("TMPDIR", "/var/tmp")) as folder:
        found = measure(options, folder)
    rows = [
        ("durable orders per second", found["orders"], BARS["orders"], found["orders"] >= BARS["orders"]),
        ("completion, 99 of 100 within, ms", found["p99"], BARS["p99"], found["p99"] <= BARS["p99"]),
        ("processor time per order, ms", found["cpu"], BARS["cpu"], found["cpu"] <= BARS["cpu"]),
        ("cart reads per second", found["reads"], BARS["reads"], found["reads"] >= BARS["reads"]),
        ("largest resident memory, MiB", found["memory"], BARS["memory"], found["memory"] <= BARS["memory"]),
    ]
    print(f"{found['count']} orders at {options.connections} connections; half of the completions within {found['p50']:.1f} ms\n")
    print("| measure | found | bar | |\n|---|---|---|---|")
    for name, value, bar, reached in rows:
        print(f"| {name} | {value:,.1f} | {bar:,} | {'reached' if reached else '**missed**'} |")
    for failure, count in found["failures"].items():
        print(f"\n{count} times: {failure}")
    print(f"\nbooks: {found['said'].strip()}")
    if not found["books"] or found["failures"] or not all(row[3] for row in rows):
        sys.exit(1)


if __name__ == "__main__":
    main()
