"""Who is at the desk: which order each has open and which one is in somebody's hand. Said by pages, forgotten by itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.accounts.models import DeskPresence, User
from server.core import clock

KEPT_SECONDS = 40  # a page says it every 15
MOST_PAGES = 20  # of one person


def say(session: Session, user_id: str, page_id: str, opened: str | None, carried: str | None) -> None:
    """A page of this person is open. A page id of somebody else changes nothing."""
    now = clock.now()
    session.execute(sa.delete(DeskPresence).where(DeskPresence.seen_at < now - dt.timedelta(seconds=KEPT_SECONDS)))
    found = session.get(DeskPresence, page_id)
    if found is None:
        mine = sa.select(sa.func.count()).where(DeskPresence.user_id == user_id)
        if session.execute(mine).scalar_one() >= MOST_PAGES:
            return
        found = DeskPresence(page_id=page_id, user_id=user_id, seen_at=now)
        session.add(found)
    if found.user_id == user_id:
        found.opened_id, found.carried_id, found.seen_at = opened, carried, now


def leave(session: Session, user_id: str, page_id: str) -> None:
    """A page was closed."""
    session.execute(sa.delete(DeskPresence).where(DeskPresence.page_id == page_id, DeskPresence.user_id == user_id))


def people(session: Session) -> list[dict[str, Any]]:
    """[{"id", "name", "opened": [...], "carried": [...]}] of everybody at the desk, each once, by name."""
    since = clock.now() - dt.timedelta(seconds=KEPT_SECONDS)
    rows = session.execute(
        sa.select(DeskPresence, User.name)
        .join(User, User.id == DeskPresence.user_id)
        .where(DeskPresence.seen_at >= since, User.is_active)
        .order_by(User.name, User.id, DeskPresence.page_id)
    )
    found: dict[str, dict[str, Any]] = {}
    for row, name in rows:
        one = found.setdefault(row.user_id, {"id": row.user_id, "name": name, "opened": [], "carried": []})
        for what, order in (("opened", row.opened_id), ("carried", row.carried_id)):
            if order and order not in one[what]:
                one[what].append(order)
    return list(found.values())
