"""What a customer's link opens. GET changes nothing; wrong, expired and revoked links look alike."""

from __future__ import annotations

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from server.core.canonical import dumps
from server.core.db import db
from server.core.limits import LIMITER
from server.portal.queries import tracked

ROUTES = Blueprint("tracking", __name__, url_prefix="/api/v1/track", description="What the holder of a link sees")


class Tracked(Schema):
    """The order behind a link."""

    organisation = fields.Dict(required=True)
    locale = fields.String(required=True)
    number = fields.String(required=True)
    summary = fields.String(required=True)
    stage = fields.Dict(required=True)
    category = fields.String(required=True)
    reported_at = fields.AwareDateTime(required=True)
    asset = fields.Dict(required=True, allow_none=True)
    zone = fields.String(required=True)
    visit = fields.Dict(required=True, allow_none=True)


@ROUTES.route("/<string:token>", methods=["GET"])
@ROUTES.response(200, Tracked)
@LIMITER.limit("120/minute")
def track(token: str) -> Response:
    """Stage, window, engineer's first name, result."""
    reply = Response(dumps(tracked(db.session(), token[:200])), content_type="application/json")
    reply.headers["X-Robots-Tag"] = "noindex"
    return reply
