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
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_over = False

    def take(self, receipt: Receipt, answer: Answer) -> None:
        """Keep it until it is stored; `answer` is given the status for the carrier once, by another thread."""
        with self._changed:
            is_full = len(self._kept) >= MOST
            if not is_full:
                self._kept.append(_Kept(receipt, answer, time.monotonic()))
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
            if self._is_stored(kept):
                pause = PAUSE_SECONDS
                continue
            self._put_off(kept)
            with self._changed:
                self._changed.wait_for(lambda: self._is_over, pause)
            pause = min(pause * 2, LONGEST_PAUSE)

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
        if kept.answer is not None:
            kept.answer(0)
        return True

    def _put_off(self, kept: _Kept) -> None:
        """To the end of the line: one that cannot be stored at all holds up no other."""
        age = time.monotonic() - kept.since
        if kept.answer is not None and age >= self._patience:
            kept.answer(SYSTEM_ERROR)
            kept.answer = None
        if age >= KEPT_SECONDS:
            log.error("a receipt could not be stored for a day and is dropped", provider_id=kept.receipt.provider_id)
            return
        with self._changed:
            self._kept.append(kept)
