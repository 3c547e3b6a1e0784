"""The tables of media, declared on whatever metadata they are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True)
class Tables:
    """blob: what is stored under a hash. blob_owner: who has uploaded these very bytes. blob_variant: of a picture that was inspected,
    what is shown of it: `original` (the same bytes, the true type), `screen`, `thumb`.
    """

    blob: sa.Table
    blob_owner: sa.Table
    blob_variant: sa.Table


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
    blob_variant = sa.Table(
        "blob_variant", metadata,
        sa.Column("sha256", sa.String(64), sa.ForeignKey("blob.sha256"), primary_key=True),
        sa.Column("variant", sa.String(20), primary_key=True),
        sa.Column("variant_sha256", sa.String(64), nullable=False),
        sa.Column("mime", sa.String(80), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
    )  # fmt: skip
    return Tables(blob, blob_owner, blob_variant)
