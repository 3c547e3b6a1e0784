"""The full day, the whole way: Asha plans by hand and by keys, Ben is called by push, works without signal through kill -9 and comes back,
the board says so live, one SMS leads Cora to her report, she rates. On both databases (SQLite with the full counts).
Every peer speaks its true protocol.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, Playwright, expect

from tests import databases
from tests.e2e import test_form as form
from tests.e2e.browser import Window
from tests.e2e.planning import bar, queue, row
from tests.e2e.pushed import Pushed
from tests.e2e.test_story import PASSWORD, api, log_in, orders, time_passes
from tests.e2e.test_told import link_of, speak_english
from tests.live import LiveServer
from tests.peers.push_service import PushService
from tests.peers.smsc import Smsc

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
SURGE, WARM = "离心机喘振停机", "出水温度偏高"
SERIAL = "CH204817"
FINDINGS = "Surge valve stuck, freed and adjusted"


@pytest.fixture
def carrier() -> Iterator[Smsc]:
    with Smsc() as made:
        yield made


@pytest.fixture
def service() -> Iterator[PushService]:
    with PushService() as made:
        yield made
        assert made.faults == []


@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.prove), "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path: Path, carrier: Smsc) -> Iterator[LiveServer]:
    url = "" if request.param == "sqlite" else databases.postgresql()
    peers: dict[str, Any] = {"CALLOUT_PUSH_NETWORKS": "127.0.0.0/8", **carrier.settings()}
    live = LiveServer(tmp_path, url, **peers).start()
    yield live
    live.stop()
    databases.drop(url)


def phone(playwright: Playwright, server: LiveServer, service: PushService, folder: Path) -> tuple[Window, Pushed]:
    """Ben's, with his day on it; he is to be called on it."""
    ben = Window(playwright, folder / "ben", locale="en-GB", phone=True)
    pushed = Pushed(ben, service, server.url, script="/app/sw.js")
    speak_english(ben)
    ben.page.add_init_script(form.READER.replace("CALLOUT:SA118320", f"CALLOUT:{SERIAL}"))
    log_in(ben, server, "ben", "/app/me")
    ben.page.evaluate("navigator.serviceWorker.ready")
    card = ben.page.get_by_role("region", name="Be called on this phone")
    card.get_by_role("button", name="Turn on").click()
    expect(card.get_by_text("On. A new job shows")).to_be_visible()
    ben.page.wait_for_timeout(1000)
    ben.page.goto(f"{server.url}/install")  # the app is closed
    return ben, pushed


def plan(asha: Page) -> None:
    """One order by hand, another by keys, both to Ben."""
    hours, his = asha.get_by_role("group", name="Dispatch").bounding_box(), row(asha, "Ben Zhou").bounding_box()
    source = queue(asha).filter(has_text=SURGE).bounding_box()
    assert hours and his and source
    asha.mouse.move(source["x"] + 8, source["y"] + 12)
    asha.mouse.down()
    asha.mouse.move(source["x"] + 40, source["y"] + 20)
    asha.mouse.move(hours["x"] + 420, his["y"] + 28, steps=5)
    asha.mouse.up()
    expect(bar(asha, "Ben Zhou", "星海医院")).to_be_visible()
    queue(asha).filter(has_text=WARM).focus()
    asha.keyboard.press("Space")
    spoken = asha.locator("p.said[role=status]")
    asha.keyboard.press("ArrowDown")
    expect(spoken).to_contain_text("李娜")
    asha.keyboard.press("ArrowUp")
    expect(spoken).to_contain_text("Ben Zhou")
    asha.keyboard.press("Enter")
    expect(bar(asha, "Ben Zhou", "禾丰食品").first).to_be_visible()
    expect(queue(asha).filter(has_text=WARM)).to_have_count(0)


def planned(asha: requests.Session, server: LiveServer) -> dict[str, Any]:
    """The order that was put down by hand, once the server has it: the board shows it a moment before."""

    def found() -> list[dict[str, Any]]:
        return [one for one in orders(asha, server) if one["summary"] == SURGE and one["visit"]]

    form.eventually(lambda: len(found()), 1)
    return found()[0]


def called(ben: Window, pushed: Pushed, server: LiveServer, visit: str) -> None:
    """The push of this visit, as the server encrypted it, put on the screen by the worker; a tap opens the job."""
    deadline = time.monotonic() + 60
    address = f"{server.url}/app/jobs/{visit}"
    while not (told := [one for one in pushed.browser.got if one["url"] == address]):
        assert time.monotonic() < deadline, "nothing was pushed"
        ben.page.wait_for_timeout(100)
    assert SURGE not in str(told), "what is on a locked screen names no customer and no trouble"
    pushed.deliver(told[0], "/app/")
    assert [one[0] for one in pushed.shown()] == [told[0]["title"]]
    ben.page.goto(f"{server.url}/app/")
    ben.page.wait_for_selector(".hero a")
    pushed.tap()
    ben.page.wait_for_url(f"**/app/jobs/{visit}")
    expect(ben.page.get_by_role("heading", name=SURGE)).to_be_visible()


def begin(ben: Window, folder: Path) -> None:
    """Without signal: accepted, on the way, there; the plate is read, a photo is taken, and the battery dies."""
    page = ben.page
    ben.signal(on=False)
    for verb in ("Accept", "Set off", "Arrived"):
        button = page.get_by_role("button", name=verb, exact=True)
        button.click()
        expect(button).to_have_count(0)
    page.get_by_role("link", name="Form").click()
    page.get_by_role("button", name="Read the code with the camera").click()
    serial = page.get_by_role("textbox", name="Serial number on the plate")
    expect(serial).to_have_value(SERIAL)
    form.question(page, "Was the machine running?").get_by_role("radio", name="Yes").check()
    page.get_by_role("textbox", name="High side pressure").fill("1,985")
    page.locator("input[type=file]").first.set_input_files(form.photo(folder))
    expect(page.get_by_role("img", name="Photo 1")).to_be_visible()
    expect(page.get_by_text("On phone", exact=True)).to_be_visible()  # what is not called so yet may be lost
    ben.kill()


def finish(ben: Window, server: LiveServer, folder: Path) -> None:
    """Opened again without signal: everything is where it was; the rest of the form, the signature, done."""
    page = ben.open(offline=True)
    ben.context.clear_cookies()
    page.goto(f"{server.url}/app/")
    page.get_by_role("link").filter(has_text="Unfinished form").click()
    expect(page.get_by_role("textbox", name="Serial number on the plate")).to_have_value(SERIAL)
    expect(page.get_by_role("img", name="Photo 1")).to_be_visible()
    form.finish_it(page, folder)
    page.get_by_role("button", name="Finish form").click()
    expect(page.get_by_text("Finished", exact=True)).to_be_visible()
    page.get_by_role("textbox", name="Findings").fill(FINDINGS)
    page.get_by_role("button", name="Complete the job").click()
    page.get_by_role("radio", name="Done").check()
    expect(page.get_by_role("heading", name="Nothing is missing")).to_be_visible()
    page.get_by_role("button", name="Complete the job").click()
    expect(page.get_by_role("heading", name="Complete the job")).to_have_count(0)


def come_back(ben: Window) -> None:
    page = ben.page
    ben.signal(on=True)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.get_by_text("Log in to send").first.click()
    page.fill("[name=login]", "ben")
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")


def texts(carrier: Smsc) -> list[dict[str, Any]]:
    """What came to the carrier, each message once however many parts it had."""
    return carrier.of("message")


def whole(asha: requests.Session, server: LiveServer, order: str) -> dict[str, Any]:
    found: dict[str, Any] = asha.get(f"{server.url}/api/v1/work-orders/{order}", timeout=10).json()
    return found


def test_the_full_day(
    playwright: Playwright, server: LiveServer, service: PushService, carrier: Smsc, tmp_path: Path
) -> None:
    asha = api(server, "asha")
    ben, pushed = phone(playwright, server, service, tmp_path)
    desk = Window(playwright, tmp_path / "asha", locale="en-GB", phone=False)
    speak_english(desk)
    log_in(desk, server, "asha", "/app/board/timeline")
    expect(desk.page.get_by_role("group", name="Dispatch")).to_be_visible()
    plan(desk.page)
    order = planned(asha, server)
    called(ben, pushed, server, order["visit"]["id"])
    assert ben.axe() == []

    begin(ben, tmp_path)
    finish(ben, server, tmp_path)
    assert whole(asha, server, order["id"])["submissions"] == []
    come_back(ben)
    # the board says it by itself, with everything once
    own = bar(desk.page, "Ben Zhou", "星海医院")
    expect(own).to_have_attribute("title", re.compile("Done"), timeout=60_000)
    form.eventually(lambda: [one["is_final"] for one in whole(asha, server, order["id"])["submissions"]], [True])
    form.eventually(lambda: {one["state"] for one in whole(asha, server, order["id"])["attachments"]}, {"ready"})
    done = whole(asha, server, order["id"])
    (given,) = done["submissions"]
    assert (given["answers"]["serial"], given["answers"]["high_side"]) == (SERIAL, 1985)
    assert sorted(one["kind"] for one in done["attachments"]) == ["photo", "photo", "photo", "signature"]
    assert [(one["status"], one["outcome"], one["findings"]) for one in done["visits"]] == [("done", "done", FINDINGS)]
    own.click()
    expect(desk.page.get_by_role("dialog")).to_contain_text("3 photos")
    assert desk.axe() == []

    assert texts(carrier) == [], "nothing leaves before the time in which it can be taken back"
    time_passes(server, 6)
    link = link_of(server, order, "visit_completed")
    form.eventually(lambda: len(texts(carrier)), 1)
    cora = Window(playwright, tmp_path / "cora", locale="en-GB", phone=True)
    speak_english(cora)
    cora.page.goto(link)
    read_and_rate(cora)
    form.eventually(lambda: [one["score"] for one in whole(asha, server, order["id"])["surveys"]], [4])
    (sms,) = texts(carrier)
    assert link in sms["text"]
    for window in (ben, desk, cora):
        assert window.faults == []
        window.close()


def read_and_rate(cora: Window) -> None:
    page = cora.page
    expect(page.get_by_text(FINDINGS)).to_be_visible()
    expect(page.get_by_text("1,985 kPa")).to_be_visible()
    expect(page.get_by_text("Clean the fins each spring")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("picture 1"))).to_be_visible(timeout=60_000)
    expect(page.get_by_role("img", name="Signature")).to_be_visible(timeout=60_000)
    assert cora.axe() == []
    rating = page.get_by_role("region", name="How was it?")
    rating.get_by_role("radio", name="Good", exact=True).check(force=True)
    rating.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
