"""The notice record: one row per (event, recipient, template), whatever is retried; its tries; where pushes go."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, Record
from server.core.ids import new_id


class Notice(Record):
    """A message to someone. `state`: waiting, sent, delivered, failed, unknown, withdrawn, not_wanted, not_reached.

    `routes` are the ways to him, best first, as [channel, address]; `route_no` says which one it is on. One row whatever is tried.
    """

    __tablename__ = "notice"
    entity = "notice"
    untold = frozenset({"link", "body", "short", "routes"})
    event_id: Mapped[str] = mapped_column(Id)
    event_name: Mapped[str]
    work_order_id: Mapped[str | None] = mapped_column(Id, index=True)
    visit_id: Mapped[str | None] = mapped_column(Id, index=True)
    recipient_kind: Mapped[str] = mapped_column(sa.String(20))
    recipient_id: Mapped[str] = mapped_column(Id)
    recipient_name: Mapped[str] = mapped_column(default="")
    template: Mapped[str]
    channel: Mapped[str] = mapped_column(sa.String(20))
    address: Mapped[str | None]
    routes: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    route_no: Mapped[int] = mapped_column(default=0, server_default="0")
    locale: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str] = mapped_column(sa.Text)
    short: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    link: Mapped[str | None] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.String(20), default="waiting")
    provider_id: Mapped[str | None]
    failure: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    sent_at: Mapped[dt.datetime | None]
    __table_args__ = (
        sa.UniqueConstraint("event_id", "recipient_id", "template"),
        sa.Index(None, "recipient_id", "state"),
    )


class NoticeAttempt(Base):
    """One try of a message on one channel and what came of it: accepted, retry, refused, unknown. It holds no address."""

    __tablename__ = "notice_attempt"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    notice_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("notice.id"), index=True)
    channel: Mapped[str] = mapped_column(sa.String(20))
    outcome: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str | None]
    at: Mapped[dt.datetime] = mapped_column(index=True)


class SmsPart(Base):
    """A part of an SMS as the carrier knows it. The receipt may come before the answer is stored: whoever comes second joins them."""

    __tablename__ = "sms_part"
    provider_id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    notice_id: Mapped[str | None] = mapped_column(Id, index=True)
    fate: Mapped[str | None] = mapped_column(sa.String(20))
    told_at: Mapped[dt.datetime]


class SmsNumber(Base):
    """When an SMS left, or may have left, for a telephone within the last hour. `number_sha` is a hash of its E.164 figures."""

    __tablename__ = "sms_number"
    number_sha: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    sent_at: Mapped[list[str]] = mapped_column(default=list)
    last_at: Mapped[dt.datetime]


class PushSubscription(Base):
    """Where pushes go: to a user's device, or to whoever holds the link of an order. Deleted as soon as the push service says it is gone."""

    __tablename__ = "push_subscription"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    endpoint_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    endpoint: Mapped[str] = mapped_column(sa.Text)
    p256dh: Mapped[str] = mapped_column(sa.String(120))
    auth: Mapped[str] = mapped_column(sa.String(40))
    user_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("user_account.id"), index=True)
    device_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("device.id"), index=True)
    work_order_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("work_order.id"), index=True)
    contact_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("contact.id"), index=True)
    made_at: Mapped[dt.datetime]
