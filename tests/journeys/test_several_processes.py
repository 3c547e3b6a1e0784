"""Several processes on one machine, as docs/deploy.md has it: two servers (three web processes) and two workers on one database and one
data folder. Whatever is asked goes to the one and the other in turn; it must not matter to anybody.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from server.cli import main
from sync.testing import FakeDevice
from tests import databases, forked
from tests.e2e.test_story import api, orders, time_passes
from tests.e2e.test_told import Work, do, link_of, publish
from tests.live import LiveServer, free_port
from tests.media import objects, pictures
from tests.peers.mail_server import MailServer
from tests.sync.test_streams import events

pytestmark = pytest.mark.timeout(200)


class InTurn:
    """Looks like one server; each look at its address is another one's. Cookies hold at both: a browser's know no port."""

    def __init__(self, one: LiveServer, other: LiveServer) -> None:
        self._turns = itertools.cycle((one.url, other.url))
        self.database = one.database

    @property
    def url(self) -> str:
        return next(self._turns)


@dataclass
class Company:
    """What runs, and the mail server of the world outside."""

    one: LiveServer
    other: LiveServer
    workers: list[forked.Process]
    mail: MailServer

    @property
    def both(self) -> Any:
        return InTurn(self.one, self.other)


def worker(environment: dict[str, str], folder: Path) -> forked.Process:
    """`callout worker`."""
    return forked.Process(main, ["worker"], environment=environment, log=folder / "worker.log")


@pytest.fixture(params=["sqlite-local", "postgresql-s3"])
def company(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Company]:
    """`callout run` with two web processes, `callout web` beside it, and a second worker."""
    is_whole = request.param == "postgresql-s3"
    url = databases.postgresql() if is_whole else ""
    with objects.served() as endpoint, MailServer(None, free_port()) as mail:
        more: dict[str, Any] = {"CALLOUT_SMTP_HOST": "127.0.0.1", "CALLOUT_SMTP_PORT": str(mail.port), "CALLOUT_SMTP_SECURITY": "none",
                "CALLOUT_SMTP_FROM": "service@henleng.example"}  # fmt: skip
        if is_whole:
            place = objects.bucket(endpoint)
            more |= {"CALLOUT_STORAGE": "s3", "CALLOUT_S3_BUCKET": place.bucket, "CALLOUT_S3_ENDPOINT": endpoint,
                     "CALLOUT_S3_ACCESS_KEY": "key", "CALLOUT_S3_SECRET_KEY": "secret"}  # fmt: skip
        one = LiveServer(tmp_path, url, CALLOUT_WEB_PROCESSES="2", **more).start()
        other = LiveServer(tmp_path, url, verb="web", **more | {"CALLOUT_PUBLIC_URL": one.url}).start()
        second = worker(one.environment, tmp_path)
        yield Company(one, other, [second], mail)
        second.send_signal(signal.SIGTERM)
        assert second.wait(20) == 0
        other.stop()
        one.stop()
        said = one.log() + other.log()
    databases.drop(url)
    assert "Traceback" not in said, said[-3000:]


class Line:
    """A phone's way to whichever server answers."""

    def __init__(self, both: Any, session: requests.Session) -> None:
        self._both, self._session = both, session

    def post(self, path: str, *, data: bytes, headers: Any) -> Any:
        reply = self._session.post(self._both.url + path, data=data, headers=dict(headers), timeout=20)
        reply.data = reply.content  # type: ignore[attr-defined] # as Flask's own client calls it
        return reply


def eventually(read: Any, seconds: float = 30) -> Any:
    """What it reads once that is something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = read()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come")


def test_it_does_not_matter_who_answers(company: Company) -> None:
    both = company.both
    version = publish(both)
    asha = api(both, "asha")
    order = reachable_by_mail(asha, both)
    seen_at_the_other_what_was_done_at_the_one(company, asha, order)
    work = Work(both, order["id"])
    a_phone_syncs_with_both(both, work)
    work.step("arrive")
    work.hand_in(version)
    a_cut_photo_goes_on_at_the_other(company, work)
    work.step("edit", {"set": {"findings": "Fan bearing replaced"}})
    work.step("complete", {"outcome": "done"})
    time_passes(both, 6)
    link = link_of(both, order, "visit_completed")
    links_hold_everywhere(company, link.rsplit("/", 1)[1])
    told_once(company, order)


def reachable_by_mail(asha: requests.Session, both: Any) -> dict[str, Any]:
    """An order nobody was sent to, whose contact has no telephone but mail."""
    order = next(one for one in orders(asha, both) if one["category"] == "new")
    whole = asha.get(f"{both.url}/api/v1/work-orders/{order['id']}", timeout=10).json()
    change = {"set": {"email": "cora@northway.example", "phone": None}}
    do(asha, both, "contact.edit", change, whole["contact"]["id"])
    return order


def seen_at_the_other_what_was_done_at_the_one(company: Company, asha: requests.Session, order: dict[str, Any]) -> None:
    with asha.get(f"{company.other.url}/sync/v1/events?channel=office", stream=True, timeout=30) as stream:
        feed = events(stream)
        assert next(feed)[0] == "hello"
        body = {"entity_id": order["id"], "args": {"set": {"summary": "Seen elsewhere"}}}
        reply = asha.post(f"{company.one.url}/api/v1/do/work_order.edit", json=body, timeout=10)
        assert reply.status_code == 200, reply.text
        cards = (row for _name, page in feed for row in page["rows"] if row["e"] == "order_card")
        assert next(one for one in cards if one["id"] == order["id"])["f"]["summary"] == "Seen elsewhere"


def a_phone_syncs_with_both(both: Any, work: Work) -> None:
    """Hello here, pull there, push here, and the same push once more there: it happened once."""
    ben = FakeDevice(Line(both, api(both, "ben")))
    ben.hello()
    ben.pull()
    assert work.visit in ben.ids("visit")
    ben.enter("visit.accept@1", "visit", work.visit, {})
    ben.enter("visit.travel@1", "visit", work.visit, {})
    lines = list(ben.outbox)
    assert [one["state"] for one in ben.push().values()] == ["applied", "applied"]
    again = ben.request("/sync/v1/push", ben.body(lines))
    assert [one["state"] for one in json.loads(again.data)["results"]] == ["applied", "applied"]
    ben.pull()
    assert ben.rows["visit", work.visit]["status"] == "travelling"


def a_cut_photo_goes_on_at_the_other(company: Company, work: Work) -> None:
    """What is on the way lies in the data folder, which the processes of one machine share; a worker looks at it."""
    both, ben = company.both, api(company.one, "ben")
    data = pictures.jpeg(1600, 1200)
    sha, half = hashlib.sha256(data).hexdigest(), len(data) // 2
    kind = {"Content-Type": "application/partial-upload"}
    first = kind | {"Upload-Offset": "0", "Upload-Complete": "?0"}
    ben.patch(f"{company.one.url}/sync/v1/blob/{sha}", data=data[:half], headers=first, timeout=20)
    known = ben.head(f"{company.other.url}/sync/v1/blob/{sha}", timeout=20).headers["Upload-Offset"]
    assert int(known) == half
    rest = kind | {"Upload-Offset": known, "Upload-Complete": "?1"}
    reply = ben.patch(f"{company.other.url}/sync/v1/blob/{sha}", data=data[half:], headers=rest, timeout=20)
    assert reply.headers["Upload-Complete"] == "?1"
    told = {
        "work_order_id": work.order,
        "parent_id": work.order,
        "sha256": sha,
        "mime": "image/jpeg",
        "size": len(data),
    }
    photo = do(ben, both, "attachment.add", told)
    for server in (company.other, company.one):
        address = f"{server.url}/api/v1/attachments/{photo}/thumb"
        reply = eventually(lambda address=address: ok(ben.get(address, timeout=20)))
        assert reply.headers["Content-Type"] == "image/webp"


def ok(reply: requests.Response) -> requests.Response | None:
    return reply if reply.status_code == 200 else None


def links_hold_everywhere(company: Company, token: str) -> None:
    """Signed by the one, opened by the other, and the other way round."""

    def photos(server: LiveServer) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = requests.get(f"{server.url}/api/v1/track/{token}", timeout=10).json()["photos"]
        return found if len(found) == 2 else []

    for signs, opens in ((company.one, company.other), (company.other, company.one)):
        for photo in eventually(lambda signs=signs: photos(signs)):
            assert requests.get(opens.url + photo["thumb"], timeout=10).status_code == 200
            assert requests.get(opens.url + photo["thumb"][:-1], timeout=10).status_code == 404


def told_once(company: Company, order: dict[str, Any]) -> None:
    """Two workers, one letter."""
    eventually(lambda: company.mail.letters)
    time.sleep(2.5)  # two ticks of each worker
    asha = api(company.one, "asha")
    told = asha.get(f"{company.other.url}/api/v1/notices", timeout=10).json()["items"]
    of_this = [one for one in told if one["work_order_id"] == order["id"] and one["channel"] == "email"]
    assert len(of_this) == len(company.mail.letters)
    assert sorted(one["template"] for one in of_this) == sorted({one["template"] for one in of_this})
    assert {one["state"] for one in of_this} == {"sent"}
