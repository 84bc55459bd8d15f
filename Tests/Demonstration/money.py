"""Digits and money, written a second time: nothing here comes from the program that is checked."""

import unicodedata
from fractions import Fraction

from offer_book import DECIMALS


def latin(text):
    """With digits of any script as 0 to 9, and the decimal separator between digits as a point."""
    text = "".join(str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in text)
    return text.replace("\u066b", ".").replace(",", ".")


def digits(text):
    """The digits alone, as 0 to 9."""
    return "".join(str(unicodedata.decimal(c)) for c in text if unicodedata.category(c) == "Nd")


def rounded(fraction):
    """Half away from zero."""
    sign = -1 if fraction < 0 else 1
    return sign * int((abs(fraction) * 2 + 1) // 2)


def written(amount, currency, style):
    """An amount in minor units in the way of an edition; `style` is from expected.json, with ¤ for the digits."""
    decimals = DECIMALS[currency]
    text = str(amount).rjust(decimals + 1, "0")
    whole, part = (text[:-decimals], text[-decimals:]) if decimals else (text, "")
    groups = []
    while len(whole) > 3:
        groups.insert(0, whole[-3:])
        whole = whole[:-3]
    number = style["group"].join([whole, *groups]) + (style["decimal"] + part if part else "")
    zero = ord(style.get("zero", "0"))
    return style["pattern"].replace("¤", "".join(chr(zero + int(c)) if c.isdigit() else c for c in number))


def estimate(amount, currency, target, rates):
    """In minor units of the target, by way of the base, rounded once."""
    value = Fraction(amount, 10 ** DECIMALS[currency]) / Fraction(rates[currency]) * Fraction(rates[target])
    return rounded(value * 10 ** DECIMALS[target])


UNITS = {"g": ("mass", 1), "kg": ("mass", 1000), "ml": ("volume", 1), "l": ("volume", 1000), "cm": ("length", 1), "m": ("length", 100), "pcs": ("count", 1), "ct": ("count", 1)}


def unit_price(amount, content, per):
    """What `per` costs when `amount` buys `content`, both as `250 g`."""
    (content, unit), (per, reference) = content.split(), per.split()
    assert UNITS[unit][0] == UNITS[reference][0], (unit, reference)
    return rounded(amount * Fraction(per) * UNITS[reference][1] / (Fraction(content) * UNITS[unit][1]))
