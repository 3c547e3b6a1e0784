"""The attachment record: a file of some order, known by the hash of its bytes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Id, Record


class Attachment(Record):
    """`state`: missing until all bytes have arrived, then ready; refused (for the reason `refusal`) when it calls itself a picture and
    is none that may be shown. A picture with `width` and `height` has been inspected and has its variants.

    Place and time are those of the capture; `camera` is what the phone read in the camera's own file, a second witness:
    `{sha256, exif: {name: text}}`.
    """

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
    tag: Mapped[str | None] = mapped_column(sa.String(10))
    taken_at: Mapped[dt.datetime | None]
    is_time_trusted: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    camera: Mapped[dict[str, Any] | None]
    added_by_id: Mapped[str | None] = mapped_column(Id)
    state: Mapped[str] = mapped_column(sa.String(20), default="missing")
    refusal: Mapped[str | None] = mapped_column(sa.String(40))
    width: Mapped[int | None]
    height: Mapped[int | None]
