"""Expressions as SQL against the evaluator, row for row, on both databases. `SQL_CASES=20000 SQL_SEED=7` for a long run."""

from __future__ import annotations

import datetime as dt
import math
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from server.core.db import UtcDateTime
from server.expressions import numbers
from server.expressions import values as v
from server.expressions.evaluate import evaluate
from server.expressions.sql import Column, Uncompilable, bounds, compile_sql, condition, depth, sqlite
from tests import databases
from tests.server.expressions import sql_tables
from tests.server.expressions.sql_tables import Row, Table

CASES = int(os.environ.get("SQL_CASES", "400"))
SEED = int(os.environ.get("SQL_SEED") or dt.datetime.now(dt.UTC).strftime("%Y%m%d"))
ROWS = 40
DIALECTS = ("sqlite", "postgresql")
NOW, TODAY = ["get", "now"], ["get", "today"]
N0, N1, N2, T0, T1, B0 = (["get", name] for name in ("num_0", "num_1", "num_2", "text_0", "text_1", "bool_0"))
D0, D1, M0, M1, U0, U1 = (
    ["get", name] for name in ("date_0", "date_1", "datetime_0", "datetime_1", "duration_0", "duration_1")
)
NEVER: Row = dict.fromkeys(name for _, name in sql_tables.NAMES)
# what chance brings too seldom: nothing at all, two halves of a text that is too long, what no double of a form is
SPECIAL: list[Row] = [
    NEVER,
    {**NEVER, "text_0": "z" * 60_000, "text_1": "y" * 60_000, "num_1": math.inf, "num_2": -math.inf},
    {**NEVER, "text_0": "y" * 100_000, "text_1": "油", "num_1": 5.0, "num_2": 5.00000000004999, "duration_0": 5400},
    {**NEVER, "num_0": "-0.5", "num_1": 4.99999999995, "num_2": 4.99999999994999, "text_0": " \t油 \n", "text_1": "5"},
    {**NEVER, "num_0": "85714285715000.0000000006", "text_0": " \t"},
    {**NEVER, "num_0": "0.3", "num_1": 0.1 + 0.2, "num_2": 0.3},
    {**NEVER, "num_0": "524288.0000000001", "num_1": 524288.0000000001, "num_2": 524288.00000000017},
    {**NEVER, "num_0": "1000000000", "num_1": 1000000000.0000001, "num_2": 1000000000.0000002},
    {
        **NEVER,
        "num_0": "3",
        "num_1": -7.0,
        "num_2": 2.0,
        "date_0": "2023-01-31",
        "date_1": "2024-01-31",
        "bool_0": False,
    },
]


def _table(dialect: str, folder: Path, given: list[Row]) -> Iterator[Table]:
    url = f"sqlite:///{folder / 'facts.db'}" if dialect == "sqlite" else databases.empty_postgresql()
    table = sql_tables.made(dialect, url, given)
    yield table
    table.engine.dispose()
    databases.drop(url)


@pytest.fixture(scope="module", params=DIALECTS)
def table(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    yield from _table(request.param, tmp_path_factory.mktemp("rows"), [*sql_tables.rows(3, ROWS), *SPECIAL])


@pytest.fixture(scope="module", params=DIALECTS)
def chance(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    yield from _table(request.param, tmp_path_factory.mktemp("chance"), sql_tables.rows(SEED, ROWS))


# why it is here: expressions
WRITTEN: dict[str, list[Any]] = {
    "null is null, and nothing else": [["==", N1, None], ["!=", N1, None], ["==", T0, None], ["==", None, D0], ["==", N0, N1], ["==", B0, None]],
    "null of one kind is null of another": [["==", N1, T0], ["!=", N1, T0], ["switch", D0, T0, 1, 2], ["==", M0, U0]],
    "no order with null, and it is false, not null": [["<", N0, None], [">=", None, T0], ["not", ["<", N0, N2]], ["<", T0, N0], ["<", B0, True]],
    "only true is true": [["and", B0, True], ["or", B0, N0], ["not", B0], ["if", B0, 1, 2], ["if", N0, 1, 2], ["if", T0, 1, 2],
        ["and", 1, B0], ["not", T1]],
    "a double that is nearly a number is that number": [["==", N1, 0.3], ["!=", N1, 0.3], ["<", N1, 0.3], ["<=", N1, 0.3], [">", N1, 0.3],
        [">=", N1, 0.3]],
    "borders of five": [[sign, one, 5] for sign in ("==", "!=", "<", "<=", ">", ">=") for one in (N1, N2)],
    "two columns that are nearly the same": [[sign, N1, N2] for sign in ("==", "!=", "<", "<=", ">", ">=")] + [["<", N0, N1], [">=", N0, N2]],
    "nought has two signs and a neighbourhood": [[sign, N1, 0] for sign in ("==", "<", "<=", ">", ">=")] + [["<", 0, N1]],
    "what is too large is null, unbounded too": [["<", N1, 999999999999999], [">", N1, -999999999999999], ["==", N1, 1e14], [">", N2, 5],
        ["<", N2, 5]],
    "a number in a list": [["in", N1, ["list", 0.3, None, "a", 5]], ["in", N0, ["list", 3, N1]], ["in", N1, ["list"]],
        ["in", None, ["list", N0]]],
    "rounded once, half away from zero": [["*", N0, 0.1], ["/", N0, 3], ["/", N1, N0], ["*", N1, 0.00001], ["/", 1, N1],
        ["/", N0, 0.0000000001]],
    "rounded once, very finely": [["/", N0, ["get", "fine"]], ["mod", N0, ["get", "fine"]]],
    "nothing is null, not an empty text": [
        ["coalesce", [name, T0, *rest], "x"] for name, *rest in (["trim"], ["left", 0], ["right", 0], ["mid", 99_999, 1], ["&", ""], ["upper"])
    ],
    "a fraction is no count": [
        ["left", T0, ["abs", N0]], ["+", D0, ["round", N0, 1]], ["+", D0, ["if", B0, N0, 1]], ["+", D0, ["/", ["len", T1], 2]],
        ["edate", D0, ["max", N0, 1]], ["mid", T0, ["coalesce", N0, 1], ["sum", N0, 1]], ["round", N0, -16], ["round", N1, ["/", ["len", T0], 2]],
    ],
    "by zero": [["/", N0, 0], ["/", N0, N1], ["mod", N0, 0], ["mod", N0, N1], ["/", U0, 0], ["/", U0, U1], ["/", U0, N0]],
    "overflow": [["+", N0, 999999999999999], ["*", N0, N0], ["-", N1, 999999999999999.9], ["+", U0, U1], ["*", U0, N0], ["-", U0, U1],
        ["floor", N1]],
    "mod has the sign of what divides": [["mod", N0, 3], ["mod", N0, -3], ["mod", N1, N2], ["mod", N1, 0.1]],
    "places": [["round", N0, 2], ["round", N1, -2], ["round", N1, -15], ["round", N1, N0], ["round", N0, 10], ["text", N0, 2],
        ["text", N1, 0], ["text", N0, N1]],
    "not after a bracket: a minus before a minus is a comment": [["neg", ["neg", N0]], ["-", 0, ["neg", N1]], ["neg", -1], ["neg", U0]],
    "null passed over, of any number": [["sum", N0, N1, N2], ["average", N0, N1], ["min", N0, N1], ["max", T0, T1], ["min", D0, D1],
        ["max", M0, M1, NOW], ["sum", N0, T0]],
    "counted": [["count", N0, T0, D0, None], ["count", ["list", N1, 1]], ["countif", ["list", N0, N1, 0.3], N2],
        ["countif", ["list", T0, "a"], None], ["sum", ["list", N0, 2]]],
    "an extreme of what has no order": [["min", B0, B0], ["average", T0], ["sum", T0], ["sum", None, U0]],
    "empty is null": [["&", T0, ""], ["left", T0, 0], ["mid", T0, 90, 2], ["trim", T0], ["right", T0, 0], ["==", T0, ""], ["<", T0, "a"],
        ["<=", "", T0], ["len", T0]],
    "code points": [["len", T0], ["left", T0, 1], ["right", T0, 1], ["mid", T0, 2, 1], ["<", T0, "\uffee"], [">=", T0, "😀"],
        ["max", T0, "油"], ["len", ["left", T0, 2]]],
    "counts that are none": [["left", T0, -1], ["left", T0, 1.5], ["mid", T0, 0, 1], ["right", T0, 100001], ["left", T0, N0],
        ["right", T0, ["len", T1]], ["mid", T0, N0, N1]],
    "too long is null": [["&", T0, T1], ["len", ["&", T0, T1]], ["&", T0, "a"], ["&", T0, T1, T0],
        ["len", ["&", ["left", T0, 60_000], ["left", T1, 60_000]]], ["upper", T0], ["left", ["&", T0, T1], 1]],
    "A to Z only": [["upper", T0], ["==", ["upper", T0], "SS"], ["upper", ["&", T0, "éà"]]],
    "blanks named one by one": [["trim", T0], ["value", ["&", "\u3000 12.50\u00a0\n", ""]], ["value", ["&", T1, "\u2003"]],
        ["trim", ["&", "\u2003", T0]]],
    "written": [["&", N0, " ", N1, B0, D0, M0], ["text", D0], ["text", M0], ["text", ["+", NOW, U0]], ["&", U0, "a"], ["text", U0],
        ["text", T0, 1], ["text", N0, None]],
    "numbers that are written": [["value", T0], ["value", T1], ["value", ["text", N0]], ["value", ["&", N0, "."]],
        ["value", ["&", N1, "e5"]], ["value", ["&", "+", T1]]],
    "masks": [["fits", T0, "A{2}9{2}"], ["fits", T0, "*{4}"], ["fits", T0, "["], ["fits", T0, "a\\b"], ["fits", T0, "{"],
        ["fits", T0, "😀x"], ["fits", T0, "a,b"], ["fits", N0, "9"], ["fits", T1, ".{1}"]],
    "a part of a text": [["in", "a", T0], ["in", T1, T0], ["in", T0, "xaby"], ["in", N0, T0], ["in", T0, N0], ["in", None, T0]],
    "leap days": [["edate", D0, 12], ["edate", D0, -1], ["edate", D0, N0], ["edate", D0, 120000], ["edate", D0, -120001],
        ["-", D0, ["date", 2024, 2, 29]], ["date", 2023, 2, N0], ["date", ["year", D0], 2, 29]],
    "the first and the last day": [["+", D0, 1], ["-", D0, 1], ["+", D0, 0.5], ["+", D0, N0], ["+", N1, D0], ["-", D0, 1e14],
        ["==", ["-", D0, D1], 0], ["+", D0, 3652058]],
    "a second is whole": [["==", M0, M1], ["<", M0, NOW], ["<=", NOW, M0], ["-", M0, M1], ["hour", M0], ["==", ["-", M0, M1], ["hours", 0]]],
    "by moment, shown by clock": [["==", ["+", M0, ["hours", 0]], NOW], ["-", NOW, M0], ["dateof", ["+", NOW, U0]],
        ["hour", ["-", NOW, U0]], ["dateof", M0], ["weekday", M0], ["-", NOW, ["hours", N0]]],
    "the clock may leave what the moment does not": [["+", M0, U0], ["-", M0, U0], ["+", U0, M1], ["+", NOW, U0],
        ["+", M0, ["hours", 17]], ["-", NOW, ["*", U0, 60]]],
    "dates against what is known": [[sign, D0, TODAY] for sign in ("==", "!=", "<", "<=", ">", ">=")] + [["in", D0, ["list", TODAY, D1]],
        [">", ["-", TODAY, 7], D0]],
    "durations": [["<", U0, ["hours", 1.5]], ["==", ["hours", 1.5], U0], ["/", U0, U1], ["*", U0, 0.5], ["/", U0, 7], ["hours", N0],
        ["*", N1, U0], ["in", U0, ["list", ["hours", 1.5]]]],
    "of the same kind or null": [["if", B0, N0], ["if", B0, None, N0], ["coalesce", N0, N1, 0], ["coalesce", None, T0],
        ["switch", T0, "a", N0, None, 1, 2], ["switch", N1, 0.3, "x", "y"], ["coalesce", M0, NOW]],
    "what is known is computed before": [["workday", TODAY, 3], ["<", D0, ["workday", TODAY, 3]], ["in", T0, ["get", "user.teams"]],
        ["==", T0, ["get", "user.name"]], ["==", T0, ["get", "user.none"]], ["lookup", ["list"], "a", 1, "b"]],
    "many": [["and", *(["!=", T0, f"a{n}"] for n in range(600))], ["in", T0, ["list", *(f"{n}" for n in range(1500)), "a"]],
        ["&", *([T1] * 60)], ["or", *([">", N1, n] for n in range(40))]],
}  # fmt: skip


@pytest.mark.parametrize("why", WRITTEN)
def test_cases_by_hand(table: Table, why: str) -> None:
    assert [found for ast in WRITTEN[why] if (found := table.difference(ast, table.compiled(ast)))] == []


def test_the_same_rows_are_chosen(table: Table) -> None:
    """As a WHERE clause, where an index and a NULL have their say."""
    for ast in (ast for why in WRITTEN.values() for ast in why):
        test = table.compiled(ast)[1]
        assert table.chosen(test) == [at for at, (_value, holds) in enumerate(table.wanted(ast)) if holds], ast


def test_expressions_by_chance(chance: Table) -> None:
    """Thousands of values; most are there and most expressions compile, so that it says something."""
    maker, compiled, values, present = sql_tables.SqlMaker(SEED), 0, 0, 0
    for number in range(CASES):
        ast = maker.expression()
        try:
            made = chance.compiled(ast)
        except Uncompilable:
            continue
        compiled += 1
        assert chance.difference(ast, made) == "", f"SQL_SEED={SEED}, case {number}"
        found = [value for value, _holds in chance.wanted(ast)] if number % 4 == 0 else []
        values, present = values + len(found), present + sum(one is not None for one in found)
    assert present >= 0.6 * values, f"SQL_SEED={SEED}: only {present} of {values} have a value"
    assert compiled >= 0.8 * CASES, f"SQL_SEED={SEED}: only {compiled} of {CASES} compile"


HOSTILE = [
    "'; DROP TABLE facts; --",
    "' OR 1=1 --",
    '"',
    "\\'; SELECT 1; --",
    ":x1",
    "%(x1)s",
    "$1",
    "?",
    "/*",
    "\u2019 or 1=1",
    "{}",
    "%",
    "a\nb",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_an_expression_is_in_the_sql(table: Table, text: str) -> None:
    for ast in (
        ["==", T0, text], ["in", text, T0], ["in", T0, ["list", text, "a"]], ["&", T0, text], ["fits", T0, text], ["if", B0, text, T0],
        ["max", T0, text], ["switch", T0, text, text, T1], ["coalesce", T0, text], ["mid", text, N0, 1], ["value", ["&", T1, text]],
    ):  # fmt: skip
        compiled = table.compiled(ast)
        assert len(text) < 3 or text == ":x1" or all(text not in one.sql for one in compiled)
        assert table.difference(ast, compiled) == ""


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("ast", "place", "name", "code"),
    [
        (["==", ["get", "nothing"], 1], (1,), "nothing", "name"),
        (["==", ["get", "num_0.x"], 1], (1,), "num_0.x", "name"),
        (["not", ["==", ["list", N0], ["list", 1]]], (1,), "==", "list"),
        (["list", N0], (), "", "list"),
        (["get", "user"], (), "", "row"),
        (["count", ["list", ["list", N0]]], (), "count", "list"),
        (["and", B0, [">", ["workday", D0, 3], TODAY]], (2, 1), "workday", "function"),
        (["networkdays", D0, TODAY], (), "networkdays", "function"),
        (["distance", ["get", "user"], N0], (), "distance", "function"),
        (["lookup", ["list"], "a", N0, "b"], (), "lookup", "function"),
        (["fits", T0, T1], (), "fits", "mask"),
        (["if", B0, N0, T0], (), "if", "kinds"),
        (["max", N0, D0], (), "max", "kinds"),
        (["hour", ["coalesce", M0, NOW]], (), "hour", "offset"),
        (["+", ["if", B0, M0, NOW], U0], (), "+", "offset"),
        (["==", T0, "a\0b"], (), "==", "text"),
        (["&", T0, "\ud83d"], (2,), "", "malformed"),  # half a character is no text of the language
        (["max", *([N0] * 101)], (), "max", "many"),
        (["&", *([T0] * 101)], (), "&", "budget"),
        (["fits", T0, "a" * 99_999], (), "fits", "budget"),
        (["frobnicate", N0], (), "frobnicate", "unknown"),
        (["not", ["round"]], (1,), "round", "arity"),
        ([], (), "", "malformed"),
    ],
)  # fmt: skip
def test_what_has_no_sql_is_refused_with_its_place(
    dialect: str, ast: Any, place: tuple[int, ...], name: str, code: str
) -> None:
    columns = {name: Column(name, kind) for kind, name in sql_tables.NAMES}
    with pytest.raises(Uncompilable) as caught:
        compile_sql(ast, columns, sql_tables.INPUTS, dialect)
    assert (caught.value.place, caught.value.name, caught.value.code) == (place, name, code)


def test_what_stands_several_times_does_not_grow_without_end() -> None:
    ast: Any = T0
    for _ in range(20):
        ast = ["switch", ast, ast, "a", "b"] if len(str(ast)) < 2_000 else ["switch", T0, "a", ast, "b"]
    ast = ["switch", ["&", ast, "x"], *(one for n in range(300) for one in (f"{n}", "a"))]
    with pytest.raises(Uncompilable):
        compile_sql(ast, {"text_0": Column("text_0", "text")}, {}, "postgresql")


def test_an_expression_that_is_too_deep_for_the_parser_is_refused_before_it() -> None:
    ast: Any = N0
    for _ in range(40):
        ast = ["+", 1, ast]
    with pytest.raises(Uncompilable) as caught:
        compile_sql(ast, {"num_0": Column("num_0", "num")}, {}, "sqlite")
    assert caught.value.code == "deep"
    assert depth.of("callout_add(:x1, callout_add(:x2, a))") < depth.of(f"callout_add(:x1, {'(' * 9}a{')' * 9})")


# an expression: the column whose index it uses
INDEXED: list[tuple[Any, str]] = [
    (["==", T0, "a"], "text_0"), (["in", T0, ["list", "a", "b"]], "text_0"), (["<", N1, 5], "num_1"), (["==", N1, 0.3], "num_1"),
    ([">=", N0, 5], "num_0"), (["==", D0, TODAY], "date_0"), ([">", D0, ["-", TODAY, 7]], "date_0"), (["<=", M0, NOW], "datetime_0"),
    (["==", M0, NOW], "datetime_0"), ([">", U0, ["hours", 2]], "duration_0"), (["==", T0, None], "text_0"), (["in", D0, ["list", TODAY]],
        "date_0"), (["in", N1, ["list", 5, 0.3]], "num_1"),
]  # fmt: skip


@pytest.mark.parametrize(("ast", "column"), INDEXED)
def test_a_column_and_a_constant_use_an_index(table: Table, ast: Any, column: str) -> None:
    test = condition(ast, {**table.columns()}, sql_tables.INPUTS, table.dialect)
    explain = "EXPLAIN QUERY PLAN" if table.dialect == "sqlite" else "EXPLAIN"
    with table.engine.connect() as connection:
        if table.dialect == "postgresql":
            connection.execute(sa.text("SET enable_seqscan = off"))
        connection.execute(sa.text(f"CREATE INDEX by_it ON facts ({column})"))
        plan = str(connection.execute(sa.text(f"{explain} SELECT id FROM facts WHERE {test.sql}"), test.params).all())
        connection.rollback()
        if table.dialect == "sqlite":
            connection.execute(sa.text("DROP INDEX IF EXISTS by_it"))
    assert "by_it" in plan
    assert "callout_" not in test.sql


def test_a_column_without_regard_to_case_is_compared_by_code_point(tmp_path: Path) -> None:
    engine = sa.create_engine("sqlite://")
    columns = {"name": Column("t.name", "text")}
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE TABLE t (name TEXT COLLATE NOCASE)"))
        connection.execute(sa.text("INSERT INTO t VALUES ('a'), ('A'), ('b')"))
        for ast, wanted in (
            (["==", ["get", "name"], "a"], ["a"]),
            (["<", ["get", "name"], "a"], ["A"]),
            (["in", ["get", "name"], ["list", "A", "B"]], ["A"]),
            (["==", ["coalesce", ["get", "name"], "x"], "a"], ["a"]),
            (["==", ["get", "name"], ["coalesce", ["get", "name"], "x"]], ["a", "A", "b"]),
        ):
            test = condition(ast, columns, {}, "sqlite")
            found = connection.execute(sa.text(f"SELECT name FROM t WHERE {test.sql}"), test.params).scalars()
            assert list(found) == wanted, ast


def test_a_column_is_shown_on_its_clock(table: Table) -> None:
    """The day of a moment is the day of whoever looks: a column may say by how much his clock is ahead."""
    columns = {"due": Column("facts.datetime_0", "datetime", offset=480)}
    due = ["get", "due"]
    for ast in (
        ["dateof", due], ["hour", due], ["text", due], ["-", due, ["hours", 0]], ["==", due, None], ["count", due],
        *([sign, due, end] for sign in ("==", "!=", "<", "<=", ">", ">=") for end in (NOW, ["get", "end"], ["get", "last"])),
    ):  # fmt: skip
        inputs = {
            **sql_tables.INPUTS,
            "end": v.read_moment("9999-12-31T23:59:59+08:00"),
            "last": v.read_moment("9999-12-31T23:59:59Z"),
        }
        compiled = compile_sql(ast, columns, inputs, table.dialect)
        with table.engine.connect() as connection:
            sql = sa.text(f"SELECT {compiled.sql} FROM facts ORDER BY id")
            found = [compiled.value(one) for one in connection.execute(sql, compiled.params).scalars()]
        for here, context in zip(found, table.contexts, strict=True):
            moment = context["datetime_0"]
            shown = moment and v.moment(moment.seconds, 480)
            assert here == evaluate(ast, {**inputs, "due": shown}).value, (ast, shown)


def test_a_datetime_is_found_as_records_store_it(table: Table) -> None:
    facts = sa.Table("records", sa.MetaData(), sa.Column("at", UtcDateTime()))
    noon = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)
    given = [
        noon - dt.timedelta(microseconds=1),
        noon,
        noon + dt.timedelta(microseconds=999_999),
        noon + dt.timedelta(seconds=1),
    ]
    with table.engine.connect() as connection:
        facts.create(connection)
        connection.execute(facts.insert(), [{"at": one} for one in given])
        for sign, wanted in (
            ("==", [1, 2]),
            ("<", [0]),
            ("<=", [0, 1, 2]),
            (">", [3]),
            (">=", [1, 2, 3]),
            ("!=", [0, 3]),
        ):
            inputs = {"noon": v.read_moment("2026-11-27T20:00:00+08:00")}
            test = condition(
                [sign, ["get", "at"], ["get", "noon"]], {"at": Column("records.at", "datetime")}, inputs, table.dialect
            )
            sql = sa.select(facts.c.at).where(sa.text(test.sql)).order_by(facts.c.at)
            assert list(connection.execute(sql, test.params).scalars()) == [given[at] for at in wanted], sign
        connection.rollback()
        facts.drop(connection, checkfirst=True)
        connection.commit()


@pytest.mark.parametrize(
    "written",
    ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"],
)
@pytest.mark.parametrize("sign", ["==", "!=", "<", "<=", ">", ">="])
def test_moments_at_the_ends_of_time(table: Table, written: str, sign: str) -> None:
    end = v.read_moment(written)
    assert end is not None
    ast = [sign, M0, ["get", "end"]]
    test = condition(ast, table.columns(), {"end": end}, table.dialect)
    wanted = [evaluate(ast, {**context, "end": end}).value for context in table.contexts]
    assert table.chosen(test) == [at for at, one in enumerate(wanted) if one is True]


def test_two_conditions_may_stand_in_one_statement(table: Table) -> None:
    one = condition(["==", T0, "a"], table.columns(), {}, table.dialect, prefix="p")
    other = condition([">", N1, 5], table.columns(), {}, table.dialect, prefix="q")
    assert one.params.keys().isdisjoint(other.params)


def test_a_double_is_read_as_the_evaluator_reads_it() -> None:
    some = random.Random(SEED)
    doubles = [some.choice([-1, 1]) * 10 ** some.uniform(-12, 16) for _ in range(2_000)]
    for one in (*doubles, *(round(double, 2) for double in doubles), *sql_tables.DOUBLES, math.inf, math.nan, 7):
        number = numbers.from_json(one)
        assert sqlite.FUNCTIONS["num"](one) == (None if number is None else numbers.text_of(number)), one
        for other in (math.nextafter(one, math.inf), one + 1e-10, one + 9.9e-10, one + 1.1e-9):
            order = v.order_of(number, numbers.from_json(other))
            assert sqlite.FUNCTIONS["order_doubles"](one, other) == order, (one, other)


def test_a_double_begins_to_mean_a_number_where_it_says() -> None:
    some = random.Random(SEED)
    for _ in range(2_000):
        scaled = int(some.choice([-1, 1]) * 10 ** some.uniform(0, 25)) + some.randint(-2, 2)
        if abs(scaled) < numbers.LIMIT:
            first = bounds.first_at_least(scaled)
            means, before = numbers.from_json(first), numbers.from_json(math.nextafter(first, -math.inf))
            assert means is None or means >= scaled, f"SQL_SEED={SEED}"
            assert before is None or before < scaled, f"SQL_SEED={SEED}"
