"""Who gets in: passwords, lock-out, cookies, tokens, other sites, switched-off people, revoked devices."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from server.accounts.models import ApiToken, LoginSession, User
from server.core import clock
from server.core.clock import HeldClock
from server.core.db import db
from server.core.errors import Problem
from server.core.ids import new_id
from tests.world import PASSWORD, World


def _login(world: World, login: str, password: str) -> tuple[int, str]:
    reply = world.app.test_client().post("/api/v1/session", json={"login": login, "password": password})
    return reply.status_code, (reply.get_json() or {}).get("code", "")


def test_a_right_password_opens_and_logging_out_closes(world: World) -> None:
    client = world.client("asha")
    me = client.get("/api/v1/session").get_json()
    assert (me["user"]["name"], me["landing"]) == ("Asha", "/app/board")
    cookie = client.get_cookie("callout")
    assert cookie is not None
    assert cookie.http_only and cookie.same_site == "Lax"
    stored = db.session().execute(sa.select(LoginSession.token_hash)).scalars().all()
    assert cookie.value not in stored
    assert client.delete("/api/v1/session").status_code == 204
    client.set_cookie("callout", cookie.value)
    assert client.get("/api/v1/session").status_code == 401


def test_unknown_and_wrong_look_alike(world: World) -> None:
    assert _login(world, "asha", "wrong password") == _login(world, "nobody", "wrong password") == (401, "login_wrong")


def test_five_wrong_passwords_lock_for_minutes_and_a_right_one_waits_too(world: World) -> None:
    with clock.held(HeldClock(clock.now())) as time:
        for _ in range(5):
            assert _login(world, "asha", "wrong")[1] == "login_wrong"
        assert _login(world, "asha", PASSWORD) == (429, "login_locked")
        time.advance(minutes=2)
        assert _login(world, "asha", PASSWORD)[0] == 200
        assert _login(world, "ben", PASSWORD)[0] == 200


def test_the_rate_limit_answers_with_a_sentence(world: World) -> None:
    world.app.extensions["callout.limiter"].enabled = True
    codes = [_login(world, "nobody", "x")[0] for _ in range(40)]
    world.app.extensions["callout.limiter"].enabled = False
    assert 429 in codes


def test_another_sites_page_cannot_write(world: World) -> None:
    client = world.client("asha")
    body = {"entity_id": world.customer, "args": {"set": {"rank": "VIP"}}}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        reply = client.post("/api/v1/do/customer.edit", json=body, headers=headers)
        assert (reply.status_code, reply.get_json()["code"]) == (403, "origin_refused")
    assert client.post("/api/v1/do/customer.edit", json=body, headers={"Origin": "http://localhost"}).status_code == 200


def test_a_switched_off_user_is_out_at_once(world: World) -> None:
    client = world.client("ben")
    world.do("mei", "user.disable", {}, world.users["ben"])
    assert client.get("/api/v1/session").status_code in (401, 403)
    assert _login(world, "ben", PASSWORD) == (403, "user_disabled")
    world.do("mei", "user.enable", {}, world.users["ben"])
    assert client.get("/api/v1/session").status_code == 401, "what was logged in before does not come back to life"
    assert _login(world, "ben", PASSWORD)[0] == 200


def test_sessions_end_by_password_change_and_by_revoking_the_device(world: World) -> None:
    device = new_id()
    phone, other = world.client("ben", device), world.client("ben")
    args = {"present": PASSWORD, "wanted": "another good password"}
    reply = phone.post("/api/v1/do/user.change_password", json={"entity_id": world.users["ben"], "args": args})
    assert reply.status_code == 200
    assert phone.get("/api/v1/session").status_code == 200
    assert other.get("/api/v1/session").status_code == 401
    world.do("mei", "device.revoke", {}, device)
    assert phone.get("/api/v1/session").status_code in (401, 403)


def test_tokens_act_for_their_user_within_their_grants(world: World) -> None:
    world.order()
    asha, mei = world.client("asha"), world.client("mei")
    wish = {"name": "ERP", "grants": ["work_order.read"], "days": 30}
    assert asha.post("/api/v1/api-tokens", json=wish).get_json()["code"] == "not_allowed"
    made = mei.post("/api/v1/api-tokens", json=wish)
    assert made.status_code == 201
    token = made.get_json()["token"]
    program, headers = world.app.test_client(), {"Authorization": f"Bearer {token}"}
    assert program.get("/api/v1/work-orders", headers=headers).status_code == 200
    assert program.get("/api/v1/notices", headers=headers).status_code == 403
    listed = mei.get("/api/v1/api-tokens")
    assert [one["name"] for one in listed.get_json()["items"]] == ["ERP"]
    assert token not in listed.text
    assert token not in db.session().execute(sa.select(ApiToken.token_hash)).scalars().all()
    db.session().rollback()
    assert asha.get("/api/v1/api-tokens").get_json()["items"] == []
    one = f"/api/v1/api-tokens/{made.get_json()['id']}"
    assert asha.delete(one).status_code == 404
    assert mei.delete(one).status_code == 204
    assert program.get("/api/v1/work-orders", headers=headers).status_code == 401


def test_a_token_ends_on_its_day(world: World) -> None:
    with clock.held(HeldClock(clock.now())) as time:
        wish = {"name": "ERP", "grants": ["work_order.read"], "days": 30}
        token = world.client("mei").post("/api/v1/api-tokens", json=wish).get_json()["token"]
        program, headers = world.app.test_client(), {"Authorization": f"Bearer {token}"}
        time.advance(days=30, seconds=-1)
        assert program.get("/api/v1/work-orders", headers=headers).status_code == 200
        time.advance(seconds=1)
        assert program.get("/api/v1/work-orders", headers=headers).status_code == 401


def test_nobody_logs_in_with_a_device_that_was_shut_out(world: World) -> None:
    """Asha's old desk: she is told why, and another desk takes her in."""
    desk, other = new_id(), new_id()
    world.client("asha", desk)
    world.do("mei", "device.revoke", {}, desk)
    wish = {"login": "asha", "password": PASSWORD, "device": {"id": desk, "kind": "desk"}}
    reply = world.app.test_client().post("/api/v1/session", json=wish)
    assert (reply.status_code, reply.get_json()["code"]) == (403, "device_revoked")
    assert world.client("asha", other).get("/api/v1/session").status_code == 200


def test_a_token_makes_no_token_and_grants_nothing_its_maker_has_not(world: World) -> None:
    may = {"name": {"en": "IT"}, "scope": "all", "grants": ["api_token.issue"], "field_grants": {}}
    world.do("mei", "user.change", {"role_ids": [str(world.do("mei", "role.add", may).id)]}, world.users["dev"])
    dev = world.client("dev")
    beyond = dev.post("/api/v1/api-tokens", json={"name": "x", "grants": ["user.add"]})
    assert (beyond.status_code, beyond.get_json()["code"]) == (403, "grant_beyond_own")
    token = dev.post("/api/v1/api-tokens", json={"name": "x", "grants": ["api_token.issue"]}).get_json()["token"]
    program = world.app.test_client()
    again = program.post(
        "/api/v1/api-tokens",
        json={"name": "y", "grants": ["api_token.issue"]},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert (again.status_code, again.get_json()["code"]) == (403, "token_by_token")
    world.do("mei", "user.disable", {}, world.users["dev"])
    assert (
        program.get("/api/v1/session", headers={"Authorization": f"Bearer {token}"}).get_json()["code"]
        == "user_disabled"
    )


def test_nobody_grants_more_than_he_has(world: World) -> None:
    limited = {"name": {"en": "Clerk"}, "scope": "all", "grants": ["user.add", "role.add"], "field_grants": {}}
    clerk = str(world.do("mei", "role.add", limited).id)
    world.do("mei", "user.change", {"role_ids": [clerk]}, world.users["dev"])
    add = {"login": "puppet", "password": "long enough secret", "name": "P", "role_ids": [world.roles["manager"]]}
    with pytest.raises(Problem, match="grant_beyond_own"):
        world.do("dev", "user.add", add)
    with pytest.raises(Problem, match="grant_beyond_own"):
        world.do("dev", "role.add", {**limited, "grants": ["*"]})


def test_weak_and_taken(world: World) -> None:
    add = {"login": "asha", "password": "long enough secret", "name": "A", "role_ids": []}
    with pytest.raises(Problem, match="login_taken"):
        world.do("mei", "user.add", add)
    with pytest.raises(Problem, match="password_weak"):
        world.do("mei", "user.add", {**add, "login": "new", "password": "short"})


def test_no_secret_reaches_the_journal(world: World) -> None:
    from server.core.tables import EventRow

    world.do("mei", "user.add", {"login": "new", "password": "planted-secret-1", "name": "N", "role_ids": []})
    user = db.session().execute(sa.select(User).where(User.login == "new")).scalar_one()
    assert user.name == "N"
    assert all(
        "planted-secret" not in (row or "") for row in db.session().execute(sa.select(EventRow.payload)).scalars()
    )
