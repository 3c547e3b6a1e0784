"""Two hundred boards and ten changes a second: how many reach them beside a raw fan-out of as many bytes, how soon a change is seen
elsewhere, and how many queries that takes, with one board and with two hundred.
"""

from __future__ import annotations

import base64
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa
from flask import Flask

from server.app import create_app
from server.core.config import read_settings
from server.core.db import db
from server.wiring.sync_host import SyncHost
from sync.hub import Hub
from tests import databases
from tests.live import LiveServer
from tests.world import World

Say = Callable[..., None]
BOARDS, SECONDS, RATE, ROUNDS = 200, 8, 10, 5
GRACE = 1.5
ROOT = Path(__file__).parents[2]
OFFICE = "/sync/v1/events?channel=office"


def _python(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"tests.bench.{module}", *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)


def _ask(process: subprocess.Popen[bytes], line: str = "") -> str:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(line.encode() + b"\n")
    process.stdin.flush()
    return process.stdout.readline().decode().strip()


@contextmanager
def _boards(port: int, cookie: str) -> Iterator[subprocess.Popen[bytes]]:
    process = _python("stream_process", str(port), OFFICE, cookie, str(BOARDS))
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


class Desk:
    """Asha, who changes ten orders a second."""

    def __init__(self, server: LiveServer) -> None:
        self._server, self._browser, self._number = server, requests.Session(), 0
        login = {"login": "asha", "password": "callout-demo"}
        self._browser.post(f"{server.url}/api/v1/session", json=login, timeout=20).raise_for_status()
        self.cookie = "; ".join(f"{one.name}={one.value}" for one in self._browser.cookies)
        found = self._browser.get(f"{server.url}/api/v1/work-orders", timeout=20).json()["items"]
        self._orders = [one["id"] for one in found]

    def changes(self) -> dict[int, float]:
        """Change -> when it was begun, at an even pace."""
        begun: dict[int, float] = {}
        start = time.monotonic()
        for turn in range(SECONDS * RATE):
            time.sleep(max(0.0, start + turn / RATE - time.monotonic()))
            self._number += 1
            begun[self._number] = time.monotonic()
            args = {"set": {"summary": f"bench-{self._number}."}}
            body = {"entity_id": self._orders[turn % len(self._orders)], "args": args}
            self._browser.post(
                f"{self._server.url}/api/v1/do/work_order.edit", json=body, timeout=20
            ).raise_for_status()
        return begun


def _ours(server: LiveServer, desk: Desk) -> tuple[list[float], list[Any]]:
    """(seconds from the click to each board that was told of a change, what a fan-out of every change would have to send and when)."""
    with _boards(server.port, desk.cookie) as boards:
        begun = desk.changes()
        time.sleep(GRACE)
        told = json.loads(_ask(boards))
    heard = {int(one): moments for one, moments in told["heard"].items() if int(one) in begun}
    waits = [at - begun[one] for one, moments in heard.items() for at in moments]
    size = sum(len(base64.b64decode(text)) for _at, text in told["bytes"]) // max(1, len(heard))
    first = min(begun.values())
    return waits, [[at - first, _change(number, size)] for number, at in begun.items()]


def _change(number: int, size: int) -> str:
    """As many bytes as one change took on the way to a board, with its mark in them."""
    return base64.b64encode(f"bench-{number}.".encode().ljust(size)).decode()


def _raw(paced: list[Any]) -> int:
    """How many changes reached boards when nothing but a socket sends every one of them, as large and at the same pace."""
    fan = _python("raw_process", str(BOARDS))
    try:
        assert fan.stdout is not None
        port = int(fan.stdout.readline())
        with _boards(port, "none=1") as boards:
            assert _ask(fan, json.dumps(paced)) == "sent"
            time.sleep(GRACE)
            told = json.loads(_ask(boards))
    finally:
        fan.kill()
        fan.communicate()
    return sum(len(moments) for moments in told["heard"].values())


def _rounds(kind: str, say: Say) -> None:
    with tempfile.TemporaryDirectory() as name:
        url = databases.empty_postgresql() if kind == "postgresql" else ""
        server = LiveServer(Path(name), url, anew=True).start()
        try:
            desk = Desk(server)
            shares, waits = [], list[float]()
            for _ in range(ROUNDS):
                seconds, paced = _ours(server, desk)
                shares.append(len(seconds) / _raw(paced))
                waits += seconds
        finally:
            server.stop()
            databases.drop(url or "sqlite:")
    told = f"changes told of by themselves, of those that a raw fan-out brings; {min(shares):.3f}-{max(shares):.3f} in {ROUNDS} rounds"
    say(
        f"{kind}: {BOARDS} boards, {RATE} changes a second, delivered",
        statistics.median(shares),
        "ratio",
        0.6,
        told,
        is_more=True,
    )
    waits.sort()
    seen = f"median {statistics.median(waits):.3f} s, worst {waits[-1]:.3f} s"
    say(f"{kind}: a change seen on another board, from the click, p95", waits[int(len(waits) * 0.95)], "s", 1, seen)


def queries_of_a_tick(app: Flask, world: World, boards: int) -> int:
    """SQL statements from a change to all boards' pages."""
    hub: Hub = app.extensions["callout.hub"]
    host = hub._host
    assert isinstance(host, SyncHost)
    counted: list[str] = []

    def count(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        counted.append(statement)

    quiet = Hub(host, 10_000, lambda work: work())
    quiet._tail = lambda: None  # type: ignore[method-assign] # its ticks are ours
    channel = next(
        one for one in host.snapshot(lambda session: host.channels(session, _caller(world))) if one.name == "office"
    )
    at = host.snapshot(host.head_seq)
    for _ in range(boards):
        quiet.open(channel, at, lambda _session: True)
    world.order()
    sa.event.listen(db.engine, "before_cursor_execute", count)
    try:
        quiet.tick()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", count)
    (streams,) = quiet._streams.values()
    assert len(streams) == boards and all(one.waiting.qsize() >= 2 for one in streams)
    return len(counted)


def _caller(world: World) -> Any:
    from sync.registry import Caller

    actor = world.actor("asha")
    return Caller(actor.id, "", actor.locale, actor)


def _queries(kind: str, say: Say) -> None:
    with tempfile.TemporaryDirectory() as name:
        url = databases.sqlite(Path(name)) if kind == "sqlite" else databases.postgresql()
        app = create_app(read_settings({"CALLOUT_DATA_DIR": name, "DATABASE_URL": url, "CALLOUT_LOG_LEVEL": "error"}))
        with app.app_context():
            world = World(app)
            world.people()
            world.things()
            one, many = queries_of_a_tick(app, world, 1), queries_of_a_tick(app, world, BOARDS)
            say(
                f"{kind}: queries of a change for {BOARDS} boards, beyond those for one",
                many - one,
                "queries",
                0,
                f"{one} for one board",
            )
            db.session.remove()
            db.engine.dispose()


def stream_numbers(say: Say) -> None:
    """Both databases."""
    for kind in ("sqlite", "postgresql"):
        _queries(kind, say)
        _rounds(kind, say)
