"""The notice record: one row per (event, recipient, template), whatever is retried."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Id, Record


class Notice(Record):
    """A message to someone. `state`: waiting, sent, delivered, failed, unknown, withdrawn, not_wanted."""

    __tablename__ = "notice"
    entity = "notice"
    untold = frozenset({"link", "body"})
    event_id: Mapped[str] = mapped_column(Id)
    event_name: Mapped[str]
    work_order_id: Mapped[str | None] = mapped_column(Id, index=True)
    recipient_kind: Mapped[str] = mapped_column(sa.String(20))
    recipient_id: Mapped[str] = mapped_column(Id)
    recipient_name: Mapped[str] = mapped_column(default="")
    template: Mapped[str]
    channel: Mapped[str] = mapped_column(sa.String(20))
    address: Mapped[str | None]
    locale: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str] = mapped_column(sa.Text)
    link: Mapped[str | None] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.String(20), default="waiting")
    provider_id: Mapped[str | None]
    failure: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    sent_at: Mapped[dt.datetime | None]
    __table_args__ = (sa.UniqueConstraint("event_id", "recipient_id", "template"),)
