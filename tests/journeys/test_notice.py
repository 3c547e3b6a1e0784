"""Cora is told once: after the undo window, not when it was taken back, whatever is retried; her link shows the result."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from server import worker
from server.core import clock
from server.core.clock import HeldClock
from server.core.db import db
from server.core.errors import Problem
from server.notices.models import Notice
from tests.world import World


def complete(world: World, visit: str, outcome: str = "done") -> None:
    for command in ("visit.accept", "visit.arrive"):
        world.do("ben", command, {}, visit)
    world.do("ben", "visit.edit", {"set": {"findings": "Fan bearing replaced"}}, visit, base_version=99)
    world.do("ben", "visit.complete", {"outcome": outcome}, visit)


def notices() -> list[Notice]:
    db.session().rollback()
    return list(db.session().execute(sa.select(Notice)).scalars())


def test_after_five_minutes_once_with_a_link_that_shows_the_result(world: World) -> None:
    with clock.held(HeldClock(clock.now())) as time:
        visit = world.visit()
        complete(world, visit)
        worker.tick()
        assert notices() == []
        time.advance(minutes=5, seconds=1)
        for _ in range(3):
            worker.tick()
        (notice,) = notices()
        assert (notice.state, notice.recipient_name, notice.channel) == ("sent", "Cora", "outbox")
        assert "Ben" in notice.body and "High pressure alarm" in notice.body
        assert notice.link is not None
        token = notice.link.rsplit("/", 1)[1]
        client = world.app.test_client()
        shown = client.get(f"/api/v1/track/{token}").get_json()
        assert (shown["category"], shown["visit"]["findings"], shown["visit"]["engineer"]) == (
            "done",
            "Fan bearing replaced",
            "Ben",
        )
        guessed = token[:-1] + ("y" if token.endswith("x") else "x")
        assert client.get(f"/api/v1/track/{guessed}").get_json()["code"] == "link_over"
        time.advance(days=61)
        assert client.get(f"/api/v1/track/{token}").get_json()["code"] == "link_over"


def test_taken_back_within_five_minutes_nobody_is_told(world: World) -> None:
    with clock.held(HeldClock(clock.now())) as time:
        visit = world.visit()
        complete(world, visit)
        time.advance(minutes=4)
        world.do("ben", "visit.revert", {}, visit)
        time.advance(minutes=2)
        worker.tick()
        assert notices() == []
        world.do("ben", "visit.complete", {"outcome": "done"}, visit)
        time.advance(minutes=6)
        worker.tick()
        worker.tick()
        assert len(notices()) == 1


def test_work_that_waits_for_parts_is_not_called_done(world: World) -> None:
    with clock.held(HeldClock(clock.now())) as time:
        order = world.order()
        complete(world, world.visit(order=order), "needs_parts")
        time.advance(minutes=6)
        worker.tick()
        worker.tick()
        assert notices() == []
        complete(world, world.visit(order=order))
        time.advance(minutes=6)
        worker.tick()
        worker.tick()
        assert [one.template for one in notices() if one.recipient_kind == "contact"] == ["visit_completed"]


@pytest.mark.parametrize("between", [0, 6])
def test_of_two_who_work_on_it_the_last_to_end_is_told_of_once(world: World, between: int) -> None:
    """The first is done and the second still at it; or both are done before anybody was told."""
    with clock.held(HeldClock(clock.now())) as time:
        order = world.order()
        first, second = (world.visit(order=order) for _ in range(2))
        complete(world, second)
        time.advance(minutes=between, seconds=1)
        worker.tick()
        worker.tick()
        told = [one for one in notices() if one.recipient_kind == "contact"]
        assert told == []
        complete(world, first)
        time.advance(minutes=6)
        for _ in range(3):
            worker.tick()
        told = [one for one in notices() if one.recipient_kind == "contact"]
        assert [(one.template, one.visit_id) for one in told] == [("visit_completed", first)]


def test_too_late_to_undo(world: World) -> None:
    with clock.held(HeldClock(clock.now())) as time:
        visit = world.visit()
        complete(world, visit)
        time.advance(minutes=5, seconds=1)
        with pytest.raises(Problem, match="five minutes"):
            world.do("ben", "visit.revert", {}, visit)


def test_who_does_not_want_messages_gets_none(world: World) -> None:
    with clock.held(HeldClock(clock.now())) as time:
        world.do("asha", "contact.edit", {"set": {"may_message": False}}, world.contact)
        visit = world.visit()
        complete(world, visit)
        time.advance(minutes=6)
        worker.tick()
        assert notices() == []
