"""Wrong passwords: counted per login and address, and per login over all addresses, for unknown logins just the same.

Five from one address make that address wait 1, 2, 4 … 15 minutes: nobody keeps somebody else out by guessing. A hundred from
everywhere within a day make the login wait, whoever asks: that many are an attack on it.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.accounts.models import LoginTry
from server.core import clock, commit
from server.core.canonical import sha256
from server.core.db import db
from server.core.errors import Problem

FROM_ONE, FROM_ALL = 5, 100
LONGEST_MINUTES = 15
FORGOTTEN = dt.timedelta(hours=24)


def _keys(login: str, address: str) -> dict[str, int]:
    name = login.strip().lower()
    return {sha256(f"{name}\n{address}"): FROM_ONE, sha256(f"{name}\n*"): FROM_ALL}


def require_open(login: str, address: str) -> None:
    """Problem login_locked while this login may not be tried from here."""
    session: Session = db.session()
    query = sa.select(sa.func.max(LoginTry.locked_until)).where(LoginTry.key.in_(_keys(login, address)))
    locked = session.execute(query).scalar()
    session.rollback()
    now = clock.now()
    if locked is not None and locked > now:
        minutes = max(1, round((locked - now).total_seconds() / 60))
        raise Problem("login_locked", minutes=minutes, headers={"Retry-After": str(minutes * 60)})


def note_wrong(login: str, address: str) -> None:
    """Count a wrong password."""

    def count(session: Session) -> None:
        now = clock.now()
        for key, most in _keys(login, address).items():
            found = session.get(LoginTry, key, with_for_update=True, populate_existing=True)
            if found is None:
                found = LoginTry(key=key, wrong=0, last_at=now)
                session.add(found)
            found.wrong = 1 if now - found.last_at > FORGOTTEN else found.wrong + 1
            found.last_at = now
            if found.wrong >= most:
                found.locked_until = now + dt.timedelta(minutes=min(2 ** (found.wrong - most), LONGEST_MINUTES))

    commit.transact(count)


def forget(session: Session, login: str, address: str) -> None:
    """A right password: what was counted from this address is over. The count over all addresses stays."""
    here = next(iter(_keys(login, address)))
    session.execute(sa.delete(LoginTry).where(LoginTry.key == here))


def sweep(session: Session) -> None:
    """Part of the daily sweep: counts that nobody added to for a day are over."""
    session.execute(sa.delete(LoginTry).where(LoginTry.last_at < clock.now() - FORGOTTEN))
