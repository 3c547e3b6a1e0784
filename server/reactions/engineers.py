"""How an engineer hears of a job, and how the office knows that he has: by push, then SMS, until his phone has fetched the visit.

What counts is the phone's own word: a pull whose cookie lies at or behind the visit's row says that the row is stored (PROTOCOL 4.1).
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from flask import current_app

from server.accounts.models import User
from server.accounts.queries import actor_of
from server.core import clock, due_work
from server.core.acts import Act
from server.core.config import Settings
from server.core.tables import DueWork, EventRow
from server.notices import events, routes
from server.notices import operations as notices
from server.notices.models import Notice
from server.notices.operations import About, Recipient
from server.organisation.queries import the_organisation
from server.permissions import policy
from server.work_orders.models import Visit, WorkOrder
from server.work_orders.reach import DISPATCHED, OPEN

REACH = "notice.reach"
PATIENCE = dt.timedelta(minutes=3)


def tell(act: Act, event: EventRow) -> None:
    """Tell the engineer of a job that was sent to him. What a seed enters is the past: nobody is called for it."""
    visit = act.session.get_one(Visit, event.entity_id)
    if event.origin == "cli" or not _is_open(act, visit, event.id) or visit.engineer_id is None:
        return
    user = act.session.get_one(User, visit.engineer_id)
    order = act.session.get_one(WorkOrder, visit.work_order_id)
    recipient = Recipient("user", user.id, user.name, user.locale, routes.to_user(act.session, user.id, user.phone))
    about = About(event.id, event.name, order.id, visit.id)
    notice = notices.create(act, about, DISPATCHED, recipient, _words(act, user, order, visit))
    _wait(act, notice, 0)


def _words(act: Act, user: User, order: WorkOrder, visit: Visit) -> dict[str, str]:
    """A number, if his role lets him see it, and the way to the job; nothing of the customer stands on a locked screen."""
    config: Settings = current_app.extensions["callout.settings"]
    organisation = the_organisation(act.session)
    may_see = policy.grant_on(actor_of(act.session, user), "work_order", "number") != "none"
    return {
        "organisation": organisation.name if organisation else "Callout", "number": (order.number or "") if may_see else "",
        "link": f"{config.base_url}/app/jobs/{visit.id}",
    }  # fmt: skip


def _wait(act: Act, notice: Notice, times: int) -> None:
    due_work.arm(
        act.session, REACH, notice.id, clock.now() + PATIENCE, aggregate_id=notice.work_order_id, generation=times
    )


def next_channel(act: Act, work: DueWork) -> None:
    """Three minutes are over and his phone has not fetched it: the next channel, or the office is told."""
    notice = act.session.get_one(Notice, work.key, with_for_update=True, populate_existing=True)
    if notice.state not in OPEN or notice.state == "not_reached" or notice.deleted_at is not None:
        return
    following = notice.routes[notice.route_no + 1 :]
    # the outbox reaches nobody by itself
    if following and following[0][0] != routes.OUTBOX:
        notices.pass_on(act, notice)
        _wait(act, notice, work.generation + 1)
    else:
        notices.end(act, notice, "not_reached", events.NOT_REACHED)


def fetched(act: Act, notice_ids: list[str]) -> None:
    """His phone has the visit: nothing more need be sent, and the office sees it."""
    query = sa.select(Notice).where(Notice.id.in_(notice_ids), Notice.state.in_(OPEN)).order_by(Notice.id)
    found = act.session.execute(query.with_for_update().execution_options(populate_existing=True)).scalars().all()
    for notice in found:
        notices.end(act, notice, "delivered", events.RECEIVED)
        _stop_waiting(act, notice)


def withdraw_old(act: Act, event: EventRow) -> None:
    """Calls about this visit that are over: it was taken back, given to another, or accepted; sent again, a new call begins."""
    visit = act.session.get_one(Visit, event.entity_id)
    query = sa.select(Notice).where(Notice.visit_id == visit.id, Notice.template == DISPATCHED, Notice.state.in_(OPEN))
    for notice in act.session.execute(query.order_by(Notice.id).with_for_update()).scalars().all():
        if _is_open(act, visit, notice.event_id):
            continue
        is_his = visit.engineer_id == notice.recipient_id and visit.accepted_at is not None
        notices.end(act, notice, *(("delivered", events.RECEIVED) if is_his else ("withdrawn", events.WITHDRAWN)))
        _stop_waiting(act, notice)


def _is_open(act: Act, visit: Visit, event_id: str) -> bool:
    """Whether this dispatch is the newest one and still waits for its engineer."""
    newest = sa.select(EventRow.id).where(EventRow.entity_id == visit.id, EventRow.name == "visit.dispatched")
    last = act.session.execute(newest.order_by(EventRow.seq.desc()).limit(1)).scalar_one_or_none()
    return visit.status == "dispatched" and last == event_id


def _stop_waiting(act: Act, notice: Notice) -> None:
    mine = sa.update(DueWork).where(DueWork.kind == REACH, DueWork.key == notice.id, DueWork.state == "pending")
    act.session.execute(mine.values(state="withdrawn", finished_at=clock.now()))
