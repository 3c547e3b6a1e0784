"""T10 in Chromium: 500 remarks wait on Ben's phone, nothing goes out, and a new version of the app is put on the server. It is fetched, it does not
take over while something waits; after the app was closed the new version is there, has all 500, and sends them in order and once.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.e2e.browser import Window
from tests.e2e.test_story import log_in
from tests.live import ROOT, LiveServer
from tests.peers.smsc import node

# three builds of the front end and 500 remarks typed: minutes
pytestmark = [pytest.mark.browser, pytest.mark.prove, pytest.mark.timeout(900)]
SUMMARY = "排气温度高"
QUEUED = 500
NEW = "0.1.99"
WRITE = """async count => {
  const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set;
  const area = [...document.querySelectorAll(".add textarea")].at(-1);
  const button = area.closest(".add").querySelector(".act button");
  for (let n = 0; n < count; n++) {
    set.call(area, `remark ${String(n).padStart(3, "0")}`);
    area.dispatchEvent(new Event("input", { bubbles: true }));
    for (let tries = 0; area.value !== ""; tries++) {
      if (tries > 1000) throw new Error(`remark ${n} was not taken`);
      button.click(); // while the one before is being kept it does nothing
      await new Promise(done => setTimeout(done, 5));
    }
  }
}"""
WAITING = (
    "navigator.serviceWorker.getRegistration('/app/').then(found => found.update().then(() => Boolean(found.waiting)))"
)


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The front end of a later version, built from the same sources."""
    source = tmp_path / "newer"
    shutil.copytree(ROOT / "pwa", source, ignore=shutil.ignore_patterns("node_modules", "dist"))
    (source / "node_modules").symlink_to(ROOT / "pwa" / "node_modules")
    about = source / "package.json"
    about.write_text(json.dumps(json.loads(about.read_text()) | {"version": NEW}))
    for mode in ("board", "portal", "engineer"):
        vite = source / "node_modules" / "vite" / "bin" / "vite.js"
        subprocess.run([node(), vite, "build", "--mode", mode], cwd=source, check=True, capture_output=True)
    return source / "dist"


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """What the server serves: first the version of now."""
    folder = tmp_path / "dist"
    shutil.copytree(ROOT / "pwa" / "dist", folder)
    return folder


@pytest.fixture
def server(tmp_path: Path, dist: Path) -> Iterator[LiveServer]:
    data = tmp_path / "data"
    data.mkdir()
    live = LiveServer(data, dist=dist).start()
    yield live
    live.stop()


def stored(server: LiveServer) -> list[str]:
    """Remarks as the server has them, in the order in which they came."""
    with sqlite3.connect(server.database.removeprefix("sqlite:///")) as database:
        rows = database.execute("SELECT text FROM comment WHERE text LIKE 'remark %' ORDER BY written_at, id")
        return [row[0] for row in rows]


def app_of(server: LiveServer) -> list[str]:
    """Which versions phones have said they are."""
    with sqlite3.connect(server.database.removeprefix("sqlite:///")) as database:
        return [row[0] for row in database.execute("SELECT app_version FROM device_presence WHERE app_version <> ''")]


def test_an_update_with_500_queued_loses_nothing_and_the_new_version_sends_all(
    playwright: Playwright, server: LiveServer, newer: Path, dist: Path, tmp_path: Path
) -> None:
    ben = Window(playwright, tmp_path / "ben", locale="en-GB", phone=True)
    ben.page.add_init_script("localStorage.setItem('callout.locale', 'en')")
    log_in(ben, server, "ben", "/app/")
    ben.page.wait_for_selector(".hero a")
    ben.page.evaluate("navigator.serviceWorker.ready")
    assert app_of(server) == ["callout-pwa/0.1.0"]
    # the line is so bad that nothing gets through but the app itself
    ben.context.route("**/sync/v1/**", lambda route: route.abort())
    page = ben.page
    page.get_by_role("link").filter(has_text=SUMMARY).first.click()
    page.wait_for_selector(".steps")
    page.wait_for_selector(".add textarea")
    page.evaluate(WRITE, QUEUED)

    shutil.rmtree(dist)
    shutil.copytree(newer, dist)
    deadline = time.monotonic() + 60
    while not page.evaluate(WAITING):
        assert time.monotonic() < deadline, "the new version was not fetched"
        page.wait_for_timeout(200)
    page.goto(f"{server.url}/app/")
    page.wait_for_selector(".hero a")
    # offered, and taken only when he taps it or has closed the app
    expect(page.get_by_role("button", name="Update", exact=False)).to_be_visible()
    assert stored(server) == []
    ben.close()

    page = ben.open()
    page.goto(f"{server.url}/app/")
    page.wait_for_selector(".hero a")
    page.goto(f"{server.url}/app/me")
    expect(page.get_by_text(NEW, exact=True)).to_be_visible()
    deadline = time.monotonic() + 120
    while len(stored(server)) < QUEUED:
        assert time.monotonic() < deadline, f"{len(stored(server))} of {QUEUED} have arrived"
        page.wait_for_timeout(500)
    assert stored(server) == [f"remark {number:03d}" for number in range(QUEUED)]
    assert app_of(server) == [f"callout-pwa/{NEW}"]
    assert ben.faults == []
    ben.close()
