"""The vectors of the expression language notice a mistake nearly wherever one can be made, in either engine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.phones import PWA, node

ROOT = Path(__file__).parents[2]
SERVER = ([sys.executable, "-m", "tests.mutation.expressions"], ROOT)
PHONE = ([node(), "harness/mutants.mjs"], PWA)


@pytest.mark.prove
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("command", "cwd", "least"), [(*SERVER, 0.95), (*PHONE, 0.9)], ids=["server", "phone"])
def test_the_vectors_notice_nearly_every_mistake(command: list[str], cwd: Path, least: float) -> None:
    """Survivors are printed: what is left is nearly all the same program written otherwise, of which the phone's engine has more."""
    told = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, check=True)
    *survivors, score = (json.loads(line) for line in told.stdout.splitlines())
    for one in survivors:
        sys.stdout.write(f"{one['survived']}: {one['line']}\n")
    assert score["mutants"] >= 600
    assert score["killed"] >= least * score["mutants"]
