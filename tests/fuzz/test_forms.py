"""Both form engines against each other: forms made anew each day, filled in step by step; what they show, ask for, compute and refuse compared.

`FORMS=20000 SEED=7` for a long one; a case that differs becomes a vector.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

from server.forms.answers_schema import AnswersSchema
from server.forms.engine.definition import load
from server.forms.engine.validate import shape_errors
from tests.fuzz.forms import FormMaker
from tests.fuzz.test_expressions import seed_of_the_day
from tests.server.forms.seen import seen
from tests.simulation.phones import node

PWA = Path(__file__).parents[2] / "pwa"
FORMS = int(os.environ.get("FORMS", "500"))
STEPS = 10


def _case(maker: FormMaker) -> dict[str, Any]:
    template = maker.form()
    steps = [maker.answers(template)]
    for _ in range(STEPS - 1):
        steps.append(maker.changed(template, steps[-1]))
    return {"template": template, "inputs": maker.inputs(), "steps": steps}


def test_both_engines_show_the_same_of_every_form() -> None:
    seed, told = seed_of_the_day(), Counter[str]()
    maker = FormMaker(seed)
    with subprocess.Popen(
        [node(), "harness/forms.mjs"], cwd=PWA, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as phone:
        assert phone.stdin and phone.stdout
        assert json.loads(phone.stdout.readline()) == {"ready": 1}
        for number in range(FORMS):
            case = _case(maker)
            phone.stdin.write(json.dumps(case) + "\n")
            phone.stdin.flush()
            there = json.loads(phone.stdout.readline())
            definition = load(case["template"])
            schema = AnswersSchema(definition)
            for at, answers in enumerate(case["steps"]):
                mine = seen(definition, answers, case["inputs"])
                assert schema.errors(answers) == shape_errors(definition, answers), f"seed {seed}: {json.dumps(case)}"
                assert there[at] == mine, f"seed {seed}, form {number}, step {at}: {json.dumps(case)}"
                _count(told, mine)
        phone.stdin.close()
    # not vacuous: most of what a form can say was said
    assert {"type", "required", "min", "max", "choice", "rule", "reason", "decimals", "rows", "seed"} <= set(told), told
    assert told["clean"] < 0.5 * FORMS * STEPS
    assert told["hidden"] and told["computed"], told


def _count(told: Counter[str], found: dict[str, Any]) -> None:
    told.update(one["rule_id"] for one in found["errors"])
    told["clean"] += not found["errors"]
    told["hidden"] += bool(found["hidden"])
    told["computed"] += any(name.startswith("f") for name in found["answers"])
