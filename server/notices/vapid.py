"""The key by which push services know this server (RFC 8292). Which one is a fact of the database: subscriptions are bound to it.

The private half lies in the data folder, as the intake key does; a worker without it leaves pushes for one that has it.
"""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.orm import Session

from server.core import commit, keys
from server.core.db import db
from server.core.tables import ServerFact

FACT = "push_key"
FILE = "push.pem"
# how long one look at the database holds: a thousand pushes need not ask a thousand times
SECONDS = 10.0
_proven: dict[str, float] = {}


@dataclass(frozen=True)
class Pair:
    """The private key, both halves as PEM, and the public one as browsers want it."""

    private: bytes
    public: bytes
    shown: str


def held(data_dir: Path) -> Pair | None:
    """The key of this data folder."""
    path = keys.folder(data_dir) / FILE
    return _load(path, path.stat().st_mtime_ns) if path.exists() else None


@lru_cache(maxsize=8)
def _load(path: Path, _changed_at: int) -> Pair:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path.name} is not an EC key")
    public = key.public_key()
    point = public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return Pair(
        path.read_bytes(),
        public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
        base64.urlsafe_b64encode(point).rstrip(b"=").decode(),
    )


def told() -> str | None:
    """The public key that browsers subscribe with, as long as somebody has said one. Only reads."""
    return _said(db.session())


def announced(data_dir: Path) -> str:
    """The same, said now if nobody has: the first server on a database says its own, made if there is none. At a server's start."""
    known = _said(db.session())
    if known is not None:
        return known
    db.session().rollback()
    mine = held(data_dir) or _make(data_dir)

    def say(session: Session) -> str:
        first = _said(session)
        if first is None:
            session.add(ServerFact(name=FACT, value=json.dumps(mine.shown)))
        return first or mine.shown

    return commit.transact(say)


def usable(data_dir: Path) -> Pair | None:
    """The key to sign with: this folder's, if it is the one that browsers subscribed with."""
    mine = held(data_dir)
    if mine is None or _proven.get(mine.shown, -SECONDS) + SECONDS > time.monotonic():
        return mine
    told = _said(db.session())
    db.session().rollback()
    if mine.shown != told:
        return None
    _proven[mine.shown] = time.monotonic()
    return mine


def _said(session: Session) -> str | None:
    value = session.execute(sa.select(ServerFact.value).where(ServerFact.name == FACT)).scalar_one_or_none()
    return None if value is None else str(json.loads(value))


def _make(data_dir: Path) -> Pair:
    keys.store(data_dir, FILE, ec.generate_private_key(ec.SECP256R1()))
    made = held(data_dir)  # two may be first together: the file counts
    if made is None:
        raise FileNotFoundError(FILE)
    return made
