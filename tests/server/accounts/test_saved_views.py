"""Views of a list that Asha keeps for herself, and that Mei keeps for everybody."""

from __future__ import annotations

from typing import Any

import pytest

from server.accounts import saved_views
from server.core.errors import Problem
from server.core.ids import new_id
from tests.world import World

URGENT: dict[str, Any] = {"place": "orders", "name": "Urgent", "query": {"tab": "plan", "q": "CH-350"}}


def listed(world: World, login: str, place: str = "orders") -> list[tuple[str, bool, bool]]:
    reply = world.client(login).get(f"/api/v1/saved-views?place={place}")
    assert reply.status_code == 200, reply.text
    return [(one["name"], one["is_shared"], one["is_own"]) for one in reply.get_json()["items"]]


def test_a_view_is_ones_own_until_it_is_shared(world: World) -> None:
    world.do("asha", "saved_view.set", URGENT)
    world.do("mei", "saved_view.set", URGENT | {"name": "All of ours", "is_shared": True})
    world.do("mei", "saved_view.set", URGENT | {"name": "Mei's"})
    assert listed(world, "asha") == [("All of ours", True, False), ("Urgent", False, True)]
    assert listed(world, "mei") == [("All of ours", True, True), ("Mei's", False, True)]
    assert listed(world, "asha", "timeline") == []


def test_it_is_changed_and_taken_away_by_its_owner(world: World) -> None:
    view = str(world.do("asha", "saved_view.set", URGENT).id)
    world.do("asha", "saved_view.set", URGENT | {"name": "Chillers"}, view)
    assert listed(world, "asha") == [("Chillers", False, True)]
    with pytest.raises(Problem) as caught:
        world.do("mei", "saved_view.set", URGENT, view)
    assert caught.value.code == "not_found"
    with pytest.raises(Problem):
        world.do("mei", "saved_view.remove", {}, view)
    world.do("asha", "saved_view.remove", {}, view)
    world.do("asha", "saved_view.remove", {}, view)
    assert listed(world, "asha") == []
    with pytest.raises(Problem) as caught:
        world.do("asha", "saved_view.set", URGENT, view)
    assert caught.value.code == "not_found", "what was taken away does not take changes that nobody would see"
    with pytest.raises(Problem) as caught:
        world.do("asha", "saved_view.remove", {}, new_id())
    assert caught.value.code == "not_found"


def test_for_everybody_it_needs_the_grant(world: World) -> None:
    with pytest.raises(Problem) as caught:
        world.do("qin", "saved_view.set", URGENT | {"is_shared": True})
    assert caught.value.code == "not_allowed"
    shared = str(world.do("mei", "saved_view.set", URGENT | {"is_shared": True}).id)
    with pytest.raises(Problem) as caught:
        world.do("qin", "saved_view.remove", {}, shared)
    assert caught.value.code == "not_allowed"
    world.do("asha", "saved_view.remove", {}, shared)


@pytest.mark.parametrize(
    "bad",
    [{"name": ""}, {"name": "x" * 61}, {"place": "moon"}, {"query": {"tab": 1}}, {"query": {"q": "x" * 201}},
     {"query": {str(n): "x" for n in range(21)}}, {"query": "tab=plan"}],
)  # fmt: skip
def test_what_is_no_view_is_refused(world: World, bad: dict[str, Any]) -> None:
    with pytest.raises(Problem) as caught:
        world.do("asha", "saved_view.set", URGENT | bad)
    assert caught.value.code == "input_invalid"


def test_there_is_an_end_to_them(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST", 2)
    for _n in range(2):
        world.do("asha", "saved_view.set", URGENT)
    with pytest.raises(Problem) as caught:
        world.do("asha", "saved_view.set", URGENT)
    assert caught.value.code == "saved_views_full"
