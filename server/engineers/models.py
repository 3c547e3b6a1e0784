"""What is known of an engineer besides being a user: what he can, when he works, when he is away."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Id, Record


class Skill(Record):
    """Something that work may ask for, such as centrifugal chillers; known in levels 1 to 3."""

    __tablename__ = "skill"
    entity = "skill"
    name: Mapped[dict[str, Any]]


class EngineerProfile(Record):
    """One per engineer; its id is the user's id.

    `skills`: [{skill_id, level, expires_on}]; `shifts`: [{weekday 0–6, from "08:00", until "17:30"}], several a day, in his
    own zone (the user's, else the organisation's).
    """

    __tablename__ = "engineer_profile"
    entity = "engineer_profile"
    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), unique=True)
    home_lat: Mapped[float | None]
    home_lon: Mapped[float | None]
    is_dispatchable: Mapped[bool] = mapped_column(default=True)
    skills: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    shifts: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")


class Absence(Record):
    """An engineer is away: ill, on holiday, at a course. Visits in it go back to the list by a person's decision."""

    __tablename__ = "absence"
    entity = "absence"
    engineer_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), index=True)
    from_at: Mapped[dt.datetime] = mapped_column(index=True)
    until_at: Mapped[dt.datetime]
    kind: Mapped[str] = mapped_column(sa.String(20), default="other")
    note: Mapped[str | None]
