"""Two engineers and a dispatcher on one order: Ben and Lina are there together without signal, Asha moves, edits and takes away meanwhile.
Whatever the order in which their work arrives, nothing of anybody is lost, all end alike, and one message says that it is done.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from server import worker
from server.conflicts.models import Conflict
from server.core import chain, clock
from server.core.clock import HeldClock
from server.core.db import db
from server.core.ids import new_id
from server.customers.models import Site
from server.notices.models import Notice
from server.wiring.finishers import audit_scopes
from server.work_orders.models import Comment, Visit, WorkOrder
from sync.testing import FakeDevice
from tests.kit import at_once, phone, read, whole
from tests.world import World


class Crew:
    """One order with a visit for each of the two, and their phones."""

    def __init__(self, world: World) -> None:
        self.world, self.order = world, world.order()
        self.visits = {who: world.visit(who, self.order) for who in ("ben", "lina")}
        self.phones = {who: phone(world, who) for who in self.visits}

    def works(self, who: str, *, is_first: bool) -> None:
        """A whole job without signal, a remark, and a word on what both can see: the site's notes."""
        device, visit = self.phones[who], self.visits[who]
        for name in ("visit.accept@1", "visit.arrive@1"):
            device.enter(name, "visit", visit, {})
        device.enter("site.edit@1", "site", self.world.site, {"set": {"access_notes": f"gate, says {who}"}})
        device.enter("comment.add@1", "comment", new_id(), {"work_order_id": self.order, "text": f"{who} was here"})
        device.enter("visit.edit@1", "visit", visit, {"set": {"findings": f"found by {who}"}})
        if is_first:
            device.enter("visit.complete@1", "visit", visit, {"outcome": "done"})

    def decides(self) -> None:
        """Asha, at her desk at the same time."""
        do = self.world.do
        times = {"planned_start": "2026-12-01T01:00:00Z", "planned_end": "2026-12-01T03:00:00Z"}
        promise = {"promised_from": "2026-12-01T01:00:00Z", "promised_until": "2026-12-01T02:00:00Z"}
        do("asha", "visit.move", {**times, **promise}, self.visits["ben"])
        do("asha", "work_order.edit", {"set": {"summary": "High pressure, both units"}}, self.order)
        do("asha", "site.edit", {"set": {"access_notes": "gate, says asha"}}, self.world.site)


def state(world: World, crew: Crew) -> dict[str, Any]:
    """What counts of it, without ids and times that differ from run to run."""
    order = whole(WorkOrder, crew.order)
    found: dict[str, Any] = {"order": (order.summary, order.category)}
    for who, visit in crew.visits.items():
        row = whole(Visit, visit)
        found[who] = (row.status, row.findings, row.outcome, row.promised_from is not None)
    found["said"] = sorted(read(sa.select(Comment.text).where(Comment.work_order_id == crew.order)))
    return found


@pytest.mark.parametrize("turns", list(itertools.permutations(("ben", "lina", "asha"))), ids="-".join)
def test_whoever_comes_first_nothing_of_anybody_is_lost(world: World, turns: tuple[str, ...]) -> None:
    crew = Crew(world)
    for who in crew.visits:
        crew.works(who, is_first=True)
    steps: dict[str, Callable[[], object]] = {
        "ben": crew.phones["ben"].push, "lina": crew.phones["lina"].push, "asha": crew.decides,
    }  # fmt: skip
    for who in turns:
        steps[who]()
    assert state(world, crew) == {
        "order": ("High pressure, both units", "done"),
        "ben": ("done", "found by ben", "done", True),
        "lina": ("done", "found by lina", "done", False),
        "said": ["ben was here", "lina was here"],
    }
    _nothing_is_parked_or_lost(world, crew)
    for device in crew.phones.values():
        device.pull()
        assert device.rows[("work_order", crew.order)]["summary"] == "High pressure, both units"
    assert list(chain.faults(db.session())) == []
    assert audit_scopes(db.session()) == []


def _nothing_is_parked_or_lost(world: World, crew: Crew) -> None:
    """Of three notes on one gate the first that came stands, or Asha's; the others are shown beside it, to choose from."""
    states = [one["state"] for device in crew.phones.values() for one in device.results.values()]
    assert set(states) <= {"applied", "merged", "conflict"}
    kept = {whole(Site, world.site).access_notes}
    for one in read(sa.select(Conflict).where(Conflict.record_id == world.site, Conflict.state == "open")):
        kept |= {one.ours["value"], one.theirs["value"]}
    history = {"gate, says asha", "gate, says ben", "gate, says lina"} - kept
    for gone in history:  # whoever wrote over a value saw it: it is in the history
        assert gone in str(_events(world)), gone


def _events(world: World) -> list[str]:
    from server.core.tables import EventRow

    return read(sa.select(EventRow.payload).where(EventRow.entity == "site", EventRow.entity_id == world.site))


def test_both_at_the_same_moment_while_asha_decides(world: World) -> None:
    """True threads on both databases: each of them waits for its turn, none is refused and none is applied twice."""
    crew = Crew(world)
    for who in crew.visits:
        crew.works(who, is_first=True)
    works: list[Callable[[], object]] = [crew.phones["ben"].push, crew.phones["lina"].push, crew.decides]
    at_once(world.app, works)
    found = state(world, crew)
    assert (found["order"][1], found["ben"][0], found["lina"][0]) == ("done", "done", "done")
    assert found["said"] == ["ben was here", "lina was here"]
    _nothing_is_parked_or_lost(world, crew)
    again = {who: _push_again(device) for who, device in crew.phones.items()}
    assert all(again.values())
    assert state(world, crew) == found
    assert list(chain.faults(db.session())) == []


def _push_again(device: FakeDevice) -> bool:
    """The answers of before, for what is sent once more."""
    return all(one["state"] in ("applied", "merged", "conflict") for one in device.push().values())


def test_done_is_done_when_the_second_has_ended_and_the_customer_hears_it_once(world: World) -> None:
    with clock.held(HeldClock(clock.now())) as time:
        crew = Crew(world)
        crew.works("ben", is_first=True)
        crew.works("lina", is_first=False)
        for device in crew.phones.values():
            device.push()
        time.advance(minutes=6)
        worker.tick()
        assert whole(WorkOrder, crew.order).category == "in_progress"
        done = sa.select(Notice.visit_id).where(Notice.template == "visit_completed")
        assert read(done) == []
        crew.phones["lina"].enter("visit.complete@1", "visit", crew.visits["lina"], {"outcome": "done"})
        crew.phones["lina"].push()
        worker.tick()
        time.advance(minutes=6)
        worker.tick()
        assert whole(WorkOrder, crew.order).category == "done"
        assert read(done) == [crew.visits["lina"]]


def test_taken_from_one_of_them_meanwhile_what_he_did_is_kept_and_the_other_goes_on(world: World) -> None:
    crew = Crew(world)
    for who in crew.visits:
        crew.works(who, is_first=True)
    world.do("asha", "visit.unassign", {}, crew.visits["lina"])
    for device in crew.phones.values():
        device.push()
    assert whole(Visit, crew.visits["ben"]).status == "done"
    found = {one["code"] for one in crew.phones["lina"].results.values() if one["state"] == "parked"}
    assert found and found <= {"superseded", "not_allowed"}, "his steps are kept and shown, not applied"
    texts = read(sa.select(Comment.text).where(Comment.work_order_id == crew.order, Comment.is_late))
    assert "found by lina" in texts
    assert whole(WorkOrder, crew.order).category != "done", "one visit waits to be planned again"
