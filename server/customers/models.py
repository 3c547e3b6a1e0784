"""Tables of customers. A site is the address where devices stand; its zone rules the times of its visits."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Id, Record


class Customer(Record):
    """A company or person we work for; `rank` is data such as VIP."""

    __tablename__ = "customer"
    entity = "customer"
    name: Mapped[str]
    short_name: Mapped[str | None]
    rank: Mapped[str | None]
    locale: Mapped[str] = mapped_column(default="zh-CN")


class Contact(Record):
    """A person at a customer. `may_message`: he agreed to be written to."""

    __tablename__ = "contact"
    entity = "contact"
    customer_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("customer.id"), index=True)
    name: Mapped[str]
    title: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    locale: Mapped[str | None]
    may_message: Mapped[bool] = mapped_column(default=True)


class Site(Record):
    """An address where devices stand, with what one must know to get in."""

    __tablename__ = "site"
    entity = "site"
    customer_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("customer.id"), index=True)
    region_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("region.id"), index=True)
    name: Mapped[str]
    address: Mapped[str]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    access_notes: Mapped[str | None] = mapped_column(sa.Text)
    phone: Mapped[str | None]
    zone: Mapped[str] = mapped_column(default="Asia/Shanghai")
