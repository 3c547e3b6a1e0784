"""What time it is. Every module asks here, so that a test can hold the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar


class Clock(Protocol):
    """Answers the present moment as an aware UTC time."""

    def now(self) -> dt.datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)


C = TypeVar("C", bound=Clock)


class HeldClock:
    """A clock that stands until it is moved: for tests and replays."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at

    def now(self) -> dt.datetime:
        return self.at

    def advance(self, **by: float) -> None:
        """Move forward by the keywords of timedelta."""
        self.at += dt.timedelta(**by)


_clock: Clock = SystemClock()


def now() -> dt.datetime:
    """The present moment, aware, in UTC."""
    return _clock.now()


@contextmanager
def held(clock: C) -> Iterator[C]:
    """Everything inside sees this clock."""
    global _clock  # noqa: PLW0603 - one clock per process is the point
    before, _clock = _clock, clock
    try:
        yield clock
    finally:
        _clock = before
