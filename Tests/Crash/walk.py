# KarooExpress – Apache-2.0
"""One site that is built and killed, over and over; each kill is counted by what had happened in the output folder."""

import re
import signal

from trees import HEAD, Tree, broken, differences, disorder

PHASES = ["nothing yet", "files", "before the head", "before removals", "removals", "after all"]


class Hits:
    """How often a running build was hit: by what it was aimed at, and in which phase."""

    def __init__(self):
        self.table = {}
        self.missed = {}
        self.rows = []
        self.from_nothing = 0

    def count(self, means, phase):
        self.table.setdefault(means, dict.fromkeys(PHASES, 0))[phase] += 1

    def miss(self, means):
        self.missed[means] = self.missed.get(means, 0) + 1

    def of_means(self, means):
        return sum(self.table.get(means, {}).values())

    def of_phase(self, phase):
        return sum(counts[phase] for counts in self.table.values())


class Walk:
    """Goes from input to input. What is found wrong gathers in `faults`."""

    def __init__(self, site, hits):
        self.site = site
        self.hits = hits
        self.faults = []
        self.completed = 0
        # How long the last one took that was to be killed and was not.
        self.seconds = 0.0
        self.start_again()

    def is_at(self, input):
        """True when a build of the input has nothing to do."""
        return self.tree is input.clean

    def start_again(self):
        """Without output and state."""
        self.site.empty()
        self._stand(Tree())

    def kill(self, input, means, strike, *options, **ways):
        """Starts a build and lets `strike` end it; the phase in which it was hit, None when it came to its end before."""
        build = self.site.start(input, *options, **ways)
        strike(build)
        code = build.end()
        if code == 0:
            self.hits.miss(means)
            self.seconds = build.seconds
            self._arrive(input)
            return None
        found = self.site.tree()
        phase = phase_of(self.tree, found, input.clean)
        self.targets.append(input)
        for fault in broken(found, [self.base] + [target.clean for target in self.targets]) + disorder(self.tree, found, input.clean):
            self._fault(f"{self._story()}: {fault}")
        if code == -signal.SIGKILL:
            self.hits.count(means, phase)
            self.hits.from_nothing += not self.base.files
        else:
            self._fault(f"{self._story()}, or rather ended with {code}: {build.last_lines()}")
        self.tree = found
        return phase

    def complete(self, input, *options):
        """Builds to the end, and compares with a clean build."""
        build = self.site.build(input, *options)
        if build.process.returncode != 0:
            self._fault(f"{self._story()}, then “{input.name}” ended with {build.process.returncode}: {build.last_lines()}")
        if self.targets:
            self.completed += 1
            self.hits.rows.append(len(self.targets))
        self._arrive(input)
        return build

    def _arrive(self, input):
        story = f"{self._story()}, then “{input.name}” to the end" if self.targets else f"from {self.origin} “{input.name}” without a kill"
        faults = differences(self.site.tree(), input.clean) + left_in_state(self.site)
        for fault in faults:
            self._fault(f"{story}: {fault}")
        if faults:
            # What was left would be found again after every other build.
            self.start_again()
            self.site.build(input)
        self._stand(input.clean)

    def _stand(self, tree):
        self.base = tree
        self.tree = tree
        self.targets = []
        self.origin = "a finished site" if tree.files else "nothing"

    def _story(self):
        return f"from {self.origin}, " + ", ".join(f"“{target.name}” killed" for target in self.targets)

    def _fault(self, fault):
        if fault not in self.faults:
            self.faults.append(fault)


def left_in_state(site):
    """The state of the last build is one file."""
    names = [re.sub(r"[0-9a-f]{16}|(?<=[.])[0-9]+(?=[.]new$)", "…", name) for name in sorted(site.state_names())]
    return [f".karoo/{name} was left behind" for name in names if name not in ("….state", "….state.products")] + ["no state was left in .karoo"] * ("….state" not in names)


def phase_of(before, found, target):
    """What the tree shows of a build that was to turn `before` into `target`."""
    names = before.settled(target).keys() | target.files.keys()
    open_places = {name for name in names if before.files.get(name) != target.files.get(name)}
    done = {name for name in open_places if found.files.get(name) == target.files.get(name)}
    removals = {name for name in open_places if name not in target.files}
    if not open_places - done:
        return "after all"
    if not done:
        return "nothing yet"
    if open_places - done - removals:
        return "before the head" if open_places - done - removals == {HEAD} else "files"
    return "removals" if done & removals else "before removals"
