"""How PostgreSQL says it. Arguments and answers are SQL that stands alone: numbers, datetimes and durations as numeric, the latter two in seconds.

Nothing here may raise: one row out of range would take the whole report with it. What is used twice is named once (`_once`), so that the
text of an expression stays as long as the expression. A sub-select with OFFSET 0 is not pulled up, so it is computed once as well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server.expressions import numbers
from server.expressions import values as v
from server.expressions.functions import BLANKS, CAPITALS
from server.expressions.masks import KINDS
from server.expressions.sql.model import Column
from server.expressions.values import Value

TYPES = {
    "num": "numeric", "text": "text", "bool": "boolean", "date": "date", "datetime": "numeric", "duration": "numeric",
}  # fmt: skip
RAW: dict[str, Callable[[Any], Any]] = {"num": numbers.text_of, "date": v.write_date}
LIMIT = 10**15
ORIGIN = "DATE '0001-01-01'"
SMALL, LARGE = "".join(map(chr, CAPITALS)), "".join(map(chr, CAPITALS.values()))
CUT = {"left": 0, "right": 0, "mid": 1}


def _once(answer: str, **named: str) -> str:
    """`answer` in which each name stands for SQL that is computed once."""
    given = ", ".join(f"{sql} AS {name}" for name, sql in named.items())
    return f"(SELECT {answer} FROM (SELECT {given} OFFSET 0) AS t)"  # noqa: S608 - parts of this compiler only


def _between(sql: str, least: int, most: int) -> str:
    """NULL outside, both excluded. GREATEST passes over a NULL, which so becomes the lower end and NULL again."""
    return f"NULLIF(NULLIF(LEAST(GREATEST({sql}, {least}), {most}), {least}), {most})"


def _number(sql: str) -> str:
    return _between(sql, -LIMIT, LIMIT)


def _quotient(left: str, right: str) -> str:
    """With forty places, so that what is rounded later is rounded right: a half of 10^-10 is met exactly or missed by more than 10^-36."""
    return f"(round({left}, 40) / NULLIF({right}, 0))"


def _whole(sql: str, is_whole: bool, least: int, most: int) -> str:
    """As an integer; NULL where it has a fraction or is outside."""
    number = sql if is_whole else _once("CASE WHEN a = trunc(a) THEN a END", a=sql)
    return f"CAST({_between(number, least - 1, most + 1)} AS integer)"


class Postgresql:
    """The writer for PostgreSQL."""

    name = "postgresql"
    true, false = "TRUE", "FALSE"

    def typed(self, kind: str, parameter: str) -> str:
        """A parameter of a kind, as a value."""
        return f"CAST({parameter} AS {TYPES[kind]})"

    def raw(self, value: Value) -> Any:
        """What a parameter is given for a value."""
        kind = v.type_of(value)
        if kind in ("datetime", "duration"):
            return value.seconds
        write = RAW.get(kind)
        return write(value) if write else value

    def column(self, column: Column) -> str:
        """The value of a column."""
        sql = column.sql
        if column.kind == "num" and column.is_double:
            # by its text: a cast of its own keeps 15 digits, and so makes another number of some
            read = f"round(CAST(CAST({sql} AS text) AS numeric), 10)"
            return f"CASE WHEN {sql} > -1e15 AND {sql} < 1e15 THEN {read} END"
        if column.kind == "text":
            return f"NULLIF({sql}, '')"
        if column.kind == "datetime":
            return f"floor(extract(epoch FROM {sql}))"
        return f"CAST({sql} AS numeric)" if column.kind == "duration" else sql

    def is_double(self, column: Column) -> bool:
        return column.is_double

    def double(self, parameter: str) -> str:
        return f"CAST({parameter} AS double precision)"

    def seconds(self, parameter: str) -> str:
        return f"CAST({parameter} AS bigint)"

    def moment(self, seconds: int) -> int:
        """What a bare column is compared with."""
        return seconds

    def native_moment(self, parameter: str) -> str:
        return f"to_timestamp(CAST({parameter} AS double precision))"

    def native_text(self, sql: str) -> str:
        return f'{sql} COLLATE "C"'

    def boolean(self, column: Column) -> str:
        """A column as a condition."""
        return column.sql

    def is_same(self, left: str, right: str) -> str:
        return f"({left} IS NOT DISTINCT FROM {right})"

    def ordered(self, _kind: str, left: str, sign: str, right: str) -> str:
        return f"({left} {sign} {right})"

    def columns_ordered(self, _kind: str, _left: str, _sign: str, _right: str) -> str:
        """Two bare columns; empty where they are compared as any values."""
        return ""

    # numbers
    def numeric(self, sign: str, left: str, right: str) -> str:
        if sign == "/":
            return _number(f"round({_quotient(left, right)}, 10)")
        return _number(f"round({left} * {right}, 10)" if sign == "*" else f"({left} {sign} {right})")

    def of_numbers(self, name: str, args: list[str], is_whole: bool = False) -> str:
        """round, floor, abs, mod, sum, average, negate; whether the last is sure to be whole."""
        first = args[0]
        if name == "round":
            return _number(f"round({first}, {_whole(args[1], is_whole, -15, 10) if len(args) > 1 else '0'})")
        if name == "mod":
            return _once(f"a - b * floor({_quotient('a', 'b')})", a=first, b=args[1])
        if name == "sum":
            return _number("(" + " + ".join(f"COALESCE({one}, 0)" for one in args) + ")")
        if name == "average":
            members = ", ".join(f"({one})" for one in args)
            return f"(SELECT round({_quotient('sum(a)', 'count(a)')}, 10) FROM (VALUES {members}) AS t(a))"  # noqa: S608 - likewise
        return {"floor": _number(f"floor({first})"), "abs": f"abs({first})", "negate": f"(0 - {first})"}[name]

    def extreme(self, kind: str, name: str, args: list[str]) -> str:
        """min or max of what there is."""
        given = [self.native_text(one) for one in args] if kind == "text" else args
        return f"{'LEAST' if name == 'min' else 'GREATEST'}({', '.join(given)})"

    def counted(self, whole: str) -> str:
        """A whole number of the database as a num."""
        return f"CAST({whole} AS numeric)"

    # time
    def within(self, sql: str, least: int, most: int) -> str:
        """A whole number, NULL outside."""
        return _between(sql, least - 1, most + 1)

    def longer(self, duration: str, number: str) -> str:
        return _number(f"round({duration} * {number}, 0)")

    def shorter(self, duration: str, number: str) -> str:
        return _number(f"round({_quotient(duration, number)}, 0)")

    def ratio(self, left: str, right: str) -> str:
        return _number(f"round({_quotient(left, right)}, 10)")

    def hours(self, number: str) -> str:
        return _number(f"round({number} * 3600, 0)")

    def shift(self, sign: str, date: str, number: str, is_whole: bool) -> str:
        days = number if is_whole else _once("CASE WHEN a = trunc(a) THEN a END", a=number)
        return f"({ORIGIN} + CAST({_between(f'(({date} - {ORIGIN}) {sign} {days})', -1, v.LAST)} AS integer))"

    def days_between(self, left: str, right: str) -> str:
        return self.counted(f"({left} - {right})")

    def date_part(self, name: str, date: str) -> str:
        """year, month, day or weekday."""
        return f"extract({'isodow' if name == 'weekday' else name} FROM {date})"

    def _clock(self, local: str) -> str:
        return f"(to_timestamp(CAST({local} AS double precision)) AT TIME ZONE 'UTC')"

    def hour(self, local: str) -> str:
        return f"extract(hour FROM {self._clock(local)})"

    def date_of(self, local: str) -> str:
        """The day of seconds since 1970 on the clock that shows them."""
        return f"CAST({self._clock(local)} AS date)"

    def made_date(self, year: str, month: str, day: str) -> str:
        parts = {
            "y": _whole(year, False, 1, 9999),
            "m": _whole(month, False, 1, 12),
            "d": _whole(day, False, 1, 31),
        }
        made = "make_date(y, m, 1) + (d - 1)"
        return _once(f"CASE WHEN extract(month FROM {made}) = m THEN {made} END", **parts)

    def months_later(self, date: str, months: str, is_whole: bool) -> str:
        count = "extract(year FROM a) * 12 + extract(month FROM a) - 1 + n"
        later = f"CASE WHEN {count} BETWEEN 12 AND 119999 THEN CAST(a + make_interval(months => n) AS date) END"
        return _once(later, a=date, n=_whole(months, is_whole, -120_000, 120_000))

    # texts
    def length(self, text: str) -> str:
        return self.counted(f"COALESCE(char_length({text}), 0)")

    def cut(self, name: str, text: str, args: list[tuple[str, bool]]) -> str:
        """left, right, mid; with each number whether it is sure to be whole."""
        least = CUT[name]
        whole = [_whole(one, is_whole, least if at == 0 else 0, v.MOST_TEXT) for at, (one, is_whole) in enumerate(args)]
        return f"NULLIF({'substr' if name == 'mid' else name}({text}, {', '.join(whole)}), '')"

    def upper(self, text: str) -> str:
        return f"translate({text}, '{SMALL}', '{LARGE}')"

    def trim(self, text: str, blanks: str) -> str:
        return f"NULLIF(btrim({text}, {blanks}), '')"

    def contains(self, whole: str, one: str) -> str:
        return f"(strpos({self.native_text(whole)}, {one}) > 0)"

    def checked(self, text: str, is_short: bool) -> str:
        """NULL where it is empty or too long."""
        if is_short:
            return f"NULLIF({text}, '')"
        return _once(f"CASE WHEN char_length(a) BETWEEN 1 AND {v.MOST_TEXT} THEN a END", a=text)

    def written(self, kind: str, sql: str) -> str:
        if kind == "num":
            return f"CAST(trim_scale({sql}) AS text)"
        if kind == "date":
            return f"to_char({sql}, 'YYYY-MM-DD')"
        return f"CAST({sql} AS text)"

    def written_moment(self, local: str) -> str:
        return f"""to_char({self._clock(local)}, 'YYYY-MM-DD"T"HH24:MI:SS')"""

    def fixed(self, number: str, places: str, is_whole: bool) -> str:
        return f"CAST(round({number}, {_whole(places, is_whole, 0, 10)}) AS text)"

    def value(self, text: str, pattern: str) -> str:
        return f"CAST(substring({self.native_text(text)} FROM {pattern}) AS numeric)"

    def value_pattern(self) -> str:
        """What is between blanks and can be read as a number."""
        blank = "[" + "".join(f"\\u{ord(one):04x}" for one in BLANKS) + "]*"
        return rf"^{blank}(-?[0-9]{{1,15}}(?:\.[0-9]{{0,10}})?){blank}$"

    def fits(self, text: str, mask: str) -> str:
        return f"({self.native_text(text)} ~ {mask})"

    def mask(self, expanded: str) -> str:
        """A mask as what `fits` compares with."""
        letters = {"A": "[A-Z]", "9": "[0-9]", "*": "[A-Z0-9]"}
        return f"^{''.join(letters[one] if one in KINDS else self._literal(one) for one in expanded)}$"

    def _literal(self, one: str) -> str:
        return f"\\{one}" if one.isascii() and not one.isalnum() and one.isprintable() else one
