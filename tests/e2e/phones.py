"""Ben's phone as a story begins: signed in, his day on it, everything of the app held for a day without signal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, Playwright

from tests.e2e.browser import Window
from tests.e2e.test_story import log_in
from tests.live import LiveServer


def bens(playwright: Playwright, server: LiveServer, folder: Path, *, before: str = "") -> Iterator[Window]:
    """`before`: a script that runs before each page, such as a camera of the test. At the end nothing may have gone wrong in the page."""
    window = Window(playwright, folder / "ben", locale="en-GB", phone=True)
    window.page.add_init_script("localStorage.setItem('callout.locale', 'en')" + (f";{before}" if before else ""))
    log_in(window, server, "ben", "/app/")
    window.page.wait_for_selector(".hero a")
    window.page.evaluate("navigator.serviceWorker.ready")
    window.page.wait_for_timeout(1000)
    yield window
    assert window.faults == []
    window.close()


def opened(page: Page, summary: str) -> None:
    """The job of this summary, from Today."""
    page.get_by_role("link").filter(has_text=summary).first.click()
    page.wait_for_selector(".steps")


def on_site(page: Page, summary: str) -> None:
    """At the job, all steps before the work taken."""
    opened(page, summary)
    for verb in ("Accept", "Set off", "Arrived"):
        button = page.get_by_role("button", name=verb, exact=True)
        if button.count():
            button.click()
            button.wait_for(state="detached")
