"""`POST /api/v1/do/<command>`: one address per command of the catalogue, all of one shape, documented from its schema."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from server.accounts import access
from server.core import clock, commands, commit, journal
from server.core.acts import Act, Actor
from server.core.canonical import dumps, sha256
from server.core.commands import Command
from server.core.db import Record, record_classes
from server.core.errors import Problem
from server.core.fields_in import an_id
from server.core.ids import new_id
from server.core.rows import row_of, schema_of
from server.permissions import policy
from server.wiring import catalogue
from server.wiring.sync_host import TABLES
from sync.push import STATE_OF

HIDDEN = frozenset({"work_order.set_status"})
SECRET_ARGS = frozenset({"password", "present", "wanted"})
FRESH = frozenset({"add", "create", "plan", "assign"})


class Done(Schema):
    """What became of the command: its code (PROTOCOL 5.6) and the record as its caller may see it."""

    code = fields.String(required=True)
    entity = fields.String(required=True)
    record = fields.Dict(required=True)


def routes() -> Any:
    """A blueprint with one route per command."""
    catalogue.fill()
    return _routes(tuple(sorted(set(commands.CATALOGUE) - HIDDEN)))


@lru_cache(maxsize=2)
def _routes(names: tuple[str, ...]) -> Any:
    blueprint = Blueprint("commands", __name__, url_prefix="/api/v1/do", description="Everything that can be done")
    for name in names:
        _add(blueprint, commands.CATALOGUE[name])
    return blueprint


def _add(blueprint: Any, command: Command) -> None:
    words = command.name.replace(".", "_")
    shape = type(f"{words}_request", (Schema,), {
        "entity_id": an_id(load_default=None, allow_none=True, metadata={"description": "the record; made here when left out of a new one"}),
        "base_version": fields.Integer(load_default=None, allow_none=True, metadata={"description": "the version an edit started from"}),
        "args": fields.Nested(command.schema, load_default=dict),
    })  # fmt: skip

    def view(data: dict[str, Any]) -> Response:
        return _answer(command, data)

    view.__name__ = words
    view.__doc__ = (command.operation.__doc__ or command.name).strip()
    entity_shape = schema_of(record_classes()[command.entity])
    done = type(f"{words}_done", (Done,), {"record": fields.Nested(entity_shape(partial=True), required=True)})
    decorated = blueprint.arguments(shape)(blueprint.response(200, done)(view))
    blueprint.route(f"/{command.name}", methods=["POST"])(decorated)


def _answer(command: Command, data: dict[str, Any]) -> Response:
    raw = request.get_json(silent=True) or {}
    args = raw.get("args") or {}
    code, record = execute(
        access.actor(), command, data["entity_id"], args, data["base_version"], request.headers.get("Idempotency-Key")
    )
    row = policy.shown(access.actor(), command.entity, row_of(record))
    return Response(dumps({"code": code, "entity": command.entity, "record": row}), content_type="application/json")


def execute(
    actor: Actor,
    command: Command,
    entity_id: str | None,
    args: dict[str, Any],
    base_version: int | None,
    key: str | None,
) -> tuple[str, Record]:
    """Run a command for a screen or a program. With a key a second identical call answers what the first did."""
    if entity_id is None and command.name.split(".")[1] not in FRESH:
        raise Problem("input_invalid", fields={"entity_id": ["missing"]})
    chosen = entity_id or new_id()
    told = {name: value for name, value in args.items() if name not in SECRET_ARGS}
    body_hash = sha256(dumps([command.name, entity_id, told, base_version]))

    loaded = commands.load(command, args)
    if command.prepare is not None:
        loaded = command.prepare(actor, chosen, loaded)

    def work(session: Session) -> tuple[str, Record]:
        act = Act(session, actor, origin="api" if actor.device_id is None else "screen", base_version=base_version)
        known = _known(session, actor, key, body_hash) if key else None
        if known is not None:
            record = session.get_one(record_classes()[known.entity], known.entity_id)
            if not policy.sees(session, actor, record):
                raise Problem("not_found")
            return known.code, record
        log_id = _log(session, actor, command, chosen, key, body_hash) if key else None
        record = command.operation(act, chosen, dict(loaded))
        if log_id is not None:
            journal.result(session, log_id=log_id, state=STATE_OF[act.code], code=act.code)
        return act.code, record

    return commit.transact(work)


def _known(session: Session, actor: Actor, key: str, body_hash: str) -> Any:
    table = TABLES.command_log
    row = session.execute(sa.select(table).where(table.c.idempotency_key == f"{actor.id}:{key[:80]}")).first()
    if row is not None and row.sha != body_hash:
        raise Problem("idempotency_reuse")
    return row


def _log(session: Session, actor: Actor, command: Command, entity_id: str, key: str, body_hash: str) -> str:
    log_id = new_id()
    session.execute(
        sa.insert(TABLES.command_log).values(
            id=log_id, idempotency_key=f"{actor.id}:{key[:80]}", user_id=actor.id, name=f"{command.name}@{command.version}",
            entity=command.entity, entity_id=entity_id, sha=body_hash, received_at=clock.now(), state="received",
        )
    )  # fmt: skip
    return log_id
