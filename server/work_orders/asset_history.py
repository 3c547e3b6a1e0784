"""What happened to a device before, as whoever stands before it reads it without signal: the last visits, and whether work goes on.

A row of its own for phones, made when it is asked for; the policy rules its fields as those of any record. Not: the order's history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.accounts.models import User
from server.core.acts import Actor
from server.core.canonical import wire_time
from server.core.journal import Pending
from server.permissions import policy
from server.work_orders.engine.machine import TERMINAL
from server.work_orders.models import Visit, WorkOrder
from server.work_orders.queries import LIVE

ENTITY = "asset_history"
# each field with everything that it is made of: its reader must be allowed to see all of it
NEEDS: dict[str, tuple[tuple[str, str], ...]] = {
    "visits": (
        ("visit", "status"), ("visit", "outcome"), ("visit", "completed_at"), ("visit", "status_changed_at"), ("visit", "engineer_id"),
        ("work_order", "summary"), ("work_order", "work_type_id"), ("user", "name"),
    ),
    "findings": (("visit", "findings"), ("visit", "reason")),
    "total": (("visit", "status"),),
    "open_count": (("work_order", "category"),),
}  # fmt: skip
FIELDS = tuple(NEEDS)
MOST = 5
MOST_WORDS = 600
ENDED = ("done", "cannot_complete")
OF_VISIT = frozenset({"status", "outcome", "findings", "reason"})
OF_ORDER = frozenset({"asset_id", "category", "summary", "work_type_id", "deleted_at"})


def readable(actor: Actor) -> frozenset[str]:
    """The fields that an actor may see: those granted of the row, as far as he may see all that they are made of."""
    granted = policy.readable(actor, ENTITY, FIELDS)
    return frozenset(name for name in granted if all(policy.grant_on(actor, *one) != "none" for one in NEEDS[name]))


def load(session: Session, asset_ids: Iterable[str]) -> dict[str, tuple[int, dict[str, Any]]]:
    """asset id -> (1, history): `visits` newest first, at most five of `total`; `findings` by visit;
    how many orders are not closed. What has ended is told to whoever comes next; of what goes on with others no more than that."""
    wanted = list(asset_ids)
    found: dict[str, tuple[int, dict[str, Any]]] = {}
    for start in range(0, len(wanted), 400):
        ids = wanted[start : start + 400]
        visits, going_on = _visits(session, ids), _open_counts(session, ids)
        for asset_id in ids:
            mine = visits.get(asset_id, [])
            found[asset_id] = (1, {
                "visits": [one for one, _total, _words in mine],
                "findings": {one["id"]: words for one, _total, words in mine if words},
                "total": mine[0][1] if mine else 0,
                "open_count": going_on.get(asset_id, 0),
            })  # fmt: skip
    return found


Ended = tuple[dict[str, Any], int, str | None]


def _visits(session: Session, ids: list[str]) -> dict[str, list[Ended]]:
    ended_at = sa.func.coalesce(Visit.completed_at, Visit.status_changed_at, Visit.updated_at)
    per_asset: dict[str, Any] = {"partition_by": WorkOrder.asset_id}
    ranked = (
        sa.select(
            WorkOrder.asset_id, WorkOrder.work_type_id, WorkOrder.summary, Visit.id,
            Visit.status, Visit.outcome, Visit.findings, Visit.reason, Visit.engineer_id, ended_at.label("ended_at"),
            sa.func.row_number().over(order_by=(ended_at.desc(), Visit.id), **per_asset).label("place"),
            sa.func.count().over(**per_asset).label("total"),
        )
        .join(WorkOrder, WorkOrder.id == Visit.work_order_id)
        .where(
            WorkOrder.asset_id.in_(ids), WorkOrder.deleted_at.is_(None), Visit.deleted_at.is_(None), Visit.status.in_(ENDED)
        )
        .subquery()
    )  # fmt: skip
    query = (
        sa.select(ranked, User.name.label("engineer"))
        .outerjoin(User, User.id == ranked.c.engineer_id)
        .where(ranked.c.place <= MOST)
        .order_by(ranked.c.asset_id, ranked.c.place)
    )
    found: dict[str, list[Ended]] = {}
    for row in session.execute(query):
        visit = {
            "id": row.id, "work_type_id": row.work_type_id, "summary": row.summary,
            "status": row.status, "outcome": row.outcome, "at": wire_time(row.ended_at), "engineer": row.engineer,
        }  # fmt: skip
        words = (row.reason if row.status == "cannot_complete" else None) or row.findings
        found.setdefault(row.asset_id, []).append((visit, row.total, words[:MOST_WORDS] if words else None))
    return found


def _open_counts(session: Session, ids: list[str]) -> dict[str, int]:
    query = (
        sa.select(WorkOrder.asset_id, sa.func.count())
        .where(WorkOrder.asset_id.in_(ids), WorkOrder.category.in_(LIVE), WorkOrder.deleted_at.is_(None))
        .group_by(WorkOrder.asset_id)
    )
    return {str(asset_id): count for asset_id, count in session.execute(query)}


def changed_by(session: Session, pending: Pending) -> set[tuple[str, str]]:
    """The rows that a transaction makes different: an order of the device came, went or changed its name, a visit has ended."""
    assets: set[str] = set()
    orders: set[str] = set()
    for happening in pending.happenings:
        record = pending.touched[(happening.entity, happening.entity_id)]
        if isinstance(record, WorkOrder) and OF_ORDER.intersection(happening.changes):
            assets |= {one for one in (record.asset_id, *happening.changes.get("asset_id", ())) if one}
        elif isinstance(record, Visit) and _is_of_the_past(record, happening.changes):
            orders.add(record.work_order_id)
    query = sa.select(WorkOrder.asset_id).where(WorkOrder.id.in_(orders), WorkOrder.asset_id.is_not(None))
    assets |= {one for one in session.execute(query).scalars() if one} if orders else set()
    return {(ENTITY, one) for one in assets}


def _is_of_the_past(visit: Visit, changes: Mapping[str, list[Any]]) -> bool:
    """Something about an ended visit, or it has just ended, or was taken back from its end."""
    statuses = {visit.status, *changes.get("status", ())}
    return bool(OF_VISIT.intersection(changes)) and not statuses.isdisjoint(TERMINAL)
