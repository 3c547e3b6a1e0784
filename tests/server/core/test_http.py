"""Every route: security headers, problem+json, no surprise. The routes are read off the app, so a new one is covered at once."""

from __future__ import annotations

import json

import pytest

from server.core.errors import CATALOGUE
from server.core.http import HEADERS
from sync.wire import depth as json_depth
from tests.world import World


def _paths(world: World) -> list[tuple[str, str]]:
    found = []
    for rule in world.app.url_map.iter_rules():
        path = rule.rule
        for argument in rule.arguments:
            for kind in ("uuid:", "path:", "string:", ""):
                path = path.replace(f"<{kind}{argument}>", "01a203b1-88c9-78db-b7e3-d89ff1ef90a7")
        found += [(method, path) for method in sorted(rule.methods or ()) if method not in ("OPTIONS",)]
    return found


def test_headers_and_csp_on_every_route(world: World) -> None:
    paths = _paths(world)
    assert len(paths) > 60
    for method, path in paths:
        if path == "/sync/v1/events":
            continue
        reply = world.app.test_client().open(path, method=method)
        for name in HEADERS:
            assert reply.headers.get(name), f"{method} {path} lacks {name}"
        assert "unsafe" not in reply.headers["Content-Security-Policy"]
        assert reply.status_code < 500 or reply.status_code == 503, f"{method} {path}: {reply.status_code}"


def test_without_a_login_every_api_route_says_so(world: World) -> None:
    open_to_all = (
        "/api/v1/session",
        "/api/v1/setup",
        "/api/v1/track/",
        "/api/v1/openapi.json",
        "/api/v1/problems",
        "/api/v1/files/",
        "/sync/v1/intake",
    )
    for method, path in _paths(world):
        if not path.startswith(("/api/", "/sync/")) or path.startswith(open_to_all):
            continue
        client = world.app.test_client()
        headers = {
            "Sync-Protocol": "1",
            "Sync-Device": "01a203b1-88c9-78db-b7e3-d89ff1ef90a7",
            "Upload-Offset": "0",
            "Upload-Complete": "?0",
        }
        reply = client.open(path, method=method, headers=headers, json={})
        assert reply.status_code in (401, 405), f"{method} {path}: {reply.status_code} {reply.text[:200]}"


@pytest.mark.parametrize(("path", "method", "status", "code"), [
    ("/nowhere", "GET", 404, "not_found"), ("/api/v1/nowhere", "POST", 404, "not_found"), ("/health/live", "POST", 405, "method_not_allowed"),
])  # fmt: skip
def test_failures_are_problem_json_in_the_readers_language(
    world: World, path: str, method: str, status: int, code: str
) -> None:
    for language, words in (("zh-CN", CATALOGUE[code].sentence["zh-CN"]), ("en", CATALOGUE[code].sentence["en"])):
        reply = world.app.test_client().open(path, method=method, headers={"Accept-Language": language})
        found = json.loads(reply.data)
        assert (reply.status_code, found["code"], found["title"]) == (status, code, words)
        assert reply.headers["Content-Type"] == "application/problem+json"
    if status == 405:
        assert "GET" in reply.headers["Allow"]


def test_bad_bodies_of_the_api(world: World) -> None:
    client = world.client("asha")
    for body, code in (
        (b"{", "body_malformed"),
        (b"[" * 60 + b"]" * 60, "body_too_deep"),
        (b'{"args":' + b" " * (1 << 20) + b"{}}", "body_too_large"),
    ):
        reply = client.post("/api/v1/do/work_order.create", data=body, content_type="application/json")
        assert reply.get_json()["code"] == code
    reply = client.post("/api/v1/do/work_order.create", json={"args": {"summary": ""}})
    assert reply.status_code == 422
    assert "work_type_id" in json.dumps(reply.get_json()["fields"])
    reply = client.post("/api/v1/do/work_order.create", json={"args": {}, "surprise": 1})
    assert reply.status_code == 422


def test_an_idempotency_key_runs_once_and_is_not_reused(world: World) -> None:
    client = world.client("asha")
    args = {"work_type_id": world.repair, "customer_id": world.customer, "site_id": world.site, "summary": "Twice"}
    answers = [
        client.post("/api/v1/do/work_order.create", json={"args": args}, headers={"Idempotency-Key": "k1"}).get_json()
        for _ in range(2)
    ]
    assert answers[0]["record"]["id"] == answers[1]["record"]["id"]
    reply = client.post(
        "/api/v1/do/work_order.create", json={"args": {**args, "summary": "Other"}}, headers={"Idempotency-Key": "k1"}
    )
    assert reply.get_json()["code"] == "idempotency_reuse"


def test_both_languages_say_everything() -> None:
    for code, kind in CATALOGUE.items():
        assert set(kind.sentence) == {"en", "zh-CN"}, code
        assert all(text.strip() for text in kind.sentence.values()), code
        places = [{part.split("}")[0] for part in text.split("{")[1:]} for text in kind.sentence.values()]
        assert places[0] == places[1], code


def test_depth_counts_outside_strings_only() -> None:
    assert json_depth(b'[{"a":"[[[[\\"[["}]') == 2
    assert json_depth(b"[" * 50 + b"]" * 50) == 50
