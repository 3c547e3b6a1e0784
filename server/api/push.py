"""Pushes to those who are logged in: the key to subscribe with, and the subscription of this browser."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, validate
from sqlalchemy.orm import Session

from server.accounts import access
from server.core import commit
from server.core.acts import Act
from server.core.canonical import dumps
from server.core.errors import Problem, declare
from server.core.http import settings
from server.notices import subscriptions, vapid
from server.notices.models import PushSubscription

ROUTES = Blueprint("push", __name__, url_prefix="/api/v1/push", description="Pushes to one's own devices")
POINT, SECRET = 65, 16
declare(
    "push_not_ready", 503, "later",
    en="This server has no key for pushes yet: its worker makes one when it starts. Try again in a minute.",
    zh="服务器还没有推送密钥，后台进程启动时会生成，请一分钟后再试。",
)  # fmt: skip


def _bytes(length: int) -> Any:
    def check(value: str) -> None:
        try:
            found = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
        except (ValueError, binascii.Error):
            found = b""
        if len(found) != length:
            raise ValidationError("This is no key of a push subscription.")

    return check


class Endpoint(Schema):
    """Which browser."""

    endpoint = fields.String(required=True, validate=validate.Length(min=10, max=1000))


class Subscription(Endpoint):
    """What PushManager.subscribe answered."""

    p256dh = fields.String(required=True, validate=[validate.Length(max=120), _bytes(POINT)])
    auth = fields.String(required=True, validate=[validate.Length(max=40), _bytes(SECRET)])


class Key(Schema):
    """The key of this server, as applicationServerKey wants it."""

    key = fields.String(required=True)


@ROUTES.route("", methods=["GET"])
@ROUTES.response(200, Key)
def key() -> Response:
    """The key to subscribe with."""
    access.actor()
    key = vapid.told()
    if key is None:
        raise Problem("push_not_ready", headers={"Retry-After": "60"})
    return Response(dumps({"key": key}), content_type="application/json")


@ROUTES.route("", methods=["POST"])
@ROUTES.arguments(Subscription)
@ROUTES.response(204)
def subscribe(body: dict[str, Any]) -> Response:
    """Be told on this device; the last to subscribe in a browser has it."""
    actor = access.actor()

    def work(session: Session) -> None:
        act = Act(session, actor)
        subscriptions.keep(act, settings(), body, user_id=actor.id, device_id=actor.device_id)

    commit.transact(work)
    return Response(status=204)


@ROUTES.route("", methods=["DELETE"])
@ROUTES.arguments(Endpoint)
@ROUTES.response(204)
def unsubscribe(body: dict[str, Any]) -> Response:
    """No longer on this device."""
    actor = access.actor()
    mine = PushSubscription.user_id == actor.id
    commit.transact(lambda session: subscriptions.end(session, body["endpoint"], mine))
    return Response(status=204)
