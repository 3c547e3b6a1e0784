"""What a customer is told: that someone is on the way, that it is done. Once, when it can no longer be a slip of the finger, not at
night, and not if he does not want it.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from server.accounts.models import User
from server.core import clock, due_work
from server.core.acts import Act
from server.core.config import Settings
from server.core.tables import DueWork, EventRow
from server.customers.models import Contact, Customer, Site
from server.notices import operations as notices
from server.notices import quiet, routes
from server.notices.models import Notice
from server.notices.operations import About, Recipient
from server.organisation.queries import the_organisation
from server.portal.operations import make_link
from server.portal.queries import first_name
from server.work_orders.engine.machine import UNDO_SECONDS
from server.work_orders.models import Visit, WorkOrder

TELL_COMPLETED, TELL_TRAVEL = "notice.visit_completed", "notice.visit_travel"
COMPLETED, TRAVEL = "visit_completed", "visit_travel"
# a step taken by mistake is taken back within seconds; longer would make the message late
TRAVEL_SECONDS = 60


def _put_off(act: Act, kind: str, event: EventRow, seconds: int) -> None:
    due_at = max(clock.now(), event.acted_at + dt.timedelta(seconds=seconds))
    due_work.arm(act.session, kind, event.id, due_at, aggregate_id=event.aggregate_id)


def completed_after_undo(act: Act, event: EventRow) -> None:
    """The customer is told once the engineer cannot take it back any more."""
    _put_off(act, TELL_COMPLETED, event, UNDO_SECONDS)


def travel_after_a_minute(act: Act, event: EventRow) -> None:
    """The customer is told that someone is on the way."""
    _put_off(act, TELL_TRAVEL, event, TRAVEL_SECONDS)


def tell_completed(act: Act, work: DueWork) -> None:
    """Unless the visit was reverted meanwhile; completed again, the newer event tells. Only once the whole order is done: not while
    parts are awaited or a second engineer is still at it, and of several visits the last to end tells.
    """
    event = _event(act, work)
    visit = act.session.get_one(Visit, event.entity_id)
    order = act.session.get_one(WorkOrder, visit.work_order_id)
    if visit.outcome == "done" and order.category == "done" and _is_last_to_end(act, event, order):
        _tell(act, event, COMPLETED, "done")


def tell_travel(act: Act, work: DueWork) -> None:
    """Unless he has arrived or turned round meanwhile: what a phone sent late is not told late."""
    _tell(act, _event(act, work), TRAVEL, "travelling")


def _event(act: Act, work: DueWork) -> EventRow:
    return act.session.execute(sa.select(EventRow).where(EventRow.id == work.key)).scalar_one()


def _tell(act: Act, event: EventRow, template: str, while_status: str) -> None:
    visit = act.session.get_one(Visit, event.entity_id)
    order = act.session.get_one(WorkOrder, visit.work_order_id)
    contact = act.session.get(Contact, order.contact_id) if order.contact_id else None
    is_wanted = contact is not None and contact.may_message and contact.deleted_at is None
    if contact is None or not is_wanted or visit.status != while_status or not _is_newest(act, event):
        return
    about = About(event.id, event.name, order.id, visit.id)
    notices.create(
        act, about, template, _to(act, order, contact), _words(act, order, visit, contact), _when(act, order)
    )


def _is_newest(act: Act, event: EventRow) -> bool:
    same = sa.and_(EventRow.entity_id == event.entity_id, EventRow.name == event.name)
    return event.seq == act.session.execute(sa.select(sa.func.max(EventRow.seq)).where(same)).scalar_one()


def _is_last_to_end(act: Act, event: EventRow, order: WorkOrder) -> bool:
    """Whether no visit of the order that is done was completed after this one."""
    others = sa.select(Visit.id).where(Visit.work_order_id == order.id, Visit.status == "done")
    same = sa.and_(EventRow.entity_id.in_(others), EventRow.name == event.name)
    return event.seq == act.session.execute(sa.select(sa.func.max(EventRow.seq)).where(same)).scalar_one()


def _to(act: Act, order: WorkOrder, contact: Contact) -> Recipient:
    customer = act.session.get_one(Customer, order.customer_id)
    ways = routes.to_contact(act.session, order.id, contact.id, contact.phone, contact.email)
    return Recipient("contact", contact.id, contact.name, contact.locale or customer.locale, ways)


def _words(act: Act, order: WorkOrder, visit: Visit, contact: Contact) -> dict[str, str]:
    config: Settings = current_app.extensions["callout.settings"]
    organisation = the_organisation(act.session)
    engineer = act.session.get(User, visit.engineer_id) if visit.engineer_id else None
    return {
        "organisation": organisation.name if organisation else "Callout", "number": order.number or "", "summary": order.summary,
        "engineer": (first_name(engineer) if engineer else None) or "",
        "link": make_link(act, order.id, contact.id, config.base_url),
    }  # fmt: skip


def _when(act: Act, order: WorkOrder) -> dt.datetime:
    return _allowed_at(act.session, order)


def not_before(session: Session, notice: Notice) -> dt.datetime:
    """When this message to a customer may leave."""
    order = session.get(WorkOrder, notice.work_order_id) if notice.work_order_id else None
    return _allowed_at(session, order) if order is not None else clock.now()


def _allowed_at(session: Session, order: WorkOrder) -> dt.datetime:
    organisation = the_organisation(session)
    if organisation is None:
        return clock.now()
    zone = session.get_one(Site, order.site_id).zone
    return quiet.allowed_at(clock.now(), zone, organisation.quiet_from, organisation.quiet_until)


def withdraw_travel(act: Act, event: EventRow) -> None:
    """He is there, or not coming: nobody needs to hear that he is on the way."""
    notices.withdraw(act, event.entity_id, TRAVEL)


def withdraw_untrue(act: Act, event: EventRow) -> None:
    """A step was taken back: what has not left and says otherwise does not leave."""
    visit = act.session.get_one(Visit, event.entity_id)
    for template, status in ((TRAVEL, "travelling"), (COMPLETED, "done")):
        if visit.status != status:
            notices.withdraw(act, visit.id, template)


def withdraw_done(act: Act, event: EventRow) -> None:
    """One more visit is planned for an order that was done: nobody is told any more that it is."""
    visit = act.session.get_one(Visit, event.entity_id)
    if act.session.get_one(WorkOrder, visit.work_order_id).category != "done":
        notices.withdraw_of_order(act, visit.work_order_id, COMPLETED)


def stop_if_unwanted(act: Act, event: EventRow) -> None:
    """He does not want to be written to any more: that holds for what waits for the morning too."""
    contact = act.session.get_one(Contact, event.entity_id)
    if not contact.may_message:
        notices.stop_for(act, contact.id)
