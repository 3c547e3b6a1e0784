"""Views of a list that a person keeps by name, for himself or for everybody. One function per command; reads for the screens."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from server.accounts import events
from server.accounts.models import SavedView
from server.core import journal
from server.core.acts import Act, Actor
from server.core.errors import Problem, declare
from server.core.fields_in import text
from server.permissions import policy

PLACES = ("orders", "timeline")
MOST = 50
declare("saved_views_full", 409, "never",
        en="50 saved views are the most. Remove one that you no longer use.", zh="最多保存 50 个视图，请先删除不再使用的。")  # fmt: skip


class SavedViewSet(Schema):
    """A name and what it shows: the query of the address, as the screen writes it."""

    place = fields.String(required=True, validate=validate.OneOf(PLACES))
    name = text(60, 1, required=True)
    query = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 40)), values=fields.String(validate=validate.Length(max=200)),
        required=True, validate=validate.Length(max=20),
    )  # fmt: skip
    is_shared = fields.Boolean(load_default=False)


def set_view(act: Act, view_id: str, args: dict[str, Any]) -> SavedView:
    """Command saved_view.set: keep a view, or change one of one's own. For everybody it needs saved_view.share."""
    policy.require(act, "saved_view.set")
    found = act.session.get(SavedView, view_id, with_for_update=True, populate_existing=True)
    if args["is_shared"]:
        policy.require(act, "saved_view.share")
    if found is None:
        return _keep(act, view_id, args)
    _require_own(act, found)
    if found.deleted_at is not None:
        raise Problem("not_found")
    for name, value in args.items():
        setattr(found, name, value)
    journal.record(act, events.SAVED_VIEW_SET, found)
    return found


def _keep(act: Act, view_id: str, args: dict[str, Any]) -> SavedView:
    mine = sa.select(sa.func.count()).where(SavedView.owner_id == act.actor.id, SavedView.deleted_at.is_(None))
    if act.session.execute(mine).scalar_one() >= MOST:
        raise Problem("saved_views_full")
    made = SavedView(id=view_id, owner_id=act.actor.id, **args)
    act.session.add(made)
    journal.record(act, events.SAVED_VIEW_SET, made)
    return made


def remove_view(act: Act, view_id: str, _args: dict[str, Any]) -> SavedView:
    """Command saved_view.remove: one's own, or a shared one by whoever may share."""
    policy.require(act, "saved_view.set")
    found = act.session.get(SavedView, view_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise Problem("not_found")
    if found.deleted_at is not None:
        act.code = "already_done"
        return found
    _require_own(act, found)
    found.deleted_at = act.at
    journal.record(act, events.SAVED_VIEW_REMOVED, found)
    return found


def _require_own(act: Act, view: SavedView) -> None:
    """Somebody else's own view is not there for anybody; a shared one is there for all and changed by whoever may share."""
    if view.owner_id == act.actor.id:
        return
    if not view.is_shared or view.deleted_at is not None:
        raise Problem("not_found")
    policy.require(act, "saved_view.share")


def listed(session: Session, actor: Actor, place: str) -> list[dict[str, Any]]:
    """Shared ones first, then one's own, each by name."""
    query = (
        sa.select(SavedView)
        .where(SavedView.place == place, SavedView.deleted_at.is_(None),
               sa.or_(SavedView.is_shared, SavedView.owner_id == actor.id))
        .order_by(SavedView.is_shared.desc(), SavedView.name, SavedView.id)
    )  # fmt: skip
    return [
        {"id": one.id, "version": one.version, "name": one.name, "query": one.query, "is_shared": one.is_shared,
         "is_own": one.owner_id == actor.id}
        for one in session.execute(query).scalars()
    ]  # fmt: skip
