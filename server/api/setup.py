"""The first page of an empty server: its company and first administrator. Closed for ever once there is one."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from server.accounts import access
from server.accounts import operations as accounts
from server.accounts.models import User
from server.accounts.queries import actor_of
from server.api.session import Me, describe
from server.core import commit
from server.core.acts import SYSTEM, Act
from server.core.canonical import dumps
from server.core.db import db
from server.core.errors import Problem, declare
from server.core.fields_in import text
from server.core.ids import new_id
from server.core.limits import LIMITER
from server.core.locales import LOCALES
from server.core.tables import Head
from server.organisation import operations as organisation
from server.organisation.queries import the_organisation
from server.seed import beginnings

ROUTES = Blueprint("setup", __name__, url_prefix="/api/v1/setup", description="The first start of an empty server")
declare(
    "setup_done",
    409,
    "never",
    en="This server has been set up already. Log in instead.",
    zh="本服务器已完成初始化，请直接登录。",
)
ADMINISTRATOR = {"en": "Administrator", "zh-CN": "管理员"}


class SetupState(Schema):
    """Whether the first page is to be shown."""

    is_needed = fields.Boolean(required=True)


class SetupIn(Schema):
    """Name, zone, language and the first administrator."""

    name = text(200, 1, required=True)
    zone = fields.String(required=True, validate=validate.OneOf(sorted(available_timezones())))
    locale = fields.String(required=True, validate=validate.OneOf(LOCALES))
    admin_name = text(120, 1, required=True)
    login = text(120, 1, required=True)
    password = fields.String(required=True, validate=validate.Length(min=1, max=1000))


@ROUTES.route("", methods=["GET"])
@ROUTES.response(200, SetupState)
def state() -> Response:
    """Whether this server still needs its company."""
    is_needed = the_organisation(db.session()) is None
    return Response(dumps({"is_needed": is_needed}), content_type="application/json")


@ROUTES.route("", methods=["POST"])
@ROUTES.arguments(SetupIn)
@ROUTES.response(200, Me)
@LIMITER.limit("20/minute")
def set_up(data: dict[str, Any]) -> Response:
    """Found the company, add its administrator, log him in."""

    def work(session: Session) -> None:
        session.execute(sa.select(Head).where(Head.id == 1).with_for_update())
        if the_organisation(session) is not None:
            raise Problem("setup_done")
        act = Act(session, SYSTEM)
        organisation.found(act, new_id(), {name: data[name] for name in ("name", "zone", "locale")})
        role = accounts.add_role(
            act, new_id(), {"name": ADMINISTRATOR, "grants": ["*"], "scope": "all", "field_grants": {}}
        )
        beginnings.put_in(act)
        accounts.add_user(act, new_id(), {
            "login": data["login"], "password_hash": hashed["password_hash"], "name": data["admin_name"], "locale": data["locale"],
            "role_ids": [role.id], "region_ids": [],
        })  # fmt: skip

    hashed = accounts.hash_new(SYSTEM, "", {name: data[name] for name in ("login", "password")})
    commit.transact(work)
    user, token = access.log_in(data["login"], data["password"], None)
    reply = Response(
        dumps(describe(actor_of(db.session(), db.session().get_one(User, user.id)))), content_type="application/json"
    )
    access.set_cookie(reply, token)
    return reply
