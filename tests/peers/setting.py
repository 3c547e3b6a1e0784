"""Shorthand of stories about messages: a server set up with peers, a channel that only remembers, browsers that have subscribed."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from typing import Any

from server.notices import vapid
from server.notices.channels import Accepted, Answer, Message
from server.wiring import channels
from tests.peers.push_service import Browser, PushService
from tests.world import World

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))


def tune(world: World, **changes: Any) -> None:
    """The same server with other settings, its key for pushes announced as at a server's start."""
    settings = replace(world.app.extensions["callout.settings"], **changes)
    world.app.extensions["callout.settings"] = settings
    channels.install(world.app, settings)
    vapid.announced(settings.data_dir)


class Remembering:
    """Takes everything, or answers as it is told; knows what it was given."""

    def __init__(self, *answers: Answer) -> None:
        self.given: list[Message] = []
        self._answers = list(answers)

    def send(self, message: Message) -> Answer:
        self.given.append(message)
        return self._answers.pop(0) if self._answers else Accepted(f"id-{message.key}-{len(self.given)}")


def put(world: World, **by_name: Any) -> None:
    """Channels under their names."""
    world.app.extensions["callout.channels"].update(by_name)


def subscribe(world: World, service: PushService, login: str = "ben") -> Browser:
    """Someone of the cast taps "tell me" in a browser."""
    browser = service.browser()
    client = world.client(login)
    assert client.get("/api/v1/push").get_json()["key"]
    assert client.post("/api/v1/push", json=service.subscription(browser)).status_code == 204
    return browser


def subscribe_link(world: World, service: PushService, token: str) -> Browser:
    """Whoever holds a customer's link does so."""
    browser = service.browser()
    client = world.app.test_client()
    assert client.get(f"/api/v1/track/{token}").get_json()["push_key"]
    assert client.post(f"/api/v1/track/{token}/push", json=service.subscription(browser)).status_code == 204
    return browser
