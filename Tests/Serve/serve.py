# KarooExpress – Apache-2.0
"""The server as a process: what it acknowledged exists whatever becomes of it, and nobody can hold it up.

    python3 Tests/Serve/serve.py .build/debug/karoo [--seed N]

Everything is on loopback and in a folder of its own, and every wait has an end. A failing run is repeated with the seed that it
prints.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Bench"))
import orders  # noqa: E402

KILLS = 5
BUYERS = 16
LONGEST_START = 60


class Report:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def check(self, holds, sentence):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"✘ {sentence}")


class Server:
    def __init__(self, karoo, folder):
        self.karoo, self.folder = karoo, folder
        self.data, self.public = f"{folder}/data", f"{folder}/public"

    def prepare(self):
        os.makedirs(self.public)
        self.trusted = orders.write_book(self.public, bytes(range(32)))
        self.run("database", "migrate")
        orders.seed_stock(f"{self.data}/karoo.sqlite")

    def run(self, *arguments):
        return subprocess.run([self.karoo, *arguments, "--data", self.data], capture_output=True, text=True, timeout=120)

    def start(self):
        self.process = subprocess.Popen(
            [self.karoo, "serve", "--demo", "--port", "0", "--data", self.data, "--public", self.public, "--trust", self.trusted, "--commission", "10"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "KAROO_RATES_ADDRESS_PER_MINUTE": "0", "KAROO_RATES_CREDENTIAL_PER_MINUTE": "0"})
        line = self.process.stdout.readline()
        if "/v1" not in line:
            raise RuntimeError(f"the server did not start: {self.process.stderr.read()}")
        self.port = int(line.split("/v1")[0].rsplit(":", 1)[1])

    def end(self, how):
        self.process.send_signal(how)
        status = self.process.wait(timeout=30)
        self.process.stdout.close()
        self.process.stderr.close()
        return status

    def ask(self, request):
        """Sends some bytes and gives all that comes back until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=40) as connection:
            connection.sendall(request)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
            return answer


async def buy_until_it_breaks(server, deadline, acknowledged, dice):
    """Buys with one connection after the other's end; keeps what was acknowledged with its key."""
    connection = orders.Connection(server.port)
    try:
        await connection.open()
        while time.monotonic() < deadline:
            _, content = await connection.ask("POST", "/v1/carts", {"market": orders.MARKET, "language": "de"})
            cart = json.loads(content)
            path, token = f"/v1/carts/{cart['id']}", cart["token"]
            await connection.ask("POST", path + "/lines", {"offer": orders.offer_id(dice.randrange(5)), "quantity": 1}, token)
            _, content = await connection.ask("PUT", path + "/delivery", orders.DELIVERY, token)
            total = json.loads(content)["quote"]["total"]["amount"]
            body = {"total": {"amount": total, "currency": "EUR"}, "payment": {"method": dice.choice(["sandbox_ok", "sandbox_ok", "sandbox_timeout", "sandbox_declined"])}}
            attempt = (path, body, token)
            acknowledged["tried"].append(attempt)
            status, content = await connection.ask("POST", path + "/complete", body, token, "key")
            if status == 201:
                acknowledged["placed"].append((attempt, content))
    except (OSError, asyncio.IncompleteReadError, IndexError):
        return


async def load(server, seconds, acknowledged, dice):
    deadline = time.monotonic() + seconds
    buyers = [buy_until_it_breaks(server, deadline + 20, acknowledged, random.Random(dice.random())) for _ in range(BUYERS)]
    task = asyncio.gather(*buyers)
    await asyncio.sleep(seconds)
    return task


def captured(server):
    """What the bank took and gave back, by charge, as it keeps it itself."""
    took, gave = {}, {}
    with open(f"{server.data}/sandbox.journal") as file:
        for line in file:
            words = line.split()
            if words and words[0] == "captured" and len(words) == 4:
                took[words[1]] = int(words[2])
            if words and words[0] == "refunded" and len(words) == 5:
                gave[words[2]] = gave.get(words[2], 0) + int(words[3])
    return took, gave


def look_at_books(server, report, when, is_fresh=False):
    """`is_fresh` when the server has just started, and every payment must have an end; later, answers may have been lost anew."""
    check = server.run("ledger", "check")
    report.check(check.returncode == 0, f"{when}: the books do not agree: {check.stdout[:500]}{check.stderr[:500]}")
    took, gave = captured(server)
    with sqlite3.connect(f"file:{server.data}/karoo.sqlite?mode=ro", uri=True) as database:
        paid = dict(database.execute("SELECT attempt, total FROM order_groups"))
        waiting = {row[0] for row in database.execute("SELECT id FROM payment_attempts WHERE status IN ('started', 'actionRequired')")}
    database.close()
    report.check(not waiting or not is_fresh, f"{when}: {len(waiting)} payments were left half done by the start")
    kept = {key: amount - gave.get(key, 0) for key, amount in took.items() if amount != gave.get(key, 0) and key not in waiting}
    report.check(kept == paid, f"{when}: the bank has money of {len(kept)} charges, and there are {len(paid)} paid orders")


def kill_under_load(server, report, dice):
    acknowledged = {"tried": [], "placed": []}
    for number in range(KILLS):
        server.start()

        async def round_of_load():
            task = await load(server, dice.uniform(0.3, 1.5), acknowledged, dice)
            server.end(signal.SIGKILL)
            await task

        asyncio.run(round_of_load())
        server.start()
        look_at_books(server, report, f"after kill {number + 1}", is_fresh=True)
        asyncio.run(ask_again(server, acknowledged, report))
        look_at_books(server, report, f"after kill {number + 1}, when everybody has asked again")
        server.end(signal.SIGTERM)
    report.check(len(acknowledged["placed"]) > KILLS, f"only {len(acknowledged['placed'])} orders were acknowledged, which shows nothing")
    print(f"{KILLS} kills, {len(acknowledged['tried'])} purchases, {len(acknowledged['placed'])} of them acknowledged")


async def ask_again(server, acknowledged, report):
    """With the same keys: what was acknowledged is answered with the same bytes, and nothing is bought twice."""
    connection = orders.Connection(server.port)
    await connection.open()
    for (path, body, token), content in acknowledged["placed"][-40:]:
        status, again = await connection.ask("POST", path + "/complete", body, token, "key")
        report.check(status == 201 and again == content, f"an acknowledged order is answered otherwise after the kill: {status} {again[:200]}")
    for path, body, token in acknowledged["tried"][-40:]:
        status, content = await connection.ask("POST", path + "/complete", body, token, "key")
        report.check(status in (201, 202, 402, 409), f"asking again is answered with {status} {content[:200]}")
    connection.writer.close()


def stop_under_load(server, report, dice):
    acknowledged = {"tried": [], "placed": []}
    server.start()

    async def round_of_load():
        task = await load(server, 1.0, acknowledged, dice)
        start = time.monotonic()
        status = server.end(signal.SIGTERM)
        report.check(status == 0, f"SIGTERM under load ends with status {status}")
        report.check(time.monotonic() - start < 10, "SIGTERM under load takes ten seconds and more")
        await task

    asyncio.run(round_of_load())
    with sqlite3.connect(f"file:{server.data}/karoo.sqlite?mode=ro", uri=True) as database:
        known = {row[0] for row in database.execute("SELECT id FROM order_groups")}
    database.close()
    lost = [content for _, content in acknowledged["placed"] if json.loads(content)["order"] not in known]
    report.check(acknowledged["placed"] and not lost, f"{len(lost)} of {len(acknowledged['placed'])} acknowledged orders are not there after SIGTERM")
    look_at_books(server, report, "after SIGTERM under load, before the next start")


def bad_clients(server, report):
    server.start()
    long = server.ask(b"POST /v1/carts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 300000000\r\n\r\n")
    report.check(long.startswith(b"HTTP/1.1 413"), f"a body of 300 MB is answered with {long[:40]}")
    header = server.ask(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 20_000 + b"\r\n\r\n")
    report.check(not header.startswith(b"HTTP/1.1 200"), "a header of 20,000 bytes is taken")
    start = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), timeout=40) as dribbler:
        dribbler.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        is_cut = False
        while time.monotonic() - start < 30 and not is_cut:
            time.sleep(0.5)
            try:
                dribbler.sendall(b"X: y\r\n")
            except OSError:
                is_cut = True
        others = server.ask(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    report.check(is_cut, "who dribbles for thirty seconds is not cut off")
    report.check(others.startswith(b"HTTP/1.1 200"), "others are not served beside a dribbler")
    second = subprocess.run(
        [server.karoo, "serve", "--demo", "--port", "0", "--data", server.data, "--public", server.public, "--trust", server.trusted],
        capture_output=True, text=True, timeout=LONGEST_START)
    report.check(second.returncode != 0 and "another server" in second.stderr, "a second server works in the same folder")
    copy = f"{server.folder}/copy.sqlite"
    backup = server.run("database", "backup", copy)
    report.check(backup.returncode == 0 and os.path.exists(copy), f"no copy is made while the server goes on: {backup.stderr}")
    server.end(signal.SIGTERM)


def damaged_database(server, report):
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(f"{server.data}/karoo.sqlite{suffix}"):
            os.remove(f"{server.data}/karoo.sqlite{suffix}")
    with open(f"{server.data}/karoo.sqlite", "wb") as file:
        file.write(b"no database " * 1000)
    before = open(f"{server.data}/karoo.sqlite", "rb").read()
    try:
        server.start()
        server.end(signal.SIGKILL)
        report.check(False, "the server starts on what is no database")
    except RuntimeError:
        server.process.wait(timeout=30)
        report.check(open(f"{server.data}/karoo.sqlite", "rb").read() == before, "what is no database is changed")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("karoo")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    report, dice = Report(), random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="karoo-serve-") as folder:
        server = Server(os.path.abspath(options.karoo), folder)
        server.prepare()
        try:
            kill_under_load(server, report, dice)
            stop_under_load(server, report, dice)
            bad_clients(server, report)
            damaged_database(server, report)
        finally:
            if getattr(server, "process", None) and server.process.poll() is None:
                server.process.kill()
    print(f"{report.passed} passed, {report.failed} failed")
    sys.exit(1 if report.failed or not report.passed else 0)


if __name__ == "__main__":
    main()
