# KarooExpress – Apache-2.0
"""One line for each check with the time that it took, its faults beneath it."""

import sys
import time

SHOWN = 20


class Report:
    """`out` is None when the lines are only counted."""

    def __init__(self, out=sys.stdout):
        self.out = out
        self.passed = 0
        self.failed = 0
        self.last = time.monotonic()

    def check(self, name, faults, counted):
        """`counted` says what was looked at: a check that looked at nothing has failed."""
        faults = list(faults)
        if counted.split()[0] == "0":
            faults.append("nothing was there to be checked")
        if faults:
            self.failed += 1
        else:
            self.passed += 1
        begin, self.last = self.last, time.monotonic()
        counted += f", {len(faults)} faults" if faults else ""
        self._print(f"{'FAIL' if faults else 'ok'}  {name}: {counted} ({self.last - begin:.1f} s)")
        for fault in faults[:SHOWN]:
            self._print(f"        {fault}")
        if len(faults) > SHOWN:
            self._print(f"        … and {len(faults) - SHOWN} more")

    def note(self, text):
        self._print(f"      {text}")

    def close(self):
        """The closing line; returns the exit code."""
        self._print(f"{self.passed} passed, {self.failed} failed")
        return 0 if self.passed > 0 and self.failed == 0 else 1

    def _print(self, line):
        if self.out:
            print(line, file=self.out, flush=True)
