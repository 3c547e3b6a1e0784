"""What happens next, on one page: event -> what follows. Each runs once per event, in due work, after its commit."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from server.core.acts import Act
from server.core.tables import DueWork, EventRow
from server.reactions import customers, engineers, files

Reaction = Callable[[Act, EventRow], None]
REACTIONS: dict[str, tuple[Reaction, ...]] = {
    "visit.planned": (customers.withdraw_done,),
    "visit.dispatched": (engineers.tell, engineers.withdraw_old),
    "visit.accepted": (engineers.withdraw_old,),
    "visit.declined": (engineers.withdraw_old,),
    "visit.unassigned": (engineers.withdraw_old,),
    "visit.cancelled": (engineers.withdraw_old, customers.withdraw_travel),
    "visit.travel_started": (customers.travel_after_a_minute,),
    "visit.arrived": (customers.withdraw_travel,),
    "visit.completed": (customers.withdraw_travel, customers.completed_after_undo),
    "visit.could_not_complete": (customers.withdraw_travel,),
    "visit.reverted": (customers.withdraw_untrue,),
    "attachment.ready": (files.inspect_picture,),
    "contact.edited": (customers.stop_if_unwanted,),
}
# inline due work that the reactions put off
TIMERS: dict[str, Callable[[Act, DueWork], None]] = {
    customers.TELL_TRAVEL: customers.tell_travel,
    customers.TELL_COMPLETED: customers.tell_completed,
    engineers.REACH: engineers.next_channel,
}


def react(act: Act, work: DueWork) -> None:
    """Carry out everything that follows from one event."""
    event = act.session.execute(sa.select(EventRow).where(EventRow.id == work.key)).scalar_one()
    for reaction in REACTIONS.get(event.name, ()):
        reaction(act, event)
