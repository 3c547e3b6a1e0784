"""A worker that lives keeps what it has in hand: leases are renewed, nothing is claimed that no hand is free for."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from server import worker
from server.core import clock, commit, due_work, leased
from server.core.clock import HeldClock
from server.core.db import db
from server.core.due_work import Kind, Outcome
from server.core.errors import Problem
from server.core.tables import DueWork
from tests.kit import read

KIND = "test.kept"


def arm(count: int = 1) -> None:
    def put(session: Session) -> None:
        for number in range(count):
            due_work.arm(session, KIND, f"{KIND}-{number}", clock.now())

    commit.transact(put)


def states() -> list[str]:
    return read(sa.select(DueWork.state).where(DueWork.kind == KIND))


def test_what_this_process_has_in_hand_is_not_taken_from_it(app: Flask) -> None:
    """Finding: the look for pictures in the same process gave the messages' leases back, and an SMS became unknown."""
    with app.app_context(), clock.held(HeldClock(clock.now())) as time:

        def slow(_work: DueWork) -> Outcome:
            time.advance(minutes=2)
            worker.inspect_files()
            leased.reclaim([KIND])
            return Outcome("done")

        due_work.declare(Kind(KIND, "leased", slow, on_lost="unknown"))
        arm()
        leased.run(most=1)
        assert states() == ["done"]


def test_another_lane_is_left_to_those_who_work_in_it(app: Flask) -> None:
    with app.app_context(), clock.held(HeldClock(clock.now())) as time:
        due_work.declare(Kind(KIND, "leased", lambda _work: Outcome("done"), on_lost="unknown"))
        arm()
        leased._claim({KIND: 1}, 1)  # a worker that dies now
        time.advance(minutes=2)
        worker.inspect_files()
        assert states() == ["leased"]
        leased.run(most=1)
        assert states() == ["unknown"]


def test_the_lease_of_what_takes_long_is_renewed(app: Flask) -> None:
    with app.app_context(), clock.held(HeldClock(clock.now())) as time:
        seen: list[bool] = []
        begun_at = clock.now()

        def slow(_work: DueWork) -> Outcome:
            time.advance(seconds=60)
            pause = threading.Event()
            for _ in range(100):
                (until,) = read(sa.select(DueWork.leased_until).where(DueWork.kind == KIND))
                db.session().rollback()
                if until > begun_at + due_work.LEASE:
                    seen.append(True)
                    break
                pause.wait(0.1)
            return Outcome("done")

        due_work.declare(Kind(KIND, "leased", slow))
        arm()
        leased.run(most=1)
        assert (seen, states()) == ([True], ["done"])


def test_no_more_is_claimed_than_there_are_hands(app: Flask) -> None:
    with app.app_context():
        leases: list[int] = []

        def count(_work: DueWork) -> Outcome:
            leases.append(states().count("leased"))
            db.session().rollback()
            return Outcome("done")

        due_work.declare(Kind(KIND, "leased", count, at_once=2))
        arm(7)
        leased.run()
        assert (max(leases) <= 2, states()) == (True, ["done"] * 7)


def test_an_outcome_is_kept_while_the_database_is_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding: what had left was forgotten at a hiccup; a push left again, an SMS became unknown."""
    with app.app_context():
        handled: list[str] = []
        failures = [Problem("database_busy") for _ in range(5)]
        store = leased._finish

        def hiccup(session: Session, done: list[leased.Done]) -> None:
            if failures:
                raise failures.pop()
            store(session, done)

        def handle(work: DueWork) -> Outcome:
            handled.append(work.key)
            return Outcome("done")

        monkeypatch.setattr(leased, "PAUSE_SECONDS", 0.01, raising=False)
        monkeypatch.setattr(leased, "_finish", hiccup)
        due_work.declare(Kind(KIND, "leased", handle, on_lost="unknown", at_once=2))
        arm(2)
        leased.run()
        assert (len(handled), failures, states()) == (2, [], ["done"] * 2)
        assert leased._in_hand == set()


def test_a_claim_that_fails_loses_nothing_of_what_is_under_way(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        failed = threading.Event()
        claim, calls = leased._claim, list[Any]()

        def sometimes(free: dict[str, int], most: int) -> list[DueWork]:
            calls.append(free)
            if len(calls) == 2:
                failed.set()
                raise Problem("database_busy")
            return claim(free, most)

        def handle(_work: DueWork) -> Outcome:
            failed.wait(10)
            return Outcome("done")

        monkeypatch.setattr(leased, "_claim", sometimes)
        due_work.declare(Kind(KIND, "leased", handle, on_lost="unknown", at_once=2))
        arm()
        leased.run()
        assert states() == ["done"]


def test_told_to_end_it_finishes_what_it_has_in_hand_and_takes_no_more(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Finding: a worker that was told to end sent everything that was waiting first."""
    with app.app_context():
        monkeypatch.setattr(leased, "_stopping", threading.Event())

        def handle(_work: DueWork) -> Outcome:
            leased.stop()
            return Outcome("done")

        due_work.declare(Kind(KIND, "leased", handle, at_once=2))
        arm(7)
        leased.run()
        assert sorted(states()) == ["done"] * 2 + ["pending"] * 5


def test_nothing_stays_in_hand_after_what_no_handler_catches(app: Flask) -> None:
    """Finding: such a piece was never given back in this process."""
    with app.app_context():

        def end(_work: DueWork) -> Outcome:
            raise SystemExit(1)

        due_work.declare(Kind(KIND, "leased", end, on_lost="unknown"))
        arm()
        before = set(leased._in_hand)
        with pytest.raises(SystemExit):
            leased.run()
        assert leased._in_hand == before
