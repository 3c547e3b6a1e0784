"""T2: N phones with the real client core, a dispatcher and an oracle, in random histories on both databases.

After each history everything comes online once; then nothing entered may be lost, nothing doubled, every phone must hold
exactly what the policy allows with the server's very bytes, every outbox must be empty, the chain and the scopes must fit.
"""

from __future__ import annotations

import collections
import datetime as dt
import json
import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from server.app import create_app
from server.core import chain, clock
from server.core.clock import HeldClock
from server.core.config import read_settings
from server.core.db import db, record_classes
from server.core.errors import Problem
from server.core.ids import new_id
from server.core.rows import row_of
from server.core.tables import EventRow
from server.permissions import policy
from server.wiring.finishers import audit_scopes
from server.wiring.sync_host import TABLES
from tests import databases
from tests.conftest import WORLDS, fill_world
from tests.simulation.phones import Phones
from tests.world import World

START = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
PHONES = {"ben-1": "ben", "ben-2": "ben", "lina-1": "lina"}
STEPS = ("visit.accept", "visit.travel", "visit.arrive", "visit.pause", "visit.resume", "visit.revert")
SEEN = ("work_order", "visit", "comment", "customer", "contact", "site", "asset", "product", "conflict")
HISTORIES = int(os.environ.get("HISTORIES", "20"))
phone_names = st.sampled_from(sorted(PHONES))
fates = st.sampled_from(["arrives", "arrives", "arrives", "reply lost", "never sent", "sent twice"])


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
        self.is_up: set[str] = set()
        type(self).phones.handle = self._handle
        self.orders: list[str] = []
        self.visits: list[str] = []

    def _name(self, phone: str) -> str:
        return f"{phone}@{self.run}"

    def _handle(self, device: str, method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
        phone = device.split("@", maxsplit=1)[0]
        fate = self.fate.pop(phone, "arrives")
        if fate == "never sent":
            return None
        client = self.clients[PHONES[phone]]
        times = 2 if fate == "sent twice" else 1
        for _ in range(times):
            reply = client.open(path, method=method, headers=headers, data=body)
        assert reply.status_code < 500, reply.text
        return None if fate == "reply lost" else (reply.status_code, dict(reply.headers), reply.data)

    def _do(self, op: str, phone: str, **more: Any) -> Any:
        return self.phones.do(op, self._name(phone), **more)

    def _token(self, phone: str) -> str:
        self.counter += 1
        token = f"{phone} #{self.counter}"
        self.entered.append(token)
        return token

    @initialize()
    def morning(self) -> None:
        """Three orders, two visits, three phones that have synced once."""
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

    @rule(phone=phone_names, value=st.booleans())
    def signal(self, phone: str, value: bool) -> None:
        self._do("online", phone, value=value)

    @rule(phone=phone_names, fate=fates)
    def sync(self, phone: str, fate: str) -> None:
        if phone in self.is_up:
            self.fate[phone] = fate
            self._do("sync", phone)
            self.fate.pop(phone, None)

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

    @rule(
        pick=st.integers(0, 2),
        act=st.sampled_from(
            ["assign ben", "assign lina", "assign ben", "unassign", "cancel", "move", "edit", "site", "team"]
        ),
    )
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
            assert refused.code in ("visit_superseded", "visit_needs_fix", "not_found", "order_closed"), refused

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
        for phone in sorted(self.is_up):
            self._do("online", phone, value=True)
        for _ in range(4):
            self.time.advance(seconds=400)
            for phone in sorted(self.is_up):
                self._do("advance", phone, seconds=400)
                self._do("sync", phone)

    def _check(self) -> None:
        for phone in sorted(self.is_up):
            waiting = [
                one for one in self._do("outbox", phone) if one["state"] not in ("delivered", "conflict", "parked")
            ]
            assert waiting == [], f"{phone} still holds {waiting}"
            self._check_rows(phone)
        session = db.session()
        session.rollback()
        assert audit_scopes(session) == []
        assert list(chain.faults(session)) == []
        self._check_log()
        self._check_tokens()

    def _check_rows(self, phone: str) -> None:
        """I4: client rows are the server's scope exactly, byte for byte."""
        session = db.session()
        actor = self.world.actor(PHONES[phone])
        for entity in SEEN:
            model = record_classes()[entity]
            where = [policy.visible(actor, model), model.deleted_at.is_(None)]
            if entity == "conflict":
                where.append(sa.column("state") == "open")
            expected = {
                one.id: policy.shown(actor, entity, row_of(one))
                for one in session.execute(sa.select(model).where(*where)).scalars()
            }
            held = {one["id"] for one in self._do("rows", phone, entity=entity) if not one.get("is_detached")}
            assert held == set(expected), (
                f"{phone} {entity}: missing {set(expected) - held}, extra {held - set(expected)}"
            )
            for record_id, wanted in expected.items():
                found = self._do("row", phone, entity=entity, id=record_id)
                found = {
                    name: value
                    for name, value in found.items()
                    if not name.startswith("is_p") and name != "is_detached"
                }
                assert json.dumps(found, sort_keys=True) == json.dumps(wanted, sort_keys=True), (
                    f"{phone} {entity} {record_id}"
                )

    def _check_log(self) -> None:
        """I2 and per-device order: numbers without a gap, each settled once."""
        table = TABLES.command_log
        rows = db.session().execute(sa.select(table).where(table.c.device_id.is_not(None)).order_by(table.c.mid)).all()
        by_device: dict[str, list[int]] = collections.defaultdict(list)
        for row in rows:
            assert row.state != "received", f"mutation {row.mid} was never settled"
            assert row.code != "failed", f"mutation {row.mid} {row.name} failed: {row.detail}"
            by_device[row.device_id].append(row.mid)
        for mids in by_device.values():
            assert mids == list(range(1, len(mids) + 1))

    def _check_tokens(self) -> None:
        """I5: every entered value is current, in history, in a conflict or parked; and a comment is there once."""
        session = db.session()
        journal = "\n".join(row or "" for row in session.execute(sa.select(EventRow.payload)).scalars())
        table = TABLES.command_log
        parked = b"\n".join(
            bytes(row)
            for row in session.execute(sa.select(table.c.raw).where(table.c.state == "parked")).scalars()
            if row
        )
        for token in self.entered:
            assert f'"{token}"' in journal or f'"{token}"'.encode() in parked, f"{token} is lost"
        comment = record_classes()["comment"]
        texts = collections.Counter(session.execute(sa.select(comment.text)).scalars())  # type: ignore[attr-defined]
        assert all(count == 1 for count in texts.values()), texts


@pytest.fixture(scope="module")
def phones() -> Iterator[Phones]:
    """One process for all histories; each names its phones anew."""
    made = Phones()
    yield made
    made.close()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_t2_random_histories_converge(kind: str, phones: Phones) -> None:
    chosen = int(os.environ.get("SEED", random.randrange(10**9)))
    print(f"SEED={chosen}")
    machine = type("Machine", (Company,), {"phones": phones, "kind": kind})
    run_state_machine_as_test(
        hypothesis.seed(chosen)(machine),
        settings=settings(
            max_examples=HISTORIES, stateful_step_count=30, deadline=None, database=None, print_blob=True,
            suppress_health_check=list(HealthCheck), phases=[Phase.generate],
        ),
    )  # fmt: skip
