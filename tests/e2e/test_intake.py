"""The telephone rings: Asha finds who is calling, or takes in somebody nobody knew, by keyboard and without saying anything twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Playwright, Route, expect

from tests.e2e.browser import Window
from tests.e2e.test_desk import log_in
from tests.e2e.test_story import api
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


def caller(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Who is calling")


def found(page: Page) -> Locator:
    return page.get_by_role("listbox").get_by_role("option")


def keys(page: Page, *words: str) -> None:
    """Typed into one field after the other."""
    for at, word in enumerate(words):
        if at:
            page.keyboard.press("Tab")
        page.keyboard.type(word)


def test_a_caller_nobody_knew_is_a_saved_order_by_keyboard_alone(asha: Window, server: LiveServer) -> None:
    page = asha.page
    page.keyboard.press("c")
    expect(caller(page)).to_be_focused()
    page.keyboard.type("0512 7777 1234")
    expect(found(page)).to_have_text(["New customer “0512 7777 1234”"])
    assert asha.axe() == []
    page.keyboard.press("Enter")
    name = page.get_by_role("textbox", name="Customer")
    expect(name).to_be_focused()
    keys(page, "Acme Bakery", "Carl Reed")
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="Phone")).to_have_value("0512 7777 1234")
    keys(page, "", "1 Mill Lane", "Oven room", "", "CH-200", "B-4711", "Repair", "Oven stays cold")
    assert asha.axe() == []
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"WO-\d+-\d+ taken in"))).to_be_visible()
    order = page.get_by_role("dialog")
    for said in ("Oven stays cold", "Acme Bakery", "Carl Reed", "0512 7777 1234", "1 Mill Lane", "B-4711"):
        expect(order).to_contain_text(said)
    # and the next time his number finds him
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(caller(page)).to_be_focused()
    page.keyboard.type("77771234")
    expect(found(page).first).to_contain_text("Acme Bakery")
    expect(found(page).first).to_contain_text("Carl Reed · 0512 7777 1234")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Site")).to_have_value(re.compile(".+"))
    expect(page.get_by_role("combobox", name="Contact").locator("option:checked")).to_contain_text("Carl Reed")
    answer = api(server, "asha").get(f"{server.url}/api/v1/callers?q=acme", timeout=10).json()
    assert [one["customer"] for one in answer["items"]] == ["Acme Bakery"]


def test_a_step_that_fails_loses_nothing_and_makes_nobody_twice(asha: Window, server: LiveServer) -> None:
    page = asha.page
    page.keyboard.press("c")
    expect(caller(page)).to_be_focused()
    page.keyboard.type("Bolt Works")
    expect(page.get_by_text("Nobody found.").first).to_be_visible()
    expect(page.get_by_role("listbox")).to_have_attribute("aria-busy", "false")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Address").fill("5 Canal Street")
    page.get_by_role("combobox", name="Kind of work").select_option(label="Repair")
    page.get_by_role("textbox", name="Problem").fill("Press leaks")
    # the answer to the site gets lost on its way back
    lost: list[Route] = []

    def lose(route: Route) -> None:
        lost.append(route)
        route.fetch()
        route.abort()

    page.route("**/api/v1/do/site.add*", lose)
    page.get_by_role("button", name="Take in").click()
    expect(page.get_by_role("alert")).to_contain_text("The site was not saved")
    expect(page.get_by_role("textbox", name="Address")).to_have_value("5 Canal Street")
    page.unroute("**/api/v1/do/site.add*")
    page.reload()
    expect(page.get_by_text("What you had entered is back.")).to_be_visible()
    page.get_by_role("textbox", name="Address").fill("5 Canal Street, yard 2")
    page.get_by_role("button", name="Take in").click()
    expect(page.get_by_role("dialog")).to_contain_text("5 Canal Street, yard 2")
    assert len(lost) == 1
    session = api(server, "asha")
    callers = session.get(f"{server.url}/api/v1/callers?q=bolt", timeout=10).json()["items"]
    assert [one["customer"] for one in callers] == ["Bolt Works"]
    sites = session.get(f"{server.url}/api/v1/sites?customer_id={callers[0]['id']}", timeout=10).json()["items"]
    assert [one["address"] for one in sites] == ["5 Canal Street, yard 2"]


def test_a_known_customer_moves_in_somewhere_new(asha: Window) -> None:
    page = asha.page
    page.keyboard.press("c")
    expect(caller(page)).to_be_focused()
    page.keyboard.type("northway")
    expect(found(page).first).to_contain_text("Northway Precision")
    page.keyboard.press("Enter")
    page.get_by_role("combobox", name="Site").select_option(label="New site…")
    page.get_by_role("button", name="Take in").click()
    address = page.get_by_role("textbox", name="Address")
    expect(address).to_be_focused()
    assert asha.axe() == []
    address.fill("Plant 2")
    page.get_by_role("combobox", name="Kind of work").select_option(label="Repair")
    page.get_by_role("textbox", name="Problem").fill("Trips")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Plant 2")


def test_esc_closes_the_list_and_then_the_drawer(asha: Window) -> None:
    page = asha.page
    page.keyboard.press("c")
    expect(caller(page)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(found(page).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(found(page)).to_have_count(0)
    expect(caller(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
