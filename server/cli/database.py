"""Verbs about the database."""

from __future__ import annotations

import argparse
import sys

from sqlalchemy import exc

from server.app import create_app
from server.core import chain, keys
from server.core.config import Settings
from server.core.db import db
from server.migrate import renew_epoch, upgrade
from server.wiring.finishers import audit_scopes


def migrate(settings: Settings, _args: argparse.Namespace) -> int:
    """Migrate; an unreachable database is named with what to check."""
    app = create_app(settings)
    with app.app_context():
        try:
            upgrade(db.engine)
        except exc.OperationalError as error:
            print(f"The database cannot be opened: {str(error.orig).strip().splitlines()[0]}", file=sys.stderr)
            print("Check DATABASE_URL, and that the server is running and lets you in.", file=sys.stderr)
            return 1
        finally:
            db.engine.dispose()
    return 0


def verify(settings: Settings, _args: argparse.Namespace) -> int:
    """Check the hash chain and recompute who sees what; lists every difference."""
    app = create_app(settings)
    with app.app_context():
        faults = list(chain.faults(db.session()))
        differences = audit_scopes(db.session())
        db.session.remove()
        db.engine.dispose()
    for fault in faults:
        print(f"audit chain: event {fault['seq']}: {fault['fault']} does not fit")
    for difference in differences:
        print(f"sync scope: {difference}")
    if faults or differences:
        return 1
    print("The audit chain is whole and every sync scope is as it should be.")
    return 0


def new_intake_key(settings: Settings, _args: argparse.Namespace) -> int:
    """Make another key for what phones seal; older ones stay in the folder and still open what was sealed for them."""
    with create_app(settings).app_context():
        made = keys.renew(settings.data_dir)
        db.session.remove()
        db.engine.dispose()
    print(f"Phones seal for the key {made} from their next contact on. It lies in {keys.folder(settings.data_dir)}:")
    print("keep a copy of that folder, and put one into the data folder of every server on this database.")
    return 0


def restored(settings: Settings, _args: argparse.Namespace) -> int:
    """Say that this database is a copy put back: every phone fetches anew, and sends again what the copy has not got."""
    with create_app(settings).app_context():
        renew_epoch(db.session().connection())
        db.session().commit()
        db.session.remove()
        db.engine.dispose()
    print("Every phone notices at its next contact: it fetches everything anew and sends again what it still holds.")
    return 0
