"""Reading a plate where the browser has no reader of its own, as on an iPhone (Chromium on Linux has none either): ours, in wasm, held
for a day without signal. The camera is a canvas that shows a code; the code is drawn, and really read.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.e2e.browser import Window
from tests.e2e.phones import bens, opened
from tests.live import LiveServer
from tests.peers.smsc import node

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
JOB = "排气温度高"  # its form begins with the number on the plate
CAMERA = """
const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 720 });
const pen = canvas.getContext("2d");
let shown = null;
setInterval(() => {
  pen.fillStyle = "#b8bcc0";
  pen.fillRect(0, 0, 1280, 720);
  if (!shown) return;
  const share = 440 / Math.max(shown.width, shown.height);
  const [width, height] = [shown.width * share, shown.height * share];
  pen.drawImage(shown, 640 - width / 2, 360 - height / 2, width, height);
}, 80);
window.show = async (address) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  shown = image;
};
navigator.mediaDevices.getUserMedia = () => Promise.resolve(canvas.captureStream(12));
"""
IS_HELD = """
async () => {
  for (const name of await caches.keys()) {
    const kept = await (await caches.open(name)).keys();
    if (kept.some((one) => new URL(one.url).pathname.endsWith(".wasm"))) return true;
  }
  return false;
}
"""
DROP = """
async () => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const one of await cache.keys()) if (new URL(one.url).pathname.endsWith(".wasm")) await cache.delete(one);
  }
}
"""
PATIENCE = 30_000  # a worker and its wasm start slowly on a busy machine
HTTP_CACHE = "Network.clearBrowserCache"


@pytest.fixture
def ben(playwright: Playwright, server: LiveServer, tmp_path: Path) -> Iterator[Window]:
    yield from bens(playwright, server, tmp_path, before=CAMERA)


def drawn(*wanted: tuple[str, str]) -> list[str]:
    """(format, text) -> an address of the picture."""
    asked = json.dumps([{"format": kind, "text": text} for kind, text in wanted])
    command = [node(), str(Path(__file__).parents[1] / "peers" / "codes.cjs")]
    answer = subprocess.run(command, input=asked, capture_output=True, text=True, check=True, timeout=60)
    made: list[str] = json.loads(answer.stdout)
    return made


def to_the_plate(page: Page) -> None:
    opened(page, JOB)
    page.get_by_role("link", name="Fill in · Form").click()
    expect(page.get_by_role("textbox", name="Serial number on the plate")).to_be_visible()


def without_signal(ben: Window) -> None:
    """Neither the network nor what the browser keeps by itself: only what the service worker holds."""
    session = ben.context.new_cdp_session(ben.page)
    session.send(HTTP_CACHE)
    session.detach()
    ben.signal(on=False)


def read(page: Page, picture: str) -> None:
    page.evaluate("address => window.show(address)", picture)
    page.get_by_role("button", name="Read the code with the camera").click()


def test_codes_are_read_by_our_own_reader_without_signal(ben: Window) -> None:
    page = ben.page
    assert not page.evaluate("'BarcodeDetector' in window"), (
        "this browser has a reader of its own: nothing would be proven"
    )
    page.wait_for_function(IS_HELD)  # fetched when the phone was at rest, before anybody scanned
    codes = drawn(
        ("QRCode", "CALLOUT:SA118320"), ("Code128", "SA118321"), ("DataMatrix", "https://d.example/p?serial=SA118322")
    )
    without_signal(ben)
    page.reload()
    to_the_plate(page)
    for picture, serial in zip(codes, ("SA118320", "SA118321", "SA118322"), strict=True):
        read(page, picture)
        asked = page.get_by_role("dialog", name="Not the device of this job")
        expect(asked).to_contain_text(serial, timeout=PATIENCE)
        expect(page.get_by_role("dialog", name="Read a code")).to_have_count(0)
        asked.get_by_role("button", name="Cancel").click()
    assert ben.axe() == []


def test_typing_is_said_and_stays_where_the_reader_cannot_be_loaded(ben: Window) -> None:
    page = ben.page
    page.wait_for_function(IS_HELD)
    page.evaluate(DROP)
    to_the_plate(page)
    without_signal(ben)
    page.get_by_role("button", name="Read the code with the camera").click()
    camera = page.get_by_role("dialog", name="Read a code")
    expect(camera).to_contain_text("the reader could not be loaded", timeout=PATIENCE)
    assert ben.axe() == []
    camera.get_by_role("button", name="Type it instead").click()
    # closed it is hidden at once and gone a frame later, with the same sentence in it
    expect(page.locator("dialog[aria-label='Read a code']")).to_have_count(0)
    expect(page.get_by_role("region", name="Arrival").get_by_text("Codes cannot be read here")).to_be_visible()
    serial = page.get_by_role("textbox", name="Serial number on the plate")
    serial.fill("sa118399")
    expect(serial).to_have_value("SA118399")


def test_photos_are_prepared_without_signal_by_what_is_held_alone(ben: Window, tmp_path: Path) -> None:
    """The worker that prepares photos is answered by the service worker too, not only by what the browser happened to keep."""
    from tests.e2e.test_form import photo

    page = ben.page
    without_signal(ben)
    page.reload()
    to_the_plate(page)
    page.locator("input[type=file]").first.set_input_files(photo(tmp_path))
    expect(page.get_by_role("img", name="Photo 1")).to_be_visible(timeout=PATIENCE)
