"""What could not apply is closed without applying: by a person, or because its author entered the same again and that applied."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from server.accounts.models import User
from server.core import events, journal
from server.core.acts import Act
from server.core.db import Record
from server.organisation.queries import the_organisation
from server.work_orders.models import WorkOrder
from sync.wire import Mutation

DISMISSED = events.declare(
    "parked.dismissed", "What could not apply was closed without applying, perhaps with a reason."
)


TAKE_ON = "work_order.take_on"


def close(act: Act, row: Any, reason: str | None) -> None:
    """Settle a row of the command log; the bytes stay until their retention rule. Told in the history of its order; without one in its
    author's, else the company's.
    """
    order = act.session.get(WorkOrder, row.aggregate_id) if row.aggregate_id else None
    author = act.session.get(User, row.user_id) if row.user_id and order is None else None
    _settle(act, row, order or author or the_organisation(act.session), reason)


def close_earlier(act: Act, table: sa.Table, mutation: Mutation) -> None:
    """A job that was parked before has been entered again, under the same ids, and is there now: nothing is left to decide about the first
    entry, and what waits for it waits no longer. Only of the same device: what waits there is looked at next.
    """
    if mutation.name != TAKE_ON:
        return
    where = (
        table.c.state == "parked", table.c.device_id == act.device_id, table.c.user_id == act.actor.id,
        table.c.entity_id == mutation.entity_id, table.c.name.startswith(f"{TAKE_ON}@"),
    )  # fmt: skip
    order = act.session.get(WorkOrder, mutation.entity_id)
    for row in act.session.execute(sa.select(table).where(*where).with_for_update()).all():
        _settle(act, row, order, None)


def _settle(act: Act, row: Any, about: Record | None, reason: str | None) -> None:
    if about is not None:
        details = {"log_id": row.id, "command": row.name} | ({"reason": reason} if reason else {})
        journal.record(
            act, DISMISSED, about, aggregate_id=about.id if about.entity == "work_order" else None, **details
        )
    journal.result(act.session, log_id=row.id, state="dismissed", code=row.code, detail=row.detail)
