"""Receiving mutations (PROTOCOL 5): first stored verbatim in one durable transaction, then applied, group by group.

Stored means acknowledged; applied, merged or parked is what becomes of it, written by the host's finisher with its number.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Mapping, Sequence, Set
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sync import versions, wire
from sync.clock import stamp
from sync.errors import Park, ProtocolError
from sync.registry import AggregateOf, Caller, Host
from sync.wire import Line, Mutation, Push

log = logging.getLogger("sync.push")
STATE_OF = {
    "applied": "applied", "applied_late": "applied", "merged": "merged", "clash": "conflict", "already_done": "duplicate",
}  # fmt: skip
EFFECTIVE = ("applied", "merged", "conflict")
MOST_GROUP = 100


def receive(host: Host, caller: Caller, push: Push) -> dict[str, Any]:
    """Store, apply what can be applied, answer each line (5.5)."""
    received_at = host.now()
    host.transact(lambda session: _store(host, session, caller, push, received_at))
    apply_pending(host, caller.device_id)
    return host.snapshot(lambda session: _answer(host, session, caller, push.lines))


def last_mid(host: Host, session: Session, device_id: str) -> int:
    """The number up to which everything of a device is stored, 0 when nothing is. Intake may have brought later ones already."""
    table = host.tables.command_log
    top = session.execute(sa.select(sa.func.max(table.c.mid)).where(table.c.device_id == device_id)).scalar() or 0
    handed_in = sa.select(host.tables.intake.c.id).where(host.tables.intake.c.device_id == device_id).limit(1)
    if top == 0 or session.execute(handed_in).first() is None:
        return top
    after = table.alias()
    has_next = sa.exists().where(after.c.device_id == device_id, after.c.mid == table.c.mid + 1)
    ends = sa.select(sa.func.min(table.c.mid)).where(table.c.device_id == device_id, ~has_next)
    first = sa.select(table.c.id).where(table.c.device_id == device_id, table.c.mid == 1)
    return session.execute(ends).scalar_one() if session.execute(first).first() is not None else 0


def _store(host: Host, session: Session, caller: Caller, push: Push, received_at: dt.datetime) -> None:
    host.lock_device(session, caller)
    last = last_mid(host, session, caller.device_id)
    if push.lines and push.lines[0].mid > last + 1:
        raise ProtocolError("mid_gap", expected=last + 1, extra={"expected": last + 1})
    stored = _stored(host, session, caller, push.lines)
    aggregate_of = host.aggregates(session, caller.user_id, caller.device_id)
    fresh = [
        _row(aggregate_of, caller, line, push.wall_at, received_at) for line in push.lines if line.mid not in stored
    ]
    table = host.tables.command_log
    if fresh:
        session.execute(sa.insert(table), fresh)
    sealed = [row.id for row in stored.values() if (row.state, row.code) == ("parked", "sealed")]
    if sealed:
        # handed in while its user was shut out, and now pushed by him: it takes the usual way
        # both clocks of one moment: the offset now is read from them (7.2)
        clocks = {"sent_wall_at": push.wall_at, "received_at": received_at}
        changed = {"state": "received", "code": None, "user_id": caller.user_id, **clocks}
        session.execute(sa.update(table).where(table.c.id.in_(sealed)).values(**changed))


def _stored(host: Host, session: Session, caller: Caller, lines: Sequence[Line]) -> dict[int, Any]:
    """What is stored of these numbers; mid_reuse when one was something else."""
    table = host.tables.command_log
    rows = session.execute(
        sa.select(table.c.id, table.c.mid, table.c.sha, table.c.state, table.c.code).where(
            table.c.device_id == caller.device_id, table.c.mid.in_([line.mid for line in lines])
        )
    )
    stored = {row.mid: row for row in rows}
    for line in lines:
        if line.mid in stored and stored[line.mid].sha != line.sha:
            raise ProtocolError("mid_reuse", mid=line.mid, extra={"mid": line.mid})
    return stored


def _row(
    aggregate_of: AggregateOf, caller: Caller, line: Line, wall_at: dt.datetime | None, received_at: dt.datetime
) -> dict[str, Any]:
    try:
        mutation: Mutation | None = wire.read_mutation(line.raw, line.mid)
    except Park:
        mutation = None
    return {
        "id": str(uuid.uuid4()), "device_id": caller.device_id, "mid": line.mid, "user_id": caller.user_id,
        "mutation_id": mutation.id if mutation else None, "name": f"{mutation.name}@{mutation.version}" if mutation else "",
        "entity": mutation.entity if mutation else None, "entity_id": mutation.entity_id if mutation else None,
        "aggregate_id": aggregate_of(mutation) if mutation else None,
        "sha": line.sha, "raw": line.raw, "received_at": received_at, "sent_wall_at": wall_at, "state": "received",
    }  # fmt: skip


def apply_pending(host: Host, device_id: str) -> int:
    """Apply what is stored and not yet settled, in order of number; also finishes what a killed server left. Answers how many."""
    done, most = 0, MOST_GROUP
    while True:
        try:
            settled = host.transact(lambda session, most=most: _apply_group(host, session, device_id, most))  # type: ignore[misc] # mypy knows no lambda defaults
        except Exception as error:
            if host.is_transient(error):
                raise
            log.exception("a group of device %s could not be finished", device_id)
            if most == MOST_GROUP:
                most = 1  # find the one that is at fault: the others must not wait for it
                continue
            settled = host.transact(lambda session, error=error: _give_up(host, session, device_id, error))  # type: ignore[misc] # mypy knows no lambda defaults
        done += settled
        if not settled and not _release(host, device_id):
            return done


def _give_up(host: Host, session: Session, device_id: str, error: Exception) -> int:
    """Park what fails outside its savepoint, by a fault of ours: nothing else of the device waits for our mistake."""
    rows = _received(host, session, device_id, 1)
    for row in rows:
        host.settle(session, row.id, "parked", "failed", _failure(row, error))
    return len(rows)


def _failure(row: Any, error: Exception) -> dict[str, Any]:
    return {"error": type(error).__name__, "tries": (row.detail or {}).get("tries", 0) + 1}


def _release(host: Host, device_id: str) -> int:
    """Put back in the queue what was held by mutations that have settled meanwhile (5.7)."""
    table = host.tables.command_log

    def held(session: Session) -> list[Any]:
        where = (table.c.device_id == device_id, table.c.state == "parked", table.c.code == "held")
        return list(session.execute(sa.select(table.c.id, table.c.detail).where(*where)))

    def release(session: Session) -> int:
        rows = {row.id: (row.detail or {}).get("after", []) for row in held(session)}
        named = {mid for after in rows.values() for mid in after}
        waiting = _unsettled(host, session, device_id, named)
        return sum(reopen(host, session, one) for one, after in rows.items() if not waiting.intersection(after))

    return host.transact(release) if host.snapshot(held) else 0


def devices_with_pending(host: Host, older_than: dt.datetime) -> list[str]:
    """Devices that have mutations stored but not settled since before `older_than`: a server died in between."""
    table = host.tables.command_log

    def read(session: Session) -> list[str]:
        query = sa.select(table.c.device_id).where(table.c.state == "received", table.c.received_at < older_than)
        return [row.device_id for row in session.execute(query.distinct()) if row.device_id]

    return host.snapshot(read)


def _received(host: Host, session: Session, device_id: str, most: int) -> list[Any]:
    table = host.tables.command_log
    where = (table.c.device_id == device_id, table.c.state == "received")
    return list(session.execute(sa.select(table).where(*where).order_by(table.c.mid).limit(most).with_for_update()))


def _apply_group(host: Host, session: Session, device_id: str, most: int) -> int:
    """The next run of consecutive mutations of one work order, in this one transaction, a savepoint each (5.7)."""
    rows = _received(host, session, device_id, most)
    if not rows:
        return 0
    group = [rows[0]]
    for row in rows[1:]:
        if rows[0].aggregate_id is None or row.aggregate_id != rows[0].aggregate_id:
            break
        group.append(row)
    states: dict[int, str] = {}
    actors: dict[str, Any] = {}
    done = _done_elsewhere(host, session, group)
    for row in group:
        if row.user_id not in actors:
            actors[row.user_id] = host.actor_for(session, row.user_id, device_id)
        state, code, detail = _apply_one(host, session, row, actors[row.user_id], states, done)
        states[row.mid] = state
        if state in EFFECTIVE:
            done.add((row.user_id, row.mutation_id))
        host.settle(session, row.id, state, code, detail)
    return len(group)


def _apply_one(
    host: Host, session: Session, row: Any, actor: Any, states: Mapping[int, str], done: Set[tuple[str, str]]
) -> tuple[str, str, dict[str, Any]]:
    try:
        mutation = wire.read_mutation(row.raw, row.mid)
        if actor is None:
            raise Park("not_allowed", {"reason": "user"})
        _require_predecessors(host, session, row.device_id, mutation, states)
        if (row.user_id, mutation.id) in done:
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
    except Park as park:
        return "parked", park.code, park.detail
    except Exception as error:
        if host.is_transient(error):
            raise
        log.exception("mutation %s of device %s failed", row.mid, row.device_id)
        return "parked", "failed", _failure(row, error)
    return STATE_OF[code], code, {}


def _require_predecessors(
    host: Host, session: Session, device_id: str, mutation: Mutation, states: Mapping[int, str]
) -> None:
    """5.7: a parked mutation holds up only those that name it."""
    if not mutation.after:
        return
    settled = {mid for mid in mutation.after if states.get(mid, "parked") != "parked"}
    waiting = _unsettled(host, session, device_id, set(mutation.after) - settled)
    if waiting:
        raise Park("held", {"after": sorted(waiting)})


def _unsettled(host: Host, session: Session, device_id: str, mids: set[int]) -> set[int]:
    """Those of the numbers that are parked, not applied yet, or not even here."""
    table = host.tables.command_log
    rows = session.execute(
        sa.select(table.c.mid).where(
            table.c.device_id == device_id, table.c.mid.in_(mids), table.c.state.not_in(("parked", "received"))
        )
    )
    return mids - {row.mid for row in rows}


def _done_elsewhere(host: Host, session: Session, group: Sequence[Any]) -> set[tuple[str, str]]:
    """5.12: acts (user, mutation id) of this group that have settled before, under another number or device id."""
    table = host.tables.command_log
    ids = {row.mutation_id for row in group if row.mutation_id}
    where = (table.c.mutation_id.in_(ids), table.c.state.in_((*EFFECTIVE, "dismissed")))
    rows = session.execute(sa.select(table.c.user_id, table.c.mutation_id).where(*where)) if ids else ()
    return {(row.user_id, row.mutation_id) for row in rows}


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
                "mid": row.mid, "id": row.mutation_id, "applied_seq": row.applied_seq, **_told(row),
                "sentence": host.sentence(caller.locale, row.state, _told(row)["code"], row.detail or {}),
            }
            for row in rows
        ],
    }  # fmt: skip


def _told(row: Any) -> dict[str, Any]:
    """What the office closed without applying has settled: for the phone there is nothing left to do."""
    is_dismissed = row.state == "dismissed"
    return {"state": "duplicate" if is_dismissed else row.state, "code": "dismissed" if is_dismissed else row.code}


def reopen(host: Host, session: Session, log_id: str) -> bool:
    """Put a parked mutation back in the queue as it was sent; False when it is not parked. The caller then applies."""
    table = host.tables.command_log
    changed = session.execute(
        sa.update(table)
        .where(table.c.id == log_id, table.c.state == "parked")
        .values(state="received", code=None)
        .returning(table.c.device_id)
    ).first()
    return changed is not None
