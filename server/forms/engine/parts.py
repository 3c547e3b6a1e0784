"""What a template is made of once it is read: fields, boxes around them, rules, and the plan by which they are computed. Pure data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from server.expressions.evaluate import Expression

FORMAT = "callout-form/1"
ID = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
# what expressions call their surroundings (forms.md): no field may take such a name
RESERVED = frozenset(
    {"asset", "order", "visit", "user", "row", "last", "out", "event", "before", "after", "now", "today"}
)
CONTAINERS = ("page", "section")
FIELD_TYPES = (
    "text", "number", "bool", "date", "datetime", "select", "multi", "photo", "signature", "scan", "calc", "note",
)  # fmt: skip
MOST_FIELDS, MOST_ROWS, MOST_PHOTOS, MOST_CHOICES, MOST_RULES = 600, 500, 30, 500, 20
MOST_TEXT = 5000

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Rule:
    """What must be true of an answer; `warning` asks for a reason instead of refusing it."""

    id: str
    level: str
    must: Expression


@dataclass(frozen=True)
class Field:
    """One question, or what is shown among them (calc, note). `slots` are its literals, `formulas` what computes in their place, by name.

    `offers`: a choice that is there only under some choices of `parent`. `box`: the container that it stands in.
    """

    id: str
    type: str
    label: Json
    slots: Json
    choices: tuple[str, ...] = ()
    items: tuple[Field, ...] = ()
    seed: tuple[Json, ...] | None = None
    offers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    box: str | None = None
    formulas: Mapping[str, Expression] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    def get(self, name: str, otherwise: Any = None) -> Any:
        return self.slots.get(name, otherwise)

    @property
    def is_asked(self) -> bool:
        """Somebody answers it: neither computed nor only shown."""
        return self.type not in ("calc", "note")


@dataclass(frozen=True)
class Box:
    """A page or a section: what is in it is hidden with it."""

    id: str
    within: str | None
    is_visible: bool
    visible: Expression | None = None


@dataclass(frozen=True)
class Definition:
    """A template that can be filled. `fields` in the order of the form, a repeat holds its own; `plan`: the ids of boxes, fields and
    columns (`repeat.column`) so that each comes after what it reads; `inputs`: the paths that are read of the surroundings."""

    key: str
    locales: tuple[str, ...]
    fields: tuple[Field, ...]
    boxes: Mapping[str, Box] = field(default_factory=dict)
    plan: tuple[str, ...] = ()
    inputs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Formula:
    """An expression as it stands in a template: at which path, in which slot of which field; `rule` where it is a rule's."""

    path: str
    field: str
    slot: str
    kind: str
    ast: Any
    repeat: str | None = None
    rule: str | None = None
    level: str = "error"
