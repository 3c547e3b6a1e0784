"""The second pass over a template: its expressions, bound to the fields they belong to once all fields are known.

Finds what an expression cannot mean (check), what waits for itself (a cycle), and the plan by which everything is computed. Pure.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from server.expressions.check import Finding, Kind, check
from server.expressions.evaluate import MOST_DEPTH, Expression
from server.forms.engine import slots
from server.forms.engine.parts import Box, Definition, Field, Formula, Rule
from server.forms.engine.slots import Fault, TemplateError

# what a form may read of where it is filled in; captured once, when it is begun, and kept with what is handed in
SURROUNDINGS: dict[str, Kind] = {
    "today": "date", "now": "datetime",
    "user.id": "text", "user.name": "text",
    "asset.serial": "text", "asset.label": "text", "asset.model": "text", "asset.installed_on": "date", "asset.warranty_until": "date",
    "order.number": "text", "order.summary": "text", "order.priority": "text", "order.category": "text", "order.reported_at": "datetime",
    "visit.planned_start": "datetime", "visit.planned_end": "datetime",
}  # fmt: skip
# these decide what something is; the others are asked about what it is already
DECIDING = ("visible", "calc")
ORDERED = ("<", "<=", ">", ">=")


def bound(definition: Definition, formulas: Sequence[Formula]) -> Definition:
    """The definition with everything that computes; TemplateError with what is wrong with it."""
    made = [(one, Expression(_lenient(one.ast) if one.slot == "must" else one.ast)) for one in formulas]
    faults = [fault for one, expression in made if expression.is_faulty for fault in _malformed(one, expression)]
    if faults:
        raise TemplateError(faults)
    graph = _graph(definition, made)
    try:
        plan = tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise TemplateError([_cycle(list(error.args[1]), formulas)]) from error
    faults = _Kinds(definition, plan, formulas).faults()
    if faults:
        raise TemplateError(faults)
    return _with(definition, made, plan)


def _malformed(formula: Formula, expression: Expression) -> Iterator[Fault]:
    for one in expression.outcome({}).notes:
        yield _fault(formula, Finding(one.place, one.code))


def _fault(formula: Formula, found: Finding) -> Fault:
    return Fault(formula.path, "formula", {"reason": found.code, "place": list(found.place), **found.params})


def _lenient(ast: Any, depth: int = 1) -> Any:
    """A rule passes over a comparison with nothing on one side: what is not known breaks no rule. Only through AND; elsewhere it is as
    it is written."""
    if not isinstance(ast, list) or len(ast) < 3 or depth > MOST_DEPTH:
        return ast
    if ast[0] == "and":
        return ["and", *(_lenient(one, depth + 1) for one in ast[1:])]
    if ast[0] in ORDERED and len(ast) == 3:
        return ["or", ast, ["==", ast[1], None], ["==", ast[2], None]]
    return ast


def node_of(formula: Formula) -> str:
    """The step of the plan that a formula belongs to."""
    return f"{formula.repeat}.{formula.field}" if formula.repeat else formula.field


def _graph(definition: Definition, made: list[tuple[Formula, Expression]]) -> dict[str, set[str]]:
    """Every step with the steps that come before it."""
    graph: dict[str, set[str]] = {box.id: {box.within} if box.within else set() for box in definition.boxes.values()}
    for item in definition.fields:
        graph[item.id] = {item.box} if item.box else set()
        graph |= {f"{item.id}.{inner.id}": {item.id} for inner in item.items}
    for formula, expression in made:
        if formula.slot in DECIDING:
            graph[node_of(formula)] |= {
                step for name in expression.names for step in _steps(definition, formula, name) if step in graph
            }
    return graph


def _steps(definition: Definition, formula: Formula, name: str) -> Iterator[str]:
    """What a name waits for: a field, a column of this row or of all, or a whole repeat with its columns."""
    root, _, rest = name.partition(".")
    inner = rest.partition(".")[0]
    if root == "row":
        yield f"{formula.repeat}.{inner}"
        return
    yield root
    if inner:
        yield f"{root}.{inner}"
    else:
        yield from (f"{root}.{column.id}" for item in definition.fields if item.id == root for column in item.items)


def _cycle(steps: list[str], formulas: Sequence[Formula]) -> Fault:
    """At the first formula in the form that is part of it."""
    at = next(one for one in formulas if one.slot in DECIDING and node_of(one) in steps)
    ring = steps[:-1]
    first = ring.index(node_of(at))
    return Fault(at.path, "cycle", {"ids": ring[first:] + ring[:first]})


class _Kinds:
    """Which name is of which kind; those of calcs come as the plan reaches them."""

    def __init__(self, definition: Definition, plan: Sequence[str], formulas: Sequence[Formula]) -> None:
        self._formulas = formulas
        self._repeats = {item.id: item for item in definition.fields if item.type == "repeat"}
        self._plan = plan
        self._top: dict[str, Kind] = dict(SURROUNDINGS)
        self._rows: dict[str, dict[str, Kind]] = {}
        for item in definition.fields:
            self._know(item.id, None, slots.KINDS.get(item.type))
            for inner in item.items:
                self._know(inner.id, item.id, slots.KINDS.get(inner.type))

    def _know(self, one: str, repeat: str | None, kind: Kind | None) -> None:
        if kind is None:
            return
        if repeat is None:
            self._top[one] = kind
            self._top[f"last.{one}"] = kind
        else:
            self._rows.setdefault(repeat, {})[f"row.{one}"] = kind
            several = kind if kind.startswith("list") else f"list:{kind}"
            self._top[f"{repeat}.{one}"] = self._top[f"last.{repeat}.{one}"] = several

    def faults(self) -> list[Fault]:
        """In the order of the form."""
        found: dict[int, list[Fault]] = {}
        calcs = {node_of(one): (at, one) for at, one in enumerate(self._formulas) if one.slot == "calc"}
        for step in self._plan:
            if step in calcs:
                at, formula = calcs[step]
                kind, found[at] = self._judged(formula)
                self._know(formula.field, formula.repeat, kind)
        for at, formula in enumerate(self._formulas):
            if at not in found:
                found[at] = self._judged(formula)[1]
        return [fault for at in sorted(found) for fault in found[at]]

    def _judged(self, formula: Formula) -> tuple[Kind, list[Fault]]:
        names = self._outside() if formula.slot == "default" else self._top | self._rows.get(formula.repeat or "", {})
        kind, findings = check(formula.ast, names)
        wanted = slots.BOOL if formula.slot == "must" else slots.wanted(formula.kind, formula.slot) or ()
        if not findings and not _is_wanted(kind, wanted):
            findings = [Finding((), "kind", {"kind": kind, "wanted": list(wanted)})]
        return kind, [_fault(formula, one) for one in findings]

    def _outside(self) -> Mapping[str, Kind]:
        """A default is there before any answer: it reads what is around the form and what was answered the last time."""
        return {name: kind for name, kind in self._top.items() if name in SURROUNDINGS or name.startswith("last.")}


def _is_wanted(kind: Kind, wanted: tuple[str, ...]) -> bool:
    return (
        kind in ("any", "null") or kind in wanted or (kind == "list" and any(one.startswith("list") for one in wanted))
    )


def _with(definition: Definition, made: list[tuple[Formula, Expression]], plan: tuple[str, ...]) -> Definition:
    at: dict[str, list[tuple[Formula, Expression]]] = {}
    for formula, expression in made:
        at.setdefault(node_of(formula), []).append((formula, expression))
    boxes = {one.id: _boxed(one, at.get(one.id, [])) for one in definition.boxes.values()}
    fields = tuple(_filled(item, at.get(item.id, []), at) for item in definition.fields)
    known = {item.id for item in definition.fields}
    inputs = frozenset(
        name for _, expression in made for name in expression.names if name.partition(".")[0] not in known | {"row"}
    )
    return dataclasses.replace(definition, fields=fields, boxes=boxes, plan=plan, inputs=inputs)


def _boxed(box: Box, mine: list[tuple[Formula, Expression]]) -> Box:
    return dataclasses.replace(box, visible=mine[0][1]) if mine else box


def _filled(
    item: Field, mine: list[tuple[Formula, Expression]], at: Mapping[str, list[tuple[Formula, Expression]]]
) -> Field:
    return dataclasses.replace(
        item,
        formulas={formula.slot: one for formula, one in mine if formula.slot != "must"},
        rules=tuple(Rule(formula.rule or "", formula.level, one) for formula, one in mine if formula.slot == "must"),
        items=tuple(_filled(inner, at.get(f"{item.id}.{inner.id}", []), at) for inner in item.items),
    )
