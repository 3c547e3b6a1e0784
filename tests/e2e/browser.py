"""Debian's Chromium through Playwright: a window per person, killed with -9 and opened again on the same profile, axe injected."""

from __future__ import annotations

import contextlib
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import BrowserContext, Page, Playwright

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
RUN_AXE = (
    "axe.run(document, {resultTypes: ['violations']}).then(result => result.violations.map("
    "one => one.id + ': ' + one.nodes.map(node => node.target.join(' ')).join(', ')))"
)
AXE = Path(__file__).parents[2] / "pwa" / "node_modules" / "axe-core" / "axe.min.js"


class Window:
    """One person's browser with a profile of its own."""

    def __init__(
        self,
        playwright: Playwright,
        profile: Path,
        *,
        locale: str,
        phone: bool,
        scheme: str = "light",
        flags: Sequence[str] = (),
    ) -> None:
        """`flags`: further words for the browser's start."""
        self._flags = [*FLAGS, *flags]
        self._playwright = playwright
        self._profile = profile
        self._options: dict[str, Any] = {
            "viewport": PHONE if phone else DESK, "locale": locale, "color_scheme": scheme, "timezone_id": "Asia/Shanghai",
            "has_touch": phone, "is_mobile": phone, "device_scale_factor": 2 if phone else 1,
        }  # fmt: skip
        self.faults: list[str] = []
        self.context: BrowserContext
        self.page: Page
        self.open()

    def open(self, *, offline: bool = False) -> Page:
        """Start the browser on its profile; what the page logs as an error is kept."""
        executable = shutil.which("chromium")
        assert executable, "Chromium is missing: apt-get install -y chromium"
        self.context = self._playwright.chromium.launch_persistent_context(
            self._profile, executable_path=executable, args=self._flags, headless=True, **self._options
        )
        self.context.set_default_timeout(20_000)
        self.context.set_offline(offline)
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._heard)
        return self.page

    def _heard(self, message: Any) -> None:
        # a refused or missing connection is what these stories are about; the policy's refusals are faults
        if message.type == "error" and "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def kill(self) -> None:
        """kill -9 of the whole browser, as a dead battery does."""
        for process in psutil.process_iter(["cmdline"]):
            if any(str(self._profile) in word for word in process.info["cmdline"] or []):
                process.send_signal(signal.SIGKILL)
        with contextlib.suppress(Exception):  # it is dead, that is the point
            self.context.close()
        (self._profile / "SingletonLock").unlink(missing_ok=True)

    def close(self) -> None:
        """An orderly end."""
        self.context.close()

    def signal(self, *, on: bool) -> None:
        """Network comes or goes, for the service worker too."""
        self.context.set_offline(not on)

    def axe(self) -> list[str]:
        """What axe finds on the page as it stands."""
        # the page's policy forbids inline scripts, so axe comes in through the debugging protocol
        session = self.context.new_cdp_session(self.page)
        known = session.send("Runtime.evaluate", {"expression": "typeof axe"})["result"]["value"]
        if known == "undefined":  # the page is a new one
            session.send("Runtime.evaluate", {"expression": AXE.read_text()})
        answer = session.send(
            "Runtime.evaluate",
            {"expression": RUN_AXE, "awaitPromise": True, "returnByValue": True},
        )  # fmt: skip
        session.detach()
        found: list[str] = answer["result"]["value"]
        return found

    def shoot(self, name: str, folder: Path) -> None:
        """A picture of the screen."""
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png")
