"""Reads of the dispatcher's timeline. Orders come as the cards that the live stream sends, so that a screen keeps them by itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, validates_schema

from server.api.answers import answer, permitted, shown, shown_cards
from server.core.db import db
from server.core.fields_in import moment
from server.engineers.models import Skill
from server.work_orders import board

ROUTES = Blueprint("board", __name__, url_prefix="/api/v1/board", description="The dispatcher's timeline")


class Span(Schema):
    """A span of at most five weeks."""

    from_at = moment(required=True)
    until_at = moment(required=True)

    @validates_schema
    def bounded(self, data: dict[str, Any], **_more: Any) -> None:
        """A board is a day or a week, not a year."""
        if not dt.timedelta() < data["until_at"] - data["from_at"] <= dt.timedelta(days=35):
            raise ValidationError({"until_at": ["The span is a day to five weeks long."]})


class People(Schema):
    """Who can be sent, with shifts, absences of the span and the age of the phone's data."""

    engineers = fields.List(fields.Dict(), required=True)


class Board(People):
    """With the cards of what touches the span or is to be planned, and the names they need."""

    orders = fields.List(fields.Dict(), required=True)
    skills = fields.List(fields.Dict(), required=True)
    teams = fields.List(fields.Dict(), required=True)


@ROUTES.route("", methods=["GET"])
@ROUTES.arguments(Span, location="query")
@ROUTES.response(200, Board)
def whole(query: dict[str, Any]) -> Response:
    """The timeline of a span: who works, who is away, which visits are planned or under way, what waits."""
    actor = permitted("engineer.read")
    session = db.session()
    span = (query["from_at"], query["until_at"])
    skills = session.execute(sa.select(Skill).where(Skill.deleted_at.is_(None)).order_by(Skill.id)).scalars()
    return answer({
        "engineers": board.engineers(session, actor, *span), "orders": shown_cards(session, actor, board.orders(session, actor, *span)),
        "skills": [shown(actor, one) for one in skills], "teams": board.teams(session, actor),
    })  # fmt: skip


@ROUTES.route("/engineers", methods=["GET"])
@ROUTES.arguments(Span, location="query")
@ROUTES.response(200, People)
def people(query: dict[str, Any]) -> Response:
    """The engineers alone: what no live stream tells, the age of their phones' data and who is away."""
    return answer(
        {"engineers": board.engineers(db.session(), permitted("engineer.read"), query["from_at"], query["until_at"])}
    )
