"""Where pushes may go: made by a browser's consent, ended by him, by the push service, or with the device, login, order or person."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.accounts.models import Device, User
from server.core.acts import Act
from server.core.canonical import sha256
from server.core.config import Settings
from server.core.errors import Problem, declare
from server.core.outward import NotOutside, Outward
from server.notices.models import PushSubscription

MOST_EACH = 10
declare(
    "push_endpoint_refused", 422, "never",
    en="This browser's push service has an address that cannot be used.", zh="此浏览器的推送服务地址不可用。",
)  # fmt: skip


def keep(act: Act, settings: Settings, data: dict[str, Any], **whose: str | None) -> PushSubscription:
    """Subscribe a browser for `whose`: user_id and device_id, or work_order_id and contact_id. An endpoint has one owner, the last."""
    try:
        Outward(settings.push_networks).check(data["endpoint"])
    except NotOutside:
        raise Problem("push_endpoint_refused") from None
    hashed = sha256(data["endpoint"])
    found = act.session.execute(
        sa.select(PushSubscription).where(PushSubscription.endpoint_hash == hashed).with_for_update()
    ).scalar_one_or_none()
    kept = found or PushSubscription(endpoint_hash=hashed, endpoint=data["endpoint"])
    owner: dict[str, str | None] = {
        "user_id": None, "device_id": None, "work_order_id": None, "contact_id": None, **whose,
    }  # fmt: skip
    for name, value in owner.items():
        setattr(kept, name, value)
    kept.p256dh, kept.auth, kept.made_at = data["p256dh"], data["auth"], act.at
    act.session.add(kept)
    act.session.flush()
    _only_the_newest(act.session, owner)
    return kept


def _only_the_newest(session: Session, owner: dict[str, str | None]) -> None:
    mine = [getattr(PushSubscription, name) == owner[name] for name in ("user_id", "work_order_id") if owner[name]]
    query = sa.select(PushSubscription.id).where(*mine).order_by(PushSubscription.made_at.desc(), PushSubscription.id)
    forget(session, PushSubscription.id.in_(list(session.execute(query.offset(MOST_EACH)).scalars())))


def forget(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Delete subscriptions; they are no business record and nothing is kept of them."""
    session.execute(sa.delete(PushSubscription).where(which))


def with_logins(act: Act, user_id: str, but_device: str | None) -> None:
    """His logins ended, all or all but those of one device: where nobody is logged in nobody is called."""
    his = PushSubscription.user_id == user_id
    if but_device is not None:
        his = sa.and_(his, PushSubscription.device_id.is_distinct_from(but_device))
    forget(act.session, his)


def with_device(act: Act, device_id: str) -> None:
    """A device was shut out."""
    forget(act.session, PushSubscription.device_id == device_id)


def end(session: Session, endpoint: str, *mine: sa.ColumnElement[bool]) -> None:
    """The browser does not want it any more; only its own owner may say so."""
    forget(session, sa.and_(PushSubscription.endpoint_hash == sha256(endpoint), *mine))


def targets(session: Session, address: str) -> list[PushSubscription]:
    """The subscriptions behind a route's address: of a user who is active, on devices that are not shut out, or of an order's link."""
    kind, owner, *contact = address.split(":")
    query = sa.select(PushSubscription)
    if kind == "user":
        shut_out = sa.select(Device.id).where(Device.revoked_at.is_not(None))
        query = query.join(User, User.id == PushSubscription.user_id).where(
            User.id == owner, User.is_active, User.deleted_at.is_(None),
            sa.or_(PushSubscription.device_id.is_(None), PushSubscription.device_id.not_in(shut_out)),
        )  # fmt: skip
    else:
        query = query.where(PushSubscription.work_order_id == owner, PushSubscription.contact_id == contact[0])
    return list(session.execute(query.order_by(PushSubscription.made_at, PushSubscription.id)).scalars())
