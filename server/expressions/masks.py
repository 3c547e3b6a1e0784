"""Masks of scanned texts, such as `A{2}9{6}`: A a letter A–Z, 9 a digit, * either; {n} repeats; anything else stands for itself.

No regular expressions: a mask is walked once, so none can hang a phone. Pure; twin of pwa/src/engines/expressions/masks.ts.
"""

from __future__ import annotations

from typing import Any

MOST = 200
KINDS = {"A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "9": "0123456789"}
KINDS["*"] = KINDS["A"] + KINDS["9"]


def expand(mask: str) -> str | None:
    """The mask with its repetitions written out; None when it is not one."""
    out: list[str] = []
    at = 0
    while at < len(mask):
        one = mask[at]
        at += 1
        if one == "{":
            end = mask.find("}", at)
            count = mask[at:end] if end > at else ""
            if not out or not (count.isascii() and count.isdigit() and len(count) <= 3) or int(count) == 0:
                return None
            out += [out[-1]] * (int(count) - 1)
            at = end + 1
        elif one == "}":
            return None
        else:
            out.append(one)
        if len(out) > MOST:
            return None
    return "".join(out) or None


def is_mask(value: Any) -> bool:
    """Whether this can be a mask."""
    return isinstance(value, str) and 0 < len(value) <= MOST and expand(value) is not None


def fits(mask: str, text: str) -> bool:
    """Whether a text has the form of the mask."""
    wanted = expand(mask)
    if wanted is None or len(wanted) != len(text):
        return False
    return all(one in KINDS[kind] if kind in KINDS else one == kind for kind, one in zip(wanted, text, strict=True))
