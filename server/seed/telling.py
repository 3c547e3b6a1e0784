"""Tells stories of the demo by the ordinary commands, each as whoever did it, when the server heard of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.accounts.models import User
from server.accounts.queries import actor_of
from server.core import clock, commands
from server.core.acts import SYSTEM, Act, Actor, Origin
from server.core.clock import HeldClock
from server.seed import staff
from server.seed.directory import Directory
from server.seed.stories import CALLOUT, Step, Story


@dataclass(frozen=True)
class Cast:
    """Everybody as the policy sees him, and the phones of engineers by login."""

    actors: Mapping[str, Actor]
    phones: Mapping[str, str]

    def act(self, session: Session, step: Step) -> Act:
        """The act that a step was."""
        origin: Origin = "screen"
        if step.by == CALLOUT:
            origin = "api" if step.name == "work_order.create" else "worker"
        elif step.by in staff.ENGINEERS:
            origin = "sync"
        return Act(
            session, self.actors[step.by], origin=origin, at=step.recorded_at, acted_at=step.acted_at,
            device_id=self.phones.get(step.by),
        )  # fmt: skip


def cast_of(session: Session, who: Directory) -> Cast:
    """The people of the company, who must be in it by now."""
    session.flush()
    users = {user.login: user for user in session.execute(sa.select(User)).scalars()}
    actors = {login: actor_of(session, user) for login, user in users.items()}
    return Cast({**actors, CALLOUT: SYSTEM}, {login: who.id("device", login) for login in staff.PHONES})


def tell(session: Session, cast: Cast, story: Story) -> None:
    """Every step of a story."""
    for step in story.steps:
        with clock.held(HeldClock(step.recorded_at)):
            commands.run(step.name, cast.act(session, step), step.entity_id, step.args)
