"""Reads a template of the format callout-form/1: its faults, each at its place, or the fields in their order.

What computes is read in a second pass (formulas), once every field is known. Not: answers (state, validate).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.forms.engine import formulas, slots
from server.forms.engine.parts import (
    CONTAINERS,
    FIELD_TYPES,
    FORMAT,
    ID,
    MOST_CHOICES,
    MOST_FIELDS,
    MOST_ROWS,
    MOST_RULES,
    RESERVED,
    Box,
    Definition,
    Field,
    Formula,
    Json,
)
from server.forms.engine.slots import Fault, TemplateError
from server.forms.engine.values import is_text


@dataclass
class _Reading:
    """What is known while a template is read. `repeat` and `box`: where it is being read."""

    locales: tuple[str, ...] = ()
    lists: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    count: int = 0
    formulas: list[Formula] = field(default_factory=list)
    parents: list[tuple[str, str, str | None]] = field(default_factory=list)
    boxes: dict[str, Box] = field(default_factory=dict)
    repeat: str | None = None
    box: str | None = None

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
    if not reading.faults:
        _check_parents(reading, fields)
    if reading.faults:
        raise TemplateError(reading.faults)
    return formulas.bound(Definition(template["key"], reading.locales, tuple(fields), reading.boxes), reading.formulas)


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


def _read_lists(reading: _Reading, lists: Any) -> dict[str, dict[str, frozenset[str]]]:
    if not isinstance(lists, dict):
        reading.fault("lists", "type", wanted="lists of choices")
        return {}
    return {name: _read_list(reading, rows, f"lists.{name}") for name, rows in lists.items()}


def _read_list(reading: _Reading, rows: Any, path: str) -> dict[str, frozenset[str]]:
    """Every choice with those of the question above it under which it is offered; none means under all. What is retired is no choice."""
    if not isinstance(rows, list) or not rows or len(rows) > MOST_CHOICES:
        reading.fault(path, "choices_missing" if rows in ([], None) else "too_many", most=MOST_CHOICES)
        return {}
    found: dict[str, frozenset[str]] = {}
    retired: set[str] = set()
    for at, row in enumerate(rows):
        place = f"{path}.{at}"
        value = row.get("v") if isinstance(row, dict) else None
        if not isinstance(value, str) or not 1 <= len(value) <= 80:
            reading.fault(place, "type", wanted="choice")
            continue
        if value in found or value in retired:
            reading.fault(place, "duplicate", id=value)
        _read_words(reading, row.get("l"), f"{place}.l")
        if row.get("retired") is True:
            retired.add(value)
        else:
            found[value] = _read_of(reading, row.get("of", []), f"{place}.of")
    return found


def _read_of(reading: _Reading, of: Any, path: str) -> frozenset[str]:
    if isinstance(of, list) and all(isinstance(one, str) and 1 <= len(one) <= 80 for one in of):
        return frozenset(of)
    reading.fault(path, "type", wanted="list of choices")
    return frozenset()


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


MISPLACED = frozenset(
    {("section", "section"), ("section", "page"), ("page", "page")}
    | {("repeat", one) for one in ("page", "section", "repeat")}
)


def _read_id(reading: _Reading, one: Any, path: str) -> None:
    if not isinstance(one, str) or not ID.match(one) or one in RESERVED:
        reading.fault(path, "id", id=one if isinstance(one, str) else None)
    elif one in reading.ids:
        reading.fault(path, "duplicate", id=one)
    else:
        reading.ids.add(one)


def _read_container(reading: _Reading, item: Json, path: str) -> list[Field]:
    _only(reading, item, path, {"items", "layout"} if item["type"] == "section" else {"items"})
    _read_slots(reading, item, path)
    one, around = str(item.get("id")), reading.box
    reading.boxes[one] = Box(one, around, item.get("visible") is not False)
    reading.box = one
    found = _read_items(reading, item.get("items"), f"{path}.items", where=item["type"])
    reading.box = around
    return found


def _read_slots(reading: _Reading, item: Json, path: str) -> None:
    """The faults of its slots; what computes is put aside until all fields are known."""
    reading.faults += slots.faults_of(item, path)
    one, kind = str(item.get("id")), item["type"]
    for name, ast in slots.computed(item).items():
        reading.formulas.append(Formula(f"{path}.{name}", one, name, kind, ast, reading.repeat))
    if kind == "calc" and not slots.is_computed(item.get("calc")):
        reading.fault(f"{path}.calc", "formula_missing")


def _read_field(reading: _Reading, item: Json, path: str) -> list[Field]:
    reading.count += 1
    kind = item["type"]
    _read_slots(reading, item, path)
    if kind != "note":
        _read_rules(reading, item, path)
    elif "rules" in item:
        reading.fault(f"{path}.rules", "property_unknown")
    offers: dict[str, frozenset[str]] = {}
    if kind in ("select", "multi"):
        name = item.get("list")
        if not isinstance(name, str) or name not in reading.lists:
            reading.fault(f"{path}.list", "choices_missing")
        else:
            offers = reading.lists[name]
        _read_choosing(reading, item, path, offers)
    for name in sorted({"items", "rows", "seed", "layout"} & set(item)):
        reading.fault(f"{path}.{name}", "property_unknown")
    return [
        Field(
            str(item.get("id")), kind, item.get("label", {}), slots.literals(item), tuple(offers),
            offers={one: of for one, of in offers.items() if of}, box=reading.box,
        )
    ]  # fmt: skip


def _read_choosing(reading: _Reading, item: Json, path: str, offers: Mapping[str, frozenset[str]]) -> None:
    if isinstance(item.get("parent"), str):
        reading.parents.append((f"{path}.parent", item["parent"], reading.repeat))
    elif any(offers.values()):
        reading.fault(f"{path}.parent", "parent_missing")
    default = item.get("default")
    if item["type"] == "select" and isinstance(default, str) and default not in offers:
        reading.fault(f"{path}.default", "choice")


def _check_parents(reading: _Reading, fields: list[Field]) -> None:
    """The question above is one of choices, in the same row or outside of rows."""
    for path, parent, repeat in reading.parents:
        rows = next((one.items for one in fields if one.id == repeat), ())
        found = next((one for one in (*rows, *fields) if one.id == parent), None)
        if found is None or found.type not in ("select", "multi"):
            reading.fault(path, "parent_unknown", id=parent)


def _read_rules(reading: _Reading, item: Json, path: str) -> None:
    rules = item.get("rules", [])
    if not isinstance(rules, list) or len(rules) > MOST_RULES:
        reading.fault(f"{path}.rules", "type", wanted="list of rules")
        return
    seen: set[str] = set()
    for at, rule in enumerate(rules):
        place = f"{path}.rules.{at}"
        if not isinstance(rule, dict) or not set(rule) <= {"id", "level", "must", "msg"}:
            reading.fault(place, "type", wanted="rule")
            continue
        one, level, must = rule.get("id"), rule.get("level", "error"), rule.get("must")
        if not isinstance(one, str) or not ID.match(one):
            reading.fault(place, "id", id=one if isinstance(one, str) else None)
        elif one in seen:
            reading.fault(place, "duplicate", id=one)
        if level not in ("error", "warning"):
            reading.fault(f"{place}.level", "choice")
        _read_words(reading, rule.get("msg"), f"{place}.msg")
        if not slots.is_computed(must):
            reading.fault(f"{place}.must", "formula_missing")
            continue
        seen.add(str(one))
        made = Formula(
            f"{place}.must", str(item.get("id")), "must", item["type"], must["ast"], reading.repeat, str(one), level
        )
        reading.formulas.append(made)


def _read_repeat(reading: _Reading, item: Json, path: str) -> list[Field]:
    _only(reading, item, path, {"items", "rows", "seed"})
    _read_slots(reading, item, path)
    one, box = str(item.get("id")), reading.box
    reading.repeat, reading.box = one, None
    inner = _read_items(reading, item.get("items"), f"{path}.items", where="repeat")
    reading.repeat, reading.box = None, box
    rows, seed = item.get("rows", "free"), item.get("seed")
    if rows not in ("free", "fixed"):
        reading.fault(f"{path}.rows", "choice")
    if rows == "fixed":
        _read_seed(reading, seed, {one.id: one for one in inner}, f"{path}.seed")
    elif seed is not None:
        reading.fault(f"{path}.seed", "property_unknown")
    seeded = tuple(seed) if rows == "fixed" and isinstance(seed, list) else None
    return [Field(one, "repeat", item.get("label", {}), slots.literals(item), (), tuple(inner), seeded, box=box)]


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
    """What describes another kind of item has no place in this one; slots are judged by themselves."""
    for name in sorted((set(item) & slots.STRUCTURE) - COMMON - allowed):
        reading.fault(f"{path}.{name}", "property_unknown")


Reader = Callable[[_Reading, Json, str], list[Field]]
READERS: dict[str, Reader] = {
    **dict.fromkeys(CONTAINERS, _read_container), "repeat": _read_repeat, **dict.fromkeys(FIELD_TYPES, _read_field),
}  # fmt: skip
