"""One small file per channel. A channel takes a message and answers Accepted, Retry, Refused or Unknown; it never touches the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from flask import current_app


@dataclass(frozen=True)
class Message:
    """What a channel needs to know: `address` in the form of the channel, `key` for channels that can tell a repeat.

    `body` is the whole text, `short` what stands on a locked screen; `lasts_seconds`: after that it says nothing any more.
    """

    key: str
    address: str
    locale: str
    subject: str
    body: str
    short: str = ""
    link: str | None = None
    urgency: Literal["normal", "high"] = "normal"
    lasts_seconds: int = 86_400


@dataclass(frozen=True)
class Accepted:
    """The provider has it under this id; `parts` are the ids of its pieces, where receipts come for each."""

    id: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Retry:
    """Not now, and it surely has not left; again after so many seconds, None: the longer the oftener it failed."""

    after: float | None
    reason: str


@dataclass(frozen=True)
class Refused:
    """Never: the code says why, for people who look at the messages page."""

    code: str


@dataclass(frozen=True)
class Unknown:
    """It may have left: only a channel that bears a repeat is asked again."""

    code: str


Answer = Accepted | Retry | Refused | Unknown


class Channel(Protocol):
    """A way to reach someone."""

    def send(self, message: Message) -> Answer: ...


def present() -> dict[str, Channel]:
    """The channels of this server by their names: push, sms, email, outbox; only those that are set up."""
    found: dict[str, Channel] = current_app.extensions["callout.channels"]
    return found
