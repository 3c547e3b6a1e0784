"""Inspects what came in as a picture and makes its variants: leased work of the worker, one attachment a piece.

Done twice it is done once: variants are known by their hash, rows by the original's. Not: decoding (media.sandbox).
"""

from __future__ import annotations

import errno
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from media import sandbox
from media.containers import Refused
from media.errors import MediaError
from media.sandbox import Interrupted
from media.storage.base import Storage
from media.variants import TOO_HARD, TOO_LARGE, Picture
from server.attachments import operations as attachments
from server.attachments.models import Attachment
from server.core.acts import Act
from server.core.db import db
from server.core.due_work import PASSING_SECONDS, Outcome
from server.core.tables import DueWork
from server.wiring.doors import BLOBS

FULL = (errno.ENOSPC, errno.EDQUOT)
MISSING = "picture_missing"
Row = dict[str, Any]


def inspect(work: DueWork) -> Outcome:
    """Due work attachment.inspect. The disk being full, or the storage away, says nothing of the picture: it waits."""
    storage: Storage = current_app.extensions["callout.storage"]
    try:
        return _inspect(work.key, storage)
    except FileNotFoundError:
        # storage that is shared may be late, and a backup may be put back: asked again before it is said
        return Outcome("retry", reason=MISSING)
    except Refused as refused:
        code = refused.code
        return Outcome(reason=code, apply=lambda act: attachments.refuse(act, work.key, code))
    except Interrupted as ended:
        return Outcome("retry", reason=f"ended from outside: {ended}")
    except MediaError as error:
        return Outcome("retry", PASSING_SECONDS, error.code, is_passing=True)
    except OSError as error:
        if error.errno not in FULL:
            raise
        return Outcome("retry", PASSING_SECONDS, "storage_full", is_passing=True)


def _inspect(attachment_id: str, storage: Storage) -> Outcome:
    sha256, known = _known(attachment_id)
    if known is not None:
        width, height = known
        return Outcome(apply=lambda act: attachments.inspected(act, attachment_id, width, height))
    size = storage.size(sha256)
    if size is None:
        raise FileNotFoundError(f"blob {sha256} is not in the storage")
    if size > sandbox.MOST_BYTES:
        raise Refused(TOO_LARGE)
    found = sandbox.picture(b"".join(storage.read(sha256)))
    rows = _store(storage, sha256, size, found)

    def keep(act: Act) -> None:
        _note(act.session, sha256, rows)
        attachments.inspected(act, attachment_id, found.width, found.height)

    return Outcome(apply=keep)


def _known(attachment_id: str) -> tuple[str, tuple[int, int] | None]:
    """The hash, and the size of the same picture if it came before."""
    session: Session = db.session()
    try:
        sha256 = session.execute(sa.select(Attachment.sha256).where(Attachment.id == attachment_id)).scalar_one()
        found = variant_of(session, sha256, "original")
        return sha256, None if found is None else (found.width, found.height)
    finally:
        session.rollback()


def variant_of(session: Session, sha256: str, variant: str) -> Any:
    """The row of one variant of a picture; None for what was not inspected or was refused."""
    table = BLOBS.blob_variant
    return session.execute(sa.select(table).where(table.c.sha256 == sha256, table.c.variant == variant)).first()


def _store(storage: Storage, sha256: str, size: int, found: Picture) -> list[Row]:
    """Variants first, rows after: what a killed worker leaves is bytes that the next one finds."""
    rows = [_row(sha256, "original", sha256, found.mime, found.width, found.height, size)]
    for one in found.variants:
        rows.append(_row(sha256, one.name, storage.put(one.data), one.mime, one.width, one.height, len(one.data)))
    return rows


def _row(sha256: str, variant: str, stored: str, mime: str, *numbers: int) -> Row:
    width, height, size = numbers
    return {
        "sha256": sha256, "variant": variant, "variant_sha256": stored, "mime": mime, "width": width, "height": height, "size": size,
    }  # fmt: skip


def _note(session: Session, sha256: str, rows: Iterable[Row]) -> None:
    """Two attachments may share their bytes and two workers their inspection: the first rows stay."""
    if variant_of(session, sha256, "original") is None:
        session.execute(sa.insert(BLOBS.blob_variant), list(rows))


def give_up(act: Act, work: DueWork) -> None:
    """What is not there is said to be missing. What ended its process again and again from outside has most likely eaten the memory of
    the machine.
    """
    attachments.refuse(act, work.key, MISSING if work.last_error == MISSING else TOO_HARD)
