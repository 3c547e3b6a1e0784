"""What a customer's link shows of the engineer, and where the link itself is kept."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from server import worker
from server.accounts.models import User
from server.core import clock, commit
from server.core.acts import SYSTEM, Act
from server.core.clock import HeldClock
from server.core.errors import Problem
from server.core.tables import EventRow
from server.notices.models import Notice
from server.portal.operations import make_link
from server.portal.queries import first_name
from tests.kit import read
from tests.world import World


def test_a_name_of_blanks_is_refused(world: World) -> None:
    for blank in (" ", "\t", "\u3000"):
        with pytest.raises(Problem, match="input_invalid"):
            world.do("mei", "user.change", {"name": blank}, world.users["ben"])


@pytest.mark.parametrize(
    ("name", "given", "shown"),
    [
        (" ", None, None),
        ("", " ", None),
        ("王伟明", None, "王工"),
        ("王伟明", "小明", "小明"),
        ("Ben Ortega", None, "Ben"),
        ("Ben Ortega", " Benny ", "Benny"),
    ],
)
def test_what_a_stranger_may_call_him(name: str, given: str | None, shown: str | None) -> None:
    assert first_name(User(name=name, given_name=given)) == shown


def test_the_tracking_page_shows_no_full_chinese_name(world: World) -> None:
    order = world.order()
    world.visit(order=order)
    world.do("mei", "user.change", {"name": "王伟明"}, world.users["ben"])
    link = commit.transact(lambda session: make_link(Act(session, SYSTEM), order, None, "http://x"))
    reply = world.app.test_client().get(f"/api/v1/track/{link.rsplit('/', 1)[1]}")
    assert reply.get_json()["visit"]["engineer"] == "王工"
    assert "伟明" not in reply.text


def test_the_audit_log_keeps_no_link_that_opens_something(world: World) -> None:
    """Finding: the secret of the customer's link lay in the payload of an event for ever."""
    with clock.held(HeldClock(clock.now())) as time:
        visit = world.visit()
        for name in ("visit.accept", "visit.arrive"):
            world.do("ben", name, {}, visit)
        world.do("ben", "visit.edit", {"set": {"findings": "f"}}, visit)
        world.do("ben", "visit.complete", {"outcome": "done"}, visit)
        time.advance(minutes=6)
        worker.tick()
    (link,) = read(sa.select(Notice.link))
    assert link
    payloads = read(sa.select(EventRow.payload).where(EventRow.entity == "notice"))
    assert payloads
    assert all(link.rsplit("/", 1)[1] not in one for one in payloads)
