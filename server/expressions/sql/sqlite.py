"""Arithmetic for SQLite: the evaluator's own functions, on a connection.

A num is its decimal text there ("-12.5", one text for one number, so `=` needs no function), a date `YYYY-MM-DD`, a duration whole seconds.
`register` belongs into the connect event of the engine. That one is in server/core, which is below this floor and may not import it: who wires
features together hands it on, as a listener of "connect" on the engine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server.expressions import numbers, operators
from server.expressions import values as v
from server.expressions.functions import STRICT
from server.expressions.sql.bounds import TOO_LARGE
from server.expressions.values import Value

Raw = Any


class _Quiet:
    """Costs are bounded by the compiler, reasons are for who writes an expression."""

    def spend(self, steps: int) -> None:
        pass

    def note(self, code: str) -> None:
        pass


_RUN = _Quiet()
_IN: dict[str, Callable[[Raw], Value]] = {
    "num": numbers.parse, "text": v.text, "date": v.read_date, "duration": v.duration,
}  # fmt: skip
_OUT: dict[str, Callable[[Any], Raw]] = {
    "num": numbers.text_of, "text": str, "date": v.write_date, "duration": lambda one: one.seconds,
}  # fmt: skip


def _negated(run: Any, one: Value) -> Value:
    return operators.negated(run, one)


# name: what computes, kinds of the arguments (the last one as often as wanted), kind of the answer
COMPUTED: dict[str, tuple[Callable[..., Value], tuple[str, ...], str]] = {
    "add": (operators.TWO["+"], ("num",), "num"),
    "subtract": (operators.TWO["-"], ("num",), "num"),
    "multiply": (operators.TWO["*"], ("num",), "num"),
    "divide": (operators.TWO["/"], ("num",), "num"),
    "longer": (operators.TWO["*"], ("duration", "num"), "duration"),
    "shorter": (operators.TWO["/"], ("duration", "num"), "duration"),
    "ratio": (operators.TWO["/"], ("duration",), "num"),
    "shift": (operators.TWO["+"], ("date", "num"), "date"),
    "shift_back": (operators.TWO["-"], ("date", "num"), "date"),
    "negate": (_negated, ("num",), "num"),
    "fixed": (STRICT["text"].apply, ("num",), "text"),
    "least": (STRICT["min"].apply, ("num",), "num"),
    "greatest": (STRICT["max"].apply, ("num",), "num"),
    **{name: (STRICT[name].apply, ("num",), "num") for name in ("round", "floor", "abs", "mod", "sum", "average")},
    "hours": (STRICT["hours"].apply, ("num",), "duration"),
    "upper": (STRICT["upper"].apply, ("text",), "text"),
    "value": (STRICT["value"].apply, ("text",), "num"),
    **{name: (STRICT[name].apply, ("text", "num"), "text") for name in ("left", "right", "mid")},
    "date": (STRICT["date"].apply, ("num",), "date"),
    "edate": (STRICT["edate"].apply, ("date", "num"), "date"),
}
PASS_OVER = frozenset({"sum", "average", "least", "greatest"})


def _computing(name: str) -> Callable[..., Raw]:
    apply, kinds, makes = COMPUTED[name]
    read, write, takes_null = [_IN[kind] for kind in kinds], _OUT[makes], name in PASS_OVER

    def compute(*raw: Raw) -> Raw:
        if not takes_null and None in raw:
            return None
        given = [None if one is None else read[min(at, len(read) - 1)](one) for at, one in enumerate(raw)]
        found = apply(_RUN, *given)
        return None if found is None else write(found)

    return compute


def _num(double: Raw) -> Raw:
    """Most doubles are written as they mean; the others take six times as long."""
    written = repr(double) if isinstance(double, float) else ""
    whole, _, part = written.partition(".")
    if part.isdigit() and len(part) <= numbers.PLACES and len(whole) <= 15:
        return written if part != "0" else whole if whole != "-0" else "0"
    found = numbers.from_json(double) if isinstance(double, (int, float)) else None
    return None if found is None else numbers.text_of(found)


def _order(left: Raw, right: Raw) -> int | None:
    if left is None or right is None:
        return None
    return v.order_of(numbers.parse(left), numbers.parse(right))


def _order_doubles(left: Raw, right: Raw) -> int | None:
    """Two columns: what is further apart than rounding can bring together needs none."""
    if left is None or right is None or not (-TOO_LARGE < left < TOO_LARGE and -TOO_LARGE < right < TOO_LARGE):
        return None
    if abs(left - right) > 1e-9:
        return 1 if left > right else -1
    return v.order_of(numbers.from_json(left), numbers.from_json(right))


def _first(*raw: Raw) -> Raw:
    return min((one for one in raw if one is not None), default=None)


def _last(*raw: Raw) -> Raw:
    return max((one for one in raw if one is not None), default=None)


def _within(number: Raw, least: int, most: int) -> Raw:
    return number if number is not None and least <= number <= most else None


FUNCTIONS: dict[str, Callable[..., Raw]] = {
    **{name: _computing(name) for name in COMPUTED},
    "num": _num,
    "order": _order,
    "order_doubles": _order_doubles,
    "first": _first,
    "last": _last,
    "within": _within,
    "text": lambda raw: None if raw is None else v.text(raw),
}


def register(connection: Any) -> None:
    """Put them on a connection of the driver (sqlite3), as `callout_…`. All say the same for the same, so an index may use them."""
    for name, function in FUNCTIONS.items():
        connection.create_function(f"callout_{name}", -1, function, deterministic=True)
