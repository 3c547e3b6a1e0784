"""`/health/live`: the process answers. `/health/ready`: it can do its work; each check by name."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, current_app

from server.core import clock, keys
from server.core.canonical import dumps
from server.core.db import db
from server.core.http import settings
from server.core.tables import DueWork, Head, ServerFact
from server.forms import operations as forms
from server.migrate import head_revision, present_revision


def install(app: Flask) -> None:
    """Mount both."""
    app.get("/health/live")(live)
    app.get("/health/ready")(ready)


def live() -> Response:
    """The process answers."""
    return Response('{"status":"ok"}', content_type="application/json")


def _database() -> str | None:
    db.session().execute(sa.select(Head.seq)).one()
    return None


def _migrations() -> str | None:
    present, wanted = present_revision(db.session().connection()), head_revision()
    return (
        None
        if present == wanted
        else f"the database is at {present}, this program needs {wanted}: run `callout migrate`"
    )


def _storage() -> str | None:
    with tempfile.NamedTemporaryFile(dir=settings().data_dir, prefix=".probe-") as probe:
        probe.write(b"1")
        probe.flush()
    return None


def _object_storage() -> str | None:
    """Of object storage only; photos wait for it, everything else goes on."""
    ask: Callable[[], str | None] | None = getattr(current_app.extensions["callout.storage"], "fault", None)
    return ask() if ask is not None else None


def _due_work() -> str | None:
    late = sa.select(sa.func.min(DueWork.due_at)).where(DueWork.state == "pending")
    oldest = db.session().execute(late).scalar()
    dead = db.session().execute(sa.select(sa.func.count()).where(DueWork.state.in_(("dead", "unknown")))).scalar()
    if dead:
        return f"{dead} pieces of due work were given up"
    if oldest is not None and (clock.now() - oldest).total_seconds() > 300:
        return "due work waits for more than five minutes: is the worker running?"
    return None


def _intake_key() -> str | None:
    lost = keys.missing(settings().data_dir)
    if lost is None:
        return None
    return (
        f"phones seal for the key {lost}, which is not in this data folder: copy keys/ from the server that has it, "
        "or make a new one with `callout new-intake-key`"
    )


FORMS_DAYS = 30


def _forms() -> str | None:
    count = forms.computed_otherwise(db.session(), clock.now() - dt.timedelta(days=FORMS_DAYS))
    return (
        f"{count} forms of the last {FORMS_DAYS} days were computed otherwise by a phone than here" if count else None
    )


def _epoch() -> str | None:
    db.session().execute(sa.select(ServerFact.value).where(ServerFact.name == "epoch")).one()
    return None


CHECKS: dict[str, Callable[[], str | None]] = {
    "database": _database, "migrations": _migrations, "epoch": _epoch, "storage": _storage, "due_work": _due_work,
    "intake_key": _intake_key, "object_storage": _object_storage, "forms": _forms,
}  # fmt: skip
SOFT = frozenset({"due_work", "intake_key", "object_storage", "forms"})


def _run(check: Callable[[], str | None]) -> dict[str, Any]:
    try:
        fault = check()
    except Exception as error:  # noqa: BLE001 - whatever fails, the page says which check
        db.session().rollback()
        fault = type(error).__name__
    return {"ok": fault is None, **({"fault": fault} if fault else {})}


def ready() -> Response:
    """200 when every hard check passes, else 503; soft checks are told but do not take the server out of service."""
    results = {name: _run(check) for name, check in CHECKS.items()}
    db.session().rollback()
    is_ready = all(result["ok"] for name, result in results.items() if name not in SOFT)
    return Response(
        dumps({"ready": is_ready, "checks": results}), status=200 if is_ready else 503, content_type="application/json"
    )
