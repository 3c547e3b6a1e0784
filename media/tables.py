"""The tables of media, declared on whatever metadata they are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True)
class Tables:
    """blob: what is stored under a hash. blob_owner: who has uploaded these very bytes."""

    blob: sa.Table
    blob_owner: sa.Table


def declare(metadata: sa.MetaData, *, time: Any) -> Tables:
    """Declare the tables with the host's column type for aware UTC times."""
    blob = sa.Table(
        "blob", metadata,
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("stored_at", time, nullable=False),
    )  # fmt: skip
    blob_owner = sa.Table(
        "blob_owner", metadata,
        sa.Column("sha256", sa.String(64), sa.ForeignKey("blob.sha256"), primary_key=True),
        sa.Column("user_id", sa.String(36), primary_key=True),
    )  # fmt: skip
    return Tables(blob, blob_owner)
