"""The timeline: Asha plans by hand and by keys, takes back, is warned and asked; Mei sees it live at her own desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Playwright, expect

from tests.e2e.browser import Window
from tests.e2e.test_story import api
from tests.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
PASSWORD = "callout-demo"
TOMORROW = "]"


@pytest.fixture
def desks(playwright: Playwright, server: LiveServer, tmp_path: Path) -> Iterator[tuple[Window, Window]]:
    """Asha's and Mei's timelines of tomorrow, in English: nothing there depends on what time it is."""
    windows = []
    for login in ("asha", "mei"):
        window = Window(playwright, tmp_path / login, locale="en-GB", phone=False)
        page = window.page
        page.goto(f"{server.url}/app/board")
        page.evaluate("localStorage.setItem('callout.locale', 'en')")
        page.reload()
        page.fill("[name=login]", login)
        page.fill("[name=password]", PASSWORD)
        page.click("[type=submit]")
        page.get_by_role("link", name="Dispatch", exact=True).click()
        expect(page.get_by_role("group", name="Dispatch")).to_be_visible()
        page.keyboard.press(TOMORROW)
        expect(page.get_by_role("heading", name="Tomorrow")).to_be_visible()
        windows.append(window)
    yield windows[0], windows[1]
    for window in windows:
        assert window.faults == []
        window.close()


def queue(page: Page) -> Locator:
    return page.locator("[data-order]")


def row(page: Page, engineer: str) -> Locator:
    return page.locator("[data-engineer]", has_text=engineer)


def bar(page: Page, engineer: str, customer: str) -> Locator:
    return row(page, engineer).get_by_role("button", name=customer)


def carry(page: Page, what: Locator, to: Locator, across: int) -> None:
    """By pointer onto a row, so many pixels from the row's left edge; still held."""
    source, target = what.bounding_box(), to.bounding_box()
    assert source and target
    page.mouse.move(source["x"] + 8, source["y"] + 12)
    page.mouse.down()
    page.mouse.move(source["x"] + 40, source["y"] + 20)
    page.mouse.move(target["x"] + across, target["y"] + 28, steps=5)


def report(server: LiveServer, summary: str) -> None:
    """One more order that waits, of the customer of another one."""
    asha = api(server, "asha")
    (known, *_) = asha.get(f"{server.url}/api/v1/work-orders", timeout=10).json()["items"]
    whole = asha.get(f"{server.url}/api/v1/work-orders/{known['id']}", timeout=10).json()
    of = {name: whole["work_order"][name] for name in ("work_type_id", "customer_id", "site_id")}
    reply = asha.post(f"{server.url}/api/v1/do/work_order.create", json={"args": of | {"summary": summary}}, timeout=10)
    assert reply.status_code in (200, 201), reply.text


def customer_of(order: Locator) -> str:
    return order.locator(".muted").first.inner_text().split(" · ")[0]


def test_an_order_carried_onto_an_engineer_is_planned_there_and_seen_by_everybody(desks: tuple[Window, Window]) -> None:
    asha, mei = (window.page for window in desks)
    order = queue(asha).first
    customer, waiting = customer_of(order), queue(asha).count()
    target = row(asha, "Emma Clarke")
    carry(asha, order, target, 700)
    verdict = asha.locator(".verdict")
    expect(verdict).to_contain_text("Emma Clarke")
    asha.mouse.up()
    expect(bar(asha, "Emma Clarke", customer)).to_be_visible()
    expect(queue(asha)).to_have_count(waiting - 1)
    expect(bar(mei, "Emma Clarke", customer)).to_be_visible()
    expect(queue(mei)).to_have_count(waiting - 1)

    # the same visit to another time: half an hour later is thirty pixels
    own = bar(asha, "Emma Clarke", customer)
    before = own.get_attribute("title")
    box = own.bounding_box()
    assert box
    asha.mouse.move(box["x"] + 20, box["y"] + 20)
    asha.mouse.down()
    asha.mouse.move(box["x"] + 50, box["y"] + 20, steps=4)
    asha.mouse.up()
    expect(own).not_to_have_attribute("title", before or "")
    expect(asha.get_by_role("dialog")).to_have_count(0)
    later = own.get_attribute("title") or ""
    expect(bar(mei, "Emma Clarke", customer)).to_have_attribute("title", later)

    asha.keyboard.press("Control+z")
    expect(own).to_have_attribute("title", before or "")
    own.click()
    expect(asha.get_by_role("dialog")).to_contain_text(customer)
    asha.keyboard.press("Escape")
    expect(own).to_be_focused()


def test_by_keys_alone_with_every_step_spoken(desks: tuple[Window, Window]) -> None:
    asha, mei = (window.page for window in desks)
    second = queue(asha).nth(1)
    customer = customer_of(second)
    queue(asha).first.focus()
    asha.keyboard.press("j")
    expect(second).to_be_focused()
    asha.keyboard.press("Space")
    spoken = asha.locator("p.said[role=status]")
    expect(spoken).to_contain_text("picked up")
    asha.keyboard.press("ArrowDown")
    expect(spoken).to_contain_text("李娜")
    asha.keyboard.press("ArrowRight")
    expect(spoken).to_contain_text("08:15")
    asha.keyboard.press("Alt+ArrowRight")
    expect(spoken).to_contain_text("08:16")
    asha.keyboard.press("Escape")
    expect(spoken).to_contain_text("Left where it was")
    expect(second).to_be_focused()

    asha.keyboard.press("Space")
    asha.keyboard.press("ArrowDown")
    asha.keyboard.press("Enter")
    placed = bar(asha, "李娜", customer)
    expect(placed).to_be_focused()
    expect(bar(mei, "李娜", customer)).to_be_visible()

    # picked up again from where the focus is: a quarter of an hour later
    asha.keyboard.press("Space")
    asha.keyboard.press("ArrowRight")
    asha.keyboard.press("Enter")
    expect(placed).to_have_attribute("title", re.compile("08:15"))


def test_what_speaks_against_a_place_is_said_and_a_silent_phone_is_asked_about(desks: tuple[Window, Window]) -> None:
    asha = desks[0].page
    bars = row(asha, "Emma Clarke").locator("[data-visit]")
    already = bars.count()
    for _n in range(2):
        order = queue(asha).first
        carry(asha, order, row(asha, "Emma Clarke"), 700)
        asha.mouse.up()
        asha.wait_for_function("!document.querySelector('.verdict')")
    expect(bars).to_have_count(already + 2)
    first = bars.last
    first.focus()
    asha.keyboard.press("Space")
    asha.keyboard.press("ArrowRight")
    expect(asha.locator(".verdict")).to_contain_text("Overlaps with")
    asha.keyboard.press("ArrowUp")
    asha.keyboard.press("Enter")
    # her phone was never heard: she may have begun
    ask = asha.get_by_role("dialog", name="He may have begun already")
    expect(ask).to_contain_text("Emma Clarke")
    ask.get_by_role("button", name="Leave it").click()
    expect(ask).to_have_count(0)
    expect(bars).to_have_count(already + 2)
    first.focus()
    asha.keyboard.press("Space")
    asha.keyboard.press("ArrowUp")
    asha.keyboard.press("Enter")
    ask.get_by_role("button", name="Move it all the same").click()
    expect(bars).to_have_count(already + 1)


def test_a_page_that_the_server_does_not_answer_keeps_what_was_read(desks: tuple[Window, Window]) -> None:
    window = desks[0]
    page = window.page
    waiting, bars = queue(page).count(), row(page, "Emma Clarke").locator("[data-visit]")
    already = bars.count()
    page.route("**/api/v1/do/**", lambda route: route.abort())
    carry(page, queue(page).first, row(page, "Emma Clarke"), 700)
    page.mouse.up()
    expect(page.get_by_text("The server cannot be reached")).to_be_visible()
    expect(queue(page)).to_have_count(waiting)
    expect(bars).to_have_count(already)
    page.unroute("**/api/v1/do/**")
    window.faults.clear()


def test_somebody_who_is_away_and_what_somebody_can(desks: tuple[Window, Window]) -> None:
    asha, mei = (window.page for window in desks)
    row(asha, "王海波").locator(".head").click()
    drawer = asha.get_by_role("dialog", name="王海波")
    expect(drawer).to_contain_text("Not away on this day")
    drawer.get_by_role("button", name="Mark as away").click()
    form = drawer.get_by_role("form", name="Mark as away")
    form.get_by_label("From").fill("2099-01-01")
    form.get_by_role("button", name="Mark as away").click()
    expect(form).to_contain_text("The end must lie after the start.")
    form.get_by_label("From").fill(form.get_by_label("Until").input_value())
    form.get_by_label("Note for the office").fill("Flu")
    form.get_by_role("button", name="Mark as away").click()
    expect(drawer).to_contain_text("Flu")
    expect(row(asha, "王海波").locator(".card")).to_contain_text("Ill")
    assert desks[0].axe() == []
    asha.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    carry(asha, queue(asha).first, row(asha, "王海波"), 700)
    expect(asha.locator(".verdict")).to_contain_text("Away: Ill")
    asha.keyboard.press("Escape")
    asha.mouse.up()
    row(asha, "王海波").locator(".head").click()
    drawer.get_by_role("button", name="Back again").click()
    expect(drawer).to_contain_text("Not away on this day")

    # Mei says what he can and when he works; a line that cannot be read keeps all the others
    row(mei, "王海波").locator(".head").click()
    drawer = mei.get_by_role("dialog", name="王海波")
    drawer.get_by_role("button", name="Change skills and hours").click()
    form = drawer.get_by_role("form", name="Skills and hours")
    form.get_by_label("New skill").fill("Screw compressors")
    form.get_by_role("button", name="Add", exact=True).click()
    form.get_by_label("Screw compressors").select_option(label="Level 2")
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"):
        form.get_by_label(day).fill("8-12、13-17:30")
    form.get_by_label("Friday").fill("mornings")
    form.get_by_role("button", name="Save").click()
    expect(form).to_contain_text("Write it like 8-12")
    form.get_by_label("Friday").fill("8-12")
    assert desks[1].axe() == []
    form.get_by_role("button", name="Save").click()
    expect(drawer).to_contain_text("08:00–12:00, 13:00–17:30")
    expect(drawer).to_contain_text("Level 2")
    mei.keyboard.press("Escape")
    expect(row(mei, "王海波")).to_contain_text("Screw compressors 2")
    expect(row(mei, "王海波").locator(".off").first).to_be_attached()


def test_what_one_has_in_hand_the_other_sees_and_does_not_take(desks: tuple[Window, Window]) -> None:
    asha, mei = (window.page for window in desks)
    expect(mei.get_by_role("list", name=re.compile("Also at the desk: .*Asha"))).to_be_visible()
    order = queue(asha).first
    number = order.get_attribute("data-order")
    carry(asha, order, row(asha, "Emma Clarke"), 600)
    same = mei.locator(f'[data-order="{number}"]')
    expect(same).to_contain_text("is moving it")
    same.focus()
    mei.keyboard.press("Space")
    expect(mei.get_by_text("has this in hand just now")).to_be_visible()
    expect(mei.locator(".verdict")).to_have_count(0)
    asha.keyboard.press("Escape")
    asha.mouse.up()
    expect(same).not_to_contain_text("is moving it")
    order.click()
    same.click()
    expect(mei.get_by_role("dialog")).to_contain_text("Also open at: Asha")


def test_a_week_of_everybody_and_back_to_one_day(desks: tuple[Window, Window]) -> None:
    asha = desks[0].page
    asha.keyboard.press("t")
    asha.keyboard.press("w")
    week = asha.get_by_role("region", name="The week of everybody")
    expect(week.get_by_role("rowheader")).to_have_count(4)
    expect(week.get_by_role("columnheader")).to_have_count(8)
    line = week.get_by_role("button", name=re.compile("昆山宏远精密")).first
    line.click()
    expect(asha.get_by_role("dialog")).to_contain_text("昆山宏远精密")
    assert desks[0].axe() == []
    asha.keyboard.press("Escape")
    asha.keyboard.press("]")
    expect(week.get_by_role("button", name=re.compile("昆山宏远精密"))).to_have_count(0)
    week.get_by_role("columnheader").nth(3).get_by_role("button").click()
    expect(asha.get_by_role("group", name="Dispatch")).to_be_visible()
    expect(asha.get_by_role("heading", level=2).first).to_contain_text("Wed")


def cell(page: Page, engineer: str, weekday: int) -> Locator:
    """A day of the week that is shown, Monday 0."""
    return page.get_by_role("row", name=re.compile(engineer)).locator("td").nth(weekday)


def test_in_the_week_an_order_is_put_onto_a_day_by_hand_and_by_keys(
    desks: tuple[Window, Window], server: LiveServer
) -> None:
    """Asha plans next week: by hand at the time that is free, by keys to the day after, back by Undo; Mei sees it."""
    report(server, "Yearly look")
    asha, mei = (window.page for window in desks)
    for page in (asha, mei):
        page.keyboard.press("w")
        page.keyboard.press("]")
        expect(page.get_by_role("region", name="The week of everybody")).to_be_visible()
    order = queue(asha).filter(has_text="Yearly look")
    customer = customer_of(order)
    source, target = order.bounding_box(), cell(asha, "Emma Clarke", 2).bounding_box()
    assert source and target
    asha.mouse.move(source["x"] + 8, source["y"] + 12)
    asha.mouse.down()
    asha.mouse.move(source["x"] + 40, source["y"] + 20)
    asha.mouse.move(target["x"] + 40, target["y"] + 20, steps=5)
    expect(cell(asha, "Emma Clarke", 2)).to_contain_text(customer)
    expect(asha.locator(".verdict")).to_contain_text(re.compile("Emma Clarke .?08:00"))
    asha.mouse.up()
    line = cell(asha, "Emma Clarke", 2).get_by_role("button", name=re.compile(re.escape(customer)))
    expect(line).to_contain_text("08:00")
    expect(cell(mei, "Emma Clarke", 2)).to_contain_text(customer)
    assert desks[0].axe() == []

    line.focus()
    asha.keyboard.press("Space")
    asha.keyboard.press("ArrowRight")
    asha.keyboard.press("ArrowRight")
    asha.keyboard.press("ArrowLeft")
    expect(asha.get_by_role("status").filter(has_text="08:00")).to_be_attached()
    asha.keyboard.press("Enter")
    expect(cell(asha, "Emma Clarke", 3)).to_contain_text(customer)
    expect(cell(mei, "Emma Clarke", 3)).to_contain_text(customer)
    expect(cell(mei, "Emma Clarke", 2)).not_to_contain_text(customer)
    asha.keyboard.press("Control+z")
    expect(cell(mei, "Emma Clarke", 2)).to_contain_text(customer)
    expect(cell(mei, "Emma Clarke", 3)).not_to_contain_text(customer)


def test_a_part_of_the_plan_is_kept_as_a_view(desks: tuple[Window, Window], server: LiveServer) -> None:
    """What is filtered away is said and one click from here; a view brings it back, on whichever day."""
    report(server, "Filter lamp on")
    asha = desks[0].page
    expect(queue(asha).filter(has_text="Filter lamp on")).to_have_count(1)
    everybody, waiting = asha.locator("[data-engineer]").count(), queue(asha).count()
    search = asha.get_by_role("searchbox", name="Search what is to plan")
    search.fill("nothing has such words")
    expect(asha.get_by_text("None of them is shown")).to_be_visible()
    assert desks[0].axe() == []
    asha.get_by_role("button", name="Show all").click()
    expect(queue(asha)).to_have_count(waiting)
    expect(search).to_have_value("")

    asha.get_by_label("Team", exact=True).select_option(index=1)
    expect(asha.locator("[data-engineer]")).not_to_have_count(everybody)
    kept = asha.locator("[data-engineer]").count()
    asha.get_by_role("button", name=re.compile("Saved views")).click()
    menu = asha.get_by_role("group", name=re.compile("Saved views"))
    menu.get_by_label("Name of this view").fill("My people")
    menu.get_by_role("button", name="Keep this view").click()
    asha.wait_for_url("**saved=**")
    asha.get_by_label("Team", exact=True).select_option(label="All teams")
    expect(asha.get_by_text("My people, changed")).to_be_visible()
    expect(asha.locator("[data-engineer]")).to_have_count(everybody)
    asha.keyboard.press("]")
    asha.get_by_role("button", name="Revert").click()
    expect(asha.locator("[data-engineer]")).to_have_count(kept)
    expect(asha).to_have_url(re.compile("day="))


def test_the_day_on_a_map(desks: tuple[Window, Window], server: LiveServer) -> None:
    """Each order at its place; close ones are one mark that opens; an engineer's way with its minutes; the order beside it."""
    report(server, "Belt slips")
    asha = desks[0].page
    expect(queue(asha).filter(has_text="Belt slips")).to_have_count(1)
    asha.keyboard.press("t")
    asha.keyboard.press("m")
    places = asha.get_by_role("region", name="The day on the map")
    expect(places).to_be_visible()
    waiting = queue(asha).count()
    marks = places.locator(".mark")
    expect(marks.first).to_be_visible()
    said = [mark.get_attribute("aria-label") or "" for mark in marks.all()]
    to_plan = sum(
        int(found.group(1)) if (found := re.search(r"(\d+) to plan", one)) else "To plan" in one for one in said
    )
    assert to_plan == waiting
    assert desks[0].axe() == []

    asha.get_by_label("Whose way").select_option(label="Ben Zhou 周本")
    expect(places).to_contain_text(re.compile(r"\d stops, about \d+ min on the way"))
    numbered = places.locator(".mark", has_text="1").first
    numbered.click()
    expect(asha.get_by_role("dialog")).to_be_visible()
    asha.keyboard.press("Escape")
    asha.keyboard.press("0")
    places.focus()
    before = marks.first.bounding_box()
    asha.keyboard.press("ArrowRight")
    after = marks.first.bounding_box()
    assert before and after
    assert round(before["x"] - after["x"]) == 80
    asha.keyboard.press("m")
    expect(asha.get_by_role("group", name="Dispatch")).to_be_visible()
