"""The catalogue of what can be done: one function per command, whoever calls it.

HTTP views, sync push, rules, flows and the CLI all come through `run`. Wiring fills the catalogue.
Not: transactions (commit) and permissions (each operation asks the policy first).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError

from server.core.acts import Act
from server.core.errors import Problem, messages

Operation = Callable[[Act, str, dict[str, Any]], Any]
AggregateOf = Callable[[Act, str, Mapping[str, Any]], str | None]


@dataclass(frozen=True)
class Command:
    """`entity` names what `entity_id` is; `aggregate_of` finds the work order whose row is locked first."""

    name: str
    entity: str
    operation: Operation
    schema: type[Schema]
    aggregate_of: AggregateOf
    version: int = 1


CATALOGUE: dict[str, Command] = {}


def add(command: Command) -> Command:
    """Put a command in the catalogue under its name."""
    if command.name in CATALOGUE:
        raise ValueError(f"command {command.name} is in the catalogue twice")
    CATALOGUE[command.name] = command
    return command


def find(name: str) -> Command:
    """The command of this name, or the problem `command_unknown`."""
    try:
        return CATALOGUE[name]
    except KeyError:
        raise Problem("command_unknown", name=name) from None


def run(name: str, act: Act, entity_id: str, args: Mapping[str, Any], *, is_lenient: bool = False) -> Any:
    """Carry out a command inside the present transaction and return its record.

    `is_lenient` ignores unknown args: phones of other versions may send more than this server knows.
    """
    command = find(name)
    try:
        loaded = command.schema(unknown=EXCLUDE if is_lenient else RAISE).load(dict(args))
    except ValidationError as error:
        raise Problem("input_invalid", fields=messages(error)) from error
    return command.operation(act, entity_id, loaded)
