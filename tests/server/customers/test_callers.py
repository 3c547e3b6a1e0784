"""Who is calling: Asha finds a customer by any of his names or numbers among a thousand, and takes in one whom nobody knew."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from server.core.ids import new_id
from tests.world import World


def found(client: FlaskClient, q: str, **more: Any) -> list[dict[str, Any]]:
    reply = client.get("/api/v1/callers", query_string={"q": q, **more})
    assert reply.status_code == 200, reply.text
    return list(reply.get_json()["items"])


def names(client: FlaskClient, q: str) -> list[str]:
    return [one["customer"] for one in found(client, q)]


def test_a_customer_behind_the_first_two_hundred_is_found(world: World) -> None:
    old = str(world.do("asha", "customer.add", {"name": "Acme Bakery"}).id)
    for number in range(210):
        world.do("asha", "customer.add", {"name": f"Later {number}"})
    (one,) = found(world.client("asha"), "bakery")
    assert (one["id"], one["contact"]) == (old, None)
    assert len(found(world.client("asha"), "later", limit=20)) == 20


def test_a_number_is_found_however_it_is_spelt_and_says_who_has_it(world: World) -> None:
    world.do(
        "asha", "contact.add", {"customer_id": world.customer, "name": "Cora Hughes", "phone": "+86 133-4560 1928"}
    )
    for spelt in ("13345601928", "133 4560", "(133) 4560-1928", "4560 1928"):
        (one,) = found(world.client("asha"), spelt)
        assert one["customer"] == "Northway", spelt
        assert one["contact"]["name"] == "Cora Hughes"
        assert one["contact"]["phone"] == "+86 133-4560 1928"
    assert names(world.client("asha"), "hughes") == ["Northway"]
    assert names(world.client("asha"), "suhong") == ["Northway"], "by the address as well"
    assert names(world.client("asha"), "12") == [], "two figures are no number"
    assert names(world.client("asha"), "100%") == [], "a sign of the pattern language is only a sign"


def test_without_a_word_the_latest_customers_stand_there(world: World) -> None:
    world.do("asha", "customer.add", {"name": "Acme Bakery"})
    assert names(world.client("asha"), "") == ["Acme Bakery", "Northway"]


def test_rosa_finds_nobody_of_the_south(world: World) -> None:
    south = str(world.do("asha", "customer.add", {"name": "Southern Mill"}).id)
    args = {"customer_id": south, "name": "M", "address": "9 South Road", "region_id": world.regions["south"]}
    world.do("asha", "site.add", args)
    world.do("asha", "contact.add", {"customer_id": south, "name": "Zoe", "phone": "177 0000 1111"})
    for words in ("southern", "south road", "zoe", "17700001111"):
        assert names(world.client("asha"), words) == ["Southern Mill"], words
        assert names(world.client("rosa"), words) == [], words


def test_a_number_that_one_may_not_see_is_not_found_by_it(world: World) -> None:
    role = {
        "name": {"en": "made"}, "grants": ["customer.read"], "scope": "all",
        "field_grants": {"customer": {"*": "read"}, "contact": {"*": "read", "phone": "none"}},
    }  # fmt: skip
    made = str(world.do("system", "role.add", role).id)
    world.do("system", "user.change", {"role_ids": [made]}, world.users["dev"])
    world.do("asha", "contact.add", {"customer_id": world.customer, "name": "Cora Hughes", "phone": "133 4560 1928"})
    dev = world.client("dev")
    assert found(dev, "4560 1928") == []
    (one,) = found(dev, "hughes")
    assert "phone" not in one["contact"]


def test_a_caller_who_is_new_is_taken_in_once_however_often_it_is_tried(world: World) -> None:
    asha = world.client("asha")
    ids = {name: new_id() for name in ("customer", "contact", "site", "asset", "order")}
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("customer.add", "customer", {"name": "Acme Bakery", "locale": "en"}),
        ("contact.add", "contact", {"customer_id": ids["customer"], "name": "Carl", "phone": "0512 1"}),
        ("site.add", "site", {"customer_id": ids["customer"], "name": "Shop", "address": "1 Mill Lane"}),
        ("asset.add", "asset", {"product_id": world.product, "customer_id": ids["customer"], "site_id": ids["site"], "serial": "B1"}),
        ("work_order.create", "order", {
            "work_type_id": world.repair, "customer_id": ids["customer"], "site_id": ids["site"], "contact_id": ids["contact"],
            "asset_id": ids["asset"], "summary": "Oven cold",
        }),
    ]  # fmt: skip
    for stop in range(1, len(steps) + 1):  # each try comes one step further than the one before
        for at, (name, what, args) in enumerate(steps[:stop]):
            reply = asha.post(f"/api/v1/do/{name}", json={"entity_id": ids[what], "args": args})
            assert reply.status_code == 200, reply.text
            assert reply.get_json()["code"] == ("applied" if at == stop - 1 else "already_done"), (stop, name)
    assert names(asha, "acme") == ["Acme Bakery"]
