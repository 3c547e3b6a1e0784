"""Where doubles begin to mean a number: so a bare column can be compared with a number exactly, without a function around it. Pure."""

from __future__ import annotations

import math
from decimal import Context, Decimal

from server.expressions import numbers

TOO_LARGE = 1e15
# enough digits for every half of 10^-10 below 10^15
_EXACT = Context(prec=40)


def first_at_least(scaled: int) -> float:
    """The smallest double that means a number of at least so many 10^-10; 10^15 where there is none below it.

    What a double means never falls where doubles rise, so all from here on do, and none before.
    """
    found = float(_EXACT.divide(Decimal(2 * scaled - 1), Decimal(2 * numbers.ONE)))
    while _means(found) >= scaled:
        found = math.nextafter(found, -math.inf)
    while _means(found) < scaled:
        found = math.nextafter(found, math.inf)
    return found


def _means(double: float) -> int:
    number = numbers.from_json(double)
    return number if number is not None else numbers.LIMIT if double > 0 else -numbers.LIMIT
