"""kill -9 of the worker while it sends: every message is finished once, no SMS leaves twice, a push only where its answer was unknown."""

from __future__ import annotations

import os
import random
import time

from server.notices import vapid
from tests import forked
from tests.peers import crowd, worker_process
from tests.peers.push_service import PushService
from tests.peers.smsc import Smsc
from tests.world import World

KILLS = int(os.environ.get("KILLS", "5"))
PUSHES, TEXTS = KILLS * 24, KILLS * 12
LEASE = 2.0


def start(environment: dict[str, str]) -> forked.Process:
    made = forked.Process(worker_process.main, LEASE, environment=environment)
    assert made.stdout is not None
    assert made.stdout.readline() == b"ready\n"
    return made


def kill(worker: forked.Process) -> None:
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
