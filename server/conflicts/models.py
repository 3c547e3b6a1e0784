"""The conflict record: two values for one field, until someone chooses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Id, Record


class Conflict(Record):
    """`ours` is the server's current value, `theirs` what a phone entered meanwhile. At most one open per field and device."""

    __tablename__ = "conflict"
    entity = "conflict"
    work_order_id: Mapped[str | None] = mapped_column(Id, index=True)
    record_entity: Mapped[str] = mapped_column(sa.String(40))
    record_id: Mapped[str] = mapped_column(Id, index=True)
    field: Mapped[str] = mapped_column(sa.String(60))
    ours: Mapped[dict[str, Any]]
    theirs: Mapped[dict[str, Any]]
    ours_by: Mapped[str] = mapped_column(default="")
    ours_at: Mapped[dt.datetime | None]
    theirs_by: Mapped[str] = mapped_column(default="")
    theirs_user_id: Mapped[str | None] = mapped_column(Id)
    theirs_device_id: Mapped[str | None] = mapped_column(Id)
    theirs_at: Mapped[dt.datetime | None]
    mid: Mapped[int | None]
    state: Mapped[str] = mapped_column(sa.String(20), default="open")
    chosen: Mapped[str | None] = mapped_column(sa.String(20))
    resolved_by_id: Mapped[str | None] = mapped_column(Id)
    resolved_at: Mapped[dt.datetime | None]
