"""The two engines against each other: thousands of expressions made anew each day, value, cost and reasons compared.

`CASES=1000000 SEED=7 make fuzz-forms` for a long one; a case that differs becomes a vector.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
from pathlib import Path
from typing import Any

from server.expressions import values as v
from server.expressions.evaluate import MOST_STEPS, evaluate
from tests.fuzz.expressions import Case, Maker
from tests.simulation.phones import node

PWA = Path(__file__).parents[2] / "pwa"
CASES = int(os.environ.get("CASES", "5000"))
BATCH = 500


def seed_of_the_day() -> int:
    """Another one each day, printed with a failure."""
    return int(os.environ.get("SEED") or dt.datetime.now(dt.UTC).strftime("%Y%m%d"))


def here(case: Case) -> dict[str, Any]:
    outcome = evaluate(case["ast"], {name: v.from_json(one) for name, one in case["context"].items()})
    assert outcome.steps <= MOST_STEPS
    return {
        "value": v.to_json(outcome.value), "steps": outcome.steps, "notes": [[one.code, [*one.place]] for one in outcome.notes],
    }  # fmt: skip


def test_both_engines_make_the_same_of_everything() -> None:
    seed, with_value = seed_of_the_day(), 0
    maker = Maker(seed)
    with subprocess.Popen(
        [node(), "harness/expressions.mjs"], cwd=PWA, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as phone:
        assert phone.stdin and phone.stdout
        assert json.loads(phone.stdout.readline()) == {"ready": 1}
        for begin in range(0, CASES, BATCH):
            cases = [maker.case() for _ in range(min(BATCH, CASES - begin))]
            for case in cases:
                phone.stdin.write(json.dumps(case) + "\n")
                phone.stdin.flush()
                there, mine = json.loads(phone.stdout.readline()), here(case)
                assert there == mine, f"seed {seed}: {json.dumps(case, ensure_ascii=False)}"
                with_value += mine["value"] is not None
        phone.stdin.close()
    assert with_value >= 0.6 * CASES, f"seed {seed}: only {with_value} of {CASES} have a value"
