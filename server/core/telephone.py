"""Telephone numbers as people write them, and the one telephone behind them (E.164, without its plus). Pure.

Source: ITU-T E.164 (country code, then the national number) and E.123 (what is written before and between: a plus or 00 for abroad, a
0 for one's own country). A number without either is one of this country, unless it begins with the country's code and is as long as
such a number is.
"""

from __future__ import annotations

import re

FEWEST_NATIONAL = (
    9  # figures of a whole number within its country; what is shorter cannot hold the country's code as well
)


def e164(written: str, country: str) -> str:
    """The figures of the telephone that rings, the country's code first; empty when there are none. `country`: such as 86."""
    figures = re.sub(r"\D", "", written)
    if re.match(r"[^\d+]*\+", written):
        return _without_trunk(figures, country)
    if figures.startswith("00"):
        return _without_trunk(figures[2:], country)
    if figures.startswith("0"):
        return country + figures[1:]
    is_whole = figures.startswith(country) and len(figures) >= len(country) + FEWEST_NATIONAL
    return figures if is_whole or not figures else country + figures


def _without_trunk(figures: str, country: str) -> str:
    """+86 (0)512 … is written by many: the 0 is for callers within the country."""
    return country + figures[len(country) + 1 :] if figures.startswith(country + "0") else figures
