"""What docs/deploy hands out: each setting it names exists, each command too, the backup can be put back."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from server import cli
from server.core.config import SETTINGS, read_settings
from server.core.db import db
from server.core.tables import ServerFact
from tests import databases
from tests.kit import ON_POSTGRESQL, phone
from tests.live import ROOT
from tests.world import World

DEPLOY = ROOT / "docs" / "deploy"
PAGE = (ROOT / "docs" / "deploy.md").read_text()
UNITS = sorted(DEPLOY.glob("*.service"))
NAMES = {setting.name for setting in SETTINGS}


def told(text: str) -> dict[str, str]:
    """The settings of the sample, those that are only suggested too."""
    lines = [line.lstrip("#") for line in text.splitlines() if re.match(r"#?[A-Z_0-9]+=", line)]
    return {name: "".join(shlex.split(value)) for name, _, value in (line.partition("=") for line in lines)}


def test_the_environment_is_usable_as_it_is_and_with_everything_turned_on() -> None:
    text = (DEPLOY / "callout.env").read_text()
    whole = told(text)
    plain = told("\n".join(line for line in text.splitlines() if not line.startswith("#")))
    filled = {name: value or "secret" for name, value in whole.items()}
    assert set(whole) <= NAMES
    assert read_settings(plain).trusted_proxies == 1
    assert read_settings(filled).storage == "s3"


def test_what_the_page_names_is_there() -> None:
    assert set(re.findall(r"\bCALLOUT_[A-Z_0-9]+[A-Z0-9]\b", PAGE)) <= NAMES
    verbs = set(re.findall(r"(?:bin/callout|^callout|&& callout) ([a-z][a-z-]*)", PAGE, re.MULTILINE))
    assert verbs >= {"migrate"} and verbs <= set(cli.VERBS)
    for path in re.findall(r"docs/deploy/([A-Za-z][\w.@-]*)", PAGE):
        assert (DEPLOY / path).exists(), path
    for address in set(re.findall(r"`(/health/\w+|/sync/v1/\w+/?|/install)`", PAGE)):
        assert address.strip("/").split("/")[-1] in {"live", "ready", "events", "blob", "install"}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_start_what_exists_and_hold_it_back(unit: Path) -> None:
    text = unit.read_text()
    (command,) = re.findall(r"^ExecStart=(.+)$", text, re.MULTILINE)
    program, *words = command.split()
    assert program in ("/opt/callout/bin/callout", "/opt/callout/backup")
    assert not words or (len(words) == 1 and words[0] in cli.VERBS)
    for line in (
        "User=callout",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "EnvironmentFile=/etc/callout/callout.env",
    ):
        assert line in text.splitlines(), line


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for unit in [*UNITS, DEPLOY / "callout-backup.timer"]:
        text = re.sub(r"^ExecStart=\S+", f"ExecStart={sys.executable}", unit.read_text(), flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(text)
    names = [str(tmp_path / unit.name) for unit in UNITS]
    done = subprocess.run(["systemd-analyze", "verify", *names], check=False, capture_output=True, text=True)
    said = [line for line in done.stderr.splitlines() if str(tmp_path) in line]
    assert said == []


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_proxies_hand_on_what_must_not_wait(name: str) -> None:
    text = (DEPLOY / name).read_text()
    assert re.search(r"127\.0\.0\.1:8000", text)
    assert "max_size 10MB" in text or "client_max_body_size 10m;" in text
    if name == "nginx.conf":
        stream = text.split("location = /sync/v1/events {")[1].split("}")[0]
        assert "proxy_buffering off;" in stream and "proxy_read_timeout 1h;" in stream
        assert "proxy_request_buffering off;" in text.split("location /sync/v1/blob/ {")[1].split("}")[0]
        for header in ("For", "Proto", "Host"):
            assert f"proxy_set_header X-Forwarded-{header} " in text
        # nginx forgets inherited headers in a block that sets one of its own
        assert text.count("proxy_set_header") == text.split("location / {\n        proxy_pass")[0].count(
            "proxy_set_header"
        )


def backed_up(environment: dict[str, str], folder: Path) -> Path:
    """Where the script has put its copy."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    more = {"BACKUP_DIR": str(folder), "BACKUP_PYTHON": sys.executable}
    done = subprocess.run(
        [DEPLOY / "backup"], env=keep | environment | more, check=True, capture_output=True, text=True
    )
    return Path(done.stdout.strip())


def test_a_backup_is_whole_and_only_old_ones_go(
    world: World, settings_environment: dict[str, str], tmp_path: Path
) -> None:
    on_postgresql = settings_environment["DATABASE_URL"].startswith("postgresql")
    if on_postgresql and shutil.which("pg_dump") is None:
        pytest.skip("no pg_dump here")
    phone(world)  # makes the keys
    (tmp_path / "blobs" / "parts").mkdir(parents=True, exist_ok=True)
    (tmp_path / "blobs" / "parts" / "on-the-way").write_bytes(b"half")
    store = tmp_path / "backups"
    for day in range(1, 16):
        (store / f"202601{day:02}-023000").mkdir(parents=True)
    (store / "ours-secret").mkdir()
    made = backed_up(settings_environment, store)
    assert subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=made, check=False, capture_output=True).returncode == 0
    assert len(list(store.glob("20*"))) == 14 and (store / "ours-secret").exists()
    with tarfile.open(made / "files.tar") as files:
        names = files.getnames()
    assert "keys/intake.pem" in names and not any("parts" in name for name in names)
    if not on_postgresql:
        with sqlite3.connect(made / "callout.db") as copy:
            assert copy.execute("SELECT count(*) FROM work_order").fetchone() is not None
        copy.close()


def test_a_backup_is_put_back_elsewhere(
    world: World, settings_environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the page says: files out of the archive, the database beside them, migrate, restored, verify."""
    ben = phone(world)
    ben.enter("visit.accept@1", "visit", world.visit(), {})
    ben.push()
    on_postgresql = settings_environment["DATABASE_URL"].startswith("postgresql")
    if on_postgresql and shutil.which("pg_restore") is None:
        pytest.skip("no pg_restore here")
    made = backed_up(settings_environment, tmp_path / "backups")
    place, url = tmp_path / "elsewhere", ""
    place.mkdir()
    subprocess.run(["tar", "-C", place, "-xf", made / "files.tar"], check=True)
    if on_postgresql:
        url = databases.empty_postgresql()
        target = url.replace("+psycopg", "")
        subprocess.run(["pg_restore", "--no-owner", "--dbname", target, made / "callout.dump"], check=True)
    else:
        shutil.copy(made / "callout.db", place)
    monkeypatch.setenv("CALLOUT_DATA_DIR", str(place))
    monkeypatch.setenv("DATABASE_URL", url)
    assert [cli.main([verb]) for verb in ("migrate", "restored", "verify")] == [0, 0, 0]
    databases.drop(url)


@ON_POSTGRESQL
def test_a_copy_put_back_is_told_to_every_phone(
    app: Flask, world: World, settings_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = phone(world)
    before = db.session().execute(sa.select(ServerFact.value).where(ServerFact.name == "epoch")).scalar_one()
    db.session().rollback()
    for name, value in settings_environment.items():
        monkeypatch.setenv(name, value)
    assert cli.main(["restored"]) == 0
    reply = ben.request("/sync/v1/pull", b'{"cookies":{}}')
    assert (reply.status_code, reply.get_json()["code"]) == (412, "epoch_changed")
    ben.hello()
    assert ben.epoch != before
    ben.cookies = {}
    ben.pull()
