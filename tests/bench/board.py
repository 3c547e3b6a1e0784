"""The dispatcher's board with 100 engineers and 1,000 visits in Chromium, its processor slowed to half: first paint and the step of a drag."""

from __future__ import annotations

import datetime as dt
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Page, sync_playwright
from sqlalchemy.orm import Session

from server.app import create_app
from server.core import clock, commands, commit
from server.core.acts import SYSTEM, Act
from server.core.config import read_settings
from server.core.db import db
from server.core.ids import new_id
from tests import databases
from tests.e2e.browser import Window
from tests.live import LiveServer
from tests.world import PASSWORD, World

ENGINEERS = 100
VISITS_OF_EACH = 10
SLOWDOWN = 2
STEPS = 120
Say = Callable[..., None]

# when the first bar has been painted, counted from the navigation; and when the answer with the plan was there
FIRST_PAINT = """
addEventListener("DOMContentLoaded", () => {
  new MutationObserver((_all, watch) => {
    if (!document.querySelector("[data-visit]")) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => (window.paintedAt = performance.now())));
  }).observe(document.body, { childList: true, subtree: true });
});
"""
# milliseconds of each frame while the pointer moves
FRAMES = """
window.frames_ = [];
let last = performance.now();
const look = (at) => { window.frames_.push(at - last); last = at; window.isOver || requestAnimationFrame(look); };
requestAnimationFrame(look);
"""


def _engineers(world: World) -> list[str]:
    def work(session: Session) -> list[str]:
        act = Act(session, SYSTEM, origin="cli")
        made = []
        for number in range(ENGINEERS):
            user = new_id()
            commands.run("user.add", act, user, {
                "login": f"engineer{number}", "password": PASSWORD, "name": f"Engineer {number:03}", "locale": "en",
                "role_ids": [world.roles["engineer"]], "team_id": world.teams["north"], "region_ids": [],
            })  # fmt: skip
            commands.run("engineer_profile.set", act, user, {})
            made.append(user)
        return made

    return commit.transact(work)


def _visits(world: World, engineers: list[str]) -> None:
    """Ten visits of 45 minutes on everybody's day, from eight in the morning."""
    midnight = (
        clock.now().astimezone(dt.timezone(dt.timedelta(hours=8))).replace(hour=0, minute=0, second=0, microsecond=0)
    )
    for engineer in engineers:
        for number in range(VISITS_OF_EACH):
            start = midnight + dt.timedelta(hours=8 + number)
            times = {"planned_start": start.isoformat(), "planned_end": (start + dt.timedelta(minutes=45)).isoformat()}
            world.do("asha", "visit.assign", {"work_order_id": world.order(), "engineer_id": engineer, **times})


def _company(folder: Path) -> str:
    """The database, filled; answers its address."""
    url = databases.sqlite(folder)
    app: Flask = create_app(
        read_settings({"CALLOUT_DATA_DIR": str(folder), "DATABASE_URL": url, "CALLOUT_LOG_LEVEL": "error"})
    )
    with app.app_context():
        world = World(app)
        world.people()
        world.things()
        _visits(world, _engineers(world))
        world.order()
        db.session.remove()
        db.engine.dispose()
    return url


def _slow(window: Window) -> None:
    session = window.context.new_cdp_session(window.page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})


def _first_paint(page: Page, address: str) -> tuple[float, float]:
    """Seconds to the first bar, and to the end of the plan's own answer."""
    page.goto(address)
    page.wait_for_function("() => window.paintedAt")
    painted: float = page.evaluate("window.paintedAt")
    entries = "performance.getEntriesByType('resource').filter(e => e.name.includes('/api/v1/board?'))[0]"
    answered: float = page.evaluate(f"{entries}.responseEnd - {entries}.startTime")
    return painted / 1000, answered / 1000


def _drag(page: Page) -> float:
    """p95 of the frames, in milliseconds, while a bar is carried over rows and hours."""
    box = page.locator("[data-visit]").nth(5).bounding_box()
    assert box
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 30, box["y"] + 20)
    assert page.locator(".verdict").count() == 1, "nothing is carried: the frames would tell nothing"
    page.evaluate(FRAMES)
    for step in range(STEPS):
        page.mouse.move(500 + step * 6 % 700, 240 + step * 5 % 500)
    page.evaluate("window.isOver = true")
    frames: list[float] = page.evaluate("window.frames_.slice(2)")
    page.keyboard.press("Escape")
    page.mouse.up()
    assert len(frames) > STEPS / 4, "hardly a frame was drawn"
    return statistics.quantiles(frames, n=20)[-1]


def board_numbers(say: Say) -> None:
    """First paint of a full day and the step of a drag."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        server = LiveServer(folder, _company(folder), demo="0", anew=True).start()
        try:
            desk = Window(playwright, folder / "desk", locale="en-GB", phone=False)
            page: Any = desk.page
            page.goto(f"{server.url}/app/board")
            page.fill("[name=login]", "asha")
            page.fill("[name=password]", PASSWORD)
            page.click("[type=submit]")
            page.wait_for_selector("nav")
            page.add_init_script(FIRST_PAINT)
            _slow(desk)
            address = f"{server.url}/app/board/timeline"
            _first_paint(page, address)  # the files come into the browser's own store
            rounds = sorted(_first_paint(page, address) for _ in range(5))
            painted, answered = rounds[2]
            say(f"board: first paint of {ENGINEERS} engineers and {ENGINEERS * VISITS_OF_EACH} visits at {SLOWDOWN}x",
                painted, "s", 1.2, f"its answer alone: {answered:.3f} s")  # fmt: skip
            say(f"board: drag step, p95 of frames, {SLOWDOWN}x", _drag(page), "ms", 32)
            desk.close()
        finally:
            server.stop()
