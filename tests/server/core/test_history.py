"""A history that is told afterwards (`journal.as_history`): dated by its acts, chained in their order, and nothing follows from it."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.core import chain, commands, commit, journal
from server.core.acts import SYSTEM, Act
from server.core.db import db
from server.core.ids import new_id
from server.core.tables import DueWork, EventRow
from server.work_orders.models import WorkOrder
from tests.kit import read
from tests.world import World

LONG_AGO = dt.datetime(2025, 11, 3, 1, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def _remarks(session: Session, order: str) -> None:
    """The later one first, by whoever tells it."""
    for number in (2, 1):
        moment = LONG_AGO + number * HOUR
        act = Act(session, SYSTEM, at=moment, acted_at=moment - HOUR / 2)
        commands.run("comment.add", act, new_id(), {"work_order_id": order, "text": f"remark {number}"})


def test_events_are_dated_and_chained_by_their_acts(world: World) -> None:
    order = world.order()

    def work(session: Session) -> None:
        _remarks(session, order)
        journal.as_history(session)

    commit.transact(work)
    query = sa.select(EventRow).where(EventRow.name == "comment.added").order_by(EventRow.seq)
    first, second = read(query)
    assert (first.recorded_at, second.recorded_at) == (LONG_AGO + HOUR, LONG_AGO + 2 * HOUR)
    assert first.acted_at == LONG_AGO + HOUR / 2
    assert "remark 1" in first.payload and "remark 2" in second.payload
    assert list(chain.faults(db.session())) == []


@pytest.mark.parametrize("is_history", [False, True])
def test_nothing_follows_from_a_history(world: World, is_history: bool) -> None:
    """A completed visit arms the customer's message; one that is only told of does not."""
    visit = world.visit()
    for step in ("visit.accept", "visit.travel", "visit.arrive"):
        world.do("ben", step, {}, visit)
    world.do("ben", "visit.edit", {"set": {"findings": "a fan stood still"}}, visit)
    actor = world.actor("ben")

    def work(session: Session) -> None:
        commands.run("visit.complete", Act(session, actor), visit, {"outcome": "done"})
        if is_history:
            journal.as_history(session)

    armed = sa.select(DueWork.id).where(DueWork.kind == "react")
    before = set(read(armed))
    commit.transact(work)
    assert read(sa.select(WorkOrder.category)) == ["done"]
    assert len(set(read(armed)) - before) == (0 if is_history else 1)
