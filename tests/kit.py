"""Shorthand of many tests: a phone that has said hello, raw lines and bodies of the protocol, sealed envelopes, a second writer."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from sqlalchemy.orm import Session

from server import worker
from server.core import commit
from server.core.db import db
from server.core.ids import new_id
from server.wiring import parked
from sync.testing import FakeDevice
from tests.world import World

ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # two writers at once
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SENT_AT = "2026-03-02T08:00:00.000Z"
T = TypeVar("T")


def phone(world: World, login: str = "ben") -> FakeDevice:
    """A phone that has said hello and pulled."""
    device = FakeDevice(world.client(login))
    device.hello()
    device.pull()
    return device


def whole(model: type[T], record_id: str) -> T:
    """A record as it is stored now."""
    db.session().rollback()
    return db.session().get_one(model, record_id)


def read(query: sa.Select[Any]) -> list[Any]:
    """The first column of what is stored now."""
    db.session().rollback()
    return list(db.session().execute(query).scalars())


def write(statement: sa.Update | sa.Delete) -> None:
    """A statement behind the journal's back."""

    def work(session: Session) -> None:
        session.execute(statement)

    commit.transact(work)


def parked_for(world: World, login: str = "asha") -> list[dict[str, Any]]:
    """What someone sees parked."""
    db.session().rollback()
    return parked.listed(db.session(), world.actor(login), "en")


def decide(world: World, wish: str, code: str = "needs_fix", login: str = "asha") -> dict[str, Any]:
    """Retry or dismiss the one that is parked under this code; answers the reply."""
    (one,) = [one for one in parked_for(world) if one["code"] == code]
    reply = world.client(login).post(f"/api/v1/parked/{one['id']}/{wish}")
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.get_json()
    return found


def line(mid: int, name: str, entity: str, entity_id: str, args: dict[str, Any], **more: Any) -> bytes:
    """A mutation as bytes, whatever it holds."""
    data = {
        "mid": mid, "id": new_id(), "name": name, "entity": entity, "entity_id": entity_id, "base_version": None, "args": args,
        "clock": {"wall_at": SENT_AT, "tz": "Asia/Shanghai", "anchor": None}, **more,
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False).encode()


def body(lines: Sequence[bytes], first: int = 1) -> bytes:
    """A push body of these lines, numbered from `first`."""
    numbered = [[first + place, hashlib.sha256(one).hexdigest()] for place, one in enumerate(lines)]
    header = {"outbox_head": first + len(lines) - 1, "wall_at": SENT_AT, "lines": numbered}
    return b"\n".join([json.dumps(header).encode(), *lines])


def push_raw(device: FakeDevice, lines: Sequence[bytes]) -> list[dict[str, Any]]:
    """Push these lines as 1, 2, 3 …; answers the results."""
    reply = device.request("/sync/v1/push", body(lines))
    assert reply.status_code == 200, (reply.status_code, reply.data[:300])
    found: list[dict[str, Any]] = json.loads(reply.data)["results"]
    return found


def pages(
    device: FakeDevice, limit_bytes: int, cookies: dict[str, Any] | None = None
) -> Iterator[list[dict[str, Any]]]:
    """The rows of a first pull, or from these cookies on, page by page: what happens between two pages is the caller's."""
    cookies = cookies or {}
    more = True
    while more:
        reply = device.request("/sync/v1/pull", json.dumps({"cookies": cookies, "limit_bytes": limit_bytes}).encode())
        assert reply.status_code == 200, reply.data
        _header, *rows, trailer = [json.loads(one) for one in reply.data.splitlines()]
        cookies, more = trailer["cookies"], trailer["more"]
        yield rows


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


def _sealed(data_key: bytes, raw: bytes, bound_to: str) -> dict[str, str]:
    iv = os.urandom(12)
    sealed = AESGCM(data_key).encrypt(iv, raw, bound_to.encode())
    return {"alg": "A256GCM", "iv": base64.b64encode(iv).decode(), "bytes": base64.b64encode(sealed).decode()}


def envelope(
    device_id: str,
    key: dict[str, Any],
    rows: Sequence[tuple[int, bytes]],
    user: str | None = None,
    pieces: Sequence[tuple[str, str, bytes]] = (),
) -> tuple[dict[str, Any], str]:
    """A sealed outbox (PROTOCOL 8.2) and the hash of its wrapped key. Nothing proves whose it is: the key is in every hello."""
    data_key = os.urandom(32)
    public = rsa.RSAPublicNumbers(_number(key["jwk"]["e"]), _number(key["jwk"]["n"])).public_key()
    wrapped = public.encrypt(data_key, padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None))
    numbered = []
    for mid, raw in rows:
        sha = hashlib.sha256(raw).hexdigest()
        numbered.append({"mid": mid, "sha": sha, **_sealed(data_key, raw, f"{device_id}:{mid}:{sha}")})
    others = [
        {"kind": kind, "key": name, **_sealed(data_key, raw, f"{user}:{kind}:{name}")} for kind, name, raw in pieces
    ]
    told = {"device": device_id, "user": user, "key_id": key["id"], "wrapped_key": base64.b64encode(wrapped).decode()}
    return {**told, "rows": numbered, "others": others}, hashlib.sha256(wrapped).hexdigest()


def hand_in(world: World, sealed: dict[str, Any]) -> int:
    """A stranger posts an envelope; the status."""
    return world.app.test_client().post("/sync/v1/intake", data=json.dumps(sealed).encode()).status_code


class Meanwhile:
    """A second writer, in a thread and a session of its own. `error` is what it died of."""

    def __init__(self, app: Flask, work: Callable[[], object]) -> None:
        self.error: BaseException | None = None
        self._app, self._work = app, work
        self._thread = threading.Thread(target=self._run)
        self.has_begun = False

    def _run(self) -> None:
        with self._app.app_context():
            try:
                self._work()
            except BaseException as error:
                self.error = error
            finally:
                db.session.remove()

    def begin(self) -> None:
        """Run it until it has ended or waits for a lock that another transaction holds (PostgreSQL)."""
        self.has_begun = True
        self._thread.start()
        waiting = sa.text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        for _ in range(2000):
            with db.engine.connect() as connection:
                if not self._thread.is_alive() or connection.execute(waiting).scalar_one():
                    return
            time.sleep(0.005)
        raise AssertionError("the other writer neither ends nor waits")

    def is_over(self) -> bool:
        """Let it end."""
        self._thread.join(30)
        return self.has_begun and not self._thread.is_alive()


def at_once(app: Flask, works: Sequence[Callable[[], T]]) -> list[T]:
    """Run all in threads of their own that start together; what they answer, in no order."""
    gate = threading.Barrier(len(works))
    found: list[T] = []

    def run(work: Callable[[], T]) -> None:
        with app.app_context():
            try:
                gate.wait()
                found.append(work())
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(one,)) for one in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(works)
    return found


def upload(world: World, login: str, data: bytes) -> str:
    """Someone's phone sends a file whole; its hash."""
    sha = hashlib.sha256(data).hexdigest()
    headers = {"Upload-Offset": "0", "Upload-Complete": "?1", "Content-Type": "application/partial-upload"}
    reply = world.client(login).patch(f"/sync/v1/blob/{sha}", data=data, headers=headers)
    assert reply.status_code == 204, reply.text
    return sha


def attach(world: World, login: str, order: str, data: bytes, **args: Any) -> str:
    """A file of an order, its bytes sent first; answers the attachment's id. `work` has to look at it."""
    sha = upload(world, login, data)
    told = {
        "work_order_id": order, "parent_id": order, "sha256": sha, "mime": "image/jpeg", "size": len(data), **args,
    }  # fmt: skip
    return str(world.do(login, "attachment.add", told).id)


def work() -> None:
    """The worker does what is due: reactions, then files."""
    worker.tick()
    worker.inspect_files()
