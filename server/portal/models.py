"""The link a customer follows: 192 random bits, one order, expiring, revocable, known by its hash; and what he said of the work."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, Record
from server.core.ids import new_id


class TrackingLink(Base):
    """Opens one work order to whoever holds the token."""

    __tablename__ = "tracking_link"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    work_order_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("work_order.id"), index=True)
    contact_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("contact.id"))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]


class Survey(Record):
    """How a customer found one visit: 1 to 5, and words if he likes. One per visit, his to change for a week."""

    __tablename__ = "survey"
    entity = "survey"
    visit_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("visit.id"), unique=True)
    work_order_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("work_order.id"), index=True)
    contact_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("contact.id"), index=True)
    score: Mapped[int]
    text: Mapped[str | None] = mapped_column(sa.Text)
    rated_at: Mapped[dt.datetime]
    __table_args__ = (sa.CheckConstraint("score between 1 and 5", "score"),)
