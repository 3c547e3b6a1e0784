"""A job that nobody planned: the engineer stands before another broken machine, or is called by phone, and takes it on himself.

One command makes order, visit and whatever had to be entered for them, whole or not at all. Not: planning by the office.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, TypeVar

import sqlalchemy as sa

from server.assets import operations as assets
from server.assets.models import Asset, Product
from server.core import journal
from server.core.acts import Act
from server.core.db import Record
from server.core.errors import Problem, declare
from server.core.tables import EventRow
from server.customers import operations as customers
from server.customers.models import Contact, Customer, Site
from server.organisation.models import Team
from server.organisation.queries import the_organisation
from server.permissions import policy
from server.work_orders import events
from server.work_orders.models import Visit, WorkOrder, WorkType
from server.work_orders.operations import give_number
from server.work_orders.queries import has_worked_with, was_on_order
from server.work_orders.visit_operations import open_own

# said to its engineer and to the office that decides about it
GONE = {
    "customer": ("The customer named is not in the records any more.", "所选客户已不在档案中。"),
    "site": ("The place named is not in the records any more, or not its engineer's to see.", "所选地点已不在档案中，或填写人无权查看。"),
    "asset": ("The device named is not in the records any more, or not its engineer's to see.", "所选设备已不在档案中，或填写人无权查看。"),
    "work_type": ("The kind of work named does not exist any more.", "所选工作类型已不存在。"),
    "product": ("The model named for the new device does not exist any more.", "为新设备所选的型号已不存在。"),
}  # fmt: skip
for _entity, (_en, _zh) in GONE.items():
    declare(f"{_entity}_gone", 422, "never", en=_en, zh=_zh)
declare(
    "place_foreign",
    422,
    "never",
    en="The device or the place belongs to another customer.",
    zh="设备或地点属于另一个客户。",
)

declare(
    "job_differs",
    409,
    "never",
    en="A job was already taken on under the same id, with other words. What was entered here is kept; enter it anew if it is another job.",
    zh="相同编号的工作已经接下，但内容不同。这里填写的内容都保留着；如果是另一项工作，请重新录入。",
)

CHANNEL = "engineer"
# What an order keeps of the act that made it. Not whom to call: somebody who was erased meanwhile is named no more.
SAID = ("work_type_id", "summary", "description", "customer_id", "site_id", "asset_id")
ENTERED = ("customer", "site", "contact", "asset")
R = TypeVar("R", bound=Record)


def take_on(act: Act, order_id: str, args: dict[str, Any]) -> WorkOrder:
    """Command work_order.take_on: a numbered order with the acting engineer's own accepted visit. The same id again is the same job,
    as long as it says the same: other words are parked, never dropped."""
    policy.require(act, "work_order.take_on")
    if act.actor.kind != "user" or args["engineer_id"] not in (None, act.actor.id):
        raise Problem("not_allowed", permission="work_order.take_on")
    existing = act.session.get(WorkOrder, order_id)
    if existing is not None:
        if not was_on_order(act.session, order_id, act.actor.id):
            raise Problem("not_found")
        if not _is_same(act, order_id, args):
            raise Problem("job_differs")
        act.code = "already_done"
        return existing
    kind = _named(act, WorkType, args["work_type_id"])
    site = _site(act, args)
    order = WorkOrder(
        id=order_id, work_type_id=kind.id, priority=kind.priority, channel=CHANNEL, reported_at=act.happened_at,
        customer_id=site.customer_id, site_id=site.id, contact_id=_contact_id(act, args, site),
        asset_id=_asset_id(act, args, site), region_id=site.region_id, team_id=_team_id(act), summary=args["summary"],
        description=args["description"],
    )  # fmt: skip
    act.session.add(order)
    journal.record(act, events.CREATED, order, aggregate_id=order.id)
    give_number(act, order)
    open_own(act, order, args["visit_id"], act.happened_at + dt.timedelta(minutes=kind.duration_minutes))
    return order


def _is_same(act: Act, order_id: str, args: dict[str, Any]) -> bool:
    """Whether this is what the job was made of. The history says it: the office may have edited the records since."""
    visit = act.session.get(Visit, args["visit_id"])
    if visit is None or visit.work_order_id != order_id:
        return False
    told = [(order_id, {name: args[name] for name in SAID})]
    told += [(args[f"{one}_id"], args[one]) for one in ENTERED if args[one] is not None and args[f"{one}_id"]]
    return all(_was_told(act, record_id, fields) for record_id, fields in told)


def _was_told(act: Act, record_id: str, fields: dict[str, Any]) -> bool:
    """What cannot be compared any more, because a person was erased, is no difference."""
    first = sa.select(EventRow.payload).where(EventRow.entity_id == record_id).order_by(EventRow.seq).limit(1)
    payload = act.session.execute(first).scalar_one_or_none()
    changes = json.loads(payload)["changes"] if payload else None
    return changes is None or all(changes.get(name, (None, None))[1] == value for name, value in fields.items())


def _named(act: Act, model: type[R], record_id: str) -> R:
    """A record that he sees, or saw: the office may have given the job he knows it from to another while he was away."""
    found = _seen(act, model, record_id)
    if found is None:
        raise Problem(f"{model.entity}_gone")
    return found


def _seen(act: Act, model: type[R], record_id: str) -> R | None:
    found = policy.find(act, model, record_id)
    if found is None and act.origin == "sync" and model.entity in ("customer", "site", "asset", "contact"):
        known = has_worked_with(act.session, model.entity, record_id, act.actor.id)
        found = act.session.get(model, record_id) if known else None
    return found if found is not None and found.deleted_at is None else None


def _site(act: Act, args: dict[str, Any]) -> Site:
    """Where it is: a place of a customer of his, or a new one, perhaps of a new customer."""
    if args["customer"] is not None and args["site"] is None:
        raise Problem("input_invalid", fields={"site": ["missing"]})
    if args["site"] is None:
        site = _named(act, Site, args["site_id"])
        _require_of(args["customer_id"], site.customer_id)
        _named(act, Customer, site.customer_id)
        return site
    if args["customer"] is None:
        customer = _named(act, Customer, args["customer_id"])
    else:
        organisation = the_organisation(act.session)
        told = args["customer"] | ({"locale": organisation.locale} if organisation else {})
        customer = customers.register(act, Customer, args["customer_id"], told)
    told = args["site"] | {"customer_id": customer.id, "region_id": _region_id(act), "zone": _zone(act)}
    return customers.register(act, Site, args["site_id"], told)


def _require_of(customer_id: str, owner_id: str) -> None:
    if customer_id != owner_id:
        raise Problem("place_foreign")


def _contact_id(act: Act, args: dict[str, Any], site: Site) -> str | None:
    """Whom to call. Somebody who was erased meanwhile, or whom he never saw, is left out: the work counts, and no name is told."""
    contact_id: str | None = args["contact_id"]
    if contact_id is None:
        return None
    if args["contact"] is not None:
        # nobody asked him whether he wants messages; the office may
        told = args["contact"] | {"customer_id": site.customer_id, "may_message": False}
        return customers.register(act, Contact, contact_id, told).id
    contact = _seen(act, Contact, contact_id)
    return contact.id if contact is not None and contact.customer_id == site.customer_id else None


def _asset_id(act: Act, args: dict[str, Any], site: Site) -> str | None:
    asset_id: str | None = args["asset_id"]
    if asset_id is None:
        return None
    if args["asset"] is None:
        asset = _named(act, Asset, asset_id)
        _require_of(site.customer_id, asset.customer_id)
        return asset.id
    _named(act, Product, args["asset"]["product_id"])
    told = args["asset"] | {"customer_id": site.customer_id, "site_id": site.id}
    return assets.register(act, asset_id, told).id


def _team_id(act: Act) -> str | None:
    return min(act.actor.team_ids, default=None)


def _region_id(act: Act) -> str | None:
    """A new place lies where its finder works, until the office says otherwise: his region's dispatchers must see it."""
    query = sa.select(Team.region_id).where(Team.id == _team_id(act))
    return act.session.execute(query).scalar_one_or_none()


def _zone(act: Act) -> str:
    organisation = the_organisation(act.session)
    return organisation.zone if organisation else "UTC"
