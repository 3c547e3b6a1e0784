"""The languages Callout speaks and how one is chosen for a request. Not: the words themselves."""

from __future__ import annotations

from collections.abc import Mapping

LOCALES = ("en", "zh-CN")


def choose(accept_language: str, preferred: str | None = None) -> str:
    """The user's own language first, else the first acceptable one of the header, else English."""
    if preferred in LOCALES:
        return str(preferred)
    for part in accept_language.split(","):
        word = part.split(";")[0].strip().lower()
        if word.startswith("zh"):
            return "zh-CN"
        if word.startswith("en"):
            return "en"
    return "en"


def say(words: Mapping[str, str] | None, locale: str) -> str:
    """One text of a locale map; English, then anything, when the language is missing."""
    if not words:
        return ""
    return words.get(locale) or words.get("en") or next(iter(words.values()), "")
