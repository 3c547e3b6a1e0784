"""What a changed role, team or scope changes on a phone (PROTOCOL 4.3, 4.7, 4.8): afterwards it holds what a new phone would, no more."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from server.seed.roles import ENGINEER
from server.work_orders.models import WorkOrder
from sync.testing import FakeDevice
from tests.kit import phone, whole
from tests.world import World

Change = Callable[[World], object]


def engineers_may(world: World, **changes: Any) -> None:
    """Mei changes the role that Ben and Lina have."""
    world.do("mei", "role.change", {**copy.deepcopy(ENGINEER), **changes}, world.roles["engineer"])


def fields_of(entity: str, **grants: str) -> dict[str, Any]:
    found: dict[str, Any] = copy.deepcopy(ENGINEER["field_grants"])
    found[entity] |= grants
    return found


def modes_of(device: FakeDevice) -> dict[str, str]:
    """How the next pull of this phone would begin; nothing when nothing has changed for it."""
    reply = device.request("/sync/v1/pull", json.dumps({"cookies": device.cookies}).encode())
    if reply.status_code == 204:
        return {}
    header = json.loads(reply.data.splitlines()[0])
    return {one["channel"]: one["mode"] for one in header["channels"]}


def as_a_new_phone(world: World, login: str, device: FakeDevice) -> None:
    """I4, I6: row by row, field by field, channel by channel."""
    new = phone(world, login)
    assert device.rows == new.rows
    assert device.members == new.members
    assert {name: one["view"] for name, one in device.cookies.items()} == {
        name: one["view"] for name, one in new.cookies.items()
    }


def two_jobs(world: World) -> tuple[str, str]:
    """One of Ben's and one of Lina's, both of the team in the north; the orders."""
    orders = world.order(), world.order()
    world.visit("ben", orders[0])
    world.visit("lina", orders[1])
    return orders


def test_fields_that_a_role_may_not_read_any_more_leave_its_phones(world: World) -> None:
    order, _other = two_jobs(world)
    ben, asha = phone(world), phone(world, "asha")
    contact = whole(WorkOrder, order).contact_id or ""
    assert ben.rows[("contact", contact)]["phone"] == "133"
    engineers_may(world, field_grants=fields_of("contact", phone="none"))
    assert set(modes_of(ben).values()) == {"snapshot"}
    assert "snapshot" not in modes_of(asha).values(), "only those whose view it is fetch anew"
    ben.pull()
    assert "phone" not in ben.rows[("contact", contact)]
    assert '"133"' not in json.dumps(list(ben.rows.values())), "as a value: an id may hold these figures by chance"
    as_a_new_phone(world, "ben", ben)


def test_fields_that_a_role_may_read_now_reach_its_phones(world: World) -> None:
    """Nothing of the order has changed: only another view can bring what was there all along (what a quote is worth)."""
    order, _other = two_jobs(world)
    ben = phone(world)
    assert "amount_minor" not in ben.rows[("work_order", order)]
    engineers_may(world, field_grants=fields_of("work_order", amount_minor="read", currency="read"))
    ben.pull()
    assert {"amount_minor", "currency"} <= set(ben.rows[("work_order", order)])
    as_a_new_phone(world, "ben", ben)


def test_a_right_to_write_or_to_do_changes_no_row(world: World) -> None:
    """Nothing to fetch: rights to act are judged when a mutation is applied (5.11)."""
    two_jobs(world)
    ben = phone(world)
    engineers_may(world, field_grants=fields_of("contact", email="write"), grants=[*ENGINEER["grants"], "parked.read"])
    assert "snapshot" not in modes_of(ben).values()
    ben.pull()
    as_a_new_phone(world, "ben", ben)


def test_a_wider_scope_brings_its_rows_and_a_narrower_one_takes_them(world: World) -> None:
    mine, others = two_jobs(world)
    ben = phone(world)
    assert ben.ids("work_order") == {mine}
    engineers_may(world, scope="team")
    ben.pull()
    assert ben.ids("work_order") == {mine, others}
    as_a_new_phone(world, "ben", ben)
    engineers_may(world, scope="own")
    assert set(modes_of(ben)) == {"catalog", f"user:{world.users['ben']}"}
    ben.pull()
    assert ben.ids("work_order") == {mine}
    as_a_new_phone(world, "ben", ben)


def test_another_team_brings_its_rows_and_takes_those_of_the_old_one(world: World) -> None:
    two_jobs(world)
    south = world.order(team_id=world.teams["south"])
    qin = phone(world, "qin")
    assert south not in qin.ids("work_order")
    world.do("mei", "user.change", {"team_id": world.teams["south"]}, world.users["qin"])
    qin.pull()
    assert qin.ids("work_order") == {south}
    as_a_new_phone(world, "qin", qin)


MEANWHILE: dict[str, tuple[Change, Change]] = {
    "fields": (
        lambda world: engineers_may(world, scope="team"),
        lambda world: engineers_may(world, scope="team", field_grants=fields_of("contact", phone="none")),
    ),
    "scope": (lambda world: engineers_may(world, scope="team"), engineers_may),
}


@pytest.mark.parametrize("way", MEANWHILE)
def test_rights_that_change_between_two_pages_leave_no_ghost(world: World, way: str) -> None:
    """Finding: page 1 showed an order that had left, or whose channel had gone, when all began anew; it stayed without a field."""
    before, meanwhile = MEANWHILE[way]
    for _ in range(4):
        two_jobs(world)
    before(world)
    ben = FakeDevice(world.client("ben"))
    ben.hello()
    ask, asked = ben.request, []

    def request(path: str, body: bytes, **headers: str) -> Any:
        reply = ask(path, body, **headers)
        asked.append(reply)
        if len(asked) == 4:
            shown = [json.loads(line) for one in asked for line in one.data.splitlines()]
            orders = sorted({row["id"] for row in shown if row.get("e") == "work_order"})
            assert orders, "no page has shown an order yet: nothing is shown by this test"
            for order in orders:
                world.do("asha", "work_order.edit", {"set": {"team_id": world.teams["south"]}}, order)
            meanwhile(world)
        return reply

    ben.request = request  # type: ignore[method-assign] # what happens between two pages
    ben.pull(limit_bytes=1_500)
    ben.request = ask  # type: ignore[method-assign] # as above
    assert len(asked) > 5
    as_a_new_phone(world, "ben", ben)
