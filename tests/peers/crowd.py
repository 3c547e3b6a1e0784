"""Many people who are to be told of one thing: some by push, some by SMS. For the worker under kill -9 and for the bench."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.core import clock, commit
from server.core.acts import SYSTEM, Act
from server.core.canonical import sha256
from server.core.ids import new_id
from server.core.tables import DueWork
from server.customers.models import Contact
from server.customers.operations import add_contact
from server.notices import operations as notices
from server.notices.models import Notice, PushSubscription
from server.notices.operations import About, Recipient
from tests.kit import read
from tests.world import World

EVENT = "visit.completed"
WORDS = {"organisation": "恒冷", "number": "WO-1", "summary": "高压报警", "engineer": "晓燕", "link": "https://x/p/1"}


@dataclass
class Crowd:
    """Which subscription each message is for, and which number."""

    pushes: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)

    def faults(self, got: list[int], texts: list[str], unsure: set[str]) -> list[str]:
        """What went wrong: `got` pushes by subscription, `texts` the numbers that an SMS arrived at, `unsure` what a dead worker had in
        hand. Empty: every row is finished once, no SMS left twice, a push only where its answer was unknown.
        """
        notices = {one.id: one for one in read(sa.select(Notice).where(Notice.event_name == EVENT))}
        found = [] if len(notices) == len(self.pushes) + len(self.numbers) else ["a row too many or too few"]
        for notice, at in self.pushes.items():
            found += _push_faults(notices[notice], got[at], is_unsure=notice in unsure)
        arrived = Counter(texts)
        for notice, number in self.numbers.items():
            found += _text_faults(notices[notice], arrived[number], is_unsure=notice in unsure)
        return found


def _push_faults(notice: Notice, got: int, *, is_unsure: bool) -> list[str]:
    found = (
        [] if (notice.state, notice.channel) == ("sent", "push") else [f"push is {notice.state} by {notice.channel}"]
    )
    return found + ([] if got == 1 or (got > 1 and is_unsure) else [f"push arrived {got} times, {is_unsure=}"])


def _text_faults(notice: Notice, arrived: int, *, is_unsure: bool) -> list[str]:
    found = [] if arrived <= 1 else ["an SMS left twice"]
    is_right = (notice.state == "sent" and arrived == 1) or (notice.state == "unknown" and is_unsure)
    return found + ([] if is_right else [f"SMS is {notice.state}, arrived {arrived} times, {is_unsure=}"])


def in_hand() -> set[str]:
    """Messages that a worker has claimed: whether they left, nobody knows once it is dead."""
    return set(read(sa.select(DueWork.key).where(DueWork.state == "leased")))


def left() -> int:
    """How many messages are not finished."""
    open_ones = sa.and_(DueWork.state.in_(("pending", "leased")), DueWork.kind.startswith("notice."))
    return int(read(sa.select(sa.func.count(DueWork.id)).where(open_ones))[0])


def gather(world: World, subscriptions: list[dict[str, str]], texts: int) -> Crowd:
    """One event, and so many messages about it, due now."""
    order, event = world.order(), new_id()
    found = Crowd()

    def tell(session: Session) -> None:
        act = Act(session, SYSTEM, origin="worker")
        for number, subscription in enumerate(subscriptions):
            contact = _contact(world, act)
            _subscribe(session, subscription, order, contact)
            recipient = Recipient(
                "contact", contact, "C", "zh-CN", [["push", f"order:{order}:{contact}"], ["outbox", str(number)]]
            )
            found.pushes[_create(act, event, recipient)] = number
        for number in range(texts):
            phone = f"+86138{number:08d}"
            recipient = Recipient("contact", new_id(), "C", "zh-CN", [["sms", phone], ["outbox", phone]])
            found.numbers[_create(act, event, recipient)] = phone[1:]

    commit.transact(tell)
    return found


def _contact(world: World, act: Act) -> str:
    made: Contact = add_contact(act, new_id(), {"customer_id": world.customer, "name": "C"})
    act.session.flush()
    return made.id


def _subscribe(session: Session, told: dict[str, str], order: str, contact: str) -> None:
    session.add(
        PushSubscription(endpoint_hash=sha256(told["endpoint"]), work_order_id=order, contact_id=contact, made_at=clock.now(), **told)
    )  # fmt: skip


def _create(act: Act, event: str, recipient: Recipient) -> str:
    return notices.create(act, About(event, EVENT), "visit_completed", recipient, WORDS).id
