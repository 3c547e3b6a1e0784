"""No input is a fault of the server: whatever comes, the answer is a problem with a name and never a 500."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from server.api import document
from server.core.ids import new_id
from tests.world import PASSWORD, World

NOWHERE = "01a203b1-88c9-78db-b7e3-d89ff1ef90a7"
USER = {"login": "x", "password": PASSWORD, "name": "x", "role_ids": []}
NAMED: dict[str, Any] = {"name": {"en": "x"}}
ROLE = {**NAMED, "grants": [], "scope": "own", "field_grants": {}}


def is_named(reply: Any) -> bool:
    """A failure has a name of the catalogue; nothing is a 500."""
    assert reply.status_code < 500, (reply.status_code, reply.data[:200])
    return reply.status_code < 400 or bool(reply.get_json()["code"])


@pytest.mark.parametrize(
    "raw",
    [
        b'{"login":"\\ud800","password":"x"}',
        b'{"login":"asha","password":"\\ud800"}',
        b'{"login":"a\\u0000b","password":"x"}',
        b'{"login":' + b"1" * 5000 + b',"password":"x"}',
        b'{"login":"asha","password":"%s","device":{"id":"%s","label":"\\u0000"}}'
        % (PASSWORD.encode(), NOWHERE.encode()),
    ],
    ids=["half a character", "half in password", "NUL", "long number", "NUL in label"],
)
def test_logins_that_are_no_text(world: World, raw: bytes) -> None:
    reply = world.app.test_client().post("/api/v1/session", data=raw, content_type="application/json")
    assert (reply.status_code, reply.get_json()["code"]) == (400, "body_malformed")


@pytest.mark.parametrize("kind", ["application/json", "application/x+json"])
def test_depth_is_counted_whatever_the_json_is_called(world: World, kind: str) -> None:
    reply = world.app.test_client().post("/api/v1/session", data=b"[" * 200_000, content_type=kind)
    assert reply.get_json()["code"] == "body_too_deep"


@pytest.mark.parametrize("path", ["/assets/%00", "/app/x%00.js", "/assets/" + "a" * 300, "/app/" + "a" * 300 + ".js"])
def test_paths_no_disk_knows(world: World, path: str) -> None:
    assert is_named(world.app.test_client().get(path))


@pytest.mark.parametrize("query", ["work-orders?q=%00", "customers?state=%00", "conflicts?state=%00"])
def test_a_nul_in_a_query_is_malformed(world: World, query: str) -> None:
    assert world.client("mei").get(f"/api/v1/{query}").get_json()["code"] == "body_malformed"


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("region.add", NAMED),
        ("team.add", NAMED),
        ("role.add", ROLE),
        ("work_type.add", NAMED),
        ("product_line.add", NAMED),
        ("user.add", USER),
    ],
)
def test_the_same_id_twice_is_a_conflict(world: World, name: str, args: dict[str, Any]) -> None:
    client, entity_id = world.client("mei"), new_id()
    first = client.post(f"/api/v1/do/{name}", json={"entity_id": entity_id, "args": args})
    if name == "user.add":
        args = {**args, "login": "y"}
    second = client.post(f"/api/v1/do/{name}", json={"entity_id": entity_id, "args": args})
    assert first.status_code == 200
    assert (second.status_code, second.get_json()["code"]) == (409, "already_there")


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("team.add", {**NAMED, "region_id": NOWHERE}),
        ("region.add", {**NAMED, "parent_id": NOWHERE}),
        ("user.add", {**USER, "team_id": NOWHERE}),
        ("user.add", {**USER, "login": "\ud800"}),
        ("user.add", {**USER, "name": "\x00"}),
        ("user.add", {**USER, "name": " "}),
        ("product.add", {"product_line_id": NOWHERE, "model": "m", **NAMED}),
        ("visit.plan", {}),
        ("visit.plan", {"work_order_id": NOWHERE, "engineer_id": NOWHERE}),
        ("visit.assign", {"engineer_id": NOWHERE}),
        ("work_type.add", {"name": {"\ud800": "x"}}),
        ("role.add", {**ROLE, "field_grants": {"\x00": {}}}),
    ],
)
def test_references_to_nothing_and_texts_that_are_none(world: World, name: str, args: dict[str, Any]) -> None:
    raw = json.dumps({"args": args})
    reply = world.client("mei").post(f"/api/v1/do/{name}", data=raw, content_type="application/json")
    assert reply.status_code in (400, 404, 409, 422), reply.text
    assert is_named(reply)


@pytest.mark.parametrize("reference", ["team_id", "follow_up_of_id", "site_id", "customer_id"])
def test_an_order_names_only_what_there_is(world: World, reference: str) -> None:
    args = {"work_type_id": world.repair, "customer_id": world.customer, "site_id": world.site, "summary": "s"}
    reply = world.client("asha").post("/api/v1/do/work_order.create", json={"args": {**args, reference: new_id()}})
    assert reply.status_code in (404, 422)


def test_an_unknown_engineer_is_not_planned(world: World) -> None:
    args = {"work_order_id": world.order(), "engineer_id": new_id()}
    assert world.client("asha").post("/api/v1/do/visit.plan", json={"args": args}).status_code in (404, 422)


def test_infinity_is_no_json(world: World) -> None:
    raw = b'{"entity_id":"%s","args":{"set":{"name":"x"},"base":{"lat":1e999}}}' % world.site.encode()
    reply = world.client("asha").post("/api/v1/do/site.edit", data=raw, content_type="application/json")
    assert reply.get_json()["code"] == "body_malformed"


def test_times_beyond_every_calendar_are_invalid(world: World) -> None:
    args = {"planned_start": "0001-01-01T00:00:00+14:00", "planned_end": "9999-12-31T23:59:59-14:00"}
    reply = world.client("asha").post("/api/v1/do/visit.move", json={"entity_id": world.visit(), "args": args})
    assert set(reply.get_json()["fields"]["json"]["args"]) == {"planned_start", "planned_end"}


WRONG: tuple[Any, ...] = (
    None, True, 0, -1, 2**63, 1.5, 1e300, "", " ", "x" * 70_000, "2026-13-45T00:00:00Z", "%s{}\\", "\u202e", [], [[]], [None],
    ["x"], [{}], {}, {"": ""}, {"en": {}}, {"x": [1]}, NOWHERE, [NOWHERE] * 300,
)  # fmt: skip
WHOLE: tuple[Any, ...] = (
    [],
    None,
    1,
    "x",
    {},
    {"args": None},
    {"args": []},
    {"args": {"set": None}},
    {"args": {"set": []}},
)


def _resolved(spec: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in shape:
        found: dict[str, Any] = spec["components"]["schemas"][shape["$ref"].rsplit("/", 1)[1]]
        return found
    for one in shape.get("allOf", []) + shape.get("anyOf", []):
        return _resolved(spec, one)
    return shape


def _right(spec: dict[str, Any], shape: dict[str, Any], ids: dict[str, str], name: str = "") -> Any:
    """A value of this shape that names things there are, so that what is wrong beside it is reached."""
    shape = _resolved(spec, shape)
    if "properties" in shape:
        return {key: _right(spec, one, ids, key) for key, one in shape["properties"].items()}
    if shape.get("enum"):
        return shape["enum"][0]
    if name in ids:
        return ids[name]
    kind = shape.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    by_format = {"date-time": "2026-03-02T08:00:00Z", "email": "a@example.com"}.get(shape.get("format", ""), "x y z 1")
    return {"object": {"en": "x"}, "array": [], "integer": 1, "number": 1.5, "boolean": True}.get(kind, by_format)


def _bodies(right: Any, dice: random.Random) -> Iterator[Any]:
    """A right body; whole bodies of other shapes; the right one with one thing wrong, at every place of it."""
    yield right
    yield from WHOLE
    for path in _places(right):
        for wrong in dice.sample(WRONG, 2):
            yield _with(right, path, wrong)


def _places(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield (*path, name)
            yield from _places(one, (*path, name))


def _with(value: Any, path: tuple[str, ...], wrong: Any) -> Any:
    return {**value, path[0]: _with(value[path[0]], path[1:], wrong)} if path else wrong


def _addresses(world: World) -> list[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    spec = document()
    return [
        (method, path, operation["requestBody"]["content"]["application/json"]["schema"], spec)
        for path, operations in spec["paths"].items()
        for method, operation in operations.items()
        if method in ("post", "put", "patch") and "requestBody" in operation
    ]


def _ids(world: World) -> dict[str, str]:
    """Things there are, by the names under which bodies ask for them."""
    contact = str(
        world.do("asha", "contact.add", {"customer_id": world.customer, "name": "Cora"}).id
    )  # one gets erased
    order = world.order(contact_id=contact)
    return {
        "work_order": order, "visit": world.visit(order=order), "customer": world.customer, "site": world.site, "contact": contact,
        "asset": world.asset, "product": world.product, "product_line": world.line_id, "work_type": world.repair, "user": world.users["dev"],
        "engineer": world.users["ben"], "team": world.teams["north"], "region": world.regions["north"], "role": world.roles["regional"],
        "parent": order, "engineer_profile": world.users["ben"], "organisation": world.organisation_id,
    }  # fmt: skip


def test_bodies_of_wrong_shapes_at_every_address_with_a_login(world: World) -> None:
    """Each address of the OpenAPI document, as the one who may do everything: what lies behind the permissions is reached."""
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    dice = random.Random(seed)
    addresses = _addresses(world)
    assert len(addresses) > 40
    client = world.client("mei")
    statuses: dict[int, int] = {}
    for method, path, shape, spec in addresses:
        there = _ids(world)
        ids = {f"{name}_id": one for name, one in there.items()}
        entity, _, verb = path.rsplit("/", 1)[-1].partition(".")
        ids["entity_id"] = there.get(entity, NOWHERE) if verb not in ("add", "create") else new_id()
        for wrong in _bodies(_right(spec, shape, ids), dice):
            reply = client.open(path, method=method, data=json.dumps(wrong), content_type="application/json")
            assert reply.status_code < 500, f"{method} {path} {json.dumps(wrong)[:300]}: {reply.text[:300]}"
            statuses[reply.status_code] = statuses.get(reply.status_code, 0) + 1
    print(statuses)
    assert client.get("/api/v1/session").status_code == 200, "she was locked out on the way: nothing was tested after"
    assert {200, 404, 409, 422} <= set(statuses), statuses
