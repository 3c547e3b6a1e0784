"""The outbox in a real browser: each entry with its state, its reason and the way back to where it was made; what was parked is taken
up again, its words in their field; of two values one is chosen.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from playwright.sync_api import Playwright, expect

from server.seed.roles import STARTING
from tests.e2e.browser import Window
from tests.e2e.phones import bens, opened
from tests.e2e.test_form import eventually
from tests.e2e.test_story import api
from tests.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
JOB = "Compressor trips"
WORDS, HIS, THEIRS = "The key hangs at gate 3", "Enter by gate 5", "Enter by gate 7"


@pytest.fixture
def ben(playwright: Playwright, server: LiveServer, tmp_path: Path) -> Iterator[Window]:
    yield from bens(playwright, server, tmp_path)


def do(session: requests.Session, server: LiveServer, name: str, entity_id: str, args: dict[str, Any]) -> None:
    body = {"entity_id": entity_id, "args": args}
    reply = session.post(f"{server.url}/api/v1/do/{name}", json=body, timeout=10)
    assert reply.status_code == 200, reply.text


def forbid_comments(server: LiveServer) -> None:
    """Mei takes the right to comment from engineers while Ben is in the basement."""
    engine = sa.create_engine(server.database)
    with engine.connect() as connection:
        roles = connection.execute(sa.text("SELECT id, name FROM role")).all()
    engine.dispose()
    (role,) = [row.id for row in roles if "Engineer" in str(row.name)]
    shape = {name: value for name, value in STARTING["engineer"].items() if name != "grants"}
    grants = [one for one in STARTING["engineer"]["grants"] if one != "comment.add"]
    do(api(server, "mei"), server, "role.change", str(uuid.UUID(str(role))), {**shape, "grants": grants})


def site_of(server: LiveServer) -> str:
    asha = api(server, "asha")
    (card,) = asha.get(f"{server.url}/api/v1/work-orders?q={JOB}", timeout=10).json()["items"]
    return str(asha.get(f"{server.url}/api/v1/work-orders/{card['id']}", timeout=10).json()["site"]["id"])


def test_what_was_parked_is_edited_and_of_two_values_one_is_chosen(ben: Window, server: LiveServer) -> None:
    page = ben.page
    opened(page, JOB)
    ben.signal(on=False)
    page.get_by_role("textbox", name="New comment").fill(WORDS)
    page.get_by_role("button", name="Add comment").click()
    page.get_by_role("button", name="Change · Site access").click()
    page.get_by_role("textbox", name="What must one know to get in?").fill(HIS)
    page.get_by_role("button", name="Save access notes").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.goto(f"{server.url}/app/outbox")
    waiting = page.get_by_role("list", name="Waiting · 2")
    # each leads back to its job
    expect(waiting.get_by_role("link")).to_have_count(2)
    assert ben.axe() == []

    forbid_comments(server)
    do(api(server, "asha"), server, "site.edit", site_of(server), {"set": {"access_notes": THEIRS}})
    ben.signal(on=True)
    page.evaluate("dispatchEvent(new Event('online'))")
    parked = page.locator("main").get_by_text(f"Comment: {WORDS}").first
    expect(page.get_by_role("button", name="Edit")).to_be_visible(timeout=45_000)
    expect(parked).to_be_visible()
    expect(page.get_by_role("heading", name="Need you · 2")).to_be_visible()
    assert ben.axe() == []

    page.get_by_role("button", name="Edit").click()
    expect(page.get_by_role("textbox", name="New comment")).to_have_value(WORDS)
    eventually(lambda: api(server, "asha").get(f"{server.url}/api/v1/parked", timeout=10).json()["items"], [])

    page.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", name="Access notes: which is right?")).to_be_visible()
    expect(page.get_by_text(THEIRS)).to_be_visible()
    assert ben.axe() == []
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Use mine 5").click()

    def notes() -> Any:
        asha = api(server, "asha")
        (card,) = asha.get(f"{server.url}/api/v1/work-orders?q={JOB}", timeout=10).json()["items"]
        return asha.get(f"{server.url}/api/v1/work-orders/{card['id']}", timeout=10).json()["site"]["access_notes"]

    eventually(notes, HIS)
