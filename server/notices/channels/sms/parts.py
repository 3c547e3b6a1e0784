"""How a text becomes short messages: plain characters 160 in one and 153 in several, others as UCS-2 70 and 67. Pure.

Several parts carry a header (reference, count, number) by which the phone joins them again. A pair of half characters is never cut.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

# of GSM 03.38 what has the same place in every carrier's table; all else goes as UCS-2
PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 \n\r!\"#%&'()*+,-./:;<=>?")
DEFAULT, UCS2 = 0, 8
HEADER = 0x40
MOST_PARTS = 10


@dataclass(frozen=True)
class Part:
    """One submit_sm: its bytes, their coding, and esm_class 0x40 when they begin with a header."""

    data: bytes
    coding: int
    esm_class: int


def cut(text: str, key: str) -> list[Part]:
    """The parts of a text; `key` makes the reference number. A text longer than ten parts ends with an ellipsis."""
    is_plain = set(text) <= PLAIN
    single, several = (160, 153) if is_plain else (140, 134)
    coding = DEFAULT if is_plain else UCS2
    whole = _bytes(text, is_plain=is_plain)
    if len(whole) <= single:
        return [Part(whole, coding, 0)]
    pieces = list(_pieces(text, several, is_plain=is_plain))
    if len(pieces) > MOST_PARTS:
        return cut(text[: len(text) * MOST_PARTS // len(pieces) - 8] + ("..." if is_plain else "…"), key)
    reference = hashlib.sha256(key.encode()).digest()[0]
    head = bytes((5, 0, 3, reference, len(pieces)))
    return [Part(head + bytes((number,)) + piece, coding, HEADER) for number, piece in enumerate(pieces, 1)]


def _bytes(text: str, *, is_plain: bool) -> bytes:
    return text.encode("ascii") if is_plain else text.encode("utf-16-be")


def _pieces(text: str, most: int, *, is_plain: bool) -> Iterator[bytes]:
    piece = b""
    for one in text:
        added = _bytes(one, is_plain=is_plain)
        if len(piece) + len(added) > most:
            yield piece
            piece = b""
        piece += added
    yield piece
