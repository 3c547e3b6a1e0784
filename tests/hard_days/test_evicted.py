"""The server's part when a browser has cleared a phone's store: this session spoke as another device before, and so much was unsent there."""

from __future__ import annotations

from server.core.ids import new_id
from sync.testing import FakeDevice
from tests.world import World


def test_the_server_knows_that_this_session_had_another_store(world: World) -> None:
    client = world.client("ben")
    first = FakeDevice(client)
    assert "before" not in first.hello()
    first.hello(unsynced={"mutations": 3, "oldest_at": "2026-03-02T08:00:00.000Z"})
    again = FakeDevice(client)  # the store is new, the cookie is not
    told = again.hello()["before"]
    assert told["unsent"] == 3 and told["seen_at"].endswith("Z")
    assert again.hello()["before"] == told, "a reply that was lost is said again"
    assert "before" not in FakeDevice(world.client("ben")).hello(), "who logs in anew begins anew"


def test_a_login_that_named_a_desk_is_no_store_that_was_lost(world: World) -> None:
    """A laptop's log-in names the desk; the phone's app on it says hello under an id of its own."""
    assert "before" not in FakeDevice(world.client("ben", new_id())).hello()
