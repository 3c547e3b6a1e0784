"""Reads a template of the format callout-form/1: its faults, each at its place, or the fields in their order.

This step knows literals only; a slot that computes (`{"ast": …}`) is refused instead of being ignored. Not: answers (validate).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.forms.engine import slots
from server.forms.engine.slots import Fault
from server.forms.engine.values import is_text

FORMAT = "callout-form/1"
ID = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
# what expressions will call their surroundings (forms.md): no field may take such a name
RESERVED = frozenset({"asset", "order", "visit", "user", "row", "out", "event", "before", "after", "now", "today"})
FIELD_TYPES = ("text", "number", "bool", "date", "select", "multi", "photo", "signature", "scan")
MOST_FIELDS, MOST_ROWS, MOST_PHOTOS, MOST_CHOICES = 600, 500, 30, 500
MOST_TEXT = 5000

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """One question. `slots` are its literals: required, min, max, decimals, unit, mask, lines, report, binds."""

    id: str
    type: str
    label: Json
    slots: Json
    choices: tuple[str, ...] = ()
    items: tuple[Field, ...] = ()
    seed: tuple[Json, ...] | None = None

    def get(self, name: str, otherwise: Any = None) -> Any:
        return self.slots.get(name, otherwise)


@dataclass(frozen=True)
class Definition:
    """A template that can be filled. `fields` in the order of the form; a repeat holds its own."""

    key: str
    locales: tuple[str, ...]
    fields: tuple[Field, ...]


class TemplateError(Exception):
    """The template cannot be used; `faults` says where and why."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


@dataclass
class _Reading:
    """What is known while a template is read."""

    locales: tuple[str, ...] = ()
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    count: int = 0

    def fault(self, path: str, code: str, **params: Any) -> None:
        self.faults.append(Fault(path, code, params))


def load(template: Any) -> Definition:
    """The definition; TemplateError with every fault found."""
    reading = _Reading()
    if not isinstance(template, dict) or template.get("$fmt") != FORMAT:
        raise TemplateError([Fault("", "format", {"wanted": FORMAT})])
    _read_head(reading, template)
    reading.lists = _read_lists(reading, template.get("lists", {}))
    fields = _read_items(reading, template.get("items"), "items", where="form")
    if reading.count > MOST_FIELDS:
        reading.fault("items", "too_many", most=MOST_FIELDS)
    if reading.count == 0 and not reading.faults:
        reading.fault("items", "empty")
    if reading.faults:
        raise TemplateError(reading.faults)
    return Definition(template["key"], reading.locales, tuple(fields))


HEAD = frozenset({"$fmt", "key", "version", "locales", "default_locale", "title", "lists", "items"})


def _read_head(reading: _Reading, template: Json) -> None:
    for name in sorted(set(template) - HEAD):
        reading.fault(name, "property_unknown")
    locales = template.get("locales")
    if not (isinstance(locales, list) and locales and all(isinstance(one, str) for one in locales)):
        reading.fault("locales", "type", wanted="list of languages")
    else:
        reading.locales = tuple(locales)
        if template.get("default_locale") not in locales:
            reading.fault("default_locale", "choice")
    if not (isinstance(template.get("key"), str) and ID.match(template["key"])):
        reading.fault("key", "id")
    _read_words(reading, template.get("title"), "title")


def _read_words(reading: _Reading, words: Any, path: str) -> None:
    """A text in every language of the form."""
    if not isinstance(words, dict) or not all(isinstance(one, str) for one in words.values()):
        reading.fault(path, "type", wanted="words")
        return
    for locale in reading.locales:
        if not words.get(locale, "").strip():
            reading.fault(path, "label_missing", locale=locale)


def _read_lists(reading: _Reading, lists: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(lists, dict):
        reading.fault("lists", "type", wanted="lists of choices")
        return {}
    return {name: _read_list(reading, rows, f"lists.{name}") for name, rows in lists.items()}


def _read_list(reading: _Reading, rows: Any, path: str) -> tuple[str, ...]:
    if not isinstance(rows, list) or not rows or len(rows) > MOST_CHOICES:
        reading.fault(path, "choices_missing" if rows in ([], None) else "too_many", most=MOST_CHOICES)
        return ()
    values: list[str] = []
    for at, row in enumerate(rows):
        place = f"{path}.{at}"
        value = row.get("v") if isinstance(row, dict) else None
        if not isinstance(value, str) or not 1 <= len(value) <= 80:
            reading.fault(place, "type", wanted="choice")
            continue
        if value in values:
            reading.fault(place, "duplicate", id=value)
        _read_words(reading, row.get("l"), f"{place}.l")
        values.append(value)
    return tuple(values)


def _read_items(reading: _Reading, items: Any, path: str, where: str) -> list[Field]:
    if not isinstance(items, list):
        reading.fault(path, "type", wanted="list of fields")
        return []
    found: list[Field] = []
    for at, item in enumerate(items):
        if reading.count > MOST_FIELDS:
            break
        found += _read_item(reading, item, f"{path}.{at}", where)
    return found


def _read_item(reading: _Reading, item: Any, path: str, where: str) -> list[Field]:
    if not isinstance(item, dict):
        reading.fault(path, "type", wanted="field")
        return []
    kind = item.get("type")
    if not isinstance(kind, str) or kind not in READERS or (where, kind) in MISPLACED:
        is_known = isinstance(kind, str) and kind in READERS
        reading.fault(path, "misplaced" if is_known else "type_unknown", type=kind if isinstance(kind, str) else None)
        return []
    _read_id(reading, item.get("id"), path)
    _read_words(reading, item.get("label"), f"{path}.label")
    if "hint" in item:
        _read_words(reading, item["hint"], f"{path}.hint")
    return READERS[kind](reading, item, path)


MISPLACED = frozenset({("section", "section"), ("repeat", "section"), ("repeat", "repeat")})


def _read_id(reading: _Reading, one: Any, path: str) -> None:
    if not isinstance(one, str) or not ID.match(one) or one in RESERVED:
        reading.fault(path, "id", id=one if isinstance(one, str) else None)
    elif one in reading.ids:
        reading.fault(path, "duplicate", id=one)
    else:
        reading.ids.add(one)


def _read_section(reading: _Reading, item: Json, path: str) -> list[Field]:
    _only(reading, item, path, {"items", "layout"})
    return _read_items(reading, item.get("items"), f"{path}.items", where="section")


def _read_field(reading: _Reading, item: Json, path: str) -> list[Field]:
    reading.count += 1
    kind = item["type"]
    reading.faults += slots.faults_of(item, path)
    choices: tuple[str, ...] = ()
    if kind in ("select", "multi"):
        name = item.get("list")
        if not isinstance(name, str) or name not in reading.lists:
            reading.fault(f"{path}.list", "choices_missing")
        else:
            choices = reading.lists[name]
    return [Field(str(item.get("id")), kind, item.get("label", {}), slots.literals(item), choices)]


def _read_repeat(reading: _Reading, item: Json, path: str) -> list[Field]:
    _only(reading, item, path, {"items", "rows", "seed", "min", "max"})
    reading.faults += slots.faults_of(item, path, names=("min", "max"))
    inner = _read_items(reading, item.get("items"), f"{path}.items", where="repeat")
    rows, seed = item.get("rows", "free"), item.get("seed")
    if rows not in ("free", "fixed"):
        reading.fault(f"{path}.rows", "choice")
    if rows == "fixed":
        _read_seed(reading, seed, {one.id: one for one in inner}, f"{path}.seed")
    elif seed is not None:
        reading.fault(f"{path}.seed", "property_unknown")
    seeded = tuple(seed) if rows == "fixed" and isinstance(seed, list) else None
    return [Field(str(item.get("id")), "repeat", item.get("label", {}), slots.literals(item), (), tuple(inner), seeded)]


def _read_seed(reading: _Reading, seed: Any, inner: Mapping[str, Field], path: str) -> None:
    """Fixed rows: what stands in each before anybody fills it in, a text or a choice of the row's own fields."""
    if not isinstance(seed, list) or not 1 <= len(seed) <= MOST_ROWS:
        reading.fault(path, "rows_missing")
        return
    for at, row in enumerate(seed):
        if (
            not isinstance(row, dict)
            or not row
            or not all(_can_seed(inner.get(name), one) for name, one in row.items())
        ):
            reading.fault(f"{path}.{at}", "seed")


def _can_seed(item: Field | None, value: Any) -> bool:
    if item is None or not isinstance(value, str):
        return False
    return value in item.choices if item.type == "select" else item.type == "text" and is_text(value) and value != ""


COMMON = frozenset({"id", "type", "label", "hint"})


def _only(reading: _Reading, item: Json, path: str, allowed: set[str]) -> None:
    for name in sorted(set(item) - COMMON - allowed):
        reading.faults.append(slots.unknown(item, path, name))


Reader = Callable[[_Reading, Json, str], list[Field]]
READERS: dict[str, Reader] = {
    "section": _read_section, "repeat": _read_repeat, **dict.fromkeys(FIELD_TYPES, _read_field),
}  # fmt: skip
