"""Ben has no signal and finds another machine broken: he takes the job on, does it, the battery dies in the middle. Back online the server
has it once, and Asha's list showed it live. And a job at a customer whom nobody had entered.
"""

from __future__ import annotations

import json
import re
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from playwright.sync_api import Page, Playwright, expect

from tests.e2e.browser import Window
from tests.e2e.test_story import PASSWORD, api, log_in, orders
from tests.e2e.test_told import do
from tests.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
KNOWN = "高压报警停机"
IN_ENGLISH = "localStorage.setItem('callout.locale', 'en')"
LEAK = "Oil under the second compressor"


@pytest.fixture
def ben(playwright: Playwright, server: LiveServer, tmp_path: Path) -> Iterator[Window]:
    """Ben's phone with his day on it, the worker installed."""
    window = Window(playwright, tmp_path / "ben", locale="en-GB", phone=True)
    window.page.add_init_script(IN_ENGLISH)
    log_in(window, server, "ben", "/app/")
    window.page.wait_for_selector(".hero a")
    window.page.evaluate("navigator.serviceWorker.ready")
    window.page.wait_for_timeout(1000)
    yield window
    assert window.faults == []
    window.close()


@pytest.fixture
def asha(playwright: Playwright, server: LiveServer, tmp_path: Path) -> Iterator[Window]:
    """Asha's list of orders, open and live."""
    window = Window(playwright, tmp_path / "asha", locale="en-GB", phone=False)
    window.page.add_init_script(IN_ENGLISH)
    log_in(window, server, "asha", "/app/board")
    yield window
    assert window.faults == []
    window.close()


def of_the_name(session: requests.Session, server: LiveServer, summary: str) -> list[dict[str, Any]]:
    return [one for one in orders(session, server) if one["summary"] == summary]


def step(page: Page, verb: str) -> None:
    button = page.get_by_role("button", name=verb, exact=True)
    button.click()
    expect(button).to_have_count(0)


def begin_the_form(page: Page) -> None:
    """The device that nobody knew has the form of its model, and one answer of it is kept."""
    page.get_by_role("link", name=re.compile("Form")).click()
    running = page.locator(".q").filter(has_text="Was the machine running?").last
    running.get_by_role("radio", name="Yes").check()
    expect(page.get_by_text("On phone", exact=True)).to_be_visible()
    page.get_by_role("button", name="Back").click()
    page.wait_for_selector(".steps")


def end(page: Page, findings: str) -> None:
    page.get_by_role("textbox", name=re.compile("Findings")).first.fill(findings)
    page.get_by_role("button", name="Complete the job", exact=True).click()
    page.get_by_role("radio", name="Parts needed").check()
    page.get_by_role("button", name="Complete the job", exact=True).click()
    expect(page.get_by_role("radio", name="Parts needed")).to_have_count(0)


def come_back(ben: Window, server: LiveServer) -> Page:
    """The app opens again without signal. Its session had not reached the disk when the battery died."""
    page = ben.open(offline=True)
    page.add_init_script(IN_ENGLISH)
    ben.context.clear_cookies()
    page.goto(f"{server.url}/app/")
    return page


def back_online(ben: Window) -> None:
    """There is signal; he logs in where he is."""
    ben.signal(on=True)
    ben.page.evaluate("dispatchEvent(new Event('online'))")
    ben.page.get_by_text("Log in to send").first.click()
    ben.page.fill("[name=login]", "ben")
    ben.page.fill("[name=password]", PASSWORD)
    ben.page.click("[type=submit]")


def delivered(page: Page, server: LiveServer) -> None:
    page.wait_for_selector(".content")
    page.goto(f"{server.url}/app/outbox")
    expect(page.get_by_text(re.compile("Everything is delivered|All delivered at")).first).to_be_visible(timeout=30_000)


def test_another_unit_on_site_is_done_without_signal_and_arrives_once(
    ben: Window, asha: Window, playwright: Playwright, server: LiveServer
) -> None:
    desk = api(server, "asha")
    page = ben.page
    page.get_by_role("link").filter(has_text=KNOWN).first.click()
    page.wait_for_selector(".steps")
    ben.signal(on=False)
    page.get_by_role("link", name="Another unit on this site").click()
    expect(page.get_by_role("heading", name="New job")).to_be_visible()
    expect(page.get_by_role("button", name="Customer and place")).to_have_text(re.compile("昆山宏远精密"))
    page.get_by_role("radio", name="Another one, by its plate").check()
    page.get_by_role("textbox", name="Serial number").fill("sa119001")
    page.get_by_role("button", name="Model").click()
    page.locator("dialog[open] label", has_text="SA-75").click()
    page.get_by_role("button", name="Take on the job").click()
    expect(page.get_by_text("Choose the kind of work.")).to_be_visible()
    page.get_by_role("radio", name="Repair").check()
    page.get_by_role("textbox", name="What is the problem?").fill(f"{LEAK}\nPuddle of a metre")
    expect(page.get_by_text("Offline")).to_be_visible()
    assert ben.axe() == []
    page.get_by_role("button", name="Take on the job").click()
    expect(page.get_by_role("heading", name=LEAK)).to_be_visible()
    step(page, "Set off")
    ben.kill()

    page = come_back(ben, server)
    expect(page.locator(".hero")).to_contain_text(LEAK)
    page.locator(".hero a").first.click()
    step(page, "Arrived")
    begin_the_form(page)
    end(page, "Shaft seal worn, a new one is needed")
    assert of_the_name(desk, server, LEAK) == []
    asha.page.locator("a[href$='tab=all']").click()
    expect(asha.page.locator("a[href$='tab=all']")).to_have_attribute("aria-current", "page")
    row = asha.page.get_by_role("row").filter(has_text=LEAK)
    expect(row).to_have_count(0)
    back_online(ben)
    expect(row).to_have_count(1, timeout=30_000)
    expect(row).to_contain_text("WO-")
    delivered(page, server)
    (card,) = of_the_name(desk, server, LEAK)
    assert (card["channel"], card["category"], card["serial"]) == ("engineer", "waiting", "SA119001")
    assert [one["status"] for one in card["visits"]] == ["done"]
    told = desk.get(f"{server.url}/api/v1/work-orders/{card['id']}", timeout=10).json()
    assert told["work_order"]["description"] == "Puddle of a metre"
    assert told["visits"][0]["findings"] == "Shaft seal worn, a new one is needed"
    (form,) = told["submissions"]
    assert (form["asset_id"], form["answers"], form["is_final"]) == (card["asset_id"], {"running": True}, False)
    steps = [one["event"] for one in told["timeline"] if one["event"].startswith(("visit.", "work_order.created"))]
    assert sorted(steps) == sorted({
        "work_order.created", "visit.taken_on", "visit.travel_started", "visit.arrived", "visit.edited", "visit.completed",
    })  # fmt: skip
    page.goto(f"{server.url}/app/")
    page.get_by_role("link").filter(has_text=LEAK).first.click()
    expect(page.locator("header.appbar")).to_contain_text(card["number"])


def test_a_customer_whom_nobody_had_entered_and_words_that_survive(ben: Window, server: LiveServer) -> None:
    desk = api(server, "asha")
    page = ben.page
    ben.signal(on=False)
    page.get_by_role("link", name="New job").click()
    page.get_by_role("button", name="Another place").click()
    page.get_by_role("textbox", name="Customer").fill("Delta Foods")
    page.get_by_role("textbox", name="Place", exact=True).fill("9 Long Road, hall 3")
    page.get_by_role("textbox", name="Phone number").fill("139 0000 1111")
    page.get_by_role("textbox", name="What is the problem?").fill("Dryer squeals")
    page.wait_for_timeout(500)  # letters go to the disk one after the other
    ben.kill()

    page = come_back(ben, server)
    page.get_by_role("link").filter(has_text="Unfinished new job").click()
    expect(page.get_by_text("What you had begun is back.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Customer")).to_have_value("Delta Foods")
    page.get_by_role("radio", name="Maintenance").check()
    page.get_by_role("button", name="Take on the job").click()
    expect(page.get_by_role("heading", name="Dryer squeals")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Call 139"))).to_be_visible()
    back_online(ben)
    delivered(page, server)
    (card,) = of_the_name(desk, server, "Dryer squeals")
    assert (card["customer"], card["site"], card["visit"]["status"]) == (
        "Delta Foods",
        "9 Long Road, hall 3",
        "accepted",
    )


def test_an_open_order_for_the_device_is_said_and_does_not_forbid(ben: Window, server: LiveServer) -> None:
    page = ben.page
    page.get_by_role("link").filter(has_text=KNOWN).first.click()
    page.get_by_role("link", name="Another unit on this site").click()
    page.get_by_role("radio", name=re.compile("CH204187")).check()
    expect(page.get_by_text("There is an open order for this device already")).to_be_visible()
    expect(page.get_by_text(KNOWN)).to_be_visible()
    assert ben.axe() == []
    page.get_by_role("link", name="Open that job").click()
    expect(page.get_by_role("heading", name=KNOWN)).to_be_visible()


def leaves_the_records(server: LiveServer, serial: str) -> None:
    engine = sa.create_engine(server.database)
    with engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE asset SET deleted_at = updated_at WHERE serial = :serial"), {"serial": serial}
        )
    engine.dispose()


def test_what_the_server_could_not_take_is_said_and_can_be_put_right(ben: Window, server: LiveServer) -> None:
    desk = api(server, "asha")
    page = ben.page
    page.get_by_role("link").filter(has_text="半年保养").first.click()
    page.wait_for_selector(".steps")
    ben.signal(on=False)
    page.get_by_role("link", name="Another unit on this site").click()
    page.get_by_role("radio", name=re.compile("AD050217")).check()
    page.get_by_role("radio", name="Repair").check()
    page.get_by_role("textbox", name="What is the problem?").fill("Valve sticks")
    page.get_by_role("button", name="Take on the job").click()
    expect(page.get_by_role("heading", name="Valve sticks")).to_be_visible()
    leaves_the_records(server, "AD050217")
    ben.signal(on=True)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.goto(f"{server.url}/app/outbox")
    expect(
        page.get_by_text("Valve sticks").first
    ).to_be_visible()  # what failed, and perhaps already what was delivered with it
    why = re.compile("The device named is not in the records|所选设备已不在档案中")
    expect(page.get_by_text(why).first).to_be_visible(timeout=30_000)  # at the entry too, as the server said it
    assert ben.axe() == []
    page.get_by_role("link", name="Put it right and enter it again").click()
    expect(page.get_by_role("textbox", name="What is the problem?")).to_have_value("Valve sticks")
    page.get_by_role("radio", name="No certain device").check()
    page.get_by_role("button", name="Take on the job").click()
    expect(page.get_by_role("heading", name="Valve sticks")).to_be_visible()
    page.goto(f"{server.url}/app/outbox")
    delivered(page, server)
    expect(page.get_by_role("button", name="Withdraw")).to_have_count(0)
    (card,) = of_the_name(desk, server, "Valve sticks")
    assert (card["asset_id"], card["visit"]["status"]) == (None, "accepted")


@contextmanager
def without_the_leave(server: LiveServer) -> Iterator[None]:
    """Mei takes the leave to take jobs on out of the engineers' role, and gives it back."""
    with sqlite3.connect(server.database.removeprefix("sqlite:///")) as database:
        found = database.execute(
            "SELECT id, name, scope, grants, field_grants FROM role WHERE grants LIKE '%work_order.take_on%'"
        )
        ((role, name, scope, grants, fields),) = found.fetchall()
    role = str(uuid.UUID(role))
    before = {
        "name": json.loads(name),
        "scope": scope,
        "grants": json.loads(grants),
        "field_grants": json.loads(fields),
    }
    mei, less = api(server, "mei"), [one for one in before["grants"] if one != "work_order.take_on"]
    do(mei, server, "role.change", before | {"grants": less}, role)
    yield
    do(mei, server, "role.change", before, role)


def test_what_he_may_not_do_is_not_offered(playwright: Playwright, server: LiveServer, tmp_path: Path) -> None:
    """Finding: "New job" led a person without the leave through a whole form to "not allowed". Without signal it is the same."""
    with without_the_leave(server):
        window = Window(playwright, tmp_path / "ben", locale="en-GB", phone=True)
        window.page.add_init_script(IN_ENGLISH)
        log_in(window, server, "ben", "/app/")
        new = window.page.get_by_role("link", name="New job")
        window.page.locator(".hero a").first.click()
        window.page.wait_for_selector(".steps")
        window.page.evaluate("navigator.serviceWorker.ready")
        expect(window.page.get_by_role("link", name="Another unit on this site")).to_have_count(0)
        window.signal(on=False)
        window.page.goto(f"{server.url}/app/")
        window.page.wait_for_selector(".hero a")
        expect(new).to_have_count(0)
    window.signal(on=True)
    window.page.reload()
    expect(new).to_be_visible()
    assert window.faults == []
    window.close()
