"""The default channel: keeps every message for the outbox page and sends nothing. The page reads the notice rows themselves."""

from __future__ import annotations

from server.notices.channels import Accepted, Message


class Outbox:
    """Accepts everything."""

    def send(self, message: Message) -> Accepted:
        return Accepted(f"outbox-{message.key}")
