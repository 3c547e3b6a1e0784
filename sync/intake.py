"""Sealed outboxes of people who cannot log in any more (PROTOCOL 8): stored as they come, then opened with the server's key."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from sync import wire
from sync.errors import Park, ProtocolError
from sync.registry import Host

MOST_BYTES = 8 << 20
MOST_ROWS = 20_000
Owner = Callable[[Session, str], str | None]


def check(body: bytes) -> dict[str, Any]:
    """The envelope's outer shape; what is inside is never a reason to refuse it."""
    if len(body) > MOST_BYTES:
        raise ProtocolError("body_too_large")
    if wire.is_too_deep(body):
        raise ProtocolError("body_too_deep")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise ProtocolError("body_malformed") from None
    is_right = (
        isinstance(data, dict) and wire.is_id(data.get("device")) and isinstance(data.get("key_id"), str)
        and isinstance(data.get("wrapped_key"), str) and isinstance(data.get("rows"), list) and len(data["rows"]) <= MOST_ROWS
    )  # fmt: skip
    if not is_right:
        raise ProtocolError("body_malformed")
    return data  # type: ignore[no-any-return]


def store(host: Host, body: bytes) -> tuple[str, int]:
    """Keep the envelope verbatim; (intake id, number of rows). The same bytes again are the same intake."""
    data = check(body)
    intake_id = str(uuid.uuid5(uuid.NAMESPACE_OID, hashlib.sha256(body).hexdigest()))
    table = host.tables.intake

    def keep(session: Session) -> None:
        if session.execute(sa.select(table.c.id).where(table.c.id == intake_id)).first() is None:
            session.execute(
                sa.insert(table).values(
                    id=intake_id, device_id=data["device"], received_at=host.now(), body=body, state="stored", opened=0
                )
            )

    host.transact(keep)
    return intake_id, len(data["rows"])


def open_stored(host: Host, key: RSAPrivateKey, owner: Owner) -> int:
    """Open what was stored and show its rows as parked; answers how many rows were opened. Damaged rows are counted as a fault."""
    table = host.tables.intake
    waiting = host.snapshot(
        lambda session: [row.id for row in session.execute(sa.select(table.c.id).where(table.c.state == "stored"))]
    )
    return sum(host.transact(lambda session, one=one: _open(host, session, one, key, owner)) for one in waiting)  # type: ignore[misc]


def _open(host: Host, session: Session, intake_id: str, key: RSAPrivateKey, owner: Owner) -> int:
    table = host.tables.intake
    row = session.execute(
        sa.select(table).where(table.c.id == intake_id, table.c.state == "stored").with_for_update()
    ).first()
    if row is None:
        return 0
    data = json.loads(row.body)
    try:
        data_key = key.decrypt(
            base64.b64decode(data["wrapped_key"], validate=True),
            padding.OAEP(mgf=padding.MGF1(algorithm=hashes.SHA256()), algorithm=hashes.SHA256(), label=None),
        )
        cipher = AESGCM(data_key)
    except (ValueError, binascii.Error):
        _mark(host, session, intake_id, "failed", 0, "the key of this envelope does not open with the server's key")
        return 0
    opened = [_unseal(cipher, data["device"], one) for one in data["rows"]]
    good = [one for one in opened if one is not None]
    user_id = owner(session, data["device"])
    shown = sum(_show(host, session, data["device"], user_id, mid, raw, row.received_at) for mid, raw in good)
    damaged = len(opened) - len(good)
    _mark(host, session, intake_id, "opened", shown, f"{damaged} rows were damaged" if damaged else None)
    return shown


def _mark(host: Host, session: Session, intake_id: str, state: str, opened: int, fault: str | None) -> None:
    table = host.tables.intake
    session.execute(sa.update(table).where(table.c.id == intake_id).values(state=state, opened=opened, fault=fault))


def _unseal(cipher: AESGCM, device_id: str, row: Any) -> tuple[int, bytes] | None:
    try:
        mid, sha = row["mid"], row["sha"]
        raw = cipher.decrypt(
            base64.b64decode(row["iv"], validate=True),
            base64.b64decode(row["bytes"], validate=True),
            f"{device_id}:{mid}:{sha}".encode(),
        )
    except (InvalidTag, ValueError, KeyError, TypeError, binascii.Error):
        return None
    is_right = isinstance(mid, int) and mid > 0 and hashlib.sha256(raw).hexdigest() == sha
    return (mid, raw) if is_right else None


def _show(
    host: Host, session: Session, device_id: str, user_id: str | None, mid: int, raw: bytes, received_at: Any
) -> int:
    """8.3: as parked, unless that number of that device is known already."""
    table = host.tables.command_log
    known = session.execute(sa.select(table.c.id).where(table.c.device_id == device_id, table.c.mid == mid)).first()
    if known is not None:
        return 0
    try:
        mutation: wire.Mutation | None = wire.read_mutation(raw, mid)
    except Park:
        mutation = None
    log_id = str(uuid.uuid4())
    session.execute(
        sa.insert(table).values(
            id=log_id, device_id=device_id, mid=mid, user_id=user_id, sha=hashlib.sha256(raw).hexdigest(), raw=raw,
            mutation_id=mutation.id if mutation else None, name=f"{mutation.name}@{mutation.version}" if mutation else "",
            entity=mutation.entity if mutation else None, entity_id=mutation.entity_id if mutation else None,
            aggregate_id=host.aggregate_of(session, mutation) if mutation else None, received_at=received_at, state="received",
        )
    )  # fmt: skip
    host.settle(session, log_id, "parked", "sealed", {})
    return 1
