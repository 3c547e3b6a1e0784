"""Work of the ticker that cannot be done: it says so, and nothing else waits for it."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from server import worker
from server.core import clock, due_work, leased
from server.core.clock import HeldClock
from server.core.tables import DueWork
from server.notices.channels import Message, Retry
from server.notices.models import Notice, NoticeAttempt
from server.work_orders import offline
from server.work_orders.models import Visit, WorkOrder
from tests.kit import phone, read, write
from tests.world import World


def completed(world: World) -> tuple[str, str]:
    """An order with a visit that is done; the ids of both."""
    order = world.order()
    visit = world.visit("ben", order)
    for name in ("visit.accept", "visit.arrive"):
        world.do("ben", name, {}, visit)
    world.do("ben", "visit.edit", {"set": {"findings": "f"}}, visit)
    world.do("ben", "visit.complete", {"outcome": "done"}, visit)
    return order, visit


class Never:
    """A channel that is always out of order."""

    def send(self, message: Message) -> Retry:
        return Retry(1, "no")


def test_a_message_that_is_given_up_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding: after twelve tries it stood on the outbox page as waiting for ever."""
    monkeypatch.setitem(world.app.extensions["callout.channels"], "outbox", Never())
    with clock.held(HeldClock(clock.now())) as time:
        completed(world)
        time.advance(minutes=6)
        worker.tick()
        assert read(sa.select(Notice.state)) == ["waiting"]
        for _ in range(due_work.MOST_ATTEMPTS + 2):
            time.advance(hours=1)
            leased.run()
    assert read(sa.select(DueWork.state).where(DueWork.kind == "notice.send")) == ["dead"]
    assert [(one.state, one.failure["code"]) for one in read(sa.select(Notice))] == [("failed", "given_up")]


def test_work_of_an_order_that_is_gone_holds_up_no_other(world: World) -> None:
    """Finding: the order's lock raised before the piece was taken, and the worker stopped there at every tick."""
    gone, good = completed(world)[0], completed(world)[0]
    write(sa.update(WorkOrder).where(WorkOrder.id == gone).values(deleted_at=clock.now()))
    worker.tick()
    reacted = sa.select(DueWork.state).where(DueWork.kind == "react")
    assert set(read(reacted.where(DueWork.aggregate_id == good))) == {"done"}
    assert set(read(reacted.where(DueWork.aggregate_id == gone))) == {"withdrawn"}


def test_the_sweep_takes_all_that_is_over_however_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding: 500 visits a day and no more; a larger company never caught up."""
    monkeypatch.setattr(offline, "SWEPT_AT_ONCE", 2)
    ben = phone(world)
    visits = {completed(world)[1] for _ in range(5)}
    young = completed(world)[1]
    long_ago = clock.now() - dt.timedelta(days=offline.KEEP_DAYS, seconds=1)
    write(sa.update(Visit).where(Visit.id.in_(visits)).values(status_changed_at=long_ago))
    ben.pull()
    assert ben.ids("visit") == visits | {young}
    worker.arm_daily()
    worker.tick()
    assert read(sa.select(Visit.id).where(Visit.is_on_phone)) == [young]
    ben.pull()
    assert ben.ids("visit") == {young}


def test_what_is_finished_is_not_kept_for_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding: a row per event, per message and per try, and none ever went. What still waits, or was given up lately, stays."""
    monkeypatch.setattr(due_work, "SWEPT_AT_ONCE", 3)
    monkeypatch.setitem(world.app.extensions["callout.channels"], "outbox", Never())
    with clock.held(HeldClock(clock.now())) as time:
        completed(world)
        time.advance(minutes=6)
        for _ in range(due_work.MOST_ATTEMPTS + 2):
            worker.tick()
            time.advance(hours=1)
        done = read(sa.select(DueWork.id).where(DueWork.state.in_(("done", "withdrawn"))))
        dead = read(sa.select(DueWork.id).where(DueWork.state == "dead"))
        tries = read(sa.select(NoticeAttempt.id))
        assert len(done) > 3 and len(dead) == 1 and len(tries) == due_work.MOST_ATTEMPTS
        time.advance(days=29)
        _order, late = completed(world)
        worker.sweep_leftovers()
        assert set(done + dead) <= set(read(sa.select(DueWork.id)))
        time.advance(days=2)
        worker.sweep_leftovers()
        left = read(sa.select(DueWork))
        assert {one.id for one in left if one.state == "dead"} == set(dead)
        assert {one.id for one in left} & set(done) == set()
        assert [one.key for one in left if one.state == "pending" and one.payload.get("event") == "visit.completed"], (
            late
        )
        assert len(read(sa.select(NoticeAttempt.id))) == len(tries)
        time.advance(days=60)
        worker.sweep_leftovers()
        assert read(sa.select(NoticeAttempt.id)) == []
        assert read(sa.select(DueWork.id).where(DueWork.state == "dead")) == []
        assert [one.state for one in read(sa.select(Notice))] == ["failed"], (
            "what became of the message stays in the message"
        )
