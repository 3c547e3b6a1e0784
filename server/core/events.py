"""The catalogue of what can have happened. Features declare their events; the journal takes no others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """A fact in the past tense, with one sentence of meaning."""

    name: str
    meaning: str


CATALOGUE: dict[str, Event] = {}


def declare(name: str, meaning: str) -> Event:
    """Add an event, such as `visit.completed`."""
    if name in CATALOGUE:
        raise ValueError(f"event {name} is declared twice")
    event = Event(name, meaning)
    CATALOGUE[name] = event
    return event
