"""The routes of the protocol on a Flask blueprint. Reads the request, calls the library, answers; the host raises problems."""

from __future__ import annotations

import gzip
import logging
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from sync import intake, pull, push, versions, wire
from sync.errors import ProtocolError
from sync.hub import Hub
from sync.registry import Caller, Channel, Host

log = logging.getLogger("sync.http")


@dataclass(frozen=True)
class Door:
    """What the host adds to the routes: who calls, what hello tells, how intake finds its key,
    whether a login may still watch a channel later on, and that a client has stored all up to its cookies."""

    host: Host
    hub: Hub
    caller: Callable[[str], Caller]
    hello: Callable[[Caller, dict[str, Any]], dict[str, Any]]
    seen: Callable[[Caller, dict[str, Any]], None]
    opened: Callable[[], None]
    watch: Callable[[Channel], Callable[[Session], bool]]
    pulled: Callable[[Caller, Mapping[str, pull.Cookie]], None]


def blueprint(door: Door) -> Blueprint:
    """All routes under /sync/v1 but the blobs, which are media's."""
    routes = Blueprint("sync", __name__, url_prefix="/sync/v1")
    routes.after_request(lambda reply: headers(door.host, reply))
    routes.post("/hello", endpoint="hello")(lambda: _hello(door))
    routes.post("/pull", endpoint="pull")(lambda: _pull(door))
    routes.post("/push", endpoint="push")(lambda: _push(door))
    routes.post("/intake", endpoint="intake")(lambda: _intake(door))
    routes.get("/events", endpoint="events")(lambda: _events(door))
    return routes


def headers(host: Host, reply: Response) -> Response:
    """2.2: on every reply under /sync/v1. A database that is down must not turn the reply about it into another."""
    reply.headers["Sync-Protocol-Range"] = versions.RANGE
    reply.headers["Sync-Server-At"] = wire.show(host.now())
    try:
        reply.headers["Sync-Server-Epoch"] = host.snapshot(host.epoch)
    except Exception:
        log.exception("the epoch could not be read")
    return reply


def _caller(door: Door) -> Caller:
    device_id = request.headers.get("Sync-Device", "")
    if not wire.is_id(device_id):
        raise ProtocolError("body_malformed")
    return door.caller(device_id)


def _same_epoch(door: Door, session: Session) -> None:
    known = request.headers.get("Sync-Server-Epoch")
    if known is not None and known != door.host.epoch(session):
        raise ProtocolError("epoch_changed")


def _object(body: bytes) -> dict[str, Any]:
    data = wire.parse(body)
    if not isinstance(data, dict):
        raise ProtocolError("body_malformed")
    return data


def _reply(data: Any, status: int = 200) -> Response:
    return Response(wire.dump(data), status=status, content_type="application/json")


def _hello(door: Door) -> Response:
    versions.require_supported(request.headers.get("Sync-Protocol"))
    caller = _caller(door)
    data = _object(request.get_data())
    if data.get("device") != caller.device_id:
        raise ProtocolError("body_malformed")
    own = door.hello(caller, data)

    def read(session: Session) -> dict[str, Any]:
        channels = door.host.channels(session, caller)
        return {
            "protocol": versions.NEWEST, "epoch": door.host.epoch(session), "server_at": wire.show(door.host.now()),
            "channels": [{"channel": one.name, "view": one.view, "grant_epoch": one.grant_epoch} for one in channels],
            "server_last_mid": push.last_mid(door.host, session, caller.device_id), "features": ["blob", "intake", "events"],
            "limits": {
                "push_mutations": wire.MOST_LINES, "push_bytes": wire.MOST_PUSH_BYTES, "pull_bytes": wire.PULL_BYTES,
                "blob_part_bytes": wire.BLOB_PART_BYTES,
            },
        }  # fmt: skip

    return _reply(door.host.snapshot(read) | own)


def _pull(door: Door) -> Response:
    versions.require_supported(request.headers.get("Sync-Protocol"))
    caller = _caller(door)
    data = _object(request.get_data())
    cookies = pull.read_cookies(data)
    limit = data.get("limit_bytes", wire.PULL_BYTES)
    if not isinstance(limit, int) or isinstance(limit, bool):
        raise ProtocolError("body_malformed")

    def read(session: Session) -> tuple[int, bytes | None]:
        _same_epoch(door, session)
        return pull.pull(door.host, session, caller, cookies, limit)

    at, body = door.host.snapshot(read)
    door.pulled(caller, cookies)
    if body is None:
        return Response(status=204, headers={"Sync-At": str(at)})
    return _compressed(body)


def _compressed(body: bytes) -> Response:
    headers = {"Vary": "Accept-Encoding", "Content-Type": "application/x-ndjson"}
    if len(body) > 1400 and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = gzip.compress(body, 4)
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers)


def _push(door: Door) -> Response:
    caller = _caller(door)
    body = request.get_data()
    if request.headers.get("Content-Encoding") == "gzip":
        body = _unzipped(body)
    sent = wire.read_push(body)
    door.host.snapshot(lambda session: _same_epoch(door, session))
    door.seen(caller, {"outbox_head": sent.outbox_head})
    return _reply(push.receive(door.host, caller, sent))


def _unzipped(body: bytes) -> bytes:
    """Never more than a body may hold, whatever the compressed bytes promise."""
    import io

    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            plain = file.read(wire.MOST_BODY + 1)
    except (OSError, EOFError, zlib.error):
        raise ProtocolError("body_malformed") from None
    if len(plain) > wire.MOST_BODY:
        raise ProtocolError("body_too_large")
    return plain


def _intake(door: Door) -> Response:
    intake_id, rows = intake.store(door.host, request.get_data())
    door.opened()
    return _reply({"intake_id": intake_id, "stored": rows}, 202)


def _events(door: Door) -> Response:
    caller = door.caller("")
    wanted = request.args.get("channel", "")

    def read(session: Session) -> tuple[int, list[Any]]:
        return door.host.head_seq(session), door.host.channels(session, caller)

    at, channels = door.host.snapshot(read)
    found = next((one for one in channels if one.name == wanted), None)
    if found is None:
        raise ProtocolError("not_found")
    stream = door.hub.open(found, at, door.watch(found))
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no", "Content-Type": "text/event-stream"}
    reply = Response(door.hub.listen(stream), headers=headers)
    # a client may be gone before the first byte: the generator's own clean-up would then never run
    reply.call_on_close(lambda: door.hub.close(stream))
    return reply
