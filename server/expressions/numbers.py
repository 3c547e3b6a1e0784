"""Decimals with ten places as whole numbers of 10^-10. Pure; twin of pwa/src/engines/expressions/numbers.ts."""

from __future__ import annotations

import math
import re
from decimal import Decimal

PLACES = 10
ONE = 10**PLACES
LIMIT = 10**15 * ONE
_DIGITS = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{0,10}))?\Z")


class Num(int):
    """A decimal; its int is the number times 10^10. Only its type tells it from other whole numbers."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Num({text_of(self)})"


def within(scaled: int) -> Num | None:
    """None when it is too large to be a number here."""
    return Num(scaled) if -LIMIT < scaled < LIMIT else None


def divided(numerator: int, denominator: int) -> int:
    """Rounded half away from zero; the denominator is not zero."""
    quotient, rest = divmod(abs(numerator), abs(denominator))
    if rest * 2 >= abs(denominator):
        quotient += 1
    return quotient if (numerator < 0) == (denominator < 0) else -quotient


def from_json(value: float) -> Num | None:
    """A JSON number as the shortest text that means it says; None when it is none or too large."""
    if isinstance(value, int):
        return within(value * ONE)
    if not math.isfinite(value) or abs(value) >= 1e15:
        return None
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    whole = int("".join(map(str, digits)))
    shift = int(exponent) + PLACES
    scaled = whole * 10**shift if shift >= 0 else divided(whole, 10**-shift)
    return within(-scaled if sign else scaled)


def parse(text: str) -> Num | None:
    """-12.50: up to 15 digits before the point and 10 behind it."""
    found = _DIGITS.match(text)
    if found is None:
        return None
    sign, whole, part = found[1], found[2], found[3] or ""
    scaled = int(whole) * ONE + int(part.ljust(PLACES, "0"))
    return Num(-scaled if sign else scaled)


def number_text(value: float) -> str:
    """A JSON number in fixed point without an exponent or trailing zeros: 1985, 0.00001, -7.25; one text for one number in both languages."""
    text = format(Decimal(repr(value)), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def text_of(number: int) -> str:
    """Without an exponent or trailing zeros."""
    whole, part = divmod(abs(number), ONE)
    behind = f"{part:010d}".rstrip("0")
    text = f"{whole}.{behind}" if behind else str(whole)
    return f"-{text}" if number < 0 else text


def fixed(number: int, places: int) -> str:
    """With so many places behind the point, 0 to 10."""
    scaled = divided(number, 10 ** (PLACES - places))
    digits = str(abs(scaled)).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if scaled < 0 else text


def whole_of(number: int) -> int | None:
    """As a plain whole number; None when it has a fraction."""
    quotient, rest = divmod(number, ONE)
    return None if rest else quotient
