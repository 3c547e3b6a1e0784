"""Cora's telephone gets three SMS an hour: however its number is written, however many workers send, whoever it is that makes us send."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

import pytest
import sqlalchemy as sa

from server import worker
from server.core import clock, commit
from server.core.clock import HeldClock
from server.core.db import db
from server.core.tables import DueWork
from server.notices import hourly, sending
from server.notices.channels import Accepted, Answer, Message, Refused, Retry, Unknown
from server.notices.models import SmsNumber
from tests.journeys.test_customers_told import NOON, done, pass_by, told
from tests.kit import at_once, read
from tests.peers.setting import Remembering, put
from tests.world import World


@pytest.fixture
def time() -> Iterator[HeldClock]:
    with clock.held(HeldClock(NOON)) as held:
        yield held


def test_a_number_gets_three_an_hour_and_none_is_lost(world: World, time: HeldClock) -> None:
    sms = Remembering()
    put(world, sms=sms)
    for _ in range(5):
        done(world)
    pass_by(time, minutes=6)
    assert len(sms.given) == 1, "several at once must not slip through together"
    for _ in range(20):
        pass_by(time, minutes=1)
    assert len(sms.given) == 3
    for _ in range(6):
        pass_by(time, minutes=31)
    assert len(sms.given) == 5
    assert {one.state for one in told()} == {"sent"}


def test_one_telephone_is_one_however_it_is_written(world: World, time: HeldClock) -> None:
    """Finding: with the country's code, with 00 before it and without either they were three numbers."""
    sms = Remembering()
    put(world, sms=sms)
    for phone in ("+8613900000001", "0086 139 0000 0001", "139 0000 0001", "+86 (0)139-0000-0001", "8613900000001"):
        world.do("asha", "contact.edit", {"set": {"phone": phone}}, world.contact, base_version=99)
        done(world)
        pass_by(time, minutes=6)
        pass_by(time, minutes=1)
    assert len(sms.given) == 3


def test_several_workers_count_together(world: World, time: HeldClock) -> None:
    """Finding: each worker took turns of its own, so that several at once sent more than three."""
    given: list[str] = []
    gate = threading.Barrier(6)

    class Slow:
        def send(self, message: Message) -> Answer:
            given.append(message.key)
            return Accepted(message.key)

    put(world, sms=Slow())
    for _ in range(6):
        done(world)
    time.advance(minutes=6)
    worker.fire()
    due = read(sa.select(DueWork).where(DueWork.kind == "notice.send_once"))
    for one in due:
        db.session().expunge(one)
    db.session().rollback()
    assert len(due) == 6

    def carry(work: DueWork) -> object:
        gate.wait()
        world.app.extensions.pop("callout.sms_turns", None)  # a process of its own remembers nothing of the others
        return sending.send(work)

    for _ in range(3):
        at_once(world.app, [partial(carry, one) for one in due])
        time.advance(seconds=11)
    assert len(given) == 3


def test_what_the_carrier_surely_has_not_got_does_not_count(world: World, time: HeldClock) -> None:
    sms = Remembering(*[Retry(1, "queue full")] * 4, Refused("smsc_000b"))
    put(world, sms=sms)
    for _ in range(4):
        done(world)
    for _ in range(30):
        pass_by(time, seconds=20)
    assert sorted(one.channel for one in told() if one.state == "sent") == ["outbox", "sms", "sms", "sms"]
    assert len(sms.given) == 4 + 1 + 3


@pytest.mark.parametrize("is_unclear", [False, True])
def test_the_same_number_written_otherwise_and_what_may_have_left_count(
    world: World, time: HeldClock, is_unclear: bool
) -> None:
    sms = Remembering(*[Unknown("no_answer")] * 9) if is_unclear else Remembering()
    put(world, sms=sms)
    for phone in ("+86 133", "+86-133", "(+86) 133", "+86133"):
        world.do("asha", "contact.edit", {"set": {"phone": phone}}, world.contact, base_version=99)
        done(world)
        pass_by(time, minutes=6)
        pass_by(time, minutes=1)
    assert len(sms.given) == 3
    pass_by(time, minutes=60)
    pass_by(time, minutes=1)
    assert len(sms.given) == 4


def test_no_number_stands_in_the_count_and_it_is_gone_when_its_hour_is_over(world: World, time: HeldClock) -> None:
    put(world, sms=Remembering())
    done(world)
    pass_by(time, minutes=6)
    (row,) = read(sa.select(SmsNumber))
    assert (len(row.number_sha), len(row.sent_at)) == (64, 1), "a hash, not a number"
    time.advance(minutes=59)
    commit.transact(hourly.sweep)
    assert len(read(sa.select(SmsNumber))) == 1
    time.advance(minutes=2)
    commit.transact(hourly.sweep)
    assert read(sa.select(SmsNumber)) == []
