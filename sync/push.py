"""Receiving mutations (PROTOCOL 5): first stored verbatim in one durable transaction, then applied, group by group.

Stored means acknowledged; applied, merged or parked is what becomes of it, written by the host's finisher with its number.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sync import versions, wire
from sync.clock import stamp
from sync.errors import Park, ProtocolError
from sync.registry import Caller, Host
from sync.wire import Line, Mutation, Push

log = logging.getLogger("sync.push")
STATE_OF = {
    "applied": "applied", "applied_late": "applied", "merged": "merged", "clash": "conflict", "already_done": "duplicate",
}  # fmt: skip
MOST_GROUP = 100


def receive(host: Host, caller: Caller, push: Push) -> dict[str, Any]:
    """Store, apply what can be applied, answer each line (5.5)."""
    received_at = host.now()
    host.transact(lambda session: _store(host, session, caller, push, received_at))
    apply_pending(host, caller.device_id)
    return host.snapshot(lambda session: _answer(host, session, caller, push.lines))


def last_mid(host: Host, session: Session, device_id: str) -> int:
    """The highest number stored for a device, 0 when none."""
    table = host.tables.command_log
    return session.execute(sa.select(sa.func.max(table.c.mid)).where(table.c.device_id == device_id)).scalar() or 0


def _store(host: Host, session: Session, caller: Caller, push: Push, received_at: dt.datetime) -> None:
    host.lock_device(session, caller)
    last = last_mid(host, session, caller.device_id)
    if push.lines and push.lines[0].mid > last + 1:
        raise ProtocolError("mid_gap", expected=last + 1, extra={"expected": last + 1})
    _require_same_bytes(host, session, caller, [line for line in push.lines if line.mid <= last])
    fresh = [_row(host, session, caller, line, push.wall_at, received_at) for line in push.lines if line.mid > last]
    if fresh:
        session.execute(sa.insert(host.tables.command_log), fresh)


def _require_same_bytes(host: Host, session: Session, caller: Caller, replays: Sequence[Line]) -> None:
    table = host.tables.command_log
    mids = [line.mid for line in replays]
    rows = session.execute(
        sa.select(table.c.mid, table.c.sha).where(table.c.device_id == caller.device_id, table.c.mid.in_(mids))
    )
    stored = {row.mid: row.sha for row in rows}
    for line in replays:
        if stored.get(line.mid) != line.sha:
            raise ProtocolError("mid_reuse", mid=line.mid, extra={"mid": line.mid})


def _row(
    host: Host, session: Session, caller: Caller, line: Line, wall_at: dt.datetime | None, received_at: dt.datetime
) -> dict[str, Any]:
    try:
        mutation: Mutation | None = wire.read_mutation(line.raw, line.mid)
    except Park:
        mutation = None
    return {
        "id": str(uuid.uuid4()), "device_id": caller.device_id, "mid": line.mid, "user_id": caller.user_id,
        "mutation_id": mutation.id if mutation else None, "name": f"{mutation.name}@{mutation.version}" if mutation else "",
        "entity": mutation.entity if mutation else None, "entity_id": mutation.entity_id if mutation else None,
        "aggregate_id": host.aggregate_of(session, mutation) if mutation else None,
        "sha": line.sha, "raw": line.raw, "received_at": received_at, "sent_wall_at": wall_at, "state": "received",
    }  # fmt: skip


def apply_pending(host: Host, device_id: str) -> int:
    """Apply what is stored and not yet settled, in order of number; also finishes what a killed server left. Answers how many."""
    done = 0
    while True:
        settled = host.transact(lambda session: _apply_group(host, session, device_id))
        if not settled:
            return done
        done += settled


def devices_with_pending(host: Host, older_than: dt.datetime) -> list[str]:
    """Devices that have mutations stored but not settled since before `older_than`: a server died in between."""
    table = host.tables.command_log

    def read(session: Session) -> list[str]:
        query = sa.select(table.c.device_id).where(table.c.state == "received", table.c.received_at < older_than)
        return [row.device_id for row in session.execute(query.distinct()) if row.device_id]

    return host.snapshot(read)


def _apply_group(host: Host, session: Session, device_id: str) -> int:
    """The next run of consecutive mutations of one work order, in this one transaction, a savepoint each (5.7)."""
    table = host.tables.command_log
    rows = session.execute(
        sa.select(table)
        .where(table.c.device_id == device_id, table.c.state == "received")
        .order_by(table.c.mid)
        .limit(MOST_GROUP)
        .with_for_update()
    ).all()
    if not rows:
        return 0
    group = [rows[0]]
    for row in rows[1:]:
        if rows[0].aggregate_id is None or row.aggregate_id != rows[0].aggregate_id:
            break
        group.append(row)
    states: dict[int, str] = {}
    actors: dict[str, Any] = {}
    for row in group:
        if row.user_id not in actors:
            actors[row.user_id] = host.actor_for(session, row.user_id, device_id)
        state, code, detail = _apply_one(host, session, row, actors[row.user_id], states)
        states[row.mid] = state
        host.settle(session, row.id, state, code, detail)
    return len(group)


def _apply_one(
    host: Host, session: Session, row: Any, actor: Any, states: Mapping[int, str]
) -> tuple[str, str, dict[str, Any]]:
    try:
        mutation = wire.read_mutation(row.raw, row.mid)
        if actor is None:
            raise Park("not_allowed", {"reason": "user"})
        _require_predecessors(host, session, row.device_id, mutation, states)
        if _is_done_elsewhere(host, session, row, mutation):
            return STATE_OF["already_done"], "already_done", {}
        spec = host.commands.get(mutation.name)
        if spec is None:
            raise Park("needs_newer_server")
        if spec.entity != mutation.entity:
            raise Park("malformed", {"reason": "entity"})
        args = versions.upcast(mutation.args, mutation.version, spec.version, spec.upcasters)
        with session.begin_nested():
            at = stamp(mutation.clock, row.sent_wall_at, row.received_at)
            code = host.run(session, actor, mutation, args, at, row.device_id)
            session.flush()
    except Park as park:
        return "parked", park.code, park.detail
    except Exception as error:
        if host.is_transient(error):
            raise
        log.exception("mutation %s of device %s failed", row.mid, row.device_id)
        return "parked", "failed", {"error": type(error).__name__}
    return STATE_OF[code], code, {}


def _require_predecessors(
    host: Host, session: Session, device_id: str, mutation: Mutation, states: Mapping[int, str]
) -> None:
    """5.7: a parked mutation holds up only those that name it."""
    if not mutation.after:
        return
    table = host.tables.command_log
    rows = session.execute(
        sa.select(table.c.mid, table.c.state).where(table.c.device_id == device_id, table.c.mid.in_(mutation.after))
    )
    found = {row.mid: row.state for row in rows} | {mid: states[mid] for mid in mutation.after if mid in states}
    waiting = [mid for mid in mutation.after if found.get(mid) in ("parked", "received", None)]
    if waiting:
        raise Park("held", {"after": waiting})


def _is_done_elsewhere(host: Host, session: Session, row: Any, mutation: Mutation) -> bool:
    """5.12: the same act of the same user, renumbered under another device id."""
    table = host.tables.command_log
    found = session.execute(
        sa.select(table.c.id).where(
            table.c.mutation_id == mutation.id,
            table.c.user_id == row.user_id,
            table.c.id != row.id,
            table.c.state.in_(("applied", "merged", "conflict")),
        )
    ).first()
    return found is not None


def _answer(host: Host, session: Session, caller: Caller, lines: Sequence[Line]) -> dict[str, Any]:
    table = host.tables.command_log
    rows = session.execute(
        sa.select(table)
        .where(table.c.device_id == caller.device_id, table.c.mid.in_([line.mid for line in lines]))
        .order_by(table.c.mid)
    ).all()
    return {
        "received_through": last_mid(host, session, caller.device_id),
        "results": [
            {
                "mid": row.mid, "id": row.mutation_id, "state": row.state, "code": row.code, "applied_seq": row.applied_seq,
                "sentence": host.sentence(caller.locale, row.state, row.code, row.detail or {}),
            }
            for row in rows
        ],
    }  # fmt: skip


def reopen(host: Host, session: Session, log_id: str) -> bool:
    """Put a parked mutation back in the queue as it was sent; False when it is not parked. The caller then applies."""
    table = host.tables.command_log
    changed = session.execute(
        sa.update(table)
        .where(table.c.id == log_id, table.c.state == "parked")
        .values(state="received", code=None, detail=None)
        .returning(table.c.device_id)
    ).first()
    return changed is not None


def held_by(host: Host, session: Session, device_id: str, mid: int) -> list[str]:
    """Log ids of mutations that wait for this one."""
    table = host.tables.command_log
    rows = session.execute(
        sa.select(table.c.id, table.c.detail).where(
            table.c.device_id == device_id, table.c.state == "parked", table.c.code == "held"
        )
    )
    return [row.id for row in rows if mid in (row.detail or {}).get("after", [])]
