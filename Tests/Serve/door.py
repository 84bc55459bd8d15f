# KarooExpress – Apache-2.0
"""The door of the server as a process: what it is told, who is let in, and what it does when the machine fails it.

    python3 Tests/Serve/door.py .build/debug/karoo

Everything is on loopback and in a folder of its own, and every wait has an end.
"""

import asyncio
import contextlib
import json
import os
import resource
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import serve  # noqa: E402
from serve import orders  # noqa: E402

SLOW_CLIENTS = 300
SHORT_CONNECTIONS = 10_000
FEW_FILES = 64
DAY = 86_400


class Server(serve.Server):
    """A server that can be told more: variables, files that may be open, and what is loaded before the C library."""

    def launch(self, *arguments, environment=None, files=None):
        def limit():
            if files:
                resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

        log = open(f"{self.folder}/log", "wb")
        self.process = subprocess.Popen(
            [self.karoo, "serve", "--demo", "--data", self.data, "--public", self.public, "--trust", self.trusted, *arguments],
            stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **(environment or {})}, preexec_fn=limit)
        log.close()
        line = self.process.stdout.readline()
        if "/v1" not in line:
            self.process.wait(timeout=serve.LONGEST_START)
            raise RuntimeError(f"the server did not start: {self.log()}")
        self.port = int(line.split("/v1")[0].rsplit(":", 1)[1])

    def log(self):
        with open(f"{self.folder}/log", errors="replace") as file:
            return file.read()

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        status = self.process.wait(timeout=30)
        self.process.stdout.close()
        return status

    def refuses(self, *arguments, environment=None):
        """What it says when it does not start; nothing when it does."""
        process = subprocess.run(
            [self.karoo, "serve", "--demo", "--data", self.data, "--public", self.public, *arguments], capture_output=True, text=True,
            timeout=serve.LONGEST_START, env={**os.environ, **(environment or {})})
        return process.stderr if process.returncode else ""

    def get(self, path, *headers):
        lines = "".join(f"{header}\r\n" for header in headers)
        return self.ask(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}\r\n".encode())

    def open_files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def memory_kib(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def status_of(answer):
    return int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else 0


def wait_until(holds, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.1)
    return False


# What it is told.

def settings(server, report):
    def free_port():
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    ports = [free_port() for _ in range(3)]
    file = f"{server.folder}/settings.yaml"
    with open(file, "w") as settings:
        settings.write(f"port: {ports[2]}\nlimits:\n  bodyBytes: 2000\nallowedOrigins: [https://a.example, https://b.example]\n")
    for arguments, environment, port in (
        (("--config", file, "--port", str(ports[0])), {"KAROO_PORT": str(ports[1])}, ports[0]),
        (("--config", file), {"KAROO_PORT": str(ports[1])}, ports[1]),
        ((), {"KAROO_CONFIG": file, "KAROO_PORT": ""}, ports[2]),
    ):
        server.launch(*arguments, environment=environment)
        report.check(server.port == port, f"of command line, environment and file, port {server.port} counts instead of {port}")
        server.end()
    server.launch("--config", file, "--port", "0", environment={"KAROO_LIMITS_BODY_BYTES": "3000"})
    long = b"POST /v1/carts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 3001\r\n\r\n" + b"x" * 3001
    report.check(status_of(server.ask(long)) == 413, "a limit that is set does not hold")
    allowed = server.get("/healthz", "Origin: https://b.example")
    report.check(b"access-control-allow-origin: https://b.example" in allowed.lower(), "a list of the file is not read")
    server.end()

    with open(file, "w") as settings:
        settings.write("port: 1\n\nlimits:\n  bodyBites: 2000\n")
    said = server.refuses("--trust", server.trusted, "--config", file)
    report.check("settings.yaml:4" in said and "limits.bodyBites" in said, f"a setting that is none is answered with {said!r}")
    with open(file, "w") as settings:
        settings.write("secret: x\n")
    said = server.refuses("--trust", server.trusted, "--config", file)
    report.check("KAROO_SECRET_FILE" in said, f"a secret in the file is answered with {said!r}")
    for name, value in (
        ("KAROO_PORT", "x"), ("KAROO_PORT", "65536"), ("KAROO_LIMITS_CONNECTIONS", "0"), ("KAROO_LOG_LEVEL", "loud"), ("KAROO_TRUSTED_PROXIES", "10.0.0.0/33"),
        ("KAROO_PROXY_HEADER", "X-Real"), ("KAROO_ALLOWED_ORIGINS", "https://a.example/path"), ("KAROO_COMMISSION", "101"), ("KAROO_SECRET", "short"),
        ("KAROO_RECONCILE_SECONDS", "0"), ("KAROO_TLS_KEY", "/nowhere"), ("KAROO_TRUSTED_KEYS", "nokey"),
    ):
        trust = () if name == "KAROO_TRUSTED_KEYS" else ("--trust", server.trusted)
        said = server.refuses("--port", "0", *trust, environment={name: value}) if name != "KAROO_PORT" else server.refuses(*trust, environment={name: value})
        report.check(name in said, f"{name}={value} is answered with {said!r}")
    # Where there is an admin, nobody is asked for the first one.
    said = server.refuses("--port", "0", "--trust", server.trusted, "--data", f"{server.folder}/nobody", environment={"KAROO_ADMIN_EMAIL": "a@example.org"})
    report.check("KAROO_ADMIN_PASSWORD" in said, f"a first admin without a password is answered with {said!r}")
    secret = f"{server.folder}/a-secret"
    with open(secret, "w") as file:
        file.write("A" * 43 + "\n")
    os.remove(f"{server.data}/secret")
    server.launch("--port", "0", environment={"KAROO_SECRET_FILE": secret})
    report.check(not os.path.exists(f"{server.data}/secret"), "a secret was made although one was given")
    server.end()
    report.check("KAROO_SECRET_FILE" in server.refuses("--trust", server.trusted, environment={"KAROO_SECRET_FILE": "/nowhere"}), "a file of a secret that is not there is no fault")


# Who is let in.

def strange_requests(server, report):
    server.launch("--port", "0")
    body = b"Content-Type: application/json\r\n"
    for name, request in (
        ("two lengths", b"POST /v1/carts HTTP/1.1\r\nHost: x\r\n" + body + b"Content-Length: 2\r\nContent-Length: 7\r\n\r\n{}GET /x"),
        ("a length and chunks", b"POST /v1/carts HTTP/1.1\r\nHost: x\r\n" + body + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("a length that is none", b"POST /v1/carts HTTP/1.1\r\nHost: x\r\n" + body + b"Content-Length: +2\r\n\r\n{}"),
        ("chunks that are none", b"POST /v1/carts HTTP/1.1\r\nHost: x\r\n" + body + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
        ("an encoding that is none", b"POST /v1/carts HTTP/1.1\r\nHost: x\r\n" + body + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        ("no host", b"GET /healthz HTTP/1.1\r\n\r\n"),
        ("two hosts", b"GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"),
        ("a host that is none", b"GET /healthz HTTP/1.1\r\nHost: x/y@z\r\n\r\n"),
        ("a field with a space", b"GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n"),
        ("a folded field", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n"),
        ("what is no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"),
    ):
        answer = server.ask(request)
        report.check(status_of(answer) == 400 and answer.count(b"HTTP/1.1 ") == 1, f"{name}: answered with {answer[:60]!r}, {answer.count(b'HTTP/1.1 ')} answers")
    bomb = b"POST /v1/carts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Encoding: gzip\r\n" + body + b"Content-Length: 20\r\n\r\n" + b"\x1f\x8b" + b"\0" * 18
    report.check(status_of(server.ask(bomb)) == 415, "a compressed body is taken")
    many = b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(200)) + b"\r\n"
    report.check(status_of(server.ask(many)) != 200, "200 header fields are taken")

    endless = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    before, sent = server.memory_kib(), 0
    with contextlib.suppress(OSError):
        endless.sendall(b"POST /v1/carts HTTP/1.1\r\nHost: x\r\n" + body + b"Transfer-Encoding: chunked\r\n\r\n")
        while sent < 64 << 20:
            endless.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            sent += 65536
    endless.close()
    report.check(sent < 64 << 20, "a body without end is taken for 64 MB")
    report.check(server.memory_kib() - before < 40_000, f"a body without end costs {server.memory_kib() - before} KiB")
    server.end()


def rates(server, report):
    server.launch("--port", "0", environment={"KAROO_RATES_ADDRESS_PER_MINUTE": "5", "KAROO_TRUSTED_PROXIES": "127.0.0.1", "KAROO_LOG_LEVEL": "info"})
    answers = [status_of(server.get("/v1/none", "X-Forwarded-For: 198.51.100.7")) for _ in range(7)]
    report.check(answers == [404] * 5 + [429] * 2, f"of seven requests, five allowed, the answers are {answers}")
    refused = server.get("/v1/none", "X-Forwarded-For: 198.51.100.7").lower()
    report.check(b"retry-after: " in refused and b'ratelimit: "address";r=0;t=' in refused, f"who asks too often is not told when to come back: {refused[:300]!r}")
    report.check(status_of(server.get("/v1/none", "X-Forwarded-For: 198.51.100.7, 198.51.100.8")) == 404, "behind a trusted proxy, buyers share one limit")
    report.check(status_of(server.get("/v1/none", "X-Forwarded-For: 1.2.3.4, 198.51.100.7")) == 429, "an address made up by the client counts")
    report.check(status_of(server.get("/healthz", "X-Forwarded-For: 198.51.100.7")) == 200, "the health of the server is limited")
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    server.get("/v1/carts/cart_x?secret=hidden", f"traceparent: 00-{trace}-00f067aa0ba902b7-01", "Authorization: Bearer sesame", "X-Request-Id: find-me")
    server.end()
    lines = [json.loads(line) for line in server.log().splitlines()]
    found = [line for line in lines if line.get("request") == "find-me" and line.get("message") == "request"]
    report.check(len(found) == 1 and found[0]["route"] == "/v1/carts/{cart}" and found[0]["trace"] == trace, f"a request stands in the log as {found}")
    report.check(not any(word in server.log() for word in ("198.51.100", "sesame", "hidden", "cart_x")), "the log knows who asked, and for what")


def slow_clients(server, report):
    server.launch("--port", "0", environment={"KAROO_LIMITS_REQUEST_SECONDS": "6"})
    clients = []
    for _ in range(SLOW_CLIENTS):
        client = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        clients.append(client)
    slowest, deadline = 0, time.monotonic() + 3
    while time.monotonic() < deadline:
        for client in clients[::10]:
            with contextlib.suppress(OSError):
                client.sendall(b"X: y\r\n")
        start = time.monotonic()
        report.check(status_of(server.get("/healthz")) == 200, "others are not served beside 300 slow clients")
        slowest = max(slowest, time.monotonic() - start)
    report.check(slowest < 2, f"beside 300 slow clients others wait {slowest:.1f} s")

    def all_cut():
        for client in clients[::10]:
            with contextlib.suppress(OSError):
                client.sendall(b"X: y\r\n")
        return server.open_files() < SLOW_CLIENTS / 2

    report.check(wait_until(all_cut, 20), "slow clients are not cut off")
    for client in clients:
        client.close()
    server.end()


def short_connections(server, report):
    server.launch("--port", "0", environment={"KAROO_RATES_ADDRESS_PER_MINUTE": "0"})

    def make(count):
        for number in range(count):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
                if number % 3 == 0:
                    # Reset in the middle of a request.
                    client.sendall(b"POST /v1/carts HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{")
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                elif number % 3 == 1:
                    # Half closed after a whole one.
                    client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                    client.shutdown(socket.SHUT_WR)
                    client.recv(4096)

    make(SHORT_CONNECTIONS // 5)
    wait_until(lambda: server.open_files() < 60, 20)
    files, memory = server.open_files(), server.memory_kib()
    make(SHORT_CONNECTIONS * 4 // 5)
    report.check(wait_until(lambda: server.open_files() <= files + 3, 20), f"{server.open_files() - files} files stay open after {SHORT_CONNECTIONS} short connections")
    grown = server.memory_kib() - memory
    report.check(grown < 16_000, f"{SHORT_CONNECTIONS} short connections cost {grown} KiB")
    report.check(status_of(server.get("/healthz")) == 200, "after short connections nobody is served")
    server.end()


def few_files(server, report):
    server.launch("--port", "0", files=FEW_FILES)
    crowd = []
    for _ in range(FEW_FILES * 3):
        with contextlib.suppress(OSError):
            client = socket.create_connection(("127.0.0.1", server.port), timeout=2)
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
            crowd.append(client)
    time.sleep(1)
    report.check(server.process.poll() is None, "without files to open the server ends")
    for client in crowd:
        client.close()
    report.check(status_of(server.get("/readyz")) == 200, "when files can be opened again, nobody is served")
    report.check(status_of(server.get("/healthz")) == 200, "when files can be opened again, nobody is served twice")
    report.check(server.end() == 0, "a server with few files does not end as it should")


def certificates(server, report):
    def make(name):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{server.folder}/key.pem", "-out",
             f"{server.folder}/certificate.pem", "-days", "2", "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)

    def shown():
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as plain, context.wrap_socket(plain, server_hostname="localhost") as secure:
            secure.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            answer = b""
            while piece := secure.recv(65536):
                answer += piece
            return secure.version(), secure.getpeercert(binary_form=True), answer

    make("first")
    environment = {"KAROO_TLS_CERTIFICATE": f"{server.folder}/certificate.pem", "KAROO_TLS_KEY": f"{server.folder}/key.pem"}
    server.launch("--port", "0", environment=environment)
    version, first, answer = shown()
    report.check(version == "TLSv1.3" and status_of(answer) == 200, f"TLS is {version}, and the answer {answer[:40]!r}")
    report.check(b"strict-transport-security" in answer.lower(), "with TLS, browsers are not told to stay with it")
    make("second")
    server.process.send_signal(signal.SIGHUP)
    report.check(wait_until(lambda: shown()[1] != first, 10), "after SIGHUP the old certificate is shown")
    with open(f"{server.folder}/certificate.pem", "w") as file:
        file.write("no certificate")
    server.process.send_signal(signal.SIGHUP)
    report.check(wait_until(lambda: "stays" in server.log(), 10) and status_of(shown()[2]) == 200, "a certificate that is none ends the server")
    server.end()
    said = server.refuses("--trust", server.trusted, "--port", "0", environment=environment)
    report.check(said != "", "the server starts with a certificate that is none")


# When the machine fails.

async def buy(server, key):
    """Buys once; gives the status and the content of the last answer."""
    connection = orders.Connection(server.port)
    await connection.open()
    try:
        for step in ("cart", "line", "delivery", "complete"):
            if step == "cart":
                status, content = await connection.ask("POST", "/v1/carts", {"market": orders.MARKET, "language": "de"})
                if status == 201:
                    cart = json.loads(content)
                    path, token = f"/v1/carts/{cart['id']}", cart["token"]
            elif step == "line":
                status, content = await connection.ask("POST", path + "/lines", {"offer": orders.offer_id(1), "quantity": 1}, token)
            elif step == "delivery":
                status, content = await connection.ask("PUT", path + "/delivery", orders.DELIVERY, token)
            else:
                body = {"total": {"amount": json.loads(content)["quote"]["total"]["amount"], "currency": "EUR"}, "payment": {"method": "sandbox_ok"}}
                status, content = await connection.ask("POST", path + "/complete", body, token, key)
            if status not in (200, 201):
                return status, content
        return status, content
    finally:
        connection.writer.close()


def faults(server, report):
    compiler = next((name for name in ("cc", "clang", "gcc") if shutil.which(name)), None)
    if not compiler:
        report.check(False, "there is no C compiler, so nothing shows what a failing disk does")
        return
    library, folder = f"{server.folder}/faults.so", f"{server.folder}/faults"
    os.makedirs(folder)
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "faults.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    environment = {"LD_PRELOAD": library, "KAROO_FAULTS": folder}

    @contextlib.contextmanager
    def fault(name, content=""):
        with open(f"{folder}/{name}", "w") as file:
            file.write(content)
        try:
            yield
        finally:
            os.remove(f"{folder}/{name}")

    server.launch("--port", "0", environment=environment)
    status, content = asyncio.run(buy(server, "before"))
    report.check(status == 201, f"nothing is bought before anything fails: {status} {content[:200]}")
    order = json.loads(content) if status == 201 else {"order": "", "token": ""}
    with fault("full"):
        status, content = asyncio.run(buy(server, "full"))
        report.check(status in (503, 507), f"without space a purchase is answered with {status} {content[:200]}")
        read = server.get(f"/v1/orders/{order['order']}", f"Authorization: Bearer {order['token']}")
        report.check(status_of(read) == 200, f"without space an earlier order is answered with {read[:40]!r}")
    report.check(server.process.poll() is None, "without space the server ends")
    status, content = asyncio.run(buy(server, "after"))
    report.check(status == 201, f"when there is space again, a purchase is answered with {status} {content[:200]}")

    with fault("clock", str(DAY)):
        status, content = asyncio.run(buy(server, "tomorrow"))
        report.check(status == 201, f"with the clock a day ahead, a purchase is answered with {status} {content[:200]}")
        time.sleep(6)
    with fault("clock", str(-DAY)):
        status, content = asyncio.run(buy(server, "yesterday"))
        report.check(status == 201, f"with the clock a day behind, a purchase is answered with {status} {content[:200]}")
        read = server.get(f"/v1/orders/{order['order']}", f"Authorization: Bearer {order['token']}")
        report.check(status_of(read) == 200, f"with the clock a day behind, an order is answered with {read[:40]!r}")

    with sqlite3.connect(f"{server.data}/karoo.sqlite", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        read = server.get(f"/v1/orders/{order['order']}", f"Authorization: Bearer {order['token']}")
        report.check(status_of(read) == 200, f"while the database is locked, a read is answered with {read[:40]!r}")
        body = json.dumps({"market": orders.MARKET, "language": "de"}).encode()
        write = server.ask(b"POST /v1/carts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        report.check(status_of(write) == 503 and b"retry-after" in write.lower(), f"while the database is locked, a write is answered with {write[:40]!r}")
        other.execute("ROLLBACK")
    other.close()
    status, content = asyncio.run(buy(server, "unlocked"))
    report.check(status == 201, f"when the database is free again, a purchase is answered with {status} {content[:200]}")

    with fault("fsync"):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, IndexError):
            status, content = asyncio.run(buy(server, "lost"))
            report.check(status not in (200, 201), f"what the disk loses is acknowledged with {status}")
        try:
            status = server.process.wait(timeout=20)
            report.check(status == 1, f"when the disk loses what it is given, the server ends with {status}")
        except subprocess.TimeoutExpired:
            report.check(False, "when the disk loses what it is given, the server goes on")
            server.process.kill()
            server.process.wait(timeout=20)
    server.process.stdout.close()
    server.launch("--port", "0")
    read = server.get(f"/v1/orders/{order['order']}", f"Authorization: Bearer {order['token']}")
    report.check(status_of(read) == 200, "after the disk failed, an earlier order is gone")
    server.end()
    check = server.run("ledger", "check")
    report.check(check.returncode == 0, f"after all that the books do not agree: {check.stdout[:500]}{check.stderr[:500]}")


def main():
    report = serve.Report()
    with tempfile.TemporaryDirectory(prefix="karoo-door-") as folder:
        server = Server(os.path.abspath(sys.argv[1]), folder)
        server.prepare()
        only = sys.argv[2:]
        try:
            for part in (settings, strange_requests, rates, slow_clients, short_connections, few_files, certificates, faults):
                if only and part.__name__ not in only:
                    continue
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
