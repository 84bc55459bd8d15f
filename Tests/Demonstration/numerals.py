"""Texts in a language that counts by digits of its own use these, as the numbers do that the build writes beside them."""

import re

LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
NUMBER = re.compile(r"[0-9]+(?:[.,:][0-9]+)*")
# What is written in Latin letters keeps its digits, and so do addresses, telephones, days, links and the marks of lists.
KEPT = re.compile(r"\]\([^)]*\)|\S+@\S+|https?://\S+|`[^`]*`|\+[0-9][0-9 ]+|[0-9]{4}-[0-9]{2}-[0-9]{2}|(?m:^\s*[0-9]+[.)]\s)|(?m:^(?:position|updated|published):.*$)")


def check(content, report):
    faults, files, digits = [], 0, 0
    for file in sorted([*content.glob("**/ar.md"), *content.glob("**/*.ar.md")]):
        files += 1
        text = file.read_text("utf-8")
        digits += len(re.findall("[٠-٩]", text))
        faults += [f"{file.relative_to(content)}: {found!r} between digits of another kind" for found in _latin(text)]
    for file in sorted(content.glob("**/*.yaml")):
        for line in re.findall(r"^\s*(?:- )?ar: (.*)$", file.read_text("utf-8"), re.M):
            digits += len(re.findall("[٠-٩]", line))
            faults += [f"{file.relative_to(content)}: {found!r} in {line!r}" for found in _latin(line)]
    report.check("Arabic texts count by Arabic digits", faults, f"{digits} digits, {files} files")


def _latin(text):
    kept = [found.span() for found in KEPT.finditer(text)]
    for found in NUMBER.finditer(text):
        start, end = found.span()
        if any(a <= start < b for a, b in kept):
            continue
        if re.search(rf"[{LETTER}][\s\-./&+#]*$", text[:start]) or re.match(rf"[\s\-/+]*[{LETTER}]", text[end:]):
            continue
        yield found[0]
