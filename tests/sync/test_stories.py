"""The protocol against a real server on both databases: Ben's phone, Asha's office, Dev the stranger."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
import sqlalchemy as sa

from server.conflicts.models import Conflict
from server.core import chain
from server.core.db import db
from server.core.ids import new_id
from server.customers.models import Site
from server.wiring.finishers import audit_scopes
from server.wiring.sync_host import TABLES
from server.work_orders.models import Comment, Visit, WorkOrder
from sync.testing import FakeDevice
from tests.kit import phone, whole
from tests.world import World


def test_a_whole_job_offline_reconciles_once(world: World) -> None:
    visit = world.visit()
    ben = phone(world)
    assert ben.rows[("visit", visit)]["status"] == "dispatched"
    for name in ("visit.accept@1", "visit.travel@1", "visit.arrive@1"):
        ben.enter(name, "visit", visit, {})
    ben.enter("visit.edit@1", "visit", visit, {"set": {"findings": "Fan bearing worn"}})
    ben.enter("visit.complete@1", "visit", visit, {"outcome": "done"})
    lines = list(ben.outbox)
    assert {one["state"] for one in ben.push().values()} == {"applied"}
    found = whole(Visit, visit)
    assert (found.status, found.findings, found.outcome) == ("done", "Fan bearing worn", "done")
    assert whole(WorkOrder, found.work_order_id).category == "done"
    again = json.loads(ben.request("/sync/v1/push", ben.body(lines)).data)
    assert again["results"] == [ben.results[mid] for mid, _raw in lines]
    assert list(chain.faults(db.session())) == []
    ben.pull()
    assert ben.rows[("visit", visit)]["status"] == "done"
    assert max(one["applied_seq"] for one in ben.results.values()) <= min(one["seq"] for one in ben.cookies.values())


def test_t5_reassigned_away_and_back(world: World) -> None:
    order = world.order()
    visit = world.visit(order=order)
    ben, lina = phone(world), phone(world, "lina")
    for engineer, holder, other in (("lina", lina, ben), ("ben", ben, lina)):
        world.do("asha", "visit.assign", {"work_order_id": order, "engineer_id": world.users[engineer]}, visit)
        ben.pull()
        lina.pull()
        assert visit in holder.ids("visit")
        assert visit not in other.ids("visit")
        assert order not in other.ids("work_order")
        assert world.site not in other.ids("site")
    assert audit_scopes(db.session()) == []


def test_t5_user_and_team_overlap(world: World) -> None:
    """Someone who is engineer and supervisor holds a row through two channels; it leaves with the last."""
    world.do(
        "mei", "user.change", {"role_ids": [world.roles["engineer"], world.roles["supervisor"]]}, world.users["ben"]
    )
    order = world.order()
    visit = world.visit(order=order)
    ben = phone(world)
    assert ben.members[("visit", visit)] == {f"user:{world.users['ben']}", f"team:{world.teams['north']}"}
    world.do("asha", "visit.unassign", {}, visit)
    ben.pull()
    assert ben.members[("visit", visit)] == {f"team:{world.teams['north']}"}
    world.do("asha", "work_order.edit", {"set": {"team_id": world.teams["south"]}}, order)
    ben.pull()
    assert ("visit", visit) not in ben.rows
    assert ("work_order", order) not in ben.rows


@pytest.mark.parametrize("position", range(6))
def test_t7_a_chain_of_five_with_a_foreign_edit_at_each_position(world: World, position: int) -> None:
    """Ben edits one field five times offline; Asha writes it once somewhere in between, seen from when each reaches the server."""
    visit = world.visit()
    ben = phone(world)
    for number in range(5):
        ben.enter("site.edit@1", "site", world.site, {"set": {"phone": f"ben {number}"}})
    queue, ben.outbox = ben.outbox, []
    for number in range(6):
        if number == position:
            world.do("asha", "site.edit", {"set": {"phone": "asha"}}, world.site)
        if number < 5:
            ben.outbox = [queue[number]]
            ben.push()
    conflicts = db.session().execute(sa.select(Conflict).where(Conflict.record_id == world.site)).scalars().all()
    states = [ben.results[mid]["state"] for mid in range(1, 6)]
    assert states == ["applied"] * position + ["conflict"] * (5 - position)
    assert whole(Site, world.site).phone == "asha"
    assert [(one.ours["value"], one.theirs["value"], one.state) for one in conflicts] == (
        [("asha", "ben 4", "open")] if position < 5 else []
    )
    assert visit


def test_an_equal_value_is_no_conflict_and_untouched_fields_merge(world: World) -> None:
    world.visit()
    ben = phone(world)
    ben.enter("site.edit@1", "site", world.site, {"set": {"phone": "same"}})
    ben.enter("site.edit@1", "site", world.site, {"set": {"access_notes": "South gate"}})
    world.do("asha", "site.edit", {"set": {"phone": "same"}}, world.site)
    results = ben.push()
    assert [results[1]["state"], results[2]["state"]] == ["duplicate", "applied"]
    assert whole(Site, world.site).access_notes == "South gate"


def test_a_conflict_is_shown_on_the_phone_and_chosen_by_the_engineer(world: World) -> None:
    world.visit()
    ben = phone(world)
    ben.enter("site.edit@1", "site", world.site, {"set": {"phone": "ben's"}})
    world.do("asha", "site.edit", {"set": {"phone": "asha's"}}, world.site)
    assert ben.push()[1]["sentence"]
    ben.pull()
    (conflict,) = ben.ids("conflict")
    row = ben.rows[("conflict", conflict)]
    assert (row["ours"], row["theirs"]) == ({"value": "asha's"}, {"value": "ben's"})
    ben.enter("conflict.resolve@1", "conflict", conflict, {"choose": "theirs"})
    assert ben.push()[2]["state"] == "applied"
    ben.pull()
    assert whole(Site, world.site).phone == "ben's"
    assert ben.ids("conflict") == set()


def test_late_work_after_a_reassignment_is_kept(world: World) -> None:
    order = world.order()
    visit = world.visit(order=order)
    ben = phone(world)
    ben.enter("visit.accept@1", "visit", visit, {})
    ben.enter("visit.edit@1", "visit", visit, {"set": {"findings": "I saw it first"}})
    ben.enter("comment.add@1", "comment", new_id(), {"work_order_id": order, "text": "Key is with the guard"})
    world.do("asha", "visit.assign", {"work_order_id": order, "engineer_id": world.users["lina"]}, visit)
    results = ben.push()
    assert [(results[mid]["state"], results[mid]["code"]) for mid in (1, 2, 3)] == [
        ("parked", "superseded"), ("merged", "merged"), ("applied", "applied"),
    ]  # fmt: skip
    texts = db.session().execute(sa.select(Comment.text, Comment.is_late).where(Comment.work_order_id == order)).all()
    assert sorted(texts) == [("I saw it first", True), ("Key is with the guard", True)]
    ben.pull()
    assert [row["code"] for (entity, _id), row in ben.rows.items() if entity == "parked"] == ["superseded"]
    assert audit_scopes(db.session()) == []


def test_a_cancelled_or_deleted_order_parks_what_comes_late(world: World) -> None:
    order = world.order()
    visit = world.visit(order=order)
    ben = phone(world)
    ben.enter("visit.accept@1", "visit", visit, {})
    ben.enter("visit.accept@1", "visit", new_id(), {})
    world.do("asha", "work_order.cancel", {"reason": "Customer withdrew"}, order)
    results = ben.push()
    assert (results[1]["code"], results[2]["code"]) == ("superseded", "not_allowed")
    assert "kept" in results[1]["sentence"]


def test_t19_one_poison_in_five_hundred(world: World) -> None:
    visit = world.visit()
    order = whole(Visit, visit).work_order_id
    ben = phone(world)
    poison = 250
    for number in range(1, 501):
        if number == poison:
            ben.enter("visit.complete@1", "visit", visit, {"outcome": ["not", "a", "word"]})
        else:
            ben.enter("comment.add@1", "comment", new_id(), {"work_order_id": order, "text": f"remark {number}"})
    results = ben.push()
    assert [mid for mid, one in results.items() if one["state"] != "applied"] == [poison]
    assert results[poison]["code"] == "needs_fix"
    assert db.session().execute(sa.select(sa.func.count()).select_from(Comment)).scalar_one() == 499


def test_only_what_names_a_parked_mutation_waits_for_it(world: World) -> None:
    visit = world.visit()
    ben = phone(world)
    bad = ben.enter("visit.travel@1", "visit", visit, {})
    ben.enter("visit.edit@1", "visit", visit, {"set": {"findings": "free"}})
    ben.enter("visit.edit@1", "visit", visit, {"set": {"findings": "held"}}, after=[bad])
    results = ben.push()
    assert [results[mid]["code"] for mid in (1, 2, 3)] == ["needs_fix", "applied", "held"]
    world.do("asha", "visit.accept", {}, visit)
    parked = world.client("asha").get("/api/v1/parked").get_json()["items"]
    first = next(one for one in parked if one["code"] == "needs_fix")
    answer = world.client("asha").post(f"/api/v1/parked/{first['id']}/retry").get_json()
    assert answer["state"] == "applied"
    assert whole(Visit, visit).findings == "held"
    assert world.client("asha").get("/api/v1/parked").get_json()["items"] == []
    ben.pull()
    assert ben.ids("parked") == set()


def _brute_force(world: World, login: str) -> dict[str, set[str]]:
    """What the policy itself lets someone see, entity by entity."""
    from server.core.db import record_classes
    from server.permissions import policy

    actor = world.actor(login)
    return {
        entity: set(
            db.session()
            .execute(sa.select(model.id).where(policy.visible(actor, model), model.deleted_at.is_(None)))
            .scalars()
        )
        for entity, model in record_classes().items()
        if entity in ("work_order", "visit", "comment", "customer", "contact", "site", "asset", "product")
    }


def test_t20_scope_fuzz_against_brute_force(world: World) -> None:
    """Random days of a dispatcher: after each, what a phone holds is exactly what the policy allows, and the edges fit."""
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    dice = random.Random(seed)
    ben, lina = phone(world), phone(world, "lina")
    orders = [world.order(team_id=world.teams[dice.choice(["north", "south"])]) for _ in range(6)]
    visits: dict[str, str] = {}
    for _ in range(60):
        order = dice.choice(orders)
        _random_act(world, dice, order, visits)
        if dice.random() < 0.15:
            for device, login in ((ben, "ben"), (lina, "lina")):
                device.pull(dice.choice([400, 5_000, 524_288]))
                expected = _brute_force(world, login)
                assert {entity: device.ids(entity) for entity in expected} == expected
    assert audit_scopes(db.session()) == []


def _random_act(world: World, dice: random.Random, order: str, visits: dict[str, str]) -> None:
    from server.core.errors import Problem

    visit = visits.setdefault(order, new_id())
    engineer = dice.choice(["ben", "lina"])
    acts: list[tuple[str, dict[str, Any], str]] = [
        ("visit.assign", {"work_order_id": order, "engineer_id": world.users[engineer]}, visit),
        ("visit.assign", {"work_order_id": order, "engineer_id": world.users[engineer]}, visit),
        ("visit.unassign", {}, visit),
        ("visit.cancel", {"reason": "no"}, visit),
        ("comment.add", {"work_order_id": order, "text": "hm"}, new_id()),
        ("work_order.edit", {"set": {"contact_id": dice.choice([None, world.contact])}}, order),
        ("work_order.edit", {"set": {"asset_id": dice.choice([None, world.asset])}}, order),
        ("work_order.edit", {"set": {"team_id": world.teams[dice.choice(["north", "south"])]}}, order),
    ]
    name, args, target = dice.choice(acts)
    try:
        world.do("asha", name, args, target)
    except Problem as refused:
        assert refused.code in ("visit_superseded", "visit_needs_fix", "not_found", "order_closed")


def test_t22_no_foreign_row_and_no_hidden_field_in_any_reply(world: World) -> None:
    mine, others = world.order(), world.order()
    world.visit(order=mine)
    world.visit("lina", order=others)
    world.do("asha", "work_order.edit", {"set": {"summary": "Secret of Lina's"}}, others)
    client = world.client("ben")
    device = FakeDevice(client)
    device.hello()
    reply = device.request("/sync/v1/pull", b'{"cookies":{}}')
    assert b"Secret of Lina" not in reply.data
    assert others.encode() not in reply.data
    assert b"amount_minor" not in reply.data
    for path in (f"/api/v1/work-orders/{others}", "/api/v1/notices", "/api/v1/engineers", "/api/v1/conflicts"):
        found = client.get(path)
        assert found.status_code in (403, 404)
    assert client.get(f"/sync/v1/events?channel=user:{world.users['lina']}").status_code == 404
    assert client.get("/sync/v1/events?channel=office").status_code == 404


def test_a_changed_role_changes_the_view_and_refetches(world: World) -> None:
    from server.seed.roles import ENGINEER

    world.visit()
    ben = phone(world)
    assert "phone" in ben.rows[("contact", world.contact)]
    narrower = json.loads(json.dumps(ENGINEER))
    narrower["field_grants"]["contact"] = {"*": "read", "phone": "none"}
    world.do("mei", "role.change", narrower, world.roles["engineer"])
    ben.pull()
    assert "phone" not in ben.rows[("contact", world.contact)]
    assert "name" in ben.rows[("contact", world.contact)]


def test_log_is_verbatim(world: World) -> None:
    visit = world.visit()
    ben = phone(world)
    ben.enter("visit.accept@1", "visit", visit, {"later": "versions may send more"})
    raw = ben.outbox[0][1]
    ben.push()
    stored = (
        db.session()
        .execute(sa.select(TABLES.command_log.c.raw).where(TABLES.command_log.c.device_id == ben.id))
        .scalar_one()
    )
    assert bytes(stored) == raw
