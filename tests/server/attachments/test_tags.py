"""Before or after is said by one tap, and said otherwise later: offline too, by the sender even when the order is another's by then."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from server.attachments.models import Attachment
from server.core.errors import Problem
from server.core.ids import new_id
from server.core.tables import EventRow
from sync.testing import FakeDevice
from tests.kit import phone, read, whole
from tests.world import World


@pytest.fixture
def order(world: World) -> str:
    made = world.order()
    world.visit(order=made)
    return made


def taken(device: FakeDevice, order: str, tag: str | None = None) -> str:
    """A photo of Ben's, not yet sent."""
    made = new_id()
    args: dict[str, Any] = {
        "work_order_id": order,
        "parent_id": order,
        "sha256": "a" * 64,
        "mime": "image/jpeg",
        "size": 5,
    }
    device.enter("attachment.add@1", "attachment", made, args | {"tag": tag})
    return made


def tagged(device: FakeDevice, photo: str, tag: str | None) -> int:
    return device.enter("attachment.edit@1", "attachment", photo, {"set": {"tag": tag}})


def test_it_is_said_otherwise_before_the_photo_was_ever_sent(world: World, order: str) -> None:
    ben = phone(world)
    photo = taken(ben, order, "before")
    mid = tagged(ben, photo, "after")
    assert ben.push()[mid]["state"] == "applied"
    ben.pull()
    assert ben.rows["attachment", photo]["tag"] == "after"
    events = read(sa.select(EventRow.name).where(EventRow.entity_id == photo).order_by(EventRow.seq))
    assert events == ["attachment.added", "attachment.edited"]


def test_the_same_again_changes_nothing(world: World, order: str) -> None:
    ben = phone(world)
    photo = taken(ben, order, "before")
    mid = tagged(ben, photo, "before")
    assert ben.push()[mid]["code"] == "already_done"
    assert whole(Attachment, photo).version == 1


def test_of_two_the_later_counts_and_nobody_is_asked_to_choose(world: World, order: str) -> None:
    ben = phone(world)
    photo = taken(ben, order)
    ben.push()
    ben.pull()
    world.do("asha", "attachment.edit", {"set": {"tag": "before"}}, photo)
    mid = tagged(ben, photo, "after")
    assert ben.push()[mid]["state"] in ("applied", "merged")
    assert whole(Attachment, photo).tag == "after"
    ben.pull()
    assert ben.ids("conflict") == set()


def test_its_sender_may_say_it_once_the_order_is_anothers(world: World, order: str) -> None:
    ben = phone(world)
    photo = taken(ben, order)
    ben.push()
    ben.pull()
    (visit,) = ben.ids("visit")
    world.do("asha", "visit.assign", {"work_order_id": order, "engineer_id": world.users["lina"]}, visit)
    mid = tagged(ben, photo, "after")
    assert ben.push()[mid]["state"] == "applied"
    assert whole(Attachment, photo).tag == "after"


@pytest.mark.parametrize("wrong", [{"tag": "during"}, {"sha256": "b" * 64}, {"lat": 1.0}])
def test_nothing_else_of_a_file_can_be_said_otherwise(world: World, order: str, wrong: dict[str, Any]) -> None:
    photo = str(world.do("asha", "attachment.add", {
        "work_order_id": order, "parent_id": order, "sha256": "a" * 64, "mime": "image/jpeg", "size": 5,
    }).id)  # fmt: skip
    with pytest.raises(Problem):
        world.do("asha", "attachment.edit", {"set": wrong}, photo)
    assert whole(Attachment, photo).sha256 == "a" * 64


def test_what_is_no_photo_of_anybody_is_not_found(world: World, order: str) -> None:
    with pytest.raises(Problem, match="not_found"):
        world.do("asha", "attachment.edit", {"set": {"tag": "after"}}, new_id())
