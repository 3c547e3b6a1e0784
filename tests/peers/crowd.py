"""Many people who are to be told of one thing: some by push, some by SMS. For the worker under kill -9 and for the bench."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from server.core import clock, commit
from server.core.acts import SYSTEM, Act
from server.core.canonical import sha256
from server.core.ids import new_id
from server.customers.models import Contact
from server.customers.operations import add_contact
from server.notices import operations as notices
from server.notices.models import PushSubscription
from server.notices.operations import About, Recipient
from tests.peers.push_service import Browser, PushService
from tests.world import World

WORDS = {"organisation": "恒冷", "number": "WO-1", "summary": "高压报警", "engineer": "晓燕", "link": "https://x/p/1"}


@dataclass
class Crowd:
    """Browsers by the id of their message, numbers by theirs."""

    browsers: dict[str, Browser] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)


def gather(world: World, service: PushService, pushes: int, texts: int) -> Crowd:
    """One event, and so many messages about it, due now."""
    order, event = world.order(), new_id()
    found = Crowd()

    def tell(session: Session) -> None:
        act = Act(session, SYSTEM, origin="worker")
        for number in range(pushes):
            contact = _contact(world, act)
            browser = service.browser()
            _subscribe(session, service, browser, order, contact)
            recipient = Recipient(
                "contact", contact, "C", "zh-CN", [["push", f"order:{order}:{contact}"], ["outbox", str(number)]]
            )
            found.browsers[_create(act, event, recipient)] = browser
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


def _subscribe(session: Session, service: PushService, browser: Browser, order: str, contact: str) -> None:
    told = service.subscription(browser)
    session.add(
        PushSubscription(endpoint_hash=sha256(told["endpoint"]), work_order_id=order, contact_id=contact, made_at=clock.now(), **told)
    )  # fmt: skip


def _create(act: Act, event: str, recipient: Recipient) -> str:
    return notices.create(act, About(event, "visit.completed"), "visit_completed", recipient, WORDS).id
