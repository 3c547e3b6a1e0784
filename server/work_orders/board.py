"""What the dispatcher's timeline shows of a span of time: engineers with shifts, skills and absences, their visits, what is not planned."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.accounts.models import Device, DevicePresence, User
from server.assets.models import Asset, Product, ProductLine
from server.core.acts import Actor
from server.core.canonical import wire_time
from server.customers.models import Customer, Site
from server.engineers.models import Absence, EngineerProfile
from server.permissions import policy
from server.work_orders.models import Visit, WorkOrder, WorkType

OPEN_VISIT = ("planned", "dispatched", "accepted", "travelling", "on_site", "paused")
TIMES = (
    "planned_start", "planned_end", "promised_from", "promised_until", "dispatched_at", "accepted_at", "travel_started_at",
    "arrived_at", "completed_at", "status_changed_at",
)  # fmt: skip
MOST_VISITS, MOST_QUEUED = 5000, 500


def visits(session: Session, actor: Actor, from_at: dt.datetime, until_at: dt.datetime) -> list[dict[str, Any]]:
    """Visits that touch the span, by plan or by fact; cancelled ones are no plan."""
    start = sa.func.coalesce(Visit.planned_start, Visit.arrived_at, Visit.dispatched_at)
    end = sa.func.coalesce(Visit.completed_at, Visit.planned_end, start)
    rows = session.execute(
        _with_order(sa.select(Visit, *ORDER_COLUMNS).join(WorkOrder, WorkOrder.id == Visit.work_order_id)).where(
            policy.visible(actor, Visit), Visit.deleted_at.is_(None), WorkOrder.deleted_at.is_(None),
            Visit.status != "cancelled", Visit.engineer_id.is_not(None), start < until_at, end > from_at,
        )
        .order_by(start, Visit.id)
        .limit(MOST_VISITS)
    )  # fmt: skip
    return [{**_order(*order), **_visit(visit)} for visit, *order in rows]


ORDER_COLUMNS = (WorkOrder, Customer, Site, WorkType, Product.model, ProductLine.skills)


def _with_order(query: Any) -> Any:
    """The joins that the columns of an order need."""
    return (
        query.join(Customer, Customer.id == WorkOrder.customer_id)
        .join(Site, Site.id == WorkOrder.site_id)
        .join(WorkType, WorkType.id == WorkOrder.work_type_id)
        .outerjoin(Asset, Asset.id == WorkOrder.asset_id)
        .outerjoin(Product, Product.id == Asset.product_id)
        .outerjoin(ProductLine, ProductLine.id == Product.product_line_id)
    )


def _order(
    order: WorkOrder, customer: Customer, site: Site, kind: WorkType, model: str | None, skills: list[Any] | None
) -> dict[str, Any]:
    return {
        "work_order_id": order.id, "number": order.number, "summary": order.summary, "priority": order.priority,
        "channel": order.channel, "reported_at": wire_time(order.reported_at), "team_id": order.team_id,
        "customer": customer.short_name or customer.name, "work_type": kind.name, "duration_minutes": kind.duration_minutes,
        "model": model, "site": {"lat": site.lat, "lon": site.lon, "zone": site.zone, "name": site.name},
        "skills": _highest([*kind.skills, *(skills or [])]),
    }  # fmt: skip


def _visit(visit: Visit) -> dict[str, Any]:
    return {
        "id": visit.id, "version": visit.version, "engineer_id": visit.engineer_id, "status": visit.status, "outcome": visit.outcome,
        **{name: wire_time(value) if (value := getattr(visit, name)) else None for name in TIMES},
    }  # fmt: skip


def queue(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """What nobody is sent to yet, most urgent first; with the visit that was taken back, if there is one."""
    rows = session.execute(
        _with_order(sa.select(*ORDER_COLUMNS))
        .where(policy.visible(actor, WorkOrder), WorkOrder.deleted_at.is_(None), WorkOrder.category == "new")
        .order_by(WorkOrder.priority, WorkOrder.reported_at, WorkOrder.id)
        .limit(MOST_QUEUED)
    ).all()
    ids = [order.id for order, *_rest in rows]
    open_ones = sa.select(Visit).where(
        Visit.work_order_id.in_(ids), Visit.status == "planned", Visit.deleted_at.is_(None)
    )
    waiting = {one.work_order_id: one for one in session.execute(open_ones.order_by(Visit.created_at)).scalars()}
    return [{**_order(*row), "visit": _visit(waiting[row[0].id]) if row[0].id in waiting else None} for row in rows]


def _highest(asked: list[Any]) -> list[dict[str, Any]]:
    """Each skill once, at the highest level that is asked for."""
    levels: dict[str, int] = {}
    for one in asked:
        levels[one["skill_id"]] = max(levels.get(one["skill_id"], 0), one["level"])
    return [{"skill_id": skill, "level": level} for skill, level in sorted(levels.items())]


def engineers(session: Session, actor: Actor, from_at: dt.datetime, until_at: dt.datetime) -> list[dict[str, Any]]:
    """Who can be sent, with what he can, when he works or is away in the span, and how fresh his phone's data is."""
    rows = session.execute(
        sa.select(
            User, EngineerProfile, sa.func.max(DevicePresence.last_seen_at), sa.func.sum(DevicePresence.pending_count)
        )
        .join(EngineerProfile, EngineerProfile.user_id == User.id)
        .outerjoin(Device, sa.and_(Device.user_id == User.id, Device.revoked_at.is_(None)))
        .outerjoin(DevicePresence, DevicePresence.device_id == Device.id)
        .where(User.is_active, User.deleted_at.is_(None), EngineerProfile.is_dispatchable, policy.visible(actor, User))
        .group_by(User.id, EngineerProfile.id)
        .order_by(User.team_id, User.name)
    ).all()
    away = _absences(session, [user.id for user, *_rest in rows], from_at, until_at)
    return [
        {
            "id": user.id, "name": user.name, "team_id": user.team_id, "zone": user.zone, "skills": profile.skills,
            "shifts": profile.shifts, "home": {"lat": profile.home_lat, "lon": profile.home_lon},
            "absences": away.get(user.id, []), "last_seen_at": wire_time(seen) if seen else None, "pending": pending or 0,
        }
        for user, profile, seen, pending in rows
    ]  # fmt: skip


def _absences(
    session: Session, ids: list[str], from_at: dt.datetime, until_at: dt.datetime
) -> dict[str, list[dict[str, Any]]]:
    query = sa.select(Absence).where(
        Absence.engineer_id.in_(ids),
        Absence.deleted_at.is_(None),
        Absence.from_at < until_at,
        Absence.until_at > from_at,
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for one in session.execute(query.order_by(Absence.from_at, Absence.id)).scalars():
        found.setdefault(one.engineer_id, []).append({
            "id": one.id, "from_at": wire_time(one.from_at), "until_at": wire_time(one.until_at), "kind": one.kind, "note": one.note,
        })  # fmt: skip
    return found


def wanted_skills(session: Session, order_id: str) -> list[dict[str, Any]]:
    """What an order asks for: of its kind of work and of its device's family, the higher level of each skill."""
    query = (
        sa.select(WorkType.skills, ProductLine.skills)
        .select_from(WorkOrder)
        .join(WorkType, WorkType.id == WorkOrder.work_type_id)
        .outerjoin(Asset, Asset.id == WorkOrder.asset_id)
        .outerjoin(Product, Product.id == Asset.product_id)
        .outerjoin(ProductLine, ProductLine.id == Product.product_line_id)
        .where(WorkOrder.id == order_id)
    )
    row = session.execute(query).first()
    return _highest([*(row[0] or []), *(row[1] or [])] if row else [])
