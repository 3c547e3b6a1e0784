"""What a phone holds of orders and visits, who gets them, and which commands it may queue (sync.md, decisions 3 and 6)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.assets.models import Asset
from server.attachments.models import Attachment
from server.core import clock, journal
from server.core.acts import Act
from server.core.tables import DueWork
from server.work_orders import events
from server.work_orders.cards import ENTITY as CARD
from server.work_orders.engine.machine import TERMINAL
from server.work_orders.models import Comment, Visit, WorkOrder
from server.work_orders.queries import LIVE, visits_of

Place = tuple[str, str, str]
KEEP_DAYS = 14
COMMANDS = (
    "visit.accept", "visit.decline", "visit.travel", "visit.arrive", "visit.pause", "visit.resume", "visit.complete",
    "visit.cannot_complete", "visit.revert", "visit.edit", "comment.add", "work_order.edit",
)  # fmt: skip


def places_of_order(session: Session, order_id: str) -> set[Place]:
    """Every (channel, entity, id) that an order puts somewhere.

    user:… — an engineer's own visits with all that he needs on site; team:… — everything of live orders; office and
    region:… — the card that lists show.
    """
    order = session.get(WorkOrder, order_id)
    if order is None or order.deleted_at is not None:
        return set()
    visits = visits_of(session, order_id)
    cards = {"office"} | ({f"region:{order.region_id}"} if order.region_id else set())
    places: set[Place] = {(channel, CARD, order.id) for channel in cards}
    shared = _shared(session, order)
    for visit in visits:
        if visit.engineer_id is not None and visit.is_on_phone:
            channel = f"user:{visit.engineer_id}"
            places |= {(channel, "visit", visit.id)} | {(channel, entity, one) for entity, one in shared}
    if order.team_id is not None:
        team = f"team:{order.team_id}"
        places.add((team, CARD, order.id))
        if order.category in LIVE:
            places |= {(team, entity, one) for entity, one in shared} | {(team, "visit", visit.id) for visit in visits}
    return places


def _shared(session: Session, order: WorkOrder) -> set[tuple[str, str]]:
    """The order and what one must know to do it."""
    found = {("work_order", order.id), ("customer", order.customer_id), ("site", order.site_id)}
    if order.contact_id is not None:
        found.add(("contact", order.contact_id))
    if order.asset_id is not None and session.get(Asset, order.asset_id) is not None:
        found.add(("asset", order.asset_id))
    comments = session.execute(
        sa.select(Comment.id).where(Comment.work_order_id == order.id, Comment.deleted_at.is_(None))
    )
    files = session.execute(
        sa.select(Attachment.id).where(Attachment.work_order_id == order.id, Attachment.deleted_at.is_(None))
    )
    found |= {("comment", row.id) for row in comments}
    return found | {("attachment", row.id) for row in files}


def sweep(act: Act, _work: DueWork) -> None:
    """Take visits that ended two weeks ago off their phones; due once a day."""
    limit = clock.now() - dt.timedelta(days=KEEP_DAYS)
    query = (
        sa.select(Visit)
        .where(Visit.is_on_phone.is_(True), Visit.status.in_(TERMINAL), Visit.status_changed_at < limit)
        .limit(500)
    )
    for visit in act.session.execute(query.order_by(Visit.work_order_id, Visit.id).with_for_update()).scalars():
        visit.is_on_phone = False
        journal.record(act, events.VISIT_LEFT_PHONE, visit)
