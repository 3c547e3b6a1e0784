"""From the bytes that arrive to what may be shown: the worker looks, makes the variants once, and refuses with a reason."""

from __future__ import annotations

import errno
import io
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from media import sandbox
from media.containers import Refused
from media.sandbox import Interrupted, Limits
from server import worker
from server.attachments.models import Attachment
from server.core import clock
from server.core.clock import HeldClock
from server.core.errors import text_of
from server.core.tables import DueWork, EventRow
from server.wiring.doors import BLOBS
from tests import forked
from tests.kit import attach, phone, read, upload, whole, work, write
from tests.media import pictures
from tests.server.attachments import worker_process
from tests.world import World

VARIANTS = sa.select(BLOBS.blob_variant.c.variant).order_by(BLOBS.blob_variant.c.variant)


def blobs(folder: Path) -> list[Path]:
    return [path for path in (folder / "blobs").rglob("*") if path.is_file()]


def test_a_photo_is_shown_once_the_worker_has_looked(world: World) -> None:
    """Ben's photo reaches his own phone with its size: that is how a screen knows that there is something to show."""
    order = world.order()
    world.visit(order=order)
    ben = phone(world)
    photo = attach(world, "ben", order, pictures.jpeg(2000, 1500, 6))
    assert (whole(Attachment, photo).state, whole(Attachment, photo).width) == ("ready", None)
    work()
    made = whole(Attachment, photo)
    assert (made.state, made.width, made.height) == ("ready", 1500, 2000)
    assert read(VARIANTS) == ["original", "screen", "thumb"]
    ben.pull()
    assert [ben.rows["attachment", photo][name] for name in ("width", "height", "refusal")] == [1500, 2000, None]


@pytest.mark.parametrize(("name", "code", "kind"), [("jpeg with an archive behind", "picture_double", "photo"), ("svg", "picture_unknown", "photo"),
    ("bomb: png that says 400 megapixels", "picture_too_large", "photo"), ("png cut in its picture", "picture_truncated", "photo"),
    ("png cut in its picture", "picture_truncated", "signature")])  # fmt: skip
def test_what_is_none_is_refused_with_its_reason(world: World, kind: str, name: str, code: str) -> None:
    order = world.order()
    world.visit(order=order)
    ben = phone(world)
    make, _codes = pictures.HOSTILE[name]
    photo = attach(world, "ben", order, make(), kind=kind)
    work()
    ben.pull()
    row = ben.rows["attachment", photo]
    assert (row["state"], row["refusal"], row["width"]) == ("refused", code, None)
    assert text_of(code, "en") and text_of(code, "zh-CN") != text_of(code, "en")
    assert read(VARIANTS) == []


def test_a_file_that_is_no_picture_needs_no_look(world: World) -> None:
    order = world.order()
    added = attach(world, "asha", order, b"%PDF-1.7", kind="file", mime="application/pdf")
    work()
    assert read(sa.select(DueWork.key).where(DueWork.kind == "attachment.inspect")) == []
    assert whole(Attachment, added).state == "ready"


def test_the_same_picture_twice_is_decoded_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    order, data = world.order(), pictures.jpeg()
    first = attach(world, "asha", order, data)
    work()
    monkeypatch.setattr(sandbox, "picture", None)
    second = attach(world, "mei", order, data)
    work()
    assert [whole(Attachment, one).width for one in (first, second)] == [400, 400]


def test_bytes_before_and_after_the_record_both_are_looked_at(world: World) -> None:
    order, data = world.order(), pictures.png()
    told = {"work_order_id": order, "parent_id": order, "sha256": "", "mime": "image/png", "size": len(data)}
    sha = upload(world, "asha", pictures.webp())
    before = str(world.do("asha", "attachment.add", told | {"sha256": sha}).id)
    import hashlib

    after = str(world.do("asha", "attachment.add", told | {"sha256": hashlib.sha256(data).hexdigest()}).id)
    upload(world, "asha", data)
    work()
    assert [whole(Attachment, one).width for one in (before, after)] == [400, 400]
    ready = sa.select(EventRow.entity_id).where(EventRow.name == "attachment.ready")
    assert sorted(read(ready)) == sorted([before, after])


def test_done_again_it_is_done_once(world: World, tmp_path: Path) -> None:
    """A worker that lost its lease finishes beside the one that took over."""
    photo = attach(world, "asha", world.order(), pictures.jpeg())
    worker.tick()
    due = whole(DueWork, read(sa.select(DueWork.id).where(DueWork.kind == "attachment.inspect"))[0])
    from server.core.acts import SYSTEM, Act
    from server.core.commit import transact
    from server.wiring.inspection import inspect

    first, second = inspect(due), inspect(due)
    for outcome in (first, second):
        apply = outcome.apply
        assert apply is not None
        transact(lambda session, apply=apply: apply(Act(session, SYSTEM, origin="worker")))  # type: ignore[misc] # bound in the loop on purpose
    worker.inspect_files()
    assert len(read(VARIANTS)) == 3
    assert len(blobs(tmp_path)) == 3
    assert read(sa.select(EventRow.entity_id).where(EventRow.name == "attachment.inspected")) == [photo]


def test_a_full_disk_puts_it_off_and_it_recovers_by_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one try is counted: however long the disk stays full, the photo is not given up. Reading goes on."""
    order = world.order()
    shown = attach(world, "asha", order, pictures.png())
    work()
    photo = attach(world, "asha", order, pictures.jpeg())
    fsync = os.fsync

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with clock.held(HeldClock(clock.now())) as time_held:
        monkeypatch.setattr("media.storage.local.os.fsync", full)
        for _ in range(20):
            work()
            time_held.advance(seconds=16)
        assert (whole(Attachment, photo).state, whole(Attachment, photo).width) == ("ready", None)
        assert world.client("asha").get(f"/api/v1/attachments/{shown}/thumb").status_code == 200
        monkeypatch.setattr("media.storage.local.os.fsync", fsync)
        work()
        assert whole(Attachment, photo).width == 400


def test_a_process_ended_from_outside_is_tried_again_and_at_last_given_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = [attach(world, "asha", world.order(), one) for one in (pictures.jpeg(), pictures.png())]
    real = sandbox.picture
    deaths = {"left": 3}

    def dies(data: bytes, limits: Limits | None = None) -> Any:
        if data == pictures.png() or deaths["left"] > 0:
            deaths["left"] -= data == pictures.jpeg()
            raise Interrupted("-9")
        return real(data, limits)

    monkeypatch.setattr(sandbox, "picture", dies)
    with clock.held(HeldClock(clock.now())) as time_held:
        for _ in range(15):
            work()
            time_held.advance(minutes=16)
    first, second = (whole(Attachment, one) for one in photos)
    assert (first.state, first.width) == ("ready", 400)
    assert (second.state, second.refusal) == ("refused", "picture_too_hard")


def test_bytes_that_are_not_there_are_said_to_be_missing(world: World, tmp_path: Path) -> None:
    """Finding: it was called too hard to read. Asked for a while first: a storage may be late, a backup be put back."""
    order = world.order()
    lost, back = (attach(world, "asha", order, one) for one in (pictures.jpeg(), pictures.png()))
    kept = {path: path.read_bytes() for path in blobs(tmp_path)}
    for path in kept:
        path.unlink()
    worker.tick()
    with clock.held(HeldClock(clock.now())) as time_held:
        for round_number in range(15):
            worker.inspect_files()
            assert round_number > 2 or whole(Attachment, lost).state == "ready"
            if round_number == 2:
                for path, data in kept.items():
                    if data == pictures.png():
                        path.write_bytes(data)
            time_held.advance(minutes=16)
    assert (whole(Attachment, lost).state, whole(Attachment, lost).refusal) == ("refused", "picture_missing")
    assert whole(Attachment, back).width is not None
    shown = world.client("asha", None).get(f"/api/v1/work-orders/{order}").get_json()["attachments"]
    (sentence,) = [one["sentence"] for one in shown if one["id"] == lost]
    assert "not in the file storage" in sentence


def test_photos_hold_no_message_up(world: World) -> None:
    """They have a lane of their own: the tick that sends messages does not even see them."""
    attach(world, "asha", world.order(), pictures.jpeg())
    for _ in range(3):
        worker.tick()
    assert read(sa.select(DueWork.state).where(DueWork.kind == "attachment.inspect")) == ["pending"]


def test_a_worker_killed_at_any_moment_loses_no_photo(
    world: World, settings_environment: dict[str, str], tmp_path: Path
) -> None:
    """kill -9 again and again: in the end each photo has its variants once, and what lies in the storage hashes to its name."""
    order = world.order()
    photos = [attach(world, "asha", order, pictures.jpeg(1700 + 10 * number, 1200)) for number in range(6)]
    worker.tick()
    for kill in range(5):
        process = forked.Process(worker_process.main, environment={**os.environ, **settings_environment})
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.15 + 0.13 * kill)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
    with clock.held(HeldClock(clock.now())) as time_held:
        for _ in range(3):
            time_held.advance(minutes=5)
            worker.inspect_files()
    assert [whole(Attachment, one).width for one in photos] == [1700 + 10 * number for number in range(6)]
    assert len(read(VARIANTS)) == 18
    storage = world.app.extensions["callout.storage"]
    for row in read(sa.select(BLOBS.blob_variant.c.variant_sha256).where(BLOBS.blob_variant.c.variant != "original")):
        Image.open(io.BytesIO(b"".join(storage.read(row)))).load()
    events = read(sa.select(EventRow.entity_id).where(EventRow.name == "attachment.inspected"))
    assert sorted(events) == sorted(photos)


def test_a_worker_that_starts_as_a_picture_comes_in_is_in_nobodys_way(world: World) -> None:
    """Finding of several workers on one machine: what it had armed, the reaction to the picture armed again, and was given up."""
    order = world.order()
    world.visit(order=order)
    photo = attach(world, "ben", order, pictures.jpeg())
    assert worker.arm_inspections() == 1
    work()
    assert read(sa.select(DueWork.last_error).where(DueWork.last_error.is_not(None))) == []
    assert read(sa.select(DueWork.state).where(DueWork.kind == "react").distinct()) == ["done"]
    assert whole(Attachment, photo).width


def test_photos_from_before_are_looked_at_by_and_by(world: World) -> None:
    """An older server had them ready without a look: they are armed once, however often one asks."""
    photo = attach(world, "asha", world.order(), pictures.jpeg())
    worker.tick()
    write(sa.delete(DueWork).where(DueWork.kind == "attachment.inspect"))
    assert [worker.arm_inspections(), worker.arm_inspections()] == [1, 0]
    work()
    assert whole(Attachment, photo).width == 400
    assert worker.arm_inspections() == 0


def test_a_heic_is_looked_at_again_once_this_server_can_read_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = attach(world, "asha", world.order(), pictures.heic())
    with monkeypatch.context() as lacking:

        def cannot(_data: bytes, limits: Limits | None = None) -> Any:
            raise Refused("heic_unreadable")

        lacking.setattr(sandbox, "picture", cannot)
        work()
        assert whole(Attachment, photo).refusal == "heic_unreadable"
        lacking.setattr("importlib.util.find_spec", lambda _name: None)
        assert worker.arm_inspections() == 0
    assert worker.arm_inspections() == 1
    work()
    found = whole(Attachment, photo)
    assert (found.state, found.refusal, found.width) == ("ready", None, 400)
