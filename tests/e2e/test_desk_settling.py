"""Asha settles what waits: several entries with one reason, half-typed values and reasons that stay, a device among many."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, Route, expect

from tests.e2e.browser import Window
from tests.e2e.test_desk import log_in, open_order
from tests.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(200)]


@pytest.fixture
def asha(playwright: Playwright, server: LiveServer, tmp_path: Path) -> Iterator[Window]:
    """Asha's board, in English."""
    window = Window(playwright, tmp_path / "asha", locale="en-GB", phone=False)
    window.page.add_init_script("localStorage.setItem('callout.locale', 'en')")
    window.page.goto(f"{server.url}/app/board")
    log_in(window.page, "asha")
    yield window
    assert window.faults == []
    window.close()


def parked(number: int) -> dict[str, Any]:
    return {
        "id": f"0192f000-0000-7000-8000-00000000000{number}", "name": "visit.edit", "code": "superseded", "user": "Ben Zhou",
        "user_id": "ben", "work_order_id": None, "order": None, "entity": "visit", "entity_id": None,
        "received_at": "2026-11-22T01:31:00.000Z", "args": {"set": {"findings": f"Fan {number} worn"}}, "sentence": "It was cancelled.",
    }  # fmt: skip


def waits(page: Page, items: list[dict[str, Any]], refused: str) -> list[dict[str, Any]]:
    """The server as it stands: these are parked, and one of them cannot be closed. Answers what was asked of it."""
    asked: list[dict[str, Any]] = []

    def listed(route: Route) -> None:
        route.fulfill(json={"items": items, "more": False, "total": len(items)})

    def dismissed(route: Route) -> None:
        one = next(one for one in items if one["id"] in route.request.url)
        asked.append({"id": one["id"], **json.loads(route.request.post_data or "{}")})
        if one["id"] == refused:
            problem = {"code": "database_busy", "title": "Busy", "detail": "The database is busy.", "retry": "later"}
            return route.fulfill(status=503, content_type="application/problem+json", body=json.dumps(problem))
        items.remove(one)
        return route.fulfill(json={"id": one["id"], "state": "dismissed"})

    page.route(re.compile(r"/api/v1/parked\?"), listed)
    page.route("**/api/v1/parked/*/dismiss*", dismissed)
    return asked


def test_several_entries_are_closed_with_one_reason_by_keyboard(asha: Window) -> None:
    page = asha.page
    items = [parked(number) for number in range(8)]
    asked = waits(page, items, refused=items[3]["id"])
    page.reload()
    page.get_by_role("link", name="To settle").click()
    page.get_by_role("checkbox", name="Select all").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(9)
    form = page.get_by_role("form", name="8 entries selected")
    page.get_by_role("checkbox", name=re.compile("^Select: ")).first.uncheck()
    form = page.get_by_role("form", name="7 entries selected")
    page.get_by_role("checkbox", name=re.compile("^Select: ")).first.check()
    form = page.get_by_role("form", name="8 entries selected")
    form.get_by_role("button", name="Close without applying").click()
    reason = form.get_by_role("textbox", name="Reason, for all of them")
    expect(reason).to_be_focused()
    assert asha.axe() == []
    reason.fill("The machine was sold")
    page.keyboard.press("Enter")
    outcome = page.get_by_role("status").filter(has_text="7 closed, 1 could not be: ")
    expect(outcome).to_be_focused()
    expect(outcome).to_contain_text("The database is busy.")
    assert [one["reason"] for one in asked] == ["The machine was sold"] * 8
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.get_by_role("article").get_by_role("alert")).to_contain_text("The database is busy.")
    assert asha.axe() == []


def test_half_a_value_and_half_a_reason_are_still_there(asha: Window) -> None:
    page = asha.page
    clash = {
        "id": "0192f000-0000-7000-8000-0000000000aa", "version": 1, "record_entity": "site", "record_id": "s", "field": "phone",
        "ours": {"value": "1"}, "theirs": {"value": "2"}, "ours_by": "Asha", "theirs_by": "Ben", "state": "open",
        "ours_at": "2026-11-22T01:31:00.000Z", "theirs_at": "2026-11-22T01:31:00.000Z", "work_order_id": None,
    }  # fmt: skip
    page.route(re.compile(r"/api/v1/conflicts\?"), lambda route: route.fulfill(json={
        "items": [clash], "more": False, "total": 1}))  # fmt: skip
    page.reload()
    page.get_by_role("link", name="To settle").click()
    page.get_by_role("button", name="Another value").click()
    other = page.get_by_role("textbox")
    other.fill("0512 99")
    page.get_by_role("link", name="Orders", exact=True).click()
    open_order(page, 1)
    page.get_by_role("button", name="Cancel order").click()
    page.get_by_role("textbox", name="Reason").fill("Cora rang: it runs ag")
    page.keyboard.press("Escape")
    expect(page.get_by_role("textbox", name="Reason")).to_have_count(0)
    page.keyboard.press("Escape")
    open_order(page, 1)
    reason = page.get_by_role("textbox", name="Reason")
    expect(reason).to_have_value("Cora rang: it runs ag")
    page.reload()
    expect(reason).to_have_value("Cora rang: it runs ag")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="To settle").click()
    expect(other).to_have_value("0512 99")
    assert asha.axe() == []
    page.reload()
    expect(other).to_have_value("0512 99")
    page.locator("form").get_by_role("button", name="Cancel").click()
    page.reload()
    expect(page.get_by_role("button", name="Another value")).to_be_visible()
    expect(other).to_have_count(0)


def test_a_device_is_found_and_the_address_says_which(asha: Window) -> None:
    page = asha.page
    page.get_by_role("link", name="Devices").click()
    expect(page.get_by_text("Asha Lin").first).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("nobody at all")
    expect(page.get_by_text("No device fits")).to_be_visible()
    assert asha.axe() == []
    page.get_by_role("button", name="Show all devices").click()
    page.get_by_role("searchbox").fill("asha")
    page.get_by_role("combobox", name="State").select_option(label="Active")
    expect(page).to_have_url(re.compile(r"q=asha"))
    expect(page).to_have_url(re.compile(r"state=active"))
    page.reload()
    expect(page.get_by_role("searchbox")).to_have_value("asha")
    expect(page.get_by_text("Asha Lin").first).to_be_visible()
    assert asha.axe() == []
