"""kill -9 of the worker while it sends: every message is finished once, no SMS leaves twice, a push only where its answer was unknown."""

from __future__ import annotations

import collections
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import sqlalchemy as sa

from server.core.tables import DueWork
from server.notices import vapid
from server.notices.models import Notice
from tests.kit import read
from tests.peers.crowd import Crowd, gather
from tests.peers.push_service import PushService
from tests.peers.smsc import Smsc
from tests.world import World

KILLS = int(os.environ.get("KILLS", "5"))
PUSHES, TEXTS = KILLS * 24, KILLS * 12
LEASE = "2"


def start(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.peers.worker_process", LEASE]
    made = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3])
    assert made.stdout is not None
    assert made.stdout.readline() == b"ready\n"
    return made


def kill(worker: subprocess.Popen[bytes]) -> None:
    worker.kill()
    worker.wait()
    assert worker.stdout is not None
    worker.stdout.close()


def in_hand() -> set[str]:
    """Messages that the dead worker had: whether they left, nobody knows."""
    return set(read(sa.select(DueWork.key).where(DueWork.state == "leased")))


def is_over() -> bool:
    return not read(
        sa.select(DueWork.id).where(DueWork.state.in_(("pending", "leased")), DueWork.kind.startswith("notice."))
    )


def test_a_worker_that_is_killed_while_sending(world: World, settings_environment: dict[str, str]) -> None:
    with PushService(latency=0.02) as service, Smsc(latency=0.02) as carrier:
        vapid.announced(world.app.extensions["callout.settings"].data_dir)
        crowd = gather(world, service, PUSHES, TEXTS)
        environment = {
            **os.environ,
            **settings_environment,
            **carrier.settings(),
            "CALLOUT_PUSH_NETWORKS": "127.0.0.0/8",
        }
        unsure: set[str] = set()
        for _ in range(KILLS):
            worker = start(environment)
            time.sleep(random.uniform(0.05, 0.6))  # somewhere in the middle of its work
            kill(worker)
            unsure |= in_hand()
        last = start(environment)
        deadline = time.monotonic() + 120
        while not is_over() and time.monotonic() < deadline:
            time.sleep(0.2)
        kill(last)
        assert service.faults == []
        check(crowd, carrier, unsure)


def check(crowd: Crowd, carrier: Smsc, unsure: set[str]) -> None:
    notices = {one.id: one for one in read(sa.select(Notice).where(Notice.template == "visit_completed"))}
    assert len(notices) == PUSHES + TEXTS
    for notice, browser in crowd.browsers.items():
        assert (notices[notice].state, notices[notice].channel) == ("sent", "push")
        assert len(browser.got) >= 1
        assert len(browser.got) == 1 or notice in unsure, "a push was repeated although its answer was known"
    arrived = collections.Counter(one["to"] for one in carrier.of("message"))
    for notice, number in crowd.numbers.items():
        state = notices[notice].state
        assert arrived[number] <= 1, "an SMS left twice"
        assert state in ("sent", "unknown")
        assert state == "unknown" or arrived[number] == 1
        assert state == "sent" or notice in unsure
