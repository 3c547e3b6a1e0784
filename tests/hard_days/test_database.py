"""The database is held by another program, and PostgreSQL is restarted, under a running server with its worker: both go on by themselves, and
what a phone was just sending is applied exactly once.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
import requests

from server.core.ids import new_id
from sync.testing import FakeDevice
from tests.e2e.test_story import api
from tests.live import LiveServer
from tests.peers.postgres import Postgres


class Reply:
    """What FakeDevice reads."""

    def __init__(self, found: requests.Response) -> None:
        self.status_code, self.data, self.headers = found.status_code, found.content, found.headers


class Line:
    """A phone's way to a real server."""

    def __init__(self, browser: requests.Session, url: str) -> None:
        self._browser, self._url = browser, url

    def post(self, path: str, *, data: bytes, headers: Any) -> Reply:
        return Reply(self._browser.post(self._url + path, data=data, headers=dict(headers), timeout=60))


class Day:
    """Ben's phone with a job, and Asha at her desk."""

    def __init__(self, server: LiveServer) -> None:
        self.server, self.asha = server, api(server, "asha")
        self.order = self.read("/api/v1/work-orders?category=new")["items"][0]["id"]
        self.ben_id = next(
            one["id"] for one in self.read("/api/v1/engineers")["items"] if one["name"].startswith("Ben")
        )
        self.send_ben(self.order)
        self.phone = FakeDevice(Line(api(server, "ben"), server.url))
        self.phone.hello()
        self.phone.pull()

    def read(self, path: str) -> Any:
        reply = self.asha.get(self.server.url + path, timeout=60)
        assert reply.status_code == 200, (reply.status_code, reply.text)
        return reply.json()

    def send_ben(self, order: str) -> str:
        body = {"args": {"work_order_id": order, "engineer_id": self.ben_id}}
        reply = self.asha.post(f"{self.server.url}/api/v1/do/visit.assign", json=body, timeout=60)
        assert reply.status_code == 200, reply.text
        return str(reply.json()["record"]["id"])

    def remarks(self, count: int) -> list[str]:
        """So many remarks in the phone's outbox; their words."""
        words = [f"remark {new_id()}" for _ in range(count)]
        for one in words:
            self.phone.enter("comment.add@1", "comment", new_id(), {"work_order_id": self.order, "text": one})
        return words

    def push_once(self) -> int:
        """One request with what is in the outbox, as a phone sends it; its status, 0 when the line broke."""
        lines = self.phone.outbox[:20]
        try:
            reply = self.phone.request("/sync/v1/push", self.phone.body(lines))
        except requests.RequestException:
            return 0
        if reply.status_code == 200:
            answer = json.loads(reply.data)
            self.phone.results |= {one["mid"]: one for one in answer["results"]}
            left = [(mid, raw) for mid, raw in self.phone.outbox if mid > answer["received_through"]]
            self.phone.outbox = left
        return int(reply.status_code)

    def push_all(self) -> Counter[int]:
        """Again and again, as a phone does, until all is stored; how often which status came."""
        found: Counter[int] = Counter()

        def is_empty() -> bool:
            found[self.push_once()] += 1
            return not self.phone.outbox

        eventually(is_empty)
        return found

    def said(self) -> list[str]:
        """The remarks that the office sees."""
        return [one["text"] for one in self.read(f"/api/v1/work-orders/{self.order}")["comments"]]

    def worker_is_at_work(self) -> None:
        """Somebody is sent, and the worker tells him."""
        other = self.read("/api/v1/work-orders?category=new")["items"][0]["id"]
        self.send_ben(other)

        def is_told() -> bool:
            notices = self.read("/api/v1/notices?limit=200")["items"]
            return any(one["work_order_id"] == other and one["state"] == "sent" for one in notices)

        eventually(is_told)


def eventually(is_so: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not recover by itself"
        time.sleep(0.1)


@pytest.mark.parametrize("seconds", [4, pytest.param(32, marks=pytest.mark.prove)])
def test_locked_for_a_while_a_server_and_its_worker_go_on_by_themselves(tmp_path: Path, seconds: int) -> None:
    server = LiveServer(tmp_path, CALLOUT_DATABASE_WAIT_SECONDS="1").start()
    try:
        day = Day(server)
        words = day.remarks(60)
        other = sqlite3.connect(tmp_path / "callout.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        statuses: Counter[int] = Counter()
        while time.monotonic() - begun < seconds:
            statuses.update([day.push_once()])
            assert day.said() == [], "reading goes on"
        other.execute("ROLLBACK")
        other.close()
        assert set(statuses) == {503}, "it is said to be busy, each time"
        day.push_all()
        assert sorted(day.said()) == sorted(words)
        assert {one["state"] for one in day.phone.results.values()} == {"applied"}
        day.worker_is_at_work()
        assert "ended unexpectedly" not in server.log()
    finally:
        server.stop()


def test_postgresql_is_restarted_under_a_running_server(tmp_path: Path) -> None:
    """In good order and by pulling the plug, each while a phone is sending."""
    with Postgres() as postgres:
        server = LiveServer(tmp_path, postgres.database(), CALLOUT_DATABASE_WAIT_SECONDS="5").start()
        try:
            day = Day(server)
            words = [*_sent_while(day, postgres, "fast"), *_sent_while(day, postgres, "immediate")]
            assert Counter(day.said()) == Counter(words), "each remark once, none lost"
            assert {one["state"] for one in day.phone.results.values()} <= {"applied", "duplicate"}
            day.worker_is_at_work()
            assert "ended unexpectedly" not in server.log()
        finally:
            server.stop()


def _sent_while(day: Day, postgres: Postgres, how: Literal["fast", "immediate"]) -> list[str]:
    """The words of remarks that were being sent while it was ended and started again."""
    before = len(day.phone.results)
    words = day.remarks(120)
    sending = threading.Thread(target=day.push_all)
    sending.start()
    eventually(lambda: len(day.phone.results) > before + 10)  # some are in, others under way
    postgres.end(how)
    eventually(lambda: day.push_once() in (0, 503) or not sending.is_alive())
    postgres.start()
    sending.join(120)
    assert not sending.is_alive()
    return words
