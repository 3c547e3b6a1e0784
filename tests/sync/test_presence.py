"""Who is at the desk: told to the office by its streams, to nobody else, and forgotten by itself."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from server.core import clock
from server.core.ids import new_id
from tests.world import World


def say(world: World, login: str, page: str, **more: Any) -> int:
    return int(world.client(login).post("/api/v1/board/presence", json={"page_id": page, **more}).status_code)


def people(world: World) -> dict[str, tuple[list[str], list[str]]]:
    with world.app.app_context():
        from server.core.db import db
        from server.wiring.sync_host import SyncHost

        hub = world.app.extensions["callout.hub"]
        host: SyncHost = hub._host
        found = json.loads(host.presence(db.session()))
        db.session().rollback()
    return {one["name"]: (one["opened"], one["carried"]) for one in found["people"]}


def test_each_person_stands_there_once_with_what_is_open_and_carried(world: World) -> None:
    order, other = world.order(), world.order()
    page = new_id()
    assert say(world, "asha", page, opened_id=order) == 204
    assert say(world, "asha", new_id(), opened_id=other, carried_id=order) == 204
    assert say(world, "mei", new_id()) == 204
    assert {name: (set(opened), carried) for name, (opened, carried) in people(world).items()} == {
        "Asha": ({order, other}, [order]), "Mei": (set(), []),
    }  # fmt: skip
    assert say(world, "asha", page, is_leaving=True) == 204
    assert people(world)["Asha"] == ([other], [order])


def test_nobody_speaks_for_anothers_page_and_phones_do_not_speak(world: World) -> None:
    order, page = world.order(), new_id()
    say(world, "asha", page, opened_id=order)
    assert say(world, "mei", page) == 204
    assert say(world, "mei", page, is_leaving=True) == 204
    assert people(world) == {"Asha": ([order], [])}
    assert say(world, "ben", new_id()) == 403
    assert say(world, "asha", "no page") == 422


def test_it_is_forgotten_when_it_is_not_said_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    say(world, "asha", new_id())
    assert list(people(world)) == ["Asha"]
    later = clock.now() + dt.timedelta(seconds=41)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert people(world) == {}


def test_one_person_does_not_fill_the_table(world: World) -> None:
    for _n in range(25):
        assert say(world, "asha", new_id(), opened_id=new_id()) == 204
    assert len(people(world)["Asha"][0]) == 20
