"""Words as no language has them, to see where longer ones break a page: every English word accented and a third longer, in the place of
German, and the same from right to left in the place of Arabic.

    python3 pseudo.py Locales OUT"""

import json
import pathlib
import re
import sys

# What ICU asks of these languages, docs/words.md.
PLURALS = {"de": ["one", "other"], "ar": ["zero", "one", "two", "few", "many", "other"]}
ACCENTS = str.maketrans("AEIOUaeiouncy", "ÅÉÎÖÛàéîöûñçý")
LINE = re.compile(r"""^(\s+)("?)([\w-]+)\2: (?:"(.*)"|(.*))$""")
LONGER = 0.34


def stretched(text):
    """The text with what stands in braces left alone; at its end as much again as makes it a third longer."""
    parts = re.split(r"(\{\w+\})", text)
    more = max(1, round(sum(map(len, parts[::2])) * LONGER))
    accented = "".join(part if place % 2 else part.translate(ACCENTS) for place, part in enumerate(parts))
    return f"{accented} {('öñé twö thréé ' * (more // 14 + 1))[:more].strip()}"


def pseudo(english, language):
    """The words of the English file for another language. A mapping of plural forms has two spaces more than a word."""
    made = []
    for line in english.splitlines():
        found = LINE.match(line)
        if not found:
            made.append(line)
            continue
        indent, key, text = found[1], found[3], stretched(found[4] if found[4] is not None else found[5])
        if len(indent) < 4:
            made.append(f"{indent}{json.dumps(key)}: {json.dumps(text, ensure_ascii=False)}")
        elif key == "other":
            # Forms may stand in any order, and this one is always there.
            made += [f"{indent}{form}: {json.dumps(text, ensure_ascii=False)}" for form in PLURALS[language]]
    return "\n".join(made) + "\n"


if __name__ == "__main__":
    source, output = map(pathlib.Path, sys.argv[1:])
    output.mkdir(parents=True, exist_ok=True)
    for file in source.glob("*.yaml"):
        text = (source / "en.yaml").read_text("utf-8")
        (output / file.name).write_text(pseudo(text, file.stem) if file.stem in PLURALS else file.read_text("utf-8"), "utf-8")
