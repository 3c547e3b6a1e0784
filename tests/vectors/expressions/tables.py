"""Every operator with every pair of types, every function with every type: cases by rule, not by hand.

Written without the engine: fractions, the standard calendar and the rules of server/expressions/README.md. `python -m
tests.vectors.expressions.tables` writes tables.json again; a test holds that it still is what this page says.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "tables.json"
LIMIT = 10**15
CHINA, UTC = dt.timezone(dt.timedelta(hours=8)), dt.UTC

# name, type, what it is to this page, how the vectors write it
SAMPLES: list[tuple[str, str, Any, Any]] = [
    ("null", "null", None, None),
    ("yes", "bool", True, True),
    ("two", "num", Fraction(2), 2),
    ("small", "num", Fraction(-1, 8), -0.125),
    ("huge", "num", Fraction(LIMIT - 1), LIMIT - 1),
    ("b", "text", "b", "b"),
    ("emoji", "text", "油😀", "油😀"),
    ("leap", "date", dt.date(2024, 2, 29), {"$date": "2024-02-29"}),
    ("last", "date", dt.date(9999, 12, 31), {"$date": "9999-12-31"}),
    ("noon", "datetime", dt.datetime(2026, 11, 27, 12, tzinfo=CHINA), {"$datetime": "2026-11-27T12:00:00+08:00"}),
    ("same", "datetime", dt.datetime(2026, 11, 27, 4, tzinfo=UTC), {"$datetime": "2026-11-27T04:00:00+00:00"}),
    ("hour", "duration", dt.timedelta(hours=1), {"$duration": 3600}),
    ("list", "list", [Fraction(1), "b"], [1, "b"]),
    ("row", "row", {"lat": Fraction(31)}, {"lat": 31}),
]
ORDERED = ("num", "text", "date", "datetime", "duration")


class Note(Exception):
    """The answer is null, and this is why."""


def rounded(value: Fraction, places: int = 10) -> Fraction:
    """Half away from zero."""
    scaled = abs(value) * 10**places
    whole = int(scaled) + (scaled - int(scaled) >= Fraction(1, 2))
    return Fraction(whole if value >= 0 else -whole, 10**places)


def number(value: Fraction) -> Fraction:
    """A number of the language, or overflow."""
    value = rounded(value)
    if abs(value) >= LIMIT:
        raise Note("overflow")
    return value


def shifted(day: dt.date, days: Fraction) -> dt.date:
    if days.denominator != 1:
        raise Note("argument")
    try:
        return day + dt.timedelta(days=int(days))
    except OverflowError:
        raise Note("overflow") from None


def seconds(value: Fraction) -> int:
    whole = rounded(value, 0)
    if abs(whole) >= LIMIT:
        raise Note("overflow")
    return int(whole)


def length(value: dt.timedelta) -> Fraction:
    return Fraction(int(value.total_seconds()))


def over(left: Fraction, right: Fraction) -> Fraction:
    if right == 0:
        raise Note("divided_by_zero")
    return left / right


Rule = Callable[[Any, Any], Any]
TIME: dict[tuple[str, str, str], Rule] = {
    ("+", "num", "num"): lambda a, b: number(a + b),
    ("-", "num", "num"): lambda a, b: number(a - b),
    ("*", "num", "num"): lambda a, b: number(a * b),
    ("/", "num", "num"): lambda a, b: number(over(a, b)),
    ("+", "date", "num"): shifted,
    ("+", "num", "date"): lambda a, b: shifted(b, a),
    ("-", "date", "num"): lambda a, b: shifted(a, -b),
    ("-", "date", "date"): lambda a, b: Fraction((a - b).days),
    ("+", "datetime", "duration"): lambda a, b: a + b,
    ("+", "duration", "datetime"): lambda a, b: b + a,
    ("-", "datetime", "duration"): lambda a, b: a - b,
    ("-", "datetime", "datetime"): lambda a, b: seconds(length(a - b)),
    ("+", "duration", "duration"): lambda a, b: seconds(length(a + b)),
    ("-", "duration", "duration"): lambda a, b: seconds(length(a - b)),
    ("*", "duration", "num"): lambda a, b: seconds(length(a) * b),
    ("*", "num", "duration"): lambda a, b: seconds(length(b) * a),
    ("/", "duration", "num"): lambda a, b: seconds(over(length(a), b)),
    ("/", "duration", "duration"): lambda a, b: number(over(length(a), length(b))),
}
DURATIONS = {rule for rule in TIME if "duration" in rule[1:] and "datetime" not in rule and rule[0] != "/"}
DURATIONS |= {("/", "duration", "num"), ("-", "datetime", "datetime")}
SIGNS: dict[str, Callable[[int], bool]] = {
    "<": lambda sign: sign < 0, "<=": lambda sign: sign <= 0, ">": lambda sign: sign > 0, ">=": lambda sign: sign >= 0,
}  # fmt: skip


def said(kind: str, value: Any) -> str:
    """As `&` writes it."""
    if kind == "null":
        return ""
    if kind == "bool":
        return "true" if value else "false"
    if kind == "num":
        return decimal(value)
    if kind == "datetime":
        return str(value.isoformat())
    if kind == "date":
        return str(value.isoformat())
    if kind == "text":
        return str(value)
    raise Note("type")


def decimal(value: Fraction) -> str:
    digits = f"{abs(value.numerator) * 10**10 // value.denominator:011d}"
    text = f"{digits[:-10]}.{digits[-10:]}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 else text


def two(name: str, left: tuple[str, Any], right: tuple[str, Any]) -> Any:
    """What an operator makes of two values, as the vectors write it."""
    (a, one), (b, other) = left, right
    if name in ("==", "!="):
        return (a == b and one == other) == (name == "==")
    if name in SIGNS:
        return a == b and a in ORDERED and SIGNS[name]((one > other) - (one < other))
    if name == "&":
        return said(a, one) + said(b, other) or None
    if "null" in (a, b):
        return None
    rule = TIME.get((name, a, b))
    if rule is None:
        raise Note("type")
    made = rule(one, other)
    return {"$duration": made} if (name, a, b) in DURATIONS else as_json(made)


def as_json(value: Any) -> Any:
    if isinstance(value, Fraction):
        written = decimal(value)
        if len(written.replace("-", "").replace(".", "").lstrip("0")) > 15:
            return {"$num": written}
        return float(written) if "." in written else int(written)
    if isinstance(value, dt.datetime):
        return {"$datetime": value.isoformat()}
    return {"$date": value.isoformat()} if isinstance(value, dt.date) else value


def case(name: str, ast: Any, context: dict[str, Any], work: Callable[[], Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"name": name, "kind": "value", "ast": ast, "context": context}
    try:
        return made | {"expect": work(), "notes": []}
    except Note as note:
        return made | {"expect": None, "notes": [str(note)]}


def pairs() -> Iterator[dict[str, Any]]:
    """All operators of two, over all pairs of samples."""
    for name in ("==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "&"):
        for left, a, one, left_json in SAMPLES:
            for right, b, other, right_json in SAMPLES:
                yield case(
                    f"{left} {name} {right}",
                    [name, ["get", "a"], ["get", "b"]],
                    {"a": left_json, "b": right_json},
                    partial(two, name, (a, one), (b, other)),
                )


# the types that a first argument may have; the others of the call are there and right
TAKEN: dict[str, tuple[tuple[str, ...], list[Any]]] = {
    "round": (("num",), []), "floor": (("num",), []), "abs": (("num",), []), "mod": (("num",), [2]),
    "upper": (("text",), []), "trim": (("text",), []), "left": (("text",), [1]), "right": (("text",), [1]),
    "mid": (("text",), [1, 1]), "value": (("text",), []), "fits": (("text",), ["A"]), "lookup": (("list",), ["a", 1, "b"]),
    "date": (("num",), [2, 1]), "year": (("date", "datetime"), []), "month": (("date", "datetime"), []),
    "day": (("date", "datetime"), []), "hour": (("datetime",), []), "weekday": (("date", "datetime"), []),
    "edate": (("date",), [1]), "workday": (("date",), [1]), "networkdays": (("date",), [["date", 2026, 1, 1]]),
    "dateof": (("date", "datetime"), []), "hours": (("num",), []), "neg": (("num", "duration"), []),
    "distance": (("row",), [["get", "row"]]),
}  # fmt: skip


def refused() -> Iterator[dict[str, Any]]:
    """Functions that are given a null or what they do not take."""
    row = {"lat": 1, "lon": 1}
    for name, (kinds, rest) in TAKEN.items():
        for sample, kind, _, written in SAMPLES:
            if kind in kinds:
                continue
            yield {
                "name": f"{name} of {sample}", "kind": "value", "ast": [name, ["get", "a"], *rest],
                "context": {"a": written, "row": row}, "expect": None, "notes": [] if kind == "null" else ["type"],
            }  # fmt: skip


def written() -> str:
    """The file: a case a line."""
    lines = ",\n  ".join(json.dumps(one, ensure_ascii=False) for one in (*pairs(), *refused()))
    return f'{{"spec": "server/expressions/README.md", "cases": [\n  {lines}\n]}}\n'


if __name__ == "__main__":
    FILE.write_text(written())
