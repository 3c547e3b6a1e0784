"""Mounts the doors of sync and media and hands them actors, presence and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask, Response, request
from sqlalchemy.orm import Session

from media import http as media_http
from media import tables as media_tables
from media.errors import MediaError
from media.storage.local import LocalStorage
from server.accounts import access
from server.accounts import operations as accounts
from server.accounts.models import Device
from server.attachments import operations as attachments
from server.core import clock, commit, keys
from server.core.acts import Act
from server.core.canonical import sha256
from server.core.db import Base, UtcDateTime, db
from server.core.errors import Problem
from server.core.http import problem_response, settings
from server.permissions import policy
from server.wiring.sync_host import SyncHost
from server.work_orders.queries import lock_order, was_on_order
from sync import http as sync_http
from sync import intake
from sync.errors import ProtocolError
from sync.hub import Hub
from sync.registry import Caller
from sync.wire import moment

log = structlog.get_logger("doors")
BLOBS = media_tables.declare(Base.metadata, time=UtcDateTime())
HOST = SyncHost()


def install(app: Flask) -> None:
    """Routes under /sync/v1."""
    config = app.extensions["callout.settings"]
    hub = Hub(HOST, config.max_streams, _in_context(app))
    app.extensions["callout.hub"] = hub
    door = sync_http.Door(HOST, hub, _caller, _hello, _seen, open_intake)
    app.register_blueprint(sync_http.blueprint(door))
    storage = LocalStorage(config.data_dir / "blobs")
    app.extensions["callout.storage"] = storage
    media_door = media_http.Door(storage, lambda: access.actor().id, _is_owned, _completed)
    app.register_blueprint(media_http.blueprint(media_door))
    app.register_error_handler(ProtocolError, _from_library)
    app.register_error_handler(MediaError, _from_library)
    attachments.wire(_has_blob, _require_order)


def _from_library(error: ProtocolError | MediaError) -> Response:
    extra = getattr(error, "extra", {})
    return problem_response(Problem(error.code, extra=extra, headers=error.headers, **error.params))


def _in_context(app: Flask) -> Callable[[Callable[[], None]], None]:
    def run(work: Callable[[], None]) -> None:
        with app.app_context():
            work()

    return run


def _caller(device_id: str) -> Caller:
    """Who speaks. A device id that is registered must be his; hello registers a new one."""
    actor = access.actor()
    device_id = device_id or (actor.device_id or "")
    session = db.session()
    device = session.get(Device, device_id) if device_id else None
    is_foreign = device is not None and device.user_id != actor.id
    is_revoked = device is not None and device.revoked_at is not None
    session.rollback()
    if is_foreign:
        raise Problem("device_foreign")
    if is_revoked:
        raise Problem("device_revoked")
    return Caller(actor.id, device_id, actor.locale, actor)


def _hello(caller: Caller, data: dict[str, Any]) -> dict[str, Any]:
    unsynced = data.get("unsynced") if isinstance(data.get("unsynced"), dict) else {}
    facts = {
        "app_version": _text(data.get("app")), "outbox_head": _whole(data.get("outbox_head")),
        "pending_count": _whole((unsynced or {}).get("mutations")), "oldest_pending_at": moment((unsynced or {}).get("oldest_at")),
    }  # fmt: skip
    device = {
        "id": caller.device_id,
        "label": _text(data.get("label")),
        "platform": _text(data.get("platform")),
        "kind": "phone",
    }

    def register(session: Session) -> None:
        act = Act(session, caller.actor, origin="sync")
        accounts.register_device(act, caller.user_id, device)
        session.flush()
        accounts.note_presence(act, caller.device_id, facts)
        if token:
            accounts.bind_session(act, sha256(token), caller.device_id)

    token = request.cookies.get(access.cookie_name(), "")
    commit.transact(register)
    actor = caller.actor
    return {
        "user": {"id": actor.id, "name": actor.name, "locale": actor.locale},
        "intake_key": keys.public_intake_key(settings().data_dir),
    }


def _text(value: object) -> str:
    return value[:120].replace("\x00", "") if isinstance(value, str) else ""


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else 0


def _seen(caller: Caller, facts: dict[str, Any]) -> None:
    """A push registers its device too: a phone that was away may push before it says hello."""

    def note(session: Session) -> None:
        act = Act(session, caller.actor, origin="sync")
        accounts.register_device(act, caller.user_id, {"id": caller.device_id, "kind": "phone"})
        session.flush()
        accounts.note_presence(act, caller.device_id, {"outbox_head": facts["outbox_head"]})

    commit.transact(note)


def open_intake() -> None:
    """Open what has come in sealed; a failure leaves it stored for the worker to try again."""
    key = keys.intake_key(settings().data_dir)
    try:
        intake.open_stored(HOST, key, _owner)
    except Exception:
        log.exception("an intake could not be opened yet; it is stored")


def _owner(session: Session, device_id: str) -> str | None:
    device = session.get(Device, device_id)
    return device.user_id if device is not None else None


def _is_owned(owner: str, sha256: str) -> bool:
    session: Session = db.session()
    try:
        return _has_blob(session, sha256, owner)
    finally:
        session.rollback()


def _has_blob(session: Session, sha256: str, user_id: str) -> bool:
    table = BLOBS.blob_owner
    query = sa.select(table.c.sha256).where(table.c.sha256 == sha256, table.c.user_id == user_id)
    return session.execute(query).first() is not None


def _completed(owner: str, sha256: str, size: int) -> None:
    def keep(session: Session) -> None:
        known = session.execute(sa.select(BLOBS.blob.c.sha256).where(BLOBS.blob.c.sha256 == sha256)).first()
        if known is None:
            session.execute(sa.insert(BLOBS.blob).values(sha256=sha256, size=size, stored_at=clock.now()))
        if not _has_blob(session, sha256, owner):
            session.execute(sa.insert(BLOBS.blob_owner).values(sha256=sha256, user_id=owner))
        attachments.bytes_arrived(session, sha256, owner)

    commit.transact(keep)


def _require_order(act: Act, work_order_id: str) -> None:
    """Files are facts: who was ever sent on the order may still hand them in."""
    order = lock_order(act.session, work_order_id)
    if act.origin == "sync" and was_on_order(act.session, order.id, act.actor.id):
        return
    policy.require(act, "attachment.add", order)
