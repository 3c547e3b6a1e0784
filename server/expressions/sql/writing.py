"""Nodes as SQL: parameters, values, conditions and comparisons. Pure."""

from __future__ import annotations

import re
from typing import Any

from server.expressions import numbers
from server.expressions import values as v
from server.expressions.evaluate import Place
from server.expressions.sql.bounds import TOO_LARGE, first_at_least
from server.expressions.sql.model import KINDS, Column, Node, Uncompilable
from server.expressions.sql.on_postgresql import Postgresql
from server.expressions.sql.on_sqlite import Sqlite
from server.expressions.values import Duration, Value

DIALECTS: dict[str, type[Sqlite | Postgresql]] = {"sqlite": Sqlite, "postgresql": Postgresql}
MOST_SQL = 200_000
# what is written of parts that stand several times, and of those that are left out in the end
MOST_WRITTEN = 10 * MOST_SQL
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
ORDERED = ("num", "text", "date", "datetime", "duration")


def seconds_of(offset: int) -> tuple[int, int]:
    """The first and the last second of the years 1 to 9999 on a clock that is so many minutes ahead."""
    first, behind = ((day - v.EPOCH) * v.DAY - offset * 60 for day in (v.FIRST, v.LAST + 1))
    return first, behind - 1


def is_shown(column: Column) -> bool:
    """Whether a column is shown on another clock than the one by which it is stored, which can leave the years that there are."""
    return column.kind == "datetime" and column.offset != 0


def is_storable(text: str) -> bool:
    """Whether both databases can be given it: no U+0000 and no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= one <= "\udfff" for one in text)


class Writing:
    """One SQL text in the making. `place` and `name` are the node that is written, for who is told that it cannot be."""

    def __init__(self, dialect: str, prefix: str) -> None:
        self.dialect = DIALECTS[dialect]()
        self.prefix = prefix
        self.params: dict[str, Any] = {}
        self.place: Place = ()
        self.name = ""
        self.written = 0

    def refuse(self, code: str) -> Uncompilable:
        return Uncompilable(self.place, self.name, code)

    def parameter(self, raw: Any) -> str:
        name = f"{self.prefix}{len(self.params) + 1}"
        self.params[name] = raw
        return f":{name}"

    def used(self, sql: str) -> dict[str, Any]:
        """The parameters that are in the text: some were made for parts that were then left out."""
        found = set(re.findall(r":(\w+)", sql))
        return {name: raw for name, raw in self.params.items() if name in found}

    def literal(self, value: Value) -> str:
        """A value that is not null as a typed parameter."""
        kind = v.type_of(value)
        if kind not in KINDS:
            raise self.refuse(kind)
        if isinstance(value, str) and not is_storable(value):
            raise self.refuse("text")
        return self.dialect.typed(kind, self.parameter(self.dialect.raw(value)))

    def value(self, node: Node) -> str:
        """Its value, NULL for null."""
        self.written += len(node.sql) + len(node.truth)
        if self.written > MOST_WRITTEN:
            raise self.refuse("large")
        if node.is_constant:
            return "NULL" if node.constant is None else self.literal(node.constant)
        if node.kind in ("list", "row"):
            raise self.refuse(node.kind)
        if node.column:
            return self.column(node.column)
        return f"({node.truth} IS TRUE)" if node.truth else node.sql

    def column(self, column: Column) -> str:
        """Its value; a moment that is beyond the years 1 to 9999 on the clock that shows it is null."""
        sql = self.dialect.column(column)
        return self.dialect.within(sql, *seconds_of(column.offset)) if is_shown(column) else sql

    def truth(self, node: Node) -> str:
        """A condition: true where it is `true`, else false or NULL."""
        if node.is_constant:
            return self.dialect.true if node.constant is True else self.dialect.false
        if node.kind != "bool":
            return self.dialect.false
        if node.column:
            return f"({self.dialect.boolean(node.column)})"
        return node.truth or node.sql

    def is_null(self, node: Node) -> str:
        """A condition that is never NULL."""
        if node.truth:
            return self.dialect.false
        column = node.column
        if column and column.kind == "num" and self.dialect.is_double(column):
            return f"({column.sql} IS NULL OR {column.sql} >= 1e15 OR {column.sql} <= -1e15)"
        if column and is_shown(column):
            return f"({self._moments(column, *seconds_of(column.offset))} IS NOT TRUE)"
        if column and column.kind == "text":
            return f"({column.sql} IS NULL OR {column.sql} = '')"
        return f"({column.sql if column else self.value(node)} IS NULL)"

    def same(self, left: Node, right: Node) -> str:
        """`==`: null is the same as null."""
        if left.is_constant:
            left, right = right, left
        if "list" in (left.kind, right.kind) or "row" in (left.kind, right.kind):
            raise self.refuse("list")
        if right.is_constant and right.constant is None:
            return self.is_null(left)
        if left.kind != right.kind:
            return self.dialect.false if right.is_constant else f"({self.is_null(left)} AND {self.is_null(right)})"
        if right.is_constant:
            return self.same_as(left, right.constant)
        one = self.value(left)
        return self.dialect.is_same(self.dialect.native_text(one) if left.kind == "text" else one, self.value(right))

    def same_as(self, node: Node, value: Value) -> str:
        """Equal to a constant of its kind, NULL where it is null. A column stays bare."""
        column = node.column
        if column is None:
            return f"({self.value(node)} = {self.literal(value)})"
        if node.kind == "num" and self.dialect.is_double(column):
            return self._range(column, first_at_least(value), first_at_least(value + 1))
        if node.kind == "datetime":
            return self._moments(column, value.seconds, value.seconds)
        return f"({self.bare(node)} = {self.native(value)})"

    def native(self, value: Value) -> str:
        """A constant of the type in which columns have it."""
        if isinstance(value, Duration):
            return self.dialect.seconds(self.parameter(value.seconds))
        return self.literal(value)

    def bare(self, node: Node) -> str:
        """A column as an index has it. Equal texts are equal in every collation of PostgreSQL, not so in SQLite's NOCASE."""
        sql = node.column.sql if node.column else self.value(node)
        return self.dialect.native_text(sql) if node.kind == "text" and self.dialect.name == "sqlite" else sql

    def _range(self, column: Column, least: float, behind: float) -> str:
        first, end = (self.dialect.double(self.parameter(one)) for one in (least, behind))
        return f"({column.sql} >= {first} AND {column.sql} < {end})"

    def _moment_ordered(self, sign: str, column: Column, border: int) -> str:
        """Before this second, or from it on."""
        if is_shown(column):
            first, last = seconds_of(column.offset)
            return self._moments(column, *((first, border - 1) if sign[0] == "<" else (border, last)))
        return f"({column.sql} {'<' if sign[0] == '<' else '>='} {self._moment(border)})"

    def _moments(self, column: Column, first: int, last: int) -> str:
        """From one second to another, as far as the clock of the column can show them."""
        if is_shown(column):
            least, most = seconds_of(column.offset)
            first, last = max(first, least), min(last, most)
        return f"({column.sql} >= {self._moment(first)} AND {column.sql} < {self._moment(last + 1)})"

    def _moment(self, seconds: int) -> str:
        return self.dialect.native_moment(self.parameter(self.dialect.moment(seconds)))

    def ordered(self, sign: str, left: Node, right: Node) -> str:
        """`<` and its like: false or NULL where there is no order."""
        if left.kind != right.kind or left.kind not in ORDERED:
            return self.dialect.false
        if left.is_constant:
            left, right, sign = right, left, MIRRORED[sign]
        if right.is_constant and left.column:
            return self._column_ordered(sign, left, left.column, right.constant)
        if left.column and right.column:
            found = self.dialect.columns_ordered(left.kind, left.column.sql, sign, right.column.sql)
            if found:
                return found
        a, b = self.value(left), self.value(right)
        return self.dialect.ordered(left.kind, self.dialect.native_text(a) if left.kind == "text" else a, sign, b)

    def _column_ordered(self, sign: str, node: Node, column: Column, value: Value) -> str:
        if node.kind == "num" and self.dialect.is_double(column):
            # `<= q` is `< the next number`, `> q` is `>= the next number`; what is too large is null
            border = first_at_least(value + 1 if sign in ("<=", ">") else value)
            low, high = first_at_least(1 - numbers.LIMIT), TOO_LARGE
            return self._range(column, low, border) if sign[0] == "<" else self._range(column, border, high)
        if node.kind == "datetime":
            return self._moment_ordered(sign, column, value.seconds + (sign in ("<=", ">")))
        if node.kind == "text":
            # an empty text is null, and sorts before everything
            found = f"{self.dialect.native_text(column.sql)} {sign} {self.literal(value)}"
            return f"({found} AND {column.sql} <> '')" if sign[0] == "<" else f"({found})"
        return f"({column.sql} {sign} {self.native(value)})"

    def joined(self, word: str, parts: list[str]) -> str:
        """Parts with an operator between, as a flat tree: SQLite takes no deep ones."""
        if len(parts) == 1:
            return parts[0]
        half = len(parts) // 2
        if len(parts) <= 8:
            return f"({f' {word} '.join(parts)})"
        return f"({self.joined(word, parts[:half])} {word} {self.joined(word, parts[half:])})"
