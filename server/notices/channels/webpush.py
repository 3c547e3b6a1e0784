"""Web push (RFC 8030, 8188, 8291, 8292). `webpush` seals the message, the request is ours: to public https addresses only.

What the package leaves to its user: one object per call (a ttl given to `get` stays for all later calls, zero is ignored), the port
in the audience of the token, a size that a browser can open, urgency, and a topic by which a repeat takes the place of the first.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import jwt
from webpush import WebPush as Sealer
from webpush import WebPushSubscription
from webpush.vapid import VAPID

from server.core import clock
from server.core.outward import NotOutside, Outward, Reply
from server.notices.channels import Accepted, Answer, Message, Refused, Retry
from server.notices.vapid import Pair

TOKEN_SECONDS = 3600
MOST_BYTES = 3800
LONGEST_WAIT = 3600.0
NO_KEY_AGAIN = 300.0
GONE = (404, 410)


class _Token(VAPID):  # type: ignore[misc] # the package has no types
    """The token names who we are and the service with its port."""

    def __init__(self, pair: Pair, contact: str) -> None:
        super().__init__(private_key=pair.private, public_key=pair.public)
        self._pair, self._contact = pair, contact

    def get_authorization_header(self, endpoint: object, subscriber: str, expiration: int) -> str:
        parts = urlsplit(str(endpoint))
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}", "exp": int(time.time()) + expiration, "sub": self._contact,
        }  # fmt: skip
        return f"vapid t={jwt.encode(claims, key=self._pair.private, algorithm='ES256')}, k={self._pair.shown}"


class WebPush:
    """`address` of a message is a subscription as JSON: endpoint, p256dh, auth. `keys` finds the key of this data folder."""

    def __init__(self, keys: Callable[[], Pair | None], contact: str, outward: Outward) -> None:
        self._keys, self._contact, self._outward = keys, contact, outward

    def send(self, message: Message) -> Answer:
        pair = self._keys()
        if pair is None:
            return Retry(NO_KEY_AGAIN, "the key that browsers subscribed with is not in this data folder")
        target = json.loads(message.address)
        try:
            body, headers = self._sealed(pair, message, target)
        except ValueError:
            return Refused("subscription_unusable")
        try:
            return _judged(self._outward.post(target["endpoint"], body, headers))
        except NotOutside:
            return Refused("endpoint_refused")
        except (OSError, http.client.HTTPException) as error:
            return Retry(None, f"push service: {type(error).__name__}")

    def _sealed(self, pair: Pair, message: Message, target: dict[str, str]) -> tuple[bytes, dict[str, str]]:
        subscription = WebPushSubscription.model_validate(
            {"endpoint": target["endpoint"], "keys": {"p256dh": target["p256dh"], "auth": target["auth"]}}
        )
        sealer = Sealer(
            private_key=pair.private, public_key=pair.public, subscriber=self._contact, ttl=message.lasts_seconds,
            expiration=TOKEN_SECONDS,
        )  # fmt: skip
        sealer.vapid = _Token(pair, self._contact)
        made = sealer.get(payload(message), subscription)
        topic = message.key.replace("-", "")[:32]
        return made.encrypted, {
            "TTL": made.headers["ttl"], "Content-Encoding": made.headers["content-encoding"],
            "Authorization": made.headers["authorization"], "Content-Type": "application/octet-stream",
            "Urgency": message.urgency, "Topic": topic,
        }  # fmt: skip


def payload(message: Message) -> bytes:
    """What the service worker is told: enough for one notification. A text that would not fit is cut, never sent broken."""
    title, text = message.subject, message.short or message.body
    while True:
        told = {"title": title, "body": text, "tag": message.key, "url": message.link, "lang": message.locale}
        made = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        if len(made) <= MOST_BYTES:
            return made
        if not text and not title:
            raise ValueError("the link alone is too long")
        title, text = title[: len(title) // 2] if not text else title, text[: len(text) // 2]


def _judged(reply: Reply) -> Answer:
    if reply.status in GONE:
        return Refused("gone")
    if 200 <= reply.status < 300:
        return Accepted(reply.headers.get("location", "")[-200:])
    if reply.status == 429 or reply.status >= 500:
        return Retry(_seconds(reply.headers.get("retry-after")), f"push service answered {reply.status}")
    return Refused(f"push_{reply.status}")


def _seconds(text: str | None) -> float | None:
    """Retry-After as seconds or as a date; None when it says nothing usable."""
    if text is None:
        return None
    try:
        found = float(text) if text.strip().isdecimal() else (parsedate_to_datetime(text) - clock.now()).total_seconds()
    except (TypeError, ValueError):
        return None
    return min(max(found, 1.0), LONGEST_WAIT)
