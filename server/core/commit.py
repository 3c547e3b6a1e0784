"""The one write point. `transact` opens a writing transaction, runs the work, and finishes it once.

The finisher locks the single row `head` as the very last step: numbers and chains the collected events, lets the registered
parts (feed, due work, command log) write their rows, gives order numbers, commits. Commit order is number order on both
databases, and nothing else runs while head is locked (db._guard_head fails it).
"""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import exc
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from server.core import chain, clock, journal
from server.core.canonical import dumps
from server.core.db import Base, db
from server.core.errors import Problem
from server.core.journal import Happening, Pending
from server.core.tables import EventRow, Head, NumberSeries

ATTEMPTS = 8
# what drivers call operational although waiting helps nothing: a statement that is too large, or (SQLite) any that is wrong
LASTING = ("too many sql variables", "number of parameters", "expression tree is too large")
SQLITE_ERROR = 1
RETRIED = frozenset({"40001", "40P01"})
FINISHER = {"finisher": True}
T = TypeVar("T")


class Participant(Protocol):
    """A part that has something to write with every commit: the sync feed, due work, the command log."""

    def prepare(self, session: Session, pending: Pending) -> Any:
        """Read and think before head is locked; what it returns is handed to `write`."""

    def write(self, session: Session, pending: Pending, prepared: Any, seq: int) -> int:
        """Write own rows (statements with FINISHER options) numbered after `seq`; return the new last number."""


class UnclaimedChangeError(AssertionError):
    """A record was changed and no event says so."""


_participants: list[Participant] = []


def join(participant: Participant) -> None:
    """Have a part write with every commit; wiring calls this, in the order of writing."""
    if participant not in _participants:
        _participants.append(participant)


def transact(work: Callable[[Session], T]) -> T:
    """Run `work` in a writing transaction and finish it; deadlocks and lost races run it again from the start.

    `work` may therefore run several times: it must do nothing outside the database.
    """
    taken = 0
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _once(work)
        except (exc.SQLAlchemyError, StaleDataError) as error:
            taken += is_taken(error)
            is_last = attempt == ATTEMPTS or taken == 2
            if is_last or not (is_retried(error) or is_taken(error)):
                raise as_problem(error) from error
            time.sleep(random.uniform(0.2, 1.0) * 0.01 * 2**attempt)  # noqa: S311 - jitter, not a secret
    raise AssertionError("unreachable")


def _once(work: Callable[[Session], T]) -> T:
    session: Session = db.session()
    session.rollback()
    with current_app.extensions["callout.writers"].turn():
        try:
            journal.forget(session)
            session.connection(execution_options={"callout_write": True})
            result = work(session)
            finish(session)
        except BaseException:
            session.rollback()
            raise
        finally:
            journal.forget(session)
    return result


def is_retried(error: Exception) -> bool:
    """A lost race (deadlock, serialisation, a row that moved on): the whole transaction may run again."""
    if isinstance(error, StaleDataError):
        return True
    return getattr(getattr(error, "orig", None), "sqlstate", None) in RETRIED


def is_taken(error: Exception) -> bool:
    """A key that another transaction wrote first: run again, the work finds what is there and says so itself."""
    orig = getattr(error, "orig", None)
    return getattr(orig, "sqlstate", None) == "23505" or "UNIQUE constraint failed" in str(orig)


def is_reference(error: Exception) -> bool:
    """A row that names another one which is not there."""
    orig = getattr(error, "orig", None)
    return getattr(orig, "sqlstate", None) == "23503" or "FOREIGN KEY constraint failed" in str(orig)


def is_lasting(error: Exception) -> bool:
    """A statement that fails however often it is sent, whatever the driver calls it."""
    orig = getattr(error, "orig", None)
    is_wrong = getattr(orig, "sqlite_errorcode", 0) & 0xFF == SQLITE_ERROR
    return is_wrong or any(one in str(orig).lower() for one in LASTING)


def is_passing(error: Exception) -> bool:
    """A failure of the moment, not of what was asked: the connection, the lock, the disk; the same work may pass later.

    A problem that names a database failure is judged by that failure, any other by what it tells clients to do.
    """
    if isinstance(error, Problem):
        cause = error.__cause__
        is_named = isinstance(cause, exc.SQLAlchemyError)
        return is_passing(cause) if is_named else error.kind.retry in ("now", "later")  # type: ignore[arg-type] # narrowed by is_named
    if is_retried(error) or isinstance(error, exc.TimeoutError):
        return True
    if not isinstance(error, exc.DBAPIError) or isinstance(error, exc.IntegrityError | exc.DataError):
        return False
    sqlstate = getattr(error.orig, "sqlstate", None) or ""
    is_state = sqlstate[:2] in ("08", "53", "57")
    is_place = isinstance(error, exc.OperationalError) and not is_lasting(error)
    return error.connection_invalidated or is_state or is_place or "closed" in str(error.orig).lower()


def as_problem(error: Exception) -> Exception:
    """Name the database failures a person can do something about; others stay what they are."""
    if isinstance(error, exc.TimeoutError):
        return Problem("database_busy", headers={"Retry-After": "2"})
    if is_taken(error):
        return Problem("already_there")
    if is_reference(error):
        return Problem("reference_missing")
    text = str(getattr(error, "orig", error)).lower()
    sqlstate = getattr(getattr(error, "orig", None), "sqlstate", None)
    if sqlstate == "53100" or "disk is full" in text or "disk full" in text or "no space left" in text:
        return Problem("storage_full")
    is_gone = isinstance(error, exc.DBAPIError) and error.connection_invalidated
    if is_gone or (isinstance(error, exc.OperationalError) and not is_lasting(error)):
        return Problem("database_busy", headers={"Retry-After": "2"})
    return error


def finish(session: Session) -> None:
    """Write what was collected and commit. Nothing is written after it."""
    session.flush()
    pending = journal.pending(session)
    if pending.unclaimed:
        raise UnclaimedChangeError(f"changed without an event: {sorted(pending.unclaimed)}")
    if pending.is_empty():
        session.commit()
        return
    _erase_payloads(session, pending)
    prepared = [(part, part.prepare(session, pending)) for part in _participants]
    session.flush()
    connection = session.connection()
    head = connection.execute(
        sa.select(Head.seq, Head.hash).where(Head.id == 1).with_for_update(), execution_options=FINISHER
    ).one()
    connection.info["head_locked"] = True
    seq, tip = _store_events(connection, head.seq, head.hash, pending)
    _give_numbers(connection, pending)
    for part, thought in prepared:
        seq = part.write(session, pending, thought, seq)
    connection.execute(sa.update(Head).where(Head.id == 1).values(seq=seq, hash=tip), execution_options=FINISHER)
    session.commit()


def _erase_payloads(session: Session, pending: Pending) -> None:
    for entity, entity_id in sorted(pending.erased):
        mine = sa.update(EventRow).where(EventRow.entity == entity, EventRow.entity_id == entity_id)
        session.execute(mine.values(payload=None, salt=None, erased_at=clock.now()))


def _store_events(connection: sa.Connection, seq: int, tip: str, pending: Pending) -> tuple[int, str]:
    rows = []
    now = clock.now()
    for happening in pending.happenings:
        seq += 1
        row = _event_row(happening, seq, tip, now)
        tip = row["hash"]
        rows.append(row)
    if rows:
        connection.execute(sa.insert(EventRow), rows, execution_options=FINISHER)
    return seq, tip


def _event_row(happening: Happening, seq: int, tip: str, now: Any) -> dict[str, Any]:
    act = happening.act
    columns = {
        "seq": seq,
        "id": happening.id,
        "name": happening.event.name,
        "entity": happening.entity,
        "entity_id": happening.entity_id,
        "aggregate_id": happening.aggregate_id,
        "actor_kind": act.actor.kind,
        "actor_id": act.actor.id,
        "origin": act.origin,
        "device_id": act.device_id,
        "mid": act.mid,
        "acted_at": act.happened_at,
        "is_time_trusted": act.is_time_trusted,
        "recorded_at": happening.recorded_at or now,
    }
    meta = chain.meta_of(columns)
    payload = dumps({"changes": happening.changes, **happening.details})
    salt = secrets.token_hex(16)
    hashed = chain.payload_hash(salt, payload)
    return columns | {
        "meta": meta,
        "payload": payload,
        "salt": salt,
        "payload_hash": hashed,
        "hash": chain.link(tip, seq, meta, hashed),
    }


def _give_numbers(connection: sa.Connection, pending: Pending) -> None:
    for record, column, series, pattern in pending.numbers:
        last = connection.execute(
            sa.select(NumberSeries.last).where(NumberSeries.series == series), execution_options=FINISHER
        ).scalar()
        given = (last or 0) + 1
        change = (
            sa.insert(NumberSeries).values(series=series, last=given)
            if last is None
            else sa.update(NumberSeries).where(NumberSeries.series == series).values(last=given)
        )
        connection.execute(change, execution_options=FINISHER)
        text = pattern.format(n=given)
        table = Base.metadata.tables[type(record).__tablename__]
        connection.execute(
            sa.update(table).where(table.c.id == record.id).values({column: text}), execution_options=FINISHER
        )
        set_committed_value(record, column, text)
