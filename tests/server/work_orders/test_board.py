"""What the desk reads and decides: the order of its list, decisions that crossed, whom a dead link sends to."""

from __future__ import annotations

import datetime as dt
from typing import Any

from server.core.ids import new_id
from server.wiring.words import OFFICE, PARKED
from sync.testing import FakeDevice
from tests.world import World


def listed(world: World, **query: Any) -> dict[str, Any]:
    reply = world.client("asha").get("/api/v1/work-orders", query_string=query)
    assert reply.status_code == 200, reply.text
    return dict(reply.get_json())


def test_urgent_first_then_longest_waiting_and_pages_that_do_not_overlap(world: World) -> None:
    start = dt.datetime(2026, 11, 20, 8, tzinfo=dt.UTC)
    made = {
        (priority, hour): world.order(
            summary=f"{priority} {hour}", priority=priority, reported_at=(start + dt.timedelta(hours=hour)).isoformat()
        )
        for priority in ("P3", "P1", "P2") for hour in (2, 1, 1.5)
    }  # fmt: skip
    twin = world.order(summary="P1 1 twin", priority="P1", reported_at=(start + dt.timedelta(hours=1)).isoformat())
    wanted = sorted([(*key, one) for key, one in made.items()] + [("P1", 1, twin)])
    found: list[str] = []
    while True:
        page = listed(world, category="new", order="urgent", limit=3, **({"after": found[-1]} if found else {}))
        found += [one["id"] for one in page["items"]]
        if not page["more"]:
            break
    assert found == [one for _priority, _hour, one in wanted]
    assert page["counts"]["new"] == page["total"] == 10
    newest = [one["reported_at"] for one in listed(world)["items"]]
    assert newest == sorted(newest, reverse=True)
    assert world.client("asha").get("/api/v1/work-orders?order=loudest").status_code == 422


def test_a_decision_on_what_somebody_else_has_changed_is_not_taken(world: World) -> None:
    order, first, second = world.order(), new_id(), new_id()

    def assign(login: str, visit: str, engineer: str, base: int | None) -> Any:
        args = {"work_order_id": order, "engineer_id": world.users[engineer]}
        body = {"entity_id": visit, "base_version": base, "args": args}
        return world.client(login).post("/api/v1/do/visit.assign", json=body)

    made = assign("asha", first, "ben", 0)
    assert made.status_code == 200, made.text
    late = assign("mei", second, "lina", 0)
    assert (late.status_code, late.get_json()["code"]) == (409, "version_conflict")
    version = made.get_json()["record"]["version"]
    late = assign("mei", first, "lina", version - 1)
    assert (late.status_code, late.get_json()["code"]) == (409, "version_conflict")
    times = {"planned_start": "2026-11-23T01:00:00Z", "planned_end": "2026-11-23T02:00:00Z"}
    body = {"entity_id": first, "base_version": version + 7, "args": times}
    assert world.client("mei").post("/api/v1/do/visit.move", json=body).status_code == 409
    assert assign("mei", first, "lina", version).status_code == 200
    assert assign("asha", first, "ben", None).status_code == 200


def test_a_parked_entry_speaks_to_its_reader(world: World) -> None:
    order = world.order()
    visit = world.visit(order=order)
    ben = FakeDevice(world.client("ben"))
    ben.hello()
    ben.pull()
    world.do("asha", "visit.cancel", {"reason": "customer called"}, visit)
    ben.enter("visit.accept@1", "visit", visit, {})
    ben.push()
    (mine,) = world.client("ben").get("/api/v1/parked").get_json()["items"]
    (theirs,) = world.client("asha").get("/api/v1/parked").get_json()["items"]
    assert "talk to the office" in mine["sentence"]
    assert "Tell the engineer" in theirs["sentence"] and "talk to the office" not in theirs["sentence"]
    assert set(PARKED) <= set(OFFICE)
    assert theirs["order"]["customer"] == "Northway" and theirs["order"]["number"].startswith("WO-")


def test_a_dead_link_names_whom_to_call(world: World) -> None:
    reply = world.app.test_client().get("/api/v1/track/not-a-link")
    assert reply.status_code == 404
    assert reply.get_json()["organisation"] == {"name": "Henleng", "phone": None}
