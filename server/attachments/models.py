"""The attachment record: a file of some order, known by the hash of its bytes."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Id, Record


class Attachment(Record):
    """`state`: missing until all bytes have arrived, then ready. Place and time are those of the capture."""

    __tablename__ = "attachment"
    entity = "attachment"
    work_order_id: Mapped[str] = mapped_column(Id, index=True)
    parent_entity: Mapped[str] = mapped_column(sa.String(40))
    parent_id: Mapped[str] = mapped_column(Id, index=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20), default="photo")
    mime: Mapped[str] = mapped_column(sa.String(80))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str | None]
    taken_at: Mapped[dt.datetime | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    added_by_id: Mapped[str | None] = mapped_column(Id)
    state: Mapped[str] = mapped_column(sa.String(20), default="missing")
