"""What Asha's timeline shows: who can what, who works when, who is away, which visits stand where."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import pytest

from server.core import clock
from server.core.canonical import wire_time
from server.core.errors import Problem
from server.core.ids import new_id
from tests.server.permissions.test_leaks import with_role
from tests.world import World

DAY = "from_at=2026-11-23T00:00:00%2B08:00&until_at=2026-11-24T00:00:00%2B08:00"


def board(world: World, login: str = "asha", span: str = DAY) -> dict[str, Any]:
    reply = world.client(login).get(f"/api/v1/board?{span}")
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.get_json()
    return found


def plan(world: World, start: str, end: str, engineer: str = "ben") -> str:
    args = {
        "work_order_id": world.order(), "engineer_id": world.users[engineer],
        "planned_start": f"2026-11-23T{start}:00+08:00", "planned_end": f"2026-11-23T{end}:00+08:00",
    }  # fmt: skip
    return str(world.do("asha", "visit.assign", args).id)


def test_visits_that_touch_the_day_stand_on_it_and_no_others(world: World) -> None:
    first, second = plan(world, "09:00", "11:00"), plan(world, "23:00", "23:30", "lina")
    plan_of_tomorrow = {
        "work_order_id": world.order(), "engineer_id": world.users["ben"],
        "planned_start": "2026-11-24T09:00:00+08:00", "planned_end": "2026-11-24T10:00:00+08:00",
    }  # fmt: skip
    world.do("asha", "visit.assign", plan_of_tomorrow)
    cancelled = plan(world, "13:00", "14:00")
    world.do("asha", "visit.cancel", {"reason": "The customer rang"}, cancelled)
    waiting = world.order()
    found = board(world)
    standing = {visit["id"] for one in found["orders"] for visit in one["visits"]}
    assert standing == {first, second}
    (nine,) = [one for one in found["orders"] if [visit["id"] for visit in one["visits"]] == [first]]
    assert nine["customer"] == "Northway" and nine["visits"][0]["status"] == "dispatched"
    assert waiting in [one["id"] for one in found["orders"] if one["category"] == "new"]
    assert [one["name"] for one in found["engineers"]] == ["Ben", "Lina"]
    assert world.client("asha").get(f"/api/v1/board/engineers?{DAY}").get_json() == {"engineers": found["engineers"]}


@pytest.mark.parametrize("step", ["visit.unassign", "visit.decline"])
def test_what_was_taken_back_or_declined_waits_to_be_planned_again(world: World, step: str) -> None:
    """Finding: it was in no row and in no list, and the office forgot it."""
    visit = plan(world, "09:00", "11:00")
    world.do(
        "asha" if step == "visit.unassign" else "ben",
        step,
        {"reason": "no car"} if step == "visit.decline" else {},
        visit,
    )
    (order,) = board(world)["orders"]
    assert (order["category"], order["status_label"]["en"]) == ("new", "To plan")
    assert [(one["id"], one["status"], one["engineer_id"]) for one in order["visits"]] == [(visit, "planned", None)]


def test_one_more_that_nobody_is_sent_to_waits_beside_the_one_that_goes_on(world: World) -> None:
    visit = plan(world, "09:00", "11:00")
    order = world.client("asha").get(f"/api/v1/board?{DAY}").get_json()["orders"][0]["id"]
    world.do("asha", "visit.plan", {"work_order_id": order})
    elsewhere = "from_at=2026-12-23T00:00:00%2B08:00&until_at=2026-12-24T00:00:00%2B08:00"
    (found,) = board(world, span=elsewhere)["orders"]
    assert (found["category"], [one["id"] == visit for one in found["visits"]]) == ("scheduled", [True, False])


def test_an_undo_takes_back_its_own_decision_and_no_later_one(world: World) -> None:
    """Finding: Asha's Undo withdrew the job from Lina, whom Mei had sent meanwhile."""
    visit = plan(world, "09:00", "11:00")
    (order,) = board(world)["orders"]
    seen = order["visits"][0]["version"]
    world.do("mei", "visit.assign", {"work_order_id": order["id"], "engineer_id": world.users["lina"]}, visit)
    body = {"entity_id": visit, "args": {}, "base_version": seen}
    reply = world.client("asha").post("/api/v1/do/visit.unassign", json=body)
    assert (reply.status_code, reply.get_json()["code"]) == (409, "version_conflict")
    assert board(world)["orders"][0]["visits"][0]["engineer"] == "Lina"


def test_who_is_still_at_work_stands_on_today_although_the_plan_is_over(world: World) -> None:
    visit = plan(world, "09:00", "10:00")
    world.do("ben", "visit.accept", {}, visit)
    world.do("ben", "visit.travel", {}, visit)
    world.do("ben", "visit.arrive", {}, visit)
    today = clock.now()
    span = urlencode(
        {"from_at": wire_time(today - dt.timedelta(minutes=5)), "until_at": wire_time(today + dt.timedelta(hours=1))}
    )
    assert [one["visits"][0]["id"] for one in board(world, span=span)["orders"]] == [visit]


def test_what_an_engineer_can_and_when_he_works(world: World) -> None:
    skill = str(world.do("mei", "skill.add", {"name": {"en": "Centrifugal"}}).id)
    world.do("mei", "engineer_profile.set", {
        "skills": [{"skill_id": skill, "level": 2, "expires_on": "2027-01-31"}],
        "shifts": [{"weekday": 0, "from": "13:00", "until": "17:30"}, {"weekday": 0, "from": "08:00", "until": "12:00"}],
    }, world.users["ben"])  # fmt: skip
    (ben, _lina) = board(world)["engineers"]
    assert ben["skills"] == [{"skill_id": skill, "level": 2, "expires_on": "2027-01-31"}]
    assert [one["from"] for one in ben["shifts"]] == ["08:00", "13:00"]
    world.do("mei", "engineer_profile.set", {"is_dispatchable": True}, world.users["ben"])
    assert board(world)["engineers"][0]["skills"] != [], "what is not named stays"


@pytest.mark.parametrize(
    "bad",
    [
        {"skills": [{"skill_id": new_id()}]},
        {"skills": [{"skill_id": "x"}]},
        {"shifts": [{"weekday": 7, "from": "08:00", "until": "12:00"}]},
        {"shifts": [{"weekday": 0, "from": "12:00", "until": "08:00"}]},
        {"shifts": [{"weekday": 0, "from": "8:00", "until": "12:00"}]},
    ],
)
def test_a_profile_that_cannot_be_is_refused(world: World, bad: dict[str, Any]) -> None:
    with pytest.raises(Problem) as caught:
        world.do("mei", "engineer_profile.set", bad, world.users["ben"])
    assert caught.value.code in ("skill_unknown", "input_invalid")


def test_an_absence_is_seen_until_it_is_taken_back(world: World) -> None:
    args = {
        "engineer_id": world.users["ben"], "from_at": "2026-11-22T00:00:00+08:00", "until_at": "2026-11-24T00:00:00+08:00", "kind": "ill",
    }  # fmt: skip
    absence = str(world.do("asha", "absence.add", args).id)
    assert [one["kind"] for one in board(world)["engineers"][0]["absences"]] == ["ill"]
    world.do("asha", "absence.remove", {}, absence)
    assert board(world)["engineers"][0]["absences"] == []
    with pytest.raises(Problem) as caught:
        world.do("asha", "absence.add", args | {"until_at": args["from_at"]})
    assert caught.value.code == "absence_reversed"


def test_why_somebody_is_away_and_what_he_can_is_for_whoever_may_see_it(world: World) -> None:
    """Finding: the board gave it to every role that may read engineers."""
    skill = str(world.do("mei", "skill.add", {"name": {"en": "Chillers"}}).id)
    world.do("mei", "engineer_profile.set", {"skills": [{"skill_id": skill, "level": 2}]}, world.users["ben"])
    world.do("asha", "absence.add", {
        "engineer_id": world.users["ben"], "from_at": "2026-11-22T00:00:00+08:00", "until_at": "2026-11-24T00:00:00+08:00",
        "kind": "ill", "note": "back pain",
    })  # fmt: skip
    fields = {entity: {"*": "read"} for entity in ("work_order", "visit", "order_card", "user")}
    with_role(world, "dev", grants=["engineer.read", "work_order.read"], scope="all", field_grants=fields)
    (ben, _lina) = board(world, "dev")["engineers"]
    assert (ben["skills"], [(one["kind"], one["note"]) for one in ben["absences"]]) == ([], [("other", None)])
    (ben, _lina) = board(world, "asha")["engineers"]
    assert ([one["level"] for one in ben["skills"]], ben["absences"][0]["note"]) == ([2], "back pain")


def test_an_order_asks_for_the_skills_of_its_work_and_of_its_device(world: World) -> None:
    chillers, cold = (
        str(world.do("mei", "skill.add", {"name": {"en": name}}).id) for name in ("Chillers", "Refrigerant")
    )
    wants = {"name": {"en": "Overhaul"}, "skills": [{"skill_id": chillers, "level": 3}, {"skill_id": cold, "level": 1}]}
    kind = str(world.do("mei", "work_type.add", wants).id)
    order = world.order(work_type_id=kind)
    whole = world.client("asha").get(f"/api/v1/work-orders/{order}").get_json()
    assert sorted((one["skill_id"], one["level"]) for one in whole["skills"]) == sorted([(chillers, 3), (cold, 1)])


def test_a_supervisor_sees_his_team_and_a_span_of_a_year_is_refused(world: World) -> None:
    plan(world, "09:00", "11:00")
    plan(world, "09:00", "11:00", "lina")
    found = board(world, "qin")
    assert [one["name"] for one in found["engineers"]] == ["Ben"]
    reply = world.client("asha").get("/api/v1/board?from_at=2026-01-01T00:00:00Z&until_at=2027-01-01T00:00:00Z")
    assert (reply.status_code, reply.get_json()["code"]) == (422, "input_invalid")
    assert world.client("dev").get(f"/api/v1/board?{DAY}").status_code == 403
