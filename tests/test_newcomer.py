"""README as a newcomer follows it: a fresh clone, an empty environment, one command; the second start is quick and installs nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from tests.live import ROOT, free_port

pytestmark = [pytest.mark.prove, pytest.mark.timeout(600)]


def _start(clone: Path, data: Path, port: int) -> tuple[subprocess.Popen[str], list[str]]:
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    environment |= {"PORT": str(port), "CALLOUT_DATA_DIR": str(data)}
    made = subprocess.Popen(
        ["make", "run"], cwd=clone, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
    )  # fmt: skip
    said: list[str] = []
    assert made.stdout is not None
    for line in made.stdout:
        said.append(line.rstrip())
        if "Stop with Ctrl-C" in line:
            return made, said
    raise AssertionError("\n".join(said))


def _stop(made: subprocess.Popen[str]) -> None:
    os.killpg(made.pid, signal.SIGTERM)
    made.wait(timeout=20)
    assert made.stdout is not None
    made.stdout.close()


def _answers(port: int) -> bool:
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as reply:
                return bool(reply.status == 200)
        except OSError:
            time.sleep(0.1)
    return False


def test_two_commands_and_it_runs(tmp_path: Path) -> None:
    clone, data, port = tmp_path / "callout", tmp_path / "data", free_port()
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    first, said = _start(clone, data, port)
    assert _answers(port)
    _stop(first)
    for step in ("packages", "front-end build", "database   up to date", "company    demo company put in", "asha"):
        assert any(step in line for line in said), said
    again, said = _start(clone, data, port)
    assert _answers(port)
    _stop(again)
    assert not any("build" in line and " s" in line[-3:] for line in said), said
    status = subprocess.run(["git", "status", "--porcelain"], cwd=clone, check=True, capture_output=True, text=True)
    assert status.stdout == "", "what a start leaves behind must be ignored by git"
