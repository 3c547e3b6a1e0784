"""What is wrong with an expression is said before anybody computes it; what is not wrong is not said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings

from server.expressions import values as v
from server.expressions.check import check
from server.expressions.evaluate import evaluate
from tests.fuzz.expressions import COLUMNS, CONTEXT_NAMES, Maker
from tests.fuzz.test_expressions import seed_of_the_day
from tests.server.expressions.test_formulas import ASTS

KINDS = {
    "n": "num", "t": "text", "d": "date", "at": "datetime", "b": "bool", "l": "list:text", "prices": "list:num", "x": "any",
    "place": "row",
}  # fmt: skip


def get(name: str) -> list[str]:
    return ["get", name]


SOUND: list[tuple[Any, str]] = [
    (["+", get("n"), 1], "num"),
    (["-", get("d"), get("d")], "num"),
    (["+", get("d"), 1], "date"),
    (["-", get("at"), get("at")], "duration"),
    (["if", get("b"), "a", get("t")], "text"),
    (["if", get("b"), "a"], "text"),
    (["if", get("b"), "a", 1], "any"),
    (["switch", get("t"), "a", 1, 2], "num"),
    (["coalesce", None, get("n"), 0], "num"),
    (["in", "a", get("l")], "bool"),
    (["in", "a", get("t")], "bool"),
    (["sum", get("prices"), 1], "num"),
    (["max", get("d"), get("d")], "date"),
    (["min", get("prices")], "num"),
    (["&", get("t"), get("n"), get("d")], "text"),
    (["==", get("t"), None], "bool"),
    (["list", 1, None], "list:num"),
    (["list", 1, "a"], "list"),
    (["year", get("at")], "num"),
    (["==", get("x"), 1], "bool"),
    (["neg", get("n")], "num"),
    (["workday", get("d"), 5, ["list", get("d")]], "date"),
    (["workday", get("d"), 5, get("d"), None], "date"),
    (["networkdays", get("d"), get("d"), get("x"), ["list", None]], "num"),
    (["len", get("t")], "num"),
    (["text", get("n"), 2], "text"),
    (["distance", get("place"), get("place")], "num"),
    (None, "null"),
]


@pytest.mark.parametrize(("ast", "kind"), SOUND, ids=[str(ast) for ast, _ in SOUND])
def test_what_is_sound_has_a_kind(ast: Any, kind: str) -> None:
    assert check(ast, KINDS) == (kind, [])


WRONG: list[tuple[Any, tuple[int, ...], str]] = [
    (["+", get("n"), get("t")], (), "type"),
    (["and", ["+", get("d"), get("d")], get("b")], (1,), "type"),
    (["==", get("n"), "5"], (), "never_equal"),
    (["!=", get("d"), "2026-01-01"], (), "never_equal"),
    (["<", get("n"), get("t")], (), "no_order"),
    (["<", get("b"), get("b")], (), "no_order"),
    (["if", get("n"), 1, 2], (1,), "not_condition"),
    (["not", get("t")], (1,), "not_condition"),
    (["or", get("b"), get("l")], (2,), "not_condition"),
    (["round", get("t")], (1,), "type"),
    (["round", get("n"), "2"], (2,), "type"),
    (["sum", get("l")], (1,), "type"),
    (["max", get("b")], (1,), "type"),
    (["in", 1, get("l")], (), "never_equal"),
    (["in", 1, get("t")], (1,), "type"),
    (["in", "a", get("n")], (2,), "type"),
    (["&", get("t"), get("l")], (2,), "type"),
    (["switch", get("t"), 1, "a"], (2,), "never_equal"),
    (["year", get("n")], (1,), "type"),
    (["len", get("n")], (1,), "type"),
    (["len", get("l")], (1,), "type"),
    (["text", get("n"), "2"], (2,), "type"),
    (["text", get("t"), 2], (1,), "type"),
    (["workday", get("d"), 1, get("prices")], (3,), "type"),
    (["networkdays", get("d"), get("d"), None, get("t")], (4,), "type"),
    (["neg", get("t")], (1,), "type"),
    (get("gone"), (), "name_unknown"),
    (["+", 1, get("gone")], (2,), "name_unknown"),
    (["sqrt", 1], (), "unknown"),
    (["+", 1, ["abs"]], (2,), "arity"),
    (["+", 1, {}], (2,), "malformed"),
]


@pytest.mark.parametrize(("ast", "place", "code"), WRONG, ids=[str(ast) for ast, _, _ in WRONG])
def test_what_is_wrong_is_said_at_its_place(ast: Any, place: tuple[int, ...], code: str) -> None:
    _, findings = check(ast, KINDS)
    assert [(one.place, one.code) for one in findings] == [(place, code)]


NAMED = {
    "faults": "list:text",
    "pressure": "num",
    "checks.a": "list:num",
    "checks.b": "list:date",
    "odd": "text",
    "asset.serial": "text",
}
SAMPLES = [
    {
        "faults": ["fan", None], "pressure": v.from_json(2.5), "checks": [{"a": v.from_json(1), "b": v.read_date("2024-02-29")}, {}],
        "odd": "油", "asset": {"serial": "SA1"},
    },
    {},
]  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(ASTS)
def test_the_kind_is_what_comes_of_it(ast: Any) -> None:
    """Where nothing is found to be wrong the value is of the kind, or null; nothing is null for its types."""
    kind, findings = check(ast, NAMED)
    if findings:
        return
    for context in SAMPLES:
        outcome = evaluate(ast, context)
        found = v.type_of(outcome.value)
        assert found in ("null", kind.partition(":")[0]) or kind == "any"


MADE = {
    **{name: kind for kind, names in CONTEXT_NAMES.items() for name in names},
    "nothing": "null",
    **dict.fromkeys(["row_1.n", *(f"list_0.{name}" for name in COLUMNS)], "any"),
}


def _is_of(value: Any, kind: str) -> bool:
    """Null is of every kind; of a list of a kind each member is, too."""
    head, _, member = kind.partition(":")
    if value is None or kind == "any":
        return True
    return v.type_of(value) == head and (not member or all(_is_of(one, member) for one in value))


def _kinds(ast: Any) -> Iterator[str]:
    """Of an expression and all within it."""
    yield check(ast, MADE)[0]
    if isinstance(ast, list) and ast[0] != "get":
        for one in ast[1:]:
            yield from _kinds(one)


def _is_sure(ast: Any) -> bool:
    """Nothing in it is wrong, nothing can be several: what lists and rows hold is not known either."""
    return not check(ast, MADE)[1] and not {"any", "row", "list"} & {kind.split(":")[-1] for kind in _kinds(ast)}


def test_the_kind_of_what_nobody_would_write_is_what_comes_of_it() -> None:
    """Of every expression the kind fits its value, also where something is wrong; what is surely right is never null for its types."""
    seed, sure, with_value = seed_of_the_day(), 0, 0
    maker = Maker(seed)
    for _ in range(3_000):
        case = maker.case()
        kind, findings = check(case["ast"], MADE)
        outcome = evaluate(case["ast"], {name: v.from_json(one) for name, one in case["context"].items()})
        assert _is_of(outcome.value, kind), f"seed {seed}: {kind} {case}"
        with_value += outcome.value is not None and kind != "any" and not findings
        if _is_sure(case["ast"]):
            sure += 1
            assert "type" not in [one.code for one in outcome.notes], f"seed {seed}: {case}"
    assert with_value >= 1_000, with_value
    assert sure >= 600, sure
