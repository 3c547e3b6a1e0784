"""Every address of the OpenAPI document × everyone of the cast × a record of his and a foreign one.

What is expected is written here by hand, role by role, and never read from the code under test. A new address without a
line here fails the test.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from server import worker
from server.api import document
from server.core.ids import new_id
from server.notices.models import Notice, PushSubscription
from sync.testing import FakeDevice
from tests.kit import attach, read, work
from tests.media import pictures
from tests.peers.push_service import PushService
from tests.peers.setting import LOOPBACK, tune
from tests.world import World, a_form

# who may see the order of the north team and that of the south team
NORTH = {"ben", "qin", "rosa", "asha", "mei"}
SOUTH = {"lina", "asha", "mei"}
CAST = ("nobody", "dev", "ben", "lina", "qin", "rosa", "asha", "mei")
PEOPLE = set(CAST) - {"nobody"}
ENGINEERS, OFFICE, BOSS = {"ben", "lina"}, {"rosa", "asha", "mei"}, {"mei"}
DESK = OFFICE | {"qin"}
PUBLIC = {
    ("get", "/api/v1/setup"), ("post", "/api/v1/setup"), ("post", "/api/v1/session"), ("delete", "/api/v1/session"),
    ("get", "/api/v1/problems"), ("get", "/api/v1/track/{token}"), ("get", "/api/v1/track/{token}/report"),
    ("post", "/api/v1/track/{token}/rating"), ("post", "/api/v1/track/{token}/push"), ("delete", "/api/v1/track/{token}/push"),
    ("get", "/api/v1/files/{attachment_id}/{variant}"),
}  # fmt: skip
# reads of lists: whose role has the grant
LISTS = {
    "assets": DESK - {"qin"}, "products": DESK - {"qin"}, "customers": OFFICE, "contacts": OFFICE, "sites": OFFICE, "callers": OFFICE,
    "conflicts": DESK, "notices": OFFICE, "engineers": DESK, "regions": DESK | ENGINEERS, "teams": DESK | ENGINEERS,
    "work-types": DESK | ENGINEERS, "work-orders": DESK | ENGINEERS, "parked": PEOPLE, "devices": PEOPLE, "api-tokens": PEOPLE,
    "session": PEOPLE, "push": PEOPLE, "board": DESK, "board/engineers": DESK, "saved-views": DESK,
}  # fmt: skip
SPAN = "?from_at=2026-11-22T00:00:00Z&until_at=2026-12-20T00:00:00Z"
QUERIES = {"board": SPAN, "board/engineers": SPAN, "saved-views": "?place=orders"}
STEPS = ("accept", "decline", "travel", "arrive", "pause", "resume", "revert")


@dataclass
class Side:
    """One team's records."""

    team: str
    engineer: str
    order: str
    visit: str
    customer: str
    site: str
    contact: str
    asset: str
    contract: str
    absence: str
    attachment: str
    conflict: str = ""
    parked: str = ""
    devices: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """Arguments for a record of a side, and who has the grant. `is_scoped`: a foreign record must look as if it were not there."""

    granted: set[str]
    args: Callable[[World, Side], dict[str, Any]]
    entity_id: Callable[[World, Side], str | None]
    is_scoped: bool = True


def _new(_world: World, _side: Side) -> str | None:
    return new_id()


def _step(granted: set[str], **args: Any) -> Case:
    return Case(granted, lambda _w, _s: args, lambda _w, side: side.visit)


def _edit(granted: set[str], what: str, **changes: Any) -> Case:
    return Case(granted, lambda _w, _s: {"set": changes}, lambda _w, side: str(getattr(side, what)))


def _boss(args: Callable[[World, Side], dict[str, Any]], entity_id: Callable[[World, Side], str | None] = _new) -> Case:
    return Case(BOSS, args, entity_id, is_scoped=False)


WORDS = {"en": "Words", "zh-CN": "文字"}
ROLE = {"name": WORDS, "grants": ["work_order.read"], "scope": "own", "field_grants": {}}
SHA = "0" * 64


def _user(_world: World, _side: Side) -> dict[str, Any]:
    return {"login": f"u{uuid.uuid4().hex[:8]}", "password": "long enough secret", "name": "U", "role_ids": []}


def _id_of(name: str) -> Callable[[World, Side], str]:
    return lambda world, _side: world.users[name]


def _nothing(_world: World, _side: Side) -> dict[str, Any]:
    return {}


COMMANDS: dict[str, Case] = {
    **{f"visit.{step}": _step(ENGINEERS | OFFICE) for step in STEPS},
    "visit.complete": _step(ENGINEERS | OFFICE, outcome="done"),
    "visit.cannot_complete": _step(ENGINEERS | OFFICE, reason="no key"),
    "visit.dispatch": Case(OFFICE, lambda w, s: {"engineer_id": w.users[s.engineer]}, lambda _w, s: s.visit),
    "visit.unassign": _step(OFFICE),
    "visit.cancel": _step(OFFICE, reason="no"),
    "visit.edit": _edit(ENGINEERS | OFFICE, "visit", findings="Fan broken"),
    "visit.move": _step(OFFICE, planned_start="2026-11-23T01:00:00Z", planned_end="2026-11-23T02:00:00Z"),
    "visit.plan": Case(OFFICE, lambda _w, s: {"work_order_id": s.order}, _new),
    "visit.assign": Case(OFFICE, lambda w, s: {"work_order_id": s.order, "engineer_id": w.users[s.engineer]}, _new),
    "work_order.create": Case(OFFICE, lambda w, s: {
        "work_type_id": w.repair, "customer_id": s.customer, "site_id": s.site, "summary": "Noise", "team_id": w.teams[s.team],
    }, _new),
    "work_order.take_on": Case(OFFICE | ENGINEERS, lambda w, s: {
        "visit_id": new_id(), "work_type_id": w.repair, "customer_id": s.customer, "site_id": s.site, "asset_id": s.asset, "summary": "Noise",
    }, _new),
    "work_order.edit": _edit(ENGINEERS | OFFICE, "order", cause_code="worn"),
    "work_order.cancel": Case(OFFICE, lambda _w, _s: {"reason": "no"}, lambda _w, s: s.order),
    "comment.add": Case(DESK | ENGINEERS, lambda _w, s: {"work_order_id": s.order, "text": "Hello"}, _new),
    "attachment.add": Case(ENGINEERS | OFFICE, lambda _w, s: {
        "work_order_id": s.order, "parent_id": s.order, "sha256": SHA, "mime": "image/jpeg", "size": 10,
    }, _new),
    "attachment.edit": _edit(ENGINEERS | OFFICE, "attachment", tag="after"),
    "submission.save": Case(ENGINEERS | BOSS, lambda w, s: {
        "work_order_id": s.order, "visit_id": s.visit, "form_version_id": w.form_version, "answers": {},
    }, _new),
    "saved_view.set": Case(DESK, lambda _w, _s: {"place": "orders", "name": "Mine", "query": {}}, _new, is_scoped=False),
    "form_template.add": _boss(lambda _w, _s: {"key": f"f{uuid.uuid4().hex[:8]}", "title": WORDS}),
    "form_version.publish": _boss(lambda w, _s: {"form_template_id": w.forms["chiller_repair"], "definition": a_form()}),
    "form_choice.add": _boss(lambda _w, _s: {"position": 9}),
    "form_choice.remove": _boss(_nothing, lambda w, _s: w.choice),
    "customer.add": Case(OFFICE, lambda _w, _s: {"name": "New"}, _new, is_scoped=False),
    "customer.edit": _edit(OFFICE, "customer", short_name="N"),
    "contact.add": Case(OFFICE, lambda _w, s: {"customer_id": s.customer, "name": "New"}, _new),
    "contact.edit": _edit(OFFICE | ENGINEERS, "contact", title="Boss"),
    "contact.erase": Case(OFFICE, _nothing, lambda _w, s: s.contact),
    "site.add": Case(OFFICE, lambda _w, s: {"customer_id": s.customer, "name": "New", "address": "There"}, _new),
    "site.edit": _edit(OFFICE | ENGINEERS, "site", access_notes="Gate 2"),
    "conflict.resolve": Case(OFFICE | ENGINEERS, lambda _w, _s: {"choose": "ours"}, lambda _w, s: s.conflict),
    "device.revoke": Case(OFFICE, _nothing, lambda _w, s: s.devices["phone"]),
    "skill.add": _boss(lambda _w, _s: {"name": WORDS}),
    "absence.add": Case(OFFICE, lambda w, s: {
        "engineer_id": w.users[s.engineer], "from_at": "2026-11-23T01:00:00Z", "until_at": "2026-11-23T02:00:00Z",
    }, _new),
    "absence.remove": Case(OFFICE, _nothing, lambda _w, s: s.absence),
    "asset.add": Case(OFFICE | ENGINEERS, lambda w, s: {
        "product_id": w.product, "customer_id": s.customer, "site_id": s.site, "serial": uuid.uuid4().hex[:8],
    }, _new),
    "contract.add": Case(OFFICE, lambda _w, s: {"asset_id": s.asset, "ends_on": "2027-01-01"}, _new),
    "contract.edit": _edit(OFFICE, "contract", coverage="Parts"),
    "engineer_profile.set": _boss(lambda _w, _s: {"is_dispatchable": True}, lambda w, s: w.users[s.engineer]),
    "organisation.change": _boss(lambda _w, _s: {"phone": "1"}, lambda w, _s: w.organisation_id),
    "product.add": _boss(lambda w, _s: {"product_line_id": w.line_id, "model": uuid.uuid4().hex[:8], "name": WORDS}),
    "product_line.add": _boss(lambda _w, _s: {"name": WORDS}),
    "region.add": _boss(lambda _w, _s: {"name": WORDS}),
    "team.add": _boss(lambda _w, _s: {"name": WORDS}),
    "work_type.add": _boss(lambda _w, _s: {"name": WORDS}),
    "role.add": _boss(lambda _w, _s: ROLE),
    "role.change": _boss(lambda _w, _s: ROLE, lambda w, _s: w.roles["spare"]),
    "user.add": _boss(_user),
    "user.change": _boss(lambda _w, _s: {"phone": "1"}, _id_of("spare")),
    "user.disable": _boss(_nothing, _id_of("spare")),
    "user.enable": _boss(_nothing, _id_of("spare")),
}  # fmt: skip
FILES = {("get", "/api/v1/attachments/{attachment_id}/{variant}")}
OWN_ONLY = {"user.change_password", "saved_view.remove"}
TOKENS = {("post", "/api/v1/api-tokens"), ("delete", "/api/v1/api-tokens/{token_id}")}
# one's own browser, nobody else's
PUSH = {("post", "/api/v1/push"), ("delete", "/api/v1/push"), ("post", "/api/v1/board/presence")}
TRIES = {("get", "/api/v1/notices/{notice_id}/tries")}
PARKED = {("post", "/api/v1/parked/{log_id}/dismiss"), ("get", "/api/v1/parked/{log_id}/export"),
    ("post", "/api/v1/parked/{log_id}/retry")}  # fmt: skip


@pytest.fixture
def clients(world: World) -> dict[str, FlaskClient]:
    tune(world)
    made = {name: world.client(name) for name in CAST if name != "nobody"}
    return made | {"nobody": world.app.test_client()}


@pytest.fixture
def sides(world: World) -> dict[str, Side]:
    world.users["spare"] = str(world.do("mei", "user.add", {
        "login": "spare", "password": "long enough secret", "name": "Spare", "role_ids": [],
    }).id)  # fmt: skip
    world.form_version = world.form()
    world.choice = str(world.do("mei", "form_choice.add", {"position": 8}).id)
    world.roles["spare"] = str(world.do("mei", "role.add", dict(ROLE)).id)
    return {"north": _side(world, "north", "ben"), "south": _side(world, "south", "lina")}


def _side(world: World, team: str, engineer: str) -> Side:
    customer = str(world.do("mei", "customer.add", {"name": f"Customer of {team}"}).id)
    contact = str(world.do("mei", "contact.add", {"customer_id": customer, "name": "C"}).id)
    site = str(world.do("mei", "site.add", {
        "customer_id": customer, "name": "S", "address": "A", "region_id": world.regions[team],
    }).id)  # fmt: skip
    asset = str(world.do("mei", "asset.add", {
        "product_id": world.product, "customer_id": customer, "site_id": site, "serial": team,
    }).id)  # fmt: skip
    order = world.order(
        customer_id=customer, site_id=site, contact_id=contact, asset_id=asset, team_id=world.teams[team]
    )
    absence = str(world.do("mei", "absence.add", {
        "engineer_id": world.users[engineer], "from_at": "2026-11-23T01:00:00Z", "until_at": "2026-11-23T02:00:00Z",
    }).id)  # fmt: skip
    photo = str(world.do("mei", "attachment.add", {
        "work_order_id": order, "parent_id": order, "sha256": SHA, "mime": "image/jpeg", "size": 10,
    }).id)  # fmt: skip
    contract = str(world.do("mei", "contract.add", {"asset_id": asset, "ends_on": "2026-12-31"}).id)
    visit = world.visit(engineer, order)
    side = Side(team, engineer, order, visit, customer, site, contact, asset, contract, absence, photo)
    phone = FakeDevice(world.client(engineer))
    phone.hello()
    phone.pull()
    side.devices["phone"] = phone.id
    phone.enter("site.edit@1", "site", site, {"set": {"phone": "1"}})
    phone.enter("visit.travel@1", "visit", side.visit, {})
    world.do("asha", "site.edit", {"set": {"phone": "2"}}, site)
    results = phone.push()
    assert [results[mid]["state"] for mid in (1, 2)] == ["conflict", "parked"]
    phone.pull()
    (side.conflict,), (side.parked,) = phone.ids("conflict"), phone.ids("parked")
    return side


def _outcome(reply: Any) -> str:
    if reply.status_code == 422 and reply.get_json()["code"] in ("reference_unknown", "site_gone"):
        return "404 not_found"  # a record named in the arguments: as good as not there
    if reply.status_code in (401, 403, 404):
        return f"{reply.status_code} {reply.get_json()['code']}"
    assert reply.status_code < 500, reply.text
    assert reply.status_code != 422 or reply.get_json()["code"] != "input_invalid", reply.text
    return "through"


def _expected(name: str, case: Case, who: str, side: str) -> str:
    if who == "nobody":
        return "401 login_needed"
    if who not in case.granted:
        # shutting out one's own device needs no grant, and a device of others is not even there
        return "403 not_allowed"
    inside = NORTH if side == "north" else SOUTH
    return "through" if who in inside or not case.is_scoped else "404 not_found"


def test_every_command_asks_the_policy(world: World, clients: dict[str, FlaskClient], sides: dict[str, Side]) -> None:
    wrong = []
    for name, case in COMMANDS.items():
        for who in CAST:
            for key, side in sides.items():
                if name == "device.revoke" and who == side.engineer:
                    continue  # his own: test_a_device_can_be_shut_out_by_its_owner
                body = {"entity_id": case.entity_id(world, side), "args": case.args(world, side)}
                found = _outcome(clients[who].post(f"/api/v1/do/{name}", json=body))
                if found != _expected(name, case, who, key):
                    wrong.append((name, who, key, found, _expected(name, case, who, key)))
    assert not wrong, "\n".join(map(str, wrong))


def test_every_list_asks_the_policy(world: World, clients: dict[str, FlaskClient], sides: dict[str, Side]) -> None:
    foreign = {value for name, value in vars(sides["south"]).items() if isinstance(value, str) and len(value) == 36}
    for path, granted in LISTS.items():
        for who in CAST:
            reply = clients[who].get(f"/api/v1/{path}{QUERIES.get(path, '')}")
            wanted = 401 if who == "nobody" else 200 if who in granted else 403
            assert reply.status_code == wanted, (path, who, reply.text)
            if who not in SOUTH:
                assert not any(one in reply.text for one in foreign), (path, who)
    for who in CAST:
        reply = clients[who].get(f"/api/v1/work-orders/{sides['south'].order}")
        wanted = 401 if who == "nobody" else 403 if who == "dev" else 200 if who in SOUTH else 404
        assert reply.status_code == wanted, (who, reply.text)


def test_a_password_is_changed_by_its_owner_only(world: World, clients: dict[str, FlaskClient]) -> None:
    body = {"entity_id": world.users["ben"], "args": {"present": "wrong", "wanted": "another long secret"}}
    for who in CAST:
        code = clients[who].post("/api/v1/do/user.change_password", json=body).get_json()["code"]
        assert code == {"nobody": "login_needed", "ben": "login_wrong"}.get(who, "not_allowed"), who


def test_parked_work_is_for_its_author_and_the_office_of_its_order(
    world: World, clients: dict[str, FlaskClient], sides: dict[str, Side]
) -> None:
    log_id = sides["south"].parked
    for who in CAST:
        reply = clients[who].get(f"/api/v1/parked/{log_id}/export")
        assert reply.status_code == (401 if who == "nobody" else 200 if who in SOUTH else 404), (who, reply.text)
    for verb in ("retry", "dismiss"):
        for who in ("nobody", "dev", "ben", "qin", "rosa"):
            reply = clients[who].post(f"/api/v1/parked/{log_id}/{verb}")
            assert reply.status_code == (401 if who == "nobody" else 404), (verb, who, reply.text)


def test_the_tries_of_a_message_are_for_whoever_sees_the_message(
    world: World, clients: dict[str, FlaskClient], sides: dict[str, Side]
) -> None:
    worker.tick()
    for side in sides.values():
        (notice,) = read(sa.select(Notice.id).where(Notice.work_order_id == side.order))
        for who, client in clients.items():
            listed = client.get("/api/v1/notices?limit=200")
            sees = listed.status_code == 200 and notice in {one["id"] for one in listed.get_json()["items"]}
            reply = client.get(f"/api/v1/notices/{notice}/tries")
            assert (reply.status_code == 200) == sees, (who, side.team, reply.status_code)
            if sees:
                assert [one["outcome"] for one in reply.get_json()["items"]] == ["accepted"]


def test_pushes_go_to_ones_own_browser(world: World, clients: dict[str, FlaskClient]) -> None:
    """Whoever is logged in may subscribe his own; a stranger may not, and nobody ends another's."""
    with PushService() as service:
        tune(world, push_networks=LOOPBACK)
        body = service.subscription(service.browser())
        for verb in ("post", "delete"):
            reply = clients["nobody"].open("/api/v1/push", method=verb.upper(), json=body)
            assert reply.get_json()["code"] == "login_needed"
        assert clients["ben"].post("/api/v1/push", json=body).status_code == 204
        for who in PEOPLE - {"ben"}:
            assert clients[who].delete("/api/v1/push", json={"endpoint": body["endpoint"]}).status_code == 204
        assert read(sa.select(PushSubscription.user_id)) == [world.users["ben"]]


def test_a_photo_is_for_those_who_may_see_its_order(
    world: World, clients: dict[str, FlaskClient], sides: dict[str, Side]
) -> None:
    """A stranger with no role is told so; a foreign photo looks as if it were not there."""
    photos = {key: attach(world, "mei", side.order, pictures.jpeg()) for key, side in sides.items()}
    parts = {key: attach(world, "mei", side.order, b"words", kind="file") for key, side in sides.items()}
    work()
    work()
    for key, inside in (("north", NORTH), ("south", SOUTH)):
        wanted = {who: 200 if who in inside else 404 for who in CAST} | {"nobody": 401, "dev": 403}
        for address in [f"{photos[key]}/{one}" for one in ("original", "screen", "thumb")] + [f"{parts[key]}/original"]:
            found = {who: clients[who].get(f"/api/v1/attachments/{address}").status_code for who in CAST}
            assert found == wanted, (key, address)
    for who in CAST:
        reply = clients[who].get(f"/api/v1/files/{photos['north']}/screen?viewer={new_id()}&until=9999999999&sign=A")
        assert (reply.status_code, reply.get_json()["code"]) == (404, "link_over"), who


def test_no_address_is_forgotten(world: World) -> None:
    known = set(PUBLIC) | TOKENS | PARKED | PUSH | TRIES
    known |= {("get", f"/api/v1/{path}") for path in LISTS} | {("get", "/api/v1/work-orders/{order_id}")} | FILES
    known |= {("post", f"/api/v1/do/{name}") for name in {*COMMANDS, *OWN_ONLY}}
    paths = document()["paths"]
    found = {(m, path) for path, item in paths.items() for m in item if m in ("get", "post", "put", "patch", "delete")}
    assert found == known
