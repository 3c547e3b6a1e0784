"""Work that is due at a time, in one table and two modes; correctness never rests on the ticker.

inline: effect and finish in one transaction, the work order row locked first. leased (leased.py): claimed with a lease and a
fencing token, the effect outside any transaction, the finish only while the token still holds. A failure of the moment (commit.is_passing)
says nothing of the piece: it waits and is no attempt towards giving it up.
"""

from __future__ import annotations

import datetime as dt
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from server.core import clock, commit
from server.core.acts import SYSTEM, Act
from server.core.commit import FINISHER
from server.core.db import db
from server.core.ids import new_id
from server.core.journal import Pending
from server.core.tables import DueWork

log = structlog.get_logger("due_work")
LEASE = dt.timedelta(seconds=90)
# what is finished answers "was this done?" only as long as somebody may ask; given up and unclear ones somebody still looks at
KEPT, KEPT_FAILED = dt.timedelta(days=30), dt.timedelta(days=90)
SWEPT_AT_ONCE = 5000
MOST_ATTEMPTS = 12
PASSING_SECONDS = 15.0


@dataclass(frozen=True)
class Outcome:
    """What an outside effect came to. `apply` runs in the finishing transaction; `retry_after` None: the longer the oftener it failed.

    A retry that `is_passing` does not count towards giving up.
    """

    state: Literal["done", "retry", "dead", "unknown"] = "done"
    retry_after: float | None = None
    reason: str | None = None
    apply: Callable[[Act], None] | None = None
    is_passing: bool = False


Inline = Callable[[Act, DueWork], None]
Leased = Callable[[DueWork], Outcome]


@dataclass(frozen=True)
class Kind:
    """A kind of due work. `on_lost`: a worker died between claim and finish; retry, or (an SMS) never again by itself.

    `is_slow`: leased work that takes its time and has a lane of its own, so that a hundred photos hold no message up.
    `on_dead` says to the world that it was given up, `on_unknown` that nobody knows, each in the transaction that decides it.
    `at_once`: how many of a leased kind one worker may have in hand.
    """

    name: str
    mode: Literal["inline", "leased"]
    handle: Any
    on_lost: Literal["retry", "unknown"] = "retry"
    is_slow: bool = False
    on_dead: Callable[[Act, DueWork], None] | None = None
    on_unknown: Callable[[Act, DueWork], None] | None = None
    at_once: int = 1


KINDS: dict[str, Kind] = {}
_lock_aggregate: list[Callable[[Session, str], bool]] = []


def declare(kind: Kind) -> None:
    """Register a kind; wiring and features call this once."""
    KINDS[kind.name] = kind


def lock_aggregates_with(lock: Callable[[Session, str], bool]) -> None:
    """Wiring says how the work order row is locked, False when it is gone: core does not know work orders."""
    _lock_aggregate[:] = [lock]


def arm(
    session: Session,
    kind: str,
    key: str,
    due_at: dt.datetime,
    *,
    payload: Mapping[str, Any] | None = None,
    aggregate_id: str | None = None,
    generation: int = 0,
) -> DueWork:
    """Put work in the table, in the caller's transaction. The same (kind, key, generation) twice is refused by the table."""
    work = DueWork(
        kind=kind, key=key, generation=generation, mode=KINDS[kind].mode, due_at=due_at,
        payload=dict(payload or {}), aggregate_id=aggregate_id,
    )  # fmt: skip
    session.add(work)
    return work


@dataclass
class ReactionParticipant:
    """Writes one row of kind `react` per event that has a reaction, in the commit of the event itself; none for a history told afterwards."""

    names: set[str] = field(default_factory=set)

    def prepare(self, session: Session, pending: Pending) -> list[dict[str, Any]]:
        return [
            {
                "id": new_id(), "kind": "react", "key": happening.id, "generation": 0, "mode": "inline", "state": "pending",
                "due_at": clock.now(), "aggregate_id": happening.aggregate_id, "payload": {"event": happening.event.name},
                "attempts": 0,
            }
            for happening in pending.happenings
            if happening.event.name in self.names and happening.recorded_at is None
        ]  # fmt: skip

    def write(self, session: Session, pending: Pending, prepared: list[dict[str, Any]], seq: int) -> int:
        if prepared:
            session.connection().execute(sa.insert(DueWork), prepared, execution_options=FINISHER)
        return seq


def _due(mode: str, now: dt.datetime) -> sa.Select[str, str | None]:
    return (
        sa.select(DueWork.id, DueWork.aggregate_id)
        .where(DueWork.state == "pending", DueWork.mode == mode, DueWork.due_at <= now)
        .order_by(DueWork.due_at, DueWork.id)
        .limit(1)
    )


def is_any(mode: str, kinds: tuple[str, ...] = ()) -> bool:
    """A read first: an idle worker must not take the writers' turn every second."""
    session: Session = db.session()
    query = _due(mode, clock.now())
    try:
        return session.execute(query.where(DueWork.kind.in_(kinds)) if kinds else query).first() is not None
    finally:
        session.rollback()


def run_inline(most: int = 200) -> int:
    """Fire due inline work, one piece per transaction, oldest first; answers how many pieces were handled."""
    handled, passed = 0, set[str]()
    while handled < most and is_any("inline"):
        before = len(passed)
        if _fire_one(passed):
            handled += 1
        elif len(passed) == before:
            break
    return handled


def _fire_one(passed: set[str]) -> bool:
    """Fire the oldest piece that nobody else holds. A piece that another worker took meanwhile joins `passed`."""
    taken: list[str] = []

    def fire(session: Session) -> bool:
        taken.clear()
        now = clock.now()
        found = session.execute(_due("inline", now).where(DueWork.id.not_in(passed))).first()
        if found is None:
            return False
        taken.append(found.id)
        is_there = not found.aggregate_id or not _lock_aggregate or _lock_aggregate[0](session, found.aggregate_id)
        work = session.execute(
            sa.select(DueWork)
            .where(DueWork.id == found.id, DueWork.state == "pending", DueWork.due_at <= now)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        ).scalar_one_or_none()
        if work is None:
            passed.add(found.id)
            return False
        if not is_there:
            work.state, work.finished_at, work.last_error = "withdrawn", now, "its work order is gone"
            return True
        KINDS[work.kind].handle(Act(session, SYSTEM, origin="worker"), work)
        work.state, work.finished_at = "done", now
        return True

    try:
        return commit.transact(fire)
    except Exception as error:
        if not taken:
            raise
        _failed(taken[0], error)
        return True


def _failed(work_id: str, error: Exception) -> None:
    outcome = outcome_of(error)
    log.error("due work failed", work=work_id, error=outcome.reason, exc_info=error)

    def note(session: Session) -> None:
        work = session.get(DueWork, work_id, with_for_update=True)
        if work is not None and work.state == "pending":
            settle(session, work, outcome)

    commit.transact(note)


def outcome_of(error: Exception) -> Outcome:
    """A failure as an outcome: to be tried again."""
    reason = "".join(traceback.format_exception_only(error)).strip()[:2000]
    is_passing = commit.is_passing(error)
    return Outcome("retry", PASSING_SECONDS if is_passing else None, reason, is_passing=is_passing)


def settle(session: Session, row: DueWork, outcome: Outcome) -> None:
    """Write down what a piece came to."""
    row.token, row.last_error = None, outcome.reason
    row.attempts += outcome.state == "retry" and not outcome.is_passing
    if outcome.state == "retry" and (outcome.is_passing or row.attempts < MOST_ATTEMPTS):
        row.state = "pending"
        row.due_at = clock.now() + dt.timedelta(seconds=outcome.retry_after or min(2**row.attempts, 900))
    else:
        row.state = "dead" if outcome.state == "retry" else outcome.state
        row.finished_at = clock.now()
    if outcome.apply is not None:
        outcome.apply(Act(session, SYSTEM, origin="worker"))
    if row.state == "dead":
        _tell_dead(session, row)


def _tell_dead(session: Session, work: DueWork) -> None:
    tell = KINDS[work.kind].on_dead
    if tell is not None:
        tell(Act(session, SYSTEM, origin="worker"), work)


def sweep() -> int:
    """Remove what was finished long ago, a slice per transaction, so that no writer waits long; answers how many."""
    removed = 0
    for states, kept in ((("done", "withdrawn"), KEPT), (("dead", "unknown"), KEPT_FAILED)):
        limit = clock.now() - kept
        over = sa.select(DueWork.id).where(
            DueWork.state.in_(states), DueWork.due_at < limit, DueWork.finished_at < limit
        )
        while found := _remove(over.limit(SWEPT_AT_ONCE)):
            removed += found
    return removed


def _remove(which: sa.Select[str]) -> int:
    def remove(session: Session) -> int:
        ids = list(session.execute(which).scalars())
        if ids:
            session.execute(sa.delete(DueWork).where(DueWork.id.in_(ids)))
        return len(ids)

    return commit.transact(remove)
