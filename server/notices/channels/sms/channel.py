"""SMS through a carrier. Once the first byte has left, only the carrier's own no is a no: whatever else happens is `Unknown`, and
an SMS whose outcome is unknown is never sent again by itself.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import structlog

from server.core.config import Settings
from server.notices.channels import Accepted, Answer, Message, Refused, Retry, Unknown
from server.notices.channels.sms import parts, receipts
from server.notices.channels.sms.keeping import SYSTEM_ERROR, Keeper
from server.notices.channels.sms.line import Line, NoAnswer, NotSubmitted
from server.notices.channels.sms.receipts import Receipt

log = structlog.get_logger("sms")
TIMEOUT = 15.0
INTERNATIONAL, UNKNOWN_TON, ALPHANUMERIC, ISDN = 1, 0, 5, 1
BUSY = {0x08: "system error", 0x14: "queue full", 0x58: "throttled"}
NUMBER = re.compile(r"\+?[0-9]{3,20}\Z")


def plain_number(address: str) -> str:
    """A number without what people put between its digits."""
    return re.sub(r"[\s()./-]", "", address)


class Sms:
    """Holds the line open, so that receipts find somebody. `on_receipt` stores one; it raises while it cannot."""

    def __init__(self, settings: Settings, on_receipt: Callable[[Receipt], None], timeout: float = TIMEOUT) -> None:
        self._settings, self._timeout = settings, timeout
        self._keeper = Keeper(on_receipt, timeout)
        self._line: Line | None = None
        self._opening = threading.Lock()

    def send(self, message: Message) -> Answer:
        number = plain_number(message.address)
        if not NUMBER.match(number):
            return Refused("number_unusable")
        try:
            line = self.listen()
        except NotSubmitted as error:
            return Retry(None, f"SMS carrier: {error}")
        ids: list[str] = []
        for part in parts.cut(message.body, message.key):
            answer = self._submit(line, part, number)
            if isinstance(answer, str):
                ids.append(answer)
            elif ids:  # the phone has some of it: neither sent nor not sent
                return Unknown("partly_sent")
            else:
                return answer
        return Accepted(ids[0], tuple(ids))

    def listen(self) -> Line:
        """The line, bound anew if it broke; NotSubmitted while the carrier cannot be reached."""
        with self._opening:
            if self._line is None or not self._line.is_open:
                config = self._settings
                self._line = Line(
                    config.smpp_host, config.smpp_port, config.smpp_login, config.smpp_password, self._on_delivery, self._timeout,
                )  # fmt: skip
            return self._line

    def close(self) -> None:
        """Let go of the line."""
        self._keeper.close()
        with self._opening:
            if self._line is not None:
                self._line.close()

    def _submit(self, line: Line, part: parts.Part, number: str) -> str | Answer:
        """The carrier's id of this part, or what else became of it."""
        try:
            answer = line.submit(
                **self._addresses(number), short_message=part.data, data_coding=part.coding, esm_class=part.esm_class,
                registered_delivery=1,
            )  # fmt: skip
        except NotSubmitted as error:
            return Retry(None, f"SMS carrier: {error}")
        except NoAnswer:
            return Unknown("no_answer")
        if answer.status == 0:
            return _decoded(answer.message_id)
        if answer.status in BUSY:
            return Retry(None, f"SMS carrier: {BUSY[answer.status]}")
        return Refused(f"smsc_{answer.status:04x}")

    def _addresses(self, number: str) -> dict[str, Any]:
        sender = self._settings.smpp_sender
        is_name = bool(sender) and not NUMBER.match(sender)
        return {
            "source_addr": sender.lstrip("+"), "source_addr_npi": 0 if is_name else ISDN,
            "source_addr_ton": ALPHANUMERIC if is_name else INTERNATIONAL if sender.startswith("+") else UNKNOWN_TON,
            "destination_addr": number.lstrip("+"), "dest_addr_npi": ISDN,
            "dest_addr_ton": INTERNATIONAL if number.startswith("+") else UNKNOWN_TON,
        }  # fmt: skip

    def _on_delivery(self, pdu: Any, answer: Callable[[int], None]) -> None:
        try:
            found = receipts.read(pdu)
        except Exception:
            log.exception("a delivery could not be read")
            answer(SYSTEM_ERROR)
            return
        if found is None:
            answer(0)
        else:
            self._keeper.take(found, answer)


def _decoded(value: Any) -> str:
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value or "")
    return text.rstrip("\x00")[:64]
