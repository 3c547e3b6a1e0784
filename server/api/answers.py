"""What the reads share: who may ask, which record he may see and how much of it, cards in a given order, the answer as canonical JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask import Response
from sqlalchemy.orm import Session

from server.accounts import access
from server.core.acts import Actor
from server.core.canonical import dumps
from server.core.db import Record, db
from server.core.errors import Problem
from server.core.rows import row_of
from server.permissions import policy
from server.work_orders import cards


def answer(data: Any, status: int = 200) -> Response:
    """Canonical JSON."""
    return Response(dumps(data), status=status, content_type="application/json")


def permitted(permission: str) -> Actor:
    """Whoever asks, with this grant. Problem not_allowed."""
    actor = access.actor()
    if not policy.has(actor, permission):
        raise Problem("not_allowed", permission=permission)
    return actor


def seen(actor: Actor, model: type[Any], record_id: str) -> Any:
    """A record in the actor's scope. Problem not_found for everything else."""
    query = sa.select(model).where(model.id == record_id, model.deleted_at.is_(None), policy.visible(actor, model))
    found = db.session().execute(query).scalar_one_or_none()
    if found is None:
        raise Problem("not_found")
    return found


def shown(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """The fields of it that the actor may see."""
    return policy.shown(actor, record.entity, row_of(record)) if record is not None else None


def shown_cards(session: Session, actor: Actor, ids: Iterable[str]) -> list[dict[str, Any]]:
    """The cards of orders that the actor may see, in the order of `ids`."""
    wanted = list(ids)
    found = cards.load(session, wanted)
    fields = policy.readable(actor, cards.ENTITY, cards.FIELDS)  # once: a day of a large company has a thousand
    return [
        {"id": one, "version": version, **{name: value for name, value in card.items() if name in fields}}
        for one, (version, card) in ((one, found[one]) for one in wanted if one in found)
    ]
