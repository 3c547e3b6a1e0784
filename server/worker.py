"""The worker: every second it fires due timers, sends what is due, finishes what a killed server left, once a day sweeps."""

from __future__ import annotations

import datetime as dt
import signal
import threading
from collections.abc import Callable

import sqlalchemy as sa
import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy.orm import Session

from server.core import clock, commit, due_work
from server.core.db import db
from server.core.errors import Problem
from server.core.tables import DueWork
from server.wiring.doors import HOST, open_intake
from sync import push

log = structlog.get_logger("worker")
UNFINISHED_SECONDS = 20


def tick() -> int:
    """One round of inline and leased work; answers how many pieces were handled."""
    return due_work.run_inline() + due_work.run_leased()


def finish_unfinished() -> int:
    """Apply mutations that were stored by a server that died before applying them."""
    older = clock.now() - dt.timedelta(seconds=UNFINISHED_SECONDS)
    return sum(push.apply_pending(HOST, device) for device in push.devices_with_pending(HOST, older))


def retry_failed() -> int:
    """Mutations that failed by our own fault, or that waited for a newer program, are tried again: at start and every ten minutes."""
    table = HOST.tables.command_log

    def reopen(session: Session) -> list[str]:
        rows = session.execute(
            sa.select(table.c.id, table.c.device_id).where(
                table.c.state == "parked", table.c.code.in_(("failed", "needs_newer_server"))
            )
        ).all()
        for row in rows:
            push.reopen(HOST, session, row.id)
        return sorted({row.device_id for row in rows})

    return sum(push.apply_pending(HOST, device) for device in commit.transact(reopen))


def arm_daily() -> None:
    """Have the daily sweep in the table, once per day whatever the number of workers."""
    today = clock.now().date().isoformat()

    def arm(session: Session) -> None:
        known = session.execute(
            sa.select(DueWork.id).where(DueWork.kind == "visit.sweep", DueWork.key == today)
        ).first()
        if known is None:
            due_work.arm(session, "visit.sweep", today, clock.now())

    commit.transact(arm)


def _in_app(app: Flask, work: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        with app.app_context():
            try:
                work()
            except Problem as problem:
                log.warning("put off", work=work.__name__, reason=problem.code)
            except Exception:
                log.exception("failed, tried again at the next tick", work=work.__name__)
            finally:
                db.session.remove()

    return run


JOBS: tuple[tuple[Callable[[], object], float], ...] = (
    (tick, 1.0), (finish_unfinished, 10.0), (open_intake, 60.0), (retry_failed, 600.0), (arm_daily, 3600.0),
)  # fmt: skip


def run(app: Flask) -> None:
    """Tick until told to stop. Correctness lives in the table: any number of workers may run, any may be killed."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    for work, seconds in JOBS:
        scheduler.add_job(_in_app(app, work), "interval", seconds=seconds, next_run_time=dt.datetime.now(dt.UTC))
    scheduler.start()
    log.info("worker started")
    stop.wait()
    scheduler.shutdown(wait=True)
