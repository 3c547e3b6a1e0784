"""A new version is deployed while Ben has a half-filled form: nothing reloads, the form goes on with the files it was begun with, the
offer waits; once he has left the form and takes it the new version starts and his draft is there.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, Playwright, expect

from tests.e2e.browser import Window
from tests.e2e.phones import bens, opened
from tests.live import ROOT, LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
JOB = "Compressor trips"
PROGRAM = ("server", "sync", "media", "migrations", "pyproject.toml")
NAMED = re.compile(r"^(.+-)([\w-]{8})(\.(?:js|css|wasm))$")
TEXTS = {".js", ".css", ".html", ".json", ".webmanifest"}
LISTED = re.compile(r"""(["'`])(/[^"'`]*)\1(\s*,\s*["']?hash["']?\s*:\s*)(["'`])[0-9a-f]{16}\4""")
VERSION, NEXT = "0.1.0", "0.1.1"
UPDATE = "navigator.serviceWorker.getRegistration().then(found => found.update())"
HEARD = "self.heard = []; self.addEventListener('fetch', e => self.heard.push(new URL(e.request.url).pathname));\n"
WAITS = "navigator.serviceWorker.getRegistration().then(found => !!found.waiting)"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A copy of the program whose front end can be replaced while it runs."""
    root = tmp_path / "program"
    for name in PROGRAM:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "pwa" / "dist", root / "pwa" / "dist")
    return root


@pytest.fixture
def server(program: Path, tmp_path: Path) -> Iterator[LiveServer]:
    folder = tmp_path / "data"
    folder.mkdir()
    live = LiveServer(folder, root=program).start()
    yield live
    live.stop()


@pytest.fixture
def ben(playwright: Playwright, server: LiveServer, tmp_path: Path) -> Iterator[Window]:
    yield from bens(playwright, server, tmp_path)


def deploy(program: Path) -> None:
    """Another build in place of the one that is served: every file of it has another name and another version in it."""
    dist, following = program / "pwa" / "dist", program / "pwa" / "next"
    shutil.copytree(dist, following)
    names = {}
    for path in [one for part in ("assets", "app/workers") for one in (following / part).iterdir()]:
        found = NAMED.match(path.name)
        assert found, path
        names[path.name] = f"{found[1]}{found[2][::-1][:7]}9{found[3]}"
        path.rename(path.with_name(names[path.name]))
    for path in following.rglob("*"):
        if path.suffix in TEXTS and path.name != "sw.js":
            path.write_text(
                _renamed(path.read_text("utf-8"), names)
                .replace(f'"{VERSION}"', f'"{NEXT}"')
                .replace(f"`{VERSION}`", f"`{NEXT}`"),
                "utf-8",
            )
    worker = following / "app" / "sw.js"
    listed = LISTED.sub(lambda one: _hashed(one, following), _renamed(worker.read_text("utf-8"), names))
    worker.write_text(listed, "utf-8")
    shutil.move(dist, program / "pwa" / "before")
    shutil.move(following, dist)


def _renamed(text: str, names: dict[str, str]) -> str:
    pattern = re.compile("|".join(re.escape(one) for one in sorted(names, key=len, reverse=True)))
    return pattern.sub(lambda one: names[one[0]], text)


def _hashed(found: re.Match[str], dist: Path) -> str:
    quote, url, between, other = found[1], found[2], found[3], found[4]
    file = dist / ("engineer.html" if url == "/app/" else url.lstrip("/"))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    return f"{quote}{url}{quote}{between}{other}{digest}{other}"


def half_filled(page: Page) -> None:
    opened(page, JOB)
    page.get_by_role("link", name="Fill in · Form").click()
    page.get_by_role("textbox", name="Running hours").fill("11406")
    expect(page.get_by_text("On phone", exact=True)).to_be_visible()
    page.evaluate("window.isSame = true")


def goes_on_with_its_own_files(page: Page, server: LiveServer, program: Path) -> None:
    """What was not loaded yet still comes, though nobody serves it any more."""
    (scanner,) = (program / "pwa" / "before" / "assets").glob("Scanner-*.js")
    assert requests.get(f"{server.url}/assets/{scanner.name}", timeout=10).status_code == 404
    assert not page.evaluate(
        "name => performance.getEntriesByType('resource').some(one => one.name.includes(name))", scanner.name
    )
    page.get_by_role("button", name="Read the code with the camera").click()
    camera = page.get_by_role("dialog", name="Read a code")
    expect(camera).to_contain_text("The camera cannot be used just now")
    camera.get_by_role("button", name="Type it instead").click()
    page.get_by_role("textbox", name="Discharge pressure").fill("0.78")
    expect(page.get_by_text("On phone", exact=True)).to_be_visible()
    assert page.evaluate("window.isSame") is True


def the_draft_is_there(page: Page) -> None:
    page.get_by_role("link").filter(has_text="Unfinished form").click()
    expect(page.get_by_role("textbox", name="Running hours")).to_have_value("11,406")
    expect(page.get_by_role("textbox", name="Discharge pressure")).to_have_value("0.78")


def test_a_new_version_never_interrupts_a_form(ben: Window, server: LiveServer, program: Path) -> None:
    page = ben.page
    half_filled(page)
    deploy(program)
    page.evaluate(UPDATE)
    page.wait_for_function(WAITS)
    expect(page.get_by_text("A new version is ready")).to_have_count(0)
    goes_on_with_its_own_files(page, server, program)
    page.get_by_role("button", name="Back").click()
    expect(page.locator(".steps")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    # at rest it is offered; until it is taken the old one goes on
    offer = page.get_by_role("button", name="Update now")
    expect(offer).to_be_enabled()
    assert page.evaluate("window.isSame") is True
    with page.expect_event("load"):
        offer.click()
    expect(page.get_by_text("A new version is ready")).to_have_count(0)
    the_draft_is_there(page)
    assert page.evaluate("window.isSame === undefined")
    page.goto(f"{server.url}/app/me")
    expect(page.get_by_text(NEXT, exact=True)).to_be_visible()


@pytest.fixture
def listening(program: Path) -> Path:
    """The program whose worker remembers what it was woken for."""
    worker = program / "pwa" / "dist" / "app" / "sw.js"
    worker.write_text(HEARD + worker.read_text("utf-8"), "utf-8")
    return program


def test_only_what_the_browser_cannot_answer_wakes_the_worker(listening: Path, ben: Window) -> None:
    """A worker that is woken every half minute is never at rest, and Chromium then keeps the next one waiting; and waking it costs a start
    its time. What the build before may have had is asked of it."""
    page = ben.page
    with page.expect_response(re.compile("/sync/v1/pull")), page.expect_response(re.compile("/api/v1/session")):
        page.reload()
    page.evaluate("fetch('/assets/gone-12345678.js')")
    (worker,) = ben.context.service_workers
    assert worker.evaluate("self.heard") == ["/assets/gone-12345678.js"]


@pytest.mark.prove
def test_another_window_that_takes_it_leaves_the_form_alone(ben: Window, server: LiveServer, program: Path) -> None:
    page = ben.page
    half_filled(page)
    deploy(program)
    page.evaluate(UPDATE)
    page.wait_for_function(WAITS)
    other = ben.context.new_page()
    # what the page fetches once it is drawn wakes the worker: with the debugger at it, it would then never end
    other.goto(f"{server.url}/app/me", wait_until="networkidle")
    with other.expect_event("load"):
        other.get_by_role("button", name="Update now").click()
    expect(other.get_by_text(NEXT, exact=True)).to_be_visible()
    page.wait_for_timeout(1_000)
    goes_on_with_its_own_files(page, server, program)
    other.close()
    page.goto(f"{server.url}/app/")
    the_draft_is_there(page)
