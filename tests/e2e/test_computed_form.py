"""A form that computes, on Ben's phone without signal: what he answers shows and hides, asks and warns; what is handed in is what the server
makes of it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, Playwright, expect

from server.app import create_app
from server.core.config import read_settings
from server.core.db import db
from tests import databases
from tests.e2e import computing
from tests.e2e.browser import Window
from tests.e2e.phones import on_site
from tests.e2e.test_form import eventually, photo, question, sign
from tests.live import LiveServer
from tests.world import PASSWORD, World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SUMMARY = "High pressure alarm"


@dataclass
class Place:
    """The server, and where its records lie."""

    server: LiveServer
    url: str

    def rows(self, query: str) -> list[Any]:
        engine = sa.create_engine(self.url)
        with engine.begin() as connection:
            found = connection.execute(sa.text(query)).mappings().all()
        engine.dispose()
        return [dict(row) for row in found]


def company(folder: Path) -> str:
    """Ben with one job and a form that computes; answers the address of the database."""
    url = databases.sqlite(folder)
    app = create_app(
        read_settings({"CALLOUT_DATA_DIR": str(folder), "DATABASE_URL": url, "CALLOUT_LOG_LEVEL": "error"})
    )
    with app.app_context():
        world = World(app)
        world.people()
        world.things()
        world.form()
        args = {
            "form_template_id": world.forms["chiller_repair"],
            "definition": computing.definition("chiller_repair"),
        }
        world.do("mei", "form_version.publish", args)
        world.visit()
        db.session.remove()
        db.engine.dispose()
    return url


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("computing")
    url = company(folder)
    server = LiveServer(folder, url, demo="0").start()
    yield Place(server, url)
    server.stop()


@pytest.fixture
def ben(playwright: Playwright, place: Place, tmp_path: Path) -> Iterator[Window]:
    window = Window(playwright, tmp_path / "ben", locale="en-GB", phone=True)
    window.page.add_init_script("localStorage.setItem('callout.locale', 'en')")
    window.page.goto(f"{place.server.url}/app/")
    window.page.fill("[name=login]", "ben")
    window.page.fill("[name=password]", PASSWORD)
    window.page.click("[type=submit]")
    window.page.wait_for_selector(".hero a")
    window.page.evaluate("navigator.serviceWorker.ready")
    window.page.wait_for_timeout(1000)
    yield window
    assert window.faults == []
    window.close()


def checked(page: Page, row: str, result: str) -> None:
    page.get_by_role("group", name=row).get_by_role("radio", name=result, exact=True).check()


def a_belt_has_failed(page: Page, folder: Path) -> None:
    """What a failed check asks for: a remark, a photo, the fault by its circuit."""
    checked(page, "Fan", "OK")
    checked(page, "Belt", "Not OK")
    expect(page.get_by_role("status", name="Checks that failed")).to_have_text("1")
    belt = page.get_by_role("group", name="Belt")
    belt.get_by_role("textbox", name="What is wrong?").fill("Torn")
    belt.locator("input[type=file]").set_input_files(photo(folder))
    expect(belt.get_by_role("img", name="Photo 1")).to_be_visible()
    # choices under a choice
    expect(question(page, "Fault").get_by_role("radio")).to_have_count(1)
    question(page, "Circuit").get_by_role("radio", name="Water").check()
    expect(question(page, "Fault").get_by_role("radio")).to_have_count(2)
    question(page, "Fault").get_by_role("radio", name="Scale").check()


def test_what_is_answered_shows_hides_asks_and_computes_and_the_server_makes_the_same(
    ben: Window, place: Place, tmp_path: Path
) -> None:
    page = ben.page
    ben.signal(on=False)
    on_site(page, SUMMARY)
    page.get_by_role("link", name="Form").click()
    # begun with what is known of the device; what belongs to a fault is not there
    expect(page.get_by_role("textbox", name="Serial number")).to_have_value("CH204187")
    expect(page.get_by_text("Switch off before you open the panel.")).to_be_visible()
    expect(page.get_by_role("radiogroup", name="Fault")).to_have_count(0)
    expect(page.get_by_role("heading", name="Parts and costs")).to_have_count(0)

    # a warning asks for a reason and takes it
    page.get_by_role("textbox", name="High side pressure").fill("3000")
    expect(page.get_by_text("Higher than is usual: 2,500 kPa.")).to_be_visible()
    page.get_by_role("textbox", name="Why is it right all the same?").fill("New gauge")

    a_belt_has_failed(page, tmp_path)
    expect(page.get_by_role("heading", name="Parts and costs")).to_be_visible()
    page.get_by_role("button", name="Add a row").click()
    row = page.get_by_role("group", name="Row 1")
    expect(row.get_by_role("textbox", name="Quantity")).to_have_value("1")
    row.get_by_role("textbox", name="Part").fill("V-belt")
    row.get_by_role("textbox", name="Quantity").fill("2")
    row.get_by_role("textbox", name="Price").fill("9.995")
    row.get_by_role("textbox", name="Price").fill("9.99")
    expect(page.get_by_role("status", name="Total")).to_have_text("19.98 CNY")
    assert ben.axe() == []

    # the battery dies; all of it is there, computed again
    ben.kill()
    page = ben.open(offline=True)
    page.goto(f"{place.server.url}/app/")
    page.get_by_role("link").filter(has_text="Unfinished form").click()
    expect(page.get_by_role("status", name="Total")).to_have_text("19.98 CNY")
    expect(page.get_by_role("textbox", name="Why is it right all the same?")).to_have_value("New gauge")
    sign(page)

    # what was answered and is hidden again does not count; the signature holds for what counts, so it is void
    checked(page, "Belt", "OK")
    expect(page.get_by_role("heading", name="Parts and costs")).to_have_count(0)
    expect(page.get_by_text("Sign again.")).to_be_visible()
    checked(page, "Belt", "Not OK")
    expect(page.get_by_text("Sign again.")).to_have_count(0)
    page.get_by_role("button", name="Finish form").click()
    expect(page.get_by_text("Finished. Kept on this phone")).to_be_visible()
    ben.signal(on=True)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.get_by_text("Log in to send").first.click()
    page.fill("[name=login]", "ben")
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")

    eventually(lambda: len(place.rows("SELECT id FROM submission WHERE is_final")), 1)
    (one,) = place.rows("SELECT answers, inputs, is_computed_otherwise FROM submission")
    assert not one["is_computed_otherwise"]
    assert '"total": 19.98' in one["answers"]
    assert '"CH204187"' in one["inputs"]
