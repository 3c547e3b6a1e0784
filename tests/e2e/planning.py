"""What stories of the plan share: two desks that look at tomorrow, and where things stand on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Playwright, expect

from tests.e2e.browser import Window
from tests.e2e.test_story import api
from tests.live import LiveServer

PASSWORD = "callout-demo"
TOMORROW = "]"


@pytest.fixture
def desks(playwright: Playwright, server: LiveServer, tmp_path: Path) -> Iterator[tuple[Window, Window]]:
    """Asha's and Mei's timelines of tomorrow, in English: nothing there depends on what time it is."""
    windows = []
    for login in ("asha", "mei"):
        window = Window(playwright, tmp_path / login, locale="en-GB", phone=False)
        page = window.page
        page.goto(f"{server.url}/app/board")
        page.evaluate("localStorage.setItem('callout.locale', 'en')")
        page.reload()
        page.fill("[name=login]", login)
        page.fill("[name=password]", PASSWORD)
        page.click("[type=submit]")
        page.get_by_role("link", name="Dispatch", exact=True).click()
        expect(page.get_by_role("group", name="Dispatch")).to_be_visible()
        page.keyboard.press(TOMORROW)
        expect(page.get_by_role("heading", name="Tomorrow")).to_be_visible()
        windows.append(window)
    yield windows[0], windows[1]
    for window in windows:
        assert window.faults == []
        window.close()


def queue(page: Page) -> Locator:
    return page.locator("[data-order]")


def row(page: Page, engineer: str) -> Locator:
    return page.locator("[data-engineer]", has_text=engineer)


def bar(page: Page, engineer: str, customer: str) -> Locator:
    return row(page, engineer).get_by_role("button", name=customer)


def carry(page: Page, what: Locator, to: Locator, across: int) -> None:
    """By pointer onto a row, so many pixels from the row's left edge; still held."""
    source, target = what.bounding_box(), to.bounding_box()
    assert source and target
    page.mouse.move(source["x"] + 8, source["y"] + 12)
    page.mouse.down()
    page.mouse.move(source["x"] + 40, source["y"] + 20)
    page.mouse.move(target["x"] + across, target["y"] + 28, steps=5)


def report(server: LiveServer, summary: str) -> None:
    """One more order that waits, of the customer of another one."""
    asha = api(server, "asha")
    (known, *_) = asha.get(f"{server.url}/api/v1/work-orders", timeout=10).json()["items"]
    whole = asha.get(f"{server.url}/api/v1/work-orders/{known['id']}", timeout=10).json()
    of = {name: whole["work_order"][name] for name in ("work_type_id", "customer_id", "site_id")}
    reply = asha.post(f"{server.url}/api/v1/do/work_order.create", json={"args": of | {"summary": summary}}, timeout=10)
    assert reply.status_code in (200, 201), reply.text


def customer_of(order: Locator) -> str:
    return order.locator(".muted").first.inner_text().split(" · ")[0]
