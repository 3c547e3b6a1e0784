"""Guessing passwords, and how long a login or a token lasts (findings of the review)."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from server.accounts import passwords, tries
from server.accounts.models import LoginSession
from server.core import clock, commit
from server.core.clock import HeldClock
from server.core.errors import Problem
from tests.kit import at_once, write
from tests.world import PASSWORD, World

WRONG = "wrong wrong wrong"


def guess(client: FlaskClient, login: str, password: str = WRONG, address: str = "127.0.0.1") -> Any:
    wish = {"login": login, "password": password}
    return client.post("/api/v1/session", json=wish, environ_base={"REMOTE_ADDR": address})


def test_the_lock_does_not_tell_which_logins_there_are(world: World) -> None:
    client = world.app.test_client()

    def codes(login: str) -> list[str]:
        return [guess(client, login).get_json()["code"] for _ in range(7)]

    known = codes("asha")
    assert known == codes("nobody-here")
    assert known[-1] == "login_locked"


def test_a_right_password_forgets_the_wrong_ones_before_it(world: World) -> None:
    """Four slips on Monday and one on Tuesday keep nobody out."""
    client = world.app.test_client()
    for _ in range(3):
        assert {guess(client, "asha").get_json()["code"] for _ in range(4)} == {"login_wrong"}
        assert guess(client, "asha", PASSWORD).status_code == 200


def test_a_login_whose_time_is_over_ends_though_it_was_used(world: World) -> None:
    """The row says until when: a session that nobody prolongs ends, whatever cookie is shown."""
    with clock.held(HeldClock(clock.now())) as time:
        client = world.client("asha")
        write(sa.update(LoginSession).values(expires_at=time.now() + dt.timedelta(hours=1)))
        time.advance(minutes=59)
        assert client.get("/api/v1/session").status_code == 200
        time.advance(minutes=1)
        assert client.get("/api/v1/session").status_code == 401


def test_guessing_from_elsewhere_does_not_keep_the_owner_out(world: World) -> None:
    client = world.app.test_client()
    for _ in range(8):
        guess(client, "asha", address="203.0.113.7")
    assert guess(client, "asha", PASSWORD, address="203.0.113.7").status_code == 429
    assert guess(client, "asha", PASSWORD).status_code == 200


def test_a_hundred_guesses_from_everywhere_stop_strangers_and_never_the_owner(world: World) -> None:
    client = world.app.test_client()
    with clock.held(HeldClock(clock.now())) as time:
        assert guess(client, "asha", PASSWORD, address="203.0.113.7").status_code == 200
        for number in range(100):
            guess(client, "asha", address=f"198.51.100.{number}")
        assert guess(client, "asha", PASSWORD, address="203.0.113.8").get_json()["code"] == "login_locked"
        assert guess(client, "asha", PASSWORD, address="203.0.113.7").status_code == 200
        for number in range(8):  # a slow attack for ever keeps nobody out for long
            time.advance(minutes=16)
            guess(client, "asha", address=f"192.0.2.{number}")
        time.advance(minutes=2)
        assert guess(client, "asha", PASSWORD, address="203.0.113.9").status_code == 200


@pytest.mark.parametrize("places", [1, 12])
def test_guesses_that_come_at_once_get_no_more_answers(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch, places: int
) -> None:
    """Finding: all that came while the first password was looked at passed the lock together."""
    monkeypatch.setattr(tries, "FROM_ALL", tries.FROM_ONE)
    looked_at: list[str] = []
    refused: list[str] = []
    gate = threading.Event()

    def one_more(where: list[str], what: str) -> None:
        where.append(what)
        if len(looked_at) + len(refused) == 12:
            gate.set()

    def slow(_stored: str | None, password: str) -> bool:
        one_more(looked_at, password)
        assert gate.wait(30)
        return False

    monkeypatch.setattr(passwords, "is_right", slow)

    def come(number: int) -> str:
        address = f"198.51.100.{number % places}"
        code = str(guess(app.test_client(), "asha", f"guess {number}", address).get_json()["code"])
        if code == "login_locked":
            one_more(refused, code)
        return code

    codes = at_once(app, [partial(come, number) for number in range(12)])
    assert sorted(codes) == ["login_locked"] * 7 + ["login_wrong"] * 5
    assert len(looked_at) == tries.FROM_ONE


def test_a_right_password_is_no_wrong_try_though_the_door_stays_shut(world: World) -> None:
    """A try is counted before the password is looked at; a right one is given back, whatever else stops the login."""
    client = world.app.test_client()
    world.do("mei", "user.disable", {}, world.users["lina"])
    assert {guess(client, "lina", PASSWORD).get_json()["code"] for _ in range(7)} == {"user_disabled"}
    assert {guess(client, "lina").get_json()["code"] for _ in range(5)} == {"login_wrong"}
    ben = world.client("ben")
    wish = {"entity_id": world.users["ben"], "args": {"present": PASSWORD, "wanted": "ben"}}
    codes = {ben.post("/api/v1/do/user.change_password", json=wish).get_json()["code"] for _ in range(7)}
    assert codes == {"password_weak"}


def test_right_logins_are_not_counted_against_strangers(world: World) -> None:
    client = world.app.test_client()
    for number in range(tries.FROM_ALL + 5):
        assert guess(client, "asha", PASSWORD, f"198.51.100.{number}").status_code == 200
    assert guess(client, "asha", address="203.0.113.8").get_json()["code"] == "login_wrong"


def test_one_network_of_ipv6_is_one_place(world: World) -> None:
    client = world.app.test_client()
    codes = [guess(client, "asha", address=f"2001:db8::{number:x}").get_json()["code"] for number in range(1, 8)]
    assert codes == ["login_wrong"] * 5 + ["login_locked"] * 2


def test_guessing_the_present_password_is_counted_too(world: World) -> None:
    client = world.client("ben")

    def change(present: str) -> Any:
        wish = {"entity_id": world.users["ben"], "args": {"present": present, "wanted": "long enough password"}}
        return client.post("/api/v1/do/user.change_password", json=wish)

    codes = [change(f"wrong {number}").get_json()["code"] for number in range(7)]
    assert codes == ["login_wrong"] * 5 + ["login_locked"] * 2
    assert change(PASSWORD).get_json()["code"] == "login_locked"


def test_a_changed_password_forgets_the_slips_before_it(world: World) -> None:
    client = world.client("ben")
    words = [PASSWORD, "a second long password", "a third long password"]

    def change(present: str, wanted: str) -> int:
        wish = {"entity_id": world.users["ben"], "args": {"present": present, "wanted": wanted}}
        return int(client.post("/api/v1/do/user.change_password", json=wish).status_code)

    for present, wanted in pairwise(words):
        assert {change("wrong", wanted) for _ in range(4)} == {401}
        assert change(present, wanted) == 200
        client = world.app.test_client()
        assert guess(client, "ben", wanted).status_code == 200


def test_changing_the_password_ends_the_tokens_of_programs(world: World) -> None:
    mei = world.client("mei")
    token = mei.post("/api/v1/api-tokens", json={"name": "t", "grants": ["work_order.read"]}).get_json()["token"]
    program, headers = world.app.test_client(), {"Authorization": f"Bearer {token}"}
    assert program.get("/api/v1/work-orders", headers=headers).status_code == 200
    args = {"present": PASSWORD, "wanted": "another long password"}
    wish = {"entity_id": world.users["mei"], "args": args}
    assert mei.post("/api/v1/do/user.change_password", json=wish).status_code == 200
    assert program.get("/api/v1/work-orders", headers=headers).status_code == 401


def test_a_login_lasts_while_it_is_used_and_not_a_day_longer(world: World) -> None:
    """90 days without use: the row and the cookie are prolonged together by using it."""
    with clock.held(HeldClock(clock.now())) as time:
        used, unused = world.client("asha"), world.client("ben")
        for _ in range(2):
            time.advance(days=89)
            reply = used.get("/api/v1/session")
            assert (reply.status_code, "Max-Age=7776000" in reply.headers["Set-Cookie"]) == (200, True)
        assert unused.get("/api/v1/session").status_code == 401
        time.advance(days=90, seconds=1)
        assert used.get("/api/v1/session").status_code == 401


def test_reading_goes_on_when_the_disk_is_full(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding: prolonging the login inside a GET made every read a failure."""
    with clock.held(HeldClock(clock.now())) as time:
        client = world.client("asha")
        world.order()
        time.advance(hours=7)

        def full(_work: Callable[[Session], Any]) -> Any:
            raise Problem("storage_full")

        monkeypatch.setattr(commit, "transact", full)
        reply = client.get("/api/v1/work-orders")
        assert (reply.status_code, "Set-Cookie" in reply.headers) == (200, False)
