"""One way to write JSON so that the same data has the same bytes and the same hash (RFC 8785 in spirit)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any


def _plain(value: object) -> object:
    if isinstance(value, dt.datetime):
        return wire_time(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical JSON form")


def wire_time(value: dt.datetime) -> str:
    """RFC 3339 UTC with milliseconds and Z, as the protocol wants it."""
    return value.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def dumps(data: Any) -> str:
    """Sorted keys, no blanks, no NaN; times as wire_time."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_plain)


def sha256(data: str | bytes) -> str:
    """Lower-case hex SHA-256 of text (as UTF-8) or bytes."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()
