"""Who wins a field, and who may choose: no silent overwriting, no writing through the back door of a clash."""

from __future__ import annotations

import pytest

from server.customers.models import Site
from sync.testing import FakeDevice
from tests.kit import phone, whole
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
