"""The form engine against the vectors that it shares with the phone."""

from __future__ import annotations

import copy
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from server.expressions import masks
from server.expressions.numbers import number_text
from server.forms.answers_schema import AnswersSchema
from server.forms.engine import values
from server.forms.engine.choose import chosen
from server.forms.engine.definition import load
from server.forms.engine.parts import MOST_FIELDS
from server.forms.engine.slots import TemplateError
from server.forms.engine.validate import errors, shape_errors
from tests.server.forms.seen import seen

FOLDER = Path(__file__).parents[2] / "vectors" / "forms"
FILES = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}


def cases(name: str) -> Any:
    """Parametrises a test with every case of a file."""
    found = FILES[name]["cases"]
    return pytest.mark.parametrize("case", found, ids=[case["name"] for case in found])


@cases("answers")
def test_answers(case: dict[str, Any]) -> None:
    judge = {"errors": errors, "shape": shape_errors}[case["kind"]]
    given = copy.deepcopy(case["answers"])
    definition = load(FILES["answers"]["templates"][case["template"]])
    assert judge(definition, given) == case["expect"]
    # the door of the server says what the engine says
    assert AnswersSchema(definition).errors(given) == shape_errors(definition, given)
    assert given == case["answers"], "the engine changed the answers"


@cases("states")
def test_states(case: dict[str, Any]) -> None:
    given = copy.deepcopy(case["answers"])
    assert seen(load(FILES["states"]["templates"][case["template"]]), given, case["inputs"]) == case["expect"]
    assert given == case["answers"], "the engine changed the answers"


@cases("values")
def test_values(case: dict[str, Any]) -> None:
    match case["kind"]:
        case "number":
            assert number_text(case["value"]) == case["expect"]
        case "expand":
            assert masks.expand(case["mask"]) == case["expect"]
        case "fits":
            assert masks.fits(case["mask"], case["text"]) is case["expect"]
        case "bound":
            assert hashlib.sha256(case["expect"].encode()).hexdigest() == case["sha256"]
            assert values.answers_sha256(case["answers"], frozenset(case["signatures"])) == case["sha256"]
        case _:
            pytest.fail(f"unknown kind {case['kind']}")


@cases("templates")
def test_templates(case: dict[str, Any]) -> None:
    try:
        load(case["template"])
        found = []
    except TemplateError as error:
        found = [one.as_json() for one in error.faults]
    assert found == case["expect"]


@cases("choose")
def test_choose(case: dict[str, Any]) -> None:
    assert chosen(case["rows"], case["facts"]) == case["expect"]


def test_every_file_is_known_and_no_name_stands_twice() -> None:
    assert set(FILES) == {"answers", "values", "templates", "choose", "states"}
    for name, file in FILES.items():
        assert len({case["name"] for case in file["cases"]}) == len(file["cases"]), f"a name stands twice in {name}"


def test_a_template_of_5000_fields_is_refused_soon() -> None:
    words = {"en": "x", "zh-CN": "x"}
    items = [{"id": f"f{n}", "type": "text", "label": words} for n in range(5000)]
    template = FILES["answers"]["templates"]["text"] | {"items": items}
    with pytest.raises(TemplateError) as caught:
        load(template)
    assert [one.as_json() for one in caught.value.faults] == [
        {"path": "items", "code": "too_many", "params": {"most": MOST_FIELDS}}
    ]
