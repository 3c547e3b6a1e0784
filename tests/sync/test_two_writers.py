"""Two writers at the very same moment, where PostgreSQL lets them: on SQLite they queue and these stories cannot happen."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from server.core import clock, commit
from server.core.acts import SYSTEM, Act, Actor
from server.core.db import db
from server.core.errors import Problem
from server.core.ids import new_id
from server.core.journal import Pending
from server.core.tables import DueWork
from server.wiring import finishers, parked
from server.wiring.finishers import audit_scopes
from server.wiring.sync_host import TABLES
from server.work_orders import offline
from server.work_orders.models import Visit
from sync import feed
from sync.testing import FakeDevice
from tests.kit import ON_POSTGRESQL, Meanwhile, at_once, parked_for, phone, read, whole, write
from tests.world import World

pytestmark = ON_POSTGRESQL


def is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


def assert_scopes_fit() -> None:
    db.session().rollback()
    assert audit_scopes(db.session()) == []


def assign(world: World, login: str, order: str, visit: str) -> Callable[[], object]:
    return lambda: world.do("asha", "visit.assign", {"work_order_id": order, "engineer_id": world.users[login]}, visit)


def test_parked_while_the_visit_goes_to_another(world: World, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding: the savepoint of a parked mutation gave back the order's lock, and its scope was planned without one."""
    order = world.order()
    visit = world.visit("ben", order)
    ben, lina = phone(world), phone(world, "lina")
    ben.enter("visit.travel@1", "visit", visit, {})
    other = Meanwhile(app, assign(world, "lina", order, visit))
    plan = feed.plan

    def hooked(tables: Any, session: Session, scopes: Any, *rest: Any) -> feed.Plan:
        if is_main() and not other.has_begun and ("work_order", order) in scopes:
            other.begin()
        return plan(tables, session, scopes, *rest)

    monkeypatch.setattr(feed, "plan", hooked)
    assert ben.push()[1]["state"] == "parked"
    assert other.is_over() and other.error is None
    assert_scopes_fit()
    for device in (ben, lina):
        device.pull()
    assert (visit in ben.ids("visit"), visit in lina.ids("visit")) == (False, True)


def test_swept_while_a_second_visit_is_assigned(world: World, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding: the daily sweep locked visits, not their order."""
    order = world.order()
    old, second = world.visit("ben", order), new_id()
    for name, args in (("visit.accept", {}), ("visit.arrive", {}), ("visit.cannot_complete", {"reason": "x"})):
        world.do("ben", name, args, old)
    write(sa.update(Visit).where(Visit.id == old).values(status_changed_at=clock.now() - dt.timedelta(days=30)))
    other = Meanwhile(app, assign(world, "ben", order, second))
    prepare = finishers.Feed.prepare

    def hooked(self: finishers.Feed, session: Session, pending: Pending) -> feed.Plan:
        plan = prepare(self, session, pending)
        if is_main() and not other.has_begun and plan.dropped:
            other.begin()
        return plan

    monkeypatch.setattr(finishers.Feed, "prepare", hooked)
    work = DueWork(kind="visit.sweep", key="today", generation=0)
    commit.transact(lambda session: offline.sweep(Act(session, SYSTEM, origin="worker"), work))
    assert other.is_over() and other.error is None
    assert_scopes_fit()


@pytest.mark.parametrize("first", ["retry", "dismiss"])
def test_one_retries_and_another_dismisses(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """Whoever comes second finds that it is settled: never a dismissed one whose effect is there."""
    visit = world.visit()
    ben = phone(world)
    ben.enter("visit.travel@1", "visit", visit, {})
    ben.push()
    world.do("asha", "visit.accept", {}, visit)
    (item,) = parked_for(world)
    asha = world.actor("asha")
    acts: dict[str, Callable[[], object]] = {
        "retry": lambda: parked.retry(asha, item["id"], "en"),
        "dismiss": lambda: parked.dismiss(asha, item["id"]),
    }
    other = Meanwhile(app, acts.pop("dismiss" if first == "retry" else "retry"))
    one = parked._one

    def hooked(session: Session, actor: Actor, log_id: str, *, is_for_update: bool = False) -> Any:
        row = one(session, actor, log_id, is_for_update=is_for_update)
        if is_main() and not other.has_begun:
            other.begin()
        return row

    monkeypatch.setattr(parked, "_one", hooked)
    acts[first]()
    assert other.is_over()
    assert isinstance(other.error, Problem) and other.error.code == "not_found"
    state = read(sa.select(TABLES.command_log.c.state).where(TABLES.command_log.c.id == item["id"]))
    expected = ("travelling", ["applied"]) if first == "retry" else ("accepted", ["dismissed"])
    assert (whole(Visit, visit).status, state) == expected
    assert_scopes_fit()


def test_the_same_idempotency_key_from_six_at_once_runs_once(world: World, app: Flask) -> None:
    args = {"work_type_id": world.repair, "customer_id": world.customer, "site_id": world.site, "summary": "Twice"}
    wish = {"json": {"args": args}, "headers": {"Idempotency-Key": "same"}}

    def create(client: Any) -> Callable[[], tuple[int, str]]:
        def send() -> tuple[int, str]:
            reply = client.post("/api/v1/do/work_order.create", **wish)
            return reply.status_code, reply.text

        return send

    answers = at_once(app, [create(world.client("asha")) for _ in range(6)])
    assert len(set(answers)) == 1
    assert answers[0][0] == 200


def test_the_first_hello_of_six_tabs_at_once(world: World, app: Flask) -> None:
    cookie = world.client("ben").get_cookie("callout")
    device_id = new_id()
    assert cookie is not None

    def hello() -> int:
        client = app.test_client()
        client.set_cookie("callout", cookie.value)
        device = FakeDevice(client, device_id)
        return int(device.request("/sync/v1/hello", json.dumps({"device": device_id}).encode()).status_code)

    assert set(at_once(app, [hello] * 6)) == {200}
