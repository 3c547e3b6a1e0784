"""At the desk: two dispatchers with one order open, half-typed words, the browser's Back, a customer with a dead link."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Playwright, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.e2e.browser import Window
from tests.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
PASSWORD = "callout-demo"


@pytest.fixture
def desks(playwright: Playwright, server: LiveServer, tmp_path: Path) -> Iterator[tuple[Window, Window]]:
    """Asha's and Mei's boards, side by side, in English."""
    windows = []
    for login in ("asha", "mei"):
        window = Window(playwright, tmp_path / login, locale="en-GB", phone=False)
        window.page.goto(f"{server.url}/app/board")
        window.page.evaluate("localStorage.setItem('callout.locale', 'en')")
        window.page.reload()
        log_in(window.page, login)
        windows.append(window)
    yield windows[0], windows[1]
    for window in windows:
        assert window.faults == []
        window.close()


def log_in(page: Page, login: str) -> None:
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
    expect(page.get_by_role("row").nth(1)).to_be_visible()


def open_order(page: Page, row: int) -> str:
    """Opens the row's order; answers its number."""
    at = page.get_by_role("row").nth(row)
    number = at.locator("td:not(.pick)").first.inner_text()
    at.click()
    expect(page.get_by_role("dialog")).to_contain_text(number)
    return number


def plan(page: Page, engineer: str) -> Locator:
    page.keyboard.press("a")
    form = page.get_by_role("form")
    form.get_by_role("combobox", name="Engineer").select_option(label=engineer)
    return form


def test_a_decision_that_crossed_is_shown_and_asks_again(desks: tuple[Window, Window]) -> None:
    asha, mei = (window.page for window in desks)
    number = open_order(asha, 1)
    assert open_order(mei, 1) == number, "the most urgent order stands first on every desk"
    theirs = plan(mei, "李娜 Li Na")
    plan(asha, "Ben Zhou 周本").get_by_role("button", name="Assign", exact=True).click()
    note = theirs.get_by_role("alert")
    expect(note).to_contain_text("sent the visit to Ben Zhou")
    expect(theirs.get_by_role("combobox", name="Engineer")).to_contain_text("Li Na")
    assert desks[1].axe() == []
    # the first press only says: I have seen it
    expect(theirs.get_by_role("button", name="Save change")).to_have_count(0)
    theirs.get_by_role("button", name="Keep my input").click()
    theirs.get_by_role("button", name="Save change").click()
    expect(mei.get_by_text(f"{number} sent to 李娜")).to_be_visible()
    expect(asha.get_by_role("dialog").locator("article").first).to_contain_text("Li Na")


def test_back_closes_the_drawer_and_esc_goes_one_level(desks: tuple[Window, Window]) -> None:
    page = desks[0].page
    page.get_by_role("link", name="Messages").click()
    page.get_by_role("link", name="Orders", exact=True).click()
    open_order(page, 1)
    open_order(page, 2)
    page.go_back()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(re.compile("/app/board$"))
    open_order(page, 1)
    plan(page, "Ben Zhou 周本")
    page.keyboard.press("Escape")
    expect(page.get_by_role("form")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("tr:focus")).to_have_count(1)
    page.go_back()
    expect(page.get_by_role("heading", name="Messages", exact=True)).to_be_visible()


def test_what_was_typed_survives_esc_reload_and_the_end_of_the_sign_in(desks: tuple[Window, Window]) -> None:
    window = desks[0]
    page = window.page
    open_order(page, 1)
    page.get_by_role("textbox", name="New comment").fill("Ask for the key at the gate")
    page.keyboard.press("Escape")
    open_order(page, 1)
    expect(page.get_by_role("textbox", name="New comment")).to_have_value("Ask for the key at the gate")
    form = plan(page, "Ben Zhou 周本")
    form.get_by_role("textbox", name="Start").fill("16:45")
    page.reload()
    expect(page.get_by_role("form").get_by_role("textbox", name="Start")).to_have_value("16:45")
    window.context.clear_cookies()
    with contextlib.suppress(
        PlaywrightTimeout
    ):  # the live stream may notice first: then there is no form left to press
        page.get_by_role("form").get_by_role("button", name="Assign", exact=True).click(timeout=3_000)
    expect(page.get_by_text("Your login has ended")).to_be_visible()
    assert window.axe() == []
    log_in(page, "asha")
    expect(page.get_by_role("form").get_by_role("textbox", name="Start")).to_have_value("16:45")
    page.get_by_role("form").get_by_role("button", name="Cancel", exact=True).click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("c")
    problem = page.get_by_role("textbox", name="Problem")
    problem.fill("x" * 270)
    expect(problem).to_have_value("x" * 200)
    page.get_by_role("button", name="Take in").click()
    expect(page.get_by_role("combobox", name="Who is calling")).to_be_focused()
    page.keyboard.press("Escape")
    expect(problem).to_have_count(0)
    page.keyboard.press("c")
    expect(problem).to_have_value("x" * 200)
    page.get_by_role("button", name="Start afresh").click()
    expect(problem).to_have_value("")


def test_the_keys_are_listed_and_live(desks: tuple[Window, Window]) -> None:
    page = desks[0].page
    expect(page.get_by_role("link", name=re.compile("^All"))).to_be_visible()  # the list listens once it is there
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="All keys")
    expect(sheet).to_be_visible()
    assert desks[0].axe() == []
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    page.keyboard.press("6")
    expect(page.get_by_role("link", name=re.compile("^All"))).to_have_attribute("aria-current", "page")
    page.keyboard.press("f")
    expect(page.get_by_role("combobox", name="Engineer")).to_be_focused()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("g")
    page.keyboard.press("v")
    expect(page.get_by_role("heading", name="Devices")).to_be_visible()


def test_an_unreachable_server_does_not_promise_to_try_a_write_again(desks: tuple[Window, Window]) -> None:
    page = desks[1].page
    open_order(page, 2)
    form = plan(page, "Ben Zhou 周本")
    desks[1].signal(on=False)
    form.get_by_role("button", name="Assign", exact=True).click()
    expect(form.get_by_role("alert")).to_contain_text("Try again when the connection is back")
    desks[1].signal(on=True)
    form.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("form")).to_have_count(0)


def test_a_dead_link_offers_the_companys_phone(playwright: Playwright, server: LiveServer, tmp_path: Path) -> None:
    cora = Window(playwright, tmp_path / "cora", locale="en-GB", phone=True)
    cora.page.goto(f"{server.url}/p/not-a-link")
    expect(cora.page.get_by_role("link", name="Call us")).to_have_attribute("href", "tel:0512-62884400")
    assert cora.axe() == []
    cora.close()


def test_a_page_of_somebody_else_is_not_an_answer(playwright: Playwright, server: LiveServer, tmp_path: Path) -> None:
    cora = Window(playwright, tmp_path / "cora", locale="en-GB", phone=True)
    hotel = {"status": 200, "content_type": "text/html", "body": "<h1>Welcome to our network</h1>"}
    cora.page.route("**/api/v1/track/**", lambda route: route.fulfill(**hotel))
    cora.page.goto(f"{server.url}/p/not-a-link")
    expect(cora.page.get_by_role("heading", name="No answer from the server")).to_be_visible()
    cora.page.unroute("**/api/v1/track/**")
    cora.page.get_by_role("button", name="Try again").click()
    expect(cora.page.get_by_role("heading", name="This link does not work")).to_be_visible()
    cora.close()
