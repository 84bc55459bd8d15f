# KarooExpress – Apache-2.0
"""Calls every address of the API as the document allows and as it forbids, and holds each answer to the document.

    python contract.py KAROO [--seed N] [--only OPERATION] [--verbose]

For each operation there are requests made of nothing but the document, requests that name what exists, with one thing in them made
up, and one that succeeds. Everything is on loopback and in a folder of its own, and the whole has an end.
"""

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_headers_conformance, response_schema_conformance, status_code_conformance

import world

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance, response_schema_conformance]
# Of each operation and kind of request.
EXAMPLES = 6
# After so long only those requests are still sent that have to succeed, however many operations there are.
LONGEST_SECONDS = 120
REACHED_SHARE = 0.9


def build(karoo, folder):
    """A small marketplace as somebody begins one; gives its public key, its offers and its seller."""
    def run(*arguments):
        return subprocess.run([karoo, *arguments], check=True, capture_output=True, text=True, timeout=120, cwd=f"{folder}/shop").stdout

    os.makedirs(f"{folder}/shop")
    run("init", ".")
    public = re.search(r"public\s+(\S+)", run("keys", "new", f"{folder}/key"))[1]
    run("build", "--key", f"{folder}/key", "--sequence", "1", "--pictures", "none")
    offers = []
    for name in os.listdir(f"{folder}/shop/Public/offers"):
        if name.endswith(".jsonl"):
            with open(f"{folder}/shop/Public/offers/{name}") as file:
                offers += [json.loads(line) for line in file]
    sold = [offer for offer in offers if any(market["market"] == world.MARKET for market in offer["markets"])]
    return public, [f"{offer['seller']}/{offer['sku']}" for offer in sold], sold[0]["seller"]


def start(karoo, folder):
    trusted, offers, seller = build(karoo, folder)
    data = f"{folder}/data"

    def run(*arguments):
        subprocess.run([karoo, *arguments, "--data", data], check=True, capture_output=True, timeout=60)

    run("database", "migrate")
    for offer in offers:
        run("stock", "adjust", offer, "--by", "1000000")
    run("coupon", "add", "CONTRACT", "--percent", "10")
    limits = {f"KAROO_RATES_{name}_PER_MINUTE": "0" for name in ("ADDRESS", "CREDENTIAL", "GUESSES")}
    with open(f"{folder}/log", "wb") as log:
        server = subprocess.Popen(
            [karoo, "serve", "--demo", "--port", "0", "--data", data, "--public", f"{folder}/shop/Public", "--trust", trusted, "--commission", "10"],
            stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **limits, **world.PROVIDERS})
    line = server.stdout.readline()
    if "/v1" not in line:
        with open(f"{folder}/log") as log:
            sys.exit(f"the server did not start: {log.read()}")
    base = line.split("/v1")[0]
    return server, world.World(base, karoo, data, offers, seller)


class Contract:
    def __init__(self, world, seed, deadline):
        self.world, self.base, self.seed, self.deadline = world, world.base, seed, deadline
        self.dice = random.Random(seed)
        base = world.base
        self.schema = schemathesis.openapi.from_url(f"{base}/v1/openapi.json")
        self.reached, self.asked, self.skipped, self.failures = set(), 0, 0, {}

    def send(self, operation, case):
        self.asked += 1
        try:
            response = case.call(base_url=self.base, timeout=30)
        except (requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL, UnicodeError):
            # What no client can send needs no answer.
            return
        if 200 <= response.status_code < 300:
            self.reached.add(operation.label)
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as failure:
            self.failures.setdefault(operation.label, str(failure)[:2_000])

    def make_up(self, operation, mode, known):
        """Requests of the document's making; what is `known` stands as it is."""
        if time.monotonic() > self.deadline:
            self.skipped += 1
            return

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
        good = self.world.good(identity)
        if good or "{" not in operation.path:
            self.send(operation, operation.Case(**good))
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            self.make_up(operation, mode, {})
        # One part is made up, and the rest is as it should be.
        known = self.world.good(identity) if good else {}
        for part in [part for part in known if part in ("query", "body")]:
            self.make_up(operation, GenerationMode.NEGATIVE, {name: value for name, value in known.items() if name != part})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("karoo")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="karoo-contract-") as folder:
        server, shop = start(os.path.abspath(options.karoo), folder)
        try:
            contract = Contract(shop, options.seed, time.monotonic() + LONGEST_SECONDS)
            operations = [result.ok() for result in contract.schema.get_all_operations()]
            contract.dice.shuffle(operations)
            for operation in operations:
                if options.only and operation.definition.raw.get("operationId") != options.only:
                    continue
                begun = time.monotonic()
                contract.hold(operation)
                if options.verbose:
                    print(f"{operation.label}: {time.monotonic() - begun:.1f} s", flush=True)
            is_alive = server.poll() is None
        finally:
            if server.poll() is None:
                server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)
        books = subprocess.run([options.karoo, "ledger", "check", "--data", f"{folder}/data"], capture_output=True, text=True, timeout=60)
    unreached = sorted(operation.label for operation in operations if operation.label not in contract.reached)
    for label, failure in sorted(contract.failures.items()):
        print(f"✘ {label}: {failure}")
    if contract.skipped:
        print(f"{contract.skipped} kinds of requests were left out for want of time")
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
