# KarooExpress – Apache-2.0
"""The levers of the server's half as somebody pulls them: a build is put in front of the buyers, quantities are imported, a copy is
restored.

    python3 Tests/Serve/levers.py .build/debug/karoo

Everything is on loopback and in a folder of its own, and every wait has an end.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import serve  # noqa: E402
from door import Server, wait_until  # noqa: E402
from serve import orders  # noqa: E402

KEY = bytes(range(32))


def make_build(server, name, sequence, key=KEY):
    folder = f"{server.folder}/{name}"
    os.makedirs(folder)
    orders.write_book(folder, key, sequence=sequence)
    return folder


def publishing(server, report):
    def activate(build, public=None):
        return server.run("publish", "activate", build, "--public", public or server.public, "--trust", server.trusted)

    def sequence():
        answer = server.get("/readyz")
        return json.loads(answer.split(b"\r\n\r\n")[1]).get("offers")

    # Polling would take an hour: what is new is seen because the server is told.
    server.launch("--port", "0", environment={"KAROO_RECONCILE_SECONDS": "3600"})
    report.check(sequence() == 1, f"the server begins with the book {sequence()}")
    done = activate(make_build(server, "second", 2))
    report.check(done.returncode == 0 and "was told" in done.stdout, f"a newer build is not activated: {done.stdout}{done.stderr}")
    report.check(wait_until(lambda: sequence() == 2, 10), f"after it was told, the server still sells by book {sequence()}")
    with open(f"{server.folder}/second/offers/head.json") as file:
        report.check(json.load(file)["sequence"] == 1, "what was published before is not where the build was")
    older = activate(f"{server.folder}/second")
    report.check(older.returncode != 0 and "not published" in older.stderr, f"an older build is activated: {older.stdout}{older.stderr}")
    stranger = activate(make_build(server, "stranger", 9, bytes(range(1, 33))))
    report.check(stranger.returncode != 0, "a build with the key of a stranger is activated")
    damaged = make_build(server, "damaged", 9)
    shard = next(name for name in os.listdir(f"{damaged}/offers") if name.endswith(".jsonl"))
    with open(f"{damaged}/offers/{shard}", "ab") as file:
        file.write(b" ")
    report.check(activate(damaged).returncode != 0, "a damaged build is activated")
    report.check(activate(f"{server.folder}/nothing").returncode != 0, "a build that is not there is activated")
    report.check(sequence() == 2, "a build that was refused is sold by")

    link = f"{server.folder}/live"
    for name, number in (("third", 3), ("fourth", 4)):
        done = activate(make_build(server, name, number), link)
        report.check(done.returncode == 0 and os.readlink(link) == f"{server.folder}/{name}", f"a link is not changed: {done.stdout}{done.stderr}")
    report.check(activate(f"{server.folder}/third", link).returncode != 0, "behind a link an older build is activated")
    server.end()
    done = activate(make_build(server, "fifth", 5))
    report.check(done.returncode == 0 and "no server" in done.stdout, f"without a server a build is not activated: {done.stdout}{done.stderr}")


def counting(server, report):
    file = f"{server.folder}/count.csv"

    def take(text):
        with open(file, "w") as sheet:
            sheet.write(text)
        return server.run("stock", "import", file)

    def on_hand(offer):
        return server.run("stock", "show", offer).stdout

    first, second = orders.offer_id(1), orders.offer_id(2)
    done = take(f"offer,onHand,backorderLimit\n{first},7,\n{second},8,2\n")
    report.check(done.returncode == 0 and "2 offers" in done.stdout, f"a count is not taken: {done.stdout}{done.stderr}")
    report.check(" 7 on hand" in on_hand(first) and "10 to be sold" in on_hand(second), f"a count is not what there is: {on_hand(first)}{on_hand(second)}")
    bad = take(f"offer,onHand\n{first},1\n{second},-1\n")
    report.check(bad.returncode == 1 and "count.csv:3" in bad.stderr and " 7 on hand" in on_hand(first), f"half a file is taken: {bad.stdout}{bad.stderr}")
    many = take(f"offer,onHand\n{first},9999999999\n")
    report.check(many.returncode != 0 and "count.csv:2" in many.stderr, f"too large a quantity is answered with {many.stderr}")
    check = server.run("ledger", "check")
    report.check(check.returncode == 0, f"after a count the books do not agree: {check.stdout}")


def restoring(server, report):
    copy, database = f"{server.folder}/copy.sqlite", f"{server.data}/karoo.sqlite"
    report.check(server.run("database", "backup", copy).returncode == 0, "no copy is made")
    first = orders.offer_id(1)
    server.run("stock", "adjust", first, "--by", "5")
    server.launch("--port", "0")
    refused = server.run("database", "restore", copy)
    report.check(refused.returncode != 0 and "another server" in refused.stderr, f"while a server works a copy is restored: {refused.stdout}{refused.stderr}")
    server.end()

    def content():
        with open(database, "rb") as file:
            return file.read()

    before = content()
    spoiled = f"{server.folder}/spoiled.sqlite"
    shutil.copy(copy, spoiled)
    with sqlite3.connect(spoiled) as books:
        books.execute("UPDATE stock SET on_hand = on_hand + 1 WHERE offer = ?", (first,))
    books.close()
    damaged = f"{server.folder}/damaged.sqlite"
    with open(damaged, "wb") as file:
        file.write(before[: len(before) // 2])
    newer = f"{server.folder}/newer.sqlite"
    shutil.copy(copy, newer)
    with sqlite3.connect(newer) as books:
        books.execute("INSERT INTO migrations VALUES (9999, 'later', 'x', 0)")
    books.close()
    for name in (spoiled, damaged, newer, f"{server.folder}/nothing.sqlite"):
        refused = server.run("database", "restore", name)
        report.check(refused.returncode != 0 and content() == before, f"{os.path.basename(name)} is restored: {refused.stdout}")
    leftovers = [name for name in os.listdir(server.data) if "incoming" in name]
    report.check(not leftovers, f"{leftovers} are left")

    done = server.run("database", "restore", copy)
    report.check(done.returncode == 0, f"a copy is not restored: {done.stdout}{done.stderr}")
    report.check(" 7 on hand" in server.run("stock", "show", first).stdout, "what was restored is not what was copied")
    kept = [name for name in os.listdir(server.data) if name.startswith("karoo.sqlite.") and name[13:].isdigit()]
    report.check(len(kept) == 1, f"what was there is kept as {kept}")
    server.launch("--port", "0")
    report.check(server.get("/readyz").startswith(b"HTTP/1.1 200"), "on a restored database nothing is sold")
    server.end()
    report.check(server.run("database", "verify").returncode == 0, "a restored database is not whole")

    steps = server.run("database", "migrate", "--dry-run")
    report.check(steps.returncode == 0 and "nothing to do" in steps.stdout, f"steps that were taken are listed: {steps.stdout}{steps.stderr}")
    with tempfile.TemporaryDirectory(prefix="karoo-levers-") as empty:
        steps = subprocess.run([server.karoo, "database", "migrate", "--dry-run", "--data", f"{empty}/data"], capture_output=True, text=True, timeout=60)
        report.check(steps.stdout.startswith("1  ") and not os.path.exists(f"{empty}/data/karoo.sqlite"), f"for a new database the steps are {steps.stdout!r}")


def main():
    report = serve.Report()
    with tempfile.TemporaryDirectory(prefix="karoo-levers-") as folder:
        server = Server(os.path.abspath(sys.argv[1]), folder)
        server.prepare()
        try:
            for part in (publishing, counting, restoring):
                start = time.monotonic()
                part(server, report)
                print(f"{part.__name__}: {time.monotonic() - start:.1f} s")
        finally:
            if getattr(server, "process", None) and server.process.poll() is None:
                server.process.kill()
                server.process.wait(timeout=30)
    print(f"{report.passed} passed, {report.failed} failed")
    sys.exit(1 if report.failed or not report.passed else 0)


if __name__ == "__main__":
    main()
