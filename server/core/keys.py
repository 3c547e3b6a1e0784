"""Keys of this server. The intake key: phones seal for it what its user cannot send (PROTOCOL 8). Which one is a fact of the
database; private keys lie in data folders, readable by their owner alone.

Several servers on one database say the same public key. One that has not got the private half still takes envelopes and leaves
them for one that has. A folder may hold several keys: what was sealed for an older one is still opened.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from sqlalchemy.orm import Session

from server.core import commit
from server.core.db import db
from server.core.ids import new_id
from server.core.tables import ServerFact

FACT = "intake_key"
FIRST = "intake.pem"
LINKS = "links.key"


def folder(data_dir: Path) -> Path:
    """Where private keys lie."""
    return data_dir / "keys"


def held(data_dir: Path) -> dict[str, rsa.RSAPrivateKey]:
    """The intake keys of this data folder by their id; one that is copied here is found without a restart."""
    found = [_load(path, path.stat().st_mtime_ns) for path in sorted(folder(data_dir).glob("intake*.pem"))]
    return {_public(key)["id"]: key for key in found}


@lru_cache(maxsize=32)
def _load(path: Path, _changed_at: int) -> rsa.RSAPrivateKey:
    # our own file, written by `store`: proving its primes again would take a tenth of a second at each start
    key = serialization.load_pem_private_key(path.read_bytes(), password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{path.name} is not an RSA key")
    return key


def announced(data_dir: Path) -> dict[str, Any]:
    """The public key as hello sends it (PROTOCOL 3.2). The first server on a database says which: its own, made if there is none."""
    known = _said(db.session())
    db.session().rollback()
    if known is not None:
        return known
    mine = next(iter(held(data_dir).values()), None) or _make(data_dir, FIRST)

    def say(session: Session) -> dict[str, Any]:
        first = _said(session)
        if first is None:
            session.add(ServerFact(name=FACT, value=json.dumps(_public(mine))))
        return first or _public(mine)

    return commit.transact(say)


def renew(data_dir: Path) -> str:
    """Make another key and announce it, because the old one was lost or seen; its id. Phones seal for it from their next hello on."""
    key = _new_key()
    told = _public(key)
    store(data_dir, f"intake-{told['id']}.pem", key)

    def say(session: Session) -> None:
        session.merge(ServerFact(name=FACT, value=json.dumps(told)))

    commit.transact(say)
    return str(told["id"])


def missing(data_dir: Path) -> str | None:
    """The id of the announced key when this folder has not got its private half."""
    told = announced(data_dir)
    return None if told["id"] in held(data_dir) else str(told["id"])


def _said(session: Session) -> dict[str, Any] | None:
    value = session.execute(sa.select(ServerFact.value).where(ServerFact.name == FACT)).scalar_one_or_none()
    found: dict[str, Any] | None = None if value is None else json.loads(value)
    return found


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def _make(data_dir: Path, name: str) -> rsa.RSAPrivateKey:
    key = _new_key()
    store(data_dir, name, key)
    return next(iter(held(data_dir).values()))  # two may be first together: the file counts


def link_secret(data_dir: Path) -> bytes:
    """What links to files are signed with; made when there is none. Servers that answer for one another share the file."""
    path = folder(data_dir) / LINKS
    if not path.exists():
        _write_once(data_dir, LINKS, secrets.token_bytes(32))
    return path.read_bytes()


def store(data_dir: Path, name: str, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> None:
    """Keep a private key under this name, unless there is one already."""
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _write_once(data_dir, name, pem)


def _write_once(data_dir: Path, name: str, data: bytes) -> None:
    """Whole or not at all, and never over an existing one."""
    place = folder(data_dir)
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o700)
    draft = place / f"{name}.{new_id()}.new"  # threads of one process may be first together
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, place / name)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _public(key: rsa.RSAPrivateKey) -> dict[str, Any]:
    numbers = key.public_key().public_numbers()
    modulus = _text(numbers.n)
    jwk = {
        "kty": "RSA",
        "alg": "RSA-OAEP-256",
        "e": _text(numbers.e),
        "n": modulus,
        "key_ops": ["wrapKey", "encrypt"],
        "ext": True,
    }
    return {"id": hashlib.sha256(modulus.encode()).hexdigest()[:16], "alg": "RSA-OAEP-256", "jwk": jwk}


def _text(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()
