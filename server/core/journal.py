"""Collects what happened in this transaction. Nothing is written here: `commit` numbers, chains and stores it once, at the end.

Every change of a Record is tracked by the session itself; `record` claims it for an event. A change that no event claims
stops the transaction: nothing is forgotten.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event as sa_event
from sqlalchemy.orm import Session, SessionTransaction

from server.core import clock
from server.core.acts import Act
from server.core.canonical import wire_time
from server.core.db import Record
from server.core.events import CATALOGUE, Event
from server.core.ids import new_id

UNTOLD = frozenset({"version", "updated_at"})
Key = tuple[str, str]


@dataclass
class Happening:
    """One collected event; `changes` maps field -> [before, after]."""

    id: str
    event: Event
    entity: str
    entity_id: str
    aggregate_id: str | None
    act: Act
    changes: dict[str, list[Any]]
    details: dict[str, Any]
    # only of what is told afterwards (`as_history`): None is the moment of the commit
    recorded_at: dt.datetime | None = None


@dataclass
class Pending:
    """All that the finisher will have to write for this transaction."""

    happenings: list[Happening] = field(default_factory=list)
    unclaimed: dict[Key, dict[str, list[Any]]] = field(default_factory=dict)
    touched: dict[Key, Record] = field(default_factory=dict)
    results: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[tuple[Record, str, str, str]] = field(default_factory=list)
    erased: set[Key] = field(default_factory=set)

    def is_empty(self) -> bool:
        return not (self.happenings or self.touched or self.results)


@dataclass
class _Mark:
    """How much had been collected when a savepoint began."""

    happenings: int
    results: int
    numbers: int
    erased: frozenset[Key]
    unclaimed: dict[Key, dict[str, list[Any]]]
    touched: dict[Key, Record]


def pending(session: Session) -> Pending:
    """What this transaction has collected so far."""
    found: Pending = session.info.setdefault("journal", Pending())
    return found


def forget(session: Session) -> None:
    """Start a transaction with nothing collected."""
    session.info.pop("journal", None)
    session.info.pop("journal_marks", None)


def record(act: Act, event: Event, record: Record, *, aggregate_id: str | None = None, **details: Any) -> None:
    """Say that `event` happened to `record`: claims its tracked changes; `details` must be plain JSON."""
    if CATALOGUE.get(event.name) is not event:
        raise ValueError(f"event {event.name} is not in the catalogue")
    act.session.flush()
    collected = pending(act.session)
    key = (record.entity, record.id)
    changes = collected.unclaimed.pop(key, {})
    collected.touched[key] = record
    aggregate = aggregate_id or getattr(record, "work_order_id", None)
    collected.happenings.append(Happening(new_id(), event, record.entity, record.id, aggregate, act, changes, details))


def tell(
    act: Act,
    event: Event,
    record: Record,
    changes: dict[str, list[Any]],
    *,
    aggregate_id: str | None = None,
    **details: Any,
) -> None:
    """Say that `event` happened to a record whose row the caller writes himself, many at once: the session tracks nothing of it,
    the caller vouches for `changes` (field -> [before, after] as `plain`). For histories that are brought in whole (`as_history`).
    """
    collected = pending(act.session)
    collected.touched[(record.entity, record.id)] = record
    aggregate = aggregate_id or getattr(record, "work_order_id", None)
    collected.happenings.append(Happening(new_id(), event, record.entity, record.id, aggregate, act, changes, details))


def as_history(session: Session) -> None:
    """What was collected so far is a history told afterwards: each event is dated by when its act was received, they are chained in
    that order, and nothing follows from them any more (no reaction is armed).
    """
    collected = pending(session)
    for happening in collected.happenings:
        happening.recorded_at = happening.act.at
    collected.happenings.sort(key=lambda one: one.act.at)
    collected.numbers.sort(key=lambda one: one[0].created_at)


def erase(act: Act, event: Event, record: Record, blanks: Mapping[str, Any]) -> None:
    """Forget what a record said of a person: the fields get `blanks`, the record is deleted, and with this commit the payload and
    salt of all its events so far go too; their hashes stay, so the chain still verifies. `event` tells that it happened, not what was there.
    """
    for name, value in blanks.items():
        setattr(record, name, value)
    record.deleted_at = record.deleted_at or act.at
    act.session.flush()
    collected = pending(act.session)
    key = (record.entity, record.id)
    collected.unclaimed.pop(key, None)
    collected.touched[key] = record
    collected.erased.add(key)
    details = {"fields": sorted(blanks)}
    aggregate = getattr(record, "work_order_id", None)
    collected.happenings.append(Happening(new_id(), event, record.entity, record.id, aggregate, act, {}, details))


def result(session: Session, **row: Any) -> None:
    """Remember the outcome of a logged command; the finisher completes it with its number."""
    pending(session).results.append(row)


def number(session: Session, record: Record, column: str, series: str, pattern: str) -> None:
    """Have the finisher give `record.column` the next number of `series`, formatted by `pattern` ({n})."""
    pending(session).numbers.append((record, column, series, pattern))


def plain(value: Any) -> Any:
    """A value as events keep it."""
    if isinstance(value, dt.datetime):
        return wire_time(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _changes(item: Record) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    state = sa.inspect(item)
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if attribute.key in UNTOLD or attribute.key in item.untold or not history.has_changes():
            continue
        before = history.deleted[0] if history.deleted else None
        after = history.added[0] if history.added else None
        if before != after:
            found[attribute.key] = [plain(before), plain(after)]
    return found


def _before_flush(session: Session, _context: Any, _instances: Any) -> None:
    for item in list(session.new) + list(session.dirty):
        if not isinstance(item, Record):
            continue
        is_new = item in session.new
        if is_new and not item.id:
            item.id = new_id()
        changes = _changes(item)
        if not changes and not is_new:
            continue
        if not is_new:
            item.version += 1
            item.updated_at = clock.now()
        _collect(pending(session), item, changes)
    for item in session.deleted:
        if isinstance(item, Record):
            raise AssertionError(  # noqa: TRY004 - no matter of types
                f"{item.entity} {item.id}: records are never deleted, set deleted_at"
            )


def _collect(collected: Pending, item: Record, changes: dict[str, list[Any]]) -> None:
    key = (item.entity, item.id)
    collected.touched[key] = item
    known = collected.unclaimed.setdefault(key, {})
    for name, (before, after) in changes.items():
        known[name] = [known[name][0] if name in known else before, after]


def _savepoint_begins(session: Session, transaction: SessionTransaction) -> None:
    if not transaction.nested:
        return
    now = pending(session)
    marks = session.info.setdefault("journal_marks", {})
    marks[transaction] = _Mark(
        len(now.happenings),
        len(now.results),
        len(now.numbers),
        frozenset(now.erased),
        {key: dict(changes) for key, changes in now.unclaimed.items()},
        dict(now.touched),
    )


def _rolled_back(session: Session, previous: SessionTransaction) -> None:
    # a flush that fails rolls back the savepoint around it, but says so only of its own inner transaction
    savepoint: SessionTransaction | None = previous
    while savepoint is not None and not savepoint.nested:
        savepoint = savepoint.parent
    mark = session.info.get("journal_marks", {}).pop(savepoint, None)
    if mark is None:
        return
    now = pending(session)
    del now.happenings[mark.happenings :]
    del now.results[mark.results :]
    del now.numbers[mark.numbers :]
    now.erased = set(mark.erased)
    now.unclaimed = mark.unclaimed
    now.touched = mark.touched


sa_event.listen(Session, "before_flush", _before_flush)
sa_event.listen(Session, "after_transaction_create", _savepoint_begins)
sa_event.listen(Session, "after_soft_rollback", _rolled_back)
