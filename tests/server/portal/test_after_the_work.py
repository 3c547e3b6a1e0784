"""What Cora's link opens once the work is done: the report without what is internal, her rating, once and hers to change for a week."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from server import worker
from server.core import clock, commit
from server.core.acts import SYSTEM, Act
from server.core.clock import HeldClock
from server.core.ids import new_id
from server.core.tables import EventRow
from server.notices.models import PushSubscription
from server.portal.models import Survey
from server.portal.operations import make_link
from tests.kit import ON_SQLITE, read
from tests.peers.push_service import PushService
from tests.peers.setting import LOOPBACK, subscribe_link, tune
from tests.world import World

ITEMS: list[dict[str, Any]] = [
    {"id": "work", "type": "section", "label": {"en": "Work"}, "items": [
        {"id": "pressure", "type": "number", "label": {"en": "Pressure"}, "unit": {"code": "kPa"}},
        {"id": "margin", "type": "number", "label": {"en": "Our margin"}, "internal": True},
        {"id": "picture", "type": "photo", "label": {"en": "Before"}},
        {"id": "checks", "type": "repeat", "label": {"en": "Checks"}, "rows": "fixed", "seed": [{"what": "Fan", "hint": "SECRET-0"}], "items": [
            {"id": "what", "type": "text", "label": {"en": "What"}},
            {"id": "hint", "type": "text", "label": {"en": "Hint"}, "internal": True},
            {"id": "grudge", "type": "text", "label": {"en": "Grudge"}, "internal": True},
        ]},
    ]},
    {"id": "inner", "type": "section", "label": {"en": "Inner"}, "items": [
        {"id": "blame", "type": "text", "label": {"en": "Blame"}, "internal": True},
    ]},
]  # fmt: skip
ANSWERS = {
    "pressure": 1620, "margin": 777, "checks": [{"what": "Fan", "hint": "SECRET-0", "grudge": "SECRET-1"}], "blame": "SECRET-2",
}  # fmt: skip


def job(world: World, *, is_done: bool = True) -> tuple[str, str, str]:
    """(token, order, visit)"""
    version = world.form(items=ITEMS)
    order = world.order()
    visit = world.visit(order=order)
    for name in ("visit.accept", "visit.arrive"):
        world.do("ben", name, {}, visit)
    args = {"work_order_id": order, "visit_id": visit, "form_version_id": version, "answers": ANSWERS, "is_final": True}
    world.do("ben", "submission.save", args)
    world.do("ben", "visit.edit", {"set": {"findings": "Fan bearing replaced"}}, visit)
    if is_done:
        world.do("ben", "visit.complete", {"outcome": "done"}, visit)
    link = commit.transact(lambda session: make_link(Act(session, SYSTEM), order, world.contact, "http://x"))
    return link.rsplit("/", 1)[1], order, visit


def ask(world: World, token: str, what: str = "", body: Any = None, **headers: str) -> Any:
    client = world.app.test_client()
    address = f"/api/v1/track/{token}{what}"
    return client.get(address) if body is None else client.post(address, json=body, headers=headers)


def test_the_report_shows_what_was_answered_but_nothing_internal(world: World) -> None:
    token, _order, _visit = job(world)
    reply = ask(world, token, "/report")
    (form,) = reply.get_json()["forms"]
    assert form["answers"] == {"pressure": 1620, "checks": [{"what": "Fan"}]}
    assert [one["id"] for one in form["definition"]["items"]] == ["work"]
    assert [one["id"] for one in form["definition"]["items"][0]["items"]] == ["pressure", "checks"]
    assert not any(word in reply.text for word in ("777", "SECRET", "margin", "grudge", "blame", "Blame"))
    assert reply.get_json()["signatures"] == []


def test_before_the_work_is_done_there_is_no_report_and_no_rating(world: World) -> None:
    token, _order, _visit = job(world, is_done=False)
    assert ask(world, token, "/report").get_json()["code"] == "report_not_ready"
    assert ask(world, token, "/rating", {"score": 5}).get_json()["code"] == "rating_too_early"
    assert ask(world, "x" * 32, "/report").get_json()["code"] == "link_over"
    assert ask(world, "x" * 32, "/rating", {"score": 5}).get_json()["code"] == "link_over"


def test_while_parts_are_awaited_or_a_second_is_at_work_there_is_no_report_and_no_rating(world: World) -> None:
    token, order, visit = job(world, is_done=False)
    other = world.visit(order=order)
    world.do("ben", "visit.complete", {"outcome": "needs_parts"}, visit)
    world.do("asha", "visit.cancel", {}, other)
    for _ in range(2):
        assert ask(world, token, "/report").get_json()["code"] == "report_not_ready"
        assert ask(world, token, "/rating", {"score": 5}).get_json()["code"] == "rating_too_early"
        world.visit(order=order)
        last = world.visit(order=order)
        for name, args in (
            ("visit.accept", {}), ("visit.arrive", {}), ("visit.edit", {"set": {"findings": "Fan"}}),
            ("visit.complete", {"outcome": "done"}),
        ):  # fmt: skip
            world.do("ben", name, args, last)


def test_one_rating_a_visit_hers_to_change_for_a_week(world: World) -> None:
    with clock.held(HeldClock(clock.now())) as time:
        token, order, visit = job(world)
        assert ask(world, token).get_json()["rating"] is None
        first = ask(world, token, "/rating", {"score": 2, "text": " Late "})
        assert (first.get_json()["rating"]["score"], first.get_json()["rating"]["text"]) == (2, "Late")
        time.advance(days=7, seconds=-1)
        assert ask(world, token, "/rating", {"score": 4}).status_code == 200
        assert ask(world, token, "/rating", {"score": 4}).status_code == 200
        time.advance(seconds=1)
        assert ask(world, token, "/rating", {"score": 4}).status_code == 200  # the same once more, from a slow network
        assert ask(world, token, "/rating", {"score": 1}).get_json()["code"] == "rating_closed"
        assert ask(world, token).get_json()["rating"] == {
            "score": 4, "text": None, "until": ask(world, token).get_json()["rating"]["until"], "is_open": False,
        }  # fmt: skip
    (survey,) = read(sa.select(Survey))
    assert (survey.visit_id, survey.contact_id, survey.score) == (visit, world.contact, 4)
    events = sa.select(EventRow.name).where(EventRow.entity == "survey").order_by(EventRow.seq)
    assert read(events) == ["survey.answered", "survey.changed"]
    kinds = read(sa.select(EventRow.actor_kind).where(EventRow.entity == "survey"))
    assert set(kinds) == {"link"}
    shown = world.client("asha").get(f"/api/v1/work-orders/{order}").get_json()
    assert [(one["score"], one["visit_id"]) for one in shown["surveys"]] == [(4, visit)]
    assert "survey.answered" in [one["event"] for one in shown["timeline"]]
    hers = world.client("ben").get(f"/api/v1/work-orders/{order}").get_json()["surveys"]
    assert hers == [] or "text" not in hers[0], (
        "what a customer says of him is not the engineer's to read without a grant"
    )


@ON_SQLITE
def test_what_is_no_rating_is_refused_and_so_is_another_site(world: World) -> None:
    token, _order, _visit = job(world)
    for body in ({"score": 0}, {"score": 6}, {"score": "5"}, {"score": 4.5}, {}, {"score": 5, "text": "x" * 2001}):
        assert ask(world, token, "/rating", body).status_code == 422, body
    assert (
        ask(world, token, "/rating", {"score": 5}, Origin="https://evil.example").get_json()["code"] == "origin_refused"
    )
    assert read(sa.select(Survey)) == []
    world.app.extensions["callout.limiter"].enabled = True
    try:
        codes = [ask(world, token, "/rating", {"score": 5}).status_code for _ in range(25)]
    finally:
        world.app.extensions["callout.limiter"].enabled = False
    assert (codes[0], codes[-1]) == (200, 429)


@ON_SQLITE
def test_get_changes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding: the first look at a page made the key for pushes, in the database and on the disk."""
    token, _order, _visit = job(world)
    ben = world.client("ben")
    before = read(sa.select(sa.func.count()).select_from(EventRow))

    def refuse(_work: object) -> None:
        raise AssertionError("a GET writes")

    with monkeypatch.context() as only_reading:
        only_reading.setattr(commit, "transact", refuse)
        assert (ask(world, token).status_code, ask(world, token).get_json()["push_key"]) == (200, None)
        assert ask(world, token, "/report").status_code == 200
        assert ben.get("/api/v1/push").get_json()["code"] == "push_not_ready"
    assert read(sa.select(sa.func.count()).select_from(EventRow)) == before
    worker.announce_push_key()
    key = ask(world, token).get_json()["push_key"]
    assert key and ben.get("/api/v1/push").get_json() == {"key": key}


def test_what_an_erased_person_wrote_and_where_he_was_told_goes_with_him(world: World) -> None:
    with PushService() as service:
        tune(world, push_networks=LOOPBACK)
        token, _order, _visit = job(world)
        subscribe_link(world, service, token)
        ask(world, token, "/rating", {"score": 3, "text": "My phone is 133"})
        world.do("asha", "contact.erase", {}, world.contact)
    (survey,) = read(sa.select(Survey))
    assert (survey.score, survey.text, survey.contact_id) == (3, None, None)
    assert read(sa.select(PushSubscription)) == []
    payloads = read(sa.select(EventRow.payload).where(EventRow.entity == "survey", EventRow.payload.is_not(None)))
    assert not any("133" in one for one in payloads)
    assert ask(world, token).get_json()["code"] == "link_over"


@ON_SQLITE
def test_a_link_without_a_person_offers_no_pushes(world: World) -> None:
    order = world.order(contact_id=None)
    link = commit.transact(lambda session: make_link(Act(session, SYSTEM), order, None, "http://x")).rsplit("/", 1)[1]
    assert ask(world, link).get_json()["push_key"] is None
    with PushService() as service:
        tune(world, push_networks=LOOPBACK)
        body = service.subscription(service.browser())
        assert ask(world, link, "/push", body).status_code == 404
        assert ask(world, new_id(), "/push", body).status_code == 404


def test_who_was_erased_has_no_link_and_no_subscription_any_more(world: World) -> None:
    token, _order, _visit = job(world)
    world.do("asha", "contact.erase", {}, world.contact)
    with PushService() as service:
        tune(world, push_networks=LOOPBACK)
        body = service.subscription(service.browser())
        for what, sent in (("", None), ("/report", None), ("/rating", {"score": 5}), ("/push", body)):
            assert ask(world, token, what, sent).get_json()["code"] == "link_over", what
    assert read(sa.select(Survey)) == []
    assert read(sa.select(PushSubscription)) == []


def test_who_does_not_want_messages_cannot_be_subscribed(world: World) -> None:
    token, _order, _visit = job(world)
    world.do("asha", "contact.edit", {"set": {"may_message": False}}, world.contact)
    with PushService() as service:
        tune(world, push_networks=LOOPBACK)
        reply = ask(world, token, "/push", service.subscription(service.browser()))
        assert reply.get_json()["code"] == "not_found"
    assert read(sa.select(PushSubscription)) == []


def test_a_link_that_was_made_after_the_erasure_rates_nothing(world: World) -> None:
    _token, order, _visit = job(world)
    world.do("asha", "contact.erase", {}, world.contact)
    link = commit.transact(lambda session: make_link(Act(session, SYSTEM), order, world.contact, "http://x"))
    assert ask(world, link.rsplit("/", 1)[1], "/rating", {"score": 5}).get_json()["code"] == "link_over"
