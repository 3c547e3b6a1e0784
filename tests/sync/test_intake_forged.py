"""Intake asks nobody who he is: what a stranger, a leaver or a colleague can put there must harm no other's work."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from server.core.ids import new_id
from server.wiring.doors import open_intake
from server.wiring.sync_host import TABLES
from server.work_orders.models import Comment, Visit
from sync import intake, wire
from sync.testing import FakeDevice
from tests.kit import envelope, hand_in, line, parked_for, phone, read, whole
from tests.world import World


def forge(world: World, ben: FakeDevice, visit: str) -> None:
    """Lina seals Ben's numbers with the key that every hello tells."""
    key = FakeDevice(world.client("lina")).hello()["intake_key"]
    reason = {"reason": "forged by lina"}
    rows = [(mid, line(mid, "visit.decline@1", "visit", visit, reason)) for mid in (1, 2, 3, 2**31 - 1)]
    assert hand_in(world, envelope(ben.id, key, rows)[0]) == 202


def enter_remarks(world: World, ben: FakeDevice) -> None:
    order = whole(Visit, world.visit()).work_order_id
    for number in range(4):
        text = {"work_order_id": order, "text": str(number)}
        ben.enter("comment.add@1", "comment", new_id(), text)


def test_forged_numbers_leave_the_device_its_own(world: World) -> None:
    """Finding: the victim's phone was refused for ever with mid_reuse."""
    visit = world.visit()
    ben = phone(world)
    forge(world, ben, visit)
    ben.enter("visit.accept@1", "visit", visit, {})
    assert ben.push()[1]["state"] == "applied"
    assert ben.hello()["server_last_mid"] == 1


def test_forged_words_are_shown_as_nobodys_and_cannot_be_carried_out(world: World) -> None:
    visit = world.visit()
    forge(world, phone(world), visit)
    shown = parked_for(world)
    assert {(one["code"], one["user"], one["work_order_id"]) for one in shown} == {("unproven", None, None)}
    reply = world.client("asha").post(f"/api/v1/parked/{shown[0]['id']}/retry")
    assert (reply.status_code, reply.get_json()["code"]) == (409, "not_applicable")
    assert whole(Visit, visit).status == "dispatched"
    assert world.client("asha").post(f"/api/v1/parked/{shown[0]['id']}/dismiss").status_code == 200


def test_the_same_words_of_nobody_are_shown_once(world: World) -> None:
    """A phone that gets no answer seals anew: another envelope, the same bytes in it."""
    ben = phone(world)
    key = ben.hello()["intake_key"]
    rows = [(1, line(1, "visit.accept@1", "visit", world.visit(), {}))]
    for _ in range(2):
        assert hand_in(world, envelope(ben.id, key, rows)[0]) == 202
    assert [one["code"] for one in parked_for(world)] == ["unproven"]


@pytest.mark.parametrize("mid", [2**70, 2**40, 0, -1])
def test_an_impossible_number_does_not_hold_up_other_envelopes(world: World, mid: int) -> None:
    visit = world.visit()
    ben = phone(world)
    key = ben.hello()["intake_key"]
    good = (1, line(1, "visit.accept@1", "visit", visit, {}))
    assert hand_in(world, envelope(new_id(), key, [(mid, b"x")])[0]) == 202
    assert hand_in(world, envelope(ben.id, key, [good])[0]) == 202
    open_intake()
    intake = TABLES.intake.c
    assert sorted(read(sa.select(intake.opened))) == [0, 1]
    assert set(read(sa.select(intake.state))) == {"opened"}


def test_a_line_nobody_can_read_does_not_hold_up_the_envelope(world: World) -> None:
    visit = world.visit()
    ben = phone(world)
    key = ben.hello()["intake_key"]
    rows = [(1, line(1, "visit.accept@²", "visit", visit, {})), (2, b"\xff"), (3, line(3, "x@1", "visit", visit, {}))]
    assert hand_in(world, envelope(ben.id, key, rows)[0]) == 202
    assert read(sa.select(TABLES.intake.c.opened)) == [3]


def test_a_fault_of_ours_with_one_envelope_does_not_hold_up_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = world.visit()
    ben = phone(world)
    key = ben.hello()["intake_key"]
    read_mutation = wire.read_mutation

    def broken(raw: bytes, mid: int) -> wire.Mutation:
        if mid == 7:
            raise RuntimeError("a bug of ours")
        return read_mutation(raw, mid)

    monkeypatch.setattr(wire, "read_mutation", broken)
    for mid in (7, 1):
        hand_in(world, envelope(ben.id, key, [(mid, line(mid, "visit.accept@1", "visit", visit, {}))])[0])
    assert sorted(read(sa.select(TABLES.intake.c.state))) == ["failed", "opened"]


@pytest.mark.parametrize("is_proven", [True, False])
def test_the_later_envelope_first_and_then_a_push_of_all(world: World, is_proven: bool) -> None:
    """PROTOCOL 8.2: a large outbox goes in several envelopes; then the account works again."""
    ben = phone(world)
    key = ben.hello()["intake_key"]
    enter_remarks(world, ben)
    sealed, proof = envelope(ben.id, key, ben.outbox[2:])
    if is_proven:
        ben.hello(intake=proof)
    assert hand_in(world, sealed) == 202
    assert [one["code"] for one in parked_for(world)] == ["sealed" if is_proven else "unproven"] * 2
    assert ben.hello()["server_last_mid"] == 0, "only what is stored without a gap may be said to be stored"
    assert {one["state"] for one in ben.push().values()} == {"applied"}
    assert sorted(read(sa.select(Comment.text))) == ["0", "1", "2", "3"]
    assert ben.hello()["server_last_mid"] == 4


def test_megabytes_of_brackets_are_counted_by_no_loop_of_ours(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding: 8 MiB without a login took most of a second of the only interpreter."""

    def refuse(_body: bytes) -> int:
        raise AssertionError("a loop over every byte of an anonymous body")

    monkeypatch.setattr(wire, "depth", refuse)
    raw = b'{"device":"x","rows":[' + b"{}," * 2_700_000 + b"{}]}"
    reply = world.app.test_client().post("/sync/v1/intake", data=raw)
    assert (reply.status_code, reply.get_json()["code"]) == (400, "body_malformed")


def test_the_anonymous_door_has_a_limit(world: World) -> None:
    limiter = world.app.extensions["callout.limiter"]
    told = {"device": new_id(), "key_id": "", "wrapped_key": "", "rows": []}
    limiter.reset()
    limiter.enabled = True
    try:
        codes = {world.app.test_client().post("/sync/v1/intake", data=json.dumps(told)).status_code for _ in range(70)}
    finally:
        limiter.enabled = False
    assert codes == {202, 429}


@pytest.mark.parametrize("is_proven", [True, False])
def test_a_large_envelope_is_opened_in_steps_and_an_unproven_one_only_so_far(
    world: World, monkeypatch: pytest.MonkeyPatch, is_proven: bool
) -> None:
    """Finding: one envelope of 15,000 rows held the only writer for half a minute, and the office could close them one by one."""
    monkeypatch.setattr(intake, "STEP", 2)
    monkeypatch.setattr(intake, "MOST_UNPROVEN", 3)
    order = world.order()
    world.visit(order=order)
    ben = phone(world)
    for number in range(7):
        ben.enter("comment.add@1", "comment", new_id(), {"work_order_id": order, "text": str(number)})
    sealed, proof = envelope(ben.id, ben.hello()["intake_key"], ben.outbox)
    if is_proven:
        ben.hello(intake=proof)
    assert hand_in(world, sealed) == 202
    assert len(parked_for(world)) == (7 if is_proven else 3)
    assert read(sa.select(TABLES.intake.c.state)) == ["opened"]
