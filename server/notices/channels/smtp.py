"""Mail through the company's own mail server. A repeat carries the same Message-ID; mail is sent at least once."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime

from server.core import clock
from server.core.config import Settings
from server.notices.channels import Accepted, Answer, Message, Refused, Retry

TIMEOUT = 15.0
LOGIN_AGAIN = 900.0
PERMANENT = 500


class Mail:
    """Opens a connection per message: a few hundred a day, and nothing to keep alive."""

    def __init__(self, settings: Settings, tls: ssl.SSLContext | None = None, timeout: float = TIMEOUT) -> None:
        self._settings = settings
        self._tls = tls or ssl.create_default_context()
        self._timeout = timeout

    def send(self, message: Message) -> Answer:
        try:
            connection = self._open()
            try:
                if self._settings.smtp_login:
                    connection.login(self._settings.smtp_login, self._settings.smtp_password)
                connection.send_message(self._letter(message))
            finally:
                _part(connection)
        except smtplib.SMTPAuthenticationError as error:
            return Retry(LOGIN_AGAIN, f"mail server refused the login ({error.smtp_code})")
        except smtplib.SMTPRecipientsRefused as error:
            return _judged(min(code for code, _said in error.recipients.values()), "address_refused")
        except smtplib.SMTPResponseException as error:
            return _judged(error.smtp_code, "mail_refused")
        except (OSError, smtplib.SMTPException) as error:
            return Retry(None, f"mail server: {type(error).__name__}")
        except ValueError:  # an address that no mail can have
            return Refused("address_unusable")
        return Accepted(message.key)

    def _open(self) -> smtplib.SMTP:
        where = (self._settings.smtp_host, self._settings.smtp_port)
        if self._settings.smtp_security == "tls":
            return smtplib.SMTP_SSL(*where, timeout=self._timeout, context=self._tls)
        connection = smtplib.SMTP(*where, timeout=self._timeout)
        if self._settings.smtp_security == "starttls":
            try:
                connection.starttls(context=self._tls)
            except BaseException:
                connection.close()
                raise
        return connection

    def _letter(self, message: Message) -> EmailMessage:
        letter = EmailMessage()
        letter["From"] = self._settings.smtp_from
        letter["To"] = message.address
        letter["Subject"] = " ".join(message.subject.split())
        letter["Date"] = format_datetime(clock.now())
        letter["Message-ID"] = f"<{message.key}@{self._settings.smtp_from.rpartition('@')[2]}>"
        letter["Content-Language"] = message.locale
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(message.body)
        return letter


def _part(connection: smtplib.SMTP) -> None:
    """Say goodbye. Whether the letter was taken has been said by now: what comes back to QUIT, if anything, must not send it again."""
    try:
        connection.quit()
    except (OSError, smtplib.SMTPException):
        connection.close()


def _judged(code: int, refusal: str) -> Answer:
    return Refused(refusal) if code >= PERMANENT else Retry(None, f"mail server answered {code}")
