"""Passwords: argon2id, a few at a time (one costs about 0.2 CPU seconds). Not: who may try (login)."""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from server.core.errors import Problem, declare

SHORTEST = 10
LONGEST = 200
_hasher = PasswordHasher()
_at_once = threading.Semaphore(2)

declare(
    "password_weak",
    422,
    "never",
    en="Choose a password of at least {shortest} characters that is not your login.",
    zh="密码至少 {shortest} 个字符，且不能与用户名相同。",
)


@cache
def _decoy() -> str:
    """Verified when the login is unknown, so that the answer takes the same time. Not made at the start: it costs what a log-in costs."""
    return _hasher.hash("nobody has this password")


def make_hash(password: str, login: str) -> str:
    """The stored form of a new password; Problem password_weak when it is too easy."""
    if not SHORTEST <= len(password) <= LONGEST or password.strip().lower() == login.lower():
        raise Problem("password_weak", shortest=SHORTEST)
    with _at_once:
        return _hasher.hash(password)


def is_right(stored: str | None, password: str) -> bool:
    """Whether the password fits; takes as long when there is nothing to compare with."""
    with _at_once:
        decoy = _decoy()  # whoever is asked first: both ways pay for it
        try:
            _hasher.verify(stored or decoy, password[:LONGEST])
        except (VerifyMismatchError, InvalidHashError):
            return False
    return stored is not None
