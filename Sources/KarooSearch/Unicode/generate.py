#!/usr/bin/env python3
# KarooExpress – Apache-2.0
"""Writes the classes of characters, by which text becomes words. An index carries them, so that whoever searches it cuts words alike.

Usage: generate.py [--check]
Needs a Python whose unicodedata is of Unicode 14.0.0. With --check nothing is written, and the status is 1 when a file differs.
"""
import pathlib
import sys
import unicodedata

VERSION = "14.0.0"
ROOT = pathlib.Path(__file__).resolve().parents[3]
SWIFT = ROOT / "Sources/KarooSearch/Unicode/CharacterTables.swift"

NONE, LETTER, DIGIT, MARK, DENSE = range(5)
DENSE_NAMES = (
    "CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH", "IDEOGRAPHIC", "HANGZHOU", "VERTICAL IDEOGRAPHIC", "HENTAIGANA",
    "HIRAGANA", "KATAKANA", "COMBINING KATAKANA-HIRAGANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR",
)
SPECIALS = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h", "ŋ": "n",
    "ς": "σ", "ٱ": "ا", "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي",
}


def is_left_out(code, category, name):
    """Marks: what a query may lack. Signs without a shape of their own are among them, but the zero width space divides."""
    if code in (0x640, 0x2BB, 0x2BC):
        return True
    if category == "Cf":
        return code != 0x200B
    if category not in ("Mn", "Me"):
        return False
    return name.startswith(("COMBINING ", "HEBREW ", "ARABIC ")) or "VARIATION SELECTOR" in name


def character_class(code):
    character = chr(code)
    category = unicodedata.category(character)
    name = unicodedata.name(character, "")
    if category == "Nd":
        return DIGIT
    if category[0] in "LM" or category == "Nl":
        if name.startswith(DENSE_NAMES):
            return DENSE
        return MARK if is_left_out(code, category, name) else LETTER
    return MARK if is_left_out(code, category, name) else NONE


def runs():
    """Where the class changes. What NFKC changes is never looked up after it, and takes the class that makes the table short,
    but never none: so a code point of class none beyond ASCII can be told from it before NFKC."""
    found = []
    for code in range(0x110000):
        character = chr(code)
        last = found[-1][1] if found else NONE
        if 0xD800 <= code < 0xE000:
            now = NONE
        elif unicodedata.normalize("NFKC", character) != character:
            now = last if last not in (NONE, DIGIT) else LETTER
        else:
            now = character_class(code)
        if not found or now != last:
            found.append((code, now))
        if now == DIGIT:
            assert unicodedata.digit(character) == (code - found[-1][0]) % 10, hex(code)
    return found


# Scripts without case: a new letter there is a letter as it stands. Latin letters with case are still added to one block.
PLAIN = (range(0x900, 0x1000), range(0x1200, 0x1C50), range(0xA800, 0xAB30), range(0x10000, 0x1D000), range(0x1E100, 0x20000))
GROWING = range(0xA700, 0xA800)


def is_gap(codes):
    """What would make half of the table: unassigned code points between letters, and signs among the letters of old scripts."""
    categories = {unicodedata.category(chr(code)) for code in codes}
    if categories == {"Cn"}:
        is_plain = any(codes[0] in plain and codes[-1] in plain for plain in PLAIN)
        return len(codes) <= (64 if is_plain else 16) and codes[0] not in GROWING
    return 0x10000 <= codes[0] and codes[-1] < 0x1D000 and not any(category[0] in "PZ" for category in categories)


def without_gaps(found):
    """The runs without gaps, which take the class of what stands before them, or after them."""
    whole = []
    for (start, kind), (end, after) in zip(found, found[1:] + [(0x110000, NONE)]):
        if kind == NONE and start and is_gap(range(start, end)):
            kind = next((near for near in (whole[-1][1], after) if near in (LETTER, DENSE)), LETTER)
        if not whole or whole[-1][1] != kind:
            whole.append((start, kind))
    return whole


def lines_of(items, width=118):
    lines, line = [], "       "
    for item in items:
        if len(line) + len(item) + 2 > width:
            lines.append(line)
            line = "       "
        line += " " + item + ","
    return "\n".join(lines + [line])


def escaped(text):
    return "".join(c if c.isascii() else "\\u{%04X}" % ord(c) for c in text)


def swift(found):
    folds = escaped(" ".join(f"{key}{value}" for key, value in SPECIALS.items()))
    specials = "\n".join(f'        0x{ord(key):04X}: "{escaped(value)}",' for key, value in sorted(SPECIALS.items()))
    return f"""// KarooExpress – Apache-2.0

/// The classes of characters and what some letters are folded to. Written by `generate.py`.
enum CharacterTables {{
    static let unicodeVersion = "{VERSION}"

    /// The first code point of each run of code points of one class, ascending. A run of digits begins with a zero, and
    /// ten by ten.
    static let starts: [UInt32] = [
{lines_of([str(start) for start, _ in found])}
    ]

    /// The class of each run: 0 none, 1 letter, 2 digit, 3 mark, 4 dense.
    static let classes: [UInt8] = [
{lines_of([str(kind) for _, kind in found])}
    ]

    /// What a letter becomes after its marks are left out and it is in lower case.
    static let specials: [UInt32: String] = [
{specials}
    ]

    /// Both as an index carries them: the runs, each as its class, unless it is a letter after none or none after others,
    /// and its length less one, and the letters with what they become.
    static let letters = "{letters(found)}"
    static let folds = "{folds}"
}}
"""


def letters(found):
    """Each run as its class, .N )L ,D (M or =X, unless it is a letter after none or none after others; then its length less 1:
    how often 26 is in it, unless never, and the rest as a letter from "a" on."""
    text, before = "", NONE
    for (start, kind), (end, _) in zip(found, found[1:] + [(0x110000, 0)]):
        text += "" if kind == (NONE if before else LETTER) else ".),(="[kind]
        high, low = divmod(end - start - 1, 26)
        text += f"{high or ''}{chr(97 + low)}"
        before = kind
    return text


def main():
    if unicodedata.unidata_version != VERSION:
        sys.exit(f"This Python has Unicode {unicodedata.unidata_version}, but the tables are of {VERSION}.")
    found = without_gaps(runs())
    status = 0
    content = swift(found)
    if "--check" not in sys.argv[1:]:
        SWIFT.write_text(content, encoding="utf-8")
    elif not SWIFT.exists() or SWIFT.read_text(encoding="utf-8") != content:
        print(f"{SWIFT.relative_to(ROOT)} differs from what generate.py writes.")
        status = 1
    sys.exit(status)


main()
