"""How much the vectors of the expression language would notice: mutants of its engine, each run until a vector differs.

`python -m tests.mutation.expressions` prints the survivors and the score as lines of JSON. A process of its own, since each mutant is a fork
of it: a mutant that hangs or eats the memory ends alone.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import server.expressions
from tests.mutation.mutants import Mutant, mutants
from tests.vectors.expressions.recipes import expand

PACKAGE = Path(server.expressions.__file__).parent
VECTORS = Path(__file__).parents[1] / "vectors" / "expressions"
# in the order in which they need each other
MODULES = ("numbers", "values", "calendar", "geo", "masks", "functions", "operators", "evaluate")
# what others use and a computation does not; their own tests hold it. A repr is for who reads a failure
WITHOUT = frozenset({"number_text", "is_mask", "__repr__", "is_faulty", "value"})
MOST_CPU, MOST_MEMORY = 3.0, 2 * 10**9
Case = dict[str, Any]
Engine = Callable[[Case], bool]


def cases() -> list[Case]:
    """All vectors, recipes followed."""
    found = [one for path in sorted(VECTORS.glob("*.json")) for one in json.loads(path.read_text())["cases"]]
    return [
        one | {"ast": expand(one["ast"]), "context": expand(one["context"]), "expect": json.dumps(one["expect"])}
        for one in found
    ]


def path_of(module: str) -> str:
    return str(PACKAGE / f"{module}.py")


def engine(codes: dict[str, CodeType]) -> Engine:
    """The package from these codes instead of its files; whether it makes of a case what the vector says."""
    made: dict[str, Any] = {}
    for name in MODULES:
        module = ModuleType(f"server.expressions.{name}")
        module.__file__ = path_of(name)
        sys.modules[module.__name__] = made[name] = module
        setattr(server.expressions, name, module)
        exec(codes[name], module.__dict__)  # noqa: S102 - our own source, with a mistake in it
    v, evaluate = made["values"], made["evaluate"].evaluate

    def is_right(case: Case) -> bool:
        outcome = evaluate(case["ast"], {name: v.from_json(one) for name, one in case["context"].items()})
        found = json.dumps(v.to_json(outcome.value)), [one.code for one in outcome.notes]
        places = [[*one.place] for one in outcome.notes]
        told = outcome.steps == case.get("steps", outcome.steps) and places == case.get("places", places)
        return told and found == (case["expect"], case["notes"])

    return is_right


class Touched:
    """Which cases run which functions, those that take least time first."""

    def __init__(self, is_right: Engine, all_of: list[Case]) -> None:
        self.all_of = all_of
        self.by_code: dict[CodeType, list[int]] = {}
        cost: list[float] = []
        for at, case in enumerate(all_of):
            begin = time.process_time()
            self._run(is_right, case, at)
            cost.append(time.process_time() - begin)
        self.order = sorted(range(len(all_of)), key=lambda at: cost[at])

    def _run(self, is_right: Engine, case: Case, at: int) -> None:
        codes: set[CodeType] = set()
        sys.setprofile(lambda frame, event, _arg: codes.add(frame.f_code) if event == "call" else None)
        is_fine = is_right(case)
        sys.setprofile(None)
        assert is_fine, case["name"]
        for code in codes:
            self.by_code.setdefault(code, []).append(at)

    def by(self, module: str, mutant: Mutant) -> Iterable[Case]:
        """Cases that run the changed function; all where it runs while the module is read."""
        codes = [code for code in self.by_code if code.co_filename == path_of(module) and mutant.line in _lines(code)]
        found = {at for code in codes for at in self.by_code[code]} if mutant.is_within else set()
        return (self.all_of[at] for at in self.order if not found or at in found)


def _lines(code: CodeType) -> range:
    lines = [line for *_, line in code.co_lines() if line]
    return range(code.co_firstlineno, max(lines, default=code.co_firstlineno) + 1)


def is_killed(codes: dict[str, CodeType], some: Iterable[Case]) -> bool:
    """In a child: a vector differs, the mutant throws, or takes too much."""
    child = os.fork()
    if child == 0:
        os._exit(_noticed(codes, some))
    return os.waitpid(child, 0)[1] != 0


def _noticed(codes: dict[str, CodeType], some: Iterable[Case]) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        # the signal ends the child: time of its own that it computed, however busy the machine is
        signal.setitimer(signal.ITIMER_VIRTUAL, MOST_CPU)
        is_right = engine(codes)
        for case in some:
            signal.setitimer(signal.ITIMER_VIRTUAL, MOST_CPU)
            if not is_right(case):
                return 1
    except BaseException:
        return 1
    return 0


def survivors() -> Iterator[dict[str, Any]]:
    """Each that nobody noticed, then the score."""
    sources = {name: (PACKAGE / f"{name}.py").read_text() for name in MODULES}
    codes = {name: compile(text, path_of(name), "exec") for name, text in sources.items()}
    touched = Touched(engine(codes), cases())
    gc.freeze()
    made = killed = 0
    for name, source in sources.items():
        for mutant in mutants(source, path_of(name), WITHOUT):
            made += 1
            if is_killed({**codes, name: mutant.code}, touched.by(name, mutant)):
                killed += 1
            else:
                line = source.splitlines()[mutant.line - 1].strip()
                yield {"survived": f"{name}.py:{mutant.line} {mutant.what}", "line": line}
    yield {"mutants": made, "killed": killed}


if __name__ == "__main__":
    for one in survivors():
        sys.stdout.write(json.dumps(one, ensure_ascii=False) + "\n")
        sys.stdout.flush()
