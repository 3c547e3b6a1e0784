"""Tokens of programs: made and shown once, listed without their secret, revoked. Only a person logged in may make one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from server.accounts import access
from server.accounts import operations as accounts
from server.accounts.models import ApiToken, User
from server.accounts.schemas import TokenIssue
from server.core import commit
from server.core.acts import Act
from server.core.canonical import dumps, wire_time
from server.core.db import db
from server.core.errors import Problem, declare
from server.permissions import policy

ROUTES = Blueprint("tokens", __name__, url_prefix="/api/v1/api-tokens", description="Tokens of programs")
MOST = 200
declare(
    "token_by_token",
    403,
    "never",
    en="A program's token cannot make another. Log in and make it there.",
    zh="不能用程序令牌再签发令牌，请登录后签发。",
)


class Token(Schema):
    """A token as it may be shown: never its secret."""

    id = fields.String(required=True)
    user_id = fields.String(required=True)
    user = fields.String(required=True)
    name = fields.String(required=True)
    grants = fields.List(fields.String(), required=True)
    created_at = fields.String(required=True)
    expires_at = fields.String(required=True, allow_none=True)
    revoked_at = fields.String(required=True, allow_none=True)


class NewToken(Token):
    """The answer to making one: `token` is shown this once."""

    token = fields.String(required=True)


class TokenPage(Schema):
    """Tokens, newest first."""

    items = fields.List(fields.Nested(Token), required=True)


def _row(token: ApiToken, user: str) -> dict[str, Any]:
    return {
        "id": token.id, "user_id": token.user_id, "user": user, "name": token.name, "grants": token.grants,
        "created_at": wire_time(token.created_at), "expires_at": wire_time(token.expires_at) if token.expires_at else None,
        "revoked_at": wire_time(token.revoked_at) if token.revoked_at else None,
    }  # fmt: skip


@ROUTES.route("", methods=["GET"])
@ROUTES.response(200, TokenPage)
def listed() -> Response:
    """One's own tokens; with the grant api_token.revoke everybody's."""
    actor = access.actor()
    query = sa.select(ApiToken, User.name).join(User, User.id == ApiToken.user_id)
    if not policy.has(actor, "api_token.revoke"):
        query = query.where(ApiToken.user_id == actor.id)
    found = db.session().execute(query.order_by(ApiToken.created_at.desc(), ApiToken.id).limit(MOST))
    return Response(dumps({"items": [_row(token, user) for token, user in found]}), content_type="application/json")


@ROUTES.route("", methods=["POST"])
@ROUTES.arguments(TokenIssue)
@ROUTES.response(201, NewToken)
def issue(data: dict[str, Any]) -> Response:
    """Make a token that acts for oneself within the grants named."""
    actor = access.actor()
    if request.headers.get("Authorization"):
        # a token that leaked must not be able to outlive its own end
        raise Problem("token_by_token")

    def work(session: Session) -> tuple[ApiToken, str]:
        return accounts.issue_token(Act(session, actor, origin="screen"), actor.id, data)

    made, token = commit.transact(work)
    return Response(dumps({**_row(made, actor.name), "token": token}), status=201, content_type="application/json")


@ROUTES.route("/<uuid:token_id>", methods=["DELETE"])
@ROUTES.response(204)
def revoke(token_id: Any) -> Response:
    """End a token at once: one's own, or anybody's with the grant."""
    actor = access.actor()

    def work(session: Session) -> None:
        accounts.revoke_token(Act(session, actor, origin="screen"), str(token_id), {})

    commit.transact(work)
    return Response(status=204)
