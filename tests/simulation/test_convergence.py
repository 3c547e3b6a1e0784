"""T2: N phones with the real client core, a dispatcher and an oracle, in random histories on both databases.

After each history everything comes online once; then nothing entered may be lost, nothing doubled, every phone must hold
exactly what the policy allows with the server's very bytes, every outbox must be empty, the chain and the scopes must fit.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from server import worker
from server.app import create_app
from server.core import chain, clock
from server.core.clock import HeldClock
from server.core.config import read_settings
from server.core.db import db, record_classes
from server.core.errors import Problem
from server.core.ids import new_id
from server.wiring import parked
from server.wiring.finishers import audit_scopes
from sync import push
from tests import databases
from tests.conftest import WORLDS, fill_world
from tests.simulation import checks
from tests.simulation.phones import Phones
from tests.world import World

START = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
PHONES = {"ben-1": "ben", "ben-2": "ben", "lina-1": "lina"}
CATCHES = ("visit_superseded", "visit_needs_fix", "not_found", "order_closed")
LIMITS = (1, 700, 524_288)
STEPS = ("visit.accept", "visit.travel", "visit.arrive", "visit.pause", "visit.resume", "visit.revert")
HISTORIES = int(os.environ.get("HISTORIES", "8"))
phone_names = st.sampled_from(sorted(PHONES))
fates = st.sampled_from(["arrives", "arrives", "arrives", "reply lost", "never sent", "sent twice"])
mishaps = st.sampled_from(["reply lost", "never sent", "sent twice", "server dies"])
office_acts = st.sampled_from(
    ["assign ben", "assign lina", "assign ben", "unassign", "cancel", "move", "edit", "site", "team"]
)


class Company(RuleBasedStateMachine):
    """The system under test: one server, three phones of two engineers, Asha at her desk."""

    phones: Phones
    kind: str

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="callout-sim-"))
        self.url = (
            databases.sqlite(self.folder, fill_world) if self.kind == "sqlite" else databases.postgresql(fill_world)
        )
        environment = {"CALLOUT_DATA_DIR": str(self.folder), "DATABASE_URL": self.url, "CALLOUT_LOG_LEVEL": "error"}
        self.app = create_app(read_settings(environment))
        self.app.extensions["callout.limiter"].enabled = False
        self.context = self.app.app_context()
        self.context.push()
        self.held = clock.held(HeldClock(START))
        self.time: Any = self.held.__enter__()
        self.world = World(self.app)
        self.world.__dict__.update(WORLDS[self.url.split(":")[0]])
        self.clients = {login: self.world.client(login) for login in ("ben", "lina")}
        self.run = new_id()[-12:]
        self.entered: list[str] = []
        self.counter = 0
        self.fate: dict[str, str] = {}
        self.mishap: dict[str, str] = {}
        self.is_up: set[str] = set()
        self.limit = LIMITS[-1]
        self.between_pages: list[tuple[int, str]] = []
        type(self).phones.handle = self._handle
        self.orders: list[str] = []
        self.visits: list[str] = []

    def _name(self, phone: str) -> str:
        return f"{phone}@{self.run}"

    def _handle(self, device: str, method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
        phone = device.split("@", maxsplit=1)[0]
        fate = self.fate.pop(phone, "arrives")
        if path.endswith("/push"):
            fate = self.mishap.pop(phone, fate)
        if fate == "never sent":
            return None
        client = self.clients[PHONES[phone]]
        if path.endswith("/pull"):
            body = json.dumps({**json.loads(body), "limit_bytes": self.limit}).encode()
        times = 2 if fate == "sent twice" else 1
        with self._mortal(is_dying=fate == "server dies"):
            for _ in range(times):
                reply = client.open(path, method=method, headers=headers, data=body)
        if fate == "server dies":
            return None
        assert reply.status_code < 500, reply.text
        if path.endswith("/pull") and b'"more":true' in reply.data and self.between_pages:
            self.office(*self.between_pages.pop())
        return None if fate == "reply lost" else (reply.status_code, dict(reply.headers), reply.data)

    @contextlib.contextmanager
    def _mortal(self, *, is_dying: bool) -> Iterator[None]:
        """A server that is killed between storing and applying; what was only read is just lost."""
        if not is_dying:
            yield
            return
        with mock.patch.object(push, "apply_pending", side_effect=SystemExit), contextlib.suppress(SystemExit):
            yield
        db.session.remove()

    def _do(self, op: str, phone: str, **more: Any) -> Any:
        return self.phones.do(op, self._name(phone), **more)

    def _token(self, phone: str) -> str:
        self.counter += 1
        token = f"{phone} #{self.counter}"
        self.entered.append(token)
        return token

    @initialize(
        limit=st.sampled_from(LIMITS), meanwhile=st.lists(st.tuples(st.integers(0, 2), office_acts), max_size=3)
    )
    def morning(self, limit: int, meanwhile: list[tuple[int, str]]) -> None:
        """Three orders, two visits, three phones that have synced once; the office does not wait for them."""
        self.limit, self.between_pages = limit, meanwhile
        self.orders = [self.world.order(team_id=self.world.teams["north"]) for _ in range(3)]
        self.visits = [self.world.visit("ben", self.orders[0]), self.world.visit("lina", self.orders[1]), new_id()]
        for number, (phone, login) in enumerate(PHONES.items()):
            now = clock.now().isoformat().replace("+00:00", "Z")
            self._do("open", phone, user=self.world.users[login], seed=number + 1, now=now)
            self.is_up.add(phone)

    def _mutate(self, phone: str, name: str, entity: str, entity_id: str, args: dict[str, Any]) -> None:
        if phone in self.is_up:
            self._do("mutate", phone, act={"name": name, "entity": entity, "entity_id": entity_id, "args": args})

    def _some_visit(self, phone: str, pick: int) -> str | None:
        rows = self._do("rows", phone, entity="visit") if phone in self.is_up else []
        return rows[pick % len(rows)]["id"] if rows else None

    @rule(phone=phone_names, pick=st.integers(0, 3))
    def findings(self, phone: str, pick: int) -> None:
        visit = self._some_visit(phone, pick)
        if visit is not None:
            self._mutate(phone, "visit.edit@1", "visit", visit, {"set": {"findings": self._token(phone)}})

    @rule(phone=phone_names, field=st.sampled_from(["phone", "access_notes"]))
    def site(self, phone: str, field: str) -> None:
        if phone in self.is_up and self._do("rows", phone, entity="site"):
            self._mutate(phone, "site.edit@1", "site", self.world.site, {"set": {field: self._token(phone)}})

    @rule(phone=phone_names, pick=st.integers(0, 3))
    def remark(self, phone: str, pick: int) -> None:
        rows = self._do("rows", phone, entity="work_order") if phone in self.is_up else []
        if rows:
            order = rows[pick % len(rows)]["id"]
            self._mutate(
                phone, "comment.add@1", "comment", new_id(), {"work_order_id": order, "text": self._token(phone)}
            )

    @rule(phone=phone_names, pick=st.integers(0, 3), step=st.sampled_from(STEPS))
    def life_cycle(self, phone: str, pick: int, step: str) -> None:
        visit = self._some_visit(phone, pick)
        if visit is not None:
            self._mutate(phone, f"{step}@1", "visit", visit, {})

    @rule(phone=phone_names, pick=st.integers(0, 3), outcome=st.sampled_from(["done", "needs_parts"]))
    def complete(self, phone: str, pick: int, outcome: str) -> None:
        visit = self._some_visit(phone, pick)
        if visit is not None:
            self._mutate(phone, "visit.complete@1", "visit", visit, {"outcome": outcome})

    @rule(phone=phone_names, is_known=st.booleans())
    def take_on(self, phone: str, is_known: bool) -> None:
        """A job that nobody planned: where one works anyway, or at a place that is entered with it."""
        if phone not in self.is_up or (is_known and not self._do("rows", phone, entity="site")):
            return
        place: dict[str, Any] = {"customer_id": self.world.customer, "site_id": self.world.site}
        if not is_known:
            site = {"name": "Hall", "address": self._token(phone)}
            customer = {"name": self._token(phone)}
            place = {"customer_id": new_id(), "customer": customer, "site_id": new_id(), "site": site}
        who, job = {"engineer_id": self.world.users[PHONES[phone]]}, {"summary": self._token(phone)}
        job |= {"visit_id": new_id(), "work_type_id": self.world.repair, **who, **place}
        self._mutate(phone, "work_order.take_on@1", "work_order", new_id(), job)

    @rule(phone=phone_names, value=st.booleans())
    def signal(self, phone: str, value: bool) -> None:
        self._do("online", phone, value=value)

    @rule(phone=phone_names, fate=fates)
    def sync(self, phone: str, fate: str) -> None:
        if phone in self.is_up:
            self.fate[phone] = fate
            self._do("sync", phone)
            self.fate.pop(phone, None)

    @rule(phone=phone_names, what=mishaps)
    def next_push(self, phone: str, what: str) -> None:
        """What goes wrong when it next hands something in; a dying server has stored it and applied nothing."""
        self.mishap[phone] = what

    @rule(phone=phone_names)
    def kill(self, phone: str) -> None:
        if phone in self.is_up:
            self._do("kill", phone)
            self._do("open", phone, user=self.world.users[PHONES[phone]])

    @rule(phone=phone_names, transactions=st.integers(1, 6), fate=fates)
    def die_between_transactions(self, phone: str, transactions: int, fate: str) -> None:
        if phone not in self.is_up:
            return
        self._do("arm", phone, transactions=transactions)
        self.fate[phone] = fate
        self._do("sync", phone)
        self.fate.pop(phone, None)
        self.kill(phone)

    @rule(seconds=st.sampled_from([5, 60, 400]))
    def time_passes(self, seconds: int) -> None:
        self.time.advance(seconds=seconds)
        for phone in sorted(self.is_up):
            self._do("advance", phone, seconds=seconds)

    @rule(phone=phone_names, pick=st.integers(0, 3))
    def decline(self, phone: str, pick: int) -> None:
        visit = self._some_visit(phone, pick)
        if visit is not None:
            self._mutate(phone, "visit.decline@1", "visit", visit, {"reason": "not today"})

    @rule(phone=phone_names, pick=st.integers(0, 3), choice=st.sampled_from(["ours", "theirs"]))
    def choose(self, phone: str, pick: int, choice: str) -> None:
        rows = self._do("rows", phone, entity="conflict") if phone in self.is_up else []
        if rows:
            conflict = rows[pick % len(rows)]["id"]
            self._mutate(phone, "conflict.resolve@1", "conflict", conflict, {"choose": choice})

    @rule(pick=st.integers(0, 3), choice=st.sampled_from(["ours", "theirs", "other"]))
    def office_chooses(self, pick: int, choice: str) -> None:
        session = db.session()
        session.rollback()
        conflict = record_classes()["conflict"]
        found = sorted(session.execute(sa.select(conflict.id).where(sa.column("state") == "open")).scalars())
        if found:
            args = {"choose": choice} | ({"value": self._token("asha")} if choice == "other" else {})
            self.world.do("asha", "conflict.resolve", args, found[pick % len(found)])

    @rule(pick=st.integers(0, 3), wish=st.sampled_from(["retry", "retry", "dismiss"]))
    def office_decides(self, pick: int, wish: str) -> None:
        asha = self.world.actor("asha")
        db.session().rollback()
        found = sorted(one["id"] for one in parked.listed(db.session(), asha, "en"))
        if found:
            chosen = found[pick % len(found)]
            _ = parked.retry(asha, chosen, "en") if wish == "retry" else parked.dismiss(asha, chosen)

    @rule(limit=st.sampled_from(LIMITS))
    def paging(self, limit: int) -> None:
        """How much of a pull fits on a page from now on."""
        self.limit = limit

    @rule(pick=st.integers(0, 2), act=office_acts)
    def office_between_two_pages(self, pick: int, act: str) -> None:
        self.between_pages.append((pick, act))

    @rule()
    def worker_round(self) -> None:
        worker.finish_unfinished()
        worker.retry_failed()

    @rule(pick=st.integers(0, 2), act=office_acts)
    def office(self, pick: int, act: str) -> None:
        order, visit = self.orders[pick], self.visits[pick]
        world = self.world
        try:
            match act.split():
                case ["assign", engineer]:
                    world.do(
                        "asha", "visit.assign", {"work_order_id": order, "engineer_id": world.users[engineer]}, visit
                    )
                case ["unassign"]:
                    world.do("asha", "visit.unassign", {}, visit)
                case ["cancel"]:
                    world.do("asha", "visit.cancel", {"reason": "no power today"}, visit)
                    self.visits[pick] = new_id()
                case ["move"]:
                    start = clock.now() + dt.timedelta(hours=2)
                    times = {
                        "planned_start": start.isoformat(),
                        "planned_end": (start + dt.timedelta(hours=1)).isoformat(),
                    }
                    world.do("asha", "visit.move", times, visit)
                case ["edit"]:
                    world.do("asha", "work_order.edit", {"set": {"summary": self._token("asha")}}, order)
                case ["site"]:
                    world.do("asha", "site.edit", {"set": {"phone": self._token("asha")}}, world.site)
                case ["team"]:
                    team = world.teams[random.choice(["north", "south"])]
                    world.do("asha", "work_order.edit", {"set": {"team_id": team}}, order)
        except Problem as refused:
            assert refused.code in CATCHES, refused

    @invariant()
    def phones_are_well(self) -> None:
        for phone in sorted(self.is_up):
            faults = [one for one in self._do("faults", phone) if "killed" not in json.dumps(one)]
            assert faults == [], f"{phone}: {faults}"

    def teardown(self) -> None:
        """Evening: everyone comes online; then look."""
        try:
            if self.is_up:
                self._settle()
                self._check()
                for phone in self.is_up:
                    self._do("kill", phone)
        finally:
            self.held.__exit__(None, None, None)
            db.session.remove()
            db.engine.dispose()
            self.context.pop()
            databases.drop(self.url)

    def _settle(self) -> None:
        self.fate.clear()
        self.mishap.clear()
        self.between_pages.clear()
        for phone in sorted(self.is_up):
            self._do("online", phone, value=True)
        for _ in range(4):
            self.time.advance(seconds=400)
            worker.finish_unfinished()
            for phone in sorted(self.is_up):
                self._do("advance", phone, seconds=400)
                self._do("sync", phone)

    def _check(self) -> None:
        for phone in sorted(self.is_up):
            waiting = [
                one for one in self._do("outbox", phone) if one["state"] not in ("delivered", "conflict", "parked")
            ]
            assert waiting == [], f"{phone} still holds {waiting}"
            checks.rows(self.world, PHONES[phone], phone, lambda op, phone=phone, **more: self._do(op, phone, **more))
        session = db.session()
        session.rollback()
        assert audit_scopes(session) == []
        assert list(chain.faults(session)) == []
        checks.log()
        checks.tokens(self.entered)


@pytest.fixture(scope="module")
def phones() -> Iterator[Phones]:
    """One process for all histories; each names its phones anew."""
    made = Phones()
    yield made
    made.close()


@pytest.mark.timeout(max(900, HISTORIES * 30))
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_t2_random_histories_converge(kind: str, phones: Phones) -> None:
    chosen = int(os.environ.get("SEED", random.randrange(10**9)))
    print(f"SEED={chosen}")
    machine = type("Machine", (Company,), {"phones": phones, "kind": kind})
    run_state_machine_as_test(
        hypothesis.seed(chosen)(machine),
        settings=settings(
            max_examples=HISTORIES, stateful_step_count=40, deadline=None, database=None, print_blob=True,
            suppress_health_check=list(HealthCheck), phases=[Phase.generate],
        ),
    )  # fmt: skip
