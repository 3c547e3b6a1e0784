"""The hash chain over all events: how a link is made and how the whole chain is checked. Pure but for reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.core.canonical import dumps, sha256
from server.core.tables import EventRow, Head

GENESIS = "0" * 64


def payload_hash(salt: str, payload: str) -> str:
    """sha256(salt, line feed, payload): salted, so that an erased payload cannot be guessed back from its hash."""
    return sha256(f"{salt}\n{payload}")


def link(previous: str, seq: int, meta: str, hashed_payload: str) -> str:
    """sha256(prev ‖ seq ‖ meta ‖ payload hash), parts divided by a line feed."""
    return sha256("\n".join((previous, str(seq), meta, hashed_payload)))


META = (
    "seq", "id", "name", "entity", "entity_id", "aggregate_id", "actor_kind", "actor_id", "origin", "device_id", "mid",
    "acted_at", "is_time_trusted", "recorded_at",
)  # fmt: skip


def meta_of(columns: Mapping[str, Any]) -> str:
    """The canonical text of an event's ids and times: what the chain binds besides the payload."""
    return dumps({name: columns[name] for name in META})


def faults(session: Session) -> Iterator[dict[str, Any]]:
    """Every place where the stored chain does not verify; nothing at all when it is whole."""
    previous, last_seq = GENESIS, 0
    for row in session.execute(sa.select(EventRow).order_by(EventRow.seq)).scalars().yield_per(500):
        is_erased = row.erased_at is not None and row.payload is None and row.salt is None
        if not is_erased and payload_hash(row.salt or "", row.payload or "") != row.payload_hash:
            yield {"seq": row.seq, "fault": "payload"}
        if meta_of({name: getattr(row, name) for name in META}) != row.meta:
            yield {"seq": row.seq, "fault": "columns"}
        if link(previous, row.seq, row.meta, row.payload_hash) != row.hash:
            yield {"seq": row.seq, "fault": "link"}
        previous, last_seq = row.hash, row.seq
    head = session.get(Head, 1)
    if head is None or head.hash != previous or head.seq < last_seq:
        yield {"seq": last_seq, "fault": "head"}
