"""How SQLite says it. Arguments and answers are SQL that stands alone: nums as `sqlite.py` has them, datetimes and durations as whole seconds.

Depth is dear here (its parser has a stack of 100 symbols), so what PostgreSQL nests is one function of ours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server.expressions import numbers
from server.expressions import values as v
from server.expressions.functions import BLANKS
from server.expressions.masks import KINDS
from server.expressions.sql.model import Column
from server.expressions.values import Value

TRUE, FALSE = "1", "0"
# the last second of the year 9999 and half a minute: later than any that is stored
NEVER = "9999-12-31 23:59:90"
PARTS = {"year": "%Y", "month": "%m", "day": "%d"}
RAW: dict[str, Callable[[Any], Any]] = {"num": numbers.text_of, "date": v.write_date, "bool": int}
# its functions take 127
MOST_ARGUMENTS = 100


def _call(name: str, *args: str) -> str:
    return f"callout_{name}({', '.join(args)})"


class Sqlite:
    """The writer for SQLite."""

    name = "sqlite"
    true, false = TRUE, FALSE

    def typed(self, _kind: str, parameter: str) -> str:
        """A parameter of a kind, as a value."""
        return parameter

    def raw(self, value: Value) -> Any:
        """What a parameter is given for a value."""
        kind = v.type_of(value)
        if kind in ("datetime", "duration"):
            return value.seconds
        write = RAW.get(kind)
        return write(value) if write else value

    def column(self, column: Column) -> str:
        """The value of a column."""
        if column.kind == "num":
            return _call("num", column.sql)
        if column.kind == "text":
            return f"NULLIF({column.sql}, '')"
        if column.kind == "datetime":
            return f"CAST(strftime('%s', substr({column.sql}, 1, 19)) AS INTEGER)"
        return column.sql

    def is_double(self, _column: Column) -> bool:
        return True

    def double(self, parameter: str) -> str:
        return parameter

    def seconds(self, parameter: str) -> str:
        return parameter

    def moment(self, seconds: int) -> str:
        """What a bare column is compared with; a part of a second that follows it sorts behind it."""
        if seconds >= (v.LAST + 1 - v.EPOCH) * v.DAY:
            return NEVER
        day, second = divmod(seconds, v.DAY)
        date = v.write_date(v.Day(day + v.EPOCH)) if day + v.EPOCH >= v.FIRST else "0000-12-31"
        return f"{date} {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"

    def native_moment(self, parameter: str) -> str:
        return parameter

    def native_text(self, sql: str) -> str:
        return f"{sql} COLLATE BINARY"

    def boolean(self, column: Column) -> str:
        """A column as a condition."""
        return f"{column.sql} = 1"

    def is_same(self, left: str, right: str) -> str:
        return f"({left} IS {right})"

    def ordered(self, kind: str, left: str, sign: str, right: str) -> str:
        if kind == "num":
            return f"({_call('order', left, right)} {sign} 0)"
        return f"({left} {sign} {right})"

    def columns_ordered(self, kind: str, left: str, sign: str, right: str) -> str:
        """Two bare columns; empty where they are compared as any values."""
        return f"({_call('order_doubles', left, right)} {sign} 0)" if kind == "num" else ""

    # numbers
    def numeric(self, sign: str, left: str, right: str) -> str:
        return _call({"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}[sign], left, right)

    def of_numbers(self, name: str, args: list[str], _is_whole: bool = False) -> str:
        """round, floor, abs, mod, sum, average, negate."""
        return _call(name, *args)

    def extreme(self, kind: str, name: str, args: list[str]) -> str:
        """min or max of what there is."""
        names = ("least", "greatest") if kind == "num" else ("first", "last")
        return _call(names[name == "max"], *args)

    def counted(self, whole: str) -> str:
        """A whole number of the database as a num."""
        return f"CAST({whole} AS TEXT)"

    # time
    def within(self, sql: str, least: int, most: int) -> str:
        """A whole number, NULL outside."""
        return _call("within", sql, str(least), str(most))

    def longer(self, duration: str, number: str) -> str:
        return _call("longer", duration, number)

    def shorter(self, duration: str, number: str) -> str:
        return _call("shorter", duration, number)

    def ratio(self, left: str, right: str) -> str:
        return _call("ratio", left, right)

    def hours(self, number: str) -> str:
        return _call("hours", number)

    def shift(self, sign: str, date: str, number: str, _is_whole: bool) -> str:
        return _call("shift" if sign == "+" else "shift_back", date, number)

    def days_between(self, left: str, right: str) -> str:
        return self.counted(f"CAST(julianday({left}) - julianday({right}) AS INTEGER)")

    def date_part(self, name: str, date: str) -> str:
        """year, month, day or weekday."""
        if name == "weekday":
            return self.counted(f"(strftime('%w', {date}) + 6) % 7 + 1")
        return self.counted(f"CAST(strftime('{PARTS[name]}', {date}) AS INTEGER)")

    def hour(self, local: str) -> str:
        return self.counted(f"CAST(strftime('%H', {local}, 'unixepoch') AS INTEGER)")

    def date_of(self, local: str) -> str:
        """The day of seconds since 1970 on the clock that shows them."""
        return f"date({local}, 'unixepoch')"

    def made_date(self, year: str, month: str, day: str) -> str:
        return _call("date", year, month, day)

    def months_later(self, date: str, months: str, _is_whole: bool) -> str:
        return _call("edate", date, months)

    # texts
    def length(self, text: str) -> str:
        return self.counted(f"coalesce(length({text}), 0)")

    def cut(self, name: str, text: str, args: list[tuple[str, bool]]) -> str:
        """left, right, mid; with each number whether it is sure to be whole."""
        return _call(name, text, *(one for one, _is_whole in args))

    def upper(self, text: str) -> str:
        return _call("upper", text)

    def trim(self, text: str, blanks: str) -> str:
        return f"NULLIF(trim({text}, {blanks}), '')"

    def contains(self, whole: str, one: str) -> str:
        return f"(instr({whole}, {one}) > 0)"

    def checked(self, text: str, is_short: bool) -> str:
        """NULL where it is empty or too long."""
        return f"NULLIF({text}, '')" if is_short else _call("text", text)

    def written(self, kind: str, sql: str) -> str:
        if kind == "bool":
            return f"CASE {sql} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
        return sql

    def written_moment(self, local: str) -> str:
        return f"strftime('%Y-%m-%dT%H:%M:%S', {local}, 'unixepoch')"

    def fixed(self, number: str, places: str, _is_whole: bool) -> str:
        return _call("fixed", number, places)

    def value(self, text: str, _pattern: str) -> str:
        return _call("value", text)

    def value_pattern(self) -> str:
        """The evaluator's own function reads it: none is needed."""
        return BLANKS

    def fits(self, text: str, mask: str) -> str:
        return f"({text} GLOB {mask})"

    def mask(self, expanded: str) -> str:
        """A mask as what `fits` compares with."""
        letters = {"A": "[A-Z]", "9": "[0-9]", "*": "[A-Z0-9]"}
        return "".join(letters[one] if one in KINDS else f"[{one}]" if one in "*?[" else one for one in expanded)
