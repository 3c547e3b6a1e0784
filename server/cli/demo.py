"""What a start says about the demo company, and taking it out again."""

from __future__ import annotations

import argparse
import sys

from server.app import create_app
from server.core.config import Settings
from server.core.db import db
from server.organisation.queries import the_organisation
from server.seed import company, demo


def seed_if_empty(settings: Settings) -> str:
    """A line for the start: what company this server holds."""
    if settings.demo != "0" and the_organisation(db.session()) is None:
        print("company    putting the demo company in", flush=True)
        demo.seed("small" if settings.demo == "small" else "whole")
        return "demo company put in"
    found = the_organisation(db.session())
    return found.name if found else "none yet: the first page asks for yours"


def welcome(settings: Settings) -> str:
    """Address, logins and what to try."""
    lines = ["", f"Callout is running at {settings.base_url}", ""]
    if demo.is_demo(db.session()):
        lines += [
            f"  dispatcher  asha / {company.PASSWORD}     opens the board",
            f"  engineer    ben  / {company.PASSWORD}     opens the phone app (narrow the window, or use a phone)",
            f"  manager     mei  / {company.PASSWORD}     may do everything",
            "",
            "Try: assign an order as asha, do it as ben with the network switched off, come back online, see it on the board.",
            "Take the demo out later with: callout remove-demo",
        ]
    elif the_organisation(db.session()) is None:
        lines.append("Open it and found your company.")
    lines.append("Stop with Ctrl-C.")
    return "\n".join(lines)


def remove(settings: Settings, args: argparse.Namespace) -> int:
    """A demo server holds nothing but the demo: its data is moved aside, so that nothing is lost by mistake."""
    import datetime as dt

    if settings.database_url:
        print(
            "The demo is in another database than the data folder's: empty that database yourself, then start with DEMO=0.",
            file=sys.stderr,
        )
        return 1
    if not args.yes:
        print(
            "This starts you afresh: the demo's database and files are moved to a folder beside it. Say: callout remove-demo --yes"
        )
        return 1
    if not (settings.data_dir / "callout.db").exists():
        print("There is no demo here.")
        return 0
    if not _holds_demo(settings):
        print("The company in this data folder is not the demo: nothing was moved.", file=sys.stderr)
        return 1
    aside = settings.data_dir / f"demo-{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S}"
    aside.mkdir()
    for name in ("callout.db", "callout.db-wal", "callout.db-shm", "callout.db.write", "blobs"):
        if (settings.data_dir / name).exists():
            (settings.data_dir / name).rename(aside / name)
    print(f"The demo is out; its files lie in {aside}. Start with DEMO=0 to found your company.")
    return 0


def _holds_demo(settings: Settings) -> bool:
    """Whether what would be moved aside is the demo, and not somebody's own company."""
    with create_app(settings).app_context():
        try:
            return demo.is_demo(db.session())
        finally:
            db.session.remove()
            db.engine.dispose()
