"""Alembic's entry: migrates the connection it is handed by server.migrate, never one of its own."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON

from server import models  # noqa: F401 - every table on the one metadata
from server.core.db import Base, UtcDateTime

target_metadata = Base.metadata


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations must not change when our types do: they spell what a type is underneath."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        return "sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql')"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=target_metadata, render_as_batch=True, compare_type=True, render_item=render_item,
)  # fmt: skip
context.run_migrations()
