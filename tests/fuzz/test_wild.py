"""The other direction: the phone makes the expressions up, without a word about types, and the server computes them again.

`CASES` and `SEED` as in test_expressions.py; what differs is made small before it is shown, and becomes a vector.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.fuzz.shrink import Case, shrunk
from tests.fuzz.test_expressions import BATCH, CASES, PWA, here, seed_of_the_day
from tests.simulation.phones import node


class Wild:
    """The phone's end: a generator and an engine behind a pipe."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin and process.stdout
        self.ask, self.answers = process.stdin, process.stdout
        assert self.read() == {"ready": 1}

    def read(self) -> Any:
        return json.loads(self.answers.readline())

    def write(self, data: Any) -> None:
        self.ask.write(json.dumps(data) + "\n")
        self.ask.flush()

    def cases(self, seed: int, count: int) -> Iterator[tuple[Case, Any]]:
        for begin in range(0, count, BATCH):
            many = min(BATCH, count - begin)
            self.write({"seed": seed, "from": begin, "count": many})
            made = [self.read() for _ in range(many)]
            yield from ((one["case"], one["there"]) for one in made)

    def differs(self, case: Case) -> bool:
        self.write(case)
        return bool(self.read() != here(case))


@contextmanager
def wild() -> Iterator[Wild]:
    with subprocess.Popen(
        [node(), "harness/wild.mjs"], cwd=PWA, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Wild(process)
        assert process.stdin
        process.stdin.close()


def test_what_the_phone_makes_up_is_the_same_here() -> None:
    seed, with_value = seed_of_the_day(), 0
    with wild() as phone:
        for case, there in phone.cases(seed, CASES):
            mine = here(case)
            if there != mine:
                small = shrunk(case, phone.differs)
                raise AssertionError(f"seed {seed}: {json.dumps(small)}")
            with_value += mine["value"] is not None
    assert with_value >= 0.6 * CASES, f"seed {seed}: only {with_value} of {CASES} have a value"


def test_the_same_seed_makes_the_same_and_another_another() -> None:
    with wild() as phone:
        first, again, other = ([*phone.cases(seed, 50)] for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert len({json.dumps(case) for case, _ in first}) == 50


def test_what_differs_is_made_small() -> None:
    """A fault of one operator is found in a tree, without what is about it."""
    ast = ["if", ["and", True, [">", ["get", "a"], 1]], ["list", 1, ["+", ["mod", ["get", "a"], 2], 1]], None]
    case = {"ast": ast, "context": {"a": 3, "b": [1, 2]}}
    small = shrunk(case, lambda one: "mod" in json.dumps(one["ast"]))
    assert small == {"ast": ["mod"], "context": {}}
