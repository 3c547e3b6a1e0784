"""Parked mutations as people meet them: listed with a sentence, tried again, closed, exported."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.accounts.models import User
from server.core import commit
from server.core.acts import Act, Actor
from server.core.canonical import wire_time
from server.core.db import db
from server.core.errors import CATALOGUE, Problem, declare, sentence
from server.permissions import policy
from server.wiring import dismissing
from server.wiring.sync_host import TABLES, SyncHost, settled_sentence
from server.wiring.words import OFFICE
from server.work_orders.models import WorkOrder
from sync import push
from sync.intake import DRAFT

MOST = 200
declare(
    "not_applicable",
    409,
    "never",
    en="This cannot be applied as it is. Enter what counts, then close it.",
    zh="这条内容无法直接生效。请补录需要的内容，再关闭。",
)


def _mine_or_offices(actor: Actor) -> sa.ColumnElement[bool]:
    """One's own; with the grant also those of orders in one's scope, and with scope all those of no order."""
    table = TABLES.command_log
    parts: list[sa.ColumnElement[bool]] = [table.c.user_id == actor.id]
    if policy.has(actor, "parked.read"):
        parts.append(table.c.aggregate_id.in_(sa.select(WorkOrder.id).where(policy.visible(actor, WorkOrder))))
        if "all" in actor.scopes or "*" in actor.grants:
            parts.append(table.c.aggregate_id.is_(None))
    return sa.or_(*parts)


def _rows(session: Session, actor: Actor, *where: Any, is_for_update: bool = False) -> list[Any]:
    table = TABLES.command_log
    query = sa.select(table).where(table.c.state == "parked", _mine_or_offices(actor), *where)
    query = query.order_by(table.c.received_at.desc()).limit(MOST)
    return list(session.execute(query.with_for_update() if is_for_update else query))


def _shown(session: Session, actor: Actor, rows: list[Any], locale: str) -> list[dict[str, Any]]:
    ids = {row.user_id for row in rows if row.user_id}
    names = {row.id: row.name for row in session.execute(sa.select(User.id, User.name).where(User.id.in_(ids)))}
    return [
        {
            "id": row.id, "name": row.name.partition("@")[0], "code": row.code, "user": names.get(row.user_id or ""),
            "user_id": row.user_id, "work_order_id": row.aggregate_id, "entity": row.entity, "entity_id": row.entity_id,
            "received_at": wire_time(row.received_at), "args": _args(row.name, row.raw),
            "sentence": _sentence(actor, row, locale),
        }
        for row in rows
    ]  # fmt: skip


def _sentence(actor: Actor, row: Any, locale: str) -> str | None:
    """Its author is told what became of it; whoever decides about what is parked is told what to do."""
    if row.user_id == actor.id or row.state != "parked":
        return settled_sentence(locale, row.state, row.code, row.detail or {})
    detail = row.detail or {}
    problem = CATALOGUE.get(detail.get("problem") or "")
    why = sentence(problem, locale, detail.get("params", {})) if problem else ""
    words = OFFICE.get(detail.get("suggestion") or "") or OFFICE.get(row.code or "", OFFICE["failed"])
    return words[locale].format(why=f"{why} " if why and locale == "en" else why)


def _args(name: str, raw: bytes | None) -> dict[str, Any]:
    """What was entered, as far as it can be read."""
    try:
        entered = json.loads(raw or b"")
        args = entered if name == DRAFT else entered["args"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return args if isinstance(args, dict) else {}


def listed(session: Session, actor: Actor, locale: str) -> list[dict[str, Any]]:
    """Everything parked that the actor may see, newest first."""
    return _shown(session, actor, _rows(session, actor), locale)


def of_order(session: Session, actor: Actor, order_id: str, locale: str) -> list[dict[str, Any]]:
    """What is parked about one order."""
    return _shown(session, actor, _rows(session, actor, TABLES.command_log.c.aggregate_id == order_id), locale)


def _one(session: Session, actor: Actor, log_id: str, *, is_for_update: bool = False) -> Any:
    rows = _rows(session, actor, TABLES.command_log.c.id == log_id, is_for_update=is_for_update)
    if not rows:
        raise Problem("not_found")
    return rows[0]


def raw(session: Session, actor: Actor, log_id: str) -> bytes:
    """The stored bytes."""
    return bytes(_one(session, actor, log_id).raw or b"")


def retry(actor: Actor, log_id: str, locale: str) -> dict[str, Any]:
    """Apply again with today's permissions of its author; what waited for it follows."""
    host = SyncHost()

    def reopen(session: Session) -> Any:
        row = _one(session, actor, log_id, is_for_update=True)
        if row.user_id != actor.id and not policy.has(actor, "parked.retry"):
            raise Problem("not_allowed", permission="parked.retry")
        if row.name == DRAFT or row.device_id is None:
            raise Problem("not_applicable")
        push.reopen(host, session, log_id)
        return row

    row = commit.transact(reopen)
    push.apply_pending(host, row.device_id)
    table = TABLES.command_log
    after = db.session().execute(sa.select(table).where(table.c.id == log_id)).one()
    return {
        "id": log_id,
        "state": after.state,
        "code": after.code,
        "sentence": _sentence(actor, after, locale),
    }


def dismiss(actor: Actor, log_id: str, reason: str | None = None) -> dict[str, Any]:
    """The office or the author decides that it shall not apply; the bytes stay until their retention rule."""
    said = (reason or "").strip() or None

    def close(session: Session) -> dict[str, Any]:
        row = _one(session, actor, log_id, is_for_update=True)
        if row.user_id != actor.id and not policy.has(actor, "parked.dismiss"):
            raise Problem("not_allowed", permission="parked.dismiss")
        dismissing.close(Act(session, actor, origin="screen"), row, said)
        return {"id": log_id, "state": "dismissed", "device_id": row.device_id}

    closed = commit.transact(close)
    device_id = closed.pop("device_id")
    if device_id is not None:
        push.apply_pending(SyncHost(), device_id)  # what waited for it waits no longer
    return closed
