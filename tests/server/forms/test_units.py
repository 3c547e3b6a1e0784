"""What stands at a site is on the phone of whoever works there: the plate on the machine may be the neighbour's, or nobody's yet."""

from __future__ import annotations

from typing import Any

from server.assets.models import Asset
from server.core.db import db
from server.core.ids import new_id
from server.wiring.finishers import audit_scopes
from server.work_orders.models import WorkOrder
from tests.kit import phone, whole
from tests.world import World


def unit(world: World, serial: str, **changes: Any) -> dict[str, Any]:
    args = {"product_id": world.product, "customer_id": world.customer, "site_id": world.site, "serial": serial}
    return args | changes


def test_the_neighbour_unit_is_on_the_phone_and_leaves_with_the_job(world: World) -> None:
    neighbour = str(world.do("mei", "asset.add", unit(world, "CH204192")).id)
    ben = phone(world)
    assert ben.ids("asset") == set()
    visit = world.visit()
    ben.pull()
    assert ben.ids("asset") == {world.asset, neighbour}
    late = str(world.do("mei", "asset.add", unit(world, "CH204193")).id)
    ben.pull()
    assert ben.ids("asset") == {world.asset, neighbour, late}
    world.do("asha", "visit.unassign", {"reason": "ill"}, visit)
    ben.pull()
    assert ben.ids("asset") == set()
    assert audit_scopes(db.session()) == []


def test_a_unit_that_nobody_knew_is_added_on_site_and_the_job_switched_to_it(world: World) -> None:
    order = world.order()
    world.visit(order=order)
    world.visit("lina", order=order)
    ben, found = phone(world), new_id()
    ben.enter("asset.add@1", "asset", found, unit(world, "CH204192"))
    ben.enter("work_order.edit@1", "work_order", order, {"set": {"asset_id": found}})
    assert [ben.push()[mid]["state"] for mid in (1, 2)] == ["applied", "applied"]
    assert (whole(Asset, found).serial, whole(WorkOrder, order).asset_id) == ("CH204192", found)
    lina = phone(world, "lina")
    assert found in lina.ids("asset") and world.asset in lina.ids("asset")
    assert audit_scopes(db.session()) == []


def test_nobody_registers_a_unit_where_he_has_no_job(world: World) -> None:
    ben = phone(world)
    ben.enter("asset.add@1", "asset", new_id(), unit(world, "CH204192"))
    assert ben.push()[1]["code"] == "not_allowed"
    world.visit()
    other = str(world.do("mei", "customer.add", {"name": "Other"}).id)
    ben.enter("asset.add@1", "asset", new_id(), unit(world, "CH204192", customer_id=other))
    assert ben.push()[2]["code"] == "not_allowed"
