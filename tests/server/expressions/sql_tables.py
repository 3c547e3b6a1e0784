"""A table of odd rows on SQLite and on PostgreSQL, and the expressions that are asked of it."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from server.expressions import numbers
from server.expressions import values as v
from server.expressions.evaluate import Expression
from server.expressions.sql import Column, Compiled, compile_sql, condition
from server.expressions.sql.sqlite import register
from server.expressions.values import Value
from tests.fuzz.expressions import KINDS, MAKES, Maker

SCALARS = KINDS[:6]
# on PostgreSQL num_0 is numeric, num_1 and num_2 are doubles
NAMES = [(kind, f"{kind}_{n}") for kind in SCALARS for n in range(3)]
DOUBLES = [
    0.1 + 0.2, 0.3, 0.1, -0.1, 0.0, -0.0, 1.0, -1.0, 2.5, -2.5, 3.0, 7.0, 12.0, 31.0, 1e-10, 5e-11, -5e-11, 4.9e-11, 1e-11, 999999999999999.9,
    -999999999999999.9, 1e15, -1e15, 1e300, 123456789.12345678, 1234567.12345678905, 524289.1234567891, 1e14, 2026.0, 0.1 + 0.7, 1 / 3,
]  # fmt: skip
DECIMALS = [
    "0.3", "0", "-1", "2.5", "-2.5", "3", "7", "12", "29", "0.0000000001", "-0.0000000001", "999999999999999.9999999999",
    "-999999999999999.9999999999", "100000000000000", "123456.789", "0.6666666667", "2026",
]  # fmt: skip
TEXTS = [
    "", "a", "油", "😀x", "AB12", "a,b", " x ", "\u3000油\u00a0", "12.5", "-0", " 007. ", "1.", ".5", "999999999999999.9999999999",
    "\uffee", "z" * 130,
    "Ä", "ß", "true", "%", "'; DROP TABLE facts; --", "true\n", "12\n", "a\\b", "[", "*",
]  # fmt: skip
DATES = ["2024-02-29", "2023-12-31", "0001-01-01", "9999-12-31", "2026-11-27", "2026-11-28", "1900-02-28", "2000-02-29"]
TIMES = [
    "2026-11-27 00:30:00.000000", "2026-11-27 00:30:00.999999", "1969-12-31 23:59:59.500000", "0001-01-01 00:00:00.000000",
    "9999-12-31 23:59:59.999999", "2024-02-29 12:00:00.000001", "2026-03-29 01:59:59.000000", "1970-01-01 00:00:00.000000",
]  # fmt: skip
DURATIONS = [0, 1, -1, -3600, 86400, 7, 999999999999999, -999999999999999, 5400]
INPUTS: dict[str, Value] = {
    "now": v.read_moment("2026-11-27T09:00:00+08:00"),
    "today": v.read_date("2026-11-27"),
    # 85714285715000.0000000006 divided by it is a half of 10^-10 missed by 10^-35
    "fine": numbers.parse("100000000000000.0000000007"),
    "user": {"name": "王", "teams": ["a", "AB12", None], "skill": numbers.from_json(3)},
}
TYPES = {
    "sqlite": {"num": "REAL", "text": "TEXT", "bool": "BOOLEAN", "date": "DATE", "datetime": "DATETIME", "duration": "INTEGER"},
    "postgresql": {
        "num": "double precision", "text": "text", "bool": "boolean", "date": "date", "datetime": "timestamptz", "duration": "bigint",
    },
}  # fmt: skip
SOURCES: dict[str, list[Any]] = {
    "num": DOUBLES, "text": TEXTS, "bool": [True, False], "date": DATES, "datetime": TIMES, "duration": DURATIONS,
}  # fmt: skip
PLAIN: dict[str, Callable[[Any], Value]] = {"text": v.text, "bool": bool, "duration": v.duration}
Row = dict[str, Any]


def rows(seed: int, count: int) -> list[Row]:
    """Rows as they are given to both databases: decimals and dates as texts."""
    some = random.Random(seed)
    return [
        {name: None if some.random() < 0.1 else some.choice(_source(kind, name)) for kind, name in NAMES}
        for _ in range(count)
    ]


def _source(kind: str, name: str) -> list[Any]:
    return DECIMALS if name == "num_0" else SOURCES[kind]


def meant(kind: str, raw: Any) -> Value:
    """What a stored value is in the language."""
    if raw is None:
        return None
    if kind == "num":
        return numbers.parse(format(raw, "f")) if isinstance(raw, Decimal) else numbers.from_json(raw)
    if kind == "date":
        return v.Day(dt.date.fromisoformat(raw).toordinal())
    if kind == "datetime":
        return v.read_moment(raw.replace(" ", "T") + "Z")
    return PLAIN[kind](raw)


@dataclass
class Table:
    """A table `facts` of such rows; `contexts` are the rows as the evaluator is given them, in order."""

    dialect: str
    engine: sa.Engine
    contexts: list[dict[str, Value]]

    def columns(self) -> dict[str, Column]:
        return {
            name: Column(f"facts.{name}", kind, is_double=kind == "num" and name != "num_0") for kind, name in NAMES
        }

    def compiled(self, ast: Any) -> tuple[Compiled, Compiled]:
        """Value and condition."""
        columns = self.columns()
        return compile_sql(ast, columns, INPUTS, self.dialect), condition(ast, columns, INPUTS, self.dialect, "c")

    def asked(self, compiled: tuple[Compiled, Compiled]) -> list[tuple[Value, bool]]:
        """What the database answers for each row: the value, and whether the condition holds."""
        value, test = compiled
        sql = f"SELECT {value.sql}, CASE WHEN {test.sql} THEN 1 ELSE 0 END FROM facts ORDER BY facts.id"
        with self.engine.connect() as connection:
            found = connection.execute(sa.text(sql), {**value.params, **test.params}).all()
        return [(value.value(raw), bool(holds)) for raw, holds in found]

    def chosen(self, test: Compiled) -> list[int]:
        """The rows that a WHERE clause chooses, by number."""
        with self.engine.connect() as connection:
            sql = f"SELECT facts.id FROM facts WHERE {test.sql} ORDER BY facts.id"
            return list(connection.execute(sa.text(sql), test.params).scalars())

    def wanted(self, ast: Any) -> list[tuple[Value, bool]]:
        """What the evaluator says."""
        expression = Expression(ast)
        values = [expression.value({**INPUTS, **context}) for context in self.contexts]
        return [(value, value is True) for value in values]

    def difference(self, ast: Any, compiled: tuple[Compiled, Compiled]) -> str:
        """Empty where both say the same for every row."""
        for at, (here, there) in enumerate(zip(self.asked(compiled), self.wanted(ast), strict=True)):
            if not (is_equal(here[0], there[0], compiled[0].offset) and here[1] == there[1]):
                return f"{self.dialect}, {ast}: {here} instead of {there} for {self.contexts[at]}\n{compiled[0].sql}\n{compiled[0].params}"
        return ""


def is_equal(one: Value, other: Value, offset: int | None) -> bool:
    """The same, the clock of a datetime included where it is known."""
    if isinstance(one, v.Moment) and isinstance(other, v.Moment) and offset is None:
        return one.seconds == other.seconds
    return bool(v.type_of(one) == v.type_of(other) and one == other)


def made(dialect: str, url: str, given: list[Row]) -> Table:
    """A fresh table of these rows."""
    engine = sa.create_engine(url, connect_args={"check_same_thread": False} if dialect == "sqlite" else {})
    if dialect == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: register(connection))
    columns = [f"{name} {_type(dialect, kind, name)}" for kind, name in NAMES]
    marks = [
        f"CAST(:{name} AS {TYPES[dialect][kind]})" if _is_cast(dialect, kind) else f":{name}" for kind, name in NAMES
    ]
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE TABLE facts (id INTEGER PRIMARY KEY, {', '.join(columns)})"))
        insert = sa.text(
            f"INSERT INTO facts (id, {', '.join(name for _, name in NAMES)}) VALUES (:id, {', '.join(marks)})"
        )
        connection.execute(insert, [{"id": at, **_given(dialect, row)} for at, row in enumerate(given)])
    return Table(dialect, engine, [_context(dialect, row) for row in given])


def _type(dialect: str, kind: str, name: str) -> str:
    return "numeric" if (dialect, name) == ("postgresql", "num_0") else TYPES[dialect][kind]


def _is_cast(dialect: str, kind: str) -> bool:
    return dialect == "postgresql" and kind in ("date", "datetime")


def _given(dialect: str, row: Row) -> Row:
    stored = dict(row)
    if stored["num_0"] is not None:
        stored["num_0"] = Decimal(row["num_0"]) if dialect == "postgresql" else float(row["num_0"])
    if dialect == "postgresql":
        stored |= {name: f"{row[name]}+00" for kind, name in NAMES if kind == "datetime" and row[name]}
    return stored


def _context(dialect: str, row: Row) -> dict[str, Value]:
    stored: Mapping[str, Any] = {**row, "num_0": _given(dialect, row)["num_0"]}
    return {name: meant(kind, stored[name]) for kind, name in NAMES}


HAS_NO_SQL = frozenset({"workday", "networkdays", "distance", "lookup"})


# narrower than a kind, so that most of what is asked has an answer
ODD_LEAVES: dict[str, list[Any]] = {
    "places": [0, 1, 2, 3, 10, -2, 12, 1.5, ["get", "num_0"], ["get", "num_1"]],
    "small": [1, 2, 12, ["len", ["get", "text_0"]], ["month", ["get", "date_0"]], ["day", ["get", "datetime_1"]],
        ["round", ["/", ["get", "num_0"], 7]]],
    "year": [2024, 9999, ["year", ["get", "date_0"]], ["year", ["get", "datetime_0"]], ["+", 2000, ["len", ["get", "text_1"]]]],
    "numeral": [["get", "text_0"], ["text", ["get", "num_0"]], ["text", ["get", "num_1"], 2], ["&", " ", ["get", "num_2"], "\n"],
        ["&", ["get", "date_0"]]],
    "mask": ["A{2}9{2}", "*{4}", "a,*", "a", "油", "A{", "[", "a\\b", "9{2}.9"],
}  # fmt: skip


class SqlMaker(Maker):
    """Expressions of columns and inputs, without rows and without most of what has no SQL."""

    kinds = SCALARS
    makes = {  # noqa: RUF012 - as in its parent
        kind: [
            (name, wanted) for name, wanted in makers
            if name not in HAS_NO_SQL and "row" not in wanted and not (name == "if" and kind == "list")
        ]
        for kind, makers in MAKES.items()
    }  # fmt: skip
    makes["num"] += [
        ("weekday", ("datetime",)),
        ("len", ("any",)),
        ("/", ("duration", "duration")),
        ("round", ("num", "places")),
    ]
    makes["text"] += [
        ("text", ("num", "places")),
        ("left", ("text", "places")),
        ("mid", ("text", "places", "places")),
        ("right", ("text", "places")),
    ]
    makes["num"] += [("value", ("numeral",)), ("mod", ("num", "small")), ("round", ("num", "small"))]
    makes["text"] += [
        ("mid", ("text", "small", "small")),
        ("left", ("text", "small")),
        ("right", ("text", "small")),
        ("text", ("num", "small")),
    ]
    makes["bool"] += [
        *((sign, ("num", "num")) for sign in ("==", "!=", "<", "<=", ">", ">=")), ("in", ("num", "nums")), ("in", ("date", "dates")),
        ("==", ("text", "text")), ("==", ("datetime", "datetime")), ("<", ("datetime", "datetime")), (">", ("text", "text")),
        ("fits", ("text", "mask")),
        ("if", ("bool", "bool", "bool")), ("coalesce", ("bool", "bool")),
    ]  # fmt: skip
    makes["date"] += [
        ("if", ("bool", "date", "date")),
        ("switch", ("num", "num", "date", "date")),
        ("edate", ("date", "places")),
    ]
    makes["date"] += [
        ("date", ("year", "small", "small")),
        ("edate", ("date", "small")),
        ("+", ("date", "small")),
        ("-", ("date", "small")),
    ]
    makes["datetime"] += [("if", ("bool", "datetime", "datetime")), ("coalesce", ("datetime", "datetime"))]
    makes["duration"] += [("coalesce", ("duration", "duration")), ("hours", ("places",))]

    def leaf(self, kind: str) -> Any:
        some = self.random
        if kind in ("nums", "dates", "list"):
            member = {"nums": "num", "dates": "date"}.get(kind)
            return ["list", *(self.leaf(member or some.choice(SCALARS)) for _ in range(some.randint(0, 3)))]
        if kind in ODD_LEAVES:
            return some.choice(ODD_LEAVES[kind])
        if some.random() < 0.03:
            return None
        if some.random() < 0.1:
            inputs = {"date": "today", "datetime": "now", "text": "user.name", "num": "user.skill"}
            return ["get", inputs[kind]] if kind in inputs else ["get", f"{kind}_0"]
        if kind in ("num", "text", "bool") and some.random() < 0.4:
            return self.data(kind) if kind != "num" or some.random() < 0.7 else some.choice(DOUBLES[:16])
        return ["get", f"{kind}_{some.randint(0, 2)}"]

    def node(self, kind: str, depth: int) -> Any:
        return self.leaf(kind) if kind in ODD_LEAVES else super().node(kind, depth)

    def expression(self) -> Any:
        """One in twenty is a long chain, for what a parser of SQL can take."""
        some = self.random
        if some.random() > 0.05:
            return self.node(some.choice(SCALARS), some.randint(1, 4))
        kind, chain = "num", ["get", "num_1"]
        for _ in range(some.randint(5, 30)):
            kind, chain = self.longer(kind, chain)
        return chain

    def longer(self, kind: str, chain: Any) -> tuple[str, Any]:
        """An expression within another one that takes its kind, at any of its places."""
        takers = [
            (makes, name, wanted) for makes, all_of in self.makes.items() if makes in SCALARS
            for name, wanted in all_of if kind in wanted and "*" not in wanted
        ]  # fmt: skip
        makes, name, wanted = self.random.choice(takers)
        place = self.random.choice([at for at, one in enumerate(wanted) if one == kind])
        return makes, [name, *(chain if at == place else self.leaf(self.some(one)) for at, one in enumerate(wanted))]

    def some(self, kind: str) -> str:
        return self.random.choice(SCALARS) if kind == "any" else kind
