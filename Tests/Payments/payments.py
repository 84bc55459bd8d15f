# KarooExpress – Apache-2.0
"""Orders are bought over HTTP from the server as a process, through providers on loopback that fail in every way; then the books are
checked, and what the provider took is compared with what the books say.

    python Tests/Payments/payments.py .build/debug/karoo
"""

import os
import sys
import tempfile
import traceback

import official
import offline
import paypal
import stripe_scenes
from shop import Report


def main():
    karoo = os.path.abspath(sys.argv[1])
    report = Report()
    for scenes in (official, offline, stripe_scenes, paypal):
        for scene in scenes.ALL:
            before = report.failed
            with tempfile.TemporaryDirectory(prefix="karoo-payments-") as folder:
                try:
                    scene(karoo, folder, report)
                except Exception:
                    report.check(False, f"{scene.__name__} broke off: {traceback.format_exc()}")
                if report.failed > before and os.path.exists(f"{folder}/log"):
                    print(open(f"{folder}/log").read()[-2000:])
            print(f"{'✔' if report.failed == before else '✘'} {scene.__module__}.{scene.__name__}", flush=True)
    print(f"{report.passed} passed, {report.failed} failed")
    sys.exit(1 if report.failed or not report.passed else 0)


if __name__ == "__main__":
    main()
