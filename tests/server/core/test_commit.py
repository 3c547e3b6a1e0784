"""The one write point: numbers in commit order, a chain that verifies, nothing forgotten, nothing after head."""

from __future__ import annotations

import threading
import time

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import exc
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from server.core import chain, clock, commit, journal
from server.core.acts import SYSTEM, Act
from server.core.commit import UnclaimedChangeError
from server.core.db import SqlAfterHead, db
from server.core.errors import Problem
from server.core.ids import new_id
from server.core.journal import Pending
from server.core.tables import EventRow, Head
from server.customers.events import CUSTOMER_EDITED
from server.customers.models import Customer, Site
from tests.kit import write
from tests.world import World


def test_a_write_is_an_event_with_its_changes(world: World) -> None:
    order = world.order(summary="Leaks")
    row = (
        db.session()
        .execute(sa.select(EventRow).where(EventRow.entity_id == order, EventRow.name == "work_order.created"))
        .scalar_one()
    )
    assert row.actor_id == world.users["asha"]
    assert '"summary":[null,"Leaks"]' in (row.payload or "")
    assert list(chain.faults(db.session())) == []


def test_a_change_without_an_event_stops_the_transaction(world: World) -> None:
    def silent(session: Session) -> None:
        session.get_one(Customer, world.customer).name = "Changed behind the journal's back"

    with pytest.raises(UnclaimedChangeError):
        commit.transact(silent)
    assert db.session().get_one(Customer, world.customer).name == "Northway"


def test_a_rolled_back_savepoint_takes_its_events_along(world: World) -> None:
    def work(session: Session) -> None:
        act = Act(session, SYSTEM)
        customer = session.get_one(Customer, world.customer)
        customer.rank = "VIP"
        journal.record(act, CUSTOMER_EDITED, customer)
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            customer.name = "Never"
            journal.record(act, CUSTOMER_EDITED, customer)
            raise ZeroDivisionError

    commit.transact(work)
    session: Session = db.session()
    events = (
        session.execute(
            sa.select(EventRow).where(EventRow.entity_id == world.customer, EventRow.name == "customer.edited")
        )
        .scalars()
        .all()
    )
    assert len(events) == 1
    assert session.get_one(Customer, world.customer).name == "Northway"


def test_a_savepoint_whose_flush_fails_takes_its_events_along(world: World) -> None:
    """Finding: a failing flush says so of another transaction than the savepoint; what it had collected stayed."""
    lost = new_id()

    def work(session: Session) -> None:
        act = Act(session, SYSTEM)
        customer = session.get_one(Customer, world.customer)
        customer.rank = "VIP"
        journal.record(act, CUSTOMER_EDITED, customer)
        with pytest.raises(exc.IntegrityError), session.begin_nested():
            customer.name = "Never"
            journal.record(act, CUSTOMER_EDITED, customer)
            session.add(Site(id=lost, customer_id=new_id(), name="x", address="x"))
            session.flush()
        pending = journal.pending(session)
        assert (len(pending.happenings), ("site", lost) in pending.touched, dict(pending.unclaimed)) == (1, False, {})

    commit.transact(work)
    session: Session = db.session()
    edited = sa.select(EventRow.payload).where(EventRow.name == "customer.edited")
    (payload,) = session.execute(edited).scalars()
    assert "VIP" in (payload or "") and "Never" not in (payload or "")
    assert session.get_one(Customer, world.customer).name == "Northway"
    assert list(chain.faults(session)) == []


class Meddler:
    """Runs a statement of its own while head is locked."""

    def prepare(self, session: Session, pending: Pending) -> None:
        return None

    def write(self, session: Session, pending: Pending, prepared: None, seq: int) -> int:
        session.connection().execute(sa.select(Customer.id))
        return seq


def test_no_sql_but_the_finishers_own_once_head_is_locked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit, "_participants", [*commit._participants, Meddler()])
    with pytest.raises(SqlAfterHead):
        world.order()
    monkeypatch.undo()
    world.order()


def test_the_event_names_its_fault_when_a_row_is_tampered_with(world: World) -> None:
    world.order()
    session: Session = db.session()
    seq = session.execute(sa.select(sa.func.max(EventRow.seq))).scalar_one()
    for column, value, fault in (
        ("payload", "{}", "payload"),
        ("actor_id", "dev", "columns"),
        ("hash", "0" * 64, "link"),
    ):
        session.execute(sa.update(EventRow).where(EventRow.seq == seq).values({column: value}))
        assert fault in {found["fault"] for found in chain.faults(session)}
        session.rollback()
    session.execute(sa.delete(EventRow).where(EventRow.seq == seq))
    assert {found["fault"] for found in chain.faults(session)} == {"head"}
    session.rollback()


def _last_event(name: str) -> EventRow:
    return db.session().execute(sa.select(EventRow).where(EventRow.name == name)).scalar_one()


@pytest.mark.parametrize("salt", ["kept", None])
def test_a_forged_payload_is_not_hidden_by_calling_it_erased(world: World, salt: str | None) -> None:
    """Finding: whatever was marked as erased was not looked at any more."""
    world.order()
    row = _last_event("work_order.created")
    forged = {"payload": '{"changes":{"summary":[null,"forged"]}}', "erased_at": clock.now()}
    forged |= {} if salt else {"salt": None}
    write(sa.update(EventRow).where(EventRow.seq == row.seq).values(**forged))
    assert [one["fault"] for one in chain.faults(db.session())] == ["payload"]


def test_no_byte_moves_from_the_salt_to_the_payload(world: World) -> None:
    """Finding: both were hashed without a border between them."""
    world.order()
    row = _last_event("work_order.created")
    assert row.salt and row.payload
    moved = {"salt": row.salt[:-1], "payload": row.salt[-1] + row.payload}
    write(sa.update(EventRow).where(EventRow.seq == row.seq).values(**moved))
    assert [one["fault"] for one in chain.faults(db.session())] == ["payload"]


def _append(app: Flask, world: World, target: str, failures: list[BaseException]) -> None:
    with app.app_context():
        try:
            for number in range(25):
                world.do("asha", "comment.add", {"work_order_id": target, "text": str(number)})
        except BaseException as error:
            failures.append(error)
        finally:
            db.session.remove()


def test_a_reader_who_has_seen_n_never_misses_anything_below(app: Flask, world: World) -> None:
    """I3: eight writers at once; a reader that follows the numbers sees every event exactly once, in order."""
    targets = [world.order() for _ in range(4)]
    failures: list[BaseException] = []
    threads = [threading.Thread(target=_append, args=(app, world, target, failures)) for target in targets * 2]
    session: Session = db.session()
    cookie = session.execute(sa.select(Head.seq)).scalar_one()
    seen: list[int] = []
    start = cookie
    session.rollback()
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        rows = (
            session.execute(sa.select(EventRow.seq).where(EventRow.seq > cookie).order_by(EventRow.seq)).scalars().all()
        )
        session.rollback()
        seen += rows
        cookie = rows[-1] if rows else cookie
        time.sleep(0.002)
    rows = session.execute(sa.select(EventRow.seq).where(EventRow.seq > cookie).order_by(EventRow.seq)).scalars().all()
    seen += rows
    stored = session.execute(sa.select(EventRow.seq).where(EventRow.seq > start).order_by(EventRow.seq)).scalars().all()
    assert not failures
    assert seen == list(stored)
    assert len(seen) == 200
    assert list(chain.faults(session)) == []


def test_a_key_that_stays_taken_after_lost_races_is_said_so(world: World) -> None:
    """Finding: from the third attempt on it was tried to the end and became an AssertionError."""
    faults: list[Exception] = [StaleDataError("lost"), StaleDataError("lost")]

    def work(_session: Session) -> None:
        if faults:
            raise faults.pop()
        raise exc.IntegrityError("INSERT", {}, Exception("UNIQUE constraint failed: x.id"))

    with pytest.raises(Problem) as caught:
        commit.transact(work)
    assert caught.value.code == "already_there"
