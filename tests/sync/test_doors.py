"""The doors of sync: who may come in, what they answer when the database is away, and that the protocol's table names it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.orm import Session

from server.accounts import access
from server.accounts import operations as accounts
from server.accounts.models import Device
from server.core import commit
from server.core.acts import SYSTEM, Act
from server.core.errors import CATALOGUE, Problem
from server.core.ids import new_id
from server.wiring.sync_host import TABLES, SyncHost
from server.work_orders.models import Visit
from sync.errors import FAULTS
from sync.testing import FakeDevice
from tests.kit import body, line, phone, read, whole
from tests.world import World

EMPTY = b'{"cookies":{}}'
PROTOCOL = Path(__file__).parents[2] / "sync" / "PROTOCOL.md"


@pytest.mark.parametrize("version", ["²", "1.0", "9" * 5000, ""], ids=ascii)
def test_a_protocol_that_is_no_number_is_not_supported(world: World, version: str) -> None:
    reply = phone(world).request("/sync/v1/pull", EMPTY, **{"Sync-Protocol": version})
    assert (reply.status_code, reply.get_json()["code"]) == (426, "protocol_unsupported")


def test_a_label_with_half_a_character(world: World) -> None:
    device = FakeDevice(world.client("ben"))
    told = b'{"device":"%s","label":"\\ud800","platform":"\\u0000"}' % device.id.encode()
    assert device.request("/sync/v1/hello", told).status_code in (200, 400)


def test_the_first_hello_names_the_device(world: World) -> None:
    """The office tells phones apart by what they say of themselves; registering at the door must not swallow it."""
    device = FakeDevice(world.client("ben"))
    device.hello(label="Ben's Pixel", platform="Android 16")
    found = whole(Device, device.id)
    assert (found.label, found.platform, found.user_id) == ("Ben's Pixel", "Android 16", world.users["ben"])


class Program:
    """A client that shows a bearer token and no cookie."""

    def __init__(self, world: World, login: str, grants: list[str]) -> None:
        owner = world.actor(login).id
        wish = {"name": "t", "grants": grants, "days": 1}
        self._client = world.app.test_client()
        self._token = commit.transact(lambda session: accounts.issue_token(Act(session, SYSTEM), owner, wish))[1]

    def post(self, path: str, *, data: bytes, headers: Mapping[str, str]) -> Any:
        return self._client.post(path, data=data, headers={**headers, "Authorization": f"Bearer {self._token}"})


@pytest.mark.parametrize("path", ["hello", "pull", "push"])
def test_a_programs_token_does_not_sync(world: World, path: str) -> None:
    """Finding: a token narrowed to reading pushed with all grants of its user and pulled every channel."""
    visit = world.visit()
    device = FakeDevice(Program(world, "ben", ["work_order.read"]))
    sent = body([line(1, "visit.accept@1", "visit", visit, {})]) if path == "push" else EMPTY
    reply = device.request(f"/sync/v1/{path}", sent)
    assert (reply.status_code, reply.get_json()["code"]) == (403, "token_not_for_sync")
    assert whole(Visit, visit).status == "dispatched"


def test_what_pulls_without_a_hello_is_registered_and_can_be_revoked(world: World) -> None:
    """Finding: a login that never said hello read everything under any id, and there was nothing to revoke."""
    world.visit()
    device = FakeDevice(world.client("ben"))
    assert device.request("/sync/v1/pull", EMPTY).status_code == 200
    assert whole(Device, device.id).user_id == world.users["ben"]
    world.do("mei", "device.revoke", {}, device.id)
    reply = device.request("/sync/v1/pull", EMPTY)
    assert (reply.status_code, reply.get_json()["code"]) == (403, "device_revoked")
    assert FakeDevice(world.client("lina"), device.id).request("/sync/v1/pull", EMPTY).status_code == 403


def test_revoking_a_phone_shuts_out_the_id_it_fled_to(world: World) -> None:
    """The thief says hello under a new id before the office revokes the old one."""
    world.visit()
    stolen = phone(world)
    fled = FakeDevice(stolen.client)
    fled.hello()
    world.do("mei", "device.revoke", {}, stolen.id)
    assert fled.request("/sync/v1/pull", EMPTY).status_code == 403
    devices = sa.select(Device.id).where(Device.user_id == world.users["ben"])
    assert set(read(devices)) == {stolen.id, fled.id}


def test_a_phone_shut_out_between_cookie_and_door_reads_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mei revokes it just after its cookie was found good: the door looks at the device itself."""
    ben = phone(world)
    entered = access.actor

    def entered_in_time() -> Any:
        found = entered()
        world.do("mei", "device.revoke", {}, ben.id)
        return found

    monkeypatch.setattr(access, "actor", entered_in_time)
    reply = ben.request("/sync/v1/pull", EMPTY)
    assert (reply.status_code, reply.get_json()["code"]) == (403, "device_revoked")


def test_a_phone_shut_out_behind_the_door_stores_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mei revokes it while its push is read: storing locks the device and looks once more."""
    visit = world.visit()
    ben = phone(world)
    transact = SyncHost.transact

    def late(self: SyncHost, work: Callable[[Session], Any]) -> Any:
        world.do("mei", "device.revoke", {}, ben.id)
        return transact(self, work)

    monkeypatch.setattr(SyncHost, "transact", late)
    reply = ben.request("/sync/v1/push", body([line(1, "visit.accept@1", "visit", visit, {})]))
    assert (reply.status_code, reply.get_json()["code"]) == (403, "device_revoked")
    assert read(sa.select(TABLES.command_log.c.id)) == []


def test_a_database_that_is_down_is_busy_with_all_headers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding: the reply about it was destroyed by reading the epoch for its header."""
    ben = phone(world)

    def down(_self: SyncHost, _work: Callable[[Session], Any]) -> Any:
        raise exc.OperationalError("x", {}, Exception("server closed the connection"))

    monkeypatch.setattr(SyncHost, "snapshot", down)
    reply = ben.request("/sync/v1/pull", EMPTY)
    assert (reply.status_code, reply.get_json()["code"]) == (503, "database_busy")
    assert reply.headers["Content-Security-Policy"]
    assert reply.headers["Retry-After"]


def test_a_pool_without_a_free_connection_is_busy(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ben = phone(world)

    def none_free(_self: SyncHost, _work: Callable[[Session], Any]) -> Any:
        raise exc.TimeoutError("QueuePool limit")

    monkeypatch.setattr(SyncHost, "snapshot", none_free)
    reply = ben.request("/sync/v1/pull", EMPTY)
    assert (reply.status_code, reply.get_json()["code"]) == (503, "database_busy")


def test_a_busy_database_keeps_its_name_on_push(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ben = phone(world)

    def busy(_self: SyncHost, _work: Callable[[Session], Any]) -> Any:
        raise Problem("database_busy")

    monkeypatch.setattr(SyncHost, "transact", busy)
    reply = ben.request("/sync/v1/push", body([b"{}"]))
    assert (reply.status_code, reply.get_json()["code"]) == (503, "database_busy")


def test_every_code_that_sync_answers_is_in_the_protocols_table() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+)", PROTOCOL.read_text("utf-8"), re.MULTILINE)
    table = {code: int(status) for code, status in rows}
    ours = {fault.code for fault in FAULTS} | {
        "database_busy", "storage_full", "internal", "unsupported_media_type", "origin_refused", "too_many_requests",
    }  # fmt: skip
    assert ours <= set(table)
    assert {code: CATALOGUE[code].status for code in ours} == {code: table[code] for code in ours}


def test_blob_replies_carry_the_headers_of_the_protocol(world: World) -> None:
    reply = world.client("ben").head(f"/sync/v1/blob/{'a' * 64}")
    assert reply.headers["Sync-Server-Epoch"]
    assert reply.headers["Sync-Protocol-Range"]


def test_an_unknown_device_of_a_stranger_is_not_registered(world: World) -> None:
    device = FakeDevice(world.app.test_client(), new_id())
    assert device.request("/sync/v1/pull", EMPTY).status_code == 401
    assert read(sa.select(Device.id).where(Device.id == device.id)) == []


WRONG: tuple[Any, ...] = (
    None,
    True,
    -1,
    2**70,
    1.5,
    "",
    "\ud800",
    "\x00",
    "x" * 5000,
    [],
    [[]],
    {},
    {"": None},
    {"office": {"seq": []}},
)
NAMES = {
    "hello": ("device", "app", "schema", "outbox_head", "unsynced", "label", "platform", "intake", "locale"),
    "pull": ("cookies", "limit_bytes"),
    "push": ("outbox_head", "wall_at", "lines", "tz"),
    "intake": ("device", "user", "key_id", "wrapped_key", "rows", "others"),
}


@pytest.mark.parametrize("door", NAMES)
def test_bodies_of_wrong_shapes_with_a_login(world: World, door: str) -> None:
    """Never a fault of the server, whatever stands where; and the device goes on afterwards."""
    device = phone(world)
    shapes: dict[str, dict[str, Any]] = {
        "hello": {"device": device.id, "outbox_head": 0}, "pull": {"cookies": {}}, "push": {"outbox_head": 0, "lines": []},
        "intake": {"device": device.id, "key_id": "", "wrapped_key": "", "rows": []},
    }  # fmt: skip
    right = shapes[door]
    bodies: list[Any] = [*WRONG, *({**right, name: wrong} for name in NAMES[door] for wrong in WRONG)]
    for wrong in bodies:
        reply = device.request(f"/sync/v1/{door}", json.dumps(wrong).encode())
        assert reply.status_code < 500, f"{door} {json.dumps(wrong)[:200]}: {reply.data[:300]!r}"
    assert device.request("/sync/v1/pull", EMPTY).status_code == 200
