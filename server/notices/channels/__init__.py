"""One small file per channel. A channel takes a message and answers Accepted, Retry or Refused; it never touches the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Message:
    """What a channel needs to know: `address` in the form of the channel, `key` for channels that can tell a repeat."""

    key: str
    address: str
    locale: str
    subject: str
    body: str


@dataclass(frozen=True)
class Accepted:
    """The provider has it under this id."""

    id: str


@dataclass(frozen=True)
class Retry:
    """Not now; again after so many seconds."""

    after: float
    reason: str


@dataclass(frozen=True)
class Refused:
    """Never: the code says why, for people who look at the outbox page."""

    code: str


class Channel(Protocol):
    """A way to reach someone."""

    def send(self, message: Message) -> Accepted | Retry | Refused: ...


CHANNELS: dict[str, Channel] = {}
