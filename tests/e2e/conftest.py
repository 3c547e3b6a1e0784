"""Browsers and servers of the stories."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright, sync_playwright

from tests.live import LiveServer


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One driver for all stories of a process."""
    with sync_playwright() as made:
        yield made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """`callout run` with the demo company on SQLite, one for a file of tests that do not disturb each other."""
    live = LiveServer(tmp_path_factory.mktemp("server")).start()
    yield live
    live.stop()
