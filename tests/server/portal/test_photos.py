"""Cora sees the photos of the finished form through her link, and nothing else: no place, no original, nothing of others."""

from __future__ import annotations

import hashlib
import io
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import sqlalchemy as sa
from PIL import Image

from server.core import clock, commit
from server.core.acts import SYSTEM, Act
from server.core.clock import HeldClock
from server.core.ids import new_id
from server.forms.engine.values import answers_sha256
from server.portal.models import TrackingLink
from server.portal.operations import make_link
from tests.kit import upload, work, write
from tests.media import pictures
from tests.world import World

PLACE = {"lat": 31.23456, "lon": 121.45678, "accuracy_m": 5.0}
ITEMS: list[dict[str, Any]] = [
    {"id": "photos", "type": "photo", "label": {"en": "Photos"}},
    {"id": "ours", "type": "photo", "label": {"en": "For the office"}, "internal": True},
    {"id": "signed", "type": "signature", "label": {"en": "Signature"}, "binds": "answers_sha256"},
]


class Story:
    """An order of Cora's whose form Ben fills in, and her link to it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.order = world.order()
        self.visit = world.visit("ben", self.order)
        self.form = world.form(items=ITEMS)
        self.submission = new_id()
        self.token = commit.transact(
            lambda session: make_link(Act(session, SYSTEM), self.order, world.contact, "http://x")
        ).rsplit("/", 1)[1]
        self.named: list[dict[str, Any]] = []
        self.ours: list[dict[str, Any]] = []
        self.signature: dict[str, Any] | None = None

    def photo(self, data: bytes, *, is_named: bool = True, **args: Any) -> str:
        sha = upload(self.world, "ben", data)
        made = self.world.do("ben", "attachment.add", {
            "work_order_id": self.order, "parent_entity": "submission", "parent_id": self.submission, "sha256": sha,
            "mime": "image/jpeg", "size": len(data), "tag": "before", **PLACE, **args,
        })  # fmt: skip
        if is_named:
            self.named.append({"id": str(made.id), "sha256": sha})
        return str(made.id)

    def finish(self, *, is_final: bool = True) -> None:
        args = {
            "work_order_id": self.order, "visit_id": self.visit, "form_version_id": self.form,
            "answers": self.answers(), "is_final": is_final,
        }  # fmt: skip
        self.world.do("ben", "submission.save", args, self.submission)

    def answers(self) -> dict[str, Any]:
        given = {"photos": self.named, **({"ours": self.ours} if self.ours else {})}
        if self.signature is None:
            return given
        return {**given, "signed": {**self.signature, "answers_sha256": answers_sha256(given, frozenset({"signed"}))}}

    def page(self) -> Any:
        return self.world.app.test_client().get(f"/api/v1/track/{self.token}")

    def photos(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page().get_json()["photos"]
        return found

    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = self.world.app.test_client().get(f"/api/v1/track/{self.token}/report").get_json()
        return found

    def get(self, address: str) -> Any:
        return self.world.app.test_client().get(address)


@pytest.fixture
def story(world: World) -> Story:
    return Story(world)


def test_the_photos_of_a_finished_form(story: Story) -> None:
    photo = story.photo(pictures.jpeg(2000, 1500, 6))
    story.photo(pictures.png(), kind="signature", is_named=False)
    story.photo(pictures.webp(), is_named=False)  # taken out of the form again
    story.finish(is_final=False)
    work()
    assert story.photos() == []
    story.finish()
    (shown,) = story.photos()
    assert (shown["id"], shown["tag"], shown["width"], shown["height"]) == (photo, "before", 1500, 2000)
    for variant, mime, size in (("screen", "image/jpeg", (1200, 1600)), ("thumb", "image/webp", (240, 320))):
        reply = story.get(shown[variant])
        assert (reply.status_code, reply.headers["Content-Type"]) == (200, mime)
        assert reply.headers["Cache-Control"].startswith("private")
        image = Image.open(io.BytesIO(reply.data))
        assert (image.size, dict(image.getexif())) == (size, {})
        assert b"Secret" not in reply.data and b"Exif" not in reply.data
    text = story.page().text
    assert not any(one in text for one in ("31.23", "121.45", "accuracy", "taken_at", hashlib.sha256(b"").hexdigest()))


def test_a_photo_that_is_internal_stays_inside(story: Story) -> None:
    shown = story.photo(pictures.jpeg())
    hidden = story.photo(pictures.png())
    story.ours = [story.named.pop()]
    story.finish()
    work()
    assert [one["id"] for one in story.photos()] == [shown]
    assert hidden not in story.page().text
    address = story.photos()[0]["screen"].replace(shown, hidden)
    assert story.get(address).get_json()["code"] == "link_over"


def test_the_signature_is_under_the_report_once_its_picture_was_looked_at(story: Story) -> None:
    story.photo(pictures.png(), kind="signature")
    story.signature = story.named.pop()
    for step in ("accept", "arrive"):
        story.world.do("ben", f"visit.{step}", {}, story.visit)
    story.finish()
    story.world.do("ben", "visit.edit", {"set": {"findings": "Fan bearing replaced"}}, story.visit)
    story.world.do("ben", "visit.complete", {"outcome": "done"}, story.visit)
    (signed,) = story.report()["signatures"]
    assert (bool(signed["at"]), signed["picture"]) == (True, None)
    work()
    (signed,) = story.report()["signatures"]
    assert story.get(signed["picture"]["screen"]).status_code == 200
    assert story.photos() == []


def test_what_was_refused_or_not_inspected_is_not_shown(story: Story) -> None:
    story.photo(pictures.jpeg() + pictures.archive())
    story.finish()
    assert story.photos() == []
    work()
    assert story.photos() == []


def changed(address: str, **changes: str) -> str:
    parts = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changes
    return f"{parts.path}?{urlencode(query)}"


def test_a_link_opens_one_copy_of_one_photo(story: Story) -> None:
    """Every part of it is signed: another photo, copy, viewer or time is another link."""
    story.photo(pictures.jpeg())
    story.photo(pictures.jpeg(500, 300))
    story.finish()
    work()
    first, second = story.photos()
    address = first["screen"]
    assert story.get(address).status_code == 200
    until = int(parse_qs(urlsplit(address).query)["until"][0])
    wrong = {
        "another photo": address.replace(first["id"], second["id"]),
        "another copy": address.replace("/screen?", "/thumb?"),
        "the original": address.replace("/screen?", "/original?"),
        "another viewer": changed(address, viewer=new_id()),
        "a longer time": changed(address, until=str(until + 3600)),
        "no signature": changed(address, sign="A"),
        "a signature of another": changed(address, sign=parse_qs(urlsplit(second["screen"]).query)["sign"][0]),
    }
    replies = {name: story.get(one) for name, one in wrong.items()}
    assert {name: (one.status_code, one.get_json()["code"]) for name, one in replies.items()} == dict.fromkeys(
        wrong, (404, "link_over")
    )


def test_even_a_signed_original_is_not_opened(story: Story) -> None:
    photo = story.photo(pictures.jpeg())
    story.finish()
    work()
    query = {name: values[0] for name, values in parse_qs(urlsplit(story.photos()[0]["screen"]).query).items()}
    signer = story.world.app.extensions["callout.signer"]
    for variant in ("original", "screen "):
        sign = signer.sign(photo, variant, query["viewer"], int(query["until"]))
        assert story.get(changed(f"/api/v1/files/{photo}/{variant}", **query | {"sign": sign})).status_code == 404


def test_a_link_ends_within_two_hours_and_with_the_tracking_link(story: Story) -> None:
    story.photo(pictures.jpeg())
    story.finish()
    work()
    with clock.held(HeldClock(clock.now())) as time:
        address = story.photos()[0]["thumb"]
        time.advance(minutes=59)
        assert story.get(address).status_code == 200
        time.advance(minutes=62)
        assert story.get(address).get_json()["code"] == "link_over"
        address = story.photos()[0]["thumb"]
        write(sa.update(TrackingLink).values(revoked_at=clock.now()))
        assert story.get(address).get_json()["code"] == "link_over"


def test_a_photo_is_not_shown_any_more_when_its_visit_is_called_off(story: Story) -> None:
    story.photo(pictures.jpeg())
    story.finish()
    work()
    address = story.photos()[0]["thumb"]
    story.world.do("asha", "visit.cancel", {"reason": "wrong site"}, story.visit)
    assert story.photos() == []
    assert story.get(address).get_json()["code"] == "link_over"


def test_every_server_on_the_same_key_opens_the_same_links(story: Story) -> None:
    from media.signing import Signer

    here, elsewhere = Signer(b"a" * 32), Signer(b"b" * 32)
    sign = here.sign("1", "screen", "v", 5)
    assert Signer(b"a" * 32).is_right(sign, "1", "screen", "v", 5)
    assert not elsewhere.is_right(sign, "1", "screen", "v", 5)
    assert here.sign("11", "screen", "v", 5) != here.sign("1", "1screen", "v", 5)
    assert not here.is_right("\ud800ü", "1", "screen", "v", 5)


def test_what_was_said_otherwise_of_a_photo_is_what_the_customer_reads(story: Story) -> None:
    photo = story.photo(pictures.jpeg())
    story.finish()
    work()
    story.world.do("asha", "attachment.edit", {"set": {"tag": "after"}}, photo)
    assert [one["tag"] for one in story.photos()] == ["after"]
    story.world.do("asha", "attachment.edit", {"set": {"tag": None}}, photo)
    assert [one["tag"] for one in story.photos()] == [None]
