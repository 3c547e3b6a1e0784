"""Receipts on their way to where they are stored, in a thread of their own: while a database is locked the line goes on being read, and
the answers to what is being sent are heard. Knows no carrier and no database.

A receipt is acknowledged once it is stored. When that takes too long the carrier is told so, for it to send it again or not, and the
receipt is kept here and stored later all the same: twice is no harm.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from server.notices.channels.sms.receipts import Receipt

log = structlog.get_logger("sms")
SYSTEM_ERROR = 0x08
MOST = 10_000
KEPT_SECONDS = 86_400.0
PAUSE_SECONDS, LONGEST_PAUSE = 0.5, 30.0
Answer = Callable[[int], None]


@dataclass
class _Kept:
    receipt: Receipt
    answer: Answer | None
    since: float


class Keeper:
    """`store` raises while it cannot; `patience`: after so many seconds the carrier is told that it could not."""

    def __init__(self, store: Callable[[Receipt], None], patience: float) -> None:
        self._store, self._patience = store, patience
        self._kept: deque[_Kept] = deque()
        # in the order in which their patience ends; those that were answered leave it when they come to its head
        self._unanswered: deque[_Kept] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_over = False

    def take(self, receipt: Receipt, answer: Answer) -> None:
        """Keep it until it is stored; `answer` is given the status for the carrier once, by another thread."""
        with self._changed:
            is_full = len(self._kept) >= MOST
            if not is_full:
                kept = _Kept(receipt, answer, time.monotonic())
                self._kept.append(kept)
                self._unanswered.append(kept)
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="sms-receipts", daemon=True)
                    self._thread.start()
                self._changed.notify_all()
        if is_full:
            answer(SYSTEM_ERROR)

    def close(self) -> None:
        """Store no more: what is not acknowledged the carrier sends again."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def _run(self) -> None:
        pause = PAUSE_SECONDS
        while (kept := self._next()) is not None:
            self._answer_late()  # an attempt may take long
            if self._is_stored(kept):
                pause = PAUSE_SECONDS
                continue
            self._put_off(kept)
            self._wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _wait(self, seconds: float) -> None:
        """Let the database be for so long; whose patience ends in it is answered all the same."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self._is_over:
            self._answer_late()
            with self._changed:
                first = self._unanswered[0].since if self._unanswered else time.monotonic()
                nearest = max(first + self._patience - time.monotonic(), 0.0)
                self._changed.wait_for(lambda: self._is_over, min(left, nearest))

    def _answer_late(self) -> None:
        while (late := self._next_late()) is not None:
            self._tell(late, SYSTEM_ERROR)

    def _next_late(self) -> _Kept | None:
        with self._changed:
            while self._unanswered and self._unanswered[0].answer is None:
                self._unanswered.popleft()
            is_late = self._unanswered and time.monotonic() - self._unanswered[0].since >= self._patience
            return self._unanswered.popleft() if is_late else None

    def _tell(self, kept: _Kept, status: int) -> None:
        """Once; a line that is gone has nobody to be told, and the receipts behind this one are stored all the same."""
        answer, kept.answer = kept.answer, None
        try:
            if answer is not None:
                answer(status)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
            log.warning("a receipt could not be answered", reason=f"{type(error).__name__} {error}"[:200])

    def _next(self) -> _Kept | None:
        with self._changed:
            self._changed.wait_for(lambda: self._kept or self._is_over)
            return None if self._is_over else self._kept.popleft()

    def _is_stored(self, kept: _Kept) -> bool:
        try:
            self._store(kept.receipt)
        except Exception as error:  # noqa: BLE001 - whatever it is, the receipt is kept
            log.warning("a receipt could not be stored yet", reason=f"{type(error).__name__} {error}"[:200])
            return False
        self._tell(kept, 0)
        return True

    def _put_off(self, kept: _Kept) -> None:
        """To the end of the line: one that cannot be stored at all holds up no other."""
        if time.monotonic() - kept.since >= KEPT_SECONDS:
            log.error("a receipt could not be stored for a day and is dropped", provider_id=kept.receipt.provider_id)
            return
        with self._changed:
            self._kept.append(kept)
