"""What the holder of a link sees of his order: words for customers, a first name, nothing of others."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from media.signing import Signer
from server.accounts.models import User
from server.assets.models import Asset, Product
from server.core import clock
from server.core.canonical import sha256, wire_time
from server.core.errors import Problem, declare
from server.customers.models import Contact, Site
from server.organisation.queries import the_organisation
from server.portal import photos
from server.portal.models import Survey, TrackingLink
from server.work_orders.models import Visit, WorkOrder
from server.work_orders.queries import visits_of

CHANGEABLE = dt.timedelta(days=7)
declare(
    "link_over",
    404,
    "never",
    en="This link is not valid any more. Ask us for a new one by phone.",
    zh="该链接已失效，请来电索取新链接。",
)


def open_link(session: Session, token: str) -> TrackingLink:
    """The link of this token. Problem link_over for wrong, expired and revoked links alike."""
    link = session.execute(sa.select(TrackingLink).where(TrackingLink.token_hash == sha256(token))).scalar_one_or_none()
    if link is None or not photos.is_open(link):
        raise Problem("link_over", extra={"organisation": _organisation(session)})
    return link


def locked_contact(session: Session, link: TrackingLink) -> Contact | None:
    """Whom the link was sent to, unless he was erased; locked, so that he is not erased while something is kept of him."""
    if link.contact_id is None:
        return None
    contact = session.get(Contact, link.contact_id, with_for_update=True, populate_existing=True)
    return contact if contact is not None and contact.deleted_at is None else None


def last_visit(session: Session, work_order_id: str) -> Visit | None:
    """The visit that the page is about: the last one that was not cancelled."""
    visits = [visit for visit in visits_of(session, work_order_id) if visit.status != "cancelled"]
    return visits[-1] if visits else None


def finished_visit(session: Session, work_order_id: str) -> Visit | None:
    """That visit once the work is done: none while parts are awaited or another visit goes on."""
    visit = last_visit(session, work_order_id)
    is_done = visit is not None and visit.status == "done" and visit.outcome == "done"
    return visit if is_done and session.get_one(WorkOrder, work_order_id).category == "done" else None


def tracked(session: Session, token: str, signer: Signer) -> dict[str, Any]:
    """Everything the tracking page shows at once."""
    link = open_link(session, token)
    order = session.get_one(WorkOrder, link.work_order_id)
    contact = session.get(Contact, link.contact_id) if link.contact_id else None
    visit = last_visit(session, order.id)
    return {
        "organisation": _organisation(session),
        "locale": (contact.locale if contact else None) or "zh-CN",
        "number": order.number,
        "summary": order.summary,
        "stage": order.customer_label,
        "category": order.category,
        "reported_at": wire_time(order.reported_at),
        "asset": _asset(session, order.asset_id),
        "zone": session.get_one(Site, order.site_id).zone,
        "visit": _visit(session, visit) if visit else None,
        "rating": rating_of(session, visit) if visit else None,
        "has_contact": contact is not None and contact.may_message and contact.deleted_at is None,
        "photos": photos.listed(session, link, signer),
    }


def _organisation(session: Session) -> dict[str, Any]:
    """Whose page it is and whom to call: said to the holder of a dead link too, who has nothing else to go by."""
    found = the_organisation(session)
    return {"name": found.name if found else "", "phone": found.phone if found else None}


def _asset(session: Session, asset_id: str | None) -> dict[str, Any] | None:
    asset = session.get(Asset, asset_id) if asset_id else None
    if asset is None:
        return None
    product = session.get_one(Product, asset.product_id)
    return {"label": asset.label, "model": product.model, "name": product.name, "serial": asset.serial}


def first_name(user: User) -> str | None:
    """What a stranger may call him: his given name, 王工 for a Chinese name without one, else the first word of his name."""
    if user.given_name and user.given_name.strip():
        return user.given_name.strip()
    words = user.name.split()
    if not words:
        return None
    return f"{words[0][0]}工" if "\u4e00" <= words[0][0] <= "\u9fff" else words[0]


def _visit(session: Session, visit: Visit) -> dict[str, Any]:
    engineer = session.get(User, visit.engineer_id) if visit.engineer_id else None
    is_over = visit.status in ("done", "cannot_complete")
    times = {
        name: wire_time(value) if value else None
        for name, value in (
            ("promised_from", visit.promised_from), ("promised_until", visit.promised_until), ("dispatched_at", visit.dispatched_at),
            ("travel_started_at", visit.travel_started_at), ("arrived_at", visit.arrived_at), ("completed_at", visit.completed_at),
        )
    }  # fmt: skip
    is_sent = visit.status != "planned"
    return {
        "status": visit.status,
        "outcome": visit.outcome if is_over else None,
        "engineer": first_name(engineer) if engineer and is_sent else None,
        "findings": visit.findings if visit.status == "done" else None,
        **times,
    }


def rating_of(session: Session, visit: Visit) -> dict[str, Any] | None:
    """What he said of this visit, and until when he may say otherwise."""
    survey = session.execute(sa.select(Survey).where(Survey.visit_id == visit.id)).scalar_one_or_none()
    if survey is None:
        return None
    until = survey.rated_at + CHANGEABLE
    return {
        "score": survey.score,
        "text": survey.text,
        "until": wire_time(until),
        "is_open": clock.now() < until,
    }
