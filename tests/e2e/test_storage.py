"""The phone's own storage on a hard day: it is full, so that a photo does not fit and the words are kept all the same; and the browser has
cleared it, which the engineer is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.e2e.browser import Window
from tests.e2e.test_form import photo, to_the_form
from tests.e2e.test_story import log_in
from tests.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
CLEAR = "new Promise(done => { const gone = indexedDB.deleteDatabase('callout'); gone.onsuccess = gone.onblocked = () => done() })"


# the app and a day's jobs take some 0.8 MB, a photo as the phone keeps it 1.4 MB
LITTLE = 1_600_000


@pytest.fixture
def ben(playwright: Playwright, server: LiveServer, tmp_path: Path) -> Iterator[Window]:
    """Ben's phone before he logs in."""
    window = Window(playwright, tmp_path / "ben", locale="en-GB", phone=True)
    keep = "localStorage.getItem('callout.locale') ?? localStorage.setItem('callout.locale', 'en')"
    window.page.add_init_script(f"if (location.protocol === 'http:') {keep}")
    window.page.goto(f"{server.url}/install")
    yield window
    assert window.faults == []
    window.close()


def begin(window: Window, server: LiveServer) -> None:
    """His day is on the phone, the worker installed."""
    log_in(window, server, "ben", "/app/")
    window.page.wait_for_selector(".hero a")
    window.page.evaluate("navigator.serviceWorker.ready")


def room(window: Window, url: str, size: int) -> None:
    """The browser gives this site so many bytes. Before its store is opened: the browser asks itself every half minute only."""
    devtools = window.context.new_cdp_session(window.page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": url, "quotaSize": size})


def test_the_photo_does_not_fit_and_the_words_are_kept_all_the_same(
    ben: Window, server: LiveServer, tmp_path: Path
) -> None:
    page = ben.page
    room(ben, server.url, LITTLE)
    begin(ben, server)
    ben.signal(on=False)
    to_the_form(page)
    page.locator("input[type=file]").first.set_input_files(photo(tmp_path))
    expect(page.get_by_text("This photo could not be kept")).to_be_visible()
    assert ben.axe() == []
    expect(page.get_by_role("img", name="Photo 1")).to_have_count(0)
    pressure = page.get_by_role("textbox", name="High side pressure")
    pressure.fill("1985")
    pressure.blur()
    page.get_by_role("textbox", name="Serial number on the plate").fill("ch204187")
    expect(page.get_by_text("On phone", exact=True)).to_be_visible()
    ben.kill()

    page = ben.open(offline=True)
    page.goto(f"{server.url}/app/")
    page.get_by_role("link").filter(has_text="Unfinished form").click()
    expect(page.get_by_role("textbox", name="High side pressure")).to_have_value("1,985")
    expect(page.get_by_role("textbox", name="Serial number on the plate")).to_have_value("CH204187")
    # the phone was tidied up: there is room again
    page.locator("input[type=file]").first.set_input_files(photo(tmp_path))
    expect(page.get_by_role("img", name="Photo 1")).to_be_visible()


def test_a_store_that_was_cleared_is_said_to_the_engineer(ben: Window, server: LiveServer) -> None:
    page = ben.page
    begin(ben, server)
    ben.signal(on=False)
    page.get_by_role("link").filter(has_text="排气温度高").first.click()
    page.wait_for_selector(".steps")
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_role("button", name="Set off", exact=True)).to_be_visible()
    page.goto(f"{server.url}/app/")
    page.wait_for_selector(".hero a")
    page.evaluate(CLEAR)
    ben.signal(on=True)
    page.reload()
    note = page.get_by_role("alert").filter(has_text="The browser cleared this phone")
    expect(note).to_contain_text("1 entry that was not sent is lost")
    page.wait_for_selector(".hero a")
    for theme, locale in (("light", "zh-CN"), ("dark", "en"), ("outdoor", "zh-CN"), ("light", "en")):
        page.evaluate(
            f"localStorage.setItem('callout.theme', '{theme}'); localStorage.setItem('callout.locale', '{locale}')"
        )
        page.reload()
        page.wait_for_selector(".hero a")
        page.wait_for_selector("[role=alert]")
        assert ben.axe() == [], (theme, locale)
    note.get_by_role("button", name="Understood").click()
    expect(note).to_have_count(0)
    page.reload()
    page.wait_for_selector(".hero a")
    expect(note).to_have_count(0)


# the lists of all jobs come three seconds late; what the day shows is not among them
SLOW_LISTS = """
const getAll = IDBObjectStore.prototype.getAll;
IDBObjectStore.prototype.getAll = function (...all) {
  const found = getAll.apply(this, all);
  if (this.name !== "lists") return found;
  const until = performance.now() + 3000;
  const wait = (event) => {
    if (performance.now() > until) return;
    event.stopImmediatePropagation();
    // the transaction is kept open until then
    const turn = () => {
      if (performance.now() > until) return found.dispatchEvent(new Event("success"));
      this.count().onsuccess = turn;
    };
    this.count().onsuccess = turn;
  };
  found.addEventListener("success", wait);
  return found;
};
"""


def test_the_day_is_shown_before_the_rest_has_been_read(ben: Window, server: LiveServer) -> None:
    page = ben.page
    begin(ben, server)
    title = page.locator(".hero a").inner_text()
    ben.signal(on=False)
    page.add_init_script(SLOW_LISTS)
    page.reload()
    expect(page.locator(".hero a")).to_have_text(title)
    expect(page.get_by_text("All on phone")).to_be_visible()
    assert page.evaluate("performance.now() < 3000")
    # what is tapped meanwhile comes when it can: no "not on this phone", nothing empty
    page.locator(".hero a").click()
    assert page.evaluate("performance.now() < 3000")
    expect(page.get_by_role("heading", name=title.splitlines()[0])).to_be_visible()
    assert page.evaluate("performance.now() > 3000")
