#!/usr/bin/env python3
# KarooExpress – Apache-2.0
"""Asks both engines in Chromium, cold and in session, and says what it took. A job comes as JSON, the answer goes out as JSON.

Chromium is driven over a pipe with the DevTools protocol, and fetches from a server of this program on the loopback: one
that answers from memory with as few headers as there can be, and compresses scripts and JSON as content delivery networks do.

- *Cold*: a new browser context without cache for each query. The time runs from before the engine's script is fetched until the
  counts of facets and everything about the first 24 results are there.
- *In session*: further queries on the same page.
- *Traffic*: what the browser counts for all requests of a cold query, heads of answers included, also those of workers. It is
  counted in a pass of its own, since counting takes time. The server counts too, and both must agree.
"""

import argparse
import asyncio
import fcntl
import gzip
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json", ".css": "text/css; charset=utf-8", ".wasm": "application/wasm"}
COMPRESSED = {".html", ".js", ".mjs", ".json", ".css"}
LONGEST_ANSWER = 300
DEPTH = 1000


# MARK: The server

class Server:
    """Serves folders below paths, each file from memory after its first time."""

    def __init__(self, mounts):
        self.mounts = sorted(mounts.items(), key=lambda mount: -len(mount[0]))
        self.answers = {}
        self.sent = 0
        self.address = None
        started = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self.run(started)), daemon=True).start()
        started.wait()

    async def run(self, started):
        server = await asyncio.get_running_loop().create_server(lambda: Connection(self), "127.0.0.1", 0, backlog=128)
        self.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        started.set()
        await server.serve_forever()

    def answer(self, path):
        path = path.split("?")[0]
        answer = self.answers.get(path)
        if answer is None:
            answer = self.answers[path] = self.made(path)
        self.sent += len(answer)
        return answer

    def length(self, address):
        """Of the answer for an address, its head included."""
        return len(self.answers[address.removeprefix(self.address).split("?")[0]])

    def made(self, path):
        if path.endswith("/"):
            path += "index.html"
        mount, folder = next((mount for mount in self.mounts if path.startswith(mount[0])), (None, None))
        try:
            with open(os.path.join(folder, path[len(mount):]), "rb") as file:
                data = file.read()
        except (OSError, TypeError):
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        kind = os.path.splitext(path)[1]
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {TYPES.get(kind, 'application/octet-stream')}\r\nCache-Control: max-age=600\r\n"
        if kind in COMPRESSED:
            data = gzip.compress(data, 9, mtime=0)
            head += "Content-Encoding: gzip\r\n"
        return f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data


class Connection(asyncio.Protocol):
    def __init__(self, server):
        self.server = server
        self.received = b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.received += data
        while b"\r\n\r\n" in self.received:
            head, _, self.received = self.received.partition(b"\r\n\r\n")
            self.transport.write(self.server.answer(head.split(b" ", 2)[1].decode()))


# MARK: The browser

class Browser:
    """Chromium over a pipe: calls, and events as they come."""

    def __init__(self, path):
        self.folder = tempfile.mkdtemp(prefix="karoo-bench-browser-")
        theirs, ours = os.pipe(), os.pipe()
        self.writer, self.reader = theirs[1], ours[0]

        def connect():
            # The browser reads from 3 and writes to 4; neither may be overwritten before it is copied.
            source, target = fcntl.fcntl(theirs[0], fcntl.F_DUPFD, 16), fcntl.fcntl(ours[1], fcntl.F_DUPFD, 16)
            os.dup2(source, 3)
            os.dup2(target, 4)

        self.process = subprocess.Popen([
            path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
            "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync",
            "--remote-debugging-pipe", f"--user-data-dir={self.folder}", "about:blank"],
            preexec_fn=connect, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs[0])
        os.close(ours[1])
        self.received = b""
        self.number = 0
        self.handler = lambda message: None
        self.version = self.call("Browser.getVersion")["product"]

    def send(self, method, parameters=None, session=None):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters or {}}
        if session:
            message["sessionId"] = session
        os.write(self.writer, json.dumps(message).encode() + b"\0")
        return self.number

    def receive(self, until):
        """The next message; nil when none comes in time."""
        while b"\0" not in self.received:
            if not wait_readable(self.reader, until - time.monotonic()):
                return None
            data = os.read(self.reader, 1 << 20)
            if not data:
                sys.exit("browser.py: the browser has ended")
            self.received += data
        message, _, self.received = self.received.partition(b"\0")
        return json.loads(message)

    def call(self, method, parameters=None, session=None):
        number = self.send(method, parameters, session)
        until = time.monotonic() + LONGEST_ANSWER
        while (message := self.receive(until)) is not None:
            if message.get("id") == number:
                if "error" in message:
                    sys.exit(f"browser.py: {method}: {message['error']['message']}")
                return message["result"]
            if "method" in message:
                self.handler(message)
        sys.exit(f"browser.py: no answer to {method}")

    def wait(self, condition, seconds):
        """Handles events until the condition is met; false when it is not in time."""
        until = time.monotonic() + seconds
        while not condition():
            message = self.receive(until)
            if message is None:
                return False
            if "method" in message:
                self.handler(message)
        return True

    def close(self):
        self.send("Browser.close")
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def wait_readable(descriptor, seconds):
    return bool(select.select([descriptor], [], [], max(0, seconds))[0])


class Page:
    """A page in a context of its own; counts traffic when it is asked to."""

    def __init__(self, browser, server, counts):
        self.browser = browser
        self.server = server
        self.counts = counts
        self.bytes = self.requests = 0
        self.open = {}
        self.is_loaded = False
        self.session = None
        browser.handler = self.handle
        self.context = browser.call("Target.createBrowserContext")["browserContextId"]
        target = browser.call("Target.createTarget", {"url": "about:blank", "browserContextId": self.context})["targetId"]
        self.session = browser.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        browser.call("Page.enable", session=self.session)
        if counts:
            browser.call("Network.enable", session=self.session)
            browser.call("Target.setAutoAttach", {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}, self.session)
        browser.call("Page.navigate", {"url": server.address + "/"}, self.session)
        if not browser.wait(lambda: self.is_loaded, 30) or not self.is_finished():
            sys.exit("browser.py: the page does not load")
        self.bytes = self.requests = 0

    def handle(self, message):
        method, parameters, session = message["method"], message.get("params", {}), message.get("sessionId")
        if method == "Page.loadEventFired":
            self.is_loaded = True
        elif method == "Target.attachedToTarget" and session is not None and session == self.session:
            # A worker: it waits until its traffic is counted as well.
            self.browser.send("Network.enable", session=parameters["sessionId"])
            self.browser.send("Runtime.runIfWaitingForDebugger", session=parameters["sessionId"])
        elif method == "Network.requestWillBeSent" and not parameters["request"]["url"].startswith(("data:", "blob:")):
            self.open[parameters["requestId"]] = (session, parameters["request"]["url"])
        elif method == "Network.loadingFinished" and parameters["requestId"] in self.open:
            asker, address = self.open.pop(parameters["requestId"])
            # Of a worker's own script, which the page asks for and the worker gets, Chromium counts only the head of the answer.
            self.bytes += parameters["encodedDataLength"] if session == asker else self.server.length(address)
            self.requests += 1
        elif method == "Network.loadingFailed" and parameters["requestId"] in self.open:
            sys.exit(f"browser.py: a request failed: {parameters.get('errorText')}")

    def is_finished(self):
        """Waits for what is under way."""
        return self.browser.wait(lambda: not self.open, 10)

    def evaluate(self, expression):
        result = self.browser.call("Runtime.evaluate", {"expression": expression, "awaitPromise": True, "returnByValue": True}, self.session)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            sys.exit(f"browser.py: {expression[:200]}: {details.get('exception', {}).get('description') or details['text']}")
        return result["result"].get("value")

    def ask(self, engine, query):
        return self.evaluate(f"ask({json.dumps(engine)}, {json.dumps(query)})")

    def close(self):
        self.browser.call("Target.disposeBrowserContext", {"browserContextId": self.context})
        self.browser.handler = lambda message: None


# MARK: The course of it

TAKEN = "another word, of ten products or more"


class Job:
    def __init__(self, job):
        self.job = job
        self.server = Server({"/": HERE + "/", **job["mounts"]})
        self.browser = Browser(job["chromium"])
        self.addresses = {}

    def run(self):
        engines = self.job["engines"]
        answer = {"browser": self.browser.version, "engines": {engine: [] for engine in engines}}
        for engine in engines:
            # The first page of a browser takes longer than any other.
            self.cold(engine, self.job["opening"])
        for place, query in enumerate(self.job["queries"]):
            # In turns, so that what else the machine does meets both.
            for engine in engines if place % 2 else reversed(engines):
                answer["engines"][engine].append({"query": query, **self.cold(engine, query), **self.traffic(engine, query)})
        for engine in engines:
            for entry, elapsed in zip(answer["engines"][engine], self.session(engine)):
                entry["session"] = elapsed
        if "typos" in self.job:
            with open(self.job["typos"], encoding="utf-8") as file:
                asked = json.load(file)
            answer["typos"] = {
                "seed": asked["seed"], "words": asked["words"], "count": len(asked["typos"]),
                "engines": {engine: self.typos(engine, asked["typos"]) for engine in engines}}
        if "asked" in self.job:
            with open(self.job["asked"], encoding="utf-8") as file:
                asked = {entry["query_id"]: entry["query"] for entry in map(json.loads, file)}
            rankings = {engine: dict(zip(asked, self.rankings(engine, asked.values(), DEPTH))) for engine in engines}
            with open(self.job["rankings"], "w", encoding="utf-8") as file:
                json.dump(rankings, file)
        return answer

    def cold(self, engine, query):
        """The least of some times, each in a context of its own."""
        best = None
        for _ in range(self.job["runs"]):
            page = Page(self.browser, self.server, counts=False)
            answer = page.ask(engine, query)
            page.close()
            best = answer if best is None or answer["time"] < best["time"] else best
        return {"cold": best["time"], "hits": len(best["hits"]), "total": best["total"], "values": best["values"]}

    def traffic(self, engine, query):
        page = Page(self.browser, self.server, counts=True)
        before = self.server.sent
        page.ask(engine, query)
        page.is_finished()
        sent = self.server.sent - before
        page.close()
        if sent != page.bytes:
            sys.exit(f"browser.py: {engine}, {query!r}: the browser counts {page.bytes} bytes in {page.requests} requests, the server {sent}")
        return {"bytes": page.bytes, "requests": page.requests}

    def session(self, engine):
        """Times on one page that has been asked something else before."""
        page = Page(self.browser, self.server, counts=False)
        page.ask(engine, self.job["opening"])
        times = [page.ask(engine, query)["time"] for query in self.job["queries"]]
        page.close()
        return times

    def rankings(self, engine, queries, depth):
        """Addresses of products for each query, best first."""
        page = Page(self.browser, self.server, counts=False)
        found = [page.evaluate(f"ranking({json.dumps(engine)}, {json.dumps(query)}, {depth})") for query in queries]
        page.close()
        return [[self.address(name) for name in names] for names in found] if engine == "pagefind" else found

    def address(self, name):
        """What the fragment of a name is about."""
        if name not in self.addresses:
            with gzip.open(os.path.join(self.job["mounts"]["/pagefind/"], "fragment", name + ".pf_fragment")) as file:
                self.addresses[name] = json.loads(file.read().removeprefix(b"pagefind_dcd"))["url"]
        return self.addresses[name]

    def typos(self, engine, asked):
        """How many misspelled words have one of the right products among the first ten, in all and by kind."""
        rankings = self.rankings(engine, [typo["query"] for typo in asked], 10)
        found = {"all": [0, 0]}
        for typo, ranked in zip(asked, rankings):
            is_right = not set(typo["urls"]).isdisjoint(ranked)
            length = len(typo["word"])
            kinds = ["all", typo["edit"], f"{length if length < 8 else '8 or more'} letters", "digits" if any(map(str.isdigit, typo["word"])) else "no digits"]
            # What ten products have as it is typed fills the first ten by right.
            for kind in kinds + [TAKEN if typo["products"] >= 10 else "another word of the catalogue" if typo["products"] else "no word of the catalogue"]:
                entry = found.setdefault(kind, [0, 0])
                entry[0] += is_right
                entry[1] += 1
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", help="a JSON file: mounts, engines, queries, opening, runs, chromium; typos, asked and rankings besides")
    options = parser.parse_args()
    with open(options.job, encoding="utf-8") as file:
        job = Job(json.load(file))
    try:
        answer = job.run()
    finally:
        job.browser.close()
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
