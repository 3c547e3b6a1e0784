"""Who acts, from where and when: the two values that every operation is handed. Not: what he may do (permissions)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Literal

from sqlalchemy.orm import Session

from server.core import clock

ActorKind = Literal["user", "link", "system"]
Origin = Literal["screen", "sync", "api", "link", "worker", "cli"]


@dataclass(frozen=True)
class Actor:
    """Someone who acts, without any database object behind him.

    `grants` are function grants (command and permission names, `*` for all), `fields` maps entity -> field -> "read" or "write"
    ("*" as a field name is the rest). `scope` is one of own, team, region, all.
    """

    kind: ActorKind
    id: str
    name: str
    locale: str = "en"
    zone: str = "UTC"
    grants: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    fields: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    team_ids: frozenset[str] = frozenset()
    region_ids: frozenset[str] = frozenset()
    roles: tuple[str, ...] = ()
    device_id: str | None = None
    link_target: tuple[str, str] | None = None


SYSTEM = Actor(kind="system", id="system", name="Callout", grants=frozenset({"*"}), scopes=frozenset({"all"}))


@dataclass
class Act:
    """One act being carried out: `session` is inside the writing transaction, `acted_at` when it happened in the world.

    What a phone sent without a clock that can be trusted comes with the time of its receipt as `acted_at`. `clock_offset` is how far
    a clock that can be trusted ran ahead, for further times that it told.
    """

    session: Session
    actor: Actor
    origin: Origin = "screen"
    at: dt.datetime = field(default_factory=clock.now)
    acted_at: dt.datetime | None = None
    is_time_trusted: bool = True
    clock_offset: dt.timedelta = dt.timedelta()
    device_id: str | None = None
    mid: int | None = None
    base_version: int | None = None
    code: str = "applied"

    @property
    def happened_at(self) -> dt.datetime:
        """When it happened as far as we trust it; the time of receipt otherwise."""
        return self.acted_at or self.at

    def as_system(self) -> Act:
        """The same act carried on by Callout itself: reactions and statuses that follow from it."""
        return replace(self, actor=SYSTEM, base_version=None)
