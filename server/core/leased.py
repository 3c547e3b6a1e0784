"""Carries out leased due work: claimed with a lease and a token, many at once in threads, finished in batches while the token holds.

A piece that hangs holds up no other: its hands are missing, nothing else. How many of one kind may run at once says the kind.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import sqlalchemy as sa
import structlog
from flask import Flask, current_app
from sqlalchemy.orm import Session

from server.core import clock, commit, due_work
from server.core.acts import SYSTEM, Act
from server.core.db import db
from server.core.due_work import KINDS, Kind, Outcome
from server.core.ids import new_id
from server.core.tables import DueWork

log = structlog.get_logger("due_work")
HANDS = 32
LOOK_SECONDS = 0.25
PAUSE_SECONDS = 1.0
# what this process is carrying out, in whichever lane: its own lease that ran out is no sign of a death
_in_hand: set[str] = set()
_stopping = threading.Event()
Done = tuple[DueWork, Outcome]
Lane = Mapping[str, Kind]
# work id -> an outcome that could not be stored yet, and until when (monotonic) that may be tried
Kept = dict[str, tuple[Done, float]]


def stop() -> None:
    """This process is told to end: what is under way is finished, nothing more is claimed."""
    _stopping.set()


def run(most: int = 5000, *, is_slow: bool = False) -> int:
    """Claim and carry out due leased work of one lane until none is left; answers how many pieces were handled."""
    lane = {name: kind for name, kind in KINDS.items() if kind.mode == "leased" and kind.is_slow == is_slow}
    reclaim(lane)
    if not due_work.is_any("leased", tuple(lane)):
        return 0
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # the proxy is no use in another thread
    with ThreadPoolExecutor(HANDS, thread_name_prefix="due") as pool:
        return _round(app, pool, lane, most)


def _round(app: Flask, pool: ThreadPoolExecutor, lane: Lane, most: int) -> int:
    under_way: dict[Future[Done], DueWork] = {}
    kept: Kept = {}
    begun: set[str] = set()
    handled = 0
    renewed_at = clock.now()
    try:
        while True:
            for work in _claim_more(lane, list(under_way.values()), most - len(begun), kept):
                begun.add(work.id)
                _in_hand.add(work.id)
                under_way[pool.submit(_carry_out, app, work)] = work
            if not under_way and not kept:
                return handled
            done, _ = wait(under_way, LOOK_SECONDS, FIRST_COMPLETED)
            renewed_at = _renew(list(under_way.values()), renewed_at)
            for future in done:
                del under_way[future]
            _store([future.result() for future in done], kept)
            handled += len(done)
    finally:
        # all of it: a piece that ended in what no handler catches is in nobody's hand either
        _in_hand.difference_update(begun)


def _claim_more(lane: Lane, under_way: list[DueWork], most: int, kept: Kept) -> list[DueWork]:
    """As many as there are hands for. While an outcome is awaited or kept a failure only puts it off: that is to be stored first."""
    try:
        return _claim(_free(lane, Counter(one.kind for one in under_way)), most)
    except Exception:
        if not under_way and not kept:
            raise
        log.exception("nothing could be claimed, tried again", under_way=len(under_way))
        return []


def _store(done: list[Done], kept: Kept) -> None:
    """Store outcomes, those that were kept once more. At a hiccup of the database they are kept until their lease must be over."""
    now = time.monotonic()
    for one in done:
        kept[one[0].id] = (one, now + due_work.LEASE.total_seconds())
    left = {one[0].id for one in finish([one for one, _until in kept.values()])}
    for work_id, (_one, until) in list(kept.items()):
        if work_id not in left or until <= now:
            del kept[work_id]
            _in_hand.discard(work_id)
    if kept:
        time.sleep(PAUSE_SECONDS)


def _free(lane: Lane, busy: Counter[str]) -> dict[str, int]:
    """kind -> how many more may begin: as many as there are hands for it, so that nothing waits behind others while its lease runs."""
    rooms = {name: kind.at_once - busy[name] for name, kind in lane.items()}
    # a claim costs a commit: half empty is soon enough
    return {name: room for name, room in rooms.items() if room * 2 >= lane[name].at_once}


def _renew(works: list[DueWork], renewed_at: dt.datetime) -> dt.datetime:
    """Lengthen the leases of what is under way, when a third of them is over; answers when that was last done."""
    now = clock.now()
    if now - renewed_at < due_work.LEASE / 3:
        return renewed_at
    # a token that is not there any more was taken by another: his piece is left alone
    mine = sa.update(DueWork).where(DueWork.state == "leased", DueWork.token.in_([work.token for work in works]))

    def lengthen(session: Session) -> None:
        session.execute(mine.values(leased_until=now + due_work.LEASE))

    try:
        commit.transact(lengthen)
    except Exception:
        log.exception("leases could not be renewed, tried again", pieces=len(works))
        return renewed_at
    return now


def _claim(free: dict[str, int], most: int) -> list[DueWork]:
    if _stopping.is_set() or most <= 0 or not free or not due_work.is_any("leased", tuple(free)):
        return []

    def take(session: Session) -> list[DueWork]:
        now = clock.now()
        found: list[DueWork] = []
        for kind in sorted(free):
            query = (
                sa.select(DueWork)
                .where(DueWork.state == "pending", DueWork.kind == kind, DueWork.due_at <= now)
                .order_by(DueWork.due_at, DueWork.id)
                .limit(max(0, min(free[kind], most - len(found))))
            )
            found += session.execute(query.with_for_update(skip_locked=True)).scalars()
        for work in found:
            work.state, work.token, work.leased_until = "leased", new_id(), now + due_work.LEASE
        session.flush()
        for work in found:  # they go to other threads
            session.expunge(work)
        return found

    return commit.transact(take)


def _carry_out(app: Flask, work: DueWork) -> Done:
    with app.app_context():
        try:
            return work, KINDS[work.kind].handle(work)
        except Exception as error:
            log.exception("due work failed", work=work.id, kind=work.kind)
            return work, due_work.outcome_of(error)
        finally:
            db.session.remove()


def finish(done: list[Done]) -> list[Done]:
    """Store the outcomes, together in one commit; if that fails each by itself. Answers those that may be stored a moment later."""
    ordered = sorted(done, key=lambda one: one[0].id)
    if not ordered:
        return []
    try:
        commit.transact(lambda session: _finish(session, ordered))
    except Exception as error:
        log.exception("outcomes could not be stored", pieces=len(ordered))
        if len(ordered) > 1:
            return [left for one in ordered for left in finish([one])]
        return ordered if commit.is_passing(error) else []
    return []


def _finish(session: Session, done: list[Done]) -> None:
    for work, outcome in done:
        row = session.get(DueWork, work.id, with_for_update=True, populate_existing=True)
        if row is None or row.token != work.token or row.state != "leased":
            log.warning("lease lost, outcome dropped", work=work.id, kind=work.kind)
            continue
        due_work.settle(session, row, outcome)


def reclaim(lane: Iterable[str]) -> None:
    """Leases of these kinds that ran out: back to pending, or unknown where a second effect would be worse than none."""
    over = sa.and_(
        DueWork.state == "leased", DueWork.leased_until < clock.now(), DueWork.kind.in_(list(lane)),
        DueWork.id.not_in(list(_in_hand)),
    )  # fmt: skip
    if not _is_lost(over):
        return

    def free(session: Session) -> None:
        lost = sa.select(DueWork).where(over).order_by(DueWork.id).with_for_update(skip_locked=True)
        for work in session.execute(lost).scalars():
            _give_back(session, work, KINDS[work.kind])

    commit.transact(free)


def _give_back(session: Session, work: DueWork, kind: Kind) -> None:
    work.token = None
    work.state = "pending" if kind.on_lost == "retry" else "unknown"
    if work.state == "unknown":
        work.finished_at = clock.now()
        if kind.on_unknown is not None:
            kind.on_unknown(Act(session, SYSTEM, origin="worker"), work)


def _is_lost(over: sa.ColumnElement[bool]) -> bool:
    session: Session = db.session()
    try:
        return session.execute(sa.select(DueWork.id).where(over).limit(1)).first() is not None
    finally:
        session.rollback()
