"""The past of the demo is written many at once (`ledger`). It must come out as if everybody had used his commands (`telling`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from server.core import clock, commit, journal
from server.core.acts import SYSTEM, Act
from server.core.canonical import dumps
from server.core.clock import HeldClock
from server.core.errors import Problem
from server.forms.models import Answer, Submission
from server.seed import cases, directory, founding, ledger, stories, telling
from server.seed.calendar import Calendar
from server.seed.directory import Directory
from server.seed.ledger import Ledger
from server.seed.stories import Story
from server.work_orders.models import Comment, Visit, VisitAssignment, WorkOrder

NOW = dt.datetime(2026, 3, 4, 2, 0, tzinfo=dt.UTC)
TABLES: tuple[Any, ...] = (WorkOrder, Visit, VisitAssignment, Comment, Submission, Answer)
# a command may flush a record twice for one event: its version then counts two
UNLIKE = {"version"}
Tell = Callable[[Session, Directory, telling.Cast, list[Story]], None]


class TakenBack(Exception):
    """Ends a transaction without a trace."""


def test_both_ways_of_telling_write_the_same_rows_and_events(app: Flask) -> None:
    who = directory.read(NOW)
    told = _sample(who)
    with app.app_context():
        by_command, at_once = _outcome(who, told, _by_command), _outcome(who, told, _at_once)
    assert at_once == by_command
    assert len(by_command["events"]) > 200
    for model in TABLES:
        assert by_command[model.__tablename__], f"no row of {model.__tablename__}: nothing is shown of it"


def test_the_ledger_refuses_what_the_engines_refuse(app: Flask) -> None:
    who = directory.read(NOW)
    story = next(one for one in _sample(who) if any(step.name == "visit.arrive" for step in one.steps))
    story.steps = [step for step in story.steps if step.name != "visit.arrive"]
    with app.app_context():
        try:
            _outcome(who, [story], _at_once)
        except Problem as refused:
            assert refused.code == "visit_needs_fix"
        else:
            raise AssertionError("a job was completed without having been reached")


def _sample(who: Directory) -> list[Story]:
    """A few stories that hold every command the ledger knows."""
    ended = cases.past(who, Calendar())
    told = stories.past(who, ended, stories.real_times(ended), {})
    # the sweep is no command: these have not left their phones yet
    recent = [one for one in told if not list(stories.swept(who, one))]
    found: list[Story] = []
    seen: set[Any] = set()
    for story in recent:
        names = {(step.name, step.args.get("outcome")) for step in story.steps} | {
            (story.case.unit.line, len(story.case.trips))
        }
        if names - seen:
            found.append(story)
            seen |= names
    wanted = set(ledger.TELLERS)
    assert {step.name for story in found for step in story.steps} == wanted
    return found


def _by_command(session: Session, _who: Directory, cast: telling.Cast, told: list[Story]) -> None:
    for story in told:
        telling.tell(session, cast, story)


def _at_once(session: Session, who: Directory, cast: telling.Cast, told: list[Story]) -> None:
    book = Ledger(session, who, cast)
    for story in told:
        book.take(story)
    book.write()


def _outcome(who: Directory, told: list[Story], tell: Tell) -> dict[str, Any]:
    """Rows and events that telling them comes to; the transaction is taken back."""
    found: dict[str, Any] = {}

    def work(session: Session) -> None:
        with clock.held(HeldClock(who.founded_at)):
            founding.found(Act(session, SYSTEM, origin="cli", at=who.founded_at), who)
        cast = telling.cast_of(session, who)
        journal.pending(session).happenings.clear()
        tell(session, who, cast, told)
        session.flush()
        journal.as_history(session)
        found["events"] = sorted(_event(one) for one in journal.pending(session).happenings)
        found["numbers"] = [(one[0].id, *one[1:]) for one in journal.pending(session).numbers]
        for model in TABLES:
            rows = session.execute(sa.select(model.__table__)).mappings()
            found[model.__tablename__] = sorted(
                dumps({k: v for k, v in row.items() if k not in UNLIKE}) for row in rows
            )
        raise TakenBack

    try:
        commit.transact(work)
    except TakenBack:
        return found
    raise AssertionError("it was not taken back")


def _event(one: journal.Happening) -> str:
    act = one.act
    who = (act.actor.kind, act.actor.id, act.origin, act.device_id, act.happened_at, one.recorded_at)
    return dumps([one.event.name, one.entity, one.entity_id, one.aggregate_id, *who, one.changes, one.details])
