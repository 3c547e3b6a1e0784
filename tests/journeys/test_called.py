"""Ben is called to a job: by push, by SMS when his phone stays silent, until his phone says that it has the visit; Asha sees which."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from server import worker
from server.core import clock
from server.core.clock import HeldClock
from server.core.ids import new_id
from server.core.tables import DueWork, EventRow
from server.notices import receipts
from server.notices.channels import Accepted, Refused, Unknown
from server.notices.models import Notice, NoticeAttempt, PushSubscription, SmsPart
from sync.testing import FakeDevice
from tests.kit import ON_SQLITE, phone, read
from tests.peers.push_service import Browser, PushService
from tests.peers.setting import LOOPBACK, Remembering, put, subscribe, tune
from tests.world import PASSWORD, World

CALL = "visit_dispatched"


@pytest.fixture
def time() -> Iterator[HeldClock]:
    with clock.held(HeldClock(clock.now())) as held:
        yield held


@pytest.fixture
def service(world: World) -> Iterator[PushService]:
    with PushService() as made:
        tune(world, push_networks=LOOPBACK)
        yield made
        assert made.faults == []


def call() -> Notice:
    """The one message about the one dispatch."""
    (found,) = read(sa.select(Notice).where(Notice.template == CALL))
    assert isinstance(found, Notice)
    return found


def reach(world: World, visit: str) -> tuple[Any, Any]:
    """What Asha's list and her drawer say."""
    asha = world.client("asha")
    cards = asha.get("/api/v1/work-orders").get_json()["items"]
    (card,) = [one for one in cards if one["visit"] and one["visit"]["id"] == visit]
    detail = asha.get(f"/api/v1/work-orders/{card['id']}").get_json()
    return card["visit"]["reach"], next(one["reach"] for one in detail["visits"] if one["id"] == visit)


def minutes_pass(time: HeldClock, minutes: float = 3) -> None:
    time.advance(minutes=minutes, seconds=1)
    worker.tick()
    worker.tick()


def with_number(world: World) -> Remembering:
    sms = Remembering()
    put(world, sms=sms)
    world.do("mei", "user.change", {"phone": "+8613800000002"}, world.users["ben"])
    return sms


def test_a_push_a_pull_and_nothing_more(world: World, time: HeldClock, service: PushService) -> None:
    sms, browser = with_number(world), subscribe(world, service)
    ben = phone(world)
    visit = world.visit()
    worker.tick()
    (told,) = browser.got
    assert told["url"].endswith(f"/app/jobs/{visit}")
    assert (call().state, call().channel, reach(world, visit)) == ("sent", "push", ("called", "called"))
    ben.pull()  # the rows go out: whether they arrived, nobody knows
    assert call().state == "sent"
    ben.pull()  # its cookies say that it has them
    assert (call().state, reach(world, visit)) == ("delivered", ("reached", "reached"))
    minutes_pass(time, 10)
    assert (sms.given, len(browser.got)) == ([], 1)
    assert set(read(sa.select(DueWork.state).where(DueWork.kind == "notice.reach"))) == {"withdrawn"}


def test_a_silent_phone_is_called_by_sms_and_then_asha_sees_it(
    world: World, time: HeldClock, service: PushService
) -> None:
    sms, browser = with_number(world), subscribe(world, service)
    visit = world.visit()
    worker.tick()
    assert (len(browser.got), sms.given) == (1, [])
    minutes_pass(time)
    assert [one.address for one in sms.given] == ["+8613800000002"]
    assert (call().state, call().channel, reach(world, visit)[0]) == ("sent", "sms", "called")
    minutes_pass(time)
    assert (call().state, reach(world, visit)) == ("not_reached", ("not_reached", "not_reached"))
    minutes_pass(time, 60)
    assert (len(sms.given), len(browser.got)) == (1, 1)
    ben = phone(world)  # he is out of the basement
    ben.pull()
    assert (call().state, reach(world, visit)) == ("delivered", ("reached", "reached"))
    assert read(sa.select(NoticeAttempt.outcome).order_by(NoticeAttempt.at)) == ["accepted", "accepted"]


def test_without_any_channel_the_board_is_honest(world: World, time: HeldClock) -> None:
    visit = world.visit()
    worker.tick()
    assert (call().channel, call().state) == ("outbox", "sent")
    minutes_pass(time)
    assert reach(world, visit)[0] == "not_reached"
    world.do("ben", "visit.accept", {}, visit)
    worker.tick()
    assert (call().state, reach(world, visit)) == ("delivered", (None, None))


def test_a_carriers_receipt_is_not_the_phones_word(world: World, time: HeldClock) -> None:
    """Finding: an SMS that had arrived was shown as a job that the phone has, and nobody was told that he stayed silent."""
    with_number(world)
    put(world, sms=Remembering(Accepted("a", ("a",))))
    visit = world.visit()
    worker.tick()
    receipts.store("a", "delivered")
    assert (call().state, reach(world, visit)[0]) == ("sent", "called")
    assert read(sa.select(SmsPart.fate)) == ["delivered"]
    minutes_pass(time)
    assert (call().state, reach(world, visit)[0]) == ("not_reached", "not_reached")
    receipts.store("a", "delivered")
    assert call().state == "not_reached"


@pytest.mark.parametrize("end", ["visit.unassign", "visit.cancel"])
def test_taken_back_nobody_is_called_any_more(world: World, time: HeldClock, end: str) -> None:
    sms = with_number(world)
    visit = world.visit()
    worker.tick()
    assert len(sms.given) == 1
    world.do("asha", end, {}, visit)
    worker.tick()
    minutes_pass(time, 10)
    assert (call().state, len(sms.given)) == ("withdrawn", 1)


def test_given_to_another_the_other_is_called(world: World, time: HeldClock) -> None:
    visit = world.visit()
    worker.tick()
    order = read(sa.select(Notice.work_order_id))[0]
    world.do("asha", "visit.assign", {"work_order_id": order, "engineer_id": world.users["lina"]}, visit)
    worker.tick()
    minutes_pass(time, 10)
    query = sa.select(Notice).where(Notice.template == CALL).order_by(Notice.created_at, Notice.id)
    assert [(one.recipient_name, one.state) for one in read(query)] == [("Ben", "withdrawn"), ("Lina", "not_reached")]
    phone(world, "ben").pull()
    assert reach(world, visit)[0] == "not_reached"


def test_taken_back_and_sent_again_to_the_same_man_calls_again(world: World, time: HeldClock) -> None:
    visit = world.visit()
    worker.tick()
    for name, args in (("visit.unassign", {}), ("visit.dispatch", {"engineer_id": world.users["ben"]})):
        world.do("asha", name, args, visit)
    worker.tick()
    query = sa.select(Notice.state).where(Notice.template == CALL).order_by(Notice.created_at, Notice.id)
    assert sorted(read(query)) == ["sent", "withdrawn"]


def test_what_the_phone_has_not_got_is_not_taken_for_fetched(world: World, time: HeldClock) -> None:
    """The row moved on behind its cookie, or the snapshot is only half: neither says that it is stored."""
    ben = phone(world)
    ben.pull()
    visit = world.visit()
    worker.tick()
    before = dict(ben.cookies)
    ben.pull()
    ben.cookies = before  # the reply was lost
    ben.pull()
    assert call().state == "sent"
    ben.cookies = {name: {**one, "snap": True, "start": one["seq"]} for name, one in ben.cookies.items()}
    ben.pull()
    assert call().state == "sent"
    assert reach(world, visit)[0] == "called"


def test_a_push_endpoint_that_is_gone_is_forgotten_and_the_next_channel_called(
    world: World, time: HeldClock, service: PushService
) -> None:
    sms, browser = with_number(world), subscribe(world, service)
    browser.answers = [(410, {})]
    world.visit()
    worker.tick()
    assert (call().channel, call().state, len(sms.given)) == ("sms", "sent", 1)
    assert read(sa.select(PushSubscription)) == []
    assert read(sa.select(NoticeAttempt.reason).order_by(NoticeAttempt.at, NoticeAttempt.id))[0] == "gone"


def test_of_two_phones_the_one_that_is_gone_does_not_silence_the_other(
    world: World, time: HeldClock, service: PushService
) -> None:
    old, new = subscribe(world, service), subscribe(world, service)
    old.answers = [(404, {})]
    world.visit()
    worker.tick()
    assert (len(old.got), len(new.got), call().channel) == (0, 1, "push")
    assert len(read(sa.select(PushSubscription))) == 1


def test_an_engineers_sms_that_is_unclear_is_not_sent_again(world: World, time: HeldClock) -> None:
    with_number(world)
    sms = Remembering(Unknown("no_answer"))
    put(world, sms=sms)
    visit = world.visit()
    worker.tick()
    assert (call().state, call().failure) == ("unknown", {"code": "no_answer"})
    minutes_pass(time, 10)
    assert (len(sms.given), reach(world, visit)[0]) == (1, "not_reached")


def test_a_channel_that_refuses_passes_on_within_the_one_row(world: World, time: HeldClock) -> None:
    with_number(world)
    put(world, sms=Remembering(Refused("smsc_000b")))
    world.visit()
    worker.tick()
    assert (call().channel, call().state) == ("outbox", "sent")
    names = read(sa.select(EventRow.name).where(EventRow.entity == "notice").order_by(EventRow.seq))
    assert names == ["notice.created", "notice.passed_on", "notice.settled"]


def test_a_locked_screen_shows_nothing_of_the_customer_and_no_number_that_he_may_not_see(
    world: World, service: PushService
) -> None:
    browser = subscribe(world, service)
    world.visit()
    worker.tick()
    role = world.users["ben"]
    fields = {"work_order": {"*": "read", "number": "none"}, "visit": {"*": "read"}}
    blind = world.do("mei", "role.add", {"name": {"en": "Blind"}, "grants": [], "scope": "own", "field_grants": fields})
    world.do("mei", "user.change", {"role_ids": [blind.id]}, role)
    world.visit()
    worker.tick()
    first, second = sorted(browser.got, key=lambda one: -len(one["title"]))
    number = read(sa.select(Notice.subject).where(Notice.recipient_id == role))
    assert "WO-" in first["title"] and "WO-" not in second["title"]
    assert len(number) == 2
    for one in browser.got:
        assert not any(word in str(one) for word in ("Cora", "Northway", "Suhong", "High pressure"))


def test_whoever_logged_out_or_was_shut_out_is_not_called_there(world: World, service: PushService) -> None:
    """A subscription belongs to the device: of its session's end, of its revocation and of its next user."""
    out, revoked, active = (_with_device(world, service) for _ in range(3))
    assert out[1].delete("/api/v1/session").status_code == 204
    world.do("asha", "device.revoke", {}, revoked[2])
    world.visit()
    worker.tick()
    assert [len(one[0].got) for one in (out, revoked, active)] == [0, 0, 1]
    world.do("mei", "user.disable", {}, world.users["ben"])
    assert read(sa.select(PushSubscription.user_id)) == [world.users["ben"]]


def test_a_changed_password_ends_the_pushes_of_the_other_logins(world: World, service: PushService) -> None:
    """Finding: a phone that was signed out by it went on being told of every job."""
    here, there = _with_device(world, service), _with_device(world, service)
    without = subscribe(world, service)  # a login without a device
    args = {"present": PASSWORD, "wanted": "another good password"}
    body = {"entity_id": world.users["ben"], "args": args}
    assert here[1].post("/api/v1/do/user.change_password", json=body).status_code == 200
    assert read(sa.select(PushSubscription.device_id)) == [here[2]]
    world.visit()
    worker.tick()
    assert [len(one.got) for one in (here[0], there[0], without)] == [1, 0, 0]
    world.do("mei", "user.disable", {}, world.users["ben"])
    world.do("mei", "user.enable", {}, world.users["ben"])
    assert read(sa.select(PushSubscription.device_id)) == [], (
        "logins that ended do not come back to life, nor do their pushes"
    )


def _with_device(world: World, service: PushService) -> tuple[Browser, Any, str]:
    client = world.client("ben")
    device = FakeDevice(client, new_id())
    device.hello()
    browser = service.browser()
    assert client.get("/api/v1/push").status_code == 200
    assert client.post("/api/v1/push", json=service.subscription(browser)).status_code == 204
    return browser, client, device.id


def test_a_browser_belongs_to_whoever_asked_last(world: World, service: PushService) -> None:
    browser = subscribe(world, service)
    assert world.client("lina").post("/api/v1/push", json=service.subscription(browser)).status_code == 204
    world.visit("ben")
    worker.tick()
    assert browser.got == []
    body = {"endpoint": service.subscription(browser)["endpoint"]}
    assert world.client("ben").delete("/api/v1/push", json=body).status_code == 204
    assert read(sa.select(PushSubscription.user_id)) == [world.users["lina"]]
    assert world.client("lina").delete("/api/v1/push", json=body).status_code == 204
    assert read(sa.select(PushSubscription)) == []


@ON_SQLITE
def test_what_is_no_subscription_is_refused(world: World, service: PushService) -> None:
    good = service.subscription(service.browser())
    client = world.client("ben")
    for change, code in (
        ({"endpoint": "https://10.0.0.1/x"}, "push_endpoint_refused"), ({"endpoint": "http://example.com/x"}, "push_endpoint_refused"),
        ({"p256dh": "AAAA"}, "input_invalid"), ({"auth": "not base64!"}, "input_invalid"), ({"endpoint": "x"}, "input_invalid"),
    ):  # fmt: skip
        assert client.post("/api/v1/push", json=good | change).get_json()["code"] == code, change


@ON_SQLITE
def test_what_a_seed_enters_calls_nobody(world: World) -> None:
    args = {"work_order_id": world.order(), "engineer_id": world.users["ben"]}
    world.do("asha", "visit.assign", args, origin="cli")
    worker.tick()
    assert read(sa.select(Notice)) == []
