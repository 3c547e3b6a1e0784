"""Live streams on a real server: what Asha changes reaches another open screen as one row; no stream of a foreign channel."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from flask import Flask

from tests import databases
from tests.bench.streams import queries_of_a_tick
from tests.live import LiveServer
from tests.world import World


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LiveServer]:
    """`callout run` with the demo company."""
    url = "" if request.param == "sqlite" else databases.postgresql()
    live = LiveServer(tmp_path, url).start()
    yield live
    live.stop()
    databases.drop(url)


def login(server: LiveServer, name: str) -> requests.Session:
    session = requests.Session()
    reply = session.post(f"{server.url}/api/v1/session", json={"login": name, "password": "callout-demo"}, timeout=10)
    assert reply.status_code == 200, reply.text
    return session


def events(stream: requests.Response, others: tuple[str, ...] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    """Those about data; `others` are told too."""
    name = ""
    for raw in stream.iter_lines(chunk_size=1):
        line = raw.decode()
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: ") and name in ("hello", "page", *others):
            yield name, json.loads(line[6:])


def test_a_change_is_seen_by_others_as_one_whole_row(server: LiveServer) -> None:
    asha, other = login(server, "asha"), login(server, "asha")
    with other.get(f"{server.url}/sync/v1/events?channel=office", stream=True, timeout=30) as stream:
        feed = events(stream)
        name, hello = next(feed)
        assert (name, hello["channel"]) == ("hello", "office")
        order = asha.get(f"{server.url}/api/v1/work-orders?category=new", timeout=10).json()["items"][0]
        body = {"entity_id": order["id"], "args": {"set": {"summary": "Seen elsewhere"}}}
        reply = asha.post(f"{server.url}/api/v1/do/work_order.edit", json=body, timeout=10)
        assert reply.status_code == 200, reply.text
        name, page = next(feed)
        assert (name, page["from"]) == ("page", hello["at"])
        (row,) = [one for one in page["rows"] if one["e"] == "order_card"]
        assert (row["id"], row["f"]["summary"], row["f"]["number"]) == (order["id"], "Seen elsewhere", order["number"])


def test_who_is_at_the_desk_is_told_to_the_desk_and_to_no_phone(server: LiveServer) -> None:
    asha, mei, ben = login(server, "asha"), login(server, "mei"), login(server, "ben")
    page = "01a203b1-88c9-78db-b7e3-d89ff1ef90a7"
    with mei.get(f"{server.url}/sync/v1/events?channel=office", stream=True, timeout=30) as stream:
        feed = events(stream, ("presence",))
        next(feed)
        body = {"page_id": page, "carried_id": page}
        assert asha.post(f"{server.url}/api/v1/board/presence", json=body, timeout=10).status_code == 204
        told = next(one["people"] for name, one in feed if name == "presence" and one["people"])
        assert [(one["name"].split()[0], one["carried"]) for one in told] == [("Asha", [page])]
    own = ben.get(f"{server.url}/api/v1/session", timeout=10).json()["user"]["id"]
    with ben.get(f"{server.url}/sync/v1/events?channel=user:{own}", stream=True, timeout=30) as stream:
        feed = events(stream, ("presence",))
        assert next(feed)[0] == "hello"
        asha.post(f"{server.url}/api/v1/board/presence", json={"page_id": page}, timeout=10)
        order = asha.get(f"{server.url}/api/v1/work-orders?engineer_id={own}", timeout=10).json()["items"][0]
        edit = {"entity_id": order["id"], "args": {"set": {"summary": "Heard by Ben"}}}
        time.sleep(1.5)  # longer than presence takes
        assert asha.post(f"{server.url}/api/v1/do/work_order.edit", json=edit, timeout=10).status_code == 200
        assert next(feed)[0] == "page"


def test_foreign_channels_and_strangers(server: LiveServer) -> None:
    ben = login(server, "ben")
    for channel in (
        "office",
        "team:01a203b1-88c9-78db-b7e3-d89ff1ef90a7",
        "user:01a203b1-88c9-78db-b7e3-d89ff1ef90a7",
        "",
    ):
        assert ben.get(f"{server.url}/sync/v1/events", params={"channel": channel}, timeout=10).status_code == 404
    assert requests.get(f"{server.url}/sync/v1/events?channel=office", timeout=10).status_code == 401


def test_a_killed_web_process_is_started_again_and_nothing_is_lost(server: LiveServer) -> None:
    asha = login(server, "asha")
    before = asha.get(f"{server.url}/api/v1/work-orders", timeout=10).json()["total"]
    assert server.process is not None
    for child in psutil.Process(server.process.pid).children(recursive=True):
        child.kill()
    for _ in range(100):
        try:
            reply = asha.get(f"{server.url}/api/v1/work-orders", timeout=5)
        except requests.ConnectionError:
            time.sleep(0.2)
            continue
        assert reply.json()["total"] == before
        return
    raise AssertionError(server.log())


def test_two_hundred_boards_cost_no_query_more_than_one(app: Flask, world: World) -> None:
    assert queries_of_a_tick(app, world, 1) == queries_of_a_tick(app, world, 200) > 0
