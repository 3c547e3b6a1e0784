"""Which protocol numbers this server speaks, and old forms of mutations brought up to date (upcasters)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sync.errors import Park, ProtocolError

OLDEST, NEWEST = 1, 1
RANGE = f"{OLDEST}-{NEWEST}"
Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


def require_supported(header: str | None) -> None:
    """PROTOCOL 2.3; a missing or unreadable number is not supported either."""
    if not OLDEST <= _number(header or "") <= NEWEST:
        raise ProtocolError("protocol_unsupported", extra={"range": RANGE})


def split(name: str) -> tuple[str, int]:
    """`visit.complete@1` -> ("visit.complete", 1); Park malformed without a number."""
    bare, _, version = name.partition("@")
    if not bare or _number(version) < 0:
        raise Park("malformed", {"reason": "name"})
    return bare, _number(version)


def _number(text: str) -> int:
    """A short whole number in ASCII digits, else -1: `isdigit` also takes superscripts, which no `int` reads."""
    return int(text) if re.fullmatch("[0-9]{1,6}", text) else -1


def upcast(args: dict[str, Any], version: int, newest: int, upcasters: Mapping[int, Upcaster]) -> dict[str, Any]:
    """Args of any version ever tagged in the newest form; Park needs_newer_server for one from the future."""
    if version > newest or version < 1:
        raise Park("needs_newer_server")
    for step in range(version, newest):
        args = upcasters[step](args)
    return args
