"""The channels that this server's settings ask for, handed to `notices` by their names."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from server.core.config import ConfigError, Settings
from server.core.outward import Outward
from server.notices import receipts, vapid
from server.notices.channels import Channel
from server.notices.channels.outbox import Outbox
from server.notices.channels.sms.channel import Sms
from server.notices.channels.sms.receipts import Receipt
from server.notices.channels.smtp import Mail
from server.notices.channels.webpush import WebPush
from server.notices.routes import EMAIL, OUTBOX, PUSH, SMS


def install(app: Flask, settings: Settings) -> None:
    """Set them up for this app; ConfigError when one cannot be."""
    found: dict[str, Channel] = {OUTBOX: Outbox()}
    outward = Outward(settings.push_networks)
    found[PUSH] = WebPush(lambda: vapid.usable(settings.data_dir), _contact(settings), outward)
    if settings.smtp_host:
        found[EMAIL] = Mail(settings)
    if settings.smpp_host:
        _require_smpp()
        found[SMS] = Sms(settings, _store_in(app))
    app.extensions["callout.channels"] = found


def _contact(settings: Settings) -> str:
    """Whom a push service may write to about us: an address, or where this server stands (RFC 8292)."""
    return f"mailto:{settings.push_contact}" if settings.push_contact else settings.base_url


def _require_smpp() -> None:
    try:
        import smpplib  # noqa: F401 - only whether it is there
    except ImportError:
        raise ConfigError(["CALLOUT_SMPP_HOST needs the package for SMS: pip install 'callout[sms]'."]) from None


def _store_in(app: Flask) -> Callable[[Receipt], None]:
    def store(receipt: Receipt) -> None:
        with app.app_context():
            receipts.store(receipt.provider_id, receipt.fate)

    return store
