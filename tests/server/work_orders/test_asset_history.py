"""What happened to a device before is on the phone of whoever goes there: bounded, by the policy, kept true, and gone with the job."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from server.core import clock
from server.core.clock import HeldClock
from server.core.db import db
from server.core.ids import new_id
from server.seed.roles import ENGINEER
from server.wiring.finishers import audit_scopes
from tests.kit import phone
from tests.world import World

FIRST = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)


def done(world: World, findings: str, at: dt.datetime = FIRST, **changes: Any) -> str:
    """Lina has been there; answers the visit."""
    with clock.held(HeldClock(at)):
        visit = world.visit("lina", world.order(**changes))
        for name in ("visit.accept", "visit.arrive"):
            world.do("lina", name, {}, visit)
        world.do("lina", "visit.edit", {"set": {"findings": findings}}, visit)
        world.do("lina", "visit.complete", {"outcome": "done"}, visit)
    return visit


def past(world: World, login: str = "ben", asset: str | None = None) -> dict[str, Any]:
    return phone(world, login).rows.get(("asset_history", asset or world.asset), {})


def test_the_last_five_visits_newest_first_with_what_was_found(world: World) -> None:
    made = [done(world, f"Found {n}", FIRST + dt.timedelta(days=n)) for n in range(7)]
    world.visit()
    found = past(world)
    assert [one["id"] for one in found["visits"]] == made[:1:-1]
    assert found["total"] == 7
    (newest, *_rest) = found["visits"]
    assert (newest["engineer"], newest["outcome"], newest["work_type_id"]) == ("Lina", "done", world.repair)
    assert found["findings"][made[6]] == "Found 6"
    assert found["open_count"] == 1


def test_it_follows_what_happens_and_leaves_with_the_job(world: World) -> None:
    mine = world.visit()
    ben = phone(world)
    key = ("asset_history", world.asset)
    assert ben.rows[key]["visits"] == []
    visit = done(world, "Fan worn")
    ben.pull()
    assert [one["id"] for one in ben.rows[key]["visits"]] == [visit]
    late = {"set": {"findings": "Fan and belt worn"}}
    world.do("mei", "visit.edit", late, visit)
    ben.pull()
    assert ben.rows[key]["findings"] == {visit: "Fan and belt worn"}
    world.do("asha", "visit.unassign", {"reason": "ill"}, mine)
    ben.pull()
    assert key not in ben.rows
    assert audit_scopes(db.session()) == []


def test_an_order_that_is_switched_to_another_unit_takes_its_past_along(world: World) -> None:
    args = {"product_id": world.product, "customer_id": world.customer, "site_id": world.site, "serial": "CH2"}
    other = str(world.do("mei", "asset.add", args, new_id()).id)
    order = world.order()
    world.visit(order=order)
    ben = phone(world)
    world.do("asha", "work_order.edit", {"set": {"asset_id": other}}, order)
    ben.pull()
    assert ben.rows[("asset_history", world.asset)]["open_count"] == 0
    assert ben.rows[("asset_history", other)]["open_count"] == 1


def test_of_what_goes_on_with_others_only_that_it_does_is_told(world: World) -> None:
    world.visit()
    ben = phone(world)
    others = world.order(summary="SECRET-OF-LINAS")
    world.visit("lina", others)
    ben.pull()
    assert ben.rows[("asset_history", world.asset)]["open_count"] == 2
    assert not any(word in str(ben.rows) for word in ("SECRET-OF-LINAS", others))
    world.do("asha", "work_order.cancel", {"reason": "twice"}, others)
    ben.pull()
    assert ben.rows[("asset_history", world.asset)]["open_count"] == 1


def test_who_may_not_read_findings_reads_none_here_either(world: World) -> None:
    done(world, "FOR-COLLEAGUES-ONLY")
    world.visit()
    fields = {**ENGINEER["field_grants"], "visit": {"*": "read", "findings": "none"}}
    world.do("mei", "role.change", {**ENGINEER, "field_grants": fields}, world.roles["engineer"])
    found = past(world)
    assert len(found["visits"]) == 1
    assert "findings" not in found and "FOR-COLLEAGUES-ONLY" not in str(found)


@pytest.mark.parametrize(
    ("entity", "field"),
    [("work_order", "summary"), ("work_order", "work_type_id"), ("visit", "outcome"), ("user", "name")],
)
def test_a_field_that_is_kept_from_a_role_is_not_told_by_way_of_the_past(world: World, entity: str, field: str) -> None:
    """Finding: visits asked for the status alone, and told what the order was about, how it ended and who was there."""
    visit = done(world, "Fan worn", summary="NOT-FOR-PHONES")
    world.visit()
    fields = {**ENGINEER["field_grants"], entity: {"*": "read", field: "none"}}
    world.do("mei", "role.change", {**ENGINEER, "field_grants": fields}, world.roles["engineer"])
    found = past(world)
    assert "visits" not in found and "NOT-FOR-PHONES" not in str(found)
    assert (found["total"], found["findings"]) == (1, {visit: "Fan worn"})


def test_a_reason_that_is_kept_from_a_role_stands_in_no_findings(world: World) -> None:
    """Finding: what was not finished told its reason as findings."""
    visit = world.visit("lina", world.order())
    world.do("lina", "visit.accept", {}, visit)
    world.do("lina", "visit.cannot_complete", {"reason": "FOR-THE-OFFICE"}, visit)
    world.visit()
    fields = {**ENGINEER["field_grants"], "visit": {"*": "read", "reason": "none"}}
    world.do("mei", "role.change", {**ENGINEER, "field_grants": fields}, world.roles["engineer"])
    found = past(world)
    assert len(found["visits"]) == 1
    assert "findings" not in found and "FOR-THE-OFFICE" not in str(found)


def test_a_reason_stands_where_nothing_was_finished(world: World) -> None:
    visit = world.visit("lina", world.order())
    world.do("lina", "visit.accept", {}, visit)
    world.do("lina", "visit.cannot_complete", {"reason": "Nobody there"}, visit)
    world.visit()
    found = past(world)
    assert (found["visits"][0]["status"], found["findings"]) == ("cannot_complete", {visit: "Nobody there"})


def test_what_covers_a_device_comes_with_it(world: World) -> None:
    world.visit()
    ben = phone(world)
    assert ben.ids("contract") == set()
    args = {"asset_id": world.asset, "starts_on": "2023-09-12", "ends_on": "2026-09-11"}
    made = str(world.do("asha", "contract.add", args).id)
    ben.pull()
    row = ben.rows[("contract", made)]
    assert (row["kind"], row["ends_on"], row["asset_id"]) == ("warranty", "2026-09-11", world.asset)
    world.do("asha", "contract.edit", {"set": {"ends_on": "2027-09-11"}}, made, base_version=1)
    ben.pull()
    assert ben.rows[("contract", made)]["ends_on"] == "2027-09-11"
    reversed_ = {"entity_id": new_id(), "args": args | {"ends_on": "2020-01-01"}}
    reply = world.client("asha").post("/api/v1/do/contract.add", json=reversed_)
    assert (reply.status_code, reply.get_json()["code"]) == (422, "contract_reversed")
    assert phone(world, "lina").ids("contract") == set()
    assert audit_scopes(db.session()) == []
