"""The worker: every second it fires due timers, sends what is due, finishes what a killed server left, once a day sweeps."""

from __future__ import annotations

import datetime as dt
import importlib.util
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa
import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask, current_app
from sqlalchemy.orm import Session

from server.accounts import tries
from server.attachments import inspections
from server.core import clock, commit, due_work, leased
from server.core.acts import SYSTEM, Act
from server.core.db import db
from server.core.errors import Problem
from server.core.http import settings
from server.core.tables import DueWork
from server.notices import channels, hourly, receipts, sending, vapid
from server.notices.channels.sms.channel import Sms
from server.notices.channels.sms.line import NotSubmitted
from server.notices.routes import SMS
from server.wiring.doors import HOST, open_intake
from sync import push

log = structlog.get_logger("worker")
UNFINISHED_SECONDS = 20
MOST_TRIES = 6
UNFINISHED_UPLOAD_DAYS = 7


def fire() -> int:
    """Timers and reactions that are due."""
    return due_work.run_inline()


def send() -> int:
    """Effects outside that are due: messages. A job of its own, so that a carrier that hangs holds up no timer."""
    return leased.run()


def tick() -> int:
    """One round of inline and leased work; answers how many pieces were handled."""
    return fire() + send()


def inspect_files() -> int:
    """Pictures that came in, in a lane of their own: they hold no message up."""
    return leased.run(is_slow=True)


def arm_inspections() -> int:
    """Pictures that came before there was anybody to look at them, or that are HEIC and were refused before this server could read it."""
    is_heic_read = importlib.util.find_spec("pillow_heif") is not None

    def arm(session: Session) -> int:
        return inspections.arm_waiting(Act(session, SYSTEM, origin="worker"), is_heic_read=is_heic_read)

    return commit.transact(arm)


def _apply_each(devices: Iterable[str]) -> int:
    """One device that cannot go on must not hold up the others."""
    done = 0
    for device in devices:
        try:
            done += push.apply_pending(HOST, device)
        except Exception:
            log.exception("a device's mutations wait for the next round", device=device)
    return done


def finish_unfinished() -> int:
    """Apply mutations that were stored by a server that died before applying them."""
    older = clock.now() - dt.timedelta(seconds=UNFINISHED_SECONDS)
    return _apply_each(push.devices_with_pending(HOST, older))


def retry_failed() -> int:
    """Mutations that failed by our own fault, or that waited for a newer program, are tried again: at start and every ten minutes."""
    table = HOST.tables.command_log
    where = (
        table.c.state == "parked",
        table.c.code.in_(("failed", "needs_newer_server")),
        table.c.device_id.is_not(None),
    )

    def waiting(session: Session) -> list[Any]:
        rows = session.execute(
            sa.select(table.c.id, table.c.device_id, table.c.name, table.c.code, table.c.detail).where(*where)
        )
        return [row for row in rows if _has_hope(row)]

    def reopen(session: Session) -> list[str]:
        rows = waiting(session)
        for row in rows:
            push.reopen(HOST, session, row.id)
        return sorted({row.device_id for row in rows})

    return _apply_each(commit.transact(reopen)) if HOST.snapshot(waiting) else 0


def _has_hope(row: Any) -> bool:
    """A try that cannot end otherwise would only make every phone fetch the same row again."""
    if row.code == "failed":
        return int((row.detail or {}).get("tries", 0)) < MOST_TRIES
    name, _, version = row.name.partition("@")
    spec = HOST.commands.get(name)
    return spec is not None and version.isdecimal() and int(version) <= spec.version


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


def sweep_leftovers() -> None:
    """What tells nobody anything any more (docs/settings.md): uploads that nobody goes on with, wrong passwords and SMS of an hour that
    is over, old receipts and tries of messages, work that was finished long ago.
    """
    current_app.extensions["callout.storage"].sweep(time.time() - UNFINISHED_UPLOAD_DAYS * 86_400)
    for sweep in (tries.sweep, receipts.sweep, hourly.sweep, sending.sweep):
        commit.transact(sweep)
    due_work.sweep()


def announce_push_key() -> None:
    """Browsers subscribe with the key of whoever can sign with it, and a page that is only read makes none."""
    vapid.announced(settings().data_dir)
    db.session().rollback()


def listen() -> None:
    """Keep the line to an SMS carrier open: receipts come when they come."""
    sms = channels.present().get(SMS)
    if isinstance(sms, Sms):
        try:
            sms.listen()
        except NotSubmitted as error:
            log.warning("the SMS carrier cannot be reached", reason=str(error))


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
    (fire, 1.0), (send, 1.0), (inspect_files, 1.0), (listen, 30.0), (finish_unfinished, 10.0), (open_intake, 60.0), (retry_failed, 600.0),
    (arm_daily, 3600.0), (sweep_leftovers, 6 * 3600.0), (arm_inspections, 6 * 3600.0),
    (announce_push_key, 600.0),
)  # fmt: skip


def run(app: Flask) -> None:
    """Tick until told to stop. Correctness lives in the table: any number of workers may run, any may be killed."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    # a round that takes longer than its tick is no news: the next tick takes up what is left
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    for work, seconds in JOBS:
        scheduler.add_job(_in_app(app, work), "interval", seconds=seconds, next_run_time=dt.datetime.now(dt.UTC))
    scheduler.start()
    log.info("worker started")
    stop.wait()
    leased.stop()
    scheduler.shutdown(wait=True)
