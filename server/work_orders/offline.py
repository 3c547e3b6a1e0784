"""What a phone holds of orders and visits, who gets them, and which commands it may queue (sync.md, decisions 3 and 6)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.assets.models import Asset, Contract
from server.attachments.models import Attachment
from server.core import clock, due_work, journal
from server.core.acts import Act
from server.core.tables import DueWork
from server.forms.operations import versions_of_order
from server.work_orders import events
from server.work_orders.asset_history import ENTITY as HISTORY
from server.work_orders.cards import ENTITY as CARD
from server.work_orders.engine.machine import TERMINAL
from server.work_orders.models import Comment, Visit, WorkOrder
from server.work_orders.queries import LIVE, lock_order

Place = tuple[str, str, str]
KEEP_DAYS = 14
SWEPT_AT_ONCE = 200
COMMANDS = (
    "visit.accept", "visit.decline", "visit.travel", "visit.arrive", "visit.pause", "visit.resume", "visit.complete",
    "visit.cannot_complete", "visit.revert", "visit.edit", "comment.add", "work_order.edit", "work_order.take_on",
)  # fmt: skip


def places_of_order(session: Session, order_id: str) -> set[Place]:
    """Every (channel, entity, id) that an order puts somewhere.

    user:… — an engineer's own visits with all that he needs on site; team:… — everything of live orders; office and
    region:… — the card that lists show.
    """
    # columns, not objects: what this session read before it held the order's lock may be old
    order = session.execute(
        sa.select(WorkOrder.region_id, WorkOrder.team_id, WorkOrder.category, WorkOrder.customer_id, WorkOrder.site_id,
                  WorkOrder.contact_id, WorkOrder.asset_id).where(WorkOrder.id == order_id, WorkOrder.deleted_at.is_(None))
    ).first()  # fmt: skip
    if order is None:
        return set()
    visits = session.execute(
        sa.select(Visit.id, Visit.engineer_id, Visit.is_on_phone).where(
            Visit.work_order_id == order_id, Visit.deleted_at.is_(None)
        )
    ).all()
    cards = {"office"} | ({f"region:{order.region_id}"} if order.region_id else set())
    places: set[Place] = {(channel, CARD, order_id) for channel in cards}
    shared = _shared(session, order_id, order)
    for visit in visits:
        if visit.engineer_id is not None and visit.is_on_phone:
            channel = f"user:{visit.engineer_id}"
            places |= {(channel, "visit", visit.id)} | {(channel, entity, one) for entity, one in shared}
    if order.team_id is not None:
        team = f"team:{order.team_id}"
        places.add((team, CARD, order_id))
        if order.category in LIVE:
            places |= {(team, entity, one) for entity, one in shared} | {(team, "visit", visit.id) for visit in visits}
    return places


def _shared(session: Session, order_id: str, order: Any) -> set[tuple[str, str]]:
    """The order and what one must know to do it."""
    found = {("work_order", order_id), ("customer", order.customer_id), ("site", order.site_id)}
    if order.contact_id is not None:
        found.add(("contact", order.contact_id))
    # every unit at the site: the plate on the machine may be the neighbour's
    units = sa.select(Asset.id).where(
        sa.or_(Asset.site_id == order.site_id, Asset.id == order.asset_id), Asset.deleted_at.is_(None)
    )
    assets = set(session.execute(units).scalars())
    contracts = sa.select(Contract.id).where(Contract.asset_id.in_(assets), Contract.deleted_at.is_(None))
    found |= {(entity, one) for one in assets for entity in ("asset", HISTORY)}
    found |= {("contract", one) for one in session.execute(contracts).scalars()}
    comments = session.execute(
        sa.select(Comment.id).where(Comment.work_order_id == order_id, Comment.deleted_at.is_(None))
    )
    files = session.execute(
        sa.select(Attachment.id).where(Attachment.work_order_id == order_id, Attachment.deleted_at.is_(None))
    )
    found |= {("comment", row.id) for row in comments}
    found |= {("attachment", row.id) for row in files}
    return found | versions_of_order(session, order_id)


def orders_at(session: Session, site_id: str) -> set[str]:
    """Orders of a site that some phone or team holds: what stands there belongs to them."""
    on_phone = sa.select(Visit.work_order_id).where(Visit.is_on_phone.is_(True))
    held = sa.or_(WorkOrder.category.in_(LIVE), WorkOrder.id.in_(on_phone))
    return set(session.execute(sa.select(WorkOrder.id).where(WorkOrder.site_id == site_id, held)).scalars())


def sweep(act: Act, work: DueWork) -> None:
    """Take visits that ended two weeks ago off their phones; due once a day, and again at once while there are more."""
    limit = clock.now() - dt.timedelta(days=KEEP_DAYS)
    over = (Visit.is_on_phone.is_(True), Visit.status.in_(TERMINAL), Visit.status_changed_at < limit)
    query = (
        sa.select(Visit.id, Visit.work_order_id)
        .where(*over)
        .order_by(Visit.work_order_id, Visit.id)
        .limit(SWEPT_AT_ONCE)
    )
    found = act.session.execute(query).all()
    for order_id in sorted({row.work_order_id for row in found}):
        lock_order(act.session, order_id)
    mine = sa.select(Visit).where(Visit.id.in_([row.id for row in found]), *over)
    for visit in act.session.execute(mine.order_by(Visit.id).execution_options(populate_existing=True)).scalars():
        visit.is_on_phone = False
        journal.record(act, events.VISIT_LEFT_PHONE, visit)
    if len(found) == SWEPT_AT_ONCE:
        due_work.arm(act.session, work.kind, work.key, clock.now(), generation=work.generation + 1)
