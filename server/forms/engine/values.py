"""Single values as answers hold them: numbers as fixed-point text, dates, texts, ids, and the one hash of all answers. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from server.expressions import values as v
from server.expressions.functions import BLANKS
from server.expressions.numbers import number_text

MOST_NUMBER = 10**15
MOST_DECIMALS = 10
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_SHA = re.compile(r"[0-9a-f]{64}\Z")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")


def is_number(value: Any) -> bool:
    """A finite JSON number below 10^15 with at most 10 decimals."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) < MOST_NUMBER and decimals_of(value) <= MOST_DECIMALS


def decimals_of(value: float) -> int:
    """How many digits stand behind the point."""
    return len(number_text(value).partition(".")[2])


def is_date(value: Any) -> bool:
    """A day that exists, as YYYY-MM-DD."""
    if not isinstance(value, str) or not _DATE.match(value):
        return False
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_moment(value: Any) -> bool:
    """A second that exists, with the offset of its clock: 2026-11-27T09:00:00+08:00."""
    found = v.read_moment(value)
    return found is not None and v.write_moment(found) == value


def is_text(value: Any) -> bool:
    """A text that a database can hold: no NUL, no half characters."""
    return isinstance(value, str) and "\x00" not in value and not any("\ud800" <= one <= "\udfff" for one in value)


def is_file(value: Any) -> bool:
    """{"id", "sha256"}: an attachment and the hash of its bytes."""
    if not isinstance(value, dict):
        return False
    one, sha = value.get("id"), value.get("sha256")
    return isinstance(one, str) and bool(_UUID.match(one)) and isinstance(sha, str) and bool(_SHA.match(sha))


def is_sha(value: Any) -> bool:
    """Lower-case hex SHA-256."""
    return isinstance(value, str) and bool(_SHA.match(value))


def is_blank(value: Any) -> bool:
    """Nothing was answered: null, a text of blanks, an empty list."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip(BLANKS))


def canonical(value: Any) -> str:
    """JSON with sorted keys, no blanks, numbers as number_text; null members are left out."""
    if isinstance(value, Mapping):
        kept = sorted((key, one) for key, one in value.items() if one is not None)
        return "{" + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{canonical(one)}" for key, one in kept) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(one) for one in value) + "]"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number_text(value)
    return json.dumps(value, ensure_ascii=False)


def answers_sha256(answers: Mapping[str, Any], signatures: frozenset[str]) -> str:
    """The hash that a signature binds: of all answers but the signatures themselves."""
    bound = {key: value for key, value in answers.items() if key not in signatures and not is_blank(value)}
    return hashlib.sha256(canonical(bound).encode()).hexdigest()
