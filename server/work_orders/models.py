"""Tables of the business itself. A record never holds both plan and fact: planned_* beside actual times."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, Record

CATEGORIES = ("new", "scheduled", "in_progress", "waiting", "done", "cancelled")


class WorkType(Record):
    """What kind of work an order is: repair, installation, inspection; its usual length."""

    __tablename__ = "work_type"
    entity = "work_type"
    name: Mapped[dict[str, Any]]
    duration_minutes: Mapped[int] = mapped_column(default=90)
    priority: Mapped[str] = mapped_column(sa.String(8), default="P3")
    # [{skill_id, level}]: what this kind of work asks for, whatever the device
    skills: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")


class WorkOrder(Record):
    """One problem or task from intake to close. Status label and category are written by the flow alone."""

    __tablename__ = "work_order"
    entity = "work_order"
    number: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    work_type_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("work_type.id"), index=True)
    priority: Mapped[str] = mapped_column(sa.String(8), default="P3")
    category: Mapped[str] = mapped_column(sa.String(20), default="new")
    status_key: Mapped[str] = mapped_column(sa.String(40), default="none")
    status_label: Mapped[dict[str, Any]] = mapped_column(default=dict)
    customer_label: Mapped[dict[str, Any]] = mapped_column(default=dict)
    flow: Mapped[str] = mapped_column(sa.String(80), default="single_visit@1")
    channel: Mapped[str] = mapped_column(sa.String(20), default="phone")
    reported_at: Mapped[dt.datetime]
    customer_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("customer.id"), index=True)
    contact_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("contact.id"))
    site_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("site.id"), index=True)
    asset_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("asset.id"), index=True)
    region_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("region.id"), index=True)
    team_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("team.id"), index=True)
    summary: Mapped[str]
    description: Mapped[str | None] = mapped_column(sa.Text)
    amount_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    cause_code: Mapped[str | None]
    remedy_code: Mapped[str | None]
    follow_up_of_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("work_order.id"))
    cancelled_at: Mapped[dt.datetime | None]
    __table_args__ = (
        sa.CheckConstraint(f"category in {CATEGORIES!r}", "category"),
        sa.Index(None, "category", "reported_at"),
    )

    @property
    def work_order_id(self) -> str:
        """The aggregate of an order is itself."""
        return self.id


class Visit(Record):
    """One planned trip of an engineer for an order. `status` is one of the nine states of the visit machine."""

    __tablename__ = "visit"
    entity = "visit"
    work_order_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("work_order.id"), index=True)
    engineer_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("user_account.id"), index=True)
    status: Mapped[str] = mapped_column(sa.String(20), default="planned", index=True)
    last_step: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    paused_from: Mapped[str | None] = mapped_column(sa.String(20))
    outcome: Mapped[str | None] = mapped_column(sa.String(20))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    findings: Mapped[str | None] = mapped_column(sa.Text)
    promised_from: Mapped[dt.datetime | None]
    promised_until: Mapped[dt.datetime | None]
    planned_start: Mapped[dt.datetime | None] = mapped_column(index=True)
    planned_end: Mapped[dt.datetime | None]
    dispatched_at: Mapped[dt.datetime | None]
    accepted_at: Mapped[dt.datetime | None]
    travel_started_at: Mapped[dt.datetime | None]
    arrived_at: Mapped[dt.datetime | None]
    paused_at: Mapped[dt.datetime | None]
    completed_at: Mapped[dt.datetime | None]
    status_changed_at: Mapped[dt.datetime | None]
    is_on_phone: Mapped[bool] = mapped_column(default=False)


class Comment(Record):
    """A remark on an order; a fact, never edited. `is_late`: it came from someone who no longer had the visit."""

    __tablename__ = "comment"
    entity = "comment"
    work_order_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("work_order.id"), index=True)
    author_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    author_name: Mapped[str]
    text: Mapped[str] = mapped_column(sa.Text)
    written_at: Mapped[dt.datetime]
    is_late: Mapped[bool] = mapped_column(default=False)


class VisitAssignment(Base):
    """Who was ever sent on a visit: what he entered offline is kept even after it was given to another."""

    __tablename__ = "visit_assignment"
    visit_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("visit.id"), primary_key=True)
    engineer_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), primary_key=True)
    first_at: Mapped[dt.datetime]
