"""Changes while something is read in several steps: a paged snapshot, a tick of the live feed, a stream whose reader has gone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.core import clock, commit
from server.core.db import db
from server.core.ids import new_id
from server.core.tables import Head
from server.wiring.doors import HOST
from server.wiring.sync_host import TABLES
from server.work_orders.models import Comment, Visit
from sync import hub as hubs
from sync.hub import Hub
from sync.pull import upsert_text
from sync.registry import Caller, Channel
from sync.testing import FakeDevice
from tests.kit import ON_SQLITE, pages, phone, whole
from tests.world import World


def test_what_leaves_while_a_snapshot_is_paged_has_left(world: World) -> None:
    """I4, I6: page 1 holds the visit, then it goes to Lina. Finding: no later page said so, Ben kept it for ever."""
    visits = [world.visit("ben", world.order()) for _ in range(6)]
    ben = FakeDevice(world.client("ben"))
    ben.hello()
    held: dict[str, set[str]] = {}
    moved = ""
    later = 0
    for rows in pages(ben, 3000):
        for row in rows:
            channels = held.setdefault(row["id"], set())
            channels.update(row["c"]) if row["t"] == "upsert" else channels.difference_update(row["c"])
        later += bool(moved)
        if not moved and (here := [one for one in visits if held.get(one)]):
            moved = here[0]
            order = whole(Visit, moved).work_order_id
            world.do("asha", "visit.assign", {"work_order_id": order, "engineer_id": world.users["lina"]}, moved)
    assert moved and later, "it was one page: nothing is shown by this test"
    assert not held[moved]
    assert all(held[one] for one in visits if one != moved)


def steps_of(world: World, work: Callable[[], Any]) -> int:
    """Steps of SQLite's machine."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    def watch(_connection: Any, cursor: Any, *_rest: Any) -> None:
        cursor.connection.set_progress_handler(count, 1)

    with world.app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", watch)
    try:
        work()
    finally:
        sa.event.remove(engine, "before_cursor_execute", watch)
    return taken


@ON_SQLITE
def test_a_pull_costs_what_is_new_not_what_is_there(world: World) -> None:
    """Finding: noting which jobs had arrived went through the whole channel at each pull."""
    order = world.order()
    world.visit("ben", order)
    ben = FakeDevice(world.client("ben"))
    ben.hello()
    ben.pull()

    def one_more() -> None:
        world.do("asha", "comment.add", {"work_order_id": order, "text": "Bring the long ladder"}, new_id())
        cost.append(steps_of(world, ben.pull))

    cost: list[int] = []
    one_more()
    fill(world, order, 5_000)
    ben.pull()
    one_more()
    assert 0 < cost[1] < cost[0] * 2, cost


def fill(world: World, order: str, count: int) -> None:
    """So many remarks that Ben's channel shows."""
    channel, now = f"user:{world.users['ben']}", clock.now()
    row = {"work_order_id": order, "author_name": "Asha", "text": "A remark", "written_at": now, "is_late": False,
           "version": 1, "created_at": now, "updated_at": now, "custom": {}}  # fmt: skip
    ids = [new_id() for _ in range(count)]

    def put(session: Session) -> None:
        first = HOST.head_seq(session)
        session.execute(sa.insert(Comment), [row | {"id": one} for one in ids])
        edge = {"root_entity": "work_order", "root_id": order, "channel": channel, "entity": "comment"}
        session.execute(sa.insert(TABLES.scope_edge), [edge | {"entity_id": one} for one in ids])
        shown = {"channel": channel, "entity": "comment", "op": "upsert", "why": None}
        session.execute(
            sa.insert(TABLES.feed), [shown | {"entity_id": one, "seq": first + n} for n, one in enumerate(ids, 1)]
        )
        session.execute(sa.update(Head).values(seq=first + count))

    commit.transact(put)


def asked(device: FakeDevice, cookies: dict[str, Any], limit_bytes: int = 524_288) -> tuple[dict[str, str], Any]:
    """One page: the mode of each channel, and the trailer."""
    wish = json.dumps({"cookies": cookies, "limit_bytes": limit_bytes}).encode()
    reply = device.request("/sync/v1/pull", wish)
    assert reply.status_code == 200, reply.data
    header, *_rows, trailer = [json.loads(one) for one in reply.data.splitlines()]
    return {one["channel"]: one["mode"] for one in header["channels"]}, trailer


def test_a_channel_stays_a_snapshot_until_its_last_page(world: World) -> None:
    """PROTOCOL 4.3: a client that forgot page 1 must be able to see that page 2 is no delta."""
    for _ in range(4):
        world.visit()
    ben = FakeDevice(world.client("ben"))
    ben.hello()
    head = HOST.snapshot(HOST.head_seq)
    modes, trailer = asked(ben, {}, 1500)
    assert set(modes.values()) == {"snapshot"}
    pages_after = 0
    while trailer["more"]:
        unfinished = {name for name, one in trailer["cookies"].items() if one["seq"] < head}
        modes, trailer = asked(ben, trailer["cookies"], 1500)
        assert {name for name, mode in modes.items() if mode == "snapshot"} == unfinished
        pages_after += 1
    assert pages_after > 1, "it was one page: nothing is shown by this test"


def test_a_cookie_of_another_grant_epoch_begins_anew(world: World) -> None:
    """PROTOCOL 4.1: what was granted in another way is fetched again, that channel only."""
    world.visit()
    ben = phone(world)
    mine = f"user:{world.users['ben']}"

    def grant(session: Session) -> None:
        session.execute(sa.insert(TABLES.channel).values(name=mine, grant_epoch=2))

    commit.transact(grant)
    modes, trailer = asked(ben, ben.cookies)
    assert modes == {"catalog": "delta", mine: "snapshot"}
    assert trailer["rows"] >= len(ben.ids("visit"))
    assert trailer["cookies"][mine]["grant_epoch"] == 2


def test_what_an_engineer_does_shows_on_the_card_of_the_order(world: World) -> None:
    """Asha's list holds cards, not visits: the card comes with every change of its visit."""
    order = world.order()
    visit = world.visit(order=order)
    asha = phone(world, "asha")
    for name, status in (("visit.accept", "accepted"), ("visit.arrive", "on_site")):
        world.do("ben", name, {}, visit)
        asha.pull()
        assert asha.rows[("order_card", order)]["visit"]["status"] == status


def test_a_foreign_change_makes_no_new_page(world: World) -> None:
    ben = phone(world)
    world.order(team_id=world.teams["south"])
    assert ben.request("/sync/v1/pull", json.dumps({"cookies": ben.cookies}).encode()).status_code == 204


class SteppedHub(Hub):
    """A hub without a thread; something happens after it has read and before it hands out."""

    meanwhile: Callable[[int], None] | None = None

    def _tail(self) -> None:
        return

    def _read(self, session: Session, since: int, channels: Any) -> tuple[int, Any]:
        found = super()._read(session, since, channels)
        if self.meanwhile is not None:
            act, self.meanwhile = self.meanwhile, None
            act(found[0])
        return found


def channel_of(world: World, login: str, name: str) -> Channel:
    actor = world.actor(login)
    found = HOST.snapshot(lambda session: HOST.channels(session, Caller(actor.id, "", "en", actor)))
    return next(one for one in found if one.name == name)


def data_of(part: bytes | None) -> dict[str, Any]:
    assert part is not None
    found: dict[str, Any] = json.loads(part.split(b"data: ")[1])
    return found


def test_who_joins_during_a_tick_sees_the_gap(world: World) -> None:
    """Finding: the page of that tick was never made for him and nothing told him that he missed it."""
    hub = SteppedHub(HOST, 10, lambda work: work())
    catalog, office = channel_of(world, "asha", "catalog"), channel_of(world, "asha", "office")
    hub.open(catalog, HOST.snapshot(HOST.head_seq), lambda _session: True)
    world.order()
    joined: list[hubs.Stream] = []
    hub.meanwhile = lambda at: joined.append(hub.open(office, at, lambda _session: True))
    hub.tick()
    hub.tick()
    (stream,) = joined
    hello, page = data_of(stream.waiting.get_nowait()), data_of(stream.waiting.get_nowait())
    assert page["to"] == HOST.snapshot(HOST.head_seq)
    assert page["from"] > hello["at"], "a gap the client can see: it pulls"


LEAVING: dict[str, Callable[[World, Any, str], object]] = {
    "switched off": lambda world, _client, _device: world.do("mei", "user.disable", {}, world.users["asha"]),
    "device revoked": lambda world, _client, device: world.do("mei", "device.revoke", {}, device),
    "another role": lambda world, _client, _device: world.do(
        "mei", "user.change", {"role_ids": [world.roles["engineer"]]}, world.users["asha"]
    ),
    "logged out": lambda _world, client, _device: client.delete("/api/v1/session"),
}


def rest(parts: Iterator[Any], most_beats: int = 100) -> bytes:
    """What still comes until the stream ends. One that only beats on fails the test, where waiting for its end would hang it."""
    found, beats = b"", 0
    for part in parts:
        found += bytes(part)
        beats += bytes(part).startswith(b": alive")
        if beats > most_beats:
            raise AssertionError("the stream goes on")
    return found


@pytest.mark.parametrize("way", LEAVING)
def test_a_stream_ends_with_the_rights_of_its_reader(world: World, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """The door shuts at once; logging out is seen at the next look at the clock, made here at every tick."""
    monkeypatch.setattr(hubs, "HEARTBEAT_SECONDS", 0.1)
    if way == "logged out":
        monkeypatch.setattr(hubs, "CHECK_SECONDS", -1.0)
    device = new_id()
    client = world.client("asha", device)
    reply = client.get("/sync/v1/events?channel=office", buffered=False)
    parts = iter(reply.response)
    assert b"hello" in bytes(next(parts))  # type: ignore[arg-type] # werkzeug types a body as text or bytes
    LEAVING[way](world, client, device)
    world.order("mei", summary="SECRET AFTER THE END")
    try:
        assert b"SECRET" not in rest(parts)
    finally:
        reply.close()
    assert world.app.extensions["callout.hub"].count() == 0


def test_a_stream_of_someone_still_here_goes_on(world: World) -> None:
    """The counterpart: rights of others change, his stream goes on and shows the next order."""
    client = world.client("asha")
    reply = client.get("/sync/v1/events?channel=office", buffered=False)
    parts = iter(reply.response)
    next(parts)
    world.do("mei", "user.disable", {}, world.users["ben"])
    order = world.order()
    assert any(order.encode() in bytes(one) for one in parts)  # type: ignore[arg-type] # as above
    reply.close()


def test_a_line_of_a_channel_shows_only_fields_of_its_view() -> None:
    channel = Channel("c", "v", {"site": frozenset({"name"})}, 1)
    text = upsert_text(channel, "site", "1", (3, {"name": "Plant", "phone": "0512"}))
    assert "0512" not in text and '"Plant"' in text
