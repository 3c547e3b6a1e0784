"""What the dispatcher's timeline shows of a span of time: engineers with shifts, skills and absences, their visits, what is not planned."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.accounts.models import Device, DevicePresence, User
from server.assets.models import Asset, Product, ProductLine
from server.core import clock
from server.core.acts import Actor
from server.core.canonical import wire_time
from server.engineers.models import Absence, EngineerProfile
from server.organisation.models import Team
from server.permissions import policy
from server.work_orders import cards
from server.work_orders.models import Visit, WorkOrder, WorkType

MOST_ORDERS = 5000


def orders(session: Session, actor: Actor, from_at: dt.datetime, until_at: dt.datetime) -> list[str]:
    """Ids of what nobody is sent to yet, and of what has a visit that touches the span, by plan or by fact. Cancelled ones are no plan.

    Oldest report first; not more than MOST_ORDERS.
    """
    start = sa.func.coalesce(Visit.arrived_at, Visit.planned_start, Visit.travel_started_at)
    planned = sa.func.coalesce(Visit.planned_end, start)
    # who is still at work ends now, or later
    end = sa.case(
        (Visit.completed_at.is_not(None), Visit.completed_at),
        (Visit.status.in_(("on_site", "paused")), sa.case((planned < clock.now(), clock.now()), else_=planned)),
        else_=planned,
    )
    touching = sa.select(Visit.work_order_id).where(
        Visit.deleted_at.is_(None), Visit.status != "cancelled", Visit.engineer_id.is_not(None), start < until_at, end >= from_at
    )  # fmt: skip
    # beside a visit that goes on another may wait for somebody
    waiting = sa.select(Visit.work_order_id).where(
        Visit.deleted_at.is_(None), Visit.status == "planned", Visit.engineer_id.is_(None)
    )
    query = sa.select(WorkOrder.id).where(
        policy.visible(actor, WorkOrder), WorkOrder.deleted_at.is_(None),
        sa.or_(
            WorkOrder.category == "new", WorkOrder.id.in_(touching),
            sa.and_(WorkOrder.category != "cancelled", WorkOrder.id.in_(waiting)),
        ),
    )  # fmt: skip
    return list(session.execute(query.order_by(WorkOrder.reported_at, WorkOrder.id).limit(MOST_ORDERS)).scalars())


def teams(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """The groups of the rows, in their order."""
    query = (
        sa.select(Team).where(policy.visible(actor, Team), Team.deleted_at.is_(None)).order_by(Team.created_at, Team.id)
    )
    return [
        {"id": one.id, **policy.shown(actor, "team", {"name": one.name})} for one in session.execute(query).scalars()
    ]


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
    away = _absences(session, actor, [user.id for user, *_rest in rows], from_at, until_at)
    return [
        {
            "id": user.id, "name": user.name, "team_id": user.team_id, "zone": user.zone, "skills": [], "shifts": [],
            **policy.shown(actor, "engineer_profile", {"skills": profile.skills, "shifts": profile.shifts}),
            "absences": away.get(user.id, []), "last_seen_at": wire_time(seen) if seen else None, "pending": pending or 0,
        }
        for user, profile, seen, pending in rows
    ]  # fmt: skip


def _absences(
    session: Session, actor: Actor, ids: list[str], from_at: dt.datetime, until_at: dt.datetime
) -> dict[str, list[dict[str, Any]]]:
    """That somebody is away everybody at the desk may know; why, who may see it."""
    query = sa.select(Absence).where(
        Absence.engineer_id.in_(ids),
        Absence.deleted_at.is_(None),
        Absence.from_at < until_at,
        Absence.until_at > from_at,
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for one in session.execute(query.order_by(Absence.from_at, Absence.id)).scalars():
        found.setdefault(one.engineer_id, []).append({
            "id": one.id, "from_at": wire_time(one.from_at), "until_at": wire_time(one.until_at), "kind": "other", "note": None,
            **policy.shown(actor, "absence", {"kind": one.kind, "note": one.note}),
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
    return cards.highest([*(row[0] or []), *(row[1] or [])] if row else [])
