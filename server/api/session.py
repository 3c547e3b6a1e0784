"""Logging in and out, and who one is."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from server.accounts import access
from server.accounts.models import User
from server.accounts.queries import actor_of, session_by_token
from server.accounts.schemas import LoginIn
from server.core import commit
from server.core.acts import Actor
from server.core.canonical import dumps
from server.core.db import db
from server.core.limits import LIMITER
from server.notices import subscriptions
from server.notices.models import PushSubscription
from server.organisation.queries import the_organisation
from server.permissions import policy
from server.wiring.sync_host import channel_names

ROUTES = Blueprint("session", __name__, url_prefix="/api/v1/session", description="Who is logged in")


class Me(Schema):
    """The person logged in; `landing` is the screen he starts on."""

    user = fields.Dict(required=True)
    organisation = fields.Dict(required=True)
    landing = fields.String(required=True)
    grants = fields.List(fields.String(), required=True)
    channels = fields.List(fields.String(), required=True)


def describe(actor: Actor) -> dict[str, Any]:
    """What a screen needs to know of its person."""
    organisation = the_organisation(db.session())
    return {
        "user": {"id": actor.id, "name": actor.name, "locale": actor.locale, "zone": actor.zone},
        "organisation": {
            "name": organisation.name if organisation else "",
            "zone": organisation.zone if organisation else "UTC",
        },
        "channels": channel_names(actor),
        "landing": "/app/board" if policy.has(actor, "screen.board") else "/app/",
        "grants": sorted(actor.grants),
    }


def _json(data: Any, status: int = 200) -> Response:
    return Response(dumps(data), status=status, content_type="application/json")


@ROUTES.route("", methods=["POST"])
@ROUTES.arguments(LoginIn)
@ROUTES.response(200, Me)
@LIMITER.limit("30/minute")
def log_in(data: dict[str, Any]) -> Response:
    """Log in; answers with the session cookie."""
    user, token = access.log_in(data["login"], data["password"], data["device"])
    found = db.session().get_one(User, user.id)
    reply = _json(describe(actor_of(db.session(), found)))
    access.set_cookie(reply, token)
    return reply


@ROUTES.route("", methods=["GET"])
@ROUTES.response(200, Me)
def me() -> Response:
    """The person logged in."""
    return _json(describe(access.actor()))


def _forget_pushes(session: Session, token: str) -> None:
    """Whoever has logged out on a device is not called on it any more."""
    found = session_by_token(session, token)
    if found is not None and found[0].device_id is not None:
        login = found[0]
        mine = sa.and_(PushSubscription.user_id == login.user_id, PushSubscription.device_id == login.device_id)
        subscriptions.forget(session, mine)


@ROUTES.route("", methods=["DELETE"])
@ROUTES.response(204)
def log_out() -> Response:
    """End this login. Without one there is nothing to end."""
    token = request.cookies.get(access.cookie_name(), "")
    if token:
        commit.transact(lambda session: _forget_pushes(session, token))
        access.end_this_session(token)
    reply = Response(status=204)
    reply.delete_cookie(access.cookie_name(), secure=request.is_secure, httponly=True, samesite="Lax")
    return reply
