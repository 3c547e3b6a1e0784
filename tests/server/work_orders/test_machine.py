"""The visit machine against the vectors it shares with the phone."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from server.work_orders.engine.machine import COMMANDS, STATES, step

FOLDER = Path(__file__).parents[2] / "vectors" / "visits"
CASES: list[dict[str, Any]] = json.loads((FOLDER / "machine.json").read_text())["cases"]
ran: set[str] = set()


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    given = copy.deepcopy(case["given"])
    assert step(given, case["command"], case["args"], case["at"]) == case["expect"]
    assert given == case["given"], "the machine changed its input"
    ran.add(case["name"])


def test_every_file_is_known_and_every_cell_is_there() -> None:
    assert [path.name for path in sorted(FOLDER.iterdir())] == ["machine.json"]
    assert len({case["name"] for case in CASES}) == len(CASES)
    cells = {(case["command"], case["given"]["status"]) for case in CASES if case["spec"] == "cell"}
    assert cells == {(command, state) for command in COMMANDS for state in STATES}


def test_an_engineers_step_can_be_taken_back_exactly() -> None:
    undone = 0
    for case in CASES:
        after = step(case["given"], case["command"], case["args"], case["at"])
        last = after.get("changes", {}).get("last_step")
        if case["command"] == "visit.revert" or last is None:
            continue
        changed = {**case["given"], **after["changes"]}
        back = step(changed, "visit.revert", {"by": last["by"]}, case["at"])
        assert {**changed, **back["changes"]} == {**case["given"], "last_step": None}
        undone += 1
    assert undone > 10
