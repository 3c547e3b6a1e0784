"""The card of an order: everything a list or board row shows, joined once and served by API and live stream alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.accounts.models import User
from server.assets.models import Asset, Product
from server.conflicts.models import Conflict
from server.core.canonical import wire_time
from server.core.db import Base
from server.customers.models import Customer, Site
from server.work_orders import reach
from server.work_orders.models import Visit, WorkOrder, WorkType

ENTITY = "order_card"
FIELDS = (
    "number", "summary", "priority", "category", "status_key", "status_label", "channel", "reported_at", "updated_at", "work_type",
    "customer", "customer_id", "site", "site_id", "region_id", "team_id", "zone", "asset", "serial", "contact_id", "asset_id", "visit",
    "open_conflicts", "parked",
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
        sa.select(WorkOrder, Customer, Site, WorkType.name, Asset, Product.model)
        .join(Customer, Customer.id == WorkOrder.customer_id)
        .join(Site, Site.id == WorkOrder.site_id)
        .join(WorkType, WorkType.id == WorkOrder.work_type_id)
        .outerjoin(Asset, Asset.id == WorkOrder.asset_id)
        .outerjoin(Product, Product.id == Asset.product_id)
        .where(WorkOrder.id.in_(ids), WorkOrder.deleted_at.is_(None))
    )
    visits = _visits(session, ids)
    conflicts = _counts(session, Conflict.work_order_id, Conflict.state == "open", ids)
    log = Base.metadata.tables["command_log"]
    parked = _counts(session, log.c.aggregate_id, log.c.state == "parked", ids)
    cards = {}
    for order, customer, site, work_type, asset, model in rows:
        card = {
            "number": order.number, "summary": order.summary, "priority": order.priority, "category": order.category,
            "status_key": order.status_key, "status_label": order.status_label, "channel": order.channel,
            "reported_at": wire_time(order.reported_at), "updated_at": wire_time(order.updated_at), "work_type": work_type,
            "customer": customer.short_name or customer.name, "customer_id": customer.id, "site": site.name, "site_id": site.id,
            "region_id": order.region_id, "team_id": order.team_id, "zone": site.zone, "asset": model,
            "serial": asset.serial if asset else None, "contact_id": order.contact_id, "asset_id": order.asset_id,
            "visit": visits.get(order.id), "open_conflicts": conflicts.get(order.id, 0), "parked": parked.get(order.id, 0),
        }  # fmt: skip
        cards[order.id] = (order.version, card)
    return cards


def _visits(session: Session, ids: list[str]) -> dict[str, dict[str, Any]]:
    """The visit that a list shows per order: the newest that was not cancelled, else the newest."""
    found = session.execute(
        sa.select(Visit, User.name)
        .outerjoin(User, User.id == Visit.engineer_id)
        .where(Visit.work_order_id.in_(ids), Visit.deleted_at.is_(None))
        .order_by(sa.case((Visit.status == "cancelled", 0), else_=1), Visit.created_at, Visit.id)
    )
    rows = found.all()
    reached = reach.of_visits(session, [visit.id for visit, _engineer in rows])
    return {
        visit.work_order_id: {
            "id": visit.id, "version": visit.version, "status": visit.status, "outcome": visit.outcome, "engineer_id": visit.engineer_id,
            "engineer": engineer, "reach": reached.get(visit.id), **{
                name: wire_time(value) if (value := getattr(visit, name)) else None
                for name in ("planned_start", "planned_end", "promised_from", "promised_until", "status_changed_at", "completed_at")
            },
        }
        for visit, engineer in rows
    }  # fmt: skip


def _counts(session: Session, column: Any, condition: Any, ids: list[str]) -> dict[str, int]:
    rows = session.execute(sa.select(column, sa.func.count()).where(condition, column.in_(ids)).group_by(column))
    return {row[0]: row[1] for row in rows}
