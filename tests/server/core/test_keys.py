"""Several servers on one database: phones seal for one key, and each server opens what its folder has the key of."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from server import cli
from server.app import create_app
from server.core import keys
from server.core.config import read_settings
from server.core.db import db
from server.core.ids import new_id
from server.core.tables import ServerFact
from server.migrate import upgrade
from server.wiring.doors import HOST, open_intake
from server.wiring.sync_host import TABLES
from sync import intake
from sync.testing import FakeDevice
from tests.kit import envelope, hand_in, line, parked_for, phone, read, write
from tests.world import World

INTAKE = TABLES.intake.c


@pytest.fixture
def second(settings_environment: dict[str, str], tmp_path: Path) -> Iterator[Flask]:
    """Another server on the same database, with a data folder of its own."""
    made = create_app(read_settings(settings_environment | {"CALLOUT_DATA_DIR": str(tmp_path / "second")}))
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


def folder(app: Flask) -> Path:
    found: Path = app.extensions["callout.settings"].data_dir
    return found


def sealed_by(device: FakeDevice, key: dict[str, object]) -> None:
    """An envelope with one act, stored and not opened yet."""
    act = line(1, "visit.accept@1", "visit", new_id(), {})
    sealed, _proof = envelope(device.id, key, [(1, act)])
    intake.store(HOST, json.dumps(sealed).encode())


def opened_on(app: Flask) -> list[str]:
    with app.app_context():
        open_intake()
        found = read(sa.select(INTAKE.state).order_by(INTAKE.received_at))
        db.session.remove()
    return found


def health_of(app: Flask) -> dict[str, object]:
    found: dict[str, object] = app.test_client().get("/health/ready").get_json()["checks"]["intake_key"]
    return found


def test_two_servers_say_one_key_and_leave_each_other_what_they_cannot_open(
    world: World, app: Flask, second: Flask
) -> None:
    """Finding: each made a key of its own and marked envelopes for the other's as failed."""
    ben = phone(world)
    key = ben.hello()["intake_key"]
    with second.app_context():
        assert keys.announced(folder(second)) == key
        db.session.remove()
    assert (health_of(app)["ok"], health_of(second)["ok"]) == (True, False)
    assert str(key["id"]) in str(health_of(second)["fault"])
    sealed_by(ben, key)
    assert opened_on(second) == ["stored"]
    assert parked_for(world) == []
    assert opened_on(app) == ["opened"]
    sealed_by(ben, key)
    shutil.copytree(keys.folder(folder(app)), keys.folder(folder(second)), dirs_exist_ok=True)
    assert opened_on(second) == ["opened", "opened"]
    assert health_of(second)["ok"]
    assert len(parked_for(world)) == 2


def test_servers_that_had_keys_of_their_own_still_open_what_was_sealed_for_them(
    world: World, app: Flask, second: Flask
) -> None:
    """An installation of before: a key file in each folder, nothing announced, envelopes that do not say whose key in a column."""
    ben = phone(world)
    first_key = ben.hello()["intake_key"]
    write(sa.delete(ServerFact).where(ServerFact.name == keys.FACT))
    with second.app_context():
        second_key = keys.announced(folder(second))
        db.session.remove()
    assert second_key["id"] != first_key["id"]
    sealed_by(ben, first_key)
    sealed_by(ben, second_key)
    write(sa.update(TABLES.intake).values(key_id=None))
    assert sorted(opened_on(app)) == ["opened", "stored"]
    assert opened_on(second) == ["opened", "opened"]
    assert ben.hello()["intake_key"] == second_key


def test_a_lost_key_is_replaced_and_the_old_one_still_opens(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ben = phone(world)
    old = ben.hello()["intake_key"]
    sealed_by(ben, old)
    for name in ("CALLOUT_DATA_DIR", "DATABASE_URL"):
        values = {"CALLOUT_DATA_DIR": str(folder(app)), "DATABASE_URL": app.extensions["callout.settings"].database}
        monkeypatch.setenv(name, values[name])
    assert cli.main(["new-intake-key"]) == 0
    new = ben.hello()["intake_key"]
    assert new["id"] != old["id"]
    said = capsys.readouterr().out
    assert str(new["id"]) in said
    assert "PRIVATE" not in said
    sealed_by(ben, new)
    assert opened_on(app) == ["opened", "opened"]
    assert {path.stat().st_mode & 0o777 for path in keys.folder(folder(app)).glob("*.pem")} == {0o600}


def test_a_key_that_is_none_is_nobodys(world: World, app: Flask) -> None:
    """What a stranger writes there is no reason to look at it every minute, nor to fail."""
    ben = phone(world)
    sealed, _proof = envelope(ben.id, ben.hello()["intake_key"], [])
    assert hand_in(world, {**sealed, "key_id": "\u0000" * 90}) == 202
    assert opened_on(app) == ["stored"]
    assert read(sa.select(INTAKE.key_id)) == [""]


def test_envelopes_that_failed_for_another_servers_key_are_tried_again(tmp_path: Path) -> None:
    """The migration gives them back, and no others."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    upgrade(engine, "0001")
    faults = {
        "the key of this envelope does not open with the server's key": "stored",
        "it could not be opened: X": "failed",
    }
    row = "INSERT INTO intake (id, device_id, received_at, body, state, opened, fault) VALUES (:id, :id, '2026-01-01', '', 'failed', 0, :fault)"
    with engine.begin() as connection:
        for fault in faults:
            connection.execute(sa.text(row), {"id": new_id().replace("-", ""), "fault": fault})
    upgrade(engine)
    with engine.begin() as connection:
        states = connection.execute(sa.text("SELECT state FROM intake ORDER BY received_at, rowid")).scalars().all()
    engine.dispose()
    assert states == list(faults.values())
