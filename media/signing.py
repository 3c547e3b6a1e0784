"""Links that open one variant of one file to whoever holds them, for a while. The signature is over all that they name, so that none
of it can be exchanged. Who may have such a link, and whether it still counts, is the host's.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

PURPOSE = b"callout attachment link 1"


class Signer:
    """Signs with a key derived from the server's secret: the secret may serve other purposes, with other keys."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, PURPOSE, hashlib.sha256)

    def sign(self, attachment_id: str, variant: str, viewer: str, until: int) -> str:
        """The signature as it stands in an address; `until` is a Unix time."""
        # each part with its length: no two lists of parts make the same text
        text = "".join(f"{len(part)}:{part}" for part in (attachment_id, variant, viewer, str(until)))
        made = hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), hashlib.sha256)
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()

    def is_right(self, signature: str, attachment_id: str, variant: str, viewer: str, until: int) -> bool:
        """Compared in constant time."""
        wanted = self.sign(attachment_id, variant, viewer, until)
        return hmac.compare_digest(wanted.encode(), signature.encode("utf-8", "surrogatepass"))
