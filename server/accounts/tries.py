"""Wrong passwords: counted per login and address, and per login over all addresses, for unknown logins just the same.

Five from one address make that address wait 1, 2, 4 … 15 minutes: nobody keeps somebody else out by guessing. A hundred from
everywhere within an hour make strangers' addresses wait a minute at a time; an address from which this login was right before is
let through, so that an attack on a login does not shut out its owner.
"""

from __future__ import annotations

import datetime as dt
import ipaddress

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.accounts.models import LoginTry
from server.core import clock, commit
from server.core.canonical import sha256
from server.core.db import db
from server.core.errors import Problem

FROM_ONE, FROM_ALL = 5, 100
LONGEST_MINUTES = 15
WINDOW = dt.timedelta(hours=1)
FORGOTTEN = dt.timedelta(hours=24)
KNOWN = dt.timedelta(days=90)


def _place(address: str) -> str:
    """An IPv6 network is one place: its holder has as many addresses as he likes."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address


def _keys(login: str, address: str) -> tuple[str, str]:
    """(from here, from everywhere)."""
    name = login.strip().lower()
    return sha256(f"{name}\n{_place(address)}"), sha256(f"{name}\n*")


def require_open(login: str, address: str) -> None:
    """Problem login_locked while this login may not be tried from here."""
    session: Session = db.session()
    here, everywhere = _keys(login, address)
    found = {
        row.key: row
        for row in session.execute(sa.select(LoginTry).where(LoginTry.key.in_((here, everywhere)))).scalars()
    }
    counted = [found[key] for key in (here, everywhere) if key in found]
    if here in found and found[here].is_known:
        counted = [found[here]]
    locked = max((one.locked_until for one in counted if one.locked_until), default=None)
    session.rollback()
    now = clock.now()
    if locked is not None and locked > now:
        minutes = max(1, round((locked - now).total_seconds() / 60))
        raise Problem("login_locked", minutes=minutes, headers={"Retry-After": str(minutes * 60)})


def _counted(session: Session, key: str, now: dt.datetime) -> LoginTry:
    found = session.get(LoginTry, key, with_for_update=True, populate_existing=True)
    if found is None:
        found = LoginTry(key=key, wrong=0, first_at=now, last_at=now, is_known=False)
        session.add(found)
    return found


def note_wrong(login: str, address: str) -> None:
    """Count a wrong password."""

    def count(session: Session) -> None:
        now = clock.now()
        here, everywhere = (_counted(session, key, now) for key in sorted(_keys(login, address)))
        if here.key != _keys(login, address)[0]:
            here, everywhere = everywhere, here
        if now - here.last_at > FORGOTTEN:
            here.wrong = 0
        here.wrong, here.last_at = here.wrong + 1, now
        if here.wrong >= FROM_ONE:
            here.locked_until = now + dt.timedelta(minutes=min(2 ** (here.wrong - FROM_ONE), LONGEST_MINUTES))
        if now - everywhere.first_at > WINDOW:
            everywhere.wrong, everywhere.first_at = 0, now
        everywhere.wrong, everywhere.last_at = everywhere.wrong + 1, now
        if everywhere.wrong >= FROM_ALL:
            everywhere.locked_until = now + dt.timedelta(minutes=1)

    commit.transact(count)


def forget(session: Session, login: str, address: str) -> None:
    """A right password: what was counted from here is over, and here is known from now on."""
    now = clock.now()
    here = _counted(session, _keys(login, address)[0], now)
    here.wrong, here.locked_until, here.last_at, here.is_known = 0, None, now, True


def sweep(session: Session) -> None:
    """Part of the daily sweep: counts that nobody added to for a day are over, places where nobody logged in for long unknown."""
    now = clock.now()
    over = sa.or_(sa.and_(~LoginTry.is_known, LoginTry.last_at < now - FORGOTTEN), LoginTry.last_at < now - KNOWN)
    session.execute(sa.delete(LoginTry).where(over))
