"""Who gets which bytes, and how they are answered."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from server.wiring.doors import BLOBS
from tests.kit import attach, work, write
from tests.media import pictures
from tests.server.permissions.test_leaks import with_role
from tests.world import World


def get(world: World, login: str, attachment: str, variant: str = "original", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return world.client(login).get(f"/api/v1/attachments/{attachment}/{variant}", headers=named)


def test_a_photo_in_its_three_forms(world: World) -> None:
    photo = attach(world, "asha", world.order(), pictures.heic(2000, 1500), name="<img>.html", mime="text/html")
    work()
    for variant, mime, size in (
        ("original", "image/heic", None), ("screen", "image/jpeg", (1600, 1200)), ("thumb", "image/webp", (320, 240)),
    ):  # fmt: skip
        reply = get(world, "mei", photo, variant)
        assert (reply.status_code, reply.headers["Content-Type"]) == (200, mime)
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in reply.headers["Content-Security-Policy"]
        assert reply.headers["Cache-Control"] == "private, no-cache"
        if size is not None:
            assert Image.open(io.BytesIO(reply.data)).size == size
    assert get(world, "mei", photo).data == pictures.heic(2000, 1500)
    assert get(world, "mei", photo, "huge").status_code == 404


def test_it_comes_once_and_then_by_its_tag(world: World) -> None:
    photo = attach(world, "asha", world.order(), pictures.jpeg())
    work()
    tag = get(world, "asha", photo, "thumb").headers["ETag"]
    assert tag.startswith('"') and tag != get(world, "asha", photo, "screen").headers["ETag"]
    again = get(world, "asha", photo, "thumb", If_None_Match=tag)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert get(world, "asha", photo, "thumb", If_None_Match='"other"').status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [("bytes=0-99", 206, 0, 99), ("bytes=100-", 206, 100, -1), ("bytes=-50", 206, -50, -1), ("bytes=10-1000000", 206, 10, -1),
     ("bytes=1000000-", 416, 0, 0), ("bytes=0-1,5-6", 200, 0, -1), ("lines=1-2", 200, 0, -1), ("bytes=x", 200, 0, -1)],
)  # fmt: skip
def test_originals_come_in_ranges(world: World, asked: str, status: int, first: int, last: int) -> None:
    data = pictures.jpeg()
    photo = attach(world, "asha", world.order(), data)
    work()
    reply = get(world, "asha", photo, Range=asked)
    assert reply.status_code == status
    if status == 416:
        assert reply.headers["Content-Range"] == f"bytes */{len(data)}"
    else:
        start, stop = first % len(data), last % len(data) + 1
        assert reply.data == data[start:stop]
        assert reply.headers["Content-Length"] == str(stop - start)
    if status == 206:
        assert reply.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(data)}"


def test_a_range_of_another_state_of_the_file_is_the_whole(world: World) -> None:
    photo = attach(world, "asha", world.order(), pictures.jpeg())
    work()
    tag = get(world, "asha", photo).headers["ETag"]
    assert get(world, "asha", photo, Range="bytes=0-9", If_Range=tag).status_code == 206
    assert get(world, "asha", photo, Range="bytes=0-9", If_Range='"other"').status_code == 200
    assert get(world, "asha", photo, "screen", Range="bytes=0-9").status_code == 200


def test_a_file_is_only_ever_stored_never_opened_in_the_browser(world: World) -> None:
    page = attach(
        world, "asha", world.order(), pictures.HTML, kind="file", mime="text/html", name='../a"\r\nX: 1;报告.html'
    )
    reply = get(world, "mei", page)
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "application/octet-stream")
    told = reply.headers["Content-Disposition"]
    assert told == "attachment; filename=\"file\"; filename*=UTF-8''a%22X%3A%201%3B%E6%8A%A5%E5%91%8A.html"
    assert "sandbox" in reply.headers["Content-Security-Policy"] and "X" not in reply.headers
    assert [get(world, "mei", page, one).status_code for one in ("screen", "thumb")] == [404, 404]


@pytest.mark.parametrize("state", ["not yet inspected", "refused", "missing"])
def test_what_nobody_looked_at_or_was_refused_is_for_its_sender_alone(world: World, state: str) -> None:
    order = world.order()
    world.visit(order=order)
    data = pictures.jpeg() + pictures.archive()
    if state == "missing":
        told = {"work_order_id": order, "parent_id": order, "sha256": "a" * 64, "mime": "image/jpeg", "size": 5}
        photo = str(world.do("ben", "attachment.add", told).id)
    else:
        photo = attach(world, "ben", order, data)
    if state == "refused":
        work()
    for login in ("asha", "mei", "lina"):
        for variant in ("original", "screen", "thumb"):
            assert get(world, login, photo, variant).status_code == 404, (login, variant)
    reply = get(world, "ben", photo)
    assert reply.status_code == (404 if state == "missing" else 200)
    if reply.status_code == 200:
        assert reply.data == data
        assert reply.headers["Content-Type"] == "application/octet-stream"
        assert reply.headers["Content-Disposition"].startswith("attachment")
        assert get(world, "ben", photo, "screen").status_code == 404


def test_knowing_a_hash_opens_nothing(world: World) -> None:
    """Lina attaches the hash of Ben's photo, whose bytes she has not got."""
    order = world.order()
    world.visit(order=order)
    attach(world, "ben", order, pictures.jpeg())
    work()
    import hashlib

    mine = world.order()
    world.visit("lina", mine)
    told = {"work_order_id": mine, "parent_id": mine, "mime": "image/jpeg", "size": 5}
    sha = hashlib.sha256(pictures.jpeg()).hexdigest()
    hers = str(world.do("lina", "attachment.add", told | {"sha256": sha}).id)
    work()
    assert [get(world, "lina", hers, one).status_code for one in ("original", "screen", "thumb")] == [404] * 3


@pytest.mark.parametrize(
    ("fields", "expected"),
    [({"*": "read"}, [200, 200, 200]), ({"*": "read", "lat": "none"}, [404, 200, 200]),
     ({"*": "read", "camera": "none"}, [404, 200, 200]), ({"*": "read", "sha256": "none"}, [404, 404, 404]), ({}, [404, 404, 404])],
)  # fmt: skip
def test_who_may_not_see_the_place_gets_no_file_that_holds_it(
    world: World, fields: dict[str, str], expected: list[int]
) -> None:
    """The camera writes the place into its own file; the copies are stripped."""
    photo = attach(world, "asha", world.order(), pictures.jpeg())
    work()
    granted = {"work_order": {"*": "read"}, "attachment": fields}
    with_role(world, "dev", grants=["work_order.read"], scope="all", field_grants=granted)
    assert [get(world, "dev", photo, one).status_code for one in ("original", "screen", "thumb")] == expected


def test_a_photo_goes_with_the_record_it_hangs_on(world: World) -> None:
    """Lina is on the same order and does not see Ben's visit: nor the photo of it."""
    order = world.order()
    visit = world.visit("ben", order)
    world.visit("lina", order)
    of_visit = attach(world, "ben", order, pictures.jpeg(), parent_entity="visit", parent_id=visit)
    of_order = attach(world, "ben", order, pictures.png())
    work()
    assert [get(world, "lina", one, "thumb").status_code for one in (of_visit, of_order)] == [404, 200]
    assert get(world, "asha", of_visit, "thumb").status_code == 200


def test_a_token_reads_within_what_it_was_narrowed_to(world: World) -> None:
    photo = attach(world, "asha", world.order(), pictures.jpeg())
    work()
    granted = {"work_order": {"*": "read"}, "attachment": {"*": "read"}}
    mine = ["api_token.issue", "work_order.read", "customer.read"]
    with_role(world, "dev", grants=mine, scope="all", field_grants=granted)
    for grants, status in ((["work_order.read"], 200), (["customer.read"], 403)):
        wish = {"name": "erp", "grants": grants}
        token = world.client("dev").post("/api/v1/api-tokens", json=wish).get_json()["token"]
        reply = world.app.test_client().get(
            f"/api/v1/attachments/{photo}/screen", headers={"Authorization": f"Bearer {token}"}
        )
        assert reply.status_code == status


def test_bytes_that_are_gone_are_said_to_be(world: World) -> None:
    photo = attach(world, "asha", world.order(), pictures.jpeg())
    work()
    write(BLOBS.blob_variant.update().where(BLOBS.blob_variant.c.variant == "thumb").values(variant_sha256="f" * 64))
    assert get(world, "asha", photo, "thumb").get_json()["code"] == "not_found"


def test_the_order_says_who_sent_each_picture_and_why_one_is_not_shown(world: World) -> None:
    order = world.order()
    shown = attach(world, "asha", order, pictures.jpeg())
    broken = attach(world, "asha", order, b"no picture at all, only words")
    work()
    reply = world.client("mei").get(f"/api/v1/work-orders/{order}")
    by_id = {one["id"]: one for one in reply.get_json()["attachments"]}
    assert by_id[shown]["added_by"] == "Asha" and by_id[shown]["sentence"] is None and by_id[shown]["width"]
    assert (by_id[broken]["state"], by_id[broken]["added_by"]) == ("refused", "Asha")
    assert by_id[broken]["sentence"].startswith("This is no picture that can be shown")
