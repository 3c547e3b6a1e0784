"""What a phone says of a photo beside its bytes: before or after, where, when, and what the camera's own file says."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from server.attachments.models import Attachment
from server.core import clock
from server.core.ids import new_id
from sync.testing import FakeDevice, show
from tests.kit import phone, whole
from tests.world import World

CAMERA = {
    "sha256": "b" * 64,
    "exif": {"Model": "P30 维修", "GPSLatitude": "31 14 5", "DateTimeOriginal": "2026:11:25 09:00:00"},
}


def told(order: str, **more: Any) -> dict[str, Any]:
    return {"work_order_id": order, "parent_id": order, "sha256": "a" * 64, "mime": "image/jpeg", "size": 5, **more}


def sent(device: FakeDevice, args: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Push it; the attachment's id and what became of the mutation."""
    made = new_id()
    mid = device.enter("attachment.add@1", "attachment", made, args)
    return made, device.push()[mid]


@pytest.fixture
def order(world: World) -> str:
    made = world.order()
    world.visit(order=made)
    return made


def test_all_that_the_phone_says_is_kept(world: World, order: str) -> None:
    ben = phone(world)
    place = {"lat": 31.234, "lon": 121.456, "accuracy_m": 8.5}
    made, result = sent(ben, told(order, tag="before", camera=CAMERA, **place, later_field=1))
    assert result["state"] == "applied"
    ben.pull()
    row = ben.rows["attachment", made]
    assert {name: row[name] for name in ("tag", "camera", *place)} == {"tag": "before", "camera": CAMERA, **place}


@pytest.mark.parametrize(
    "wrong",
    [{"tag": "during"}, {"camera": {"sha256": "x", "exif": {}}}, {"camera": {"exif": {}}},
     {"camera": CAMERA | {"exif": {"Model": 5}}}, {"camera": CAMERA | {"exif": {"Model": {"a": "b"}}}},
     {"camera": CAMERA | {"exif": {f"k{n}": "v" for n in range(201)}}}, {"camera": CAMERA | {"exif": {"k": "v" * 1001}}},
     {"camera": CAMERA | {"exif": {f"k{n}": "像" * 200 for n in range(50)}}}],
    ids=lambda wrong: str(wrong)[:40],
)  # fmt: skip
def test_what_does_not_fit_is_parked_and_not_lost(world: World, order: str, wrong: dict[str, Any]) -> None:
    _made, result = sent(phone(world), told(order, **wrong))
    assert (result["state"], result["code"]) == ("parked", "needs_fix")


@pytest.mark.parametrize("tag", ["before", "after", None])
def test_tags_on_a_screen(world: World, order: str, tag: str | None) -> None:
    assert world.do("asha", "attachment.add", told(order, tag=tag)).tag == tag


def test_a_time_is_put_right_by_a_clock_that_is_steadily_wrong(world: World, order: str) -> None:
    """Ben's phone runs two hours ahead, today as at its last contact: what it says of the photo is two hours less."""
    ben = FakeDevice(world.client("ben"), skew=dt.timedelta(hours=2))
    ben.hello()
    taken = ben.now() - dt.timedelta(minutes=10)
    made, result = sent(ben, told(order, taken_at=show(taken)))
    assert result["state"] == "applied"
    found = whole(Attachment, made)
    assert found.is_time_trusted and found.taken_at is not None
    assert abs(found.taken_at - (taken - dt.timedelta(hours=2))) < dt.timedelta(seconds=5)


@pytest.mark.parametrize("case", ["set in between", "never met", "in the future", "on a screen", "not said"])
def test_a_time_is_trusted_only_when_its_clock_is(world: World, order: str, case: str) -> None:
    taken: str | None = show(clock.now())
    if case == "on a screen":
        made = str(world.do("asha", "attachment.add", told(order, taken_at=taken)).id)
    else:
        ben = FakeDevice(world.client("ben"))
        ben.hello()
        if case == "set in between":
            ben.skew = dt.timedelta(hours=-3)
        if case == "never met":
            ben.anchor = None
        if case == "in the future":
            taken = show(clock.now() + dt.timedelta(days=1))
        made, result = sent(ben, told(order, taken_at=None if case == "not said" else taken))
        assert result["state"] == "applied"
    found = whole(Attachment, made)
    assert not found.is_time_trusted
    assert (found.taken_at is None) == (case == "not said")
