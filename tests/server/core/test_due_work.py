"""Due work under kill -9 on both databases: inline exactly once, leased at least once, an SMS never twice by itself."""

from __future__ import annotations

import collections
import datetime as dt
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import exc
from sqlalchemy.orm import Session

from server.core import clock, commit, due_work, leased
from server.core.clock import HeldClock
from server.core.db import db
from server.core.due_work import Kind, Outcome
from server.core.errors import Problem
from server.core.tables import DueWork, NumberSeries
from tests import forked
from tests.server.core import worker_process

KILLS, BATCH = int(os.environ.get("KILLS", "8")), 15
PIECES = KILLS * BATCH


KINDS = ("test.inline", "test.push", "test.sms")


def _arm(kind: str, count: int, first: int = 0) -> None:
    def arm(session: Session) -> None:
        for number in range(first, first + count):
            due_work.arm(session, kind, f"{kind}-{number}", clock.now())

    commit.transact(arm)


def _states(kind: str) -> collections.Counter[str]:
    db.session().rollback()
    return collections.Counter(db.session().execute(sa.select(DueWork.state).where(DueWork.kind == kind)).scalars())


def test_nothing_is_fired_twice_or_lost_when_workers_are_killed(
    app: Flask, settings_environment: dict[str, str], tmp_path: Path
) -> None:
    worker_process.declare()
    outside = tmp_path / "outside.txt"
    outside.touch()
    environment = {**os.environ, "OUTSIDE": str(outside)} | {
        name: settings_environment[name] for name in ("CALLOUT_DATA_DIR", "DATABASE_URL")
    }
    with app.app_context():

        def start() -> forked.Process:
            return forked.Process(worker_process.main, environment=environment)

        workers = [start() for _ in range(3)]
        for kill in range(KILLS):
            victim = workers.pop(0)
            assert victim.stdout is not None
            assert victim.stdout.readline() == b"ready\n"
            for kind in KINDS:
                _arm(kind, BATCH, kill * BATCH)
            time.sleep(random.random() * 0.25)  # somewhere in the middle of its work
            _end(victim)
            workers.append(start())
        deadline = time.monotonic() + 100
        while _open_pieces() and time.monotonic() < deadline:
            time.sleep(0.3)
        for one in workers:
            _end(one)
        lines = collections.Counter(outside.read_text().split("\n"))
        fired = db.session().execute(
            sa.select(sa.func.count()).select_from(NumberSeries).where(NumberSeries.series.startswith("fired-"))
        )
        assert fired.scalar_one() == PIECES
        assert _states("test.inline") == {"done": PIECES}
        assert _states("test.push") == {"done": PIECES}
        assert all(lines[f"test.push test.push-{number}"] >= 1 for number in range(PIECES))
        assert all(lines[f"test.sms test.sms-{number}"] <= 1 for number in range(PIECES))
        assert set(_states("test.sms")) <= {"done", "unknown"}
        assert sum(_states("test.sms").values()) == PIECES


def _end(worker: forked.Process) -> None:
    worker.kill()
    worker.wait()
    assert worker.stdout is not None
    worker.stdout.close()


def _open_pieces() -> int:
    db.session().rollback()
    query = (
        sa.select(sa.func.count())
        .select_from(DueWork)
        .where(DueWork.state.in_(("pending", "leased")), DueWork.kind.startswith("test."))
    )
    return db.session().execute(query).scalar_one()


def test_a_failing_piece_is_kept_with_its_reason_and_the_others_go_on(app: Flask) -> None:
    with app.app_context():
        worker_process.declare()
        due_work.declare(Kind("test.broken", "inline", _break))
        _arm("test.broken", 1)
        _arm("test.inline", 3)
        due_work.run_inline()
        broken = db.session().execute(sa.select(DueWork).where(DueWork.kind == "test.broken")).scalar_one()
        assert (broken.state, broken.attempts) == ("pending", 1)
        assert "on purpose" in (broken.last_error or "")
        assert broken.due_at > clock.now()
        assert _states("test.inline") == {"done": 3}


def _break(_act: object, _work: object) -> None:
    raise RuntimeError("broken on purpose")


def _busy() -> None:
    raise Problem("database_busy")


def _lost() -> None:
    raise exc.OperationalError("select 1", {}, Exception("server closed the connection unexpectedly"))


def _lost_while_writing() -> None:
    try:
        _lost()
    except exc.OperationalError as error:
        raise commit.as_problem(error) from error


def _wrong_statement() -> None:
    db.session().execute(sa.text("SELECT nothing FROM nowhere"))


def _refused() -> None:
    raise Problem("not_allowed", permission="visit.assign")


@pytest.mark.parametrize("mode", ["inline", "leased"])
@pytest.mark.parametrize("fail", [_busy, _lost, _lost_while_writing])
def test_a_failure_of_the_moment_is_waited_for_and_never_an_attempt(
    app: Flask, fail: Callable[[], None], mode: Literal["inline", "leased"]
) -> None:
    """Finding: twelve busy moments of the database gave a message up for good."""
    with app.app_context(), clock.held(HeldClock(clock.now())) as time:
        due_work.declare(Kind("test.moment", mode, lambda *_: fail()))
        _arm("test.moment", 1)
        for _ in range(due_work.MOST_ATTEMPTS + 1):
            assert _round(mode) == 1
            assert _round(mode) == 0, "it is not tried again at once"
            time.advance(minutes=1)
        (stuck,) = _rows("test.moment")
        assert (stuck.state, stuck.attempts, bool(stuck.last_error)) == ("pending", 0, True)
        due_work.declare(Kind("test.moment", mode, lambda *_: Outcome("done")))
        assert _round(mode) == 1
        assert _states("test.moment") == {"done": 1}


@pytest.mark.parametrize("mode", ["inline", "leased"])
@pytest.mark.parametrize("fail", [_wrong_statement, _refused])
def test_a_failure_that_lasts_is_given_up_after_twelve(
    app: Flask, fail: Callable[[], None], mode: Literal["inline", "leased"]
) -> None:
    """A statement that is wrong stays wrong, though SQLite's driver gives it the class of a lost connection."""
    told: list[str] = []
    with app.app_context(), clock.held(HeldClock(clock.now())) as time:
        due_work.declare(
            Kind("test.lasting", mode, lambda *_: fail(), on_dead=lambda _act, work: told.append(work.key))
        )
        _arm("test.lasting", 1)
        for _ in range(due_work.MOST_ATTEMPTS):
            assert _round(mode) == 1
            time.advance(minutes=16)
        assert _round(mode) == 0
        assert (_states("test.lasting"), told) == ({"dead": 1}, ["test.lasting-0"])


def _round(mode: str) -> int:
    return due_work.run_inline(most=1) if mode == "inline" else leased.run(most=1)


def _rows(kind: str) -> list[DueWork]:
    db.session().rollback()
    return list(db.session().execute(sa.select(DueWork).where(DueWork.kind == kind)).scalars())


def test_an_outcome_that_comes_after_its_lease_is_dropped(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        handled: list[str] = []

        def slow(work: DueWork) -> Outcome:
            handled.append(work.id)
            monkeypatch.setattr(due_work, "LEASE", dt.timedelta(seconds=60))
            with monkeypatch.context() as elsewhere:
                elsewhere.setattr(leased, "_in_hand", set())  # as another worker sees it
                leased.reclaim(due_work.KINDS)
            return Outcome("done")

        due_work.declare(Kind("test.slow", "leased", slow))
        monkeypatch.setattr(due_work, "LEASE", dt.timedelta(seconds=-1))
        _arm("test.slow", 1)
        leased.run(most=1)
        assert _states("test.slow") == {"pending": 1}
        due_work.KINDS["test.slow"] = Kind("test.slow", "leased", lambda _work: Outcome("done"))
        leased.run(most=1)
        assert _states("test.slow") == {"done": 1}
        assert len(handled) == 1
