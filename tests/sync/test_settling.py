"""What becomes of a stored mutation: whose act it is, when it happened, under which number its effect is seen."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from server.core import clock, commit
from server.core.clock import HeldClock
from server.core.ids import new_id
from server.core.tables import EventRow
from server.wiring.doors import HOST
from server.wiring.sync_host import TABLES, SyncHost
from server.work_orders.models import Comment, Visit
from sync import push
from sync.testing import show
from tests.kit import decide, line, phone, push_raw, read, whole
from tests.world import World

LOG = TABLES.command_log.c


def test_the_number_of_the_effect_covers_every_row_of_it(world: World) -> None:
    """I7: a phone that has read up to `applied_seq` holds the effect; it then drops what it only hoped for."""
    visit = world.visit()
    ben = phone(world)
    ben.enter("visit.accept@1", "visit", visit, {})
    applied = int(ben.push()[1]["applied_seq"])
    mine = (TABLES.feed.c.channel == f"user:{world.users['ben']}", TABLES.feed.c.entity_id == visit)
    (seen,) = read(sa.select(TABLES.feed.c.seq).where(*mine))
    (last,) = read(sa.select(sa.func.max(TABLES.feed.c.seq)))
    assert seen <= last <= applied <= HOST.snapshot(HOST.head_seq)


def test_the_same_number_of_an_act_of_another_user_is_another_act(world: World) -> None:
    """PROTOCOL 5.12: Lina's phone names the id of Ben's act; hers is not swallowed by his."""
    act = new_id()
    visits = {login: world.visit(login) for login in ("ben", "lina")}
    for login, visit in visits.items():
        sent = [line(1, "visit.accept@1", "visit", visit, {}, id=act)]
        assert [one["state"] for one in push_raw(phone(world, login), sent)] == ["applied"], login
    assert {whole(Visit, visit).status for visit in visits.values()} == {"accepted"}
    again = [line(1, "visit.travel@1", "visit", visits["ben"], {}, id=act)]
    assert [one["state"] for one in push_raw(phone(world), again)] == ["duplicate"], "his own, from another phone"


def test_the_same_act_under_two_numbers_of_one_batch_has_one_effect(world: World) -> None:
    """PROTOCOL 5.12: a phone that renumbered in mid-queue sends one remark twice; settled together, it is written once."""
    order, remark, act = world.order(), new_id(), new_id()
    world.visit(order=order)
    told = {"work_order_id": order, "text": "The fan is loose"}
    sent = [line(mid, "comment.add@1", "comment", one, told, id=act) for mid, one in ((1, remark), (2, new_id()))]
    assert [one["code"] for one in push_raw(phone(world), sent)] == ["applied", "already_done"]
    assert read(sa.select(Comment.id).where(Comment.text == told["text"])) == [remark]


def test_an_act_that_was_parked_is_not_done(world: World) -> None:
    """Only an effect counts: the first try of the same act lay parked, the second is carried out."""
    visit, act = world.visit(), new_id()
    sent = [
        line(1, "visit.travel@1", "visit", visit, {}, id=act),
        line(2, "visit.accept@1", "visit", visit, {}, id=act),
    ]
    assert [one["state"] for one in push_raw(phone(world), sent)] == ["parked", "applied"]


def test_what_a_switched_off_user_left_is_not_carried_out(world: World) -> None:
    """Asha tries again what Ben's phone had sent; he is not there to answer for it any more."""
    visit = world.visit()
    ben = phone(world)
    ben.enter("visit.travel@1", "visit", visit, {})
    assert ben.push()[1]["code"] == "needs_fix"
    world.do("asha", "visit.accept", {}, visit)
    world.do("mei", "user.disable", {}, world.users["ben"])
    told = decide(world, "retry")
    assert (told["state"], told["code"]) == ("parked", "not_allowed")
    assert whole(Visit, visit).status == "accepted"
    world.do("mei", "user.enable", {}, world.users["ben"])
    assert decide(world, "retry", "not_allowed")["state"] == "applied"


@pytest.mark.parametrize("anchor", ["none", "moved"])
def test_a_time_that_cannot_be_trusted_is_not_said_to_be(world: World, anchor: str) -> None:
    """PROTOCOL 7.3: no contact yet, or a clock that was moved since: the time of receipt counts, and is marked as such."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    with clock.held(HeldClock(now)):
        visit = world.visit()
        ben = phone(world)
        ben.skew = dt.timedelta(hours=-1)
        contact = show(now - dt.timedelta(hours=2))  # both clocks said so
        ben.anchor = None if anchor == "none" else {"server_at": contact, "wall_at": contact}
        ben.enter("visit.accept@1", "visit", visit, {})
        assert ben.push()[1]["state"] == "applied"
    events = read(sa.select(EventRow).where(EventRow.device_id == ben.id, EventRow.mid == 1))
    assert {(one.acted_at, one.is_time_trusted) for one in events} == {(now, False)}


def test_a_failure_of_the_moment_parks_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database goes away in the middle of an act: it stays in the queue and applies when the phone asks again."""
    visit = world.visit()
    ben = phone(world)
    ben.enter("visit.accept@1", "visit", visit, {})
    sent = list(ben.outbox)

    def away(*_args: Any) -> str:
        raise exc.OperationalError("x", {}, Exception("database is locked"))

    with monkeypatch.context() as trouble:
        trouble.setattr(SyncHost, "run", away)
        assert ben.request("/sync/v1/push", ben.body(sent)).status_code == 503
    assert read(sa.select(LOG.state)) == ["received"]
    (told,) = json.loads(ben.request("/sync/v1/push", ben.body(sent)).data)["results"]
    assert told["state"] == "applied"


def test_only_what_is_parked_is_opened_again(world: World) -> None:
    """Two people press "try again": the second finds it applied, and it is not applied twice."""
    visit = world.visit()
    ben = phone(world)
    ben.enter("visit.accept@1", "visit", visit, {})
    ben.push()
    (log_id,) = read(sa.select(LOG.id))
    assert not commit.transact(lambda session: push.reopen(HOST, session, log_id))
    assert read(sa.select(LOG.state)) == ["applied"]
