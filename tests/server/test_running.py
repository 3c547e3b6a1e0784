"""A server that runs: probes that do not trip each other, logs that hold nothing of people."""

from __future__ import annotations

import logging
import os
import signal
import socket
import time
import traceback
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from server import cli
from server.core.ids import new_id
from server.wiring.sync_host import SyncHost
from tests.kit import at_once, phone
from tests.live import LiveServer
from tests.world import World


def test_ready_probes_do_not_trip_each_other(app: Flask, world: World) -> None:
    """Finding: they shared one file, and the load balancer took the server out."""

    def probe() -> list[int]:
        return [app.test_client().get("/health/ready").status_code for _ in range(30)]

    assert {one for found in at_once(app, [probe] * 4) for one in found} == {200}


BROKEN = {
    "no such column": "UPDATE site SET nowhere = :phone",
    "nothing where something must be": "UPDATE site SET address = NULL, phone = :phone",
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_statement_that_fails_logs_no_value(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    """Finding: the text of a database error printed phones, names and hashes."""
    visit = world.visit()
    ben = phone(world)
    secret = new_id()

    def broken(_self: SyncHost, session: Session, *_rest: Any) -> str:
        session.execute(sa.text(BROKEN[what]), {"phone": secret})
        return "applied"

    caplog.set_level(logging.ERROR)
    ben.enter("visit.accept@1", "visit", visit, {})
    monkeypatch.setattr(SyncHost, "run", broken)
    assert ben.push()[1]["code"] == "failed"
    errors = [record.exc_info[1] for record in caplog.records if record.exc_info]
    said = "".join("".join(traceback.format_exception(error)) for error in errors if error is not None)
    assert "UPDATE site" in said, "nothing was logged: nothing is shown by this test"
    assert secret not in said


@pytest.mark.parametrize("verb", ["run", "web"])
def test_a_port_that_is_taken_is_said_before_anything_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    """Finding: the web process was started again each second, and a second worker ran beside the first."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("CALLOUT_DATA_DIR", str(tmp_path / "data"))
        monkeypatch.setenv("PORT", str(port))
        assert cli.main([verb]) == 2
    assert f"127.0.0.1:{port} is taken" in capsys.readouterr().err
    assert not (tmp_path / "data" / "callout.db").exists()


def test_an_address_of_another_machine_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLOUT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CALLOUT_HOST", "192.0.2.1")
    assert cli.main(["run"]) == 2
    assert "192.0.2.1:" in capsys.readouterr().err


def children_of(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_told_to_end_while_a_child_is_about_to_be_started_again_it_ends(tmp_path: Path) -> None:
    """Finding: the child begun after the signal was told by nobody, and the server never ended."""
    server = LiveServer(tmp_path, anew=True).start()
    process = server.process
    assert process is not None
    for pid in children_of(process.pid):
        os.kill(pid, signal.SIGKILL)
    for _ in range(200):  # the parent has seen it, and waits before it starts another
        if "started again" in server.log():
            break
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGTERM)
    try:
        assert process.wait(timeout=30) == 0
    finally:
        server.stop(signal.SIGKILL)


def test_told_to_end_while_the_demo_is_put_in_nobody_stays_behind(tmp_path: Path) -> None:
    """Finding: the server ended, and the process that puts the demo in went on alone in the data folder."""
    server = LiveServer(tmp_path, demo="1", anew=True)
    process = server.begin()
    try:
        for _ in range(3000):
            if "putting the demo company in" in server.log() or process.poll() is not None:
                break
            time.sleep(0.02)
        (seeding,) = children_of(process.pid)
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        assert not Path(f"/proc/{seeding}").exists()
    finally:
        server.stop(signal.SIGKILL)
