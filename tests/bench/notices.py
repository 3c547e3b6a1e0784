"""One change that 1,000 browsers and 200 phones are told of, beside a plain loop over the same channels; and the same with the worker
killed in the middle.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from server.app import create_app
from server.core import keys
from server.core.config import read_settings
from server.core.db import db
from server.core.outward import Outward
from server.notices import texts, vapid
from server.notices.channels import Message
from server.notices.channels.sms.channel import Sms
from server.notices.channels.webpush import WebPush
from tests import databases
from tests.peers import crowd
from tests.peers.setting import LOOPBACK
from tests.peers.smsc import Smsc
from tests.world import World

Say = Callable[..., None]
PUSHES, TEXTS, ROUNDS = 1000, 200, 5
# what a push service and a carrier on this continent take
LATENCY = 0.04
ROOT = Path(__file__).parents[2]


class PushProcess:
    """The push service, in a process of its own."""

    def __init__(self, *, is_failing: bool) -> None:
        command = [sys.executable, "-m", "tests.bench.push_process", str(PUSHES), str(LATENCY)]
        self._process = subprocess.Popen(
            [*command, "failing" if is_failing else "fine"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
        )
        self.subscriptions: list[dict[str, str]] = self._line()

    def got(self) -> list[int]:
        """Pushes by browser; a fault that it saw is an error here."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"counts\n")
        self._process.stdin.flush()
        told = self._line()
        assert told["faults"] == []
        counts: list[int] = told["got"]
        return counts

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _line(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())


@contextmanager
def _peers(*, is_failing: bool) -> Iterator[tuple[PushProcess, Smsc]]:
    push = PushProcess(is_failing=is_failing)
    try:
        with Smsc(LATENCY) as carrier:
            for number in range(0, TEXTS if is_failing else 0, 10):
                carrier.tell(number=_number(number), mode="refuse")
            yield push, carrier
    finally:
        push.close()


def _number(number: int) -> str:
    return f"86138{number:08d}"


def _message(key: str, address: str) -> Message:
    filled = texts.fill("visit_completed", "zh-CN", crowd.WORDS)
    return Message(key, address, "zh-CN", filled["subject"], filled["body"], filled["short"])


def _plain_loop(folder: Path) -> float:
    """The same messages by the same channels one after the other, and nothing written down."""
    if vapid.held(folder) is None:
        keys.store(folder, vapid.FILE, ec.generate_private_key(ec.SECP256R1()))
    with _peers(is_failing=True) as (push, carrier):
        by_push = WebPush(lambda: vapid.held(folder), "mailto:it@example.com", Outward(LOOPBACK))
        by_sms = Sms(read_settings({"CALLOUT_DATA_DIR": str(folder), **carrier.settings()}), print)
        begun = time.perf_counter()
        for number, one in enumerate(push.subscriptions):
            by_push.send(_message(f"push-{number}", json.dumps(one)))
        for number in range(TEXTS):
            by_sms.send(_message(f"text-{number}", _number(number)))
        taken = time.perf_counter() - begun
        by_sms.close()
    return taken


class Server:
    """A database with the messages in it, and workers upon it."""

    def __init__(self, kind: str, folder: Path, push: PushProcess, carrier: Smsc) -> None:
        url = databases.sqlite(folder) if kind == "sqlite" else databases.postgresql()
        self._settings = {
            "CALLOUT_DATA_DIR": str(folder), "DATABASE_URL": url, "CALLOUT_LOG_LEVEL": "error", **carrier.settings(),
            "CALLOUT_PUSH_NETWORKS": "127.0.0.0/8",
        }  # fmt: skip
        self.app = create_app(read_settings(self._settings))
        with self.app.app_context():
            world = World(self.app)
            world.people()
            world.things()
            vapid.announced(folder)
            self.crowd = crowd.gather(world, push.subscriptions, TEXTS)

    def worker(self, lease: int = 60) -> subprocess.Popen[bytes]:
        """One that is ready and at work."""
        command = [sys.executable, "-m", "tests.peers.worker_process", str(lease)]
        made = subprocess.Popen(
            command, env={**os.environ, **self._settings}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT
        )
        assert made.stdout is not None
        assert made.stdout.readline() == b"ready\n"
        return made

    def close(self) -> None:
        db.session.remove()
        db.engine.dispose()


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.kill()
    worker.communicate()


def _until(most: int, seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while crowd.left() > most:
        assert time.monotonic() < deadline, f"{crowd.left()} messages are not finished"
        time.sleep(0.05)


def _ours(kind: str) -> float:
    """Seconds until all are settled but the one whose service hangs, which cannot be."""
    with tempfile.TemporaryDirectory() as name, _peers(is_failing=True) as (push, carrier):
        server = Server(kind, Path(name), push, carrier)
        with server.app.app_context():
            worker = server.worker()
            begun = time.perf_counter()
            _until(1)
            taken = time.perf_counter() - begun
            _end(worker)
            assert sum(push.got()) == PUSHES - PUSHES // 20 - 1
            server.close()
    return taken


def _killed(kind: str) -> int:
    """Faults after kill -9 of two workers in the middle."""
    with tempfile.TemporaryDirectory() as name, _peers(is_failing=False) as (push, carrier):
        server = Server(kind, Path(name), push, carrier)
        with server.app.app_context():
            unsure: set[str] = set()
            for share in (0.7, 0.3):
                worker = server.worker(lease=3)
                _until(int(share * (PUSHES + TEXTS)))
                _end(worker)
                unsure |= crowd.in_hand()
            last = server.worker(lease=3)
            _until(0)
            _end(last)
            faults = server.crowd.faults(push.got(), [one["to"] for one in carrier.of("message")], unsure)
            server.close()
    for one in faults:
        print(one, file=sys.stderr)
    return len(faults)


def notice_numbers(say: Say) -> None:
    """Both databases; the loop writes nothing down, so it is the same for both."""
    kinds = ("sqlite", "postgresql")
    ours: dict[str, list[float]] = {kind: [] for kind in kinds}
    loops: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        for _ in range(ROUNDS):
            loops.append(_plain_loop(Path(name)))
            for kind in kinds:
                ours[kind].append(_ours(kind))
    loop = statistics.median(loops)
    for kind in kinds:
        taken = statistics.median(ours[kind])
        spread = f"loop {loop:.1f} s ({min(loops):.1f}-{max(loops):.1f}), ours {taken:.1f} s ({min(ours[kind]):.1f}-{max(ours[kind]):.1f})"
        say(
            f"{kind}: 1 change, 1,000 pushes and 200 SMS, 10 % failing, one hanging",
            taken / loop,
            "of a plain loop",
            0.2,
            spread,
        )
        say(f"{kind}: faults after kill -9 of the worker, twice in the middle of them", _killed(kind), "faults", 0)
