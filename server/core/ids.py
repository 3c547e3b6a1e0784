"""Ids: UUIDv7 text, made by whoever creates a record, phones included. Not: order numbers (commit)."""

from __future__ import annotations

import re
import secrets
import threading
import time

_lock = threading.Lock()
_last = 0
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def new_id() -> str:
    """A lower-case UUIDv7 (RFC 9562, section 5.7), increasing within this process."""
    global _last  # noqa: PLW0603 - monotonic across threads needs one shared number
    with _lock:
        stamp = time.time_ns() // 1_000_000 << 12 | secrets.randbits(12)
        _last = stamp = max(stamp, _last + 1)
    value = (stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62 | secrets.randbits(62)
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def is_id(value: object) -> bool:
    """Whether this is the text of a UUID as the wire wants it: lower case with hyphens."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None
