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

from tests import databases
from tests.live import LiveServer


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


def events(stream: requests.Response) -> Iterator[tuple[str, dict[str, Any]]]:
    name = ""
    for raw in stream.iter_lines(chunk_size=1):
        line = raw.decode()
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
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
