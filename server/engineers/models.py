"""What is known of an engineer besides being a user."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Id, Record


class EngineerProfile(Record):
    """One per engineer; its id is the user's id."""

    __tablename__ = "engineer_profile"
    entity = "engineer_profile"
    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), unique=True)
    home_lat: Mapped[float | None]
    home_lon: Mapped[float | None]
    is_dispatchable: Mapped[bool] = mapped_column(default=True)
