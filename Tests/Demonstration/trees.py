"""Two folders hold the same files with the same bytes."""

import argparse
import filecmp
import os
from pathlib import Path

from report import Report


def files(root):
    return {os.path.relpath(os.path.join(folder, name), root) for folder, _, names in os.walk(root) for name in names}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    options = parser.parse_args()
    first, second = files(options.first), files(options.second)
    faults = [f"{file} is only in the first" for file in sorted(first - second)]
    faults += [f"{file} is only in the second" for file in sorted(second - first)]
    same = sorted(first & second)
    size = 0
    for file in same:
        size += (options.first / file).stat().st_size
        if not filecmp.cmp(options.first / file, options.second / file, shallow=False):
            faults.append(f"{file} differs")
    Report().check(options.name, faults, f"{len(same)} files, {size / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
