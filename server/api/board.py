"""Reads of the dispatcher's timeline. Orders come as the cards that the live stream sends, so that a screen keeps them by itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, validates_schema
from sqlalchemy.orm import Session

from server.accounts import presence
from server.api.answers import answer, permitted, shown, shown_cards
from server.core import commit
from server.core.db import db
from server.core.fields_in import an_id, moment
from server.core.tables import Head
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

    at = fields.Integer(required=True, metadata={"description": "the head of the feed: the answer is at least as new"})
    orders = fields.List(fields.Dict(), required=True)
    skills = fields.List(fields.Dict(), required=True)
    teams = fields.List(fields.Dict(), required=True)


@ROUTES.route("", methods=["GET"])
@ROUTES.arguments(Span, location="query")
@ROUTES.response(200, Board)
def whole(query: dict[str, Any]) -> Response:
    """The timeline of a span: who works, who is away, which visits are planned or under way, what waits."""
    actor = permitted("engineer.read")
    permitted("work_order.read")
    session = db.session()
    span = (query["from_at"], query["until_at"])
    at = session.execute(
        sa.select(Head.seq)
    ).scalar_one()  # first: what comes while this is read may be in it, never less
    skills = session.execute(sa.select(Skill).where(Skill.deleted_at.is_(None)).order_by(Skill.id)).scalars()
    return answer({
        "at": at, "engineers": board.engineers(session, actor, *span), "orders": shown_cards(session, actor, board.orders(session, actor, *span)),
        "skills": [shown(actor, one) for one in skills], "teams": board.teams(session, actor),
    })  # fmt: skip


class Presence(Schema):
    """A page of the desk: what is open on it, what is being carried."""

    page_id = an_id(required=True)
    opened_id = an_id(load_default=None, allow_none=True)
    carried_id = an_id(load_default=None, allow_none=True)
    is_leaving = fields.Boolean(load_default=False)


@ROUTES.route("/presence", methods=["POST"])
@ROUTES.arguments(Presence)
@ROUTES.response(204)
def here(body: dict[str, Any]) -> Response:
    """Somebody is at the desk. The live stream tells the others; nothing is kept."""
    user, page = permitted("screen.board").id, body["page_id"]

    def write(session: Session) -> None:
        if body["is_leaving"]:
            presence.leave(session, user, page)
        else:
            presence.say(session, user, page, body["opened_id"], body["carried_id"])

    commit.transact(write)
    return Response(status=204)


@ROUTES.route("/engineers", methods=["GET"])
@ROUTES.arguments(Span, location="query")
@ROUTES.response(200, People)
def people(query: dict[str, Any]) -> Response:
    """The engineers alone: what no live stream tells, the age of their phones' data and who is away."""
    return answer(
        {"engineers": board.engineers(db.session(), permitted("engineer.read"), query["from_at"], query["until_at"])}
    )
