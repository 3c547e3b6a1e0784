"""A worker to be killed: fires due work of two kinds made for the test. Forked as a process of its own."""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path

import sqlalchemy as sa

from server import worker
from server.app import create_app
from server.core import due_work
from server.core.acts import Act
from server.core.config import read_settings
from server.core.due_work import Kind, Outcome
from server.core.tables import DueWork, NumberSeries


def count_inline(act: Act, work: DueWork) -> None:
    """An effect in the database: one row per piece; a second firing would break its key."""
    act.session.execute(sa.insert(NumberSeries).values(series=f"fired-{work.key}", last=os.getpid()))


def write_outside(work: DueWork) -> Outcome:
    """An effect outside: a line in a file that no transaction can take back."""
    with Path(os.environ["OUTSIDE"]).open("a") as file:
        file.write(f"{work.kind} {work.key}\n")
    time.sleep(0.005)
    return Outcome("done")


def declare() -> None:
    """The kinds of this test."""
    due_work.declare(Kind("test.inline", "inline", count_inline))
    due_work.declare(Kind("test.push", "leased", write_outside))
    due_work.declare(Kind("test.sms", "leased", write_outside, on_lost="unknown"))


def main() -> None:
    """Until it is killed."""
    due_work.LEASE = dt.timedelta(seconds=1)
    environment = {name: os.environ[name] for name in ("CALLOUT_DATA_DIR", "DATABASE_URL")}
    app = create_app(read_settings(environment | {"CALLOUT_LOG_LEVEL": "error"}))
    declare()
    with app.app_context():
        print("ready", flush=True)
        while True:
            if not worker.tick():
                time.sleep(0.02)
