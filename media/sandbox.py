"""Has a picture decoded in a process of its own: a bomb, a hang or a crash ends that process and is an answer about the picture."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from media.containers import DAMAGED, Refused
from media.variants import TOO_HARD, TOO_LARGE, Picture, Variant

MOST_BYTES = 60_000_000
ROOT = Path(__file__).resolve().parent.parent
# of a shutdown, of the system in need: they say nothing about the picture
STOPPED = frozenset({-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP, -signal.SIGKILL})


@dataclass(frozen=True)
class Limits:
    """What one picture may cost. `wall_seconds` is generous, since a busy machine is no fault of the picture's; less than a lease."""

    memory_bytes: int = 1 << 30
    cpu_seconds: int = 20
    wall_seconds: float = 60.0
    module: str = "media.picture_process"


class Interrupted(Exception):
    """The process was ended from outside: it has to be tried again."""


def picture(data: bytes, limits: Limits | None = None) -> Picture:
    """What the file is and its variants. Refused with a code of media.errors; Interrupted."""
    limits = limits or Limits()
    if len(data) > MOST_BYTES:
        raise Refused(TOO_LARGE)
    command = [sys.executable, "-m", limits.module, str(limits.memory_bytes), str(limits.cpu_seconds)]
    # what is decoded there may take the process over: it gets no secret of ours along
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=limits.wall_seconds,
            cwd=ROOT,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refused(TOO_HARD) from None
    if done.returncode in STOPPED:
        raise Interrupted(str(done.returncode))
    if done.returncode < 0:
        raise Refused(TOO_HARD)
    return _read(done.stdout)


def _read(answer: bytes) -> Picture:
    """The answer, believed only as far as it hangs together."""
    line, _, rest = answer.partition(b"\n")
    try:
        head = json.loads(line)
        if "refused" in head:
            raise Refused(str(head["refused"]))
        variants = []
        for name, mime, width, height, size in head["variants"]:
            variants.append(Variant(name, mime, width, height, rest[:size]))
            rest = rest[size:]
        return Picture(head["mime"], head["width"], head["height"], tuple(variants))
    except (ValueError, KeyError, TypeError):
        raise Refused(DAMAGED) from None
