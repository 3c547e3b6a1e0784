"""Finish: one list over everything that is missing, each line one tap from its place and back; photos are said to be before or after,
and otherwise later, all of it without signal.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Locator, Page, Playwright, expect

from tests.e2e.browser import Window
from tests.e2e.phones import bens, on_site
from tests.e2e.test_form import CHECKS, SUMMARY, eventually, photo, question, sign
from tests.e2e.test_story import api, log_in
from tests.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
OTHER = "Compressor trips"


@pytest.fixture
def ben(playwright: Playwright, server: LiveServer, tmp_path: Path) -> Iterator[Window]:
    yield from bens(playwright, server, tmp_path)


@pytest.fixture
def asha(server: LiveServer) -> requests.Session:
    return api(server, "asha")


def order(asha: requests.Session, server: LiveServer, summary: str) -> dict[str, Any]:
    (card,) = asha.get(f"{server.url}/api/v1/work-orders?q={summary}", timeout=10).json()["items"]
    found: dict[str, Any] = asha.get(f"{server.url}/api/v1/work-orders/{card['id']}", timeout=10).json()
    return found


def line(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name="What the job needs").get_by_role("listitem").filter(has_text=name)


def missing(page: Page, count: int) -> None:
    title = f"{count} still missing" if count else "Nothing is missing"
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def pressed(page: Page, choice: Locator) -> None:
    """At the lower edge, where the bar comes back once nobody types. Finding: it came back between finger and tap, and took the tap."""
    # a finger comes after the eye has seen where the choice stands: two frames, or the browser itself aims by the frame before
    choice.evaluate("""one => new Promise(seen => {
        one.scrollIntoView({block: "end"}); requestAnimationFrame(() => requestAnimationFrame(seen));
    })""")
    box = choice.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(choice).to_be_checked()
    expect(page.locator(".bar .primary")).to_be_visible()


def answer_all(page: Page, folder: Path, pressure: str) -> None:
    """Every answer of the chiller's form, the customer's signature last."""
    # the whole form is there: a section that comes in above, on a machine that has been busy, moves what is aimed at
    page.wait_for_selector("canvas", state="attached")
    page.get_by_role("textbox", name="Serial number on the plate").fill("CH204187")
    question(page, "Was the machine running?").get_by_role("radio", name="Yes").check()
    page.get_by_role("textbox", name="High side pressure").fill(pressure)
    pressed(page, question(page, "Symptom").get_by_role("radio", name="High pressure alarm"))
    for row in CHECKS:
        page.get_by_role("group", name=row).get_by_role("radio", name="OK", exact=True).check()
    question(page, "Cause").get_by_role("radio", name="Dirt").check()
    page.locator("input[type=file]").last.set_input_files([photo(folder), photo(folder)])
    expect(page.get_by_role("img", name="Photo 2")).to_be_visible()
    sign(page)


def test_what_is_missing_is_one_tap_away_and_back(
    ben: Window, asha: requests.Session, server: LiveServer, tmp_path: Path
) -> None:
    page = ben.page
    ben.signal(on=False)
    on_site(page, SUMMARY)
    page.get_by_role("button", name="Complete the job").click()
    expect(page.get_by_role("heading", name="Complete the job")).to_be_focused()
    # outcome, findings, and every required question of the form, each by its name
    missing(page, 15)
    expect(line(page, "Fans · Result")).to_contain_text("Not answered yet")
    expect(line(page, "Photos before and after")).to_contain_text("Photo not taken yet")
    expect(line(page, "Customer's signature")).to_contain_text("Not signed yet")
    expect(line(page, "Photo of the plate")).to_contain_text("Optional")
    assert ben.axe() == []

    page.get_by_role("radio", name="Done").check()
    page.get_by_role("textbox", name="Findings").fill("Fins blocked")
    missing(page, 13)
    line(page, "Water outlet temperature").get_by_role("link").click()
    field = page.get_by_role("textbox", name="Water outlet temperature")
    expect(field).to_be_focused()
    field.fill("7.2")
    page.go_back()
    missing(page, 12)
    expect(page.get_by_role("radio", name="Done")).to_be_checked()
    expect(page.get_by_role("textbox", name="Findings")).to_have_value("Fins blocked")

    # the large button leads to the first of them; what is wrong and what became void is named too
    page.get_by_role("button", name="Next required").click()
    expect(page.get_by_role("textbox", name="Serial number on the plate")).to_be_focused()
    answer_all(page, tmp_path, "9999")
    page.get_by_role("textbox", name="Advice for the customer").fill("Clean the fins each spring")
    expect(page.get_by_text("Sign again.")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    missing(page, 2)
    expect(line(page, "High side pressure")).to_contain_text("At most 4500 kPa.")
    expect(line(page, "Customer's signature")).to_contain_text("Sign again")
    expect(line(page, "How did it end?")).to_contain_text("Done")
    expect(page.get_by_role("button", name="Complete the job")).to_have_count(0)
    line(page, "High side pressure").get_by_role("link").click()
    page.get_by_role("textbox", name="High side pressure").fill("1985")
    page.get_by_role("button", name="Sign again").click()
    sign(page)
    page.get_by_role("button", name="Back").click()

    missing(page, 0)
    expect(line(page, "Photos")).to_contain_text("2 · 2 required")
    assert ben.axe() == []
    # the form is finished with the job
    page.get_by_role("button", name="Complete the job").click()
    expect(page.get_by_text("Finished", exact=True)).to_be_visible()
    ben.signal(on=True)
    page.evaluate("dispatchEvent(new Event('online'))")

    def stored() -> Any:
        whole = order(asha, server, SUMMARY)
        return [one["is_final"] for one in whole["submissions"]], [one["status"] for one in whole["visits"]]

    eventually(stored, ([True], ["done"]))


def test_photos_are_before_or_after_and_it_may_be_said_otherwise_later(
    ben: Window, asha: requests.Session, server: LiveServer, playwright: Playwright, tmp_path: Path
) -> None:
    page = ben.page
    ben.signal(on=False)
    on_site(page, OTHER)
    page.get_by_role("link", name="Form").click()
    pictures = question(page, "Photos before and after")
    pictures.locator("input[type=file]").set_input_files([photo(tmp_path), photo(tmp_path)])
    expect(pictures.get_by_role("img", name="Photo 2")).to_be_visible()
    first, second = (page.get_by_role("group", name=f"Photo {n}: before or after?") for n in (1, 2))
    first.get_by_role("button", name="Before").click()
    second.get_by_role("button", name="Before").click()
    expect(pictures.get_by_role("img", name="Photo 2 · Before")).to_be_visible()
    expect(second.get_by_role("button", name="Before")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("On phone", exact=True)).to_be_visible()
    assert ben.axe() == []
    ben.kill()

    # the battery died: what was said of them is there; the second is said otherwise, still without signal
    page = ben.open(offline=True)
    ben.context.clear_cookies()
    page.goto(f"{server.url}/app/")
    page.get_by_role("link").filter(has_text="Unfinished form").click()
    second = page.get_by_role("group", name="Photo 2: before or after?")
    expect(second.get_by_role("button", name="Before")).to_have_attribute("aria-pressed", "true")
    # handed in as far as it is, with a job that waits for parts
    page.get_by_role("button", name="Back").click()
    page.locator(".hero a").first.click()
    page.get_by_role("button", name="Complete the job").click()
    page.get_by_role("radio", name="Parts needed").check()
    expect(page.get_by_text("May stay open until the parts are there")).to_be_visible()
    page.get_by_role("textbox", name="Findings").fill("Valve worn, ordered")
    missing(page, 0)
    page.get_by_role("button", name="Complete the job").click()
    expect(page.get_by_text("Waiting for parts").first).to_be_visible()
    second = page.get_by_role("group", name="Photo 2: before or after?")
    second.get_by_role("button", name="After").click()
    expect(second.get_by_role("button", name="After")).to_have_attribute("aria-pressed", "true")
    assert ben.axe() == []

    ben.signal(on=True)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.get_by_text("Log in to send").first.click()
    page.fill("[name=login]", "ben")
    page.fill("[name=password]", "callout-demo")
    page.click("[type=submit]")
    eventually(
        lambda: sorted(str(one["tag"]) for one in order(asha, server, OTHER)["attachments"]), ["after", "before"]
    )
    # the worker looks at each picture before it is shown, and takes its time on a busy machine
    eventually(lambda: all(one["width"] for one in order(asha, server, OTHER)["attachments"]), True, tries=360)
    the_desk_sees_them(playwright, server, tmp_path)


def the_desk_sees_them(playwright: Playwright, server: LiveServer, folder: Path) -> None:
    """On the small pictures and in the large one, in words."""
    desk = Window(playwright, folder / "desk", locale="en-GB", phone=False)
    desk.page.add_init_script("localStorage.setItem('callout.locale', 'en')")
    log_in(desk, server, "asha", "/app/board?tab=all")
    desk.page.get_by_role("row").filter(has_text=OTHER).first.click()
    drawer = desk.page.get_by_role("dialog")
    after = drawer.get_by_role("button", name="Photo · After")
    expect(after).to_be_visible()
    expect(drawer.get_by_role("button", name="Photo · Before")).to_be_visible()
    expect(drawer.get_by_text("said of a photo: before or after")).to_be_visible()
    after.click()
    expect(desk.page.get_by_role("dialog", name="Picture")).to_contain_text("After")
    assert desk.axe() == []
    assert desk.faults == []
    desk.close()
