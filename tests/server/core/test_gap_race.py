"""T1: numbers given by a sequence lose changes; ours cannot. 1,000 interleavings on PostgreSQL, the old way shown losing first."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from server.core import commands, commit
from server.core.acts import Act
from server.core.commit import FINISHER
from server.core.db import db
from server.core.ids import new_id
from server.core.journal import Pending
from server.core.tables import EventRow, Head
from tests import databases
from tests.world import World

ROUNDS = int(os.environ.get("INTERLEAVINGS", "1000"))


@pytest.fixture
def database_url() -> object:
    """PostgreSQL only: a sequence exists nowhere else here."""
    from tests.conftest import fill_world

    url = databases.postgresql(fill_world)
    yield url
    databases.drop(url)


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg", "postgresql")


def test_the_old_way_loses_a_change(database_url: str) -> None:
    """A takes 1, B commits 2, a reader stores 2, A commits: A is lost for ever. If this ever passes, the race below proves nothing."""
    with psycopg.connect(_plain(database_url)) as a, psycopg.connect(_plain(database_url)) as b:
        b.execute("CREATE TABLE old_feed (seq bigserial PRIMARY KEY)")
        b.commit()
        a.execute("INSERT INTO old_feed DEFAULT VALUES")
        b.execute("INSERT INTO old_feed DEFAULT VALUES")
        b.commit()
        seen = [row[0] for row in b.execute("SELECT seq FROM old_feed").fetchall()]
        b.commit()
        a.commit()
        missed = b.execute("SELECT count(*) FROM old_feed WHERE seq > %s", [max(seen)]).fetchone()
        assert seen == [2]
        assert missed == (0,)


class Gate:
    """Holds a writer somewhere between its work and its commit, for a moment chosen by dice."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice

    def prepare(self, session: object, pending: Pending) -> None:
        if self.dice.random() < 0.5:
            threading.Event().wait(self.dice.random() * 0.002)

    def write(self, session: Session, pending: Pending, prepared: None, seq: int) -> int:
        if self.dice.random() < 0.5:
            session.connection().execute(
                sa.text("SELECT pg_sleep(:s)"), {"s": self.dice.random() * 0.002}, execution_options=FINISHER
            )
        return seq


def _in_thread(app: Flask, work: Callable[[], None], failures: list[BaseException]) -> threading.Thread:
    def run() -> None:
        with app.app_context():
            try:
                work()
            except BaseException as error:
                failures.append(error)
            finally:
                db.session.remove()

    return threading.Thread(target=run)


def test_t1_a_thousand_interleavings_lose_nothing(world: World, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    dice = random.Random(seed)
    monkeypatch.setattr(commit, "_participants", [*commit._participants, Gate(random.Random(seed + 1))])
    orders = [world.order(), world.order()]
    failures: list[BaseException] = []
    done = threading.Event()
    seen: list[int] = []
    start: list[int] = []

    def write(order: str, rounds: int) -> Callable[[], None]:
        actor = world.actor("asha")

        def work() -> None:
            for number in range(rounds):

                def remark(session: Session, text: str = str(number)) -> None:
                    commands.run("comment.add", Act(session, actor), new_id(), {"work_order_id": order, "text": text})

                commit.transact(remark)
                if dice.random() < 0.3:
                    threading.Event().wait(dice.random() * 0.001)

        return work

    def read() -> None:
        cookie = start[0]
        while True:
            was_done = done.is_set()
            rows = (
                db.session()
                .execute(sa.select(EventRow.seq).where(EventRow.seq > cookie).order_by(EventRow.seq))
                .scalars()
                .all()
            )
            db.session().rollback()
            seen.extend(rows)
            cookie = rows[-1] if rows else cookie
            if was_done:
                return

    start.append(db.session().execute(sa.select(Head.seq)).scalar_one())
    db.session().rollback()
    writers = [_in_thread(app, write(order, ROUNDS // 2), failures) for order in orders]
    reader = _in_thread(app, read, failures)
    for thread in (*writers, reader):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    stored = (
        db.session()
        .execute(sa.select(EventRow.seq).where(EventRow.seq > start[0]).order_by(EventRow.seq))
        .scalars()
        .all()
    )
    assert failures == []
    assert len(stored) == ROUNDS
    assert seen == list(stored)
