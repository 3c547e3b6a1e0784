"""What Cora hears and when: on the way, done; not what was taken back, not at night, not if she does not want it; one row per message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from server import worker
from server.core import clock, commit
from server.core.acts import SYSTEM, Act
from server.core.clock import HeldClock
from server.core.tables import DueWork
from server.notices import quiet, receipts
from server.notices.channels import Accepted, Answer, Message, Refused, Retry, Unknown
from server.notices.models import Notice, NoticeAttempt, PushSubscription, SmsPart
from server.portal.operations import make_link
from tests.kit import ON_SQLITE, read
from tests.peers.push_service import PushService
from tests.peers.setting import LOOPBACK, Remembering, put, subscribe_link, tune
from tests.world import World

NOON = dt.datetime(2026, 11, 25, 4, 0, tzinfo=dt.UTC)  # 12:00 at the site
NIGHT = dt.datetime(2026, 11, 25, 14, 30, tzinfo=dt.UTC)  # 22:30 there
MORNING = dt.datetime(2026, 11, 26, 0, 0, tzinfo=dt.UTC)  # 08:00 there


@pytest.fixture
def time() -> Iterator[HeldClock]:
    with clock.held(HeldClock(NOON)) as held:
        yield held


def told(template: str | None = None) -> list[Notice]:
    """Cora's messages."""
    query = sa.select(Notice).where(Notice.recipient_kind == "contact").order_by(Notice.created_at, Notice.id)
    return read(query.where(Notice.template == template) if template else query)


def go(world: World, visit: str, *steps: str) -> None:
    for name in steps:
        args = {"outcome": "done"} if name == "visit.complete" else {}
        if name == "visit.complete":
            world.do("ben", "visit.edit", {"set": {"findings": "Fan bearing replaced"}}, visit)
        world.do("ben", name, args, visit)


def pass_by(time: HeldClock, **by: float) -> None:
    time.advance(**by)
    worker.tick()
    worker.tick()


def travelling(world: World) -> str:
    visit = world.visit()
    go(world, visit, "visit.accept", "visit.travel")
    worker.tick()
    return visit


def done(world: World) -> str:
    visit = world.visit()
    go(world, visit, "visit.accept", "visit.arrive", "visit.complete")
    worker.tick()
    return visit


def quiet_hours(world: World, begins: str = "21:00", ends: str = "08:00") -> None:
    world.do("mei", "organisation.change", {"quiet_from": begins, "quiet_until": ends}, world.organisation_id)


def test_on_the_way_with_the_link_and_then_done(world: World, time: HeldClock) -> None:
    sms = Remembering()
    put(world, sms=sms)
    visit = travelling(world)
    assert sms.given == []
    pass_by(time, seconds=61)
    (way,) = told()
    assert (way.template, way.state, way.channel, way.address) == ("visit_travel", "sent", "sms", "133")
    assert "Ben is on the way" in way.body and way.link and way.link in way.body
    token = way.link.rsplit("/", 1)[1]
    shown = world.app.test_client().get(f"/api/v1/track/{token}").get_json()
    assert (shown["visit"]["status"], shown["visit"]["engineer"]) == ("travelling", "Ben")
    go(world, visit, "visit.arrive", "visit.complete")
    pass_by(time, minutes=6)
    pass_by(time, minutes=6)
    assert [one.template for one in told()] == ["visit_travel", "visit_completed"]
    assert len(sms.given) == 2


def test_a_slip_of_the_finger_tells_nobody(world: World, time: HeldClock) -> None:
    visit = travelling(world)
    pass_by(time, seconds=30)
    go(world, visit, "visit.revert")
    pass_by(time, minutes=10)
    assert told() == []
    go(world, visit, "visit.travel")
    worker.tick()
    pass_by(time, minutes=2)
    assert len(told()) == 1


def test_taken_back_while_the_channel_is_down_it_does_not_leave(world: World, time: HeldClock) -> None:
    outbox = Remembering(*[Retry(600, "down")] * 9)
    put(world, outbox=outbox)
    visit = travelling(world)
    pass_by(time, seconds=61)
    assert [one.state for one in told()] == ["waiting"]
    go(world, visit, "visit.revert")
    pass_by(time, hours=1)
    assert [one.state for one in told()] == ["withdrawn"]
    assert len(outbox.given) == 1
    assert read(sa.select(DueWork).where(DueWork.kind == "notice.send", DueWork.state == "pending")) == []


def test_a_completion_taken_back_offline_and_synced_late_is_withdrawn(world: World, time: HeldClock) -> None:
    """Completed and reverted without signal; the two came an hour apart, and the mail server was down between."""
    put(world, outbox=Remembering(*[Retry(7200, "down")] * 9))
    visit = done(world)
    pass_by(time, minutes=6)
    assert [one.state for one in told()] == ["waiting"]
    world.do("ben", "visit.revert", {}, visit, acted_at=NOON + dt.timedelta(minutes=2), origin="sync")
    worker.tick()
    assert [one.state for one in told()] == ["withdrawn"]


def test_a_further_visit_takes_back_that_it_is_done(world: World, time: HeldClock) -> None:
    """Finding: in the night a second visit was planned, and in the morning the customer read that all was done."""
    quiet_hours(world)
    time.at = NIGHT
    order = world.order()
    visit = world.visit(order=order)
    go(world, visit, "visit.accept", "visit.arrive", "visit.complete")
    other = done(world)
    pass_by(time, minutes=6)
    assert [one.state for one in told()] == ["waiting", "waiting"]
    world.visit(order=order)
    worker.tick()
    assert {one.visit_id: one.state for one in told()} == {visit: "withdrawn", other: "waiting"}
    time.at = MORNING
    pass_by(time, seconds=1)
    assert {one.visit_id: one.state for one in told()} == {visit: "withdrawn", other: "sent"}


def test_at_night_it_waits_for_the_morning_of_the_site(world: World, time: HeldClock) -> None:
    quiet_hours(world)
    time.at = NIGHT
    sms = Remembering()
    put(world, sms=sms)
    done(world)
    pass_by(time, minutes=6)
    assert [one.state for one in told()] == ["waiting"]
    time.at = MORNING - dt.timedelta(seconds=1)
    pass_by(time)
    assert sms.given == []
    pass_by(time, seconds=1)
    assert ([one.state for one in told()], len(sms.given)) == (["sent"], 1)


def test_what_is_tried_again_does_not_leave_at_night_either(world: World, time: HeldClock) -> None:
    """Finding: only the first try was put off; what a carrier did not take in the evening left at night."""
    quiet_hours(world)
    time.at = NIGHT - dt.timedelta(hours=2)
    sms = Remembering(Retry(7200, "down"))
    put(world, sms=sms)
    done(world)
    pass_by(time, minutes=6)
    time.at = NIGHT + dt.timedelta(hours=1)
    pass_by(time)
    assert (len(sms.given), [one.state for one in told()]) == (1, ["waiting"])
    time.at = MORNING
    pass_by(time, seconds=1)
    assert (len(sms.given), [one.state for one in told()]) == (2, ["sent"])


def test_the_next_channel_waits_for_the_morning_too(world: World, time: HeldClock) -> None:
    class Late(Remembering):
        def send(self, message: Message) -> Answer:
            time.at = NIGHT
            return super().send(message)

    quiet_hours(world)
    time.at = NIGHT - dt.timedelta(hours=2)
    mail = Remembering()
    put(world, sms=Late(Refused("smsc_000b")), email=mail)
    world.do("asha", "contact.edit", {"set": {"email": "cora@northway.example"}}, world.contact)
    done(world)
    pass_by(time, minutes=6)
    pass_by(time, minutes=6)
    assert (mail.given, [(one.state, one.channel) for one in told()]) == ([], [("waiting", "email")])
    time.at = MORNING
    pass_by(time, seconds=1)
    assert (len(mail.given), [one.state for one in told()]) == (1, ["sent"])


def test_on_the_way_at_night_is_no_news_in_the_morning(world: World, time: HeldClock) -> None:
    quiet_hours(world)
    time.at = NIGHT
    visit = travelling(world)
    pass_by(time, seconds=61)
    assert [one.state for one in told()] == ["waiting"]
    go(world, visit, "visit.arrive")
    pass_by(time, seconds=1)
    time.at = MORNING
    pass_by(time)
    assert [one.state for one in told()] == ["withdrawn"]


def test_an_engineer_is_called_at_night(world: World, time: HeldClock) -> None:
    quiet_hours(world)
    time.at = NIGHT
    world.visit()
    worker.tick()
    assert read(sa.select(Notice.state)) == ["sent"]


def test_who_says_no_in_the_night_hears_nothing_in_the_morning(world: World, time: HeldClock) -> None:
    quiet_hours(world)
    time.at = NIGHT
    done(world)
    pass_by(time, minutes=6)
    world.do("asha", "contact.edit", {"set": {"may_message": False}}, world.contact)
    worker.tick()
    time.at = MORNING
    pass_by(time)
    assert [one.state for one in told()] == ["not_wanted"]


@pytest.mark.parametrize(
    ("at", "zone", "begins", "ends", "allowed"),
    [
        ("2026-11-25T04:00Z", "Asia/Shanghai", "21:00", "08:00", "2026-11-25T04:00Z"),
        ("2026-11-25T13:00Z", "Asia/Shanghai", "21:00", "08:00", "2026-11-26T00:00Z"),
        ("2026-11-25T23:59Z", "Asia/Shanghai", "21:00", "08:00", "2026-11-26T00:00Z"),
        ("2026-11-26T00:00Z", "Asia/Shanghai", "21:00", "08:00", "2026-11-26T00:00Z"),
        ("2026-11-25T05:00Z", "Asia/Shanghai", "12:00", "14:00", "2026-11-25T06:00Z"),
        ("2026-11-25T13:00Z", "Asia/Shanghai", "08:00", "08:00", "2026-11-25T13:00Z"),
        # the night the clocks go forward, and the one they go back
        ("2026-03-28T22:00Z", "Europe/Berlin", "21:00", "08:00", "2026-03-29T06:00Z"),
        ("2026-10-24T22:00Z", "Europe/Berlin", "21:00", "08:00", "2026-10-25T07:00Z"),
        ("2026-11-25T05:00Z", "America/New_York", "21:00", "08:00", "2026-11-25T13:00Z"),
        # quiet until half past two of an hour that there is twice: in the second one the first end is over
        ("2026-10-25T00:15Z", "Europe/Berlin", "21:00", "02:30", "2026-10-25T00:30Z"),
        ("2026-10-25T01:15Z", "Europe/Berlin", "21:00", "02:30", "2026-10-25T01:30Z"),
    ],
)
def test_quiet_hours_by_the_clock_on_the_wall(at: str, zone: str, begins: str, ends: str, allowed: str) -> None:
    assert quiet.allowed_at(dt.datetime.fromisoformat(at), zone, begins, ends) == dt.datetime.fromisoformat(allowed)


@ON_SQLITE
def test_half_a_night_is_refused(world: World) -> None:
    mei = world.client("mei")
    for args, code in (
        ({"quiet_from": "21:00"}, "quiet_hours_halved"), ({"quiet_from": "9 pm", "quiet_until": "08:00"}, "input_invalid"),
    ):  # fmt: skip
        body = {"entity_id": world.organisation_id, "args": args}
        assert mei.post("/api/v1/do/organisation.change", json=body).get_json()["code"] == code


def link(world: World, order: str) -> str:
    made = commit.transact(lambda session: make_link(Act(session, SYSTEM), order, world.contact, "http://x"))
    return made.rsplit("/", 1)[1]


def test_who_subscribed_on_the_page_is_told_there_and_nowhere_else(world: World, time: HeldClock) -> None:
    sms = Remembering()
    with PushService() as service:
        tune(world, push_networks=LOOPBACK)
        put(world, sms=sms)
        order = world.order()
        browser = subscribe_link(world, service, link(world, order))
        visit = world.visit(order=order)
        go(world, visit, "visit.accept", "visit.travel")
        worker.tick()
        pass_by(time, seconds=61)
        (message,) = browser.got
        assert ("/p/" in message["url"], message["body"]) == (True, "Ben is on the way to you.")
        assert "High pressure" not in str(message) and "Cora" not in str(message)
        browser.answers = [(404, {})]
        go(world, visit, "visit.arrive", "visit.complete")
        worker.tick()
        pass_by(time, minutes=6)
        assert (len(browser.got), [one.address for one in sms.given]) == (1, ["133"])
        assert [one.channel for one in told()] == ["push", "sms"]
        assert read(sa.select(PushSubscription)) == []
        assert service.faults == []


def test_who_unsubscribes_is_told_by_sms(world: World, time: HeldClock) -> None:
    with PushService() as service:
        tune(world, push_networks=LOOPBACK)
        order = world.order()
        token, other = link(world, order), link(world, world.order())
        browser = subscribe_link(world, service, token)
        body, client = {"endpoint": service.subscription(browser)["endpoint"]}, world.app.test_client()
        assert client.delete(f"/api/v1/track/{other}/push", json=body).status_code == 204
        assert len(read(sa.select(PushSubscription))) == 1  # another's link ends nothing
        assert client.delete(f"/api/v1/track/{token}/push", json=body).status_code == 204
        assert read(sa.select(PushSubscription)) == []


def test_sms_then_mail_then_the_outbox_in_one_row(world: World, time: HeldClock) -> None:
    sms, mail = Remembering(Refused("smsc_000b")), Remembering(Refused("address_refused"))
    put(world, sms=sms, email=mail)
    world.do("asha", "contact.edit", {"set": {"email": "cora@northway.example"}}, world.contact)
    done(world)
    pass_by(time, minutes=6)
    (one,) = told()
    assert (one.channel, one.state, one.route_no) == ("outbox", "sent", 2)
    assert [len(channel.given) for channel in (sms, mail)] == [1, 1]
    tries = sa.select(NoticeAttempt.channel).where(NoticeAttempt.notice_id == one.id)
    assert set(read(tries)) == {"sms", "email", "outbox"}


def test_a_carrier_that_is_down_gives_way_to_mail_in_the_end(world: World, time: HeldClock) -> None:
    sms, mail = Remembering(*[Retry(None, "down")] * 50), Remembering()
    put(world, sms=sms, email=mail)
    world.do("asha", "contact.edit", {"set": {"email": "cora@northway.example"}}, world.contact)
    done(world)
    pass_by(time, minutes=6)
    for _ in range(14):
        pass_by(time, minutes=16)
    (one,) = told()
    assert (one.channel, one.state, len(mail.given)) == ("email", "sent", 1)


@pytest.mark.parametrize("fails", [False, True])
def test_an_sms_whose_outcome_is_unknown_is_shown_and_never_sent_again(
    world: World, time: HeldClock, fails: bool
) -> None:
    class Broken(Remembering):
        def send(self, message: object) -> Accepted:
            self.given.append(message)  # type: ignore[arg-type] # only counted
            raise RuntimeError("in the middle of it")

    sms = Broken() if fails else Remembering(Unknown("no_answer"))
    put(world, sms=sms, email=Remembering())
    done(world)
    pass_by(time, minutes=6)
    for _ in range(3):
        pass_by(time, hours=3)
    (one,) = told()
    assert (one.state, one.failure, len(sms.given)) == ("unknown", {"code": "failed" if fails else "no_answer"}, 1)
    shown = world.client("asha").get("/api/v1/notices?state=unknown").get_json()["items"]
    assert [row["id"] for row in shown] == [one.id]


def test_receipts_settle_a_message_part_by_part_and_may_come_first(world: World, time: HeldClock) -> None:
    put(world, sms=Remembering(Accepted("a", ("a", "b", "c")), Accepted("d", ("d",)), Accepted("e", ("e",))))
    receipts.store("b", "delivered")  # before the answer was stored
    done(world)
    pass_by(time, minutes=6)
    (one,) = told()
    for part, state in (("a", "sent"), ("c", "delivered"), ("c", "delivered"), ("a", "delivered")):
        receipts.store(part, "delivered")
        assert read(sa.select(Notice.state).where(Notice.id == one.id)) == [state], part
    receipts.store("d", "failed")
    done(world)
    pass_by(time, minutes=6)
    assert (told()[1].state, told()[1].failure) == ("failed", {"code": "not_delivered"})
    done(world)
    pass_by(time, minutes=6)
    receipts.store("e", None)  # the carrier does not know either
    receipts.store("stranger", "delivered")
    assert told()[2].state == "sent"
    time.advance(days=8)
    commit.transact(receipts.sweep)
    assert read(sa.select(SmsPart)) == []
