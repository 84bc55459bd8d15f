"""The server that sells, as a process on a port of loopback, with a folder of its own."""

import json
import os
import socket
import subprocess
import urllib.request

LONGEST_START = 60


def free_port():
    """A port that nobody has now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class API:
    def __init__(self, karoo, folder, public, trusted, port, origin):
        self.karoo, self.data, self.public, self.trusted = karoo, f"{folder}/data", public, trusted
        self.port, self.origin, self.address = port, origin, f"http://localhost:{port}"
        self.process = None

    def run(self, *arguments):
        done = subprocess.run([self.karoo, *arguments, "--data", self.data], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"karoo {arguments[0]} gave {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self, *options):
        self.process = subprocess.Popen(
            [self.karoo, "serve", "--demo", "--port", str(self.port), "--data", self.data, "--public", str(self.public), "--trust", self.trusted,
             "--origin", self.origin, *options],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "KAROO_SITE_URL": self.origin,
                 # All visitors of the tests come from one address.
                 **{f"KAROO_RATES_{name}_PER_MINUTE": "0" for name in ("ADDRESS", "CREDENTIAL", "GUESSES")}})
        line = self.process.stdout.readline()
        while line and "/v1" not in line:
            line = self.process.stdout.readline()
        assert line, "karoo serve did not start"

    def end(self):
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process.stdout.close()
            self.process = None

    def ask(self, method, path, body=None, token=None, **headers):
        """What the server answers, as status and JSON."""
        request = urllib.request.Request(
            f"{self.address}/v1{path}", method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {}), **headers})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")
