"""The plan seen otherwise: the week that is planned in, the map, a part of it kept as a view."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser import Window
from tests.e2e.planning import customer_of, desks, queue, report
from tests.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
__all__ = ["desks"]
# every order that waits is in one of the marks
TO_PLAN_ON_MAP = """(waiting) => {
  const said = [...document.querySelectorAll("section.map button.mark")].map((one) => one.getAttribute("aria-label"));
  const of = (words) => Number(/(\\d+) to plan/.exec(words)?.[1] ?? (words.includes("To plan") ? 1 : 0));
  return said.map(of).reduce((sum, one) => sum + one, 0) === waiting;
}"""


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
    expect(asha.locator(".verdict")).to_contain_text(re.compile(r"Emma Clarke \w+, .* 08:00"))
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
    # the same hour on another day: the day is spoken
    expect(asha.get_by_role("status").filter(has_text=re.compile("Thu.*08:00"))).to_be_attached()
    asha.keyboard.press("Enter")
    expect(cell(asha, "Emma Clarke", 3)).to_contain_text(customer)
    expect(cell(mei, "Emma Clarke", 3)).to_contain_text(customer)
    expect(cell(mei, "Emma Clarke", 2)).not_to_contain_text(customer)
    asha.keyboard.press("Control+z")
    expect(cell(mei, "Emma Clarke", 2)).to_contain_text(customer)
    expect(cell(mei, "Emma Clarke", 3)).not_to_contain_text(customer)

    # taken by its right end: the pointer says which day, not the line's beginning
    held, friday = line.bounding_box(), cell(asha, "Emma Clarke", 4).bounding_box()
    assert held and friday
    asha.mouse.move(held["x"] + held["width"] - 6, held["y"] + 10)
    asha.mouse.down()
    asha.mouse.move(friday["x"] + 12, friday["y"] + 20, steps=6)
    expect(cell(asha, "Emma Clarke", 4)).to_contain_text("08:00")
    asha.keyboard.press("]")  # what is in hand is put down before another week is looked at
    asha.mouse.up()
    expect(cell(mei, "Emma Clarke", 4)).to_contain_text(customer)


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
    asha.get_by_role("complementary", name="To plan").get_by_role("button", name="Show all").click()
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
    asha.wait_for_function(TO_PLAN_ON_MAP, arg=waiting)
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
    # another day is looked at as a whole again, once its visits are there
    asha.keyboard.press("]")
    expect(asha.get_by_role("heading", name="Tomorrow")).to_be_visible()
    expect(marks.first).to_be_visible()
    whole = places.bounding_box()
    assert whole
    for box in [mark.bounding_box() for mark in marks.all()]:
        assert box and whole["x"] <= box["x"] and box["x"] + box["width"] <= whole["x"] + whole["width"]
    asha.keyboard.press("m")
    expect(asha.get_by_role("group", name="Dispatch")).to_be_visible()
