"""Writes of the portal: making a link, ending those of a person. Not: what it shows (queries)."""

from __future__ import annotations

import datetime as dt
import secrets

import sqlalchemy as sa

from server.core.acts import Act
from server.core.canonical import sha256
from server.portal.models import TrackingLink

DAYS = 60


def make_link(act: Act, work_order_id: str, contact_id: str | None, base_url: str) -> str:
    """An address that opens this one order to its holder for 60 days. The token is kept only as its hash."""
    token = secrets.token_urlsafe(24)
    act.session.add(
        TrackingLink(
            token_hash=sha256(token), work_order_id=work_order_id, contact_id=contact_id, created_at=act.at,
            expires_at=act.at + dt.timedelta(days=DAYS),
        )
    )  # fmt: skip
    return f"{base_url}/p/{token}"


def revoke_links(act: Act, contact_id: str) -> None:
    """A person is erased: the links that were sent to him open nothing any more."""
    his = sa.update(TrackingLink).where(TrackingLink.contact_id == contact_id, TrackingLink.revoked_at.is_(None))
    act.session.execute(his.values(revoked_at=act.at))
