"""The page of formulas: every function is on it, every example can be written in both languages, the pages are of today."""

from __future__ import annotations

import pytest

from server.expressions import reference
from server.expressions import values as v
from server.expressions.check import check
from server.expressions.evaluate import evaluate
from server.expressions.read import read
from tools import formulas

EXAMPLES = [(name, one) for table in (reference.OPERATORS, reference.ENTRIES) for name, entry in table.items() for one in entry.examples]  # fmt: skip


def test_no_function_is_without_an_explanation() -> None:
    assert reference.undocumented() == set()
    for entry in (*reference.OPERATORS.values(), *reference.ENTRIES.values()):
        assert entry.does and entry.does_zh and entry.examples
        assert len(entry.given.split(",")) == len(entry.given_zh.split(","))


@pytest.mark.parametrize("locale", reference.LOCALES)
def test_the_page_is_of_today(locale: str) -> None:
    assert formulas.path(locale).read_text("utf-8") == reference.page(locale)


@pytest.mark.parametrize(("name", "formula"), EXAMPLES, ids=[one for _, one in EXAMPLES])
def test_an_example_says_the_same_in_both_languages(name: str, formula: str) -> None:
    ast = read(formula, reference.LABELS)
    for locale in reference.LOCALES:
        assert read(reference.shown(formula, locale), reference.LABELS) == ast


def test_only_what_is_meant_to_be_empty_is_empty() -> None:
    context = {name: v.from_json(one) for name, one in reference.SAMPLE.items()}
    empty = [one for _, one in EXAMPLES if evaluate(read(one, reference.LABELS), context).value is None]
    assert empty == ["[Oil pressure] / 0", 'VALUE("12a")', "DATE(2023, 2, 30)"]


def test_no_example_is_one_that_the_check_would_refuse() -> None:
    kinds = {
        "pressure": "num", "faults": "list:text", "serial": "text", "remark": "text", "done": "bool", "parts": "list",
        "parts.qty": "list:num", "parts.price": "list:num", "bought": "date", "arrived": "datetime", "left": "datetime",
        "here": "row", "site": "row", "missing": "any",
    }  # fmt: skip
    wrong = {formula: found for _, formula in EXAMPLES if (found := check(read(formula, reference.LABELS), kinds)[1])}
    assert list(wrong) == ['"1" = 1']
