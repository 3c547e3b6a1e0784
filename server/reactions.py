"""What happens next, on one page: event -> what follows. Each runs once per event, in due work, after its commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa
from flask import current_app

from server.accounts.models import User
from server.attachments.models import Attachment
from server.attachments.operations import INSPECT, PICTURES
from server.core import clock, due_work
from server.core.acts import Act
from server.core.config import Settings
from server.core.tables import DueWork, EventRow
from server.customers.models import Contact, Customer
from server.notices import operations as notices
from server.notices.operations import Recipient
from server.organisation.queries import the_organisation
from server.portal.operations import make_link
from server.portal.queries import first_name
from server.work_orders.engine.machine import UNDO_SECONDS
from server.work_orders.models import Visit, WorkOrder

TELL_COMPLETED = "notice.visit_completed"
Reaction = Callable[[Act, EventRow], None]


def _tell_customer_after_undo(act: Act, event: EventRow) -> None:
    """The customer is told once the engineer cannot take it back any more."""
    due_at = max(clock.now(), event.acted_at + dt.timedelta(seconds=UNDO_SECONDS))
    due_work.arm(act.session, TELL_COMPLETED, event.id, due_at, aggregate_id=event.aggregate_id)


def tell_completed(act: Act, work: DueWork) -> None:
    """Put the completion notice together, unless the visit was reverted meanwhile; completed again, the newer event tells."""
    event = act.session.execute(sa.select(EventRow).where(EventRow.id == work.key)).scalar_one()
    visit = act.session.get_one(Visit, event.entity_id)
    order = act.session.get_one(WorkOrder, visit.work_order_id)
    contact = act.session.get(Contact, order.contact_id) if order.contact_id else None
    newest = act.session.execute(
        sa.select(sa.func.max(EventRow.seq)).where(EventRow.entity_id == visit.id, EventRow.name == event.name)
    ).scalar_one()
    if event.seq != newest or visit.status != "done" or contact is None or not contact.may_message:
        return
    config: Settings = current_app.extensions["callout.settings"]
    organisation = the_organisation(act.session)
    engineer = act.session.get(User, visit.engineer_id) if visit.engineer_id else None
    customer = act.session.get_one(Customer, order.customer_id)
    words = {
        "organisation": organisation.name if organisation else "Callout", "number": order.number or "", "summary": order.summary,
        "engineer": (first_name(engineer) if engineer else None) or "",
        "link": make_link(act, order.id, contact.id, config.base_url),
    }  # fmt: skip
    recipient = Recipient(
        "contact", contact.id, contact.name, contact.locale or customer.locale, "outbox", contact.phone or contact.email or "",
    )  # fmt: skip
    notices.create(act, event.id, event.name, "visit_completed", recipient, words, work_order_id=order.id)


def _inspect_picture(act: Act, event: EventRow) -> None:
    """What calls itself a picture is looked at by a worker before anybody but its sender gets it."""
    attachment = act.session.get_one(Attachment, event.entity_id)
    if attachment.kind in PICTURES:
        due_work.arm(act.session, INSPECT, attachment.id, clock.now(), aggregate_id=event.aggregate_id)


REACTIONS: dict[str, tuple[Reaction, ...]] = {
    "visit.completed": (_tell_customer_after_undo,),
    "attachment.ready": (_inspect_picture,),
}


def react(act: Act, work: DueWork) -> None:
    """Carry out everything that follows from one event."""
    event = act.session.execute(sa.select(EventRow).where(EventRow.id == work.key)).scalar_one()
    for reaction in REACTIONS.get(event.name, ()):
        reaction(act, event)
