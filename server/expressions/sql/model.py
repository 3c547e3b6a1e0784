"""What the compiler is given, what it makes, and the nodes between. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from server.expressions import numbers
from server.expressions import values as v
from server.expressions.evaluate import Place
from server.expressions.numbers import Num
from server.expressions.values import Day, Duration, Moment, Value

KINDS = ("num", "text", "bool", "date", "datetime", "duration")


class Uncompilable(Exception):
    """This expression has no SQL that is sure to select the same rows. `place` walks its JSON, `name` is the operator, function or path
    there, `code` says why: name, list, row, function, kinds, offset, mask, text, many, deep, large, budget, or a fault of `evaluate`."""

    def __init__(self, place: Place, name: str, code: str) -> None:
        super().__init__(f"{name} at {list(place)}: {code}")
        self.place, self.name, self.code = place, name, code


@dataclass(frozen=True)
class Column:
    """`sql` is trusted and stands alone (`a.v_num`); storage is in the docstring of this package. `is_double` matters on PostgreSQL only.
    `offset` is by how many minutes the clock is ahead on which a datetime is shown (its day, its hour)."""

    sql: str
    kind: str
    is_double: bool = False
    offset: int = 0


@dataclass(frozen=True)
class Compiled:
    """SQL of one value and its parameters by name. `kind` is null where it can only be null. `offset` of a datetime in minutes, None where
    it differs between rows: then it is right as a moment only."""

    sql: str
    params: dict[str, Any]
    kind: str
    offset: int | None = 0

    def value(self, raw: Any) -> Value:
        """What the database answered, as a value of the language."""
        return None if raw is None else _READ[self.kind](raw, self.offset or 0)


def _number(raw: Any) -> Num | None:
    return numbers.parse(format(raw, "f")) if isinstance(raw, Decimal) else numbers.parse(str(raw))


def _date(raw: Any) -> Day | None:
    return Day(raw.toordinal()) if isinstance(raw, dt.date) else v.read_date(raw)


_READ: dict[str, Any] = {
    "null": lambda _raw, _offset: None,
    "num": lambda raw, _offset: _number(raw),
    "text": lambda raw, _offset: v.text(raw),
    "bool": lambda raw, _offset: bool(raw),
    "date": lambda raw, _offset: _date(raw),
    "datetime": lambda raw, offset: Moment(int(raw), offset),
    "duration": lambda raw, _offset: Duration(int(raw)),
}


@dataclass(frozen=True)
class Node:
    """A part that is compiled. Exactly one of these says what it is: `constant` (with `is_constant`), `column`, `members` of a list, `truth`
    (a condition: true where the value is true, else false or NULL; the value is then never null), `sql` (a value, in the form of its dialect).

    `is_whole`: a num without a fraction. `most`: a text has at most so many code points.
    """

    kind: str
    sql: str = ""
    truth: str = ""
    is_constant: bool = False
    constant: Value = None
    column: Column | None = None
    members: tuple[Node, ...] = field(default=())
    is_whole: bool = False
    offset: int | None = 0
    most: int = v.MOST_TEXT


NULL = Node("null", is_constant=True)


def constant(value: Value) -> Node:
    """A value that is the same for all rows. Lists and rows are kept: what asks for a value refuses them."""
    return Node(
        v.type_of(value),
        is_constant=True,
        constant=value,
        members=tuple(constant(one) for one in value) if isinstance(value, list) else (),
        is_whole=isinstance(value, Num) and numbers.whole_of(value) is not None,
        offset=value.offset if isinstance(value, Moment) else 0,
        most=len(value) if isinstance(value, str) else v.MOST_TEXT,
    )
