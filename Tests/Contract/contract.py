# KarooExpress – Apache-2.0
"""Calls every address of the API as the document allows and as it forbids, and holds each answer to the document.

    python contract.py KAROO [--seed N] [--only OPERATION]

For each operation there are requests made of nothing but the document, requests that name what exists, with one thing in them made
up, and one that succeeds. Everything is on loopback and in a folder of its own, and the whole has an end.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_headers_conformance, response_schema_conformance, status_code_conformance

from world import World

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Bench"))
import orders  # noqa: E402

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance, response_schema_conformance]
# Of each operation and kind of request.
EXAMPLES = 25
# No matter how many operations there are.
LONGEST_SECONDS = 150
REACHED_SHARE = 0.9


def start(karoo, folder):
    public, data = f"{folder}/public", f"{folder}/data"
    os.makedirs(public)
    trusted = orders.write_book(public, bytes(range(32)))

    def run(*arguments):
        subprocess.run([karoo, *arguments, "--data", data], check=True, capture_output=True, timeout=60)

    run("database", "migrate")
    orders.seed_stock(f"{data}/karoo.sqlite")
    run("coupon", "add", "CONTRACT", "--percent", "10")
    limits = {f"KAROO_RATES_{name}_PER_MINUTE": "0" for name in ("ADDRESS", "CREDENTIAL", "GUESSES")}
    with open(f"{folder}/log", "wb") as log:
        server = subprocess.Popen(
            [karoo, "serve", "--demo", "--port", "0", "--data", data, "--public", public, "--trust", trusted, "--commission", "10"],
            stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **limits})
    line = server.stdout.readline()
    if "/v1" not in line:
        with open(f"{folder}/log") as log:
            sys.exit(f"the server did not start: {log.read()}")
    return server, line.split("/v1")[0]


class Contract:
    def __init__(self, base, seed, deadline):
        self.base, self.seed, self.deadline = base, seed, deadline
        self.dice = random.Random(seed)
        self.world = World(base, [orders.offer_id(number) for number in range(1, 6)])
        self.schema = schemathesis.openapi.from_url(f"{base}/v1/openapi.json")
        self.reached, self.asked, self.failures = set(), 0, {}

    def send(self, operation, case):
        self.asked += 1
        response = case.call(base_url=self.base, timeout=30)
        if 200 <= response.status_code < 300:
            self.reached.add(operation.label)
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as failure:
            self.failures.setdefault(operation.label, str(failure)[:2_000])

    def make_up(self, operation, mode, known):
        """Requests of the document's making; what is `known` stands as it is."""
        @hypothesis.seed(self.seed)
        @hypothesis.settings(
            max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), verbosity=hypothesis.Verbosity.quiet)
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode, **known))
        def ask(case):
            if time.monotonic() < self.deadline:
                self.send(operation, case)

        try:
            ask()
        except (hypothesis.errors.Unsatisfiable, schemathesis.errors.InvalidSchema):
            # Some addresses take nothing that could be wrong.
            pass

    def hold(self, operation):
        identity = operation.definition.raw.get("operationId", operation.label)
        self.send(operation, operation.Case(**self.world.good(identity)))
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            self.make_up(operation, mode, {})
            known = self.world.good(identity)
            parts = [name for name in ("path_parameters", "headers", "query", "body") if known.get(name)]
            for part in parts:
                if mode == GenerationMode.POSITIVE or part == "body":
                    self.make_up(operation, mode, {name: value for name, value in known.items() if name != part and name != "body" or name == "body" != part and mode == GenerationMode.POSITIVE})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("karoo")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="karoo-contract-") as folder:
        server, base = start(os.path.abspath(options.karoo), folder)
        try:
            contract = Contract(base, options.seed, time.monotonic() + LONGEST_SECONDS)
            operations = [result.ok() for result in contract.schema.get_all_operations()]
            contract.dice.shuffle(operations)
            for operation in operations:
                if options.only and operation.definition.raw.get("operationId") != options.only:
                    continue
                contract.hold(operation)
            is_alive = server.poll() is None
        finally:
            if server.poll() is None:
                server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)
        books = subprocess.run([options.karoo, "ledger", "check", "--data", f"{folder}/data"], capture_output=True, text=True, timeout=60)
    unreached = sorted(operation.label for operation in operations if operation.label not in contract.reached)
    for label, failure in sorted(contract.failures.items()):
        print(f"✘ {label}: {failure}")
    print(f"{contract.asked} requests to {len(operations)} operations; {len(contract.reached)} answered one with success")
    failed = len(contract.failures)
    if not is_alive:
        failed += 1
        print("✘ the server did not live through it")
    if len(contract.reached) < REACHED_SHARE * len(operations) and not options.only:
        failed += 1
        print("✘ too few are reached")
    if unreached:
        print(f"not reached: {', '.join(unreached)}")
    if books.returncode != 0:
        failed += 1
        print(f"✘ the books do not agree: {books.stdout[:1000]}")
    print(f"{len(operations) - len(contract.failures)} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
