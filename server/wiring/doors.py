"""Mounts the doors of sync and media and hands them actors, presence and keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask, Response, request
from sqlalchemy.orm import Session

from media import http as media_http
from media import tables as media_tables
from media.errors import MediaError
from media.receive import is_sha
from media.signing import Signer
from media.storage.base import Storage
from media.storage.local import LocalStorage
from server.accounts import access, queries
from server.accounts import operations as accounts
from server.accounts.models import Device, DevicePresence
from server.attachments import operations as attachments
from server.core import clock, commit, keys
from server.core.acts import Act, Actor
from server.core.canonical import sha256, wire_time
from server.core.config import Settings
from server.core.db import Base, UtcDateTime, db, record_classes
from server.core.errors import Problem, declare
from server.core.http import locale, problem_response, settings
from server.core.limits import LIMITER
from server.forms import operations as forms
from server.notices.models import Notice
from server.permissions import policy
from server.reactions import engineers
from server.wiring.sync_host import SyncHost
from server.work_orders.queries import lock_order, lock_visit, was_assigned, was_on_order
from server.work_orders.reach import DISPATCHED, OPEN
from sync import http as sync_http
from sync import intake
from sync.errors import ProtocolError
from sync.hub import Hub
from sync.pull import Cookie
from sync.registry import Caller, Channel
from sync.wire import moment

log = structlog.get_logger("doors")
BLOBS = media_tables.declare(Base.metadata, time=UtcDateTime())
HOST = SyncHost()
declare(
    "token_not_for_sync",
    403,
    "never",
    en="A program's token cannot be used here. Use the addresses under /api/v1.",
    zh="程序令牌不能用于此地址，请使用 /api/v1 下的接口。",
)


def install(app: Flask) -> None:
    """Routes under /sync/v1."""
    config = app.extensions["callout.settings"]
    hub = Hub(HOST, config.max_streams, _in_context(app))
    app.extensions["callout.hub"] = hub
    door = sync_http.Door(HOST, hub, _caller, _hello, _seen, open_intake, _watch, _pulled)
    app.register_blueprint(sync_http.blueprint(door))
    storage = _storage(config)
    app.extensions["callout.storage"] = storage
    app.extensions["callout.signer"] = Signer(keys.link_secret(config.data_dir))
    media_door = media_http.Door(storage, _uploader, _is_owned, _completed)
    blobs = media_http.blueprint(media_door)
    blobs.after_request(lambda reply: sync_http.headers(HOST, reply))
    app.register_blueprint(blobs)
    # the one door of sync that asks nobody who he is
    limited: Any = LIMITER.limit("60/minute")(app.view_functions["sync.intake"])
    app.view_functions["sync.intake"] = limited
    app.register_error_handler(ProtocolError, _from_library)
    app.register_error_handler(MediaError, _from_library)
    attachments.wire(_has_blob, _require_order)
    forms.wire(_find_visit, _refers)


def _storage(config: Settings) -> Storage:
    """Where blobs lie; what is on the way is always in the data folder."""
    if config.storage == "local":
        return LocalStorage(config.data_dir / "blobs")
    from media.storage.s3 import Place, S3Storage

    place = Place(config.s3_bucket, config.s3_endpoint, config.s3_region, config.s3_access_key, config.s3_secret_key)
    return S3Storage(config.data_dir / "blobs" / "parts", place)


def _from_library(error: ProtocolError | MediaError) -> Response:
    extra = getattr(error, "extra", {})
    return problem_response(Problem(error.code, extra=extra, headers=error.headers, **error.params))


def _in_context(app: Flask) -> Callable[[Callable[[], None]], None]:
    def run(work: Callable[[], None]) -> None:
        with app.app_context():
            work()

    return run


def _someone() -> Actor:
    """Who speaks: a person with a session. A program's token is for the REST addresses and what it was narrowed to."""
    if request.headers.get("Authorization"):
        raise Problem("token_not_for_sync")
    return access.actor()


def _uploader() -> str:
    return _someone().id


def _caller(device_id: str) -> Caller:
    """Who speaks, with which device. What speaks for the first time is registered: nobody reads as a device that cannot be revoked."""
    actor = _someone()
    device_id = device_id or (actor.device_id or "")
    if not device_id:
        return Caller(actor.id, "", locale(), actor)
    session = db.session()
    device = session.get(Device, device_id)
    is_foreign = device is not None and device.user_id != actor.id
    is_revoked = device is not None and device.revoked_at is not None
    session.rollback()
    if is_foreign:
        raise Problem("device_foreign")
    if is_revoked:
        raise Problem("device_revoked")
    is_new = device is None or actor.device_id != device_id
    if is_new and request.endpoint != "sync.hello":  # hello enters it itself, by its name
        _enter(actor, {"id": device_id, "kind": "phone"})
    return Caller(actor.id, device_id, locale(), replace(actor, device_id=device_id))


def _enter(actor: Actor, told: dict[str, Any], facts: dict[str, Any] | None = None) -> None:
    token = request.cookies.get(access.cookie_name(), "")

    def enter(session: Session) -> None:
        act = Act(session, actor, origin="sync")
        device = accounts.register_device(act, actor.id, told)
        session.flush()
        if facts is not None:
            accounts.note_presence(act, device.id, facts)
        accounts.bind_session(act, sha256(token), device)

    commit.transact(enter)


def _is_still(session: Session, token: str, channel: Channel) -> bool:
    """Whether this login may still read that channel in that view."""
    found = queries.session_by_token(session, token)
    if found is None:
        return False
    _login, user, device = found
    if not user.is_active or user.deleted_at is not None or (device is not None and device.revoked_at is not None):
        return False
    actor = queries.actor_of(session, user)
    channels = HOST.channels(session, Caller(user.id, "", user.locale, actor))
    return any((one.name, one.view) == (channel.name, channel.view) for one in channels)


def _watch(channel: Channel) -> Callable[[Session], bool]:
    token = request.cookies.get(access.cookie_name(), "")
    return lambda session: _is_still(session, token, channel)


def _hello(caller: Caller, data: dict[str, Any]) -> dict[str, Any]:
    unsynced = data.get("unsynced") if isinstance(data.get("unsynced"), dict) else {}
    facts = {
        "app_version": _text(data.get("app")), "outbox_head": _whole(data.get("outbox_head")),
        "pending_count": _whole((unsynced or {}).get("mutations")), "oldest_pending_at": moment((unsynced or {}).get("oldest_at")),
    }  # fmt: skip
    if isinstance(data.get("intake"), str) and is_sha(data["intake"]):
        facts["intake_sha"] = data["intake"]
    label, platform = _text(data.get("label")), _text(data.get("platform"))
    _enter(caller.actor, {"id": caller.device_id, "label": label, "platform": platform, "kind": "phone"}, facts)
    actor = caller.actor
    return {
        "user": {"id": actor.id, "name": actor.name, "locale": actor.locale},
        "intake_key": keys.announced(settings().data_dir),
        **_before(caller.device_id),
    }


def _before(device_id: str) -> dict[str, Any]:
    """What a client that finds its store new cannot know any more (PROTOCOL 3.5)."""
    found = HOST.snapshot(
        lambda session: (
            (one.last_seen_at, one.pending_count) if (one := queries.presence_before(session, device_id)) else None
        )
    )
    return {"before": {"seen_at": wire_time(found[0]), "unsent": found[1]}} if found else {}


def _text(value: object) -> str:
    """What a client says of itself, as a database can hold it: no NUL, no half characters."""
    return value[:120].replace("\x00", "").encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else 0


def _seen(caller: Caller, facts: dict[str, Any]) -> None:
    def note(session: Session) -> None:
        act = Act(session, caller.actor, origin="sync")
        accounts.note_presence(act, caller.device_id, {"outbox_head": facts["outbox_head"]})

    commit.transact(note)


def _pulled(caller: Caller, cookies: Mapping[str, Cookie]) -> None:
    """A cookie says what the client has stored: jobs that he was called about have reached him. A read first: most pulls say nothing new."""
    channel = f"user:{caller.user_id}"
    cookie = cookies.get(channel)
    if cookie is None or cookie.snap:
        return
    feed = HOST.tables.feed
    # from the few messages to their rows of the feed: a join went through the whole channel at each pull
    is_fetched = sa.exists().where(
        feed.c.channel == channel, feed.c.entity == "visit", feed.c.entity_id == Notice.visit_id,
        feed.c.op == "upsert", feed.c.seq <= cookie.seq,
    )  # fmt: skip
    query = sa.select(Notice.id).where(
        Notice.recipient_id == caller.user_id, Notice.template == DISPATCHED, Notice.state.in_(OPEN), is_fetched
    )
    try:
        found = list(HOST.snapshot(lambda session: session.execute(query).scalars().all()))
        if found:
            commit.transact(lambda session: engineers.fetched(Act(session, caller.actor, origin="sync"), found))
    except Problem as problem:  # the next pull says it again
        log.warning("a fetched job could not be noted now", reason=problem.code)


def open_intake() -> None:
    """Open what has come in sealed; a failure leaves it stored for the worker to try again."""
    try:
        intake.open_stored(HOST, keys.held(settings().data_dir), _owner)
    except Exception:
        log.exception("an intake could not be opened yet; it is stored")


def _owner(session: Session, device_id: str, wrapped_sha: str) -> str | None:
    """Whose device it is, if it named this very key in a hello of its own."""
    # a phone that was just renumbered may be shut out before it says hello again: the key is still the one it named before
    query = sa.select(Device.user_id).join(DevicePresence, DevicePresence.device_id == Device.id)
    users = set(session.execute(query.where(DevicePresence.intake_sha == wrapped_sha)).scalars())
    known = session.get(Device, device_id)
    if len(users) != 1 or (known is not None and known.user_id not in users):
        return None
    return users.pop()


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


def _find_visit(act: Act, visit_id: str) -> forms.VisitFound:
    """Answers are facts too: who was ever sent on the visit may still hand them in, marked late."""
    order, visit = lock_visit(act.session, visit_id)
    is_his = visit.engineer_id == act.actor.id
    if not is_his and not (act.origin == "sync" and was_assigned(act.session, visit_id, act.actor.id)):
        policy.require(act, "submission.save", visit)
    return forms.VisitFound(order.id, is_late=not is_his and act.origin == "sync")


def _refers(act: Act, entity: str, record_id: str) -> bool:
    return policy.find(act, record_classes()[entity], record_id) is not None
