# KarooExpress – Apache-2.0
"""How long a part of the test may take. A slow program gets fewer tries, and never fewer than the least."""

import time


class Clock:
    """Seconds count from the beginning of the whole test."""

    def __init__(self, begin, until):
        self.end = begin + until

    def has_time(self):
        return time.monotonic() < self.end

    def some(self, tries, least):
        """The tries one after the other, as far as the time reaches."""
        for number, one in enumerate(tries):
            if number >= least and not self.has_time():
                return
            yield one
