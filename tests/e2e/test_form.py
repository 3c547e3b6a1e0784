"""Ben fills in the chiller's form without signal: kept at each letter, back at the same question after kill -9, finished with photo and
signature, and the server has it all, files too. The plate of another unit is asked about.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image
from playwright.sync_api import Locator, Page, Playwright, expect

from tests.e2e.browser import Window
from tests.e2e.test_story import PASSWORD, api, log_in
from tests.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SUMMARY = "高压报警停机"
CHECKS = ("Condenser fins", "Fans", "Expansion valve", "Oil level", "Wiring")


@pytest.fixture
def ben(playwright: Playwright, server: LiveServer, tmp_path: Path) -> Iterator[Window]:
    """Ben's phone with his day on it, the worker installed."""
    window = Window(playwright, tmp_path / "ben", locale="en-GB", phone=True)
    window.page.add_init_script("localStorage.setItem('callout.locale', 'en')")
    log_in(window, server, "ben", "/app/")
    window.page.wait_for_selector(".hero a")
    window.page.evaluate("navigator.serviceWorker.ready")
    window.page.wait_for_timeout(1000)
    yield window
    assert window.faults == []
    window.close()


def photo(folder: Path) -> Path:
    """A picture larger than the phone keeps it."""
    path = folder / f"plate-{time.monotonic_ns()}.jpg"
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Fairphone", "FP5"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 21.0, 21.6), 3: "E", 4: (120.0, 57.0, 28.8)})
    exif.get_ifd(0x8769)[0x9003] = "2026:11:25 10:12:00"
    Image.effect_noise((2600, 1800), 40).convert("RGB").save(path, quality=80, exif=exif)
    return path


def question(page: Page, name: str) -> Locator:
    return page.locator(".q").filter(has_text=name).last


def to_the_form(page: Page) -> None:
    page.get_by_role("link").filter(has_text=SUMMARY).first.click()
    page.wait_for_selector(".steps")
    for verb in ("Accept", "Set off", "Arrived"):
        button = page.get_by_role("button", name=verb, exact=True)
        if button.count():
            button.click()
            expect(button).to_have_count(0)
    page.get_by_role("link", name="Form").click()
    expect(page.get_by_role("heading", name="Chiller repair")).to_be_visible()
    expect(page.get_by_role("heading", name="Conclusion")).to_be_visible()


def sign(page: Page) -> None:
    pad = page.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 8):
        page.mouse.move(box["x"] + 40 + 25 * step, box["y"] + 60 + (15 if step % 2 else -15))
    page.mouse.up()
    expect(page.get_by_text("on the glass")).to_be_visible()


@pytest.fixture
def asha(server: LiveServer) -> requests.Session:
    """Asha's own view, through the API."""
    return api(server, "asha")


def submissions(asha: requests.Session, server: LiveServer) -> list[dict[str, Any]]:
    (card,) = asha.get(f"{server.url}/api/v1/work-orders?q={SUMMARY}", timeout=10).json()["items"]
    whole = asha.get(f"{server.url}/api/v1/work-orders/{card['id']}", timeout=10).json()
    found: list[dict[str, Any]] = whole["submissions"]
    return [one | {"attachments": whole["attachments"], "asset": whole["asset"]} for one in found]


def eventually(read: Any, wanted: Any, tries: int = 80) -> None:
    for _ in range(tries):
        if read() == wanted:
            return
        time.sleep(0.25)
    assert read() == wanted


def test_a_form_is_filled_in_without_signal_and_survives_the_battery(
    ben: Window, playwright: Playwright, server: LiveServer, asha: requests.Session, tmp_path: Path
) -> None:
    page = ben.page
    ben.signal(on=False)
    to_the_form(page)
    page.get_by_role("textbox", name="Serial number on the plate").fill("ch204187")
    question(page, "Was the machine running?").get_by_role("radio", name="Yes").check()
    pressure = page.get_by_role("textbox", name="High side pressure")
    pressure.fill("1,985")
    pressure.blur()
    question(page, "High side pressure").get_by_role("radio", name="bar").check()
    expect(pressure).to_have_value("19.85")
    page.locator("input[type=file]").first.set_input_files(photo(tmp_path))
    expect(page.get_by_role("img", name="Photo 1")).to_be_visible()
    expect(page.get_by_text("On phone", exact=True)).to_be_visible()  # what is not called so yet may be lost
    ben.kill()

    page = ben.open(offline=True)
    ben.context.clear_cookies()  # the login had not reached the disk when the battery died
    page.goto(f"{server.url}/app/")
    page.get_by_role("link").filter(has_text="Unfinished form").click()
    expect(page.get_by_text("Your unfinished form is back")).to_be_visible()
    expect(page.get_by_role("textbox", name="Serial number on the plate")).to_have_value("CH204187")
    expect(page.get_by_role("textbox", name="High side pressure")).to_have_value("1,985")
    expect(page.get_by_role("img", name="Photo 1")).to_be_visible()
    assert ben.axe() == []

    finish_it(page, tmp_path)
    page.get_by_role("button", name="Finish form").click()
    expect(page.get_by_text("Finished", exact=True)).to_be_visible()
    page.get_by_role("textbox", name="Findings").fill("Fins blocked, cleaned")
    page.get_by_role("button", name="Complete the job").click()
    expect(page.get_by_role("heading", name="1 still missing")).to_be_visible()  # nobody has said how it ended
    page.get_by_role("radio", name="Done").check()
    expect(page.get_by_role("heading", name="Nothing is missing")).to_be_visible()
    page.get_by_role("button", name="Complete the job").click()
    expect(page.get_by_role("heading", name="Complete the job")).to_have_count(0)
    assert submissions(asha, server) == []

    ben.signal(on=True)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.get_by_text("Log in to send").first.click()
    page.fill("[name=login]", "ben")
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
    eventually(lambda: [one["is_final"] for one in submissions(asha, server)], [True])
    (one,) = submissions(asha, server)
    everything_is_there(asha, server, one)
    # the worker looks at each picture before it is shown, and takes its time on a busy machine
    eventually(lambda: all(file["width"] for file in submissions(asha, server)[0]["attachments"]), True, tries=360)
    the_office_sees_the_pictures(playwright, server, tmp_path)


def the_office_sees_the_pictures(playwright: Playwright, server: LiveServer, folder: Path) -> None:
    """Small ones in the order, one large with where and when it was taken, the next by its key."""
    desk = Window(playwright, folder / "desk", locale="en-GB", phone=False)
    desk.page.add_init_script("localStorage.setItem('callout.locale', 'en')")
    log_in(desk, server, "asha", "/app/board?tab=all")
    desk.page.get_by_role("row").filter(has_text=SUMMARY).first.click()
    order = desk.page.get_by_role("dialog")
    expect(order.get_by_role("heading", name="3 photos")).to_be_visible()
    thumbs = order.get_by_role("img", name="Photo")
    expect(order.locator("li img")).to_have_count(4)
    expect(thumbs).to_have_count(3)
    thumbs.first.scroll_into_view_if_needed()
    eventually(lambda: desk.page.evaluate("document.querySelector('img[alt=Photo]').naturalWidth"), 320)
    assert desk.axe() == []
    thumbs.first.click()
    viewer = desk.page.get_by_role("dialog", name="Picture 1 of 4")
    expect(viewer).to_contain_text("31.356")
    eventually(lambda: desk.page.evaluate("document.querySelector('.stage img').naturalWidth"), 1600)
    assert desk.axe() == []
    desk.page.keyboard.press("ArrowRight")
    expect(desk.page.get_by_role("dialog", name="Picture 2 of 4")).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(order).to_be_visible()
    assert desk.faults == []
    desk.close()


def everything_is_there(asha: requests.Session, server: LiveServer, one: dict[str, Any]) -> None:
    """The answers as they were given, the signature bound to them, and the bytes of every file."""
    answers = one["answers"]
    assert (answers["serial"], answers["running"], answers["high_side"], answers["water_out"]) == (
        "CH204187",
        True,
        1985,
        7.2,
    )
    assert [row["checks_result"] for row in answers["checks"]] == ["ok", "ok", "ng", "ok", "ok"]
    assert answers["customer_sign"]["answers_sha256"] == one["answers_sha256"]
    # text first, the files after it: all of them arrive
    eventually(lambda: {file["state"] for file in submissions(asha, server)[0]["attachments"]}, {"ready"})
    kinds = sorted(file["kind"] for file in submissions(asha, server)[0]["attachments"])
    assert kinds == ["photo", "photo", "photo", "signature"]
    photos = [file for file in submissions(asha, server)[0]["attachments"] if file["kind"] == "photo"]
    assert all(file["size"] < 3_000_000 and file["mime"] == "image/jpeg" for file in photos)
    # the phone had no leave to say where it is; the camera's file did
    assert {(round(file["lat"], 3), round(file["lon"], 3)) for file in photos} == {(31.356, 120.958)}


def finish_it(page: Page, folder: Path) -> None:
    """Every answer that is missing, the signature last; a change afterwards makes it void."""
    page.get_by_role("textbox", name="Water outlet temperature").fill("7.2")
    question(page, "Symptom").get_by_role("radio", name="High pressure alarm").check()
    for row in CHECKS:
        group = page.get_by_role("group", name=row)
        group.get_by_role("radio", name="Not OK" if row == "Expansion valve" else "OK", exact=True).check()
    question(page, "Cause").get_by_role("radio", name="Dirt").check()
    pictures = page.locator("input[type=file]").last
    pictures.set_input_files([photo(folder), photo(folder)])
    expect(page.get_by_role("img", name="Photo 2")).to_be_visible()
    sign(page)
    expect(page.get_by_role("button", name="Finish form")).to_be_visible()
    page.get_by_role("textbox", name="Advice for the customer").fill("Clean the fins each spring")
    expect(page.get_by_text("Sign again.")).to_be_visible()
    page.get_by_role("button", name="Sign again").click()
    sign(page)


def test_what_is_missing_is_one_tap_away_and_a_wrong_answer_is_said_where_it_stands(ben: Window) -> None:
    page = ben.page
    page.get_by_role("link").filter(has_text="排气温度高").first.click()
    page.wait_for_selector(".steps")
    page.get_by_role("link", name="Fill in · Form").click()
    temperature = page.get_by_role("textbox", name="Discharge temperature")
    temperature.fill("300")
    temperature.blur()
    expect(page.get_by_text("At most 150 °C.")).to_be_visible()
    temperature.fill("hot")
    temperature.blur()
    expect(temperature).to_have_value("hot")
    expect(page.get_by_text("This does not fit the question.")).to_be_visible()
    page.get_by_role("button", name="Next required").click()
    expect(page.get_by_role("textbox", name="Serial number on the plate")).to_be_focused()
    assert ben.axe() == []


def test_the_plate_of_another_unit_is_asked_about(ben: Window, server: LiveServer, asha: requests.Session) -> None:
    page = ben.page
    page.get_by_role("link").filter(has_text="Compressor trips").first.click()
    page.wait_for_selector(".steps")
    page.get_by_role("link", name="Fill in · Form").click()
    serial = page.get_by_role("textbox", name="Serial number on the plate")
    serial.fill("SA118320")
    serial.blur()
    sheet = page.get_by_role("dialog", name="Not the device of this job")
    expect(sheet).to_be_visible()
    assert ben.axe() == []
    sheet.get_by_role("button", name="Cancel").click()
    expect(serial).to_have_value("")
    serial.fill("SA118320")
    serial.blur()
    sheet.get_by_role("button", name="Switch to SA118320").click()
    expect(sheet).to_have_count(0)
    expect(serial).to_have_value("SA118320")
    expect(page.get_by_text("SA118320").first).to_be_visible()

    def unit() -> Any:
        (card,) = asha.get(f"{server.url}/api/v1/work-orders?q=Compressor trips", timeout=10).json()["items"]
        return card["serial"]

    eventually(unit, "SA118320")


def test_answers_for_a_job_that_was_given_away_meanwhile_come_in_late(
    ben: Window, server: LiveServer, asha: requests.Session
) -> None:
    """Asha gives the job to Emma while Ben fills in its form without signal: what he answered is in the order, marked late."""
    page = ben.page
    summary = "Compressor trips"
    page.get_by_role("link").filter(has_text=summary).first.click()
    page.wait_for_selector(".steps")
    page.get_by_role("link", name="Form").click()
    ben.signal(on=False)
    hours = page.get_by_role("textbox", name="Running hours")
    hours.fill("11406")
    hours.blur()
    expect(page.get_by_text("On phone", exact=True)).to_be_visible()
    page.goto(f"{server.url}/app/")
    expect(page.get_by_text("Unfinished form")).to_be_visible()
    (card,) = asha.get(f"{server.url}/api/v1/work-orders?q={summary}", timeout=10).json()["items"]
    people = {one["name"]: one["id"] for one in asha.get(f"{server.url}/api/v1/engineers", timeout=10).json()["items"]}
    body = {
        "entity_id": card["visit"]["id"],
        "args": {"work_order_id": card["id"], "engineer_id": people["Emma Clarke"]},
    }
    reply = asha.post(f"{server.url}/api/v1/do/visit.assign", json=body, timeout=10)
    assert reply.status_code == 200, reply.text
    ben.signal(on=True)
    page.evaluate("dispatchEvent(new Event('online'))")

    def handed_in() -> Any:
        whole = asha.get(f"{server.url}/api/v1/work-orders/{card['id']}", timeout=10).json()
        return [(one["answers"].get("hours"), one["is_late"], one["is_final"]) for one in whole["submissions"]]

    eventually(handed_in, [(11406, True, False)])


# a camera that shows a canvas, and a reader that finds a code at its third look
READER = """
window.BarcodeDetector = class {
  static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
  looks = 0;
  detect() { return Promise.resolve(++this.looks < 3 ? [] : [{ rawValue: "CALLOUT:SA118320" }]); }
};
navigator.mediaDevices.getUserMedia = () =>
  window.cameraRefused
    ? Promise.reject(new DOMException("no", "NotAllowedError"))
    : Promise.resolve(Object.assign(document.createElement("canvas"), { width: 64, height: 64 }).captureStream());
"""


def test_a_plate_is_read_with_the_camera_and_typed_when_it_may_not_be_used(ben: Window) -> None:
    page = ben.page
    page.add_init_script(READER)
    page.reload()
    page.get_by_role("link").filter(has_text="排气温度高").first.click()
    page.wait_for_selector(".steps")
    page.get_by_role("link", name="Fill in · Form").click()
    page.evaluate("window.cameraRefused = true")
    page.get_by_role("button", name="Read the code with the camera").click()
    camera = page.get_by_role("dialog", name="Read a code")
    expect(camera).to_contain_text("may not use the camera")
    assert ben.axe() == []
    camera.get_by_role("button", name="Type it instead").click()
    expect(camera).to_have_count(0)
    page.evaluate("window.cameraRefused = false")
    page.get_by_role("button", name="Read the code with the camera").click()
    # read, and at once asked about: it is the plate of the neighbour
    expect(page.get_by_role("dialog", name="Not the device of this job")).to_contain_text("SA118320")
    expect(camera).to_have_count(0)
