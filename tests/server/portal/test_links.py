"""How long a customer's link opens his order, and that nothing tells a dead link from a wrong one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from server.core import clock, commit
from server.core.acts import SYSTEM, Act
from server.core.clock import HeldClock
from server.portal.models import TrackingLink
from server.portal.operations import make_link
from tests.kit import write
from tests.world import World


def link(world: World) -> str:
    """Cora's link to an order of hers: its token."""
    order = world.order()
    made = commit.transact(lambda session: make_link(Act(session, SYSTEM), order, world.contact, "http://x"))
    return made.rsplit("/", 1)[1]


def opened(world: World, token: str) -> Any:
    return world.app.test_client().get(f"/api/v1/track/{token}")


def test_a_link_that_was_withdrawn_opens_nothing(world: World) -> None:
    withdrawn, other = link(world), link(world)
    assert opened(world, withdrawn).get_json()["summary"] == "High pressure alarm"
    first = sa.select(TrackingLink.id).order_by(TrackingLink.created_at, TrackingLink.id).limit(1).scalar_subquery()
    write(sa.update(TrackingLink).where(TrackingLink.id == first).values(revoked_at=clock.now()))
    replies = {token: opened(world, token) for token in (withdrawn, other)}
    assert (replies[withdrawn].status_code, replies[other].status_code) == (404, 200)
    assert replies[withdrawn].get_json() == opened(world, "x" * 32).get_json()


def test_a_link_opens_for_sixty_days(world: World) -> None:
    with clock.held(HeldClock(clock.now())) as time:
        token = link(world)
        time.advance(days=60, seconds=-1)
        assert opened(world, token).status_code == 200
        time.advance(seconds=1)
        assert (opened(world, token).status_code, opened(world, token).get_json()["code"]) == (404, "link_over")
