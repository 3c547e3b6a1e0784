"""The tables of sync, declared on whatever metadata they are given. Rows of them are never business records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True)
class Tables:
    """command_log: every mutation verbatim and what became of it. feed: one compacted row per (channel, entity, id).

    scope_edge: why a channel holds a row (root). field_write: last writer per field. intake: sealed outboxes as they came.
    """

    command_log: sa.Table
    feed: sa.Table
    scope_edge: sa.Table
    channel: sa.Table
    field_write: sa.Table
    intake: sa.Table


def declare(metadata: sa.MetaData, *, time: Any, json: Any) -> Tables:
    """Declare the tables with the host's column types for aware UTC times and JSON."""
    uid = sa.Uuid(as_uuid=False)
    command_log = sa.Table(
        "command_log", metadata,
        sa.Column("id", uid, primary_key=True),
        sa.Column("device_id", uid),
        sa.Column("mid", sa.Integer),
        sa.Column("idempotency_key", sa.String(120), unique=True),
        sa.Column("user_id", uid),
        sa.Column("mutation_id", sa.String(64)),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("entity", sa.String(40)),
        sa.Column("entity_id", uid),
        sa.Column("aggregate_id", uid),
        sa.Column("sha", sa.String(64), nullable=False),
        sa.Column("raw", sa.LargeBinary),
        sa.Column("received_at", time, nullable=False),
        sa.Column("sent_wall_at", time),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("code", sa.String(24)),
        sa.Column("detail", json),
        sa.Column("applied_seq", sa.BigInteger),
        sa.Column("settled_at", time),
        sa.Column("settled_by", sa.String(36)),
        sa.UniqueConstraint("device_id", "mid"),
        sa.CheckConstraint(
            "state in ('received', 'applied', 'merged', 'conflict', 'parked', 'duplicate', 'dismissed')", name="state"
        ),
        sa.Index(None, "state", "received_at"),
        sa.Index(None, "aggregate_id"),
        sa.Index(None, "mutation_id"),
        sa.Index(None, "sha"),
    )  # fmt: skip
    feed = sa.Table(
        "feed", metadata,
        sa.Column("channel", sa.String(60), primary_key=True),
        sa.Column("entity", sa.String(40), primary_key=True),
        sa.Column("entity_id", uid, primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("op", sa.String(8), nullable=False),
        sa.Column("why", sa.String(12)),
        sa.Index(None, "channel", "seq"),
    )  # fmt: skip
    scope_edge = sa.Table(
        "scope_edge", metadata,
        sa.Column("root_entity", sa.String(40), primary_key=True),
        sa.Column("root_id", uid, primary_key=True),
        sa.Column("channel", sa.String(60), primary_key=True),
        sa.Column("entity", sa.String(40), primary_key=True),
        sa.Column("entity_id", uid, primary_key=True),
        sa.Index(None, "entity", "entity_id", "channel"),
    )  # fmt: skip
    channel = sa.Table(
        "channel", metadata,
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("grant_epoch", sa.Integer, nullable=False),
        sa.Column("floor_seq", sa.BigInteger, nullable=False, server_default="0"),
    )  # fmt: skip
    field_write = sa.Table(
        "field_write", metadata,
        sa.Column("entity", sa.String(40), primary_key=True),
        sa.Column("entity_id", uid, primary_key=True),
        sa.Column("field", sa.String(60), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("device_id", uid),
        sa.Column("mid", sa.Integer),
        sa.Column("written_by", sa.String(120)),
        sa.Column("written_at", time),
    )  # fmt: skip
    intake = sa.Table(
        "intake", metadata,
        sa.Column("id", uid, primary_key=True),
        sa.Column("device_id", uid, nullable=False),
        sa.Column("received_at", time, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("opened", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False, server_default="0"),
        sa.Column("damaged", sa.Integer, nullable=False, server_default="0"),
        sa.Column("fault", sa.Text),
        sa.Column("key_id", sa.String(64)),
        sa.Index(None, "state"),
    )  # fmt: skip
    return Tables(command_log, feed, scope_edge, channel, field_write, intake)
