"""Formulas as people write them: read, written again, mistakes named at their character."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.expressions.evaluate import Expression
from server.expressions.functions import FUNCTIONS
from server.expressions.read import MOST_LENGTH, FormulaError, read
from server.expressions.words import NAMES
from server.expressions.write import write

LABELS = {
    "faults": {"en": "Faults", "zh-CN": "故障"}, "pressure": {"en": "Oil pressure", "zh-CN": "油压"},
    "checks.a": {"en": "Result", "zh-CN": "结果"}, "checks.b": {"en": "Result", "zh-CN": "结果"},
    "odd": {"en": "a]b", "zh-CN": "“油”"}, "asset.serial": {"en": "faults", "zh-CN": "序列号"},
}  # fmt: skip
PRESSURE, FAULTS = ["get", "pressure"], ["get", "faults"]

WRITTEN: list[tuple[str, Any]] = [
    ('IF([Oil pressure] > 5, "high", "ok")', ["if", [">", PRESSURE, 5], "high", "ok"]),
    ("如果（［油压］＞５．５，“高”，“正常”）", ["if", [">", PRESSURE, 5.5], "高", "正常"]),
    ('=[pressure] >= 3 and [故障] 包含 "comp"', ["and", [">=", PRESSURE, 3], ["in", "comp", FAULTS]]),
    ("1 + 2 * 3 - 4", ["-", ["+", 1, ["*", 2, 3]], 4]),
    ("(1 + 2) * 3", ["*", ["+", 1, 2], 3]),
    ('"a" & 1 + 2 & "b" = "a3b"', ["==", ["&", "a", ["+", 1, 2], "b"], "a3b"]),
    ("TRUE OR FALSE AND TRUE", ["or", True, ["and", False, True]]),
    ("[pressure]≠空", ["!=", PRESSURE, None]),
    ('{1, "two"; 真}', ["list", 1, "two", True]),
    ("-[pressure] - -2", ["-", ["neg", PRESSURE], -2]),
    ('"say ""hi"""', 'say "hi"'),
    ("[a]]b]", ["get", "odd"]),
    ("[oil  PRESSURE]", PRESSURE),
    ("[faults]", FAULTS),
    ("sum(1，2；3)", ["sum", 1, 2, 3]),
    ("1 ÷ 2 × 3", ["*", ["/", 1, 2], 3]),
    ("NOT(TRUE) AND (1 = 1 OR 2 = 2)", ["and", ["not", True], ["or", ["==", 1, 1], ["==", 2, 2]]]),
    ("DATE(2026, 11, 27) + 1", ["+", ["date", 2026, 11, 27], 1]),
    ('IN("a", {"a"})', ["in", "a", ["list", "a"]]),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "ast"), WRITTEN, ids=[formula for formula, _ in WRITTEN])
def test_what_is_written_is_read(formula: str, ast: Any) -> None:
    assert read(formula, LABELS) == ast


# formula, code, the character, over how many, what may have been meant
MISTAKES = [
    ("SUM([pressure], 1", "unclosed", 17, 1, ")"),
    ("[Oil presure] > 1", "name_unknown", 0, 13, "[Oil pressure]"),
    ("[Result] = 1", "name_ambiguous", 0, 8, "[checks.a]"),
    ("1 + SUMM(1)", "function_unknown", 4, 4, "SUM"),
    ("IF(1)", "arity", 0, 2, None),
    ("1 +", "value_missing", 3, 1, None),
    ("", "value_missing", 0, 1, None),
    ("油压 > 3", "word", 0, 2, "[油压]"),
    ("ROUND", "word", 0, 5, "ROUND("),
    ('1 & "abc', "text_unclosed", 4, 4, '"'),
    ("[pressure", "name_unclosed", 0, 9, "]"),
    ("2..3", "character", 1, 1, None),
    ("1 2", "unexpected", 2, 1, None),
    ("1)", "unexpected", 1, 1, None),
    ("1,5", "unexpected", 1, 1, None),
    ("1e5", "unexpected", 1, 2, None),
    ("#", "character", 0, 1, None),
    ("1000000000000000", "number_large", 0, 16, None),
    ("(" * 70 + "1" + ")" * 70, "too_deep", 64, 1, None),
    ("1" + "+1" * 70, "too_deep", 0, 141, None),
    ("SUM(" + "1," * 2100 + "1)", "too_large", 4004, 1, None),
    (" " * (MOST_LENGTH + 1), "too_long", MOST_LENGTH, 1, None),
    ("CONCAT()", "arity", 0, 6, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "code", "at", "length", "suggestion"), MISTAKES, ids=[one[0][:30] + one[1] for one in MISTAKES]
)
def test_a_mistake_is_named_at_its_character(
    formula: str, code: str, at: int, length: int, suggestion: str | None
) -> None:
    with pytest.raises(FormulaError) as caught:
        read(formula, LABELS)
    error = caught.value
    assert (error.code, error.at, error.length, error.suggestion) == (code, at, length, suggestion)
    assert json.dumps(error.as_json())


LITERALS = st.sampled_from([None, True, False, 0, 5, -5, 0.25, -0.5, 1e-7, 999999999999999, "", "油", 'say "hi"', "”", "[x]", "AND"])  # fmt: skip
TWO = ("==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/")


def _calls(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    def call(name: str) -> st.SearchStrategy[Any]:
        takes = FUNCTIONS[name].takes
        least = sum(1 for kind in takes if kind[-1] not in "?*")
        most = least + 3 if takes[-1].endswith("*") else len(takes)
        return st.lists(inner, min_size=least, max_size=most).map(lambda args: [name, *args])

    return st.one_of(
        st.tuples(st.sampled_from(TWO), inner, inner).map(list),
        inner.map(lambda one: ["neg", one]),
        st.lists(inner, min_size=1, max_size=3).map(lambda args: ["&", *args]),
        st.lists(inner, max_size=3).map(lambda args: ["list", *args]),
        st.sampled_from(sorted(FUNCTIONS)).flatmap(call),
    )


ASTS = st.recursive(st.one_of(LITERALS, st.sampled_from(sorted(LABELS)).map(lambda path: ["get", path])), _calls, max_leaves=30)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(ASTS, st.sampled_from(["en", "zh-CN"]))
def test_what_is_written_reads_back_as_itself(ast: Any, locale: str) -> None:
    if Expression(ast).is_faulty:
        return
    assert read(write(ast, locale, LABELS), LABELS) == ast
    assert read(write(ast, locale)) == ast


@settings(max_examples=1000, deadline=None)
@given(st.text(alphabet='[]()（），,"“”+-*/&=<>≤{}1９.aA油 且或真包含ANDIFSUM\n', max_size=60))
def test_whatever_is_typed_is_an_expression_or_a_mistake_within_it(typed: str) -> None:
    try:
        assert not Expression(read(typed, LABELS)).is_faulty
    except FormulaError as error:
        assert 0 <= error.at <= len(typed)


def test_each_function_is_called_something_else_in_each_language() -> None:
    assert {*FUNCTIONS, "&"} == set(NAMES["en"]) == set(NAMES["zh-CN"])
    said = [word for names in NAMES.values() for word in names.values()]
    assert len(said) == len(set(said))
    assert len(FUNCTIONS) < 40
