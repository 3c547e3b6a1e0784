"""Takes the pictures of the README and the guide from the real screens: the demo company, one whole job, both languages.

    .venv/bin/python -m tools.pictures [--data FOLDER]      # with a folder: a demo that is there already (its server stopped)

What it does on the screens are the steps of the tests in tests/e2e. Not: words about the pictures (docs/guide).
"""

from __future__ import annotations

import argparse
import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, Playwright, expect, sync_playwright

from tests.e2e import test_form as form
from tests.e2e.browser import Window
from tests.e2e.test_story import CHINESE, ENGLISH, Words, api, log_in, orders, time_passes
from tests.e2e.test_told import link_of
from tests.live import ROOT, LiveServer

TARGET = ROOT / "docs" / "pictures"
LANGUAGES = {"en": ENGLISH, "zh-CN": CHINESE}
FINDINGS = "冷凝器被柳絮堵住，已清洗，高压降到 1,620 kPa"
KEEP = "if (location.protocol === 'http:') localStorage.getItem('callout.locale') ?? localStorage.setItem('callout.locale', 'en')"
MOST_BYTES = 250_000
Then = Callable[[Page, Words], Any]


def photo(folder: Path) -> Path:
    """A drawing that says what it is: nobody shall take it for a photo."""
    from server.seed import pictures

    class Unit:
        model, serial = "CH-200", "CH204187"

    class Case:
        key, unit = "guide", Unit()

    path = folder / f"sample-{len(list(folder.glob('sample-*')))}.jpg"
    path.write_bytes(pictures.photo(Case(), "before"))  # type: ignore[arg-type] # all that it reads
    return path


def keep(window: Window, name: str, language: str) -> None:
    """The screen as a picture of few colours: a quarter of the bytes, and nobody sees it."""
    shot = Image.open(io.BytesIO(window.page.screenshot())).convert("RGB")
    if shot.width == 780:  # a phone's picture is shown at half its size
        shot = shot.resize((585, shot.height * 585 // 780), Image.Resampling.LANCZOS)
    path = TARGET / language / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    shot.quantize(192, dither=Image.Dither.NONE).save(path, optimize=True)
    if path.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{path} is too large: {path.stat().st_size} bytes")
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB", flush=True)


def shoot(window: Window, name: str, settled: str, then: Then | None = None) -> None:
    """This address in both languages; `then` goes on from the settled page. English is left on the screen."""
    address = window.page.url
    for language in ("zh-CN", "en"):
        window.page.evaluate(f"localStorage.setItem('callout.locale', '{language}')")
        window.page.goto("about:blank")
        window.page.goto(address)
        window.page.wait_for_selector(settled)
        window.page.wait_for_timeout(900)
        if then is not None:
            then(window.page, LANGUAGES[language])
            window.page.wait_for_timeout(700)
        keep(window, name, language)


def window(playwright: Playwright, profile: Path, *, phone: bool) -> Window:
    """A browser that speaks English until told otherwise."""
    made = Window(playwright, profile, locale="en-GB", phone=phone)
    made.context.add_init_script(KEEP)
    return made


def to_the_site(ben: Window) -> None:
    """Today, the job, and its first steps, with signal."""
    page = ben.page
    shoot(ben, "today", ".hero a")
    page.get_by_role("link").filter(has_text=form.SUMMARY).first.click()
    page.wait_for_selector(".steps")
    page.wait_for_timeout(1500)
    shoot(ben, "job", ".steps")
    for verb in ("Accept", "Set off"):
        button = page.get_by_role("button", name=verb, exact=True)
        button.click()
        expect(button).to_have_count(0)
    page.wait_for_timeout(3000)


def in_the_basement(ben: Window, server: LiveServer, folder: Path) -> None:
    """Without signal: the form, and what waits to be sent."""
    page = ben.page
    ben.signal(on=False)
    page.get_by_role("button", name="Arrived", exact=True).click()
    page.get_by_role("link", name="Form").click()
    expect(page.get_by_role("heading", name="Conclusion")).to_be_visible()
    page.get_by_role("textbox", name="Serial number on the plate").fill("CH204187")
    form.question(page, "Was the machine running?").get_by_role("radio", name="Yes").check()
    page.get_by_role("textbox", name="High side pressure").fill("1985")
    page.locator("input[type=file]").first.set_input_files(photo(folder))
    expect(page.get_by_text("On phone", exact=True)).to_be_visible()
    page.wait_for_timeout(1500)
    shoot(ben, "form", ".q")
    job = page.url.split("/form")[0]
    page.goto(f"{server.url}/app/outbox")
    shoot(ben, "outbox", ".r")
    page.goto(f"{job}/form")
    expect(page.get_by_role("heading", name="Conclusion")).to_be_visible()
    form.finish_it(page, folder)
    shoot(ben, "signature", "canvas, img", lambda at, _words: at.locator(".q").last.scroll_into_view_if_needed())
    page.get_by_role("button", name="Finish form").click()
    expect(page.get_by_text("Finished", exact=True)).to_be_visible()
    page.get_by_role("textbox", name="Findings").fill(FINDINGS)
    page.wait_for_timeout(2500)
    shoot(
        ben, "complete", ".steps", lambda at, words: at.get_by_role("button", name=words.complete, exact=True).click()
    )


def back_in_the_street(ben: Window) -> None:
    """Done, and sent."""
    page = ben.page
    page.get_by_role("radio", name="Done").check()
    page.get_by_role("button", name="Complete the job").click()
    expect(page.get_by_role("heading", name="Complete the job")).to_have_count(0)
    ben.signal(on=True)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.goto(page.url.split("/app/")[0] + "/app/outbox")
    page.get_by_text("All delivered").first.wait_for(timeout=60_000)
    page.goto(page.url.removesuffix("outbox") + "me")
    shoot(ben, "me", "main h1")


def of_the_customer(playwright: Playwright, server: LiveServer, folder: Path, name: str, template: str) -> None:
    """What the link in the message shows."""
    (order,) = [one for one in all_orders(server) if one["summary"] == form.SUMMARY]
    cora = window(playwright, folder / name, phone=True)
    cora.page.goto(link_of(server, order, template))
    shoot(cora, name, "h1", pictures_are_there if template == "visit_completed" else None)
    if template == "visit_completed":
        shoot(cora, "report-answers", "h1", lambda at, words: (pictures_are_there(at, words), down(at, 760)))
        shoot(
            cora,
            "report-photos",
            "h1",
            lambda at, words: (pictures_are_there(at, words), at.locator("img.signature").scroll_into_view_if_needed()),
        )
    cora.close()


def pictures_are_there(page: Page, _words: Words) -> None:
    page.wait_for_selector("img.signature", timeout=60_000)
    page.wait_for_timeout(1500)


def down(page: Page, top: int) -> None:
    page.evaluate(f"(document.querySelector('.scroll') ?? document.scrollingElement).scrollTo(0, {top})")


def all_orders(server: LiveServer) -> list[dict[str, Any]]:
    session = api(server, "asha")
    found: list[dict[str, Any]] = session.get(f"{server.url}/api/v1/work-orders?q={form.SUMMARY}", timeout=10).json()[
        "items"
    ]
    return [one for one in found if one["visit"] and one["visit"]["engineer"].startswith("Ben")][:1] or orders(
        session, server
    )


def of_the_desk(playwright: Playwright, server: LiveServer, folder: Path) -> None:
    """The office: planning, taking in, sending, and what needs somebody."""
    asha = window(playwright, folder / "asha", phone=False)
    log_in(asha, server, "asha", "/app/board")
    expect(asha.page.get_by_role("row").nth(1)).to_be_visible()
    shoot(asha, "orders", "tbody tr")
    for name, doing in (("assign", assigning), ("intake", calling)):
        asha.page.goto(f"{server.url}/app/board")
        shoot(asha, name, "tbody tr", doing)
    for name in ("timeline", "messages", "devices"):
        asha.page.goto(f"{server.url}/app/board/{name}")
        shoot(asha, name, "[data-engineer]" if name == "timeline" else "h1")
    asha.page.goto(f"{server.url}/app/board/timeline?view=map")
    shoot(asha, "map", ".mark")
    asha.page.goto(f"{server.url}/app/board?tab=all&q={form.SUMMARY}")
    shoot(asha, "order", "tbody tr", lambda at, _words: at.get_by_role("row").nth(1).click())
    asha.close()


def assigning(page: Page, words: Words) -> None:
    page.get_by_role("row").nth(1).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("a")
    page.get_by_role("form").get_by_role("combobox", name=words.engineer).select_option(label="Ben Zhou 周本")


def calling(page: Page, _words: Words) -> None:
    page.keyboard.press("c")
    caller = page.get_by_role("dialog").get_by_role("combobox").first
    caller.click()
    caller.fill("")  # what was typed for the other language is back
    caller.type("昆山")
    page.get_by_role("listbox").get_by_role("option").first.wait_for()


def of_the_manager(playwright: Playwright, server: LiveServer, folder: Path) -> None:
    """Who can what, and when; a first start; the page that phones are put up with."""
    mei = window(playwright, folder / "mei", phone=False)
    log_in(mei, server, "mei", "/app/board/timeline")
    mei.page.wait_for_selector("[data-engineer]")
    shoot(mei, "engineer", "[data-engineer]", lambda at, _words: at.locator("[data-engineer] button").first.click())
    mei.close()
    empty = LiveServer(folder / "empty", demo="0", anew=True).start()
    try:
        first = window(playwright, folder / "first", phone=False)
        first.page.goto(f"{empty.url}/app/board")
        shoot(first, "setup", "form")
        first.close()
    finally:
        empty.stop()


def take(playwright: Playwright, server: LiveServer, folder: Path) -> None:
    """All of them, along one job."""
    form.photo = photo  # noise does for a test, not for a reader
    ben = window(playwright, folder / "ben", phone=True)
    log_in(ben, server, "ben", "/app/")
    ben.page.wait_for_selector(".hero a")
    ben.page.evaluate("navigator.serviceWorker.ready")
    ben.page.wait_for_timeout(1500)
    to_the_site(ben)
    time_passes(server, 2, "notice.visit_travel")
    of_the_customer(playwright, server, folder, "on-the-way", "visit_travel")
    in_the_basement(ben, server, folder)
    back_in_the_street(ben)
    ben.close()
    time_passes(server, 6)
    of_the_customer(playwright, server, folder, "report", "visit_completed")
    of_the_desk(playwright, server, folder)
    of_the_manager(playwright, server, folder)


def main() -> None:
    """A server of its own, a browser, every picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a data folder that holds the demo company")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        data = asked.data or folder / "data"
        data.mkdir(exist_ok=True)
        (folder / "empty").mkdir()
        server = LiveServer(data, demo="1", anew=True).start()
        try:
            take(playwright, server, folder)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
