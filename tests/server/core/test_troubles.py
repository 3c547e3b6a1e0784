"""A locked database and a full disk: named, in bounded time, nothing lost, well again by itself."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event, exc
from sqlalchemy.orm import Session

from server.core import chain, commit
from server.core.db import db
from server.core.ids import new_id
from server.wiring.finishers import audit_scopes
from server.wiring.sync_host import TABLES, SyncHost
from server.work_orders.models import Comment, Visit
from sync import push
from sync.registry import Host
from sync.testing import FakeDevice
from tests.kit import ON_SQLITE, phone, read, whole
from tests.world import World

NEW_ORDER = "/api/v1/do/work_order.create"


@pytest.fixture
def settings_environment(settings_environment: dict[str, str]) -> dict[str, str]:
    """A server that does not wait long."""
    return {**settings_environment, "CALLOUT_DATABASE_WAIT_SECONDS": "1"}


@contextmanager
def locked(app: Flask) -> Iterator[None]:
    """Another program holds the one writer's place, as a backup tool or a person in a shell does."""
    other = sqlite3.connect(
        app.extensions["callout.settings"].database.removeprefix("sqlite:///"), isolation_level=None
    )
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def remarks(world: World, number: int = 3, text: str = "remark") -> FakeDevice:
    """Ben's phone with remarks in its outbox."""
    order = whole(Visit, world.visit()).work_order_id
    ben = phone(world)
    for _ in range(number):
        ben.enter("comment.add@1", "comment", new_id(), {"work_order_id": order, "text": text})
    return ben


def send(device: FakeDevice) -> Any:
    return device.request("/sync/v1/push", device.body(device.outbox))


def well(device: FakeDevice) -> None:
    """What was refused is taken when it is sent again, once and whole."""
    sent = len(device.outbox)
    assert {one["state"] for one in device.push().values()} == {"applied"}
    assert len(read(sa.select(Comment.id))) == sent
    db.session().rollback()
    assert list(chain.faults(db.session())) == []
    assert audit_scopes(db.session()) == []


@ON_SQLITE
def test_a_locked_database_is_busy_and_takes_all_afterwards(world: World, app: Flask) -> None:
    ben = remarks(world)
    asha = world.client("asha")
    args = {"work_type_id": world.repair, "customer_id": world.customer, "site_id": world.site, "summary": "s"}
    with locked(app):
        for reply in (send(ben), asha.post(NEW_ORDER, json={"args": args})):
            assert (reply.status_code, reply.get_json()["code"]) == (503, "database_busy")
            assert int(reply.headers["Retry-After"]) > 0
        assert asha.get("/api/v1/work-orders").status_code == 200, "reading goes on"
        assert ben.request("/sync/v1/pull", json.dumps({"cookies": ben.cookies}).encode()).status_code == 204
    assert read(sa.select(TABLES.command_log.c.id)) == []
    well(ben)
    assert asha.post(NEW_ORDER, json={"args": args}).status_code == 200


@ON_SQLITE
def test_locked_between_storing_and_applying(world: World, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines are stored, the answer is busy: the phone sends them again and they apply once."""
    ben = remarks(world)
    apply = push.apply_pending

    def locked_out(host: Host, device_id: str) -> int:
        with locked(app):
            return apply(host, device_id)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(push, "apply_pending", locked_out)
        reply = send(ben)
    assert (reply.status_code, reply.get_json()["code"]) == (503, "database_busy")
    assert read(sa.select(TABLES.command_log.c.state)) == ["received"] * 3
    well(ben)


@contextmanager
def full_file() -> Iterator[None]:
    """The file may not grow by a page: what SQLite says when the disk is full."""

    def no_more(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # never below what there is

    def as_much_as_ever(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute("PRAGMA max_page_count = 1073741823")

    db.session().rollback()
    engine = db.engine
    event.listen(engine, "checkout", no_more)
    try:
        yield
    finally:
        event.remove(engine, "checkout", no_more)
        event.listen(engine, "checkout", as_much_as_ever)


@ON_SQLITE
def test_a_file_that_cannot_grow_is_full_and_reads_go_on(world: World) -> None:
    ben = remarks(world, 40, "x" * 3000)
    asha = world.client("asha")
    with full_file():
        reply = send(ben)
        assert (reply.status_code, reply.get_json()["code"]) == (507, "storage_full")
        assert asha.get("/api/v1/work-orders").status_code == 200
        assert ben.request("/sync/v1/pull", b'{"cookies":{}}').status_code == 200
    assert len(read(sa.select(Comment.id))) in range(40)
    well(ben)


class OfPostgres(Exception):
    """As psycopg raises it: the state says what it is."""

    sqlstate = "53100"


OF_SQLITE = sqlite3.OperationalError("database or disk is full")
LOCKED = sqlite3.OperationalError("database is locked")
TOLD = {"storage_full": (507, "storage_full"), "database_busy": (503, "database_busy")}


@pytest.mark.parametrize("when", ["storing", "acting", "applying"])
@pytest.mark.parametrize(
    ("fault", "code"),
    [(OfPostgres("could not extend file"), "storage_full"), (OF_SQLITE, "storage_full"), (LOCKED, "database_busy")],
    ids=["full, PostgreSQL", "full, SQLite", "locked"],
)
def test_a_failure_of_the_moment_parks_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, when: str, fault: Exception, code: str
) -> None:
    """In whichever transaction it comes, inside a savepoint or at the commit: what was entered is not at fault."""
    ben = remarks(world)
    finish = commit.finish

    def failing(*_any: object) -> str:
        raise exc.OperationalError("INSERT", {}, fault)

    def at_commit(session: Session) -> None:
        is_applying = bool(session.info.get("journal") and session.info["journal"].results)
        if is_applying == (when == "applying"):
            failing()
        finish(session)

    with monkeypatch.context() as moment:
        if when == "acting":
            moment.setattr(SyncHost, "run", failing)
        else:
            moment.setattr(commit, "finish", at_commit)
        reply = send(ben)
        assert (reply.status_code, reply.get_json()["code"]) == TOLD[code]
    assert set(read(sa.select(TABLES.command_log.c.state))) == (set() if when == "storing" else {"received"})
    well(ben)
