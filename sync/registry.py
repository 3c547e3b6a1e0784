"""What the host supplies: its commands, rows, channels and transactions. sync calls these and knows nothing behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session

from sync.clock import Stamp
from sync.tables import Tables
from sync.versions import Upcaster
from sync.wire import Mutation

T = TypeVar("T")


@dataclass(frozen=True)
class Caller:
    """Who speaks: the user, his device and the host's own actor value, which sync only hands on."""

    user_id: str
    device_id: str
    locale: str
    actor: Any


@dataclass(frozen=True)
class Channel:
    """A channel as one caller sees it: `fields` maps entity -> the fields of its view."""

    name: str
    view: str
    fields: Mapping[str, frozenset[str]]
    grant_epoch: int = 1


@dataclass(frozen=True)
class CommandSpec:
    """A command phones may queue: its newest version and how older args are brought to it."""

    entity: str
    version: int = 1
    upcasters: Mapping[int, Upcaster] = field(default_factory=dict)


AggregateOf = Callable[[Mutation], str | None]


class Host(Protocol):
    """The host's side. All methods that take a session run inside the transaction that sync opened through `transact` or `snapshot`."""

    tables: Tables

    @property
    def commands(self) -> Mapping[str, CommandSpec]:
        """What phones may queue, by name."""

    def now(self) -> dt.datetime: ...
    def epoch(self, session: Session) -> str: ...
    def head_seq(self, session: Session) -> int: ...
    def transact(self, work: Callable[[Session], T]) -> T:
        """A writing transaction, finished by the host; may run `work` more than once."""

    def snapshot(self, work: Callable[[Session], T]) -> T:
        """A reading transaction that sees one state of the database."""

    def lock_device(self, session: Session, caller: Caller) -> None:
        """Serialise the pushes of one device; ProtocolError for a foreign or revoked one."""

    def aggregates(self, session: Session, user_id: str | None, device_id: str) -> AggregateOf:
        """Finds the work order a mutation is about; None for one that its author has no part in."""

    def place_of_draft(self, session: Session, key: str) -> tuple[str | None, str | None, str | None]:
        """(entity, id, work order) that a draft is about, by its key (8.2); None for what is not known."""

    def actor_for(self, session: Session, user_id: str, device_id: str | None) -> Any:
        """The actor a logged mutation runs as, as of now; None when he may do nothing any more."""

    def run(
        self, session: Session, actor: Any, mutation: Mutation, args: dict[str, Any], stamp: Stamp, device_id: str
    ) -> str:
        """Apply inside a savepoint; the code of PROTOCOL 5.6, or Park."""

    def settle(self, session: Session, log_id: str, state: str, code: str, detail: Mapping[str, Any]) -> None:
        """Have the finisher write the outcome with its number; parked rows also reach the feed."""

    def is_transient(self, error: Exception) -> bool:
        """A database failure that `transact` will retry as a whole."""

    def are_rights_changed(self, session: Session, since: int) -> bool:
        """Whether anything about who may read what has happened after this number."""

    def channels(self, session: Session, caller: Caller) -> list[Channel]: ...

    def presence(self, session: Session) -> str:
        """Who is at the screens of the office just now, as JSON text (PROTOCOL 10.3). Equal text: nothing has changed."""
        ...

    def load(self, session: Session, entity: str, ids: Iterable[str]) -> dict[str, tuple[int, dict[str, Any]]]:
        """id -> (version, all fields); deleted rows are left out."""

    def sentence(self, locale: str, state: str, code: str | None, detail: Mapping[str, Any]) -> str | None: ...
