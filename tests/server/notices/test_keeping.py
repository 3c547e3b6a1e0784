"""Receipts that cannot be stored yet: each is answered in its own time, and nothing that goes wrong with one costs another."""

from __future__ import annotations

import queue
from collections.abc import Callable

import pytest

from server.notices.channels.sms import keeping
from server.notices.channels.sms.keeping import SYSTEM_ERROR, Keeper
from server.notices.channels.sms.receipts import Receipt

Told = queue.Queue[tuple[str, int]]


def receipt(name: str) -> Receipt:
    return Receipt(name, "delivered")


def answer(told: Told, name: str) -> Callable[[int], None]:
    return lambda status: told.put((name, status))


def test_those_behind_the_first_are_answered_though_nobody_tries_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding: patience was looked at only after an own attempt, and the pause between attempts grows for all of them."""
    monkeypatch.setattr(keeping, "PAUSE_SECONDS", 300.0)
    monkeypatch.setattr(keeping, "LONGEST_PAUSE", 300.0)
    told: Told = queue.Queue()

    def locked(_receipt: Receipt) -> None:
        raise OSError("database is locked")

    keeper = Keeper(locked, 0.2)
    names = ["m1", "m2", "m3"]
    for name in names:
        keeper.take(receipt(name), answer(told, name))
    assert [told.get(timeout=30) for _ in names] == [(name, SYSTEM_ERROR) for name in names]
    keeper.close()
    assert told.empty()


def test_an_answer_that_nobody_takes_ends_nothing() -> None:
    """Finding: whatever it raised ended the thread for good, and no receipt was stored any more."""
    told: Told = queue.Queue()

    def broken(_status: int) -> None:
        raise RuntimeError("the line is gone")

    keeper = Keeper(lambda _receipt: None, 30)
    keeper.take(receipt("m1"), broken)
    keeper.take(receipt("m2"), answer(told, "m2"))
    assert told.get(timeout=30) == ("m2", 0)
    keeper.close()
