"""The catalogue of what can be done: one function per command, whoever calls it.

HTTP views, sync push, rules, flows and the CLI all come through `run`. Wiring fills the catalogue.
Not: transactions (commit) and permissions (each operation asks the policy first).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError

from server.core.acts import Act, Actor
from server.core.errors import Problem, messages

Prepare = Callable[[Actor, str, dict[str, Any]], dict[str, Any]]
Operation = Callable[[Act, str, dict[str, Any]], Any]
AggregateOf = Callable[[Act, str, Mapping[str, Any]], str | None]


@dataclass(frozen=True)
class Command:
    """`entity` names what `entity_id` is; `aggregate_of` finds the work order whose row is locked first.

    `prepare` does the slow part before any transaction (hashing a password) and answers the args for the operation.
    """

    name: str
    entity: str
    operation: Operation
    schema: type[Schema]
    aggregate_of: AggregateOf
    version: int = 1
    prepare: Prepare | None = None


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


def load(command: Command, args: Mapping[str, Any], *, is_lenient: bool = False) -> dict[str, Any]:
    """Checked args; Problem input_invalid names the fields."""
    try:
        loaded: dict[str, Any] = command.schema(unknown=EXCLUDE if is_lenient else RAISE).load(dict(args))
    except ValidationError as error:
        raise Problem("input_invalid", fields=messages(error)) from error
    return loaded


def run(name: str, act: Act, entity_id: str, args: Mapping[str, Any], *, is_lenient: bool = False) -> Any:
    """Carry out a command inside the present transaction and return its record.

    `is_lenient` ignores unknown args: phones of other versions may send more than this server knows.
    """
    command = find(name)
    loaded = load(command, args, is_lenient=is_lenient)
    if command.prepare is not None:
        loaded = command.prepare(act.actor, entity_id, loaded)
    return command.operation(act, entity_id, loaded)
