"""Wrong passwords: counted per login and address, and per login over all addresses, for unknown logins just the same.

Five from one address make that address wait 1, 2, 4 … 15 minutes: nobody keeps somebody else out by guessing. A hundred from
everywhere within an hour make strangers' addresses wait a minute at a time; an address from which this login was right before is
let through, so that an attack on a login does not shut out its owner.

A try is counted before its password is looked at and given back when it was right: however many come at once, no more are looked
at than one after the other.
"""

from __future__ import annotations

import datetime as dt
import ipaddress

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
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


def take(login: str, address: str) -> None:
    """Before a password is looked at: count it as a wrong one; Problem login_locked while this login may not be tried from here."""
    session: Session = db.session()
    keys = _keys(login, address)
    rows = session.execute(sa.select(LoginTry).where(LoginTry.key.in_(keys))).scalars()
    found = {row.key: row for row in rows}
    minutes = _minutes_left(found.get(keys[0]), found.get(keys[1]))
    session.rollback()
    if not minutes:  # a read first: who is locked out writes nothing
        minutes = commit.transact(lambda session: _count(session, login, address))
    if minutes:
        raise Problem("login_locked", minutes=minutes, headers={"Retry-After": str(minutes * 60)})


def _minutes_left(here: LoginTry | None, everywhere: LoginTry | None) -> int:
    """How long this login may not be tried from here, 0 when it may."""
    counted = [here] if here is not None and here.is_known else [here, everywhere]
    locks = [one.locked_until for one in counted if one is not None and one.locked_until is not None]
    left = (max(locks) - clock.now()).total_seconds() if locks else 0.0
    return max(1, round(left / 60)) if left > 0 else 0


def _locked(session: Session, login: str, address: str) -> tuple[LoginTry, LoginTry]:
    """(from here, from everywhere), made when missing; locked in the order of their keys, so that two never wait for each other."""
    insert = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
    keys, now = _keys(login, address), clock.now()
    for key in sorted(keys):
        new = insert(LoginTry).values(key=key, wrong=0, first_at=now, last_at=now, is_known=False)
        session.execute(new.on_conflict_do_nothing())
    rows = {key: session.get_one(LoginTry, key, with_for_update=True, populate_existing=True) for key in sorted(keys)}
    return rows[keys[0]], rows[keys[1]]


def _count(session: Session, login: str, address: str) -> int:
    """Count one more; the minutes to wait when others were counted first and used up what is allowed."""
    now = clock.now()
    here, everywhere = _locked(session, login, address)
    minutes = _minutes_left(here, everywhere)
    if minutes:
        return minutes
    if now - here.last_at > FORGOTTEN:
        here.wrong = 0
    here.wrong, here.last_at = here.wrong + 1, now
    if here.wrong >= FROM_ONE:
        here.locked_until = now + dt.timedelta(minutes=min(2 ** (here.wrong - FROM_ONE), LONGEST_MINUTES))
    if not here.is_known:
        _count_everywhere(everywhere, now)
    return 0


def _count_everywhere(everywhere: LoginTry, now: dt.datetime) -> None:
    if now - everywhere.first_at > WINDOW:
        everywhere.wrong, everywhere.first_at = 0, now
    everywhere.wrong, everywhere.last_at = everywhere.wrong + 1, now
    if everywhere.wrong >= FROM_ALL:
        everywhere.locked_until = now + dt.timedelta(minutes=1)


def give_back(session: Session, login: str, address: str) -> None:
    """The password was right: this try was none."""
    here, everywhere = _locked(session, login, address)
    _uncount(here, FROM_ONE)
    if not here.is_known:
        _uncount(everywhere, FROM_ALL)


def _uncount(row: LoginTry, most: int) -> None:
    row.wrong = max(0, row.wrong - 1)
    if row.wrong < most:
        row.locked_until = None


def forget(session: Session, login: str, address: str) -> None:
    """After giving back: what was counted from here before is over too, and here is known from now on."""
    here, _everywhere = _locked(session, login, address)
    here.wrong, here.locked_until, here.last_at, here.is_known = 0, None, clock.now(), True


def sweep(session: Session) -> None:
    """Part of the daily sweep: counts that nobody added to for a day are over, places where nobody logged in for long unknown."""
    now = clock.now()
    over = sa.or_(sa.and_(~LoginTry.is_known, LoginTry.last_at < now - FORGOTTEN), LoginTry.last_at < now - KNOWN)
    session.execute(sa.delete(LoginTry).where(over))
