"""One line for each check, its faults beneath it."""

import traceback

SHOWN = 20


class Report:
    def __init__(self, shown=SHOWN):
        self.shown = shown

    def check(self, name, faults, counted):
        """`counted` says what was looked at: a check that looked at nothing has failed."""
        faults = list(faults)
        if counted.split()[0] == "0":
            faults.append("nothing was there to be checked")
        print(f"{'FAIL' if faults else 'ok'}  {name}: {counted}" + (f", {len(faults)} faults" if faults else ""), flush=True)
        for fault in faults[: self.shown]:
            print(f"        {fault}")
        if len(faults) > self.shown:
            print(f"        … and {len(faults) - self.shown} more", flush=True)

    def run(self, name, checks):
        """What the checks give; None when they broke off, which is a fault of its own and does not stop the others."""
        try:
            return checks()
        except Exception:
            self.check(f"{name}: checked to the end", traceback.format_exc().splitlines(), "1 exception")
            return None

    def note(self, text):
        print(f"      {text}", flush=True)
