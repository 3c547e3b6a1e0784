"""Browsers and servers of the stories."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright, sync_playwright


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One driver for all stories of a process."""
    with sync_playwright() as made:
        yield made
