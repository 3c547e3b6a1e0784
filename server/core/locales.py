"""The languages Callout speaks and how one is chosen for a request. Not: the words themselves."""

from __future__ import annotations

from collections.abc import Mapping

LOCALES = ("en", "zh-CN")


def choose(accept_language: str, preferred: str | None = None) -> str:
    """The user's own language first, else the first acceptable one of the header, else English."""
    if preferred in LOCALES:
        return str(preferred)
    return named(accept_language) or "en"


def named(accept_language: str) -> str | None:
    """The first language of the header that is spoken here; None when none is."""
    for part in accept_language.split(","):
        word, _, weight = part.partition(";")
        if weight.replace(" ", "") in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            continue
        language = word.strip().lower().partition("-")[0]
        if language in ("zh", "en"):
            return "zh-CN" if language == "zh" else "en"
    return None


def say(words: Mapping[str, str] | None, locale: str) -> str:
    """One text of a locale map; English, then anything, when the language is missing."""
    if not words:
        return ""
    return words.get(locale) or words.get("en") or next(iter(words.values()), "")
