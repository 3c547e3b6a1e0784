"""Jobs that nobody planned: Ben takes one on without signal, with whatever had to be entered for it. Once, whole, and only his own."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
import sqlalchemy as sa

from server.assets.models import Asset, Product
from server.core import chain
from server.core.db import db
from server.core.ids import new_id
from server.core.tables import EventRow
from server.customers.models import Contact, Customer, Site
from server.notices.models import Notice
from server.seed.roles import ENGINEER
from server.wiring.finishers import audit_scopes
from server.work_orders import cards
from server.work_orders.models import Visit, WorkOrder, WorkType
from sync.testing import FakeDevice
from tests.kit import decide, parked_for, phone, read, whole, work, write
from tests.world import World

TAKE_ON = "work_order.take_on@1"


def a_job(world: World, **changes: Any) -> dict[str, Any]:
    """Another machine of Cora's is broken."""
    return {
        "visit_id": new_id(), "engineer_id": world.users["ben"], "work_type_id": world.repair, "customer_id": world.customer,
        "site_id": world.site, "contact_id": world.contact, "asset_id": world.asset, "summary": "Oil leak", "description": "Oil leak\nunder it",
        **changes,
    }  # fmt: skip


def elsewhere(world: World, **changes: Any) -> dict[str, Any]:
    """A customer, a place, a caller and a device that nobody has entered yet."""
    return a_job(
        world, customer_id=new_id(), customer={"name": "Delta Foods"}, site_id=new_id(), site={"name": "Hall 3", "address": "9 Long Road"},
        contact_id=new_id(), contact={"name": "Wu", "phone": "139"}, asset_id=new_id(),
        asset={"product_id": world.product, "serial": "CH209999"}, **changes,
    )  # fmt: skip


def take_on(device: FakeDevice, args: dict[str, Any], order: str | None = None) -> str:
    made = order or new_id()
    device.enter(TAKE_ON, "work_order", made, args)
    return made


def do_the_work(device: FakeDevice, visit: str, **more: Any) -> list[int]:
    """Everything that follows, told without signal."""
    steps: list[tuple[str, dict[str, Any]]] = [
        ("visit.travel@1", {}), ("visit.arrive@1", {}), ("visit.edit@1", {"set": {"findings": "Seal replaced"}}),
        ("visit.complete@1", {"outcome": "done"}),
    ]  # fmt: skip
    return [device.enter(name, "visit", visit, args, **more) for name, args in steps]


def count(model: type[Any], *where: Any) -> int:
    return int(read(sa.select(sa.func.count()).select_from(model).where(*where))[0])


def test_another_machine_on_site_is_done_without_signal_and_reconciles_once(world: World) -> None:
    world.visit()
    ben = phone(world)
    args = a_job(world)
    order = take_on(ben, args)
    do_the_work(ben, args["visit_id"], after=[1])
    lines = list(ben.outbox)
    assert {one["state"] for one in ben.push().values()} == {"applied"}
    made, visit = whole(WorkOrder, order), whole(Visit, args["visit_id"])
    assert made.number and made.number.startswith("WO-")
    assert (made.channel, made.category, made.team_id, made.region_id, made.priority) == (
        "engineer", "done", world.teams["north"], world.regions["north"], whole(WorkType, world.repair).priority,
    )  # fmt: skip
    assert (visit.engineer_id, visit.status, visit.findings) == (world.users["ben"], "done", "Seal replaced")
    assert visit.accepted_at == visit.dispatched_at == visit.planned_start == made.reported_at
    again = json.loads(ben.request("/sync/v1/push", ben.body(lines)).data)
    assert again["results"] == [ben.results[mid] for mid, _raw in lines]
    assert (count(WorkOrder), count(Visit)) == (2, 2)
    ben.pull()
    assert ben.rows[("work_order", order)]["number"] == made.number
    assert ben.rows[("visit", visit.id)]["status"] == "done"
    assert audit_scopes(db.session()) == [] and list(chain.faults(db.session())) == []


def test_the_office_sees_it_at_once_and_nobody_is_called_to_it(world: World) -> None:
    world.visit()
    ben, asha = phone(world), phone(world, "asha")
    order = take_on(ben, a_job(world))
    ben.push()
    asha.pull()
    card = asha.rows[(cards.ENTITY, order)]
    assert (card["channel"], card["visit"]["engineer"], card["visit"]["status"]) == ("engineer", "Ben", "accepted")
    before = count(Notice)
    work()
    assert count(Notice, Notice.work_order_id == order) == 0 and count(Notice) >= before
    names = read(sa.select(EventRow.name).where(EventRow.aggregate_id == order).order_by(EventRow.seq))
    assert names == ["work_order.created", "visit.taken_on", "work_order.status_set"]


def test_what_nobody_had_entered_is_entered_with_the_job(world: World) -> None:
    ben = phone(world)
    args = elsewhere(world)
    order = take_on(ben, args)
    assert ben.push()[1]["state"] == "applied"
    site, contact = whole(Site, args["site_id"]), whole(Contact, args["contact_id"])
    assert (site.address, site.zone, site.region_id) == ("9 Long Road", "Asia/Shanghai", world.regions["north"])
    assert whole(Customer, args["customer_id"]).name == "Delta Foods"
    assert (contact.phone, contact.may_message) == ("139", False)
    assert (whole(Asset, args["asset_id"]).site_id, whole(WorkOrder, order).asset_id) == (site.id, args["asset_id"])
    ben.pull()
    assert {("customer", args["customer_id"]), ("site", site.id), ("asset", args["asset_id"])} <= set(ben.rows)
    seen = world.client("rosa").get(f"/api/v1/work-orders/{order}")
    assert (seen.status_code, seen.get_json()["work_order"]["channel"]) == (200, "engineer")
    second = take_on(
        ben, a_job(world, customer_id=args["customer_id"], site_id=site.id, asset_id=None, contact_id=None)
    )
    assert ben.push()[2]["state"] == "applied"
    assert whole(WorkOrder, second).site_id == site.id


def test_a_new_place_of_a_customer_whom_one_knows(world: World) -> None:
    world.visit()
    ben = phone(world)
    place: dict[str, Any] = {
        "site_id": new_id(),
        "site": {"name": "Plant 2", "address": "46 Suhong Road"},
        "asset_id": None,
    }
    take_on(ben, a_job(world, **place))
    assert ben.push()[1]["state"] == "applied"
    assert whole(Site, place["site_id"]).customer_id == world.customer


def test_sent_again_from_another_device_or_by_hand_it_is_the_same_job(world: World) -> None:
    world.visit()
    ben, args = phone(world), a_job(world)
    order = take_on(ben, args)
    first = ben.outbox[0][1]
    ben.push()
    other = phone(world)
    other.head, other.outbox = 1, [(1, first)]
    assert other.push()[1]["code"] == "already_done"
    fresh = phone(world)
    take_on(fresh, args, order)
    assert fresh.push()[1]["code"] == "already_done"
    reply = world.client("ben").post("/api/v1/do/work_order.take_on", json={"entity_id": order, "args": args})
    assert reply.status_code == 200
    assert (count(WorkOrder), count(Visit)) == (2, 2)


@pytest.mark.parametrize(
    "other",
    [
        {"summary": "Dryer squeals"},
        {"description": "Dryer squeals"},
        {"site": {"name": "Hall 4", "address": "11 Long Road"}},
        {"contact": {"name": "Wu", "phone": "138"}},
        {"visit_id": "another"},
    ],
)
def test_another_job_under_the_same_ids_is_kept_and_said(world: World, other: dict[str, Any]) -> None:
    """Two windows had the same form open: what the second one says must not be taken for the first."""
    world.visit()
    ben, args = phone(world), elsewhere(world)
    order = take_on(ben, args)
    take_on(ben, args, order)
    take_on(ben, {**args, **other} | ({"visit_id": new_id()} if "visit_id" in other else {}), order)
    answers = ben.push()
    assert [answers[mid]["code"] for mid in (1, 2, 3)] == ["applied", "already_done", "needs_fix"]
    assert "under the same id, with other words" in answers[3]["sentence"]
    assert [one["name"] for one in parked_for(world)] == ["work_order.take_on"]
    assert (count(WorkOrder), count(Visit)) == (2, 2)


def test_the_office_may_have_edited_it_before_it_is_sent_again(world: World) -> None:
    ben, args = phone(world), elsewhere(world)
    order = take_on(ben, args)
    ben.push()
    world.do("asha", "work_order.edit", {"set": {"summary": "Oil leak, urgent"}}, order)
    world.do("mei", "contact.erase", {}, args["contact_id"])
    again = phone(world)
    take_on(again, args, order)
    assert again.push()[1]["code"] in ("already_done", "erased")


def test_entered_again_under_the_same_ids_the_first_entry_is_settled(world: World) -> None:
    """The device had left the records; what he did meanwhile fits as soon as the job is there. A late retry makes no second one."""
    world.visit()
    ben, args = phone(world), a_job(world, asset_id=new_id())
    order = take_on(ben, args)
    steps = do_the_work(ben, args["visit_id"], after=[1])
    ben.push()
    ben.pull()
    assert {one["code"] for one in parked_for(world)} == {"needs_fix", "held"}
    take_on(ben, {**args, "asset_id": None}, order)
    assert ben.push()[6]["state"] == "applied"
    assert parked_for(world) == []
    assert (whole(Visit, args["visit_id"]).status, whole(WorkOrder, order).category) == ("done", "done")
    assert len(steps) == 4 and (count(WorkOrder), count(Visit)) == (2, 2)
    ben.pull()
    assert ben.ids("parked") == set()
    told = read(sa.select(EventRow.aggregate_id).where(EventRow.name == "parked.dismissed"))
    assert told == [order]
    assert audit_scopes(db.session()) == [] and list(chain.faults(db.session())) == []


def test_a_retry_before_it_was_entered_again_makes_one_job_and_keeps_the_other_words(world: World) -> None:
    world.visit()
    ben = phone(world)
    write(sa.update(Customer).where(Customer.id == world.customer).values(deleted_at=dt.datetime.now(dt.UTC)))
    args = a_job(world)
    order = take_on(ben, args)
    ben.push()
    write(sa.update(Customer).where(Customer.id == world.customer).values(deleted_at=None))
    assert decide(world, "retry", login="ben")["state"] == "applied"
    take_on(ben, {**args, "summary": "Oil leak at the seal"}, order)
    assert ben.push()[2]["code"] == "needs_fix"
    assert count(WorkOrder) == 2 and len(parked_for(world)) == 1


def test_a_place_he_worked_at_counts_though_the_office_gave_that_job_away_meanwhile(world: World) -> None:
    before = world.order()
    visit = world.visit(order=before)
    ben = phone(world)
    world.do("asha", "visit.assign", {"work_order_id": before, "engineer_id": world.users["lina"]}, visit)
    order = take_on(ben, a_job(world))
    assert ben.push()[1]["state"] == "applied"
    ben.pull()
    assert order in ben.ids("work_order") and world.site in ben.ids("site")


@pytest.mark.parametrize(
    ("what", "words", "said"),
    [
        ("site_id", "The place named is not in the records any more", "所选地点已不在档案中"),
        ("asset_id", "The device named is not in the records any more", "所选设备已不在档案中"),
        ("work_type_id", "The kind of work named does not exist any more", "所选工作类型已不存在"),
    ],
)
def test_what_is_not_there_is_said_in_words_and_kept(world: World, what: str, words: str, said: str) -> None:
    world.visit()
    for locale, wanted in (("en", words), ("zh-CN", said)):
        world.do("mei", "user.change", {"locale": locale}, world.users["ben"])
        ben = phone(world)
        take_on(ben, a_job(world, **{what: new_id()}))
        answer = ben.push()[1]
        assert (answer["state"], answer["code"]) == ("parked", "needs_fix")
        assert wanted in answer["sentence"]
    assert count(WorkOrder) == 1
    assert len(parked_for(world)) == 2


def test_a_customer_who_left_the_records_meanwhile(world: World) -> None:
    world.visit()
    ben = phone(world)
    write(sa.update(Customer).where(Customer.id == world.customer).values(deleted_at=dt.datetime.now(dt.UTC)))
    args = a_job(world)
    order = take_on(ben, args)
    steps = do_the_work(ben, args["visit_id"], after=[1])
    answers = ben.push()
    assert "The customer named is not in the records any more" in answers[1]["sentence"]
    assert {answers[mid]["code"] for mid in steps} == {"held"}
    write(sa.update(Customer).where(Customer.id == world.customer).values(deleted_at=None))
    assert decide(world, "retry", login="ben")["state"] == "applied"
    assert (whole(Visit, args["visit_id"]).status, whole(WorkOrder, order).category) == ("done", "done")
    assert audit_scopes(db.session()) == []


def test_a_caller_who_was_erased_meanwhile_costs_no_job(world: World) -> None:
    world.visit()
    ben = phone(world)
    world.do("mei", "contact.erase", {}, world.contact)
    order = take_on(ben, a_job(world))
    assert ben.push()[1]["state"] == "applied"
    assert whole(WorkOrder, order).contact_id is None


def test_whoever_may_not_any_more_is_told_and_it_waits_for_the_office(world: World) -> None:
    world.visit()
    ben = phone(world)
    grants = [one for one in ENGINEER["grants"] if one != "work_order.take_on"]
    world.do("mei", "role.change", {**ENGINEER, "grants": grants}, world.roles["engineer"])
    args = a_job(world)
    take_on(ben, args)
    answer = ben.push()[1]
    assert (answer["code"], answer["sentence"].startswith("You may not do this any more")) == ("not_allowed", True)
    assert [one["name"] for one in parked_for(world)] == ["work_order.take_on"]
    world.do("mei", "role.change", dict(ENGINEER), world.roles["engineer"])
    assert decide(world, "retry", "not_allowed")["state"] == "applied"
    assert whole(Visit, args["visit_id"]).engineer_id == world.users["ben"]


@pytest.mark.parametrize("lie", ["engineer", "order", "visit", "site", "place", "asset", "customer"])
def test_nothing_of_others_can_be_named_or_taken_over(world: World, lie: str) -> None:
    """For himself, under new ids, where he has work: whatever else is said is parked, and nothing has happened."""
    world.visit()
    south = str(world.do("mei", "customer.add", {"name": "South"}).id)
    foreign_site = str(world.do("mei", "site.add", {"customer_id": south, "name": "S", "address": "a"}).id)
    foreign_order = world.order(customer_id=south, site_id=foreign_site, contact_id=None, asset_id=None)
    foreign_visit = world.visit("lina", foreign_order)
    changes: dict[str, dict[str, Any]] = {
        "engineer": {"engineer_id": world.users["lina"]},
        "order": {},
        "visit": {"visit_id": foreign_visit},
        "site": {"customer_id": south, "site_id": foreign_site, "asset_id": None},
        "place": {"customer_id": south},
        "asset": {"asset_id": foreign_visit},
        "customer": {
            "customer_id": south,
            "site_id": new_id(),
            "site": {"name": "N", "address": "a"},
            "asset_id": None,
        },
    }
    before = {model: count(model) for model in (WorkOrder, Visit, Customer, Site, Asset)}
    ben = phone(world)
    take_on(ben, a_job(world, **changes[lie]), foreign_order if lie == "order" else None)
    assert ben.push()[1]["state"] == "parked"
    assert {model: count(model) for model in before} == before
    assert whole(Visit, foreign_visit).engineer_id == world.users["lina"]


def test_a_caller_whom_he_never_saw_is_not_told_to_him(world: World) -> None:
    """Finding: any contact of the customer could be named, and came to the phone with the order: name, telephone, mail."""
    world.visit()
    boss = {"customer_id": world.customer, "name": "The owner", "phone": "PRIVATE-LINE"}
    unseen = str(world.do("mei", "contact.add", boss).id)
    ben = phone(world)
    orders = [take_on(ben, a_job(world, contact_id=one)) for one in (unseen, world.contact)]
    assert {one["state"] for one in ben.push().values()} == {"applied"}
    assert [whole(WorkOrder, one).contact_id for one in orders] == [None, world.contact]
    ben.pull()
    assert ben.ids("contact") == {world.contact} and "PRIVATE-LINE" not in str(ben.rows)


def test_a_caller_whom_he_knew_counts_though_the_office_gave_that_job_away_meanwhile(world: World) -> None:
    before = world.order()
    visit = world.visit(order=before)
    ben = phone(world)
    world.do("asha", "visit.assign", {"work_order_id": before, "engineer_id": world.users["lina"]}, visit)
    order = take_on(ben, a_job(world))
    assert ben.push()[1]["state"] == "applied"
    assert whole(WorkOrder, order).contact_id == world.contact


def test_a_taken_id_is_no_way_to_change_what_it_names(world: World) -> None:
    world.visit()
    ben = phone(world)
    taken = a_job(
        world, customer={"name": "Mine now"}, site_id=new_id(), site={"name": "N", "address": "a"}, asset_id=None
    )
    take_on(ben, taken)
    take_on(ben, a_job(world, asset={"product_id": world.product, "serial": "X"}))
    take_on(ben, a_job(world, asset_id=new_id(), asset={"product_id": new_id(), "serial": "X"}))
    answers = ben.push()
    assert {one["code"] for one in answers.values()} == {"needs_fix"}
    assert (whole(Customer, world.customer).name, whole(Asset, world.asset).serial) == ("Northway", "CH204187")
    assert count(WorkOrder) == 1 and count(Product) == 1


def test_it_is_his_own_to_go_on_with_and_the_offices_to_move(world: World) -> None:
    world.visit()
    ben, args = phone(world), a_job(world)
    order = take_on(ben, args)
    ben.push()
    move = {"work_order_id": order, "engineer_id": world.users["lina"]}
    world.do("asha", "visit.assign", move, args["visit_id"])
    ben.enter("visit.travel@1", "visit", args["visit_id"], {})
    assert ben.push()[2]["code"] == "superseded"
    lina = phone(world, "lina")
    assert order in lina.ids("work_order")
