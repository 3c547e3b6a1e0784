"""Sealed outboxes of people who cannot log in (T9), and files that arrive in pieces."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import os
from typing import Any

import pytest
import sqlalchemy as sa

from server.attachments.models import Attachment
from server.core import clock
from server.core.clock import HeldClock
from server.core.db import db
from server.core.ids import new_id
from server.core.tables import EventRow
from server.wiring.doors import open_intake
from server.wiring.sync_host import TABLES
from server.work_orders.models import Visit
from sync.testing import FakeDevice
from tests import kit
from tests.kit import phone
from tests.world import World


def envelope(
    device: FakeDevice,
    key: dict[str, Any],
    user: str | None = None,
    pieces: list[tuple[str, str, bytes]] | None = None,
    *,
    is_proven: bool = True,
) -> dict[str, Any]:
    """What a phone makes of its outbox when its user is shut out (PROTOCOL 8.2)."""
    sealed, proof = kit.envelope(device.id, key, device.outbox, user, pieces or [])
    if is_proven:  # what the second hello of a client says (8.5)
        device.hello(intake=proof)
    return sealed


def test_t9_a_switched_off_user_with_a_full_outbox_loses_nothing(world: World) -> None:
    visit = world.visit()
    ben = phone(world)
    key = ben.hello()["intake_key"]
    ben.enter("visit.accept@1", "visit", visit, {})
    ben.push()
    ben.enter("visit.edit@1", "visit", visit, {"set": {"findings": "Written in the basement"}})
    sealed = envelope(ben, key)
    world.do("mei", "user.disable", {}, world.users["ben"])
    refused = ben.request("/sync/v1/push", ben.body(ben.outbox))
    assert refused.status_code in (401, 403)
    stranger = world.app.test_client()
    for _ in range(2):
        reply = stranger.post("/sync/v1/intake", data=json.dumps(sealed).encode())
        assert (reply.status_code, reply.get_json()["stored"]) == (202, 1)
    parked = world.client("asha").get("/api/v1/parked").get_json()["items"]
    assert [(one["code"], one["user"], one["args"]["set"]["findings"]) for one in parked] == [
        ("sealed", "Ben", "Written in the basement")
    ]
    world.do("mei", "user.enable", {}, world.users["ben"])
    answer = world.client("asha").post(f"/api/v1/parked/{parked[0]['id']}/retry").get_json()
    assert answer["state"] == "applied"
    db.session().rollback()
    assert db.session().get_one(Visit, visit).findings == "Written in the basement"


def test_words_that_were_typed_but_not_handed_in_reach_the_office(world: World) -> None:
    order = world.order()
    visit = world.visit(order=order)
    ben = phone(world)
    key = ben.hello()["intake_key"]
    pieces = [
        ("draft", f"findings:{visit}", json.dumps({"text": "Half a sentence", "caret": 4}).encode()),
        ("draft", f"comment:{order}", json.dumps({"text": "Ask for the key"}).encode()),
        ("draft", "nobody knows", b"\xff not json"),
        ("blob", "0" * 64 + ":0", b"part of a photo"),
    ]
    sealed = envelope(ben, key, world.users["ben"], pieces)
    sealed["others"].append({**sealed["others"][0], "key": "findings:elsewhere"})  # moved to another place: damaged
    stranger = world.app.test_client()
    for again in (sealed, {**sealed, "others": sealed["others"][:1]}):
        assert stranger.post("/sync/v1/intake", data=json.dumps(again).encode()).status_code == 202
    parked = world.client("asha").get("/api/v1/parked").get_json()["items"]
    assert {(one["name"], one["code"], one["user"], one["work_order_id"], one["args"].get("text")) for one in parked} == {
        ("draft", "draft", "Ben", order, "Half a sentence"), ("draft", "draft", "Ben", order, "Ask for the key"),
        ("draft", "draft", "Ben", None, None),
    }  # fmt: skip
    assert len(parked) == 3
    one = parked[0]["id"]
    retry = world.client("asha").post(f"/api/v1/parked/{one}/retry")
    assert (retry.status_code, retry.get_json()["code"]) == (409, "not_applicable")
    assert world.client("asha").post(f"/api/v1/parked/{one}/dismiss").status_code == 200
    rows = db.session().execute(sa.select(TABLES.intake.c.state, TABLES.intake.c.opened, TABLES.intake.c.fault)).all()
    assert sorted((row.state, row.opened, row.fault) for row in rows) == [
        ("opened", 0, None), ("opened", 3, "1 pieces were damaged"),
    ]  # fmt: skip


def test_what_is_known_already_is_not_shown_again(world: World) -> None:
    """PROTOCOL 8.3: the push got through before the phone was shut out; only what is new waits for the office."""
    visit = world.visit()
    ben = phone(world)
    key = ben.hello()["intake_key"]
    ben.enter("visit.accept@1", "visit", visit, {})
    ben.enter("visit.edit@1", "visit", visit, {"set": {"findings": "new"}})
    sealed = envelope(ben, key)
    ben.outbox = ben.outbox[:1]
    assert ben.push()[1]["state"] == "applied"
    assert kit.hand_in(world, sealed) == 202
    assert [(one["code"], one["name"]) for one in kit.parked_for(world)] == [("sealed", "visit.edit")]
    assert kit.read(sa.select(TABLES.command_log.c.mid).order_by(TABLES.command_log.c.mid)) == [1, 2]


@pytest.mark.parametrize("is_proven", [True, False])
def test_the_same_words_in_two_places_are_two_drafts(world: World, is_proven: bool) -> None:
    """Finding: "done" under a second order, or by a second person, was taken for a repetition of the first."""
    orders = [world.order(), world.order()]
    for order in orders:
        world.visit(order=order)
    ben = phone(world)
    words = json.dumps({"text": "done", "caret": 4}).encode()
    pieces = [("draft", f"comment:{order}", words) for order in orders]
    sealed = envelope(ben, ben.hello()["intake_key"], world.users["ben"], pieces, is_proven=is_proven)
    for again in (sealed, {**sealed, "others": sealed["others"][1:]}):
        assert world.app.test_client().post("/sync/v1/intake", data=json.dumps(again).encode()).status_code == 202
    parked = world.client("asha").get("/api/v1/parked").get_json()["items"]
    assert sorted(one["work_order_id"] or "" for one in parked) == (sorted(orders) if is_proven else ["", ""])


def test_what_was_handed_in_and_then_pushed_keeps_its_time(world: World) -> None:
    """Finding: the clock of the push was held against the time of the intake, so that every act became untrusted."""
    visit = world.visit()
    with clock.held(HeldClock(clock.now())) as time:
        ben = phone(world)
        key = ben.hello()["intake_key"]
        ben.enter("visit.accept@1", "visit", visit, {})
        sealed = envelope(ben, key)
        assert world.app.test_client().post("/sync/v1/intake", data=json.dumps(sealed).encode()).status_code == 202
        time.advance(minutes=30)
        ben.skew = dt.timedelta(minutes=30)
        assert ben.push()[1]["state"] == "applied"
    happened = db.session().execute(
        sa.select(EventRow.is_time_trusted).where(EventRow.entity_id == visit, EventRow.device_id == ben.id)
    )
    assert set(happened.scalars()) == {True}


def test_damaged_envelopes_are_kept_and_good_rows_shown(world: World) -> None:
    visit = world.visit()
    ben = phone(world)
    key = ben.hello()["intake_key"]
    for text in ("one", "two", "three"):
        ben.enter("visit.edit@1", "visit", visit, {"set": {"findings": text}})
    sealed = envelope(ben, key)
    sealed["rows"][1]["bytes"] = base64.b64encode(b"damaged").decode()
    client = world.app.test_client()
    assert client.post("/sync/v1/intake", data=json.dumps(sealed).encode()).status_code == 202
    assert (
        client.post("/sync/v1/intake", data=json.dumps({**sealed, "wrapped_key": "AAAA"}).encode()).status_code == 202
    )
    for bad in (b"{", b"[]", b'{"device":"x","rows":[]}', b"[" * 50):
        assert client.post("/sync/v1/intake", data=bad).status_code == 400
    open_intake()
    rows = db.session().execute(sa.select(TABLES.intake.c.state, TABLES.intake.c.opened, TABLES.intake.c.fault)).all()
    assert sorted((row.state, row.opened) for row in rows) == [("failed", 0), ("opened", 2)]
    assert any("1 pieces were damaged" in (row.fault or "") for row in rows)


class Upload:
    """A phone that uploads a file part by part."""

    def __init__(self, world: World, login: str, data: bytes) -> None:
        self.client, self.data = world.client(login), data
        self.sha = hashlib.sha256(data).hexdigest()

    def head(self) -> Any:
        return self.client.head(f"/sync/v1/blob/{self.sha}")

    def patch(self, offset: int, part: bytes, *, last: bool) -> Any:
        headers = {
            "Upload-Offset": str(offset),
            "Upload-Complete": "?1" if last else "?0",
            "Content-Type": "application/partial-upload",
        }
        return self.client.patch(f"/sync/v1/blob/{self.sha}", data=part, headers=headers)


def test_a_file_in_pieces_cut_and_resumed(world: World) -> None:
    data = os.urandom(300_000)
    upload = Upload(world, "ben", data)
    assert upload.head().status_code == 404
    assert upload.patch(0, data[:1000], last=False).status_code == 204
    assert upload.head().headers["Upload-Offset"] == "1000"
    wrong = upload.patch(5000, data[5000:6000], last=False)
    assert (wrong.status_code, wrong.headers["Upload-Offset"], wrong.get_json()["code"]) == (
        409,
        "1000",
        "offset_mismatch",
    )
    done = upload.patch(1000, data[1000:], last=True)
    assert (done.status_code, done.headers["Upload-Complete"]) == (204, "?1")
    assert upload.patch(0, data, last=True).headers["Upload-Complete"] == "?1"
    assert Upload(world, "lina", data).head().status_code == 404


def test_damaged_bytes_are_dropped_and_sent_again(world: World) -> None:
    data = b"right bytes"
    upload = Upload(world, "ben", data)
    reply = upload.patch(0, b"wrong bytes", last=True)
    assert (reply.status_code, reply.get_json()["code"]) == (422, "hash_mismatch")
    assert upload.head().status_code == 404
    assert upload.patch(0, data, last=True).status_code == 204


@pytest.mark.parametrize(("sha", "offset", "complete", "kind", "code"), [
    ("x", "0", "?1", "application/partial-upload", "body_malformed"), ("A" * 64, "0", "?1", "application/partial-upload", "body_malformed"),
    ("a" * 64, "-1", "?1", "application/partial-upload", "body_malformed"), ("a" * 64, "0", "yes", "application/partial-upload", "body_malformed"),
    ("a" * 64, "0", "?1", "image/jpeg", "unsupported_media_type"),
])  # fmt: skip
def test_uploads_that_are_none(world: World, sha: str, offset: str, complete: str, kind: str, code: str) -> None:
    headers = {"Upload-Offset": offset, "Upload-Complete": complete, "Content-Type": kind}
    reply = world.client("ben").patch(f"/sync/v1/blob/{sha}", data=b"x", headers=headers)
    assert reply.get_json()["code"] == code


def test_an_attachment_is_ready_when_its_own_uploader_has_sent_the_bytes(world: World) -> None:
    order = world.order()
    world.visit(order=order)
    ben = phone(world)
    data = b"the photo"
    sha = hashlib.sha256(data).hexdigest()
    Upload(world, "lina", data).patch(0, data, last=True)
    attachment = new_id()
    ben.enter("attachment.add@1", "attachment", attachment, {
        "work_order_id": order, "parent_id": order, "sha256": sha, "mime": "image/jpeg", "size": len(data),
    }, deps=[sha])  # fmt: skip
    assert ben.push()[1]["state"] == "applied"
    assert db.session().get_one(Attachment, attachment).state == "missing"
    Upload(world, "ben", data).patch(0, data, last=True)
    db.session().rollback()
    assert db.session().get_one(Attachment, attachment).state == "ready"
