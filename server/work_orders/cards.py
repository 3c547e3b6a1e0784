"""The card of an order: everything a list or board row shows, joined once and served by API and live stream alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.accounts.models import User
from server.assets.models import Asset, Product, ProductLine
from server.conflicts.models import Conflict
from server.core.canonical import wire_time
from server.core.db import Base
from server.customers.models import Customer, Site
from server.work_orders import reach
from server.work_orders.models import Visit, WorkOrder, WorkType

ENTITY = "order_card"
FIELDS = (
    "number", "summary", "priority", "category", "status_key", "status_label", "channel", "reported_at", "updated_at", "work_type",
    "customer", "customer_id", "site", "site_id", "region_id", "team_id", "zone", "lat", "lon", "asset", "serial", "contact_id",
    "asset_id", "duration_minutes", "skills", "visit", "visits", "open_conflicts", "parked",
)  # fmt: skip
TIMES = (
    "planned_start", "planned_end", "promised_from", "promised_until", "travel_started_at", "arrived_at", "status_changed_at",
    "completed_at",
)  # fmt: skip
# columns, not records: a day of a large company has a thousand cards, and a record costs three times its columns
COLUMNS = (
    WorkOrder.id, WorkOrder.version, WorkOrder.number, WorkOrder.summary, WorkOrder.priority, WorkOrder.category, WorkOrder.status_key,
    WorkOrder.status_label, WorkOrder.channel, WorkOrder.reported_at, WorkOrder.updated_at, WorkOrder.region_id, WorkOrder.team_id,
    WorkOrder.contact_id, WorkOrder.asset_id, WorkType.name.label("work_type"), WorkType.duration_minutes,
    WorkType.skills.label("kind_skills"), Customer.id.label("customer_id"), Customer.name.label("customer"), Customer.short_name,
    Site.id.label("site_id"), Site.name.label("site"), Site.zone, Site.lat, Site.lon, Asset.serial, Product.model,
    ProductLine.skills.label("line_skills"),
)  # fmt: skip
OF_VISIT = (
    Visit.id, Visit.version, Visit.work_order_id, Visit.status, Visit.outcome, Visit.engineer_id, User.name.label("engineer"),
    *(getattr(Visit, name) for name in TIMES),
)  # fmt: skip


def load(session: Session, ids: Iterable[str]) -> dict[str, tuple[int, dict[str, Any]]]:
    """id -> (version, card) of orders that are not deleted."""
    wanted = list(ids)
    found: dict[str, tuple[int, dict[str, Any]]] = {}
    for start in range(0, len(wanted), 400):
        found |= _load_some(session, wanted[start : start + 400])
    return found


def _load_some(session: Session, ids: list[str]) -> dict[str, tuple[int, dict[str, Any]]]:
    rows = session.execute(
        sa.select(*COLUMNS)
        .select_from(WorkOrder)
        .join(Customer, Customer.id == WorkOrder.customer_id)
        .join(Site, Site.id == WorkOrder.site_id)
        .join(WorkType, WorkType.id == WorkOrder.work_type_id)
        .outerjoin(Asset, Asset.id == WorkOrder.asset_id)
        .outerjoin(Product, Product.id == Asset.product_id)
        .outerjoin(ProductLine, ProductLine.id == Product.product_line_id)
        .where(WorkOrder.id.in_(ids), WorkOrder.deleted_at.is_(None))
    )
    visits = _visits(session, ids)
    conflicts = _counts(session, Conflict.work_order_id, Conflict.state == "open", ids)
    log = Base.metadata.tables["command_log"]
    parked = _counts(session, log.c.aggregate_id, log.c.state == "parked", ids)
    cards = {}
    for row in rows:
        mine = visits.get(row.id, [])
        card = {
            "number": row.number, "summary": row.summary, "priority": row.priority, "category": row.category,
            "status_key": row.status_key, "status_label": row.status_label, "channel": row.channel,
            "reported_at": wire_time(row.reported_at), "updated_at": wire_time(row.updated_at), "work_type": row.work_type,
            "customer": row.short_name or row.customer, "customer_id": row.customer_id, "site": row.site, "site_id": row.site_id,
            "region_id": row.region_id, "team_id": row.team_id, "zone": row.zone, "lat": row.lat, "lon": row.lon,
            "asset": row.model, "serial": row.serial, "contact_id": row.contact_id, "asset_id": row.asset_id,
            "duration_minutes": row.duration_minutes, "skills": highest([*row.kind_skills, *(row.line_skills or [])]),
            "visit": mine[-1] if mine else None, "visits": [one for one in mine if one["status"] != "cancelled"],
            "open_conflicts": conflicts.get(row.id, 0), "parked": parked.get(row.id, 0),
        }  # fmt: skip
        cards[row.id] = (row.version, card)
    return cards


def highest(asked: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each skill once, at the highest level that is asked for."""
    levels: dict[str, int] = {}
    for one in asked:
        levels[one["skill_id"]] = max(levels.get(one["skill_id"], 0), one["level"])
    return [{"skill_id": skill, "level": level} for skill, level in sorted(levels.items())]


def _visits(session: Session, ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Per order, cancelled ones first, then oldest first: the last is what a list shows, the newest that was not cancelled."""
    found = session.execute(
        sa.select(*OF_VISIT)
        .select_from(Visit)
        .outerjoin(User, User.id == Visit.engineer_id)
        .where(Visit.work_order_id.in_(ids), Visit.deleted_at.is_(None))
        .order_by(sa.case((Visit.status == "cancelled", 0), else_=1), Visit.created_at, Visit.id)
    )
    rows = found.all()
    reached = reach.of_visits(session, [visit.id for visit in rows])
    shown: dict[str, list[dict[str, Any]]] = {}
    for visit in rows:
        shown.setdefault(visit.work_order_id, []).append({
            "id": visit.id, "version": visit.version, "status": visit.status, "outcome": visit.outcome,
            "engineer_id": visit.engineer_id, "engineer": visit.engineer, "reach": reached.get(visit.id),
            **{name: wire_time(value) if (value := getattr(visit, name)) else None for name in TIMES},
        })  # fmt: skip
    return shown


def _counts(session: Session, column: Any, condition: Any, ids: list[str]) -> dict[str, int]:
    rows = session.execute(sa.select(column, sa.func.count()).where(condition, column.in_(ids)).group_by(column))
    return {row[0]: row[1] for row in rows}
