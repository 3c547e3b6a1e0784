"""The expression language against the vectors that it shares with the phone."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from server.expressions import values as v
from server.expressions.evaluate import MOST_STEPS, evaluate
from tests.vectors.expressions import hostile, tables
from tests.vectors.expressions.recipes import expand

FOLDER = Path(__file__).parents[2] / "vectors" / "expressions"
FILES = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}


@pytest.mark.parametrize("name", FILES)
def test_every_case_has_its_value(name: str) -> None:
    """Thousands of cases, one test a file: all that are wrong are named."""
    wrong = [one["name"] for one in FILES[name]["cases"] if _computed(one) != _wanted(one)]
    assert wrong == []


Told = tuple[str, list[str], int | None, list[list[int]] | None]


def _computed(case: dict[str, Any]) -> Told:
    assert case["kind"] == "value"
    outcome = evaluate(expand(case["ast"]), {name: v.from_json(one) for name, one in expand(case["context"]).items()})
    assert outcome.steps <= MOST_STEPS
    places = [[*one.place] for one in outcome.notes] if "places" in case else None
    codes = [one.code for one in outcome.notes]
    return json.dumps(v.to_json(outcome.value)), codes, _steps(case, outcome.steps), places


def _wanted(case: dict[str, Any]) -> Told:
    return json.dumps(case["expect"]), case["notes"], case.get("steps"), case.get("places")


def _steps(case: dict[str, Any], steps: int) -> int | None:
    return steps if "steps" in case else None


def test_names_are_one_of_a_kind_and_there_are_enough() -> None:
    for name, file in FILES.items():
        names = [one["name"] for one in file["cases"]]
        assert len(names) == len(set(names)), name
    assert sum(len(file["cases"]) for file in FILES.values()) >= 1500


def test_the_tables_are_what_their_rules_say() -> None:
    assert tables.FILE.read_text() == tables.written()


def test_the_hostile_are_what_their_rules_say() -> None:
    """Written anew, each law asserted again: the same to the last step."""
    assert len(FILES["hostile"]["cases"]) >= 400
    assert hostile.FILE.read_text() == hostile.written()


@pytest.mark.parametrize(
    "thing",
    [math.nan, math.inf, -math.inf, b"x", 1j, (), {1}, object(), Ellipsis, 10**5000],
    ids=lambda one: type(one).__name__,
)
def test_what_json_cannot_carry_is_null(thing: Any) -> None:
    assert evaluate(["+", 1, thing], {}).notes[0].code == "malformed"
    assert v.from_json(thing) is None
    assert v.from_json([{"a": thing}]) == [{"a": None}]
