"""Answers and templates that nobody would send who means well: each is refused or taken with a verdict, none is an accident."""

from __future__ import annotations

from typing import Any

import pytest

from server.forms.answers_schema import AnswersSchema
from server.forms.engine import inputs
from server.forms.engine.definition import load
from server.forms.engine.parts import Definition
from server.forms.engine.slots import TemplateError
from server.forms.engine.state import State
from server.forms.engine.validate import errors, shape_errors
from server.portal import outside

HUGE = 10**400
WORDS = {"en": "Words"}


def field(field_id: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"id": field_id, "type": kind, "label": WORDS, **more}


def form(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    head = {"$fmt": "callout-form/1", "key": "f", "locales": ["en"], "default_locale": "en", "title": WORDS}
    return {**head, "items": list(items), **more}


def loaded(*items: dict[str, Any], **more: Any) -> Definition:
    return load(form(*items, **more))


@pytest.mark.parametrize("value", [HUGE, -HUGE, 1e308, float("inf"), float("nan"), [[]] * 9, {"a": {}}, "\x00", True])
def test_a_number_that_is_none_is_said_to_be_none(value: Any) -> None:
    definition = loaded(field("n", "number"), field("c", "calc", calc={"ast": ["+", ["get", "n"], 1]}))
    wrong = [{"path": "n", "rule_id": "type", "params": {}}]
    assert errors(definition, {"n": value}) == shape_errors(definition, {"n": value}) == wrong
    assert AnswersSchema(definition).errors({"n": value}) == wrong
    assert AnswersSchema(definition).errors({"c": HUGE}) == [{"path": "c", "rule_id": "type", "params": {}}]


@pytest.mark.parametrize("slot", ["min", "max", "default", "decimals"])
def test_a_literal_beyond_every_number_is_a_fault_at_its_place(slot: str) -> None:
    with pytest.raises(TemplateError) as caught:
        load(form(field("n", "number", **{slot: HUGE})))
    assert [one.path for one in caught.value.faults] == [f"items.0.{slot}"]


def test_conditions_inside_one_another_without_end_are_a_fault() -> None:
    ast: Any = True
    for _ in range(3000):
        ast = ["and", ast, True]
    rules = [{"id": "r", "must": {"ast": ast}, "msg": WORDS}]
    with pytest.raises(TemplateError) as caught:
        load(form(field("n", "number", rules=rules)))
    assert [(one.path, one.params["reason"]) for one in caught.value.faults] == [("items.0.rules.0.must", "too_large")]


def test_a_rule_that_grows_too_large_by_being_lenient_says_so() -> None:
    ast = ["and", *(["<", ["get", "n"], at] for at in range(300))]
    rules = [{"id": "r", "must": {"ast": ast}, "msg": WORDS}]
    with pytest.raises(TemplateError) as caught:
        load(form(field("n", "number", rules=rules)))
    assert {one.params["reason"] for one in caught.value.faults} == {"too_large"}


def test_no_formula_reads_a_signature() -> None:
    """It would change what is signed by being signed."""
    calc = field("c", "calc", calc={"ast": ["==", ["get", "sign"], None]})
    with pytest.raises(TemplateError) as caught:
        load(form(field("sign", "signature", binds="answers_sha256"), calc))
    assert caught.value.faults[0].params["reason"] == "name_unknown"


def test_more_rows_than_a_form_has_are_refused_and_not_computed() -> None:
    total = {"ast": ["sum", ["get", "rows.n"]]}
    definition = loaded(
        field("rows", "repeat", items=[field("n", "number"), field("all", "calc", calc=total)]),
        field("total", "calc", calc=total),
    )
    answers = {"rows": [{"n": 1}] * 100_000}
    assert errors(definition, answers) == [{"path": "rows", "rule_id": "type", "params": {}}]
    assert State(definition, answers, {}).value_at("total") == 0


def test_of_the_surroundings_only_what_they_can_be_is_kept() -> None:
    definition = loaded(
        field("name", "text", default={"ast": ["get", "user.name"]}),
        field("day", "date", default={"ast": ["get", "today"]}),
        field("rows", "repeat", items=[field("n", "number")]),
        field("sum", "calc", calc={"ast": ["sum", ["get", "last.rows.n"]]}),
    )
    given = {
        "user": {"name": [{"a": "b"}] * 5000}, "today": {"$date": "2026-02-30"}, "last": {"rows": [{"n": 3}, {"n": 4}]}, "other": 1,
    }  # fmt: skip
    kept = inputs.taken(definition, given)
    assert kept == {"last": {"rows": [{"n": 3}, {"n": 4}]}}
    assert State(definition, {}, inputs.context(kept)).answers == {"sum": 7}
    assert inputs.taken(definition, {"last": {"rows": [{"n": "x" * 90_000}] * 3}, "user": "Ben", "today": []}) == {}
    assert inputs.taken(definition, ["no tree"]) == {}


def test_what_is_under_an_inner_choice_does_not_tell_it() -> None:
    inner = field("grade", "select", list="grades", internal=True)
    items = [
        inner,
        field("word", "select", list="words", parent="grade"),
        field("c", "calc", calc={"ast": ["get", "grade"]}),
    ]
    lists = {
        "grades": [{"v": "bad", "l": {"en": "Bad customer"}}],
        "words": [{"v": "w", "l": WORDS, "of": ["bad"]}],
    }
    assert load(form(*items, lists=lists))
    shown = outside.items(items)
    assert [sorted(one) for one in shown] == [["id", "label", "list", "type"], ["id", "label", "type"]]
    assert outside.lists(lists, shown) == {"words": [{"v": "w", "l": WORDS}]}
