"""The ways to someone, best first. The outbox is the last one and takes everything: nobody is forgotten, the office passes it on."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.notices import channels
from server.notices.models import PushSubscription

Route = list[str]
PUSH, SMS, EMAIL, OUTBOX = "push", "sms", "email", "outbox"


def _ways(is_subscribed: bool, owner: str, phone: str | None, email: str | None) -> list[Route]:
    present = channels.present()
    wanted = [(PUSH, owner if is_subscribed else None), (SMS, phone), (EMAIL, email)]
    found = [[channel, address] for channel, address in wanted if address and channel in present]
    return [*found, [OUTBOX, phone or email or ""]]


def to_user(session: Session, user_id: str, phone: str | None) -> list[Route]:
    """His devices, his phone number."""
    return _ways(_is_any(session, PushSubscription.user_id == user_id), f"user:{user_id}", phone, None)


def to_contact(
    session: Session, work_order_id: str, contact_id: str, phone: str | None, email: str | None
) -> list[Route]:
    """Where the order's link is open and asked for pushes, his phone number, his mail."""
    is_subscribed = _is_any(
        session, sa.and_(PushSubscription.work_order_id == work_order_id, PushSubscription.contact_id == contact_id)
    )
    return _ways(is_subscribed, f"order:{work_order_id}:{contact_id}", phone, email)


def _is_any(session: Session, which: sa.ColumnElement[bool]) -> bool:
    return session.execute(sa.select(PushSubscription.id).where(which).limit(1)).first() is not None
