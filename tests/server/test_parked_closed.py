"""Asha closes what could not apply: each says why in the history of its order, and a second try closes nothing twice."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from server.core.tables import EventRow
from tests.kit import parked_for, phone, read
from tests.world import World


def two_parked(world: World) -> list[dict[str, Any]]:
    """Ben enters what a visit does not take any more, on two orders."""
    ben, visits = phone(world), [world.visit("ben"), world.visit("ben")]
    ben.pull()
    for visit in visits:
        world.do("asha", "visit.cancel", {"reason": "sold"}, visit)
        ben.enter("visit.travel@1", "visit", visit, {})
    ben.push()
    found = parked_for(world)
    assert len(found) == 2
    return found


def dismiss(world: World, one: dict[str, Any], **body: Any) -> Any:
    return world.client("asha").post(f"/api/v1/parked/{one['id']}/dismiss", json=body)


def test_each_one_closed_is_one_event_with_its_reason(world: World) -> None:
    first, second = two_parked(world)
    for one in (first, second):
        assert dismiss(world, one, reason="The machine was sold").status_code == 200
    assert parked_for(world) == []
    events = sa.select(EventRow.aggregate_id).where(EventRow.name == "parked.dismissed")
    assert sorted(read(events)) == sorted([first["work_order_id"], second["work_order_id"]])
    history = world.client("asha").get(f"/api/v1/work-orders/{first['work_order_id']}").get_json()["timeline"]
    (told,) = [one for one in history if one["event"] == "parked.dismissed"]
    assert (told["actor"], told["reason"]) == ("Asha", "The machine was sold")


def test_closed_already_is_said_and_leaves_one_event(world: World) -> None:
    first, _second = two_parked(world)
    assert dismiss(world, first).status_code == 200
    again = dismiss(world, first, reason="Once more")
    assert (again.status_code, again.get_json()["code"]) == (404, "not_found")
    assert len(read(sa.select(EventRow.seq).where(EventRow.name == "parked.dismissed"))) == 1


def test_a_reason_that_does_not_fit_closes_nothing(world: World) -> None:
    first, _second = two_parked(world)
    assert dismiss(world, first, reason="x" * 2001).status_code == 422
    assert len(parked_for(world)) == 2
