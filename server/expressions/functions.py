"""Every function of the language: its name, what it takes, what it makes and how. Operators are in operators.py. Pure.

A signature is a list of types; `?` may be left out, `*` may come any number of times, `any` takes every value, null too, `when` is a date
or a datetime. Where a null or a value of another type comes to any other, the function is not asked: the answer is null.
Twin: pwa/src/engines/expressions/functions.ts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from server.expressions import calendar, geo, masks, numbers
from server.expressions import values as v
from server.expressions.numbers import ONE, Num
from server.expressions.values import Day, Moment, Value


class Run(Protocol):
    """What a function may tell the evaluation that asks it."""

    def spend(self, steps: int) -> None:
        """Work beyond the one step of the node itself."""

    def note(self, code: str) -> None:
        """Why the answer is null."""


@dataclass(frozen=True)
class Function:
    """`makes` is the type of the answer where it is not null."""

    takes: tuple[str, ...]
    makes: str
    apply: Callable[..., Value]


def _flat(run: Run, args: tuple[Value, ...]) -> Iterator[Value]:
    """Values and the members of lists, without nulls."""
    for one in args:
        members = one if isinstance(one, list) else [one]
        run.spend(len(members))
        yield from (member for member in members if member is not None)


def _numbers(run: Run, args: tuple[Value, ...]) -> list[Num] | None:
    found = list(_flat(run, args))
    if all(isinstance(one, Num) for one in found):
        return found
    run.note("type")
    return None


def _in_range(run: Run, scaled: int) -> Num | None:
    found = numbers.within(scaled)
    if found is None:
        run.note("overflow")
    return found


def _sum(run: Run, *args: Value) -> Value:
    found = _numbers(run, args)
    return None if found is None else _in_range(run, sum(found))


def _average(run: Run, *args: Value) -> Value:
    found = _numbers(run, args)
    return _in_range(run, numbers.divided(sum(found), len(found))) if found else None


def _count(run: Run, *args: Value) -> Value:
    return Num(sum(1 for _ in _flat(run, args)) * ONE)


def _count_if(run: Run, whole: Value, wanted: Value) -> Value:
    return Num(sum(1 for one in _flat(run, (whole,)) if v.is_same(one, wanted)) * ONE)


def _extreme(run: Run, args: tuple[Value, ...], sign: int) -> Value:
    best: Value = None
    for one in list(_flat(run, args)):
        order = v.order_of(one, one if best is None else best)
        if order is None:
            run.note("type")
            return None
        if best is None or order == sign:
            best = one
    return best


def _whole(run: Run, number: Num, least: int, most: int) -> int | None:
    """A whole number between two; else the answer is null."""
    found = numbers.whole_of(number)
    if found is None or not least <= found <= most:
        run.note("argument")
        return None
    return found


WHOLE = Num(0)


def _round(run: Run, number: Num, places: Num = WHOLE) -> Value:
    wanted = _whole(run, places, -15, numbers.PLACES)
    if wanted is None:
        return None
    step: int = 10 ** (numbers.PLACES - wanted)
    return _in_range(run, numbers.divided(number, step) * step)


def _floor(run: Run, number: Num) -> Value:
    return _in_range(run, number // ONE * ONE)


def _mod(run: Run, number: Num, by: Num) -> Value:
    if by == 0:
        run.note("divided_by_zero")
        return None
    return Num(number % by)


def _text(run: Run, made: str) -> Value:
    run.spend(len(made) // 100)
    if len(made) > v.MOST_TEXT:
        run.note("too_long")
    return v.text(made)


CAPITALS = {small: small - 32 for small in range(ord("a"), ord("z") + 1)}
# named one by one: what else is a blank differs between languages
BLANKS = " \t\n\r\u00a0\u3000"


def _left(run: Run, whole: str, count: Num) -> Value:
    most = _whole(run, count, 0, v.MOST_TEXT)
    return None if most is None else _text(run, whole[:most])


def _right(run: Run, whole: str, count: Num) -> Value:
    most = _whole(run, count, 0, v.MOST_TEXT)
    return None if most is None else _text(run, whole[max(0, len(whole) - most) :])


def _mid(run: Run, whole: str, start: Num, count: Num) -> Value:
    first, most = _whole(run, start, 1, v.MOST_TEXT), _whole(run, count, 0, v.MOST_TEXT)
    return None if first is None or most is None else _text(run, whole[first - 1 : first - 1 + most])


def _as_text(run: Run, value: Value, places: Value = None) -> Value:
    if places is not None:
        wanted = _whole(run, places, 0, numbers.PLACES) if isinstance(places, Num) else None
        if wanted is None or not isinstance(value, Num):
            return None
        return _text(run, numbers.fixed(value, wanted))
    found = written(value)
    if found is None and value is not None:
        run.note("type")
    return None if found is None else _text(run, found)


def written(value: Value) -> str | None:
    """A single value as `&` and TEXT write it; None of null, lists, rows and durations."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Num):
        return numbers.text_of(value)
    if isinstance(value, Day):
        return v.write_date(value)
    if isinstance(value, Moment):
        return v.write_moment(value)
    return value if isinstance(value, str) else None


def _value(run: Run, whole: str) -> Value:
    found = numbers.parse(whole.strip(BLANKS))
    if found is None:
        run.note("argument")
    return found


def _fits(run: Run, whole: str, mask: str) -> Value:
    run.spend(len(mask))
    return masks.fits(mask, whole)


def _in(run: Run, one: Value, whole: Value) -> Value:
    if isinstance(whole, list):
        run.spend(len(whole))
        return one is not None and any(v.is_same(one, member) for member in whole)
    if isinstance(whole, str) and isinstance(one, str):
        run.spend(len(whole) // 100)
        return one in whole
    return False


def _lookup(run: Run, rows: list[Value], column: str, wanted: Value, answer: str) -> Value:
    for row in rows:
        run.spend(1)
        if isinstance(row, dict) and wanted is not None and v.is_same(row.get(column), wanted):
            return row.get(answer)
    return None


def _date(run: Run, year: Num, month: Num, number: Num) -> Value:
    y, m, d = (numbers.whole_of(one) for one in (year, month, number))
    found = None if y is None or m is None or d is None else calendar.made(y, m, d)
    if found is None:
        run.note("no_such_day")
    return found


def _day_of(when: Day | Moment) -> Day:
    return Day(v.local_day(when.seconds, when.offset)) if isinstance(when, Moment) else when


def _part(at: int) -> Callable[[Run, Day | Moment], Value]:
    return lambda _run, when: Num(calendar.parts(_day_of(when))[at] * ONE)


def _edate(run: Run, start: Day, months: Num) -> Value:
    count = _whole(run, months, -120_000, 120_000)
    found = None if count is None else calendar.months_later(start, count)
    if found is None and count is not None:
        run.note("overflow")
    return found


def _days(run: Run, given: Value) -> frozenset[int] | None:
    """A list of dates; nothing is none of them."""
    found = list(_flat(run, (given,)))
    if all(isinstance(one, Day) for one in found):
        return frozenset(one.ordinal for one in found)
    run.note("type")
    return None


def _workday(run: Run, start: Day, count: Num, holidays: Value = None, extra: Value = None) -> Value:
    off, on = _days(run, holidays), _days(run, extra)
    wanted = _whole(run, count, -4_000_000, 4_000_000)
    if off is None or on is None or wanted is None:
        return None
    found = calendar.working_day(start, wanted, off, on)
    if found is None:
        run.note("overflow")
    return found


def _network_days(run: Run, first: Day, last: Day, holidays: Value = None, extra: Value = None) -> Value:
    off, on = _days(run, holidays), _days(run, extra)
    return None if off is None or on is None else Num(calendar.working_days(first, last, off, on) * ONE)


def _hours(run: Run, count: Num) -> Value:
    found = v.duration(numbers.divided(count * 3600, ONE))
    if found is None:
        run.note("overflow")
    return found


def _distance(run: Run, start: Value, end: Value) -> Value:
    found = [place.get(name) for place in (start, end) for name in ("lat", "lon")]
    if not all(isinstance(one, Num) for one in found):
        if None not in found:
            run.note("type")
        return None
    metres = geo.metres(*found)
    if metres is None:
        run.note("argument")
        return None
    return Num(metres * ONE)


def _len(run: Run, one: Value) -> Value:
    if one is None or isinstance(one, str):
        return Num(len(one or "") * ONE)
    run.note("type")
    return None


# computed by the evaluation itself, since they do not compute all that they are given
LAZY: dict[str, Function] = {
    "and": Function(("any*",), "bool", lambda: None),
    "or": Function(("any*",), "bool", lambda: None),
    "if": Function(("any", "any", "any?"), "any", lambda: None),
    "switch": Function(("any", "any", "any", "any*"), "any", lambda: None),
    "coalesce": Function(("any", "any*"), "any", lambda: None),
}
STRICT: dict[str, Function] = {
    "not": Function(("any",), "bool", lambda _run, one: one is not True),
    "round": Function(("num", "num?"), "num", _round),
    "floor": Function(("num",), "num", _floor),
    "abs": Function(("num",), "num", lambda _run, one: Num(abs(one))),
    "mod": Function(("num", "num"), "num", _mod),
    "sum": Function(("any", "any*"), "num", _sum),
    "count": Function(("any", "any*"), "num", _count),
    "countif": Function(("any", "any"), "num", _count_if),
    "average": Function(("any", "any*"), "num", _average),
    "min": Function(("any", "any*"), "any", lambda run, *args: _extreme(run, args, -1)),
    "max": Function(("any", "any*"), "any", lambda run, *args: _extreme(run, args, 1)),
    "len": Function(("any",), "num", _len),
    "upper": Function(("text",), "text", lambda run, one: _text(run, one.translate(CAPITALS))),
    "trim": Function(("text",), "text", lambda run, one: _text(run, one.strip(BLANKS))),
    "left": Function(("text", "num"), "text", _left),
    "right": Function(("text", "num"), "text", _right),
    "mid": Function(("text", "num", "num"), "text", _mid),
    "text": Function(("any", "num?"), "text", _as_text),
    "value": Function(("text",), "num", _value),
    "fits": Function(("text", "text"), "bool", _fits),
    "in": Function(("any", "any"), "bool", _in),
    "lookup": Function(("list", "text", "any", "text"), "any", _lookup),
    "date": Function(("num", "num", "num"), "date", _date),
    "year": Function(("when",), "num", _part(0)),
    "month": Function(("when",), "num", _part(1)),
    "day": Function(("when",), "num", _part(2)),
    "hour": Function(("datetime",), "num", lambda _run, at: Num((at.seconds + at.offset * 60) % v.DAY // 3600 * ONE)),
    "weekday": Function(("when",), "num", lambda _run, when: Num(calendar.weekday(_day_of(when).ordinal) * ONE)),
    "edate": Function(("date", "num"), "date", _edate),
    "workday": Function(("date", "num", "any?", "any?"), "date", _workday),
    "networkdays": Function(("date", "date", "any?", "any?"), "num", _network_days),
    "dateof": Function(("when",), "date", lambda _run, when: _day_of(when)),
    "hours": Function(("num",), "duration", _hours),
    "distance": Function(("row", "row"), "num", _distance),
}


FUNCTIONS: dict[str, Function] = {**LAZY, **STRICT}


def is_of(value: Any, kind: str) -> bool:
    """Whether a value may come where a signature wants this kind, other than `any`."""
    return isinstance(value, (Day, Moment)) if kind == "when" else v.type_of(value) == kind


def takes(function: Function, count: int) -> bool:
    """Whether a function may be given so many arguments."""
    least = sum(1 for kind in function.takes if not kind.endswith(("?", "*")))
    is_open = bool(function.takes) and function.takes[-1].endswith("*")
    return least <= count and (is_open or count <= len(function.takes))
