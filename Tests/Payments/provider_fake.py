# KarooExpress – Apache-2.0
"""What the fakes of payment providers have in common: HTTP on loopback, one thing at a time, and faults that are asked for."""

import http.client
import json
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Refusal(Exception):
    """An answer that is an error of the provider's own form."""

    def __init__(self, status, body):
        self.status, self.body = status, body


class Fake:
    """Subclasses have `answer(method, path, headers, body) -> (status, headers, object)`, called with the lock held."""

    def __init__(self):
        self.lock = threading.RLock()
        self.faults = []
        self.requests = []
        self.messages = []
        self.hook = None
        self.holds_messages = False
        self.hook_answers = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                fake.handle(self, body)

            do_GET = do_POST = do_PATCH = do_DELETE = handle_any

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_):
                """Who asks may have been killed meanwhile."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    # Faults

    def fault(self, kind, part, times=1, seconds=0):
        """`lose` does it and never answers, `drop` does nothing and never answers, `500` does nothing, `slow` waits first."""
        with self.lock:
            self.faults.append({"kind": kind, "part": part, "times": times, "seconds": seconds})

    def take_fault(self, method, path):
        with self.lock:
            for fault in self.faults:
                if fault["times"] and fault["part"] in f"{method} {path}":
                    fault["times"] -= 1
                    return fault
        return None

    # One request

    def handle(self, handler, body):
        method, path = handler.command, handler.path.split("?")[0]
        fault = self.take_fault(method, path)
        kind = fault["kind"] if fault else None
        if kind == "drop":
            return self.hang_up(handler)
        if kind == "500":
            return self.send(handler, 500, {}, {"error": {"type": "api_error", "message": "something broke"}})
        if kind == "slow":
            time.sleep(fault["seconds"])
        with self.lock:
            self.requests.append((method, path, {name.lower(): value for name, value in handler.headers.items()}, body))
            try:
                status, headers, value = self.answer(method, handler.path, handler.headers, body)
            except Refusal as refusal:
                status, headers, value = refusal.status, {}, refusal.body
        if kind == "lose":
            return self.hang_up(handler)
        self.send(handler, status, headers, value)

    def send(self, handler, status, headers, value):
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        try:
            handler.send_response(status)
            handler.send_header("Content-Type", "application/json")
            for name, text in headers.items():
                handler.send_header(name, text)
            handler.send_header("Content-Length", str(len(data)))
            handler.end_headers()
            handler.wfile.write(data)
        except OSError:
            handler.close_connection = True

    def hang_up(self, handler):
        handler.close_connection = True
        handler.connection.close()

    def count(self, part):
        """How many requests had this in method and path."""
        with self.lock:
            return sum(1 for method, path, _, _ in self.requests if part in f"{method} {path}")

    # Messages to the shop

    def post(self, headers, body):
        """The status with which the shop answers; None when it does not."""
        address = urllib.parse.urlsplit(self.hook or "")
        if not address.hostname:
            return None
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=15)
        try:
            connection.request("POST", address.path, body=body, headers={"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except OSError:
            return None
        finally:
            connection.close()

    def tell(self, event):
        """Sends an event as a provider does: until it is taken, a few times."""
        with self.lock:
            self.messages.append(event)
            if self.holds_messages or not self.hook:
                return

        def deliver():
            for attempt in range(8):
                if not self.hook:
                    return
                status = self.post(*self.signed(event))
                with self.lock:
                    self.hook_answers.append((event, status))
                if status and 200 <= status < 300:
                    return
                time.sleep(0.3 * (attempt + 1))

        threading.Thread(target=deliver, daemon=True).start()

    def signed(self, event):
        raise NotImplementedError
