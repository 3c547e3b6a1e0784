"""The one bound connection to the carrier: many threads submit at once, each answer finds its question by its number. What the carrier
delivers is handed on with the way to acknowledge it, and nothing is waited for: the answers come by the same line. Knows no messages
and no database.
"""

from __future__ import annotations

import contextlib
import itertools
import select
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

import structlog

log = structlog.get_logger("sms")
QUIET_SECONDS = 30.0
# a delivery, and the way to answer it with a status; must not wait
OnDelivery = Callable[[Any, Callable[[int], None]], None]


class NotSubmitted(Exception):
    """There is no line: nothing has left."""


class NoAnswer(Exception):
    """It was written to the carrier, and what became of it is not known."""


class Line:
    """Bound until something fails; a new one is then made by whoever needs it."""

    def __init__(
        self, host: str, port: int, login: str, password: str, on_delivery: OnDelivery, timeout: float
    ) -> None:
        from smpplib.client import Client
        from smpplib.exceptions import ConnectionError as Broken
        from smpplib.exceptions import PDUError, UnknownCommandError

        self._faults = (Broken, PDUError, UnknownCommandError, OSError)
        self._on_delivery, self._timeout = on_delivery, timeout
        self._writing = threading.Lock()
        self._waiting: dict[int, Future[Any]] = {}
        self._numbers = itertools.count(2)
        self._heard_at = time.monotonic()
        self._reader: threading.Thread | None = None
        self.is_open = True
        self._client = Client(host, port, timeout=timeout, allow_unknown_opt_params=True, logger_name="smpp")
        try:
            self._client.connect()
            self._client.bind_transceiver(system_id=login, password=password)
        except self._faults as error:
            self.close()
            raise NotSubmitted(_said(error)) from error
        self._reader = threading.Thread(target=self._read, name="sms", daemon=True)
        self._reader.start()

    def submit(self, **fields: Any) -> Any:
        """The carrier's answer; NotSubmitted or NoAnswer."""
        answer: Future[Any] = Future()
        number = self._send("submit_sm", answer, **fields)
        try:
            return answer.result(self._timeout)
        except TimeoutError:
            raise NoAnswer("no answer in time") from None
        finally:
            self._waiting.pop(number, None)

    def close(self) -> None:
        """End it; whoever waits is told that he will not hear."""
        self.is_open = False
        with self._writing, contextlib.suppress(OSError):
            if self._client._socket is not None:
                self._client._socket.shutdown(socket.SHUT_RDWR)  # wakes whoever reads; he lets go of it
        if self._reader is None:
            self._let_go()
        for answer in list(self._waiting.values()):
            if not answer.done():
                answer.set_exception(NoAnswer("the line broke"))

    def _let_go(self) -> None:
        with self._writing:
            if self._client._socket is not None:
                self._client._socket.close()
                self._client._socket = None

    def _send(self, command: str, answer: Future[Any] | None = None, **fields: Any) -> int:
        from smpplib import smpp

        with self._writing:
            if not self.is_open:
                raise NotSubmitted("the line is closed")
            number = fields.pop("sequence", None) or next(self._numbers)
            pdu = smpp.make_pdu(command, client=self._client, **fields)
            pdu.sequence = number
            if answer is not None:
                self._waiting[number] = answer
            try:
                self._client.send_pdu(pdu)
            except self._faults as error:  # some of it may have gone
                raise NoAnswer(_said(error)) from error
        return number

    def _read(self) -> None:
        try:
            while self.is_open:
                readable, _, _ = select.select([self._client._socket], [], [], 1.0)
                if readable:
                    pdu = self._client.read_pdu()
                    self._heard_at = time.monotonic()
                    self._take(pdu)
                elif time.monotonic() - self._heard_at > QUIET_SECONDS + self._timeout:
                    break  # it neither speaks nor closes
                elif time.monotonic() - self._heard_at > QUIET_SECONDS:
                    self._send("enquire_link")
        except (NotSubmitted, NoAnswer, ValueError, TypeError, *self._faults) as error:
            if self.is_open:
                log.warning("the line to the SMS carrier broke", reason=_said(error))
        finally:
            self.close()
            self._let_go()

    def _take(self, pdu: Any) -> None:
        if pdu.command == "deliver_sm":
            self._on_delivery(pdu, partial(self._acknowledge, pdu.sequence))
        elif pdu.command == "enquire_link":
            self._send("enquire_link_resp", sequence=pdu.sequence)
        elif pdu.command == "unbind":
            self._send("unbind_resp", sequence=pdu.sequence)
            raise NoAnswer("the carrier ended the line")
        else:
            # a second answer to one question finds nobody waiting
            answer = self._waiting.pop(pdu.sequence, None)
            if answer is not None and not answer.done():
                answer.set_result(pdu)

    def _acknowledge(self, number: int, status: int) -> None:
        try:
            self._send("deliver_sm_resp", sequence=number, status=status)
        except (NotSubmitted, NoAnswer):
            log.info("a delivery was not acknowledged, the line is gone; the carrier will send it again")


def _said(error: BaseException) -> str:
    return f"{type(error).__name__} {error}".strip()[:120]
