"""Tables of the company. One organisation per server; regions form a tree; a team belongs to a region."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Id, Record


class Organisation(Record):
    """The company that runs this server; its zone is the one of boards and reports."""

    __tablename__ = "organisation"
    entity = "organisation"
    name: Mapped[str]
    zone: Mapped[str] = mapped_column(default="Asia/Shanghai")
    locale: Mapped[str] = mapped_column(default="zh-CN")
    currency: Mapped[str] = mapped_column(sa.String(3), default="CNY")
    phone: Mapped[str | None]
    # HH:MM by the clock of each site; customers are not written to between them
    quiet_from: Mapped[str | None] = mapped_column(sa.String(5))
    quiet_until: Mapped[str | None] = mapped_column(sa.String(5))


class Region(Record):
    """A part of the country, in a tree."""

    __tablename__ = "region"
    entity = "region"
    name: Mapped[dict[str, Any]]
    parent_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("region.id"))


class Team(Record):
    """Engineers who work together under a supervisor."""

    __tablename__ = "team"
    entity = "team"
    name: Mapped[dict[str, Any]]
    region_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("region.id"), index=True)
    supervisor_id: Mapped[str | None] = mapped_column(Id)
