"""What a carrier's receipt says: of which part, and whether it arrived. Pure; twin forms: parameters of their own, or text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

RECEIPT = 0x04
BY_NUMBER = {2: "delivered", 3: "failed", 4: "failed", 5: "failed", 8: "failed"}
BY_WORD = {
    "DELIVRD": "delivered", "EXPIRED": "failed", "DELETED": "failed", "UNDELIV": "failed", "REJECTD": "failed",
}  # fmt: skip
Fate = Literal["delivered", "failed"]


@dataclass(frozen=True)
class Receipt:
    """`fate` None: still on its way, or the carrier does not know either."""

    provider_id: str
    fate: Fate | None


def read(pdu: Any) -> Receipt | None:
    """The receipt in a deliver_sm; None for a message that somebody wrote to us."""
    if not (pdu.esm_class or 0) & RECEIPT:
        return None
    text = _text(pdu.short_message)
    named = _text(getattr(pdu, "receipted_message_id", None)).rstrip("\x00")
    found = named or _after("id", text)
    if not found:
        return None
    state = getattr(pdu, "message_state", None)
    fate = BY_NUMBER.get(state) if isinstance(state, int) else BY_WORD.get(_after("stat", text).upper())
    return Receipt(found[:64], fate)  # type: ignore[arg-type] # the tables hold nothing else


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else (value or "")


def _after(word: str, text: str) -> str:
    found = re.search(rf"(?:^|\s){word}:(\S+)", text)
    return found.group(1) if found else ""
