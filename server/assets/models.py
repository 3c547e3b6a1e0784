"""Tables of what we sell and service: lines, models, installed devices."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Id, Record

CONTRACT_KINDS = ("warranty", "service")


class ProductLine(Record):
    """A family of products, such as chillers."""

    __tablename__ = "product_line"
    entity = "product_line"
    name: Mapped[dict[str, Any]]
    # [{skill_id, level}]: what whoever works on it must know
    skills: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")


class Product(Record):
    """A model."""

    __tablename__ = "product"
    entity = "product"
    product_line_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("product_line.id"), index=True)
    model: Mapped[str]
    name: Mapped[dict[str, Any]]


class Asset(Record):
    """An installed device at a site."""

    __tablename__ = "asset"
    entity = "asset"
    product_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("product.id"), index=True)
    customer_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("customer.id"), index=True)
    site_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("site.id"), index=True)
    serial: Mapped[str] = mapped_column(sa.String(80), index=True)
    label: Mapped[str | None]
    qr: Mapped[str | None] = mapped_column(sa.String(80), unique=True)
    installed_on: Mapped[dt.date | None]


class Contract(Record):
    """What covers a device until when: `kind` is warranty or service. Both days count, in the zone of the device's site."""

    __tablename__ = "contract"
    entity = "contract"
    asset_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("asset.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20), default="warranty")
    number: Mapped[str | None] = mapped_column(sa.String(60))
    starts_on: Mapped[dt.date | None]
    ends_on: Mapped[dt.date]
    coverage: Mapped[str | None] = mapped_column(sa.Text)
    __table_args__ = (sa.CheckConstraint(f"kind in {CONTRACT_KINDS!r}", "kind"),)
