"""Bad input on the wire: each gets a clear answer with a stable code, and nothing that was stored is lost."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
import sqlalchemy as sa

from server.core.db import db
from server.core.ids import new_id
from server.wiring.sync_host import TABLES
from sync.testing import FakeDevice
from tests.world import World


def phone(world: World, login: str = "ben") -> FakeDevice:
    device = FakeDevice(world.client(login))
    device.hello()
    return device


def code(reply: Any, status: int) -> str:
    assert reply.status_code == status, reply.data
    assert reply.headers["Content-Type"] == "application/problem+json"
    found = json.loads(reply.data)
    assert found["title"] and found["retry"] in ("now", "later", "reauth", "upgrade", "never")
    return str(found["code"])


def body(lines: list[bytes], head: int = 1, announced: Any = None) -> bytes:
    shas = [[number + 1, hashlib.sha256(one).hexdigest()] for number, one in enumerate(lines)]
    header = {
        "outbox_head": head,
        "wall_at": "2026-03-02T08:00:00.000Z",
        "lines": shas if announced is None else announced,
    }
    return b"\n".join([json.dumps(header).encode(), *lines])


MALFORMED_PUSHES = [
    b"", b"{", b"[]", b"null", b'{"outbox_head":1}', b'{"outbox_head":"1","lines":[]}', b'{"outbox_head":-1,"lines":[]}',
    b'{"outbox_head":1,"lines":{}}', b'{"outbox_head":1,"lines":[[1,2]]}\n{}', b'{"outbox_head":1,"lines":[["1","x"]]}\n{}',
    b'{"outbox_head":1,"lines":[[1,"ab"],[2,"cd"]]}\n{}', b'{"outbox_head":1,"lines":[]}\n{}', b'{"outbox_head":NaN,"lines":[]}', b"\xff\xfe",
]  # fmt: skip


@pytest.mark.parametrize("raw", MALFORMED_PUSHES)
def test_a_push_that_is_none(world: World, raw: bytes) -> None:
    assert code(phone(world).request("/sync/v1/push", raw), 400) == "body_malformed"


MALFORMED_LINES = [
    b"{", b"[]", b"null", b'"text"', b"{}", b'{"mid":2}', b'{"mid":1,"id":"x"}', b'\x00\xff', b"[" * 5000 + b"]" * 5000,
    b'{"mid":1,"id":"01a203b1-88c9-78db-b7e3-d89ff1ef90a7","name":"visit.accept","entity":"visit","entity_id":"01a203b1-88c9-78db-b7e3-d89ff1ef90a7","args":{},"clock":{}}',
    b'{"mid":1,"id":"01a203b1-88c9-78db-b7e3-d89ff1ef90a7","name":"visit.accept@1","entity":"visit","entity_id":"UPPER","args":{},"clock":{}}',
    b'{"mid":1,"id":"01a203b1-88c9-78db-b7e3-d89ff1ef90a7","name":"visit.accept@1","entity":"visit","entity_id":"01a203b1-88c9-78db-b7e3-d89ff1ef90a7","args":[],"clock":{}}',
    b'{"mid":1,"id":"01a203b1-88c9-78db-b7e3-d89ff1ef90a7","name":"visit.edit@1","entity":"visit","entity_id":"01a203b1-88c9-78db-b7e3-d89ff1ef90a7","args":{"set":{"findings":"\\ud800"}},"clock":{}}',
    b'{"mid":1,"id":"01a203b1-88c9-78db-b7e3-d89ff1ef90a7","name":"visit.edit@1","entity":"visit","entity_id":"01a203b1-88c9-78db-b7e3-d89ff1ef90a7","args":{"set":{"findings":"\\u0000"}},"clock":{}}',
    b'{"mid":1,"id":"01a203b1-88c9-78db-b7e3-d89ff1ef90a7","name":"visit.edit@1","entity":"visit","entity_id":"01a203b1-88c9-78db-b7e3-d89ff1ef90a7","base_version":1e400,"args":{},"clock":{}}',
]  # fmt: skip


@pytest.mark.parametrize("raw", MALFORMED_LINES)
def test_a_line_that_cannot_be_read_is_stored_and_parked(world: World, raw: bytes) -> None:
    ben = phone(world)
    reply = ben.request("/sync/v1/push", body([raw]))
    assert reply.status_code == 200, reply.data
    (result,) = json.loads(reply.data)["results"]
    assert (result["state"], result["code"]) == ("parked", "malformed")
    assert result["sentence"]
    stored = (
        db.session()
        .execute(sa.select(TABLES.command_log.c.raw).where(TABLES.command_log.c.device_id == ben.id))
        .scalar_one()
    )
    assert bytes(stored) == raw


def line(mid: int, name: str, entity: str, entity_id: str, args: Any) -> bytes:
    clock = {"wall_at": "2026-03-02T08:00:00.000Z", "tz": "Asia/Shanghai", "anchor": None}
    return json.dumps({
        "mid": mid, "id": new_id(), "name": name, "entity": entity, "entity_id": entity_id, "base_version": None, "args": args, "clock": clock,
    }).encode()  # fmt: skip


@pytest.mark.parametrize(
    ("name", "entity", "args", "expected"),
    [
        ("visit.fly@1", "visit", {}, "needs_newer_server"),
        ("visit.accept@7", "visit", {}, "needs_newer_server"),
        ("visit.assign@1", "visit", {}, "needs_newer_server"),
        ("user.add@1", "user", {}, "needs_newer_server"),
        ("work_order.set_status@1", "work_order", {"category": "done"}, "needs_newer_server"),
        ("visit.accept@1", "site", {}, "malformed"),
        ("visit.complete@1", "visit", {"outcome": 7}, "needs_fix"),
        ("visit.edit@1", "visit", {"set": {"findings": 5}}, "needs_fix"),
        ("visit.edit@1", "visit", {"set": {"findings": "x" * 60_000}}, "needs_fix"),
        ("visit.edit@1", "visit", {"set": "no"}, "needs_fix"),
        ("comment.add@1", "comment", {"text": "no order"}, "needs_fix"),
    ],
)
def test_wrong_names_types_and_sizes_are_parked_with_a_sentence(
    world: World, name: str, entity: str, args: Any, expected: str
) -> None:
    visit = world.visit()
    ben = phone(world)
    reply = ben.request(
        "/sync/v1/push", body([line(1, name, entity, visit if entity != "comment" else new_id(), args)])
    )
    (result,) = json.loads(reply.data)["results"]
    assert (result["state"], result["code"]) == ("parked", expected), result
    assert "server" in result["sentence"]


def test_the_sentence_is_in_the_language_that_the_phone_shows(world: World) -> None:
    ben = phone(world)
    one = body([line(1, "visit.fly@1", "visit", world.visit(), {})])

    def said(**headers: str) -> str:  # what is sent again gets the same answer, in the language of the asking
        found: str = json.loads(ben.request("/sync/v1/push", one, **headers).data)["results"][0]["sentence"]
        return found

    assert "server" in said()
    assert "服务器" in said(**{"Accept-Language": "zh-CN"})
    assert "server" in said(**{"Accept-Language": "en"})
    assert "服务器" in said(**{"Accept-Language": "en;q=0, zh-CN"})
    # nothing that is spoken here: his account's
    world.do("mei", "user.change", {"locale": "zh-CN"}, world.users["ben"])
    assert "服务器" in said(**{"Accept-Language": "de, *;q=0.5"})
    assert "server" in said(**{"Accept-Language": "en"})


def test_foreign_ids_are_parked_and_tell_nothing(world: World) -> None:
    others = world.visit("lina")
    ben = phone(world)
    lines = [line(1, "visit.accept@1", "visit", others, {}), line(2, "visit.accept@1", "visit", new_id(), {})]
    lines.append(line(3, "site.edit@1", "site", world.site, {"set": {"phone": "1"}}))
    results = json.loads(ben.request("/sync/v1/push", body(lines, 3)).data)["results"]
    assert [one["code"] for one in results] == ["not_allowed"] * 3
    assert len({one["sentence"] for one in results}) == 1


def test_replayed_reordered_and_reused_numbers(world: World) -> None:
    visit = world.visit()
    ben = phone(world)
    one, two = line(1, "visit.accept@1", "visit", visit, {}), line(2, "visit.travel@1", "visit", visit, {})
    first = json.loads(ben.request("/sync/v1/push", body([one, two], 2)).data)
    assert json.loads(ben.request("/sync/v1/push", body([one, two], 2)).data) == first
    other = body([line(1, "visit.arrive@1", "visit", visit, {})])
    reply = ben.request("/sync/v1/push", other)
    assert code(reply, 409) == "mid_reuse"
    assert json.loads(reply.data)["mid"] == 1
    gap = [line(9, "visit.arrive@1", "visit", visit, {})]
    reply = ben.request("/sync/v1/push", body(gap, 9, [[9, hashlib.sha256(gap[0]).hexdigest()]]))
    assert code(reply, 409) == "mid_gap"
    assert json.loads(reply.data)["expected"] == 3
    swapped = body([two, one], 2, [[2, hashlib.sha256(two).hexdigest()], [1, hashlib.sha256(one).hexdigest()]])
    assert code(ben.request("/sync/v1/push", swapped), 409) == "mid_gap"
    flipped = body([one], 1, [[1, "0" * 64]])
    assert code(ben.request("/sync/v1/push", flipped), 400) == "line_corrupt"
    count = db.session().execute(
        sa.select(sa.func.count()).select_from(TABLES.command_log).where(TABLES.command_log.c.device_id == ben.id)
    )
    assert count.scalar_one() == 2


def test_limits(world: World) -> None:
    visit = world.visit()
    ben = phone(world)
    many = [line(mid, "visit.accept@1", "visit", visit, {}) for mid in range(1, 102)]
    assert code(ben.request("/sync/v1/push", body(many, 101)), 413) == "body_too_large"
    assert code(ben.request("/sync/v1/push", b"x" * 400_000), 413) == "body_too_large"
    deep = b'{"cookies":' + b"[" * 40 + b"]" * 40 + b"}"
    assert code(ben.request("/sync/v1/pull", deep), 400) == "body_too_deep"
    assert code(ben.request("/sync/v1/pull", b"x" * (1 << 20 | 1)), 413) == "body_too_large"


@pytest.mark.parametrize(
    "cookies",
    [
        [],
        {"catalog": 1},
        {"catalog": {}},
        {"catalog": {"seq": "1", "grant_epoch": 1, "view": ""}},
        {"catalog": {"seq": -1, "grant_epoch": 1, "view": ""}},
    ],
)
def test_cookies_that_are_none(world: World, cookies: Any) -> None:
    assert (
        code(phone(world).request("/sync/v1/pull", json.dumps({"cookies": cookies}).encode()), 400) == "body_malformed"
    )


def test_a_cookie_from_another_history_is_refetched(world: World) -> None:
    ben = phone(world)
    ben.pull()
    future = {name: {**one, "seq": 10**9} for name, one in ben.cookies.items()}
    reply = ben.request("/sync/v1/pull", json.dumps({"cookies": future}).encode())
    assert code(reply, 410) == "cookie_too_old"
    assert json.loads(reply.data)["channel"] in future


def test_versions_epochs_sessions_and_devices(world: World) -> None:
    ben = phone(world)
    ben.push()
    assert (
        code(ben.request("/sync/v1/pull", b'{"cookies":{}}', **{"Sync-Protocol": "9"}), 426) == "protocol_unsupported"
    )
    assert code(ben.request("/sync/v1/hello", b"{}", **{"Sync-Protocol": "x"}), 426) == "protocol_unsupported"
    assert (
        code(ben.request("/sync/v1/pull", b'{"cookies":{}}', **{"Sync-Server-Epoch": new_id()}), 412) == "epoch_changed"
    )
    assert code(ben.request("/sync/v1/push", body([]), **{"Sync-Server-Epoch": new_id()}), 412) == "epoch_changed"
    stranger = FakeDevice(world.app.test_client())
    assert code(stranger.request("/sync/v1/pull", b'{"cookies":{}}'), 401) == "login_needed"
    lina = phone(world, "lina")
    lina.id = ben.id
    assert code(lina.request("/sync/v1/pull", b'{"cookies":{}}'), 403) == "device_foreign"
    world.do("mei", "device.revoke", {}, ben.id)
    assert code(ben.request("/sync/v1/pull", b'{"cookies":{}}'), 403) == "device_revoked"
    broken = phone(world)
    broken.id = "not-an-id"
    assert code(broken.request("/sync/v1/pull", b'{"cookies":{}}'), 400) == "body_malformed"


def test_every_reply_carries_epoch_and_range(world: World) -> None:
    ben = phone(world)
    for path in ("pull", "push", "hello"):
        for headers in ({}, {"Sync-Protocol": "9"}):
            reply = ben.request(f"/sync/v1/{path}", b"{", **headers)
            assert reply.headers["Sync-Server-Epoch"] == ben.epoch
            assert reply.headers["Sync-Protocol-Range"] == "1-1"


def test_a_renumbered_act_of_a_lost_store_takes_effect_once(world: World) -> None:
    """PROTOCOL 5.12: the same mutation id under another device id."""
    visit = world.visit()
    first, second = phone(world), phone(world)
    first.pull()
    first.enter("visit.edit@1", "visit", visit, {"set": {"findings": "once"}})
    raw = json.loads(first.outbox[0][1])
    first.push()
    second.head = 1
    second.outbox = [(1, json.dumps(raw).encode())]
    assert second.push()[1]["state"] == "duplicate"
