"""Who wins a field, and who may choose: no silent overwriting, no writing through the back door of a clash."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from server.conflicts.models import Conflict
from server.core.tables import EventRow
from server.customers.models import Site
from sync.testing import FakeDevice
from tests.kit import phone, read, whole
from tests.world import World


def clash(world: World, ben: FakeDevice) -> dict[str, str]:
    """Ben and Asha both write the site's phone; what became of Ben's."""
    mid = ben.enter("site.edit@1", "site", world.site, {"set": {"phone": "ben"}})
    world.do("asha", "site.edit", {"set": {"phone": "asha"}}, world.site)
    return ben.push()[mid]


@pytest.mark.parametrize("base", [999, None])
def test_a_base_the_server_never_gave_is_no_free_pass(world: World, base: int | None) -> None:
    """Finding: after a restore the phone's base is newer than the server's version; it overwrote in silence."""
    world.visit()
    ben = phone(world)
    ben.versions.clear()
    if base is not None:
        ben.versions[("site", world.site)] = base
    assert clash(world, ben)["state"] == "conflict"
    assert whole(Site, world.site).phone == "asha"


def test_who_lost_the_record_chooses_no_more(world: World) -> None:
    visit = world.visit()
    ben = phone(world)
    clash(world, ben)
    ben.pull()
    (conflict,) = ben.ids("conflict")
    world.do("asha", "visit.unassign", {}, visit)
    mid = ben.enter("conflict.resolve@1", "conflict", conflict, {"choose": "other", "value": "anything I like"})
    assert ben.push()[mid]["state"] == "parked"
    assert whole(Site, world.site).phone == "asha"


def test_choosing_writes_only_what_the_chooser_may_write(world: World) -> None:
    world.visit()
    ben = phone(world)
    clash(world, ben)
    ben.pull()
    (conflict,) = ben.ids("conflict")
    fields = {"conflict": {"*": "read"}, "site": {"*": "none"}}
    role = {"name": {"en": "x"}, "grants": ["conflict.*"], "scope": "all", "field_grants": fields}
    made = str(world.do("system", "role.add", role).id)
    world.do("system", "user.change", {"role_ids": [made]}, world.users["dev"])
    choice = {"entity_id": conflict, "args": {"choose": "other", "value": "dev was here"}}
    assert world.client("dev").post("/api/v1/do/conflict.resolve", json=choice).status_code in (403, 404)
    assert whole(Site, world.site).phone == "asha"


def test_a_regional_dispatcher_sees_the_clashes_of_her_sites(world: World) -> None:
    world.visit()
    ben, rosa = phone(world), phone(world, "rosa")
    clash(world, ben)
    rosa.pull()
    listed = world.client("rosa").get("/api/v1/conflicts?state=open").get_json()["items"]
    assert {one["id"] for one in listed} == rosa.ids("conflict")
    assert len(listed) == 1


@pytest.mark.parametrize(("wanted", "has_pulled"), [("asha", False), ("third", True)])
def test_a_later_value_of_the_same_phone_settles_its_clash(world: World, wanted: str, *, has_pulled: bool) -> None:
    """PROTOCOL 6.4: Ben gives in, or enters anew what he has seen; nobody is left to choose."""
    world.visit()
    ben = phone(world)
    clash(world, ben)
    if has_pulled:
        ben.pull()
    ben.enter("site.edit@1", "site", world.site, {"set": {"phone": wanted}})
    ben.push()
    ben.pull()
    (found,) = read(sa.select(Conflict))
    assert (found.state, found.chosen, found.resolved_by_id) == ("resolved", "later_value", world.users["ben"])
    assert whole(Site, world.site).phone == wanted
    assert ben.ids("conflict") == set()


def test_a_value_that_was_overruled_stays_in_the_history(world: World) -> None:
    """PROTOCOL 6.3: the office's zone stands; what the phone said is not lost."""
    asha = phone(world, "asha")
    mid = asha.enter("site.edit@1", "site", world.site, {"set": {"zone": "Asia/Seoul"}})
    world.do("mei", "site.edit", {"set": {"zone": "Asia/Tokyo"}}, world.site)
    assert asha.push()[mid]["state"] == "merged"
    assert whole(Site, world.site).zone == "Asia/Tokyo"
    newest = sa.select(EventRow.payload).where(EventRow.entity_id == world.site).order_by(EventRow.seq.desc()).limit(1)
    assert json.loads(read(newest)[0])["overruled"] == {"zone": "Asia/Seoul"}


def test_an_edit_writes_only_fields_that_its_author_may_write(world: World) -> None:
    """Ben may write a site's phone and its access notes, not its name: by phone or by screen."""
    world.visit()
    ben = phone(world)
    mid = ben.enter("site.edit@1", "site", world.site, {"set": {"phone": "1", "name": "Ben's plant"}})
    assert (ben.push()[mid]["state"], ben.results[mid]["code"]) == ("parked", "not_allowed")
    wish = {"entity_id": world.site, "args": {"set": {"name": "Ben's plant"}}}
    reply = world.client("ben").post("/api/v1/do/site.edit", json=wish)
    assert (reply.status_code, reply.get_json()["code"]) == (403, "not_allowed")
    found = whole(Site, world.site)
    assert (found.name, found.phone) == ("Plant 1", "0512")
