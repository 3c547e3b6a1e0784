"""Writes of orders and comments: one function per command. Visits have a file of their own."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from server.assets.models import Asset
from server.conflicts import merging
from server.core import journal
from server.core.acts import Act
from server.core.errors import Problem, declare
from server.customers.models import Contact, Customer, Site
from server.engineers.operations import require_skills
from server.flows import operations as flows
from server.flows.engine.status import VisitState
from server.organisation.models import Team
from server.organisation.queries import the_organisation
from server.permissions import policy
from server.work_orders import events
from server.work_orders.models import Comment, WorkOrder, WorkType
from server.work_orders.queries import lock_order, visits_of, was_on_order
from sync.merge import Policy

declare(
    "reference_unknown",
    422,
    "never",
    en="{field} names something that is not there or not yours to see.",
    zh="{field} 指向的内容不存在或您无权查看。",
)
declare("reference_foreign", 422, "never", en="{field} belongs to another customer.", zh="{field} 属于另一个客户。")
declare(
    "order_closed",
    409,
    "never",
    en="This order is closed ({label}). Write a comment, or create a follow-up order.",
    zh="该工单已结束（{label}）。可以留言，或建后续工单。",
)

POLICIES: dict[str, Policy] = {
    "summary": "clash", "description": "clash", "priority": "ours", "contact_id": "ours", "asset_id": "clash",
    "team_id": "ours", "cause_code": "theirs", "remedy_code": "theirs",
}  # fmt: skip


def _referred(act: Act, model: Any, field: str, record_id: str | None) -> Any:
    if record_id is None:
        return None
    found = policy.find(act, model, record_id)
    if found is None:
        raise Problem("reference_unknown", field=field, fields={field: ["unknown"]})
    return found


def _fits(record: Any, field: str, customer_id: str) -> None:
    if record is not None and record.customer_id != customer_id:
        raise Problem("reference_foreign", field=field, fields={field: ["foreign"]})


def create_work_order(act: Act, order_id: str, args: dict[str, Any]) -> WorkOrder:
    """Command work_order.create: a numbered order in the flow's first status. The same id again is the same order."""
    policy.require(act, "work_order.create")
    existing = act.session.get(WorkOrder, order_id)
    if existing is not None:
        policy.require(act, "work_order.create", existing)
        act.code = "already_done"
        return existing
    kind = _referred(act, WorkType, "work_type_id", args["work_type_id"])
    customer = _referred(act, Customer, "customer_id", args["customer_id"])
    site = _referred(act, Site, "site_id", args["site_id"])
    for model, field in ((Contact, "contact_id"), (Asset, "asset_id")):
        _fits(_referred(act, model, field, args[field]), field, customer.id)
    _fits(site, "site_id", customer.id)
    _referred(act, Team, "team_id", args["team_id"])
    _referred(act, WorkOrder, "follow_up_of_id", args["follow_up_of_id"])
    args["priority"] = args["priority"] or kind.priority
    args["reported_at"] = args["reported_at"] or act.happened_at
    order = WorkOrder(id=order_id, region_id=site.region_id, **args)
    act.session.add(order)
    journal.record(act, events.CREATED, order, aggregate_id=order.id)
    give_number(act, order)
    refresh_status(act, order)
    return order


def give_number(act: Act, order: WorkOrder) -> None:
    """WO-yymmdd-nnnn in the organisation's zone; the number itself is given at the very end of the transaction."""
    organisation = the_organisation(act.session)
    zone = ZoneInfo(organisation.zone) if organisation else dt.UTC
    series = f"WO-{act.at.astimezone(zone):%y%m%d}"
    journal.number(act.session, order, "number", series, series + "-{n:04d}")


def refresh_status(act: Act, order: WorkOrder) -> None:
    """Have the flow compute the order's status from its visits."""
    if order.cancelled_at is None:
        states = [
            VisitState(visit.status, visit.outcome, visit.engineer_id is not None)
            for visit in visits_of(act.session, order.id)
        ]
        flows.apply(act, order.id, order.flow, states)


def set_status(act: Act, order_id: str, args: dict[str, Any]) -> WorkOrder:
    """Command work_order.set_status: only the flow calls it."""
    if act.actor.kind != "system":
        raise Problem("not_allowed", permission="work_order.set_status")
    order = lock_order(act.session, order_id)
    if all(getattr(order, name) == value for name, value in args.items()):
        return order
    for name, value in args.items():
        setattr(order, name, value)
    journal.record(act, events.STATUS_SET, order)
    return order


def edit_work_order(act: Act, order_id: str, args: dict[str, Any]) -> WorkOrder:
    """Command work_order.edit."""
    order = lock_order(act.session, order_id)
    policy.require(act, "work_order.edit", order)
    for model, field in ((Contact, "contact_id"), (Asset, "asset_id")):
        if field in args["set"]:
            _fits(_referred(act, model, field, args["set"][field]), field, order.customer_id)
    _referred(act, Team, "team_id", args["set"].get("team_id"))
    merging.edit(act, order, args, POLICIES, events.EDITED, aggregate_id=order.id)
    return order


def cancel_work_order(act: Act, order_id: str, args: dict[str, Any]) -> WorkOrder:
    """Command work_order.cancel: open visits go with it; what engineers send later is kept and parked."""
    from server.work_orders.visit_operations import cancel_open_visits

    order = lock_order(act.session, order_id)
    policy.require(act, "work_order.cancel", order)
    if order.cancelled_at is not None:
        act.code = "already_done"
        return order
    if order.category == "done":
        raise Problem("order_closed", label=order.status_label)
    cancel_open_visits(act, order, args["reason"])
    order.cancelled_at, order.category, order.status_key = act.at, "cancelled", "cancelled"
    order.status_label = order.customer_label = {"en": "Cancelled", "zh-CN": "已取消"}
    journal.record(act, events.CANCELLED, order, reason=args["reason"])
    return order


def add_comment(act: Act, comment_id: str, args: dict[str, Any]) -> Comment:
    """Command comment.add: a fact; someone who no longer has the order still gets it in, marked late."""
    order = lock_order(act.session, args["work_order_id"])
    policy.require(act, "comment.add")
    has_it = policy.sees(act.session, act.actor, order)
    is_late = not has_it and act.origin == "sync" and was_on_order(act.session, order.id, act.actor.id)
    if not has_it and not is_late:
        raise Problem("not_found")
    existing = act.session.get(Comment, comment_id)
    if existing is not None:
        if existing.author_id != act.actor.id or existing.work_order_id != order.id:
            raise Problem("not_found")
        act.code = "already_done"
        return existing
    return write_comment(act, order, args["text"], comment_id=comment_id, is_late=is_late)


def write_comment(
    act: Act, order: WorkOrder, text: str, *, comment_id: str | None = None, is_late: bool = False
) -> Comment:
    """Store a remark of the acting person."""
    comment = Comment(
        work_order_id=order.id, author_id=act.actor.id if act.actor.kind == "user" else None, author_name=act.actor.name,
        text=text, written_at=act.happened_at, is_late=is_late,
    )  # fmt: skip
    if comment_id is not None:
        comment.id = comment_id
    act.session.add(comment)
    journal.record(act, events.COMMENTED, comment)
    return comment


def add_work_type(act: Act, type_id: str, args: dict[str, Any]) -> WorkType:
    """Command work_type.add."""
    policy.require(act, "work_type.add")
    policy.require_new(act, WorkType, type_id)
    require_skills(act, args["skills"])
    made = WorkType(id=type_id, **args)
    act.session.add(made)
    journal.record(act, events.WORK_TYPE_ADDED, made)
    return made
