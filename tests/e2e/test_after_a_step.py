"""After a step: what can no longer be taken back is not offered, and the next job of the day is one tap away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.e2e.browser import Window
from tests.e2e.test_story import api, log_in
from tests.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(200)]


@pytest.fixture
def ben(playwright: Playwright, server: LiveServer, tmp_path: Path) -> Iterator[Window]:
    """Ben's phone with the four jobs of the demo day."""
    window = Window(playwright, tmp_path / "ben", locale="en-GB", phone=True)
    window.page.add_init_script("localStorage.setItem('callout.locale', 'en')")
    log_in(window, server, "ben", "/app/")
    window.page.wait_for_selector(".hero a")
    yield window
    assert window.faults == []
    window.close()


def job(page: Page, summary: str) -> None:
    page.get_by_role("link").filter(has_text=summary).first.click()
    page.wait_for_selector(".steps")


def test_undo_goes_with_the_job_that_the_office_cancelled(ben: Window, server: LiveServer) -> None:
    page = ben.page
    job(page, "半年保养")
    page.get_by_role("button", name="Accept", exact=True).click()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    undo.hover()  # the clock of the message stands still
    asha = api(server, "asha")
    cards = asha.get(f"{server.url}/api/v1/work-orders?q=半年保养", timeout=10).json()["items"]
    body = {"entity_id": cards[0]["visit"]["id"], "args": {"reason": "The customer rang"}}
    assert asha.post(f"{server.url}/api/v1/do/visit.cancel", json=body, timeout=10).status_code == 200
    expect(page.get_by_text("Cancelled").first).to_be_visible()
    expect(undo).to_have_count(0)


def test_the_next_job_is_one_tap_away(ben: Window) -> None:
    page = ben.page
    job(page, "高压报警停机")
    for verb in ("Accept", "Set off", "Arrived"):
        page.get_by_role("button", name=verb, exact=True).click()
    page.get_by_role("button", name="Complete the job").click()
    # a job that waits for parts ends without its form
    page.get_by_role("radio", name="Parts needed").check()
    page.get_by_role("textbox", name="Findings").fill("Fan worn, replaced")
    page.get_by_role("button", name="Complete the job").click()
    step = page.get_by_role("link", name="Next job")
    expect(step).to_contain_text("Next job · ")
    assert ben.axe() == []
    step.click()
    expect(page.get_by_role("heading", name="排气温度高")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="高压报警停机")).to_be_visible()
