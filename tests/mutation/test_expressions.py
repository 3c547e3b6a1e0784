"""The vectors of the expression language notice a mistake nearly wherever one can be made."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.prove
@pytest.mark.timeout(1800)
def test_the_vectors_notice_nearly_every_mistake() -> None:
    """Survivors are printed: what is left is the same program written otherwise (docs/decisions/2026-11-27-expressions.md)."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.mutation.expressions"], cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    *survivors, score = (json.loads(line) for line in told.stdout.splitlines())
    for one in survivors:
        sys.stdout.write(f"{one['survived']}: {one['line']}\n")
    assert score["mutants"] >= 1_000
    assert score["killed"] >= 0.95 * score["mutants"]
