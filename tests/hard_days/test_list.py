"""The list of hard days is true: a test that is renamed or taken away is missed here."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.hard_days import DAYS

ROOT = Path(__file__).parents[2]
# as the issue names them
WANTED = {
    "quota", "evicted", "disk full", "database locked", "database restarted", "hostile photos", "push gone", "carrier", "templates",
    "crew", "updated",
}  # fmt: skip
NAMED = [(day, file, test) for day, one in DAYS.items() for file, tests in one.tests.items() for test in tests]


def names_in(path: Path) -> set[str]:
    """The tests of a file by their names: functions of pytest; titles of it and it.each of vitest."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return {
            one.name
            for one in ast.walk(ast.parse(text))
            if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")
        }
    return set(re.findall(r'\bit(?:\.each\([\s\S]*?\))?\(\s*"((?:[^"\\]|\\.)*)"', text))


@pytest.mark.parametrize(("day", "file", "test"), NAMED, ids=[f"{day}: {test}" for day, _file, test in NAMED])
def test_what_is_named_exists(day: str, file: str, test: str) -> None:
    assert test in names_in(ROOT / file), f"{file} has no test of that name: was it renamed? ({day})"


def test_every_hard_day_is_there_and_proved() -> None:
    assert set(DAYS) == WANTED
    for name, day in DAYS.items():
        assert day.what and day.then, name
        assert sum(map(len, day.tests.values())) > 0, name


def test_a_name_that_is_not_there_is_missed() -> None:
    assert "test_that_was_renamed" not in names_in(Path(__file__))
    assert "test_what_is_named_exists" in names_in(Path(__file__))
    assert names_in(ROOT / "pwa/test/upgrade.test.ts") == {"500 queued, updated %s"}
