"""`make bench`: one JSON line per number, printed also when its goal is missed. Counts and ratios; seconds beside them."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import requests
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from server.app import create_app
from server.core import clock
from server.core.config import read_settings
from server.core.db import db
from server.core.ids import new_id
from server.core.tables import Head
from server.seed import demo
from server.wiring.sync_host import TABLES
from server.work_orders.models import Comment
from sync.testing import FakeDevice
from tests import databases
from tests.bench.board import board_numbers
from tests.bench.media import picture_numbers, torn_numbers
from tests.bench.notices import notice_numbers
from tests.bench.phone import phone_numbers
from tests.bench.streams import stream_numbers
from tests.live import LiveServer
from tests.world import World

REMARK = "A remark of usual length about the machine, its noise and what was done. " * 8
missed: list[str] = []


def say(bench: str, value: float, unit: str, goal: float, peer: str | None = None, *, is_more: bool = False) -> None:
    """One line; a smaller value is better, unless `is_more`."""
    is_met = value >= goal if is_more else value <= goal
    if not is_met:
        missed.append(bench)
    print(
        json.dumps(
            {"bench": bench, "value": round(value, 3), "unit": unit, "goal": goal, "peer": peer, "pass": is_met}
        ),
        flush=True,
    )


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def _app(kind: str, folder: Path) -> Flask:
    url = databases.sqlite(folder) if kind == "sqlite" else databases.postgresql()
    app = create_app(
        read_settings({"CALLOUT_DATA_DIR": str(folder), "DATABASE_URL": url, "CALLOUT_LOG_LEVEL": "error"})
    )
    app.extensions["callout.limiter"].enabled = False
    return app


def _fill(world: World, order: str, count: int) -> None:
    """So many comments of one order in Ben's channel: rows, edges and feed as the finisher would write them."""
    session: Session = db.session()
    session.rollback()
    session.connection(execution_options={"callout_write": True})
    seq = session.execute(sa.select(Head.seq)).scalar_one()
    channel = f"user:{world.users['ben']}"
    now = clock.now()
    for start in range(0, count, 5000):
        ids = [new_id() for _ in range(min(5000, count - start))]
        session.execute(sa.insert(Comment), [
            {"id": one, "work_order_id": order, "author_name": "Asha", "text": REMARK,
             "written_at": now, "is_late": False, "version": 1, "created_at": now, "updated_at": now, "custom": {}} for one in ids
        ])  # fmt: skip
        edge = {"root_entity": "work_order", "root_id": order, "channel": channel, "entity": "comment"}
        session.execute(sa.insert(TABLES.scope_edge), [edge | {"entity_id": one} for one in ids])
        feed = {"channel": channel, "entity": "comment", "op": "upsert", "why": None}
        session.execute(
            sa.insert(TABLES.feed), [feed | {"entity_id": one, "seq": seq + n} for n, one in enumerate(ids, 1)]
        )
        seq += len(ids)
    session.execute(sa.update(Head).values(seq=seq))
    session.commit()


def _delta(world: World, device: FakeDevice, order: str) -> float:
    """Median seconds to pull 100 changed rows, of five rounds."""
    rounds = []
    for _ in range(5):
        _fill(world, order, 100)
        body = json.dumps({"cookies": device.cookies}).encode()
        seconds, reply = timed(partial(device.request, "/sync/v1/pull", body))
        assert reply.data.count(b'"t":"upsert"') == 100
        rounds.append(seconds)
        device.cookies = json.loads(reply.data.splitlines()[-1])["cookies"]
    return statistics.median(rounds)


def sync_numbers(kind: str) -> None:
    """Pull, push, nothing, delta on one database."""
    with tempfile.TemporaryDirectory() as name:
        app = _app(kind, Path(name))
        with app.app_context():
            world = World(app)
            world.people()
            world.things()
            order = world.order()
            world.visit(order=order)
            _fill(world, order, 10_000)
            ben = FakeDevice(world.client("ben"))
            ben.hello()
            seconds, requests_made = timed(ben.pull)
            assert len(ben.ids("comment")) == 10_000
            say(f"{kind}: pull of 10,000 rows", seconds, "s", 4)
            say(f"{kind}: requests of that pull", requests_made, "requests", 25)
            reply = ben.request("/sync/v1/pull", json.dumps({"cookies": ben.cookies}).encode())
            say(f"{kind}: pull of nothing", 0 if reply.status_code == 204 else 1, "not 204", 0)
            small = _delta(world, ben, order)
            busy = world.order()
            world.visit(order=busy)
            for number in range(500):
                ben.enter("comment.add@1", "comment", new_id(), {"work_order_id": busy, "text": f"remark {number}"})
            sent = -(-len(ben.outbox) // 100)
            seconds, results = timed(ben.push)
            assert {one["state"] for one in results.values()} == {"applied"}
            say(f"{kind}: push of 500 mutations, stored with fsync and applied", seconds, "s", 3)
            say(f"{kind}: requests of that push", sent, "requests", 10)
            _fill(world, order, 90_000)
            ben.pull()
            large = _delta(world, ben, order)
            say(
                f"{kind}: delta of 100 in 100,000 rows",
                large / small,
                "ratio",
                1.3,
                f"the same in 10,000 rows: {small:.3f} s",
            )
            db.session.remove()
            db.engine.dispose()


def demo_numbers(kind: str) -> None:
    """The whole demo company into an empty database: 1,560 orders with their history, people, forms, pictures."""
    with tempfile.TemporaryDirectory() as name:
        app = _app(kind, Path(name))
        with app.app_context():
            seconds, _is_new = timed(partial(demo.seed, "whole"))
            say(f"{kind}: the whole demo company put in", seconds, "s", 25)
            db.session.remove()
            db.engine.dispose()


def _pss(pid: int) -> float:
    """Megabytes of proportional memory of a process and all below it."""
    total = 0
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        total += process.memory_full_info().pss
    return total / 1e6


def _until_rest(pid: int, most: float = 120) -> None:
    """What a first start still does behind its first answer, such as looking at the demo's pictures, is no rest."""
    deadline = time.monotonic() + most
    before = None
    while time.monotonic() < deadline:
        all_of_it = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        now = {one.pid: sum(one.cpu_times()[:2]) for one in all_of_it}
        if before and now.keys() == before.keys() and sum(now.values()) - sum(before.values()) < 0.15:
            return
        before = now
        time.sleep(3)
    raise AssertionError("the server does not come to rest")


def server_numbers() -> None:
    """Memory at rest, and 200 open streams with requests still answered."""
    with tempfile.TemporaryDirectory() as name:
        server = LiveServer(Path(name), demo="1", anew=True).start()  # what `make run` puts in the first time
        try:
            assert server.process is not None
            _until_rest(server.process.pid)
            say("memory of all processes of `callout run` at rest", _pss(server.process.pid), "MB PSS", 220)
            browser = requests.Session()
            browser.post(
                f"{server.url}/api/v1/session", json={"login": "asha", "password": "callout-demo"}, timeout=10
            ).raise_for_status()
            streams = [
                browser.get(f"{server.url}/sync/v1/events?channel=office", stream=True, timeout=30) for _ in range(200)
            ]
            say("streams that did not open, of 200", sum(one.status_code != 200 for one in streams), "streams", 0)
            seconds, reply = timed(lambda: browser.get(f"{server.url}/api/v1/work-orders", timeout=10))
            say("a request while 200 streams are open", seconds, "s", 1)
            say("its answer", 0 if reply.status_code == 200 else 1, "not 200", 0)
            say("memory with 200 streams", _pss(server.process.pid), "MB PSS", 320)
            for one in streams:
                one.close()
        finally:
            server.stop()


if __name__ == "__main__":
    for database in ("sqlite", "postgresql"):
        sync_numbers(database)
        demo_numbers(database)
    server_numbers()
    picture_numbers(say)
    torn_numbers(say)
    stream_numbers(say)
    notice_numbers(say)
    phone_numbers(say)
    board_numbers(say)
    if missed:
        print(f"missed: {', '.join(missed)}", file=sys.stderr)
