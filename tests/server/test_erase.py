"""Forgetting a person (PROTOCOL 4.9): nothing of him is left anywhere, and the chain still shows that nothing was forged."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from server import worker
from server.conflicts.models import Conflict
from server.core import chain, clock, due_work
from server.core.clock import HeldClock
from server.core.db import Base, db
from server.core.ids import new_id
from server.core.tables import EventRow
from server.customers.models import Contact
from server.notices.channels import Accepted, Message
from server.notices.models import Notice
from server.wiring.finishers import audit_scopes
from server.wiring.sync_host import TABLES
from server.work_orders.models import Visit, WorkOrder
from sync.testing import FakeDevice
from tests.kit import envelope, hand_in, pages, parked_for, phone, read, whole
from tests.world import World

TRACES = ("Corazon", "13987650001", "13987650002", "13987650003", "13987650004", "corazon@example.com")


def tables_that_hold(*texts: str) -> set[str]:
    """Every table with one of the texts in any column, bytes included."""
    db.session().rollback()
    found = set()
    for name, table in Base.metadata.tables.items():
        for row in db.session().execute(sa.select(table)):
            shown = " ".join(
                bytes(one).decode("utf-8", "replace") if isinstance(one, bytes | memoryview) else str(one)
                for one in row
            )
            if any(text in shown for text in texts):
                found.add(name)
    return found


def person_with_a_history(world: World, ben: FakeDevice) -> str:
    """Corazon: edited by Ben and by the office, an open clash, a chosen one, a parked edit, a message that was sent."""
    told = {
        "customer_id": world.customer,
        "name": "Corazon",
        "phone": "13987650001",
        "email": "corazon@example.com",
        "locale": "en",
    }
    contact = str(world.do("asha", "contact.add", told).id)
    visit = world.visit(order=world.order(contact_id=contact))
    ben.pull()

    def both_write(theirs: str, ours: str) -> str:
        ben.enter("contact.edit@1", "contact", contact, {"set": {"phone": theirs}})
        world.do("asha", "contact.edit", {"set": {"phone": ours}}, contact)
        ben.push()
        ben.pull()
        return next(iter(ben.ids("conflict")))

    chosen = both_write("13987650002", "13987650003")
    ben.enter("conflict.resolve@1", "conflict", chosen, {"choose": "other", "value": "13987650004"})
    ben.enter("contact.edit@1", "contact", contact, {"set": {"name": "Corazon", "locale": ["Corazon"]}})
    ben.push()
    ben.pull()
    both_write("13987650002", "13987650001")
    for name, args in (("visit.accept", {}), ("visit.arrive", {}), ("visit.edit", {"set": {"findings": "f"}})):
        world.do("ben", name, args, visit)
    world.do("ben", "visit.complete", {"outcome": "done"}, visit)
    return contact


def erase(world: World, contact: str) -> Any:
    return world.client("mei").post("/api/v1/do/contact.erase", json={"entity_id": contact, "args": {}})


def last_page(device: FakeDevice) -> list[dict[str, Any]]:
    reply = device.request("/sync/v1/pull", json.dumps({"cookies": device.cookies}).encode())
    return [json.loads(one) for one in reply.data.splitlines()][1:-1]


def test_nothing_is_left_of_an_erased_person(world: World) -> None:
    with clock.held(HeldClock(clock.now())) as time:
        ben = phone(world)
        contact = person_with_a_history(world, ben)
        time.advance(minutes=6)
        worker.tick()
        before = tables_that_hold(*TRACES)
        assert {"contact", "notice", "conflict", "event", "command_log"} <= before, before
        hashes = read(sa.select(EventRow.hash).order_by(EventRow.seq))
        ben.pull()
        assert erase(world, contact).status_code == 200
    assert tables_that_hold(*TRACES) == set()
    assert list(chain.faults(db.session())) == []
    assert read(sa.select(EventRow.hash).order_by(EventRow.seq))[: len(hashes)] == hashes
    assert audit_scopes(db.session()) == []
    kept = whole(Contact, contact)
    assert (kept.name, kept.phone, kept.deleted_at is not None) == ("", None, True)
    assert [one.state for one in read(sa.select(Conflict))] == ["resolved", "resolved"]
    assert {one.body for one in read(sa.select(Notice))} == {""}
    assert None in read(sa.select(TABLES.command_log.c.raw).where(TABLES.command_log.c.entity == "contact"))
    gone = [row for row in last_page(ben) if row["t"] == "remove" and row["id"] == contact]
    assert [(row["e"], row["why"]) for row in gone] == [("contact", "erased")]
    ben.pull()
    assert contact not in ben.ids("contact")


FETCHED_WHOLE: dict[str, dict[str, Any]] = {
    "no cookie, as after cookie_too_old": {},
    "another grant epoch": {"grant_epoch": 7},
    "another view": {"view": "engineer@0000000000"},
}


@pytest.mark.parametrize("change", FETCHED_WHOLE.values(), ids=FETCHED_WHOLE.keys())
@pytest.mark.parametrize("limit", [2_000, 524_288])
def test_a_snapshot_says_too_who_was_erased(world: World, change: dict[str, Any], limit: int) -> None:
    """Finding: to a phone that fetched all anew he had merely left, and its shelf kept him."""
    ben = phone(world)
    contact = person_with_a_history(world, ben)
    moved = world.visit()
    ben.pull()
    assert erase(world, contact).status_code == 200
    told = {"work_order_id": whole(Visit, moved).work_order_id, "engineer_id": world.users["lina"]}
    world.do("asha", "visit.assign", told, moved)
    cookies = {name: {**one, **change} for name, one in ben.cookies.items()} if change else {}
    rows = [row for page in pages(ben, limit, cookies) for row in page]
    gone = [row for row in rows if row["t"] == "remove"]
    mine = [f"user:{world.users['ben']}"]
    assert ("contact", contact, mine, "erased") in [(row["e"], row["id"], row["c"], row["why"]) for row in gone]
    assert {row["why"] for row in gone} == {"erased"}, "who merely left is not told to whom it never showed"
    assert contact not in [row["id"] for row in rows if row["t"] == "upsert"]
    assert "Corazon" not in json.dumps(rows)


def test_a_message_that_still_waits_is_not_sent_to_who_was_erased(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Finding: an empty message went to an empty address."""
    sent: list[Message] = []

    class Recorder:
        def send(self, message: Message) -> Accepted:
            sent.append(message)
            return Accepted("1")

    with clock.held(HeldClock(clock.now())) as time:
        contact = person_with_a_history(world, phone(world))
        time.advance(minutes=6)
        due_work.run_inline()
        assert read(sa.select(Notice.state)) == ["waiting"]
        assert erase(world, contact).status_code == 200
        monkeypatch.setitem(world.app.extensions["callout.channels"], "outbox", Recorder())
        worker.tick()
    assert sent == []


def test_nobody_is_told_who_was_erased_before_the_message_was_made(world: World) -> None:
    with clock.held(HeldClock(clock.now())) as time:
        contact = person_with_a_history(world, phone(world))
        assert erase(world, contact).status_code == 200
        time.advance(minutes=6)
        worker.tick()
        assert read(sa.select(Notice)) == []
    assert tables_that_hold(*TRACES) == set()


def test_what_comes_late_about_an_erased_person_does_not_bring_him_back(world: World) -> None:
    """Finding: the edit of a phone that was offline meanwhile parked with all its words. Ben is told, and they are not kept."""
    ben = phone(world)
    contact = person_with_a_history(world, ben)
    order = read(sa.select(WorkOrder.id).where(WorkOrder.contact_id == contact))[0]
    late = ben.enter("contact.edit@1", "contact", contact, {"set": {"phone": "13987650002"}})
    ben.enter("contact.add@9", "contact", contact, {"name": "Corazon"})
    remark = {"work_order_id": order, "text": "He moved out"}
    ben.enter("comment.add@1", "comment", new_id(), remark, after=[late])
    sent = list(ben.outbox)
    assert erase(world, contact).status_code == 200
    results = [one for mid, one in sorted(ben.push().items()) if mid >= late]
    assert [(one["state"], one["code"]) for one in results[:2]] == [("duplicate", "erased")] * 2
    assert "has been erased" in results[0]["sentence"]
    assert results[2]["state"] == "applied", "what came after it does not wait for it"
    assert whole(Contact, contact).phone is None
    assert tables_that_hold(*TRACES) == set()
    ben.pull()
    assert (parked_for(world), ben.ids("parked")) == ([], set())
    log = TABLES.command_log.c
    assert read(sa.select(log.name).where(log.mid == late)) == ["contact.edit@1"]
    again = json.loads(ben.request("/sync/v1/push", ben.body(sent)).data)["results"]
    assert [one["code"] for one in again[:2]] == ["erased", "erased"]
    assert audit_scopes(db.session()) == []


def test_what_was_parked_about_an_erased_person_waits_no_longer(world: World) -> None:
    """With its words gone there was an empty entry left that nobody could decide about."""
    ben = phone(world)
    contact = person_with_a_history(world, ben)
    assert len(parked_for(world)) == 1
    assert ben.ids("parked")
    erase(world, contact)
    ben.pull()
    assert (parked_for(world), ben.ids("parked")) == ([], set())
    assert audit_scopes(db.session()) == []


@pytest.mark.parametrize("is_late", [True, False])
def test_what_was_handed_in_sealed_about_an_erased_person_is_not_kept(world: World, is_late: bool) -> None:
    """Before or after: nothing of it lies open, and the envelope keeps no second copy; what has not been opened stays in it."""
    ben = phone(world)
    contact = person_with_a_history(world, ben)
    key = ben.hello()["intake_key"]
    ben.enter("contact.edit@1", "contact", contact, {"set": {"phone": "13987650002"}})
    pieces = [("blob", f"{'0' * 64}:0", b"part")]
    sealed, proof = envelope(ben.id, key, ben.outbox, world.users["ben"], pieces)
    ben.hello(intake=proof)
    steps: list[Callable[[], object]] = [lambda: hand_in(world, sealed), lambda: erase(world, contact)]
    for step in reversed(steps) if is_late else steps:
        step()
    assert tables_that_hold(*TRACES) == set()
    assert parked_for(world) == []
    (body,) = read(sa.select(TABLES.intake.c.body))
    kept = json.loads(body)
    assert ["bytes" in one for one in kept["rows"] + kept["others"]] == [False, True]
    assert hand_in(world, sealed) == 202
    assert len(read(sa.select(TABLES.intake.c.id))) == 1


def test_only_who_may_erases(world: World) -> None:
    wish = {"entity_id": world.contact, "args": {}}
    assert world.client("ben").post("/api/v1/do/contact.erase", json=wish).status_code in (403, 404)
    assert whole(Contact, world.contact).name == "Cora"


def test_what_was_erased_stays_erased_wherever_its_order_goes(world: World) -> None:
    """Finding: an order that was taken away and given back made of "erased" a mere "deleted", which a phone's shelf survives."""
    order = world.order()
    visit = world.visit(order=order)
    ben = phone(world)
    contact = whole(WorkOrder, order).contact_id
    assert ("contact", contact) in ben.rows
    world.do("mei", "contact.erase", {}, contact)
    times = {"planned_start": "2026-12-01T08:00:00+00:00", "planned_end": "2026-12-01T09:00:00+00:00"}
    for who in ("lina", "ben"):
        told = {"work_order_id": order, "engineer_id": world.users[who], **times}
        world.do("asha", "visit.assign", told, visit)
    feed = TABLES.feed.c
    mine = (feed.entity_id == contact, feed.channel == f"user:{world.users['ben']}")
    assert read(sa.select(feed.why).where(*mine)) == ["erased"]
