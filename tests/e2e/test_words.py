"""Whatever a person typed is on the right record, or waits where he can see it: back gestures, dead batteries, two tabs, a phone
that is shut out, a clock that is a day wrong."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, Playwright, expect

from tests.e2e.browser import Window
from tests.e2e.test_story import api, log_in
from tests.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
FINDINGS = "Findings"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    """`callout run` with the demo company on SQLite."""
    live = LiveServer(tmp_path, "").start()
    yield live
    live.stop()


@pytest.fixture
def ben(playwright: Playwright, server: LiveServer, tmp_path: Path) -> Iterator[Window]:
    """Ben's phone, logged in, with two jobs on it."""
    for order in _new_orders(server)[:2]:
        _assign(server, order["id"], "Ben Zhou 周本")
    window = Window(playwright, tmp_path / "ben", locale="en-GB", phone=True)
    window.page.add_init_script("localStorage.setItem('callout.locale', 'en')")
    log_in(window, server, "ben", "/app/")
    window.page.wait_for_selector(".hero a")
    yield window
    window.close()


_sessions: dict[tuple[str, str], requests.Session] = {}


def _as(server: LiveServer, login: str) -> requests.Session:
    """One log-in per person and server: the door counts them."""
    key = (server.url, login)
    if key not in _sessions:
        _sessions[key] = api(server, login)
    return _sessions[key]


def _new_orders(server: LiveServer) -> list[dict[str, Any]]:
    asha = _as(server, "asha")
    items = asha.get(f"{server.url}/api/v1/work-orders?category=new", timeout=10).json()["items"]
    return list(items)


def _engineers(server: LiveServer) -> dict[str, str]:
    items = _as(server, "asha").get(f"{server.url}/api/v1/engineers", timeout=10).json()["items"]
    return {one["name"]: one["id"] for one in items}


def _do(server: LiveServer, command: str, entity_id: str | None, args: dict[str, Any]) -> dict[str, Any]:
    body = {"entity_id": entity_id, "args": args}
    reply = _as(server, "mei").post(f"{server.url}/api/v1/do/{command}", json=body, timeout=10)
    assert reply.status_code == 200, reply.text
    record: dict[str, Any] = reply.json()["record"]
    return record


def _assign(server: LiveServer, order: str, engineer: str) -> str:
    now = dt.datetime.now(dt.UTC)
    return str(_do(server, "visit.assign", None, {
        "work_order_id": order, "engineer_id": _engineers(server)[engineer],
        "planned_start": now.isoformat(), "planned_end": (now + dt.timedelta(hours=2)).isoformat(),
    })["id"])  # fmt: skip


def _visits(server: LiveServer) -> dict[str, dict[str, Any]]:
    """Ben's live visits by the order's summary, as the office sees them."""
    mei = _as(server, "mei")
    found = {}
    for card in mei.get(f"{server.url}/api/v1/work-orders", timeout=10).json()["items"]:
        whole = mei.get(f"{server.url}/api/v1/work-orders/{card['id']}", timeout=10).json()
        for visit in whole["visits"]:
            if visit["engineer"] == "Ben Zhou 周本" and visit["status"] == "dispatched":
                found[card["summary"]] = visit | {"order": card["id"]}
    return found


def _eventually(read: Callable[[], Any], wanted: Any) -> None:
    for _ in range(60):
        if read() == wanted:
            return
        time.sleep(0.25)
    assert read() == wanted


def _job(page: Page, summary: str) -> None:
    page.get_by_role("link").filter(has_text=summary).first.click()
    page.wait_for_selector(".steps")


def _type(page: Page, text: str) -> None:
    page.get_by_role("textbox", name=FINDINGS).fill(text)
    expect(page.get_by_text("Kept on this phone", exact=True)).to_be_visible()


def test_words_go_to_the_job_they_were_typed_on(ben: Window, server: LiveServer) -> None:
    one, two = sorted(_visits(server))[:2]
    page = ben.page
    _job(page, one)
    page.evaluate("history.replaceState({within: true}, '', location.href)")
    page.goto(page.url)
    first = page.url
    page.wait_for_selector(".steps")
    page.go_back()
    _job(page, two)
    # a link from one job to another: the browser's back then goes straight from the second to the first
    page.evaluate("url => history.replaceState({within: true}, '', url)", page.url)
    page.evaluate(
        "url => { history.pushState({within: true}, '', url); dispatchEvent(new PopStateEvent('popstate')) }", first
    )
    page.wait_for_selector(".steps")
    _type(page, "Words of the first")
    page.go_back()
    expect(page.get_by_role("heading", name=two)).to_be_visible()
    _type(page, "Words of the second")
    page.go_back()
    _eventually(lambda: {name: one["findings"] for name, one in _visits(server).items() if one["findings"]},
                {one: "Words of the first", two: "Words of the second"})  # fmt: skip
    assert _as(server, "asha").get(f"{server.url}/api/v1/parked", timeout=10).json()["items"] == []
    assert ben.faults == []


def test_words_of_a_job_that_left_a_dead_phone_reach_the_office(ben: Window, server: LiveServer) -> None:
    summary = sorted(_visits(server))[0]
    visit = _visits(server)[summary]
    time.sleep(3)  # the log-in itself must have reached the disk before the battery dies
    _job(ben.page, summary)
    ben.signal(on=False)
    _type(ben.page, "Written in the basement")
    ben.kill()
    other = next(name for name in _engineers(server) if not name.startswith("Ben"))
    _do(
        server, "visit.assign", visit["id"], {"work_order_id": visit["order"], "engineer_id": _engineers(server)[other]}
    )
    page = ben.open()
    page.goto(server.url + "/app/")
    page.wait_for_timeout(3000)
    if page.locator("a[href*='login=1']").count():  # the cookie may have died with the battery
        log_in(ben, server, "ben", "/app/?login=1")

    def late() -> list[str]:
        whole = _as(server, "asha").get(f"{server.url}/api/v1/work-orders/{visit['order']}", timeout=10).json()
        return [one["text"] for one in whole["comments"] if one["is_late"]]

    _eventually(late, ["Written in the basement"])
    expect(page.get_by_text("Go on writing")).to_have_count(0)


def test_two_tabs_and_the_worker(ben: Window, server: LiveServer) -> None:
    """T15: one outbox, one text, one log-out."""
    summary = sorted(_visits(server))[0]
    one = ben.page
    one.wait_for_function(
        "navigator.serviceWorker.controller !== null || navigator.serviceWorker.ready.then(() => true)"
    )
    two = ben.context.new_page()
    two.goto(one.url)
    for page in (one, two):
        _job(page, summary)
    ben.signal(on=False)
    one.bring_to_front()
    one.get_by_role("button", name="Accept", exact=True).click()
    two.bring_to_front()
    two.get_by_role("button", name="Set off", exact=True).click()
    _type(two, "From the second tab")
    one.bring_to_front()
    expect(one.get_by_role("button", name="Arrived", exact=True)).to_be_visible()
    ben.signal(on=True)
    _eventually(lambda: _story(server, summary), ("travelling", "From the second tab"))
    one.goto(server.url + "/app/me")
    one.get_by_role("button", name="Log out", exact=False).first.click()
    one.get_by_role("dialog").get_by_role("button", name="Log out").click()
    one.wait_for_selector("[name=login]")
    two.wait_for_selector("[name=login]")
    assert "From the second tab" not in two.content()
    assert ben.faults == []


def _story(server: LiveServer, summary: str) -> tuple[str, str | None]:
    mei = _as(server, "mei")
    for card in mei.get(f"{server.url}/api/v1/work-orders", timeout=10).json()["items"]:
        if card["summary"] == summary:
            whole = mei.get(f"{server.url}/api/v1/work-orders/{card['id']}", timeout=10).json()
            visit = whole["visits"][-1]
            return visit["status"], visit["findings"]
    raise AssertionError(summary)


def test_a_switched_off_account_hands_in_what_was_written_and_keeps_nothing(ben: Window, server: LiveServer) -> None:
    """T9 in the browser: acts and half a sentence reach the office; the disk holds neither words nor customer."""
    summary = sorted(_visits(server))[0]
    page = ben.page
    _job(page, summary)
    ben.signal(on=False)
    page.get_by_role("button", name="Accept", exact=True).click()
    page.get_by_label("New comment").fill("CANARY half a sentence")
    page.wait_for_timeout(500)
    _do(server, "user.disable", _engineers(server)["Ben Zhou 周本"], {})
    ben.signal(on=True)
    expect(page.get_by_text("has closed this phone").first).to_be_visible(timeout=30_000)

    def parked() -> list[tuple[str, str, str | None]]:
        items = _as(server, "asha").get(f"{server.url}/api/v1/parked", timeout=10).json()["items"]
        return sorted((one["name"], one["code"], one["args"].get("text")) for one in items)

    _eventually(parked, [("draft", "draft", "CANARY half a sentence"), ("visit.accept", "sealed", None)])
    assert _disk(page) == {}
    assert summary not in page.content()


def _disk(page: Page) -> dict[str, int]:
    """How many rows each store of the phone's database holds, but for empty ones."""
    counts: dict[str, int] = page.evaluate("""async () => {
        const asked = indexedDB.open('callout')
        const db = await new Promise((ok, no) => { asked.onsuccess = () => ok(asked.result); asked.onerror = no })
        const found = {}
        for (const name of db.objectStoreNames) {
            const store = db.transaction(name).objectStore(name)
            const counted = store.count()
            const n = await new Promise(ok => { counted.onsuccess = () => ok(counted.result) })
            if (n) found[name] = n
        }
        db.close()
        return found
    }""")
    return counts


def test_a_clock_that_is_a_day_ahead_moves_no_job(playwright: Playwright, server: LiveServer, tmp_path: Path) -> None:
    order = _new_orders(server)[0]
    _assign(server, order["id"], "Ben Zhou 周本")
    window = Window(playwright, tmp_path / "ahead", locale="en-GB", phone=True)
    window.context.clock.install(time=dt.datetime.now(dt.UTC) + dt.timedelta(days=1))
    window.page.add_init_script("localStorage.setItem('callout.locale', 'en')")
    log_in(window, server, "ben", "/app/")
    expect(window.page.get_by_role("link").filter(has_text=order["summary"]).first).to_be_visible()
    expect(window.page.get_by_text("This phone's clock is wrong by 1 day")).to_be_visible()
    _job(window.page, order["summary"])
    window.page.get_by_role("button", name="Accept", exact=True).click()
    _eventually(lambda: _story(server, order["summary"])[0], "accepted")
    whole = _as(server, "mei").get(f"{server.url}/api/v1/work-orders/{order['id']}", timeout=10).json()
    accepted = dt.datetime.fromisoformat(whole["visits"][-1]["accepted_at"].replace("Z", "+00:00"))
    assert abs(dt.datetime.now(dt.UTC) - accepted) < dt.timedelta(minutes=5)
    window.close()


def test_a_hotels_page_is_no_success(ben: Window, server: LiveServer) -> None:
    """A captive portal answers 200 to everything: nobody is signed out by it, nothing counts as sent."""
    summary = sorted(_visits(server))[0]
    page = ben.page
    ben.context.route(
        "**/api/**", lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Hotel</h1>")
    )
    ben.context.route(
        "**/sync/**", lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Hotel</h1>")
    )
    _job(page, summary)
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()  # said only once it is kept
    page.goto(server.url + "/app/me")
    page.get_by_role("button", name="Log out", exact=False).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Log out").click()
    expect(page.locator("[name=login]")).to_have_count(0)
    ben.context.unroute_all()
    page.goto(server.url + "/app/")
    _eventually(lambda: _story(server, summary)[0], "accepted")
