"""Ids and dice of the demo company: the same on every machine for the same day. Not: ids of real records (core.ids)."""

from __future__ import annotations

import datetime as dt
import hashlib
import random

SEED = "callout-demo"


def id_of(at: dt.datetime, *key: str) -> str:
    """A UUIDv7 of that time whose other bits follow from `key` alone."""
    drawn = int.from_bytes(hashlib.sha256("/".join((SEED, *key)).encode()).digest()[:10])
    stamp = int(at.timestamp() * 1000)
    value = (
        stamp << 80 | 0x7 << 76 | (drawn >> 62 & 0xFFF) << 64 | 0b10 << 62 | drawn & (1 << 62) - 1
    )  # the layout of core.ids
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def dice(*key: str) -> random.Random:
    """Dice of their own for each thing, so that one thing more does not change all others."""
    return random.Random("/".join((SEED, *key)))  # noqa: S311 - chance that repeats itself is the point
