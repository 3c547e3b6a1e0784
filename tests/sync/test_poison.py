"""Lines and faults that must not hold up what lies behind them: stored, parked, and the rest goes on (T19, findings of the review)."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.orm import Session

from server import worker
from server.core.db import db
from server.core.ids import new_id
from server.core.journal import Pending
from server.core.tables import EventRow, Head
from server.wiring import finishers, sync_host
from server.wiring.sync_host import TABLES
from server.work_orders import operations
from server.work_orders.models import Comment, Visit, VisitAssignment
from sync import push
from sync.feed import Plan
from sync.registry import Host
from sync.testing import FakeDevice
from tests.kit import body, line, parked_for, phone, push_raw, read, whole
from tests.world import World


def remark(device: FakeDevice, order: str, text: str = "hm", remark_id: str | None = None) -> int:
    return device.enter("comment.add@1", "comment", remark_id or new_id(), {"work_order_id": order, "text": text})


def count(model: type[Any], *where: Any) -> int:
    return int(read(sa.select(sa.func.count()).select_from(model).where(*where))[0])


@pytest.mark.parametrize("version", ["²", "٣", "", "0x1", "9" * 5000, "-1"], ids=ascii)
def test_a_version_that_is_no_number_parks_that_line_only(world: World, version: str) -> None:
    visit = world.visit()
    lines = [line(1, f"visit.accept@{version}", "visit", visit, {}), line(2, "visit.accept@1", "visit", visit, {})]
    assert [one["code"] for one in push_raw(phone(world), lines)] == ["malformed", "applied"]


def test_a_line_that_names_70000_others_parks_alone(world: World) -> None:
    """Finding: psycopg refuses more than 65,535 values, which looked like a failure of the moment."""
    visit = world.visit()
    text = {"work_order_id": whole(Visit, visit).work_order_id, "text": "good"}
    lines = [
        line(1, "visit.accept@1", "visit", visit, {}),
        line(2, "visit.travel@1", "visit", visit, {}, after=[1] * 70_000),
        line(3, "comment.add@1", "comment", new_id(), text),
    ]
    assert [one["code"] for one in push_raw(phone(world), lines)] == ["applied", "malformed", "applied"]


def test_damaged_gzip_is_a_malformed_body(world: World) -> None:
    damaged = bytearray(gzip.compress(b"x" * 5000))
    damaged[12:20] = b"\xff" * 8
    reply = phone(world).request("/sync/v1/push", bytes(damaged), **{"Content-Encoding": "gzip"})
    assert (reply.status_code, reply.get_json()["code"]) == (400, "body_malformed")


def test_what_a_newer_app_says_more_is_ignored_inside_set_too(world: World) -> None:
    visit = world.visit()
    ben = phone(world)
    ben.enter("visit.edit@1", "visit", visit, {"set": {"findings": "x", "field_of_tomorrow": 1}})
    assert ben.push()[1]["state"] == "applied"
    assert whole(Visit, visit).findings == "x"


def test_an_anchor_of_the_year_one_is_only_not_trusted(world: World) -> None:
    visit = world.visit()
    ben = phone(world)
    ben.anchor = {"server_at": "0001-01-01T00:00:00.000Z", "wall_at": "0001-01-01T00:00:00.000Z"}
    ben.enter("visit.accept@1", "visit", visit, {})
    assert ben.push()[1]["state"] == "applied"


def test_the_letters_backslash_u0000_are_a_text(world: World) -> None:
    visit = world.visit()
    ben = phone(world)
    ben.enter("visit.edit@1", "visit", visit, {"set": {"findings": "log says \\u0000 at start"}})
    assert ben.push()[1]["state"] == "applied"


def test_a_reference_to_nothing_is_the_phones_fault(world: World) -> None:
    """Finding: a foreign key that fails in the flush answered 500 for ever."""
    order = world.order()
    desk = phone(world, "asha")
    desk.enter("site.edit@1", "site", world.site, {"set": {"region_id": new_id()}})
    desk.enter("work_order.edit@1", "work_order", order, {"set": {"team_id": new_id()}})
    assert [one["code"] for one in desk.push().values()] == ["needs_fix", "needs_fix"]


@pytest.mark.parametrize(
    "wrong", [{"sha256": "a" * 64 + "\n"}, {"taken_at": "0001-01-01T00:00:00+14:00"}], ids=["hash", "time"]
)
def test_a_photo_no_database_would_take_parks_alone(world: World, wrong: dict[str, str]) -> None:
    order = world.order()
    world.visit(order=order)
    ben = phone(world)
    photo = {"work_order_id": order, "parent_id": order, "sha256": "a" * 64, "mime": "image/jpeg", "size": 3, **wrong}
    ben.enter("attachment.add@1", "attachment", new_id(), photo)
    remark(ben, order)
    results = ben.push()
    assert (results[1]["code"], results[2]["state"]) == ("needs_fix", "applied")


@pytest.mark.parametrize("fault", [
    RuntimeError("a bug of ours with this very content"),
    exc.OperationalError("SELECT", {}, Exception("too many SQL variables")),
    exc.OperationalError("SELECT", {}, Exception("sending query failed: number of parameters must be between 0 and 65535")),
], ids=["bug", "sqlite", "postgresql"])  # fmt: skip
def test_a_fault_of_ours_outside_the_savepoint_parks_one(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    """Finding: an exception of the finisher blocked the device for ever; one that a driver calls operational did so still."""
    order = whole(Visit, world.visit()).work_order_id
    ben = phone(world)
    poison = new_id()
    prepare = finishers.Feed.prepare

    def broken(self: finishers.Feed, session: Session, pending: Pending) -> Plan:
        if ("comment", poison) in pending.touched:
            raise fault
        return prepare(self, session, pending)

    monkeypatch.setattr(finishers.Feed, "prepare", broken)
    for remark_id in (None, poison, None):
        remark(ben, order, remark_id=remark_id)
    assert [one["code"] for one in ben.push().values()] == ["applied", "failed", "applied"]
    assert count(Comment) == 2
    monkeypatch.undo()
    assert worker.retry_failed() == 1
    assert count(Comment) == 3


def test_a_device_that_cannot_go_on_does_not_hold_up_the_next(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    visit, other = world.visit(), world.visit("lina")
    ben, lina = phone(world), phone(world, "lina")
    apply = push.apply_pending
    with monkeypatch.context() as dead:
        dead.setattr(push, "apply_pending", lambda _host, _device: 0)
        for device, one in ((ben, visit), (lina, other)):
            device.enter("visit.accept@1", "visit", one, {})
            device.push()
    seen: list[str] = []

    def stuck_at_first(host: Host, device: str) -> int:
        seen.append(device)
        if len(seen) == 1:
            raise RuntimeError("stuck")
        return apply(host, device)

    monkeypatch.setattr(push, "apply_pending", stuck_at_first)
    monkeypatch.setattr(worker, "UNFINISHED_SECONDS", -60)
    assert worker.finish_unfinished() == 1
    assert set(seen) == {ben.id, lina.id}
    monkeypatch.setattr(push, "apply_pending", apply)
    assert worker.finish_unfinished() == 1
    assert {whole(Visit, visit).status, whole(Visit, other).status} == {"accepted"}


def test_what_a_dead_server_left_stored_is_applied_by_the_worker(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stored is acknowledged: after kill -9 between storing and applying nobody sends it again."""
    visit = world.visit()
    ben = phone(world)

    def killed(_host: Host, _device: str) -> int:
        raise SystemExit

    ben.enter("visit.accept@1", "visit", visit, {})
    ben.enter("visit.edit@1", "visit", visit, {"set": {"findings": "kept"}})
    with monkeypatch.context() as dead:
        dead.setattr(push, "apply_pending", killed)
        with pytest.raises(SystemExit):
            ben.push()
    states = sa.select(TABLES.command_log.c.state).where(TABLES.command_log.c.device_id == ben.id)
    assert read(states) == ["received", "received"]
    assert worker.finish_unfinished() == 0, "a push that is still being applied is left alone"
    monkeypatch.setattr(worker, "UNFINISHED_SECONDS", -60)
    assert worker.finish_unfinished() == 2
    found = whole(Visit, visit)
    assert (found.status, found.findings, read(states)) == ("accepted", "kept", ["applied", "applied"])
    assert {one["state"] for one in ben.push().values()} == {"applied"}


def test_a_try_that_cannot_end_otherwise_is_not_made(world: World) -> None:
    """Finding: each round gave the row a new number, so that every phone fetched it again every ten minutes."""
    ben = phone(world)
    ben.enter("user.disable@1", "user", new_id(), {})
    assert ben.push()[1]["code"] == "needs_newer_server"
    before = read(sa.select(Head.seq))
    assert worker.retry_failed() == 0
    assert read(sa.select(Head.seq)) == before


@pytest.mark.parametrize("what", ["record", "row"])
def test_no_event_of_what_a_failed_flush_rolled_back(world: World, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """Finding: journal marks outlived a flush that failed; false events reached the chain, or the device was stuck."""
    order = whole(Visit, world.visit()).work_order_id
    ben = phone(world)
    write_comment = operations.write_comment

    def then_fail(act: Any, of: Any, text: str, **more: Any) -> Any:
        made = write_comment(act, of, text, **more)
        if what == "record":
            told = {"author_name": "x", "text": "x", "written_at": act.at}
            act.session.add(Comment(id=new_id(), work_order_id=new_id(), **told))
        else:
            act.session.add(VisitAssignment(visit_id=new_id(), engineer_id=new_id(), first_at=act.at))
        act.session.flush()
        return made

    monkeypatch.setattr(operations, "write_comment", then_fail)
    remark(ben, order, "never stored")
    assert ben.push()[1]["state"] == "parked"
    assert (count(Comment), count(EventRow, EventRow.entity == "comment")) == (0, 0)
    feed = TABLES.feed
    assert read(sa.select(feed.c.entity_id).where(feed.c.entity == "comment")) == []
    monkeypatch.undo()
    remark(ben, order, "stored")
    assert ben.push()[2]["state"] == "applied"


def test_a_phone_pins_nothing_on_a_foreign_order(world: World) -> None:
    """Finding: whatever order a parked line named, its team saw it."""
    order = world.order(team_id=world.teams["south"])
    ben = phone(world)
    remark(ben, order, "noise")
    assert ben.push()[1]["state"] == "parked"
    edge = TABLES.scope_edge
    assert f"team:{world.teams['south']}" not in read(sa.select(edge.c.channel).where(edge.c.entity == "parked"))
    assert [one["work_order_id"] for one in parked_for(world)] == [None]


def test_what_waits_for_a_newer_server_takes_along_what_waits_for_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = world.visit()
    ben = phone(world)
    old = tuple(one for one in sync_host.PHONE_COMMANDS if one != "visit.accept")
    with monkeypatch.context() as before_the_upgrade:
        before_the_upgrade.setattr(sync_host, "PHONE_COMMANDS", old)
        first = ben.enter("visit.accept@1", "visit", visit, {})
        ben.enter("visit.travel@1", "visit", visit, {}, after=[first])
        assert [one["code"] for one in ben.push().values()] == ["needs_newer_server", "held"]
    worker.retry_failed()
    assert whole(Visit, visit).status == "travelling"


def test_a_body_of_one_empty_object_is_parked_as_malformed(world: World) -> None:
    reply = phone(world).request("/sync/v1/push", body([b"{}"]))
    assert json.loads(reply.data)["results"][0]["code"] == "malformed"
    assert db.session().execute(sa.select(TABLES.command_log.c.raw)).scalar_one() == b"{}"
