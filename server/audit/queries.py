"""Reads of the journal: the timeline of an order as its reader may see it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.accounts.models import User
from server.core.acts import Actor
from server.core.canonical import wire_time
from server.core.tables import EventRow
from server.permissions import policy


def timeline(
    session: Session, actor: Actor, aggregate_id: str, hidden: Mapping[str, set[str]], most: int = 200
) -> list[dict[str, Any]]:
    """What happened to an order, newest first, each with who, when it happened and when we learnt of it.

    The caller has checked that the actor sees the order; changes of fields he may not see are left out, and everything
    about the records in `hidden` (entity -> ids): parts of the order that are not his.
    """
    query = sa.select(EventRow).where(EventRow.aggregate_id == aggregate_id).order_by(EventRow.seq.desc()).limit(most)
    rows = [
        row
        for row in session.execute(query).scalars()
        if row.entity not in hidden or row.entity_id not in hidden[row.entity]
    ]
    ids = {row.actor_id for row in rows if row.actor_kind == "user"}
    names = {row.id: row.name for row in session.execute(sa.select(User.id, User.name).where(User.id.in_(ids)))}
    return [_entry(actor, row, names.get(row.actor_id)) for row in rows]


def _entry(actor: Actor, row: EventRow, name: str | None) -> dict[str, Any]:
    payload = json.loads(row.payload) if row.payload else {}
    changes = payload.pop("changes", {})
    seen = policy.readable(actor, row.entity, changes)
    return {
        "seq": row.seq, "event": row.name, "entity": row.entity, "entity_id": row.entity_id,
        "actor": name or ("Callout" if row.actor_kind == "system" else None), "actor_kind": row.actor_kind, "origin": row.origin,
        "acted_at": wire_time(row.acted_at), "recorded_at": wire_time(row.recorded_at), "is_time_trusted": row.is_time_trusted,
        "is_erased": row.erased_at is not None, "changes": {field: changes[field] for field in changes if field in seen},
        "reason": payload.get("reason"),
    }  # fmt: skip
