"""The operators: comparing, arithmetic on numbers and on time, joining texts. Pure; twin of pwa/src/engines/expressions/operators.ts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server.expressions import numbers
from server.expressions import values as v
from server.expressions.functions import Run, written
from server.expressions.numbers import ONE, Num
from server.expressions.values import Day, Duration, Moment, Value

Operator = Callable[[Run, Any, Any], Value]


def _noted(run: Run, found: Value) -> Value:
    if found is None:
        run.note("overflow")
    return found


def _shifted(run: Run, start: Day, days: int) -> Value:
    whole = numbers.whole_of(days)
    if whole is None:
        run.note("argument")
        return None
    return _noted(run, v.day(start.ordinal + whole))


def _later(run: Run, start: Moment, seconds: int) -> Value:
    return _noted(run, v.moment(start.seconds + seconds, start.offset))


def _by(run: Run, length: Duration, numerator: int, denominator: int) -> Value:
    return _noted(run, v.duration(numbers.divided(length.seconds * numerator, denominator)))


def _divided(run: Run, left: int, right: int) -> Value:
    if right == 0:
        run.note("divided_by_zero")
        return None
    return _noted(run, numbers.within(numbers.divided(left * ONE, right)))


def _lasting(run: Run, length: Duration, by: Num) -> Value:
    if by == 0:
        run.note("divided_by_zero")
        return None
    return _by(run, length, ONE, by)


ARITHMETIC: dict[tuple[str, type, type], Operator] = {
    ("+", Num, Num): lambda run, a, b: _noted(run, numbers.within(a + b)),
    ("-", Num, Num): lambda run, a, b: _noted(run, numbers.within(a - b)),
    ("*", Num, Num): lambda run, a, b: _noted(run, numbers.within(numbers.divided(a * b, ONE))),
    ("/", Num, Num): _divided,
    ("+", Day, Num): _shifted,
    ("+", Num, Day): lambda run, a, b: _shifted(run, b, a),
    ("-", Day, Num): lambda run, a, b: _shifted(run, a, -b),
    ("-", Day, Day): lambda _run, a, b: Num((a.ordinal - b.ordinal) * ONE),
    ("+", Moment, Duration): lambda run, a, b: _later(run, a, b.seconds),
    ("+", Duration, Moment): lambda run, a, b: _later(run, b, a.seconds),
    ("-", Moment, Duration): lambda run, a, b: _later(run, a, -b.seconds),
    ("-", Moment, Moment): lambda run, a, b: _noted(run, v.duration(a.seconds - b.seconds)),
    ("+", Duration, Duration): lambda run, a, b: _noted(run, v.duration(a.seconds + b.seconds)),
    ("-", Duration, Duration): lambda run, a, b: _noted(run, v.duration(a.seconds - b.seconds)),
    ("*", Duration, Num): lambda run, a, b: _by(run, a, b, ONE),
    ("*", Num, Duration): lambda run, a, b: _by(run, b, a, ONE),
    ("/", Duration, Num): _lasting,
    ("/", Duration, Duration): lambda run, a, b: _divided(run, a.seconds, b.seconds),
}


def arithmetic(name: str) -> Operator:
    """`+ - * /`: null with a null, null with a note where the types do not go together."""

    def apply(run: Run, left: Value, right: Value) -> Value:
        if left is None or right is None:
            return None
        found = ARITHMETIC.get((name, type(left), type(right)))
        if found is None:
            run.note("type")
            return None
        return found(run, left, right)

    return apply


def negated(run: Run, one: Value) -> Value:
    """Unary minus, of a number or a duration."""
    if isinstance(one, Num):
        return Num(-one)
    if isinstance(one, Duration):
        return Duration(-one.seconds)
    if one is not None:
        run.note("type")
    return None


def joined(run: Run, args: list[Value]) -> Value:
    """`&`: what there is, one after the other; null when there is nothing."""
    parts = []
    for one in args:
        said = written(one)
        if said is None and one is not None:
            run.note("type")
            return None
        parts.append(said or "")
    # counted before it is made: what nobody can pay for is not worth the memory
    count = sum(len(part) for part in parts)
    run.spend(count // 100)
    if count > v.MOST_TEXT:
        run.note("too_long")
        return None
    return v.text("".join(parts))


def _ordered(test: Callable[[int], bool]) -> Operator:
    def apply(_run: Run, left: Value, right: Value) -> Value:
        order = v.order_of(left, right)
        return order is not None and test(order)

    return apply


TWO: dict[str, Operator] = {
    "==": lambda _run, left, right: v.is_same(left, right),
    "!=": lambda _run, left, right: not v.is_same(left, right),
    "<": _ordered(lambda order: order < 0),
    "<=": _ordered(lambda order: order <= 0),
    ">": _ordered(lambda order: order > 0),
    ">=": _ordered(lambda order: order >= 0),
    **{name: arithmetic(name) for name in "+-*/"},
}
