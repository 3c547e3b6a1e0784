"""Sealed outboxes of people who cannot log in any more (PROTOCOL 8): stored as they come, then opened with the server's key."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import json
import logging
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
from sync.registry import AggregateOf, Host

log = logging.getLogger("sync.intake")
MOST_BYTES = 8 << 20
MOST_ROWS = 20_000
STEP = 200
MOST_UNPROVEN = 500
DRAFT = "draft"
Owner = Callable[[Session, str, str], str | None]


def check(body: bytes) -> dict[str, Any]:
    """The envelope's outer shape; what is inside is never a reason to refuse it."""
    if len(body) > MOST_BYTES:
        raise ProtocolError("body_too_large")
    if body.count(b"{") > MOST_ROWS + 8 or body.count(b"[") > 8:
        # an envelope holds two flat lists; this anonymous door counts no brackets one by one
        raise ProtocolError("body_malformed")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise ProtocolError("body_malformed") from None
    is_right = (
        isinstance(data, dict) and wire.is_id(data.get("device")) and isinstance(data.get("key_id"), str)
        and isinstance(data.get("wrapped_key"), str) and _is_list(data.get("rows")) and _is_list(data.get("others", []))
        and (data.get("user") is None or wire.is_id(data["user"]))
    )  # fmt: skip
    if not is_right:
        raise ProtocolError("body_malformed")
    envelope: dict[str, Any] = data
    return envelope


def _is_list(value: object) -> bool:
    return isinstance(value, list) and len(value) <= MOST_ROWS


def store(host: Host, body: bytes) -> tuple[str, int]:
    """Keep the envelope verbatim; (intake id, number of pieces). The same bytes again are the same intake."""
    data = check(body)
    intake_id = str(uuid.uuid5(uuid.NAMESPACE_OID, hashlib.sha256(body).hexdigest()))
    table = host.tables.intake

    def keep(session: Session) -> None:
        if session.execute(sa.select(table.c.id).where(table.c.id == intake_id)).first() is None:
            session.execute(
                sa.insert(table).values(
                    id=intake_id,
                    device_id=data["device"],
                    received_at=host.now(),
                    body=body,
                    state="stored",
                    opened=0,
                    key_id=_key_id(data),
                )
            )

    host.transact(keep)
    return intake_id, len(data["rows"]) + len(data.get("others", []))


def _key_id(data: dict[str, Any]) -> str:
    """What the envelope says of its key, as a column can hold it; an id that is none belongs to nobody."""
    told: str = data["key_id"]
    return told if re.fullmatch(r"[0-9A-Za-z_-]{1,64}", told) else ""


def open_stored(host: Host, keys: Mapping[str, RSAPrivateKey], owner: Owner) -> int:
    """Open what was stored and show its pieces as parked; answers how many. Damaged pieces are counted as a fault.

    `owner(session, device id, sha256 of the wrapped key)` is the user whose device said in a hello that this key is its own
    (8.5), else None. An envelope that cannot be opened is marked as failed and never holds up another; one for a key that is not
    here stays as it is for a server that has it.
    """
    table = host.tables.intake
    of_old = table.c.key_id.is_(None)  # stored before this column was: read once to find out
    mine = sa.select(table.c.id, table.c.key_id).where(
        table.c.state == "stored", sa.or_(of_old, table.c.key_id.in_(list(keys)))
    )
    waiting = host.snapshot(lambda session: [(row.id, row.key_id) for row in session.execute(mine)])
    shown = 0
    for intake_id, told in waiting:
        key = keys.get(told if told is not None else _find_key_id(host, intake_id))
        shown += _open_one(host, intake_id, key, owner) if key is not None else 0
    return shown


def _find_key_id(host: Host, intake_id: str) -> str:
    table = host.tables.intake

    def note(session: Session) -> str:
        found = _key_id(
            json.loads(session.execute(sa.select(table.c.body).where(table.c.id == intake_id)).scalar_one())
        )
        _mark(host, session, intake_id, key_id=found)
        return found

    return host.transact(note)


def _open_one(host: Host, intake_id: str, key: RSAPrivateKey, owner: Owner) -> int:
    """In steps, so that a large envelope never holds the writers for long; read and unwrapped once."""
    shown = 0
    try:
        envelope = host.snapshot(lambda session: _read(host, session, intake_id, key, owner))
        while envelope is not None:
            step = host.transact(lambda session: _open(host, session, envelope))
            if step is None:
                break
            shown += step
        if envelope is None:
            fault = "the key of this envelope does not open with the server's key"
            host.transact(lambda session: _mark(host, session, intake_id, state="failed", fault=fault))
    except Exception as error:
        if host.is_transient(error):
            raise
        log.exception("envelope %s cannot be opened", intake_id)
        fault = f"it could not be opened: {type(error).__name__}"
        host.transact(lambda session: _mark(host, session, intake_id, state="failed", fault=fault))
    return shown


@dataclass(frozen=True)
class _Envelope:
    """A stored envelope, its key unwrapped. Who sent it: both ids None when nobody has proven whose it is, then it takes no number."""

    id: str
    data: dict[str, Any]
    cipher: AESGCM
    device_id: str | None
    user_id: str | None
    received_at: dt.datetime


def _read(host: Host, session: Session, intake_id: str, key: RSAPrivateKey, owner: Owner) -> _Envelope | None:
    """None when its key does not open with ours."""
    table = host.tables.intake
    row = session.execute(sa.select(table).where(table.c.id == intake_id)).one()
    data = json.loads(row.body)
    oaep = padding.OAEP(mgf=padding.MGF1(algorithm=hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    try:
        wrapped = base64.b64decode(data["wrapped_key"], validate=True)
        cipher = AESGCM(key.decrypt(wrapped, oaep))
    except (ValueError, binascii.Error):
        return None
    user_id = owner(session, data["device"], hashlib.sha256(wrapped).hexdigest())
    device_id = data["device"] if user_id else None
    return _Envelope(intake_id, data, cipher, device_id, user_id, row.received_at)


def _open(host: Host, session: Session, envelope: _Envelope) -> int | None:
    """The next step: how many were shown, None when it is over."""
    table = host.tables.intake
    columns = (table.c.position, table.c.opened, table.c.damaged)
    query = sa.select(*columns).where(table.c.id == envelope.id, table.c.state == "stored")
    row = session.execute(query.with_for_update()).first()
    if row is None:
        return None
    rows, others = envelope.data["rows"], envelope.data.get("others", [])
    pieces = [*((_show_row, one) for one in rows), *((_show_other, one) for one in others)]
    aggregate_of = host.aggregates(session, envelope.user_id, envelope.device_id or "")
    opened, damaged = row.opened, row.damaged
    upto = min(row.position + STEP, len(pieces))
    for show, piece in pieces[row.position : upto]:
        if envelope.user_id is None and opened >= MOST_UNPROVEN:
            upto = len(pieces)  # the rest stays in its envelope: nobody floods the office with what he cannot prove
            break
        found = show(host, session, envelope, aggregate_of, piece)
        opened, damaged = opened + (found or 0), damaged + (found is None)
    fault = f"{damaged} pieces were damaged" if damaged else None
    _mark(host, session, envelope.id, opened=opened, damaged=damaged, position=upto, fault=fault)
    if upto == len(pieces):
        _mark(host, session, envelope.id, state="opened", body=_emptied(host, session, envelope))
    return int(opened - row.opened)


def _emptied(host: Host, session: Session, came: _Envelope) -> bytes:
    """The envelope without what is stored opened now (8.3): a second copy would outlive what is erased."""
    user, device_id = came.data.get("user"), came.data["device"]
    shas = {
        "rows": [_sha_of_row(came.cipher, device_id, one) for one in came.data["rows"]],
        "others": [_sha_of_draft(came.cipher, user, one) for one in came.data.get("others", [])],
    }
    kept = _kept(host, session, [sha for some in shas.values() for sha in some if sha])
    lists = {
        name: [_shell(one) if sha in kept else one for one, sha in zip(came.data.get(name, []), some, strict=True)]
        for name, some in shas.items()
    }
    return json.dumps({**came.data, **lists}, separators=(",", ":")).encode()


def _shell(piece: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in piece.items() if name not in ("iv", "bytes")}


def _sha_of_row(cipher: AESGCM, device_id: str, row: Any) -> str | None:
    opened = _unseal(cipher, device_id, row)
    return hashlib.sha256(opened[1]).hexdigest() if opened else None


def _sha_of_draft(cipher: AESGCM, user: str | None, piece: Any) -> str | None:
    opened = _unseal_other(cipher, user, piece)
    return _draft_sha(f"{user}:{opened[1]}", opened[2]) if opened and opened[0] == DRAFT else None


def _kept(host: Host, session: Session, shas: list[str]) -> set[str]:
    """Those that the log holds, or held until they were erased."""
    table = host.tables.command_log
    found: set[str] = set()
    for start in range(0, len(shas), 400):
        query = sa.select(table.c.sha).where(table.c.sha.in_(shas[start : start + 400]))
        found |= set(session.execute(query).scalars())
    return found


def _show_row(host: Host, session: Session, came: _Envelope, aggregate_of: AggregateOf, piece: Any) -> int | None:
    opened = _unseal(came.cipher, came.data["device"], piece)
    return None if opened is None else _show(host, session, came, aggregate_of, *opened)


def _show_other(host: Host, session: Session, came: _Envelope, _aggregate_of: AggregateOf, piece: Any) -> int | None:
    user = came.data.get("user")
    opened = _unseal_other(came.cipher, user, piece)
    if opened is None:
        return None
    kind, key, raw = opened
    return _show_draft(host, session, came, key, raw, f"{user}:{key}") if kind == DRAFT else 0


def _mark(host: Host, session: Session, intake_id: str, **values: Any) -> None:
    table = host.tables.intake
    session.execute(sa.update(table).where(table.c.id == intake_id).values(**values))


def _opened(cipher: AESGCM, piece: Any, place: str) -> bytes | None:
    """The plain bytes of a sealed piece; None when it is damaged or was moved here from another place."""
    try:
        iv, sealed = base64.b64decode(piece["iv"], validate=True), base64.b64decode(piece["bytes"], validate=True)
        return cipher.decrypt(iv, sealed, place.encode())
    except (InvalidTag, ValueError, KeyError, TypeError, binascii.Error):
        return None


def _unseal(cipher: AESGCM, device_id: str, row: Any) -> tuple[int, bytes] | None:
    mid, sha = (row.get("mid"), row.get("sha")) if isinstance(row, dict) else (None, None)
    raw = _opened(cipher, row, f"{device_id}:{mid}:{sha}")
    is_right = raw is not None and wire.is_mid(mid) and hashlib.sha256(raw).hexdigest() == sha
    return (mid, raw) if is_right and isinstance(mid, int) and raw is not None else None


def _unseal_other(cipher: AESGCM, user: str | None, piece: Any) -> tuple[str, str, bytes] | None:
    kind, key = (piece.get("kind"), piece.get("key")) if isinstance(piece, dict) else (None, None)
    raw = _opened(cipher, piece, f"{user}:{kind}:{key}")
    return (kind, key, raw) if raw is not None and isinstance(kind, str) and isinstance(key, str) else None


def _park(host: Host, session: Session, came: _Envelope, raw: bytes, code: str, **columns: Any) -> None:
    log_id = str(uuid.uuid4())
    columns.setdefault("sha", hashlib.sha256(raw).hexdigest())
    session.execute(
        sa.insert(host.tables.command_log).values(
            id=log_id, device_id=came.device_id, user_id=came.user_id, raw=raw, received_at=came.received_at, state="received",
            **columns,
        )
    )  # fmt: skip
    host.settle(session, log_id, "parked", code if came.user_id else "unproven", {})


def _is_shown(host: Host, session: Session, came: _Envelope, sha: str) -> bool:
    """The same unnumbered piece of the same sender lies there already, open or closed."""
    table = host.tables.command_log
    is_theirs = table.c.device_id == came.device_id if came.device_id else table.c.device_id.is_(None)
    where = (is_theirs, table.c.mid.is_(None), table.c.sha == sha)
    return session.execute(sa.select(table.c.id).where(*where)).first() is not None


def _show(host: Host, session: Session, came: _Envelope, aggregate_of: AggregateOf, mid: int, raw: bytes) -> int:
    """8.3: as parked, unless that number of that device is known already."""
    table = host.tables.command_log
    if came.device_id is None:
        is_known = _is_shown(host, session, came, hashlib.sha256(raw).hexdigest())
    else:
        where = (table.c.device_id == came.device_id, table.c.mid == mid)
        is_known = session.execute(sa.select(table.c.id).where(*where)).first() is not None
    if is_known:
        return 0
    try:
        one: wire.Mutation | None = wire.read_mutation(raw, mid)
    except Park:
        one = None
    columns = {
        "mutation_id": one.id, "name": f"{one.name}@{one.version}", "entity": one.entity, "entity_id": one.entity_id,
        "aggregate_id": aggregate_of(one) if came.user_id else None,
    } if one else {"name": ""}  # fmt: skip
    _park(host, session, came, raw, "sealed", mid=mid if came.device_id else None, **columns)
    return 1


def _draft_sha(about: str, raw: bytes) -> str:
    return hashlib.sha256(about.encode() + b"\n" + raw).hexdigest()


def _show_draft(host: Host, session: Session, came: _Envelope, key: str, raw: bytes, about: str) -> int:
    """8.3: words for a person to read. Stored like a mutation that can never apply; the same words in the same place once.

    "Done" under two orders, or by two people, is two drafts: `about` says whose and what they are about.
    """
    sha = _draft_sha(about, raw)
    if _is_shown(host, session, came, sha):
        return 0
    entity, entity_id, aggregate_id = host.place_of_draft(session, key) if came.user_id else (None, None, None)
    place = {"entity": entity, "entity_id": entity_id, "aggregate_id": aggregate_id}
    _park(host, session, came, raw, "draft", name=DRAFT, sha=sha, **place)
    return 1
