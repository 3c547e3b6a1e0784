"""Ben's phone is called with what the server really encrypted, and a tap leads to the job; Cora is told on her phone, reads the report
with answers, photo and signature, and says how it was.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Playwright, expect

from server.core.ids import new_id
from server.forms.engine.values import answers_sha256
from tests.e2e.browser import Window
from tests.e2e.pushed import Pushed
from tests.e2e.test_story import api, log_in, orders, time_passes
from tests.live import LiveServer
from tests.media import pictures
from tests.peers.push_service import PushService
from tests.world import a_form

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
FINDINGS = "冷凝器被柳絮堵住，已清洗，高压降到 1,620 kPa"
ITEMS: list[dict[str, Any]] = [
    {"id": "readings", "type": "section", "label": {"en": "Readings", "zh-CN": "读数"}, "items": [
        {"id": "high", "type": "number", "label": {"en": "High pressure", "zh-CN": "高压"}, "unit": {"code": "kPa"}},
        {"id": "leak", "type": "bool", "label": {"en": "Leak found", "zh-CN": "发现泄漏"}},
        {"id": "margin", "type": "text", "label": {"en": "Our margin", "zh-CN": "毛利"}, "internal": True},
        {"id": "advice", "type": "text", "label": {"en": "Advice to the customer", "zh-CN": "给客户的建议"}},
    ]},
    {"id": "proof", "type": "section", "label": {"en": "Proof", "zh-CN": "凭证"}, "items": [
        {"id": "photos", "type": "photo", "label": {"en": "Photos", "zh-CN": "照片"}},
        {"id": "signed", "type": "signature", "label": {"en": "Signature", "zh-CN": "签字"}, "binds": "answers_sha256"},
    ]},
]  # fmt: skip


@pytest.fixture
def service() -> Iterator[PushService]:
    with PushService() as made:
        yield made
        assert made.faults == []


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server whose pushes may go to this machine; each story takes an order of its own."""
    live = LiveServer(tmp_path_factory.mktemp("server"), CALLOUT_PUSH_NETWORKS="127.0.0.0/8").start()
    yield live
    live.stop()


def do(session: requests.Session, server: LiveServer, name: str, args: dict[str, Any], entity: str = "") -> str:
    body = {"args": args, "entity_id": entity or new_id()}
    reply = session.post(f"{server.url}/api/v1/do/{name}", json=body, timeout=20)
    assert reply.status_code == 200, (name, reply.text)
    return str(body["entity_id"])


def unplanned(asha: requests.Session, server: LiveServer) -> dict[str, Any]:
    """An order that nobody was sent to, of a customer who may be written to."""
    return next(one for one in orders(asha, server) if one["category"] == "new")


def send_ben(server: LiveServer, order: str) -> str:
    asha = api(server, "asha")
    ben = api(server, "ben").get(f"{server.url}/api/v1/session", timeout=10).json()["user"]["id"]
    return do(asha, server, "visit.assign", {"work_order_id": order, "engineer_id": ben})


def reach(asha: requests.Session, server: LiveServer, order: str) -> str | None:
    """What the office sees of the call."""
    found: str | None = next(one["visit"]["reach"] for one in orders(asha, server) if one["id"] == order)
    return found


def speak_english(window: Window) -> None:
    """Until another language is chosen there: a person's own wins otherwise."""
    keep = "localStorage.getItem('callout.locale') ?? localStorage.setItem('callout.locale', 'en')"
    window.context.add_init_script(f"if (location.protocol === 'http:') {keep}")


def pictures_of(name: str) -> Path | None:
    folder = os.environ.get("LOOK")
    return Path(folder) / name if folder else None


def look(window: Window, name: str, settled: str) -> None:
    """Both languages and both themes, all four where pictures are asked for: nothing for axe to say, nothing wider than the screen."""
    folder = pictures_of(name)
    dresses = [("light", "en"), ("dark", "zh-CN"), ("light", "zh-CN"), ("dark", "en")]
    for theme, locale in dresses if folder else dresses[:2]:
        keep = f"localStorage.setItem('callout.theme', '{theme}'); localStorage.setItem('callout.locale', '{locale}')"
        window.page.evaluate(keep)
        window.page.reload()
        window.page.wait_for_selector(settled)
        assert window.axe() == [], (name, theme, locale)
        assert not window.page.evaluate("document.documentElement.scrollWidth > innerWidth"), (name, theme, locale)
        if folder:
            window.shoot(f"{theme}-{locale}", folder)
            for part in (1, 2, 3):
                window.page.evaluate(f"document.querySelector('.scroll').scrollTo(0, {part * 620})")
                window.shoot(f"{theme}-{locale}-{part}", folder)
    window.page.evaluate("localStorage.setItem('callout.theme', 'light'); localStorage.setItem('callout.locale', 'en')")


def test_a_push_calls_ben_and_a_tap_leads_to_the_job(
    playwright: Playwright, server: LiveServer, service: PushService, tmp_path: Path
) -> None:
    ben = Window(playwright, tmp_path / "ben", locale="en-GB", phone=True)
    pushed = Pushed(ben, service, server.url, script="/app/sw.js")
    speak_english(ben)
    log_in(ben, server, "ben", "/app/me")
    ben.page.evaluate("navigator.serviceWorker.ready")
    card = ben.page.get_by_role("region", name="Be called on this phone")
    card.get_by_role("button", name="Turn on").click()
    expect(card.get_by_text("On. A new job shows")).to_be_visible()
    look(ben, "me-on", "section[aria-label] .below button")
    ben.page.goto(f"{server.url}/install")  # the app is closed: an open one fetches the job before anybody has to call

    asha = api(server, "asha")
    order = unplanned(asha, server)
    visit = send_ben(server, order["id"])
    told = pushed.next()
    assert (told["title"], told["url"]) == (f"新任务 {order['number']}", f"{server.url}/app/jobs/{visit}")
    assert not any(word in str(told) for word in (order["customer"], order["site"], order["summary"]))
    assert reach(asha, server, order["id"]) == "called"
    pushed.deliver(told, "/app/")
    assert [one[0] for one in pushed.shown()] == [told["title"]]
    ben.page.goto(f"{server.url}/app/")
    ben.page.wait_for_selector(".hero a")
    pushed.tap()
    ben.page.wait_for_url(f"**/app/jobs/{visit}")
    expect(ben.page.get_by_role("heading", name=order["summary"])).to_be_visible()
    deadline = time.monotonic() + 30
    while reach(asha, server, order["id"]) != "reached":
        assert time.monotonic() < deadline, "the phone has it, and the office does not know"
        ben.page.wait_for_timeout(200)

    ben.page.goto(f"{server.url}/app/me")
    card.get_by_role("button", name="Turn off").click()
    expect(card.get_by_role("button", name="Turn on")).to_be_visible()
    assert ben.faults == []
    ben.close()


@pytest.mark.parametrize(("agent", "words"), [
    ("", "This browser does not allow it"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1", "install Callout first"),
    ("Mozilla/5.0 (X11; Linux) Old/1.0", "This browser cannot do it"),
])  # fmt: skip
def test_where_it_cannot_be_had_the_phone_says_why(
    playwright: Playwright, server: LiveServer, tmp_path: Path, agent: str, words: str
) -> None:
    ben = Window(playwright, tmp_path / "ben", locale="en-GB", phone=True)
    if agent:
        ben.context.add_init_script(
            f"Object.defineProperty(navigator, 'userAgent', {{get: () => {agent!r}}}); delete window.PushManager;"
        )
    else:
        ben.context.add_init_script("Object.defineProperty(Notification, 'permission', {get: () => 'denied'});")
    speak_english(ben)
    log_in(ben, server, "ben", "/app/me")
    card = ben.page.get_by_role("region", name="Be called on this phone")
    expect(card.get_by_text(words)).to_be_visible()
    expect(card.get_by_role("button")).to_have_count(0)
    assert ben.axe() == []
    ben.close()


def test_the_board_says_who_was_not_reached(playwright: Playwright, server: LiveServer, tmp_path: Path) -> None:
    """Nobody's phone has the job and three minutes have passed: Asha sees it, without having to ask."""
    order = unplanned(api(server, "asha"), server)
    asha = Window(playwright, tmp_path / "asha", locale="en-GB", phone=False)
    speak_english(asha)
    log_in(asha, server, "asha", f"/app/board/orders/{order['id']}")
    expect(asha.page.get_by_text(order["summary"]).first).to_be_visible()
    send_ben(server, order["id"])
    time_passes(server, 4, "notice.reach")
    expect(asha.page.get_by_text("phone has not fetched this job")).to_be_visible(timeout=30_000)
    assert asha.axe() == []
    folder = pictures_of("board")
    if folder:
        asha.shoot("not-reached", folder)
    asha.close()


def upload(ben: requests.Session, server: LiveServer, data: bytes) -> str:
    sha = hashlib.sha256(data).hexdigest()
    headers = {"Upload-Offset": "0", "Upload-Complete": "?1", "Content-Type": "application/partial-upload"}
    reply = ben.patch(f"{server.url}/sync/v1/blob/{sha}", data=data, headers=headers, timeout=20)
    assert reply.status_code == 204, reply.text
    return sha


class Work:
    """Ben's acts on one order, without his phone: the phone has stories of its own."""

    def __init__(self, server: LiveServer, order: str) -> None:
        self._server, self.order = server, order
        self._ben = api(server, "ben")
        self.visit = send_ben(server, order)
        self._submission = new_id()

    def step(self, name: str, args: dict[str, Any] | None = None) -> None:
        do(self._ben, self._server, f"visit.{name}", args or {}, self.visit)

    def file(self, data: bytes, **args: Any) -> dict[str, str]:
        sha = upload(self._ben, self._server, data)
        told = {
            "work_order_id": self.order, "parent_entity": "submission", "parent_id": self._submission, "sha256": sha,
            "mime": "image/jpeg", "size": len(data), **args,
        }  # fmt: skip
        return {"id": do(self._ben, self._server, "attachment.add", told), "sha256": sha}

    def hand_in(self, version: str) -> None:
        photos = [self.file(pictures.jpeg(1200, 900), tag="before"), self.file(pictures.jpeg(900, 1200), tag="after")]
        given = {"high": 1620, "leak": False, "margin": "42", "advice": "三个月后再清洗一次", "photos": photos}
        signature = self.file(pictures.png(), kind="signature", mime="image/png")
        hashed = answers_sha256(given, frozenset({"signed"}))
        args = {
            "work_order_id": self.order, "visit_id": self.visit, "form_version_id": version, "is_final": True,
            "answers": {**given, "signed": {**signature, "answers_sha256": hashed}},
        }  # fmt: skip
        do(self._ben, self._server, "submission.save", args, self._submission)


def publish(server: LiveServer) -> str:
    mei = api(server, "mei")
    template = do(mei, server, "form_template.add", {"key": "told", "title": {"en": "Repair", "zh-CN": "维修"}})
    args = {
        "form_template_id": template,
        "definition": {**a_form("told", ITEMS), "title": {"en": "Repair", "zh-CN": "维修"}},
    }
    return do(mei, server, "form_version.publish", args)


def link_of(server: LiveServer, order: dict[str, Any], template: str) -> str:
    """The address in the message to the customer, once it was written."""
    asha = api(server, "asha")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        items = asha.get(f"{server.url}/api/v1/notices", timeout=10).json()["items"]
        found = [one["link"] for one in items if one["template"] == template and one["work_order_id"] == order["id"]]
        if found:
            return str(found[0])
        time.sleep(0.2)
    raise AssertionError(f"no {template}")


def test_cora_follows_is_told_reads_the_report_and_rates(
    playwright: Playwright, server: LiveServer, service: PushService, tmp_path: Path
) -> None:
    version = publish(server)
    asha = api(server, "asha")
    order = unplanned(asha, server)
    work = Work(server, order["id"])
    work.step("accept")
    work.step("travel")
    time_passes(server, 2, "notice.visit_travel")
    cora = Window(playwright, tmp_path / "cora", locale="en-GB", phone=True)
    pushed = Pushed(cora, service, server.url, script="/p/sw.js")
    link = link_of(server, order, "visit_travel")
    cora.context.add_init_script(
        "localStorage.getItem('callout.locale') ?? localStorage.setItem('callout.locale', 'en')"
    )
    cora.page.goto(link)
    expect(cora.page.get_by_text("On the way", exact=True).first).to_be_visible()
    expect(cora.page.get_by_text("Left at")).to_be_visible()
    assert cora.axe() == []
    cora.page.get_by_role("button", name="Tell me here").click()
    expect(cora.page.get_by_text("You will be told on this phone.")).to_be_visible()
    look(cora, "portal-told", ".line.on")

    work.step("arrive")
    work.hand_in(version)
    work.step("edit", {"set": {"findings": FINDINGS}})
    work.step("complete", {"outcome": "done"})
    time_passes(server, 6)
    told = pushed.next()
    assert told["url"].startswith(f"{server.url}/p/") and order["number"] in told["title"]
    pushed.deliver(told, link.removeprefix(server.url))
    assert [one[0] for one in pushed.shown()] == [told["title"]]

    cora.page.goto(told["url"])
    read_the_report(cora)
    rate(cora)
    whole = asha.get(f"{server.url}/api/v1/work-orders/{order['id']}", timeout=10).json()
    assert [(one["score"], one["text"]) for one in whole["surveys"]] == [(4, "Quick, and he explained it")]
    assert cora.faults == []
    cora.close()


def read_the_report(cora: Window) -> None:
    expect(cora.page.get_by_text(FINDINGS)).to_be_visible()
    report = cora.page.get_by_role("region", name="Repair")
    expect(report.get_by_text("1,620 kPa")).to_be_visible()
    expect(cora.page.get_by_text("三个月后再清洗一次")).to_be_visible()
    expect(cora.page.get_by_text("margin")).to_have_count(0)
    expect(cora.page.get_by_role("img", name="Before, picture 1")).to_be_visible(timeout=40_000)
    expect(cora.page.get_by_role("img", name="Signature")).to_be_visible(timeout=40_000)
    look(cora, "portal-report", "img.signature")


def rate(cora: Window) -> None:
    cora.page.reload()
    rating = cora.page.get_by_role("region", name="How was it?")
    rating.get_by_role("radio", name="Good", exact=True).check(force=True)
    rating.get_by_label("Anything to add?").fill("Quick, and he explained it")
    look_at_the_open_rating(cora)
    rating.get_by_role("button", name="Send").click()
    expect(cora.page.get_by_role("heading", name="Thank you")).to_be_visible()
    cora.page.reload()
    expect(cora.page.get_by_text("Quick, and he explained it")).to_be_visible()
    assert cora.axe() == []


def look_at_the_open_rating(cora: Window) -> None:
    assert cora.axe() == []
    folder = pictures_of("portal-rating")
    if folder:
        cora.shoot("open", folder)


def test_a_rating_without_a_network_keeps_the_words(playwright: Playwright, server: LiveServer, tmp_path: Path) -> None:
    order = unplanned(api(server, "asha"), server)
    work = Work(server, order["id"])
    for name in ("accept", "arrive"):
        work.step(name)
    work.step("edit", {"set": {"findings": FINDINGS}})
    work.step("complete", {"outcome": "done"})
    time_passes(server, 6)
    cora = Window(playwright, tmp_path / "cora", locale="zh-CN", phone=True)
    # the page speaks the language of who was written to, and which order comes first is not ours to say
    cora.page.add_init_script("localStorage.setItem('callout.locale', 'zh-CN')")
    cora.page.goto(link_of(server, order, "visit_completed"))
    cora.page.get_by_role("radio", name="很不满意").check(force=True)
    cora.page.get_by_label("想说的话").fill("来晚了")
    cora.signal(on=False)
    cora.page.get_by_role("button", name="提交评价").click()
    expect(cora.page.get_by_role("alert")).to_have_text(re.compile("没有网络"))
    cora.signal(on=True)
    cora.page.get_by_role("button", name="提交评价").click()
    expect(cora.page.get_by_role("heading", name="感谢您的评价")).to_be_visible()
    cora.close()
