"""Reads of customers: who is calling, by any name, number or address. Every row passes the policy; a field that the asker may
not see finds nothing."""

from __future__ import annotations

import re
from functools import reduce
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.core.acts import Actor
from server.core.db import Record
from server.core.rows import row_of
from server.customers.models import Contact, Customer, Site
from server.permissions import policy

# what people put between the figures of a number
BETWEEN = (" ", "-", "(", ")", "+", ".", "/")
FEWEST_FIGURES = 3
NAMES: dict[type[Record], tuple[str, ...]] = {
    Customer: ("name", "short_name"),
    Contact: ("name",),
    Site: ("name", "address"),
}


def pattern(words: str) -> str:
    """For LIKE with a backslash as the escape: contains the words as they stand."""
    return "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _figures(column: InstrumentedAttribute[Any]) -> sa.ColumnElement[Any]:
    start: sa.ColumnElement[Any] = sa.func.coalesce(column, "")
    return reduce(lambda found, sign: sa.func.replace(found, sign, ""), BETWEEN, start)


def _says(actor: Actor, model: type[Record], words: str) -> sa.ColumnElement[bool]:
    """A row of the actor's scope with the words in a field that he may see."""
    seen = [name for name in NAMES[model] if policy.grant_on(actor, model.entity, name) != "none"]
    parts = [getattr(model, name).ilike(pattern(words), escape="\\") for name in seen]
    figures = re.sub(r"\D", "", words)
    has_phone = hasattr(model, "phone") and policy.grant_on(actor, model.entity, "phone") != "none"
    if has_phone and len(figures) >= FEWEST_FIGURES and not re.search(r"[^\d\s()+./-]", words):
        parts.append(_figures(getattr(model, "phone")).like(f"%{figures}%"))  # noqa: B009 - a Record in general has none
    return sa.and_(policy.visible(actor, model), model.deleted_at.is_(None), sa.or_(sa.false(), *parts))


def callers(session: Session, actor: Actor, words: str, most: int) -> list[dict[str, Any]]:
    """Customers who may be calling, those whose name begins so first; each with the contact that was meant. Without words the
    latest ones. One more than `most` when there are more.
    """
    where = [policy.visible(actor, Customer), Customer.deleted_at.is_(None)]
    order: list[Any] = [Customer.id.desc()]
    if words:
        by_contact = sa.select(Contact.customer_id).where(_says(actor, Contact, words))
        by_site = sa.select(Site.customer_id).where(_says(actor, Site, words))
        of_name = _says(actor, Customer, words)
        where.append(sa.or_(of_name, Customer.id.in_(by_contact), Customer.id.in_(by_site)))
        first = Customer.name.ilike(pattern(words)[1:], escape="\\")
        order = [sa.case((first, 0), (of_name, 1), else_=2), Customer.name, Customer.id]
    query = sa.select(Customer).where(*where).order_by(*order).limit(most + 1)
    customers = list(session.execute(query).scalars())
    meant = _meant(session, actor, words, [one.id for one in customers])
    return [_row(actor, one, meant.get(one.id)) for one in customers]


def _meant(session: Session, actor: Actor, words: str, customers: list[str]) -> dict[str, Contact]:
    """Of each customer the first contact whom the words fit."""
    if not words:
        return {}
    query = sa.select(Contact).where(Contact.customer_id.in_(customers), _says(actor, Contact, words))
    found = session.execute(query.order_by(Contact.name.desc(), Contact.id.desc())).scalars()
    return {one.customer_id: one for one in found}


def _row(actor: Actor, customer: Customer, contact: Contact | None) -> dict[str, Any]:
    shown = policy.shown(actor, "customer", row_of(customer))
    person = policy.shown(actor, "contact", row_of(contact)) if contact else None
    return {
        "id": customer.id,
        "customer": shown.get("name", ""),
        "contact": {name: person[name] for name in ("id", "name", "phone") if name in person} if person else None,
    }
