"""Writes of customers, contacts and sites: one function per command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import sqlalchemy as sa

from server.conflicts import events as conflict_events
from server.conflicts import merging
from server.conflicts.models import Conflict
from server.core import journal
from server.core.acts import Act
from server.core.db import Record
from server.core.errors import Problem
from server.core.events import Event
from server.customers import events
from server.customers.models import Contact, Customer, Site
from server.notices import events as notice_events
from server.notices import subscriptions
from server.notices.models import Notice, PushSubscription
from server.organisation.models import Region
from server.permissions import policy
from sync.merge import Policy

CUSTOMER: dict[str, Policy] = {"name": "ours", "short_name": "ours", "rank": "ours", "locale": "ours"}
CONTACT: dict[str, Policy] = {
    "name": "clash", "title": "clash", "phone": "clash", "email": "clash", "locale": "ours", "may_message": "ours",
}  # fmt: skip
CONTACT_BLANKS: dict[str, Any] = {
    "name": "", "title": None, "phone": None, "email": None, "locale": None, "may_message": False, "custom": {},
}  # fmt: skip
NOTICE_BLANKS: dict[str, Any] = {
    "recipient_name": "",
    "address": None,
    "subject": "",
    "body": "",
    "link": None,
    "failure": None,
    "short": "",
    "routes": [],
}
CLASH_BLANKS: dict[str, Any] = {"ours": {}, "theirs": {}, "state": "resolved", "chosen": "erased"}
SITE: dict[str, Policy] = {
    "name": "clash", "address": "clash", "access_notes": "clash", "phone": "clash", "lat": "ours", "lon": "ours",
    "zone": "ours", "region_id": "ours",
}  # fmt: skip
R = TypeVar("R", bound=Record)
REGISTERED: dict[type[Record], Event] = {
    Customer: events.CUSTOMER_ADDED, Contact: events.CONTACT_ADDED, Site: events.SITE_ADDED,
}  # fmt: skip
# what features above this one keep of a person; wiring names it
ERASED_TOO: list[Callable[[Act, str], None]] = []


def _add(act: Act, permission: str, model: type[R], record_id: str, args: Mapping[str, Any], event: Event) -> R:
    """A new record under an id its maker chose; the same id again is the same record."""
    policy.require(act, permission)
    existing = act.session.get(model, record_id)
    if existing is not None:
        policy.require(act, permission, existing)
        act.code = "already_done"
        return existing
    customer_id = args.get("customer_id")
    if customer_id is not None and policy.find(act, Customer, customer_id) is None:
        raise Problem("not_found")
    made = model(id=record_id, **args)
    act.session.add(made)
    journal.record(act, event, made)
    return made


def register(act: Act, model: type[R], record_id: str, args: Mapping[str, Any]) -> R:
    """A new customer, contact or site as part of a command whose own permission covers it (`work_order.take_on`)."""
    policy.require_new(act, model, record_id)
    made = model(id=record_id, **args)
    act.session.add(made)
    journal.record(act, REGISTERED[model], made)
    return made


def _edit(
    act: Act,
    permission: str,
    model: type[R],
    record_id: str,
    args: Mapping[str, Any],
    policies: Mapping[str, Policy],
    event: Event,
) -> R:
    record = act.session.get(model, record_id, with_for_update=True, populate_existing=True)
    if record is None or record.deleted_at is not None:
        raise Problem("not_found")
    policy.require(act, permission, record)
    return merging.edit(act, record, args, policies, event)


def add_customer(act: Act, customer_id: str, args: dict[str, Any]) -> Customer:
    """Command customer.add."""
    return _add(act, "customer.add", Customer, customer_id, args, events.CUSTOMER_ADDED)


def edit_customer(act: Act, customer_id: str, args: dict[str, Any]) -> Customer:
    """Command customer.edit."""
    return _edit(act, "customer.edit", Customer, customer_id, args, CUSTOMER, events.CUSTOMER_EDITED)


def add_contact(act: Act, contact_id: str, args: dict[str, Any]) -> Contact:
    """Command contact.add."""
    return _add(act, "contact.add", Contact, contact_id, args, events.CONTACT_ADDED)


def edit_contact(act: Act, contact_id: str, args: dict[str, Any]) -> Contact:
    """Command contact.edit."""
    return _edit(act, "contact.edit", Contact, contact_id, args, CONTACT, events.CONTACT_EDITED)


def erase_contact(act: Act, contact_id: str, _args: dict[str, Any]) -> Contact:
    """Command contact.erase: forget a person. Orders keep that there was someone; messages to him and clashes about him are emptied."""
    policy.require(act, "contact.erase")
    contact = act.session.get(Contact, contact_id, with_for_update=True, populate_existing=True)
    if contact is None or not policy.sees(act.session, act.actor, contact):
        raise Problem("not_found")
    journal.erase(act, events.CONTACT_ERASED, contact, CONTACT_BLANKS)
    told = sa.select(Notice).where(Notice.recipient_kind == "contact", Notice.recipient_id == contact_id)
    subscriptions.forget(act.session, PushSubscription.contact_id == contact_id)
    for also in ERASED_TOO:
        also(act, contact_id)
    for notice in act.session.execute(told.order_by(Notice.id).with_for_update()).scalars():
        journal.erase(act, notice_events.ERASED, notice, NOTICE_BLANKS)
    clashes = sa.select(Conflict).where(Conflict.record_entity == "contact", Conflict.record_id == contact_id)
    for clash in act.session.execute(clashes.order_by(Conflict.id).with_for_update()).scalars():
        journal.erase(act, conflict_events.ERASED, clash, CLASH_BLANKS)
    return contact


def add_site(act: Act, site_id: str, args: dict[str, Any]) -> Site:
    """Command site.add."""
    return _add(act, "site.add", Site, site_id, args, events.SITE_ADDED)


def edit_site(act: Act, site_id: str, args: dict[str, Any]) -> Site:
    """Command site.edit."""
    region_id = args["set"].get("region_id")
    if region_id is not None and policy.find(act, Region, region_id) is None:
        raise Problem("reference_missing", fields={"region_id": ["unknown"]})
    return _edit(act, "site.edit", Site, site_id, args, SITE, events.SITE_EDITED)
