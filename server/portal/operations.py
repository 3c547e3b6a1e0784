"""Writes of the portal: making a link. Not: what it shows (queries)."""

from __future__ import annotations

import datetime as dt
import secrets

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
