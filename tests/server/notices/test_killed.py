"""kill -9 of the worker while it sends: every message is finished once, no SMS leaves twice, a push only where its answer was unknown."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from server.notices import vapid
from tests.peers import crowd
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


def test_a_worker_that_is_killed_while_sending(world: World, settings_environment: dict[str, str]) -> None:
    with PushService(latency=0.02) as service, Smsc(latency=0.02) as carrier:
        vapid.announced(world.app.extensions["callout.settings"].data_dir)
        browsers = [service.browser() for _ in range(PUSHES)]
        gathered = crowd.gather(world, [service.subscription(one) for one in browsers], TEXTS)
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
            unsure |= crowd.in_hand()
        last = start(environment)
        deadline = time.monotonic() + 120
        while crowd.left() and time.monotonic() < deadline:
            time.sleep(0.2)
        kill(last)
        assert service.faults == []
        texts = [one["to"] for one in carrier.of("message")]
        assert gathered.faults([len(one.got) for one in browsers], texts, unsure) == []
