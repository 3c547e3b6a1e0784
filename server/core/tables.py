"""Core's own tables: head, event, due_work, number series, server facts. They hold no business."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, UtcDateTime
from server.core.ids import new_id


class Head(Base):
    """The one row that orders all commits: the number of the newest change and the hash of the newest event."""

    __tablename__ = "head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    hash: Mapped[str] = mapped_column(sa.String(64))


class EventRow(Base):
    """One link of the chain: audit entry, timeline entry and source of the sync feed in one.

    `hash` = sha256(prev hash ‖ seq ‖ meta ‖ payload_hash), `payload_hash` = sha256(salt ‖ payload); `meta` holds ids only,
    so a person can be erased (payload and salt nulled) and the chain still verifies.
    """

    __tablename__ = "event"
    seq: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(Id, unique=True)
    name: Mapped[str]
    entity: Mapped[str]
    entity_id: Mapped[str] = mapped_column(Id)
    aggregate_id: Mapped[str | None] = mapped_column(Id)
    actor_kind: Mapped[str]
    actor_id: Mapped[str]
    origin: Mapped[str]
    device_id: Mapped[str | None] = mapped_column(Id)
    mid: Mapped[int | None]
    acted_at: Mapped[dt.datetime]
    is_time_trusted: Mapped[bool]
    recorded_at: Mapped[dt.datetime]
    meta: Mapped[str] = mapped_column(sa.Text)
    payload: Mapped[str | None] = mapped_column(sa.Text)
    salt: Mapped[str | None] = mapped_column(sa.String(32))
    payload_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))
    erased_at: Mapped[dt.datetime | None]
    __table_args__ = (
        sa.Index(None, "entity_id", "seq"),
        sa.Index(None, "aggregate_id", "seq"),
        sa.Index(None, "name", "seq"),
    )


class DueWork(Base):
    """Something to do at a time. mode inline: database only, effect and finish in one transaction. leased: outside effects."""

    __tablename__ = "due_work"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    kind: Mapped[str]
    key: Mapped[str]
    generation: Mapped[int] = mapped_column(default=0)
    mode: Mapped[str]
    state: Mapped[str] = mapped_column(default="pending")
    due_at: Mapped[dt.datetime] = mapped_column(UtcDateTime())
    aggregate_id: Mapped[str | None] = mapped_column(Id)
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    token: Mapped[str | None] = mapped_column(Id)
    leased_until: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(sa.Text)
    finished_at: Mapped[dt.datetime | None]
    __table_args__ = (
        sa.UniqueConstraint("kind", "key", "generation"),
        sa.Index(None, "state", "due_at"),
        sa.CheckConstraint("mode in ('inline', 'leased')", "mode"),
        sa.CheckConstraint("state in ('pending', 'leased', 'done', 'dead', 'unknown', 'withdrawn')", "state"),
    )


class NumberSeries(Base):
    """The last number given in a series such as WO-261122."""

    __tablename__ = "number_series"
    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(sa.BigInteger)


class ServerFact(Base):
    """Single facts about this database: its epoch, since when it exists, whether it holds the demo."""

    __tablename__ = "server_fact"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(sa.Text)
