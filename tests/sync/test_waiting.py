"""What waits: held behind a parked one, tried again, dismissed, sent again by another device."""

from __future__ import annotations

import json

from server.core import clock
from server.core.clock import HeldClock
from server.work_orders.models import Visit
from tests.kit import decide, parked_for, phone, whole
from tests.world import World


def test_a_chain_of_three_follows_the_retry_of_its_first(world: World) -> None:
    visit = world.visit()
    ben = phone(world)
    mid = ben.enter("visit.travel@1", "visit", visit, {})
    for findings in ("b", "c"):
        mid = ben.enter("visit.edit@1", "visit", visit, {"set": {"findings": findings}}, after=[mid])
    assert [one["code"] for one in ben.push().values()] == ["needs_fix", "held", "held"]
    world.do("asha", "visit.accept", {}, visit)
    assert decide(world, "retry")["state"] == "applied"
    assert parked_for(world) == []
    assert whole(Visit, visit).findings == "c"


def test_dismissing_the_first_frees_what_waits(world: World) -> None:
    visit = world.visit()
    ben = phone(world)
    first = ben.enter("visit.travel@1", "visit", visit, {})
    ben.enter("visit.edit@1", "visit", visit, {"set": {"findings": "b"}}, after=[first])
    ben.push()
    decide(world, "dismiss")
    assert "held" not in [one["code"] for one in parked_for(world)]
    assert whole(Visit, visit).findings == "b"


def test_a_dismissed_mutation_sent_again_has_a_state_of_the_protocol(world: World) -> None:
    visit = world.visit()
    ben = phone(world)
    ben.enter("visit.travel@1", "visit", visit, {})
    lines = list(ben.outbox)
    ben.push()
    decide(world, "dismiss")
    (told,) = json.loads(ben.request("/sync/v1/push", ben.body(lines)).data)["results"]
    assert (told["state"], told["code"], bool(told["sentence"])) == ("duplicate", "dismissed", True)


def test_what_the_office_dismissed_is_not_applied_under_another_number(world: World) -> None:
    visit = world.visit()
    old, new = phone(world), phone(world)
    old.enter("visit.travel@1", "visit", visit, {})
    lines = list(old.outbox)
    old.push()
    decide(world, "dismiss")
    world.do("asha", "visit.accept", {}, visit)
    new.head, new.outbox = 1, lines
    assert new.push()[1]["state"] == "duplicate"
    assert whole(Visit, visit).status == "accepted"


def test_a_retry_after_days_keeps_the_time_of_receipt(world: World) -> None:
    """PROTOCOL 7.3: without an anchor the time is that of receipt, not of applying."""
    start = clock.now().replace(microsecond=0)
    with clock.held(HeldClock(start)) as time:
        visit = world.visit()
        ben = phone(world)
        ben.anchor = None
        ben.enter("visit.travel@1", "visit", visit, {})
        ben.push()
        world.do("asha", "visit.accept", {}, visit)
        time.advance(days=2)
        assert decide(world, "retry")["state"] == "applied"
    assert whole(Visit, visit).travel_started_at == start


def test_declined_and_taken_back_is_on_the_phone_again(world: World) -> None:
    """Finding: the office saw it sent to Ben, his phone held nothing."""
    visit = world.visit()
    ben = phone(world)
    ben.enter("visit.decline@1", "visit", visit, {"reason": "oops"})
    ben.enter("visit.revert@1", "visit", visit, {})
    assert [one["state"] for one in ben.push().values()] == ["applied", "applied"]
    found = whole(Visit, visit)
    assert (found.status, found.engineer_id) == ("dispatched", world.users["ben"])
    ben.pull()
    assert visit in ben.ids("visit")


def test_a_declined_visit_stays_nobodys_when_he_is_switched_off_and_on(world: World) -> None:
    visit = world.visit()
    world.do("ben", "visit.decline", {"reason": "x"}, visit, origin="sync")
    world.do("mei", "user.disable", {}, world.users["ben"])
    world.do("mei", "user.enable", {}, world.users["ben"])
    assert whole(Visit, visit).engineer_id is None
