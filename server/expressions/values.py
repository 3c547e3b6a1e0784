"""The values of the language: their types, their JSON form, when two are the same and which comes first. Pure.

Twin: pwa/src/engines/expressions/values.ts.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from server.expressions import numbers
from server.expressions.numbers import Num

MOST_TEXT, MOST_DEEP = 100_000, 64
MOST_SECONDS = 10**15
FIRST, LAST = dt.date(1, 1, 1).toordinal(), dt.date(9999, 12, 31).toordinal()
DAY = 86_400
_HALF = re.compile("[\ud800-\udfff]")
_OFFSET = re.compile(r"(.{19})(?:\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_CLOCK = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\Z")
EPOCH = dt.date(1970, 1, 1).toordinal()


class Day(NamedTuple):
    """A date as its number: 1 is 1 January of the year 1."""

    ordinal: int


class Moment(NamedTuple):
    """Seconds since 1970 in UTC, and the minutes by which the clock that showed it was ahead."""

    seconds: int
    offset: int


class Duration(NamedTuple):
    """Whole seconds."""

    seconds: int


# null, bool, Num, str, Day, Moment, Duration, list of values, values by name
Value = Any


def type_of(value: Value) -> str:
    """The name of its type."""
    for kind, name in TYPES:
        if isinstance(value, kind):
            return name
    return "null"


TYPES: tuple[tuple[type, str], ...] = (
    (bool, "bool"), (Num, "num"), (str, "text"), (Day, "date"), (Moment, "datetime"), (Duration, "duration"),
    (list, "list"), (dict, "row"),
)  # fmt: skip


def text(value: str) -> str | None:
    """A text of the language: an empty one is null, so is one that is too long."""
    return value if 0 < len(value) <= MOST_TEXT else None


def day(ordinal: int) -> Day | None:
    """None outside the years 1 to 9999."""
    return Day(ordinal) if FIRST <= ordinal <= LAST else None


def moment(seconds: int, offset: int) -> Moment | None:
    """None when its date would leave the years 1 to 9999."""
    return Moment(seconds, offset) if day(local_day(seconds, offset)) else None


def local_day(seconds: int, offset: int) -> int:
    """The number of the day that the clock shows."""
    return (seconds + offset * 60) // DAY + EPOCH


def duration(seconds: int) -> Duration | None:
    """None when it is too long to be one."""
    return Duration(seconds) if abs(seconds) < MOST_SECONDS else None


def read_date(written: Any) -> Day | None:
    """YYYY-MM-DD; None when there is no such day."""
    if not isinstance(written, str) or not _DATE.match(written):
        return None
    try:
        return Day(dt.date.fromisoformat(written).toordinal())
    except ValueError:
        return None


def read_moment(written: Any) -> Moment | None:
    """RFC 3339 with an offset; parts of a second are dropped. None when it is none."""
    found = _OFFSET.match(written) if isinstance(written, str) else None
    if not found or not _CLOCK.match(found[1]):
        return None
    the_day = read_date(found[1][:10])
    hour, minute, second = (int(one) for one in found[1][11:].split(":"))
    zone = found[2]
    offset = 0 if zone == "Z" else (int(zone[1:3]) * 60 + int(zone[4:])) * (-1 if zone[0] == "-" else 1)
    if the_day is None or hour > 23 or minute > 59 or second > 59 or abs(offset) > 1080:
        return None
    return moment((the_day.ordinal - EPOCH) * DAY + hour * 3600 + minute * 60 + second - offset * 60, offset)


def write_date(value: Day) -> str:
    """YYYY-MM-DD."""
    return dt.date.fromordinal(value.ordinal).isoformat()


def write_moment(value: Moment) -> str:
    """RFC 3339 with the offset of its clock."""
    shown = value.seconds + value.offset * 60
    date = write_date(Day(shown // DAY + EPOCH))
    second = shown % DAY
    sign = "-" if value.offset < 0 else "+"
    ahead = abs(value.offset)
    return (
        f"{date}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}{sign}{ahead // 60:02d}:{ahead % 60:02d}"
    )


def from_json(data: Any) -> Value:
    """Plain JSON as a value; what the language has no value for is null. Special ones: `$num`, `$date`, `$datetime`, `$duration`."""
    return _read(data, MOST_DEEP)


def _read(data: Any, left: int) -> Value:  # noqa: PLR0911 - a line a type
    if isinstance(data, (bool, int, float)):
        return data if isinstance(data, bool) else numbers.from_json(data)
    if isinstance(data, str):
        # half a character would become a whole one beside its other half in one language and not in the other
        return None if _HALF.search(data) else text(data)
    if isinstance(data, Mapping) and len(data) == 1 and next(iter(data)).startswith("$"):
        return _special(data)
    if left == 0:
        return None
    if isinstance(data, list):
        return [_read(one, left - 1) for one in data]
    if isinstance(data, Mapping):
        return {name: _read(one, left - 1) for name, one in data.items()}
    return None


def _special(data: Mapping[str, Any]) -> Value:
    ((name, written),) = data.items()
    if name == "$num":
        return numbers.parse(written) if isinstance(written, str) else None
    if name == "$duration":
        return _read_duration(written)
    return {"$date": read_date, "$datetime": read_moment}.get(name, lambda _one: None)(written)


def _read_duration(written: Any) -> Duration | None:
    """A JSON number without a fraction, however it is written: 3600, 3600.0 and 36e2 are the same number."""
    is_whole = isinstance(written, float) and written.is_integer()
    return duration(int(written)) if is_whole or type(written) is int else None


def to_json(value: Value) -> Any:  # noqa: PLR0911 - a line a type
    """The other way. A number that a JSON number would not say exactly goes as its digits."""
    if isinstance(value, Num):
        return _number_to_json(value)
    if isinstance(value, Day):
        return {"$date": write_date(value)}
    if isinstance(value, Moment):
        return {"$datetime": write_moment(value)}
    if isinstance(value, Duration):
        return {"$duration": value.seconds}
    if isinstance(value, list):
        return [to_json(one) for one in value]
    if isinstance(value, dict):
        return {name: to_json(one) for name, one in value.items()}
    return value


def _number_to_json(value: Num) -> Any:
    written = numbers.text_of(value)
    if len(written.replace("-", "").replace(".", "").lstrip("0")) > 15:
        return {"$num": written}
    return float(written) if "." in written else int(written)


def is_same(left: Value, right: Value) -> bool:
    """Same type and same value, members included."""
    if type_of(left) != type_of(right):
        return False
    if isinstance(left, Moment):
        return bool(left.seconds == right.seconds)
    if isinstance(left, list):
        return len(left) == len(right) and all(is_same(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict):
        return set(left) == set(right) and all(is_same(one, right[name]) for name, one in left.items())
    return bool(left == right)


ORDERED = frozenset({"num", "text", "date", "datetime", "duration"})


def order_of(left: Value, right: Value) -> int | None:
    """-1, 0 or 1; None where there is no order between them."""
    kind = type_of(left)
    if kind not in ORDERED or kind != type_of(right):
        return None
    a, b = (left.seconds, right.seconds) if kind == "datetime" else (left, right)
    return int(a > b) - int(a < b)
