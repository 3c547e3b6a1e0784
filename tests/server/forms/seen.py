"""What a form shows of itself with some answers, as vectors and fuzz compare it with the phone's (pwa/harness/seen.ts)."""

from __future__ import annotations

from typing import Any

from server.expressions import values as v
from server.forms.engine.parts import Definition, Field
from server.forms.engine.state import State, defaults, row_defaults, rows_of
from server.forms.engine.validate import errors


def seen(definition: Definition, answers: dict[str, Any], inputs: dict[str, Any]) -> dict[str, Any]:
    """What a form shows of itself with these answers, as the vectors say it."""
    context = {name: v.from_json(one) for name, one in inputs.items()}
    state = State(definition, answers, context)
    places: list[tuple[str, Field]] = []
    for item in definition.fields:
        places.append((item.id, item))
        for at in range(len(rows_of(item, answers.get(item.id))) if item.type == "repeat" else 0):
            places += [(f"{item.id}.{at}.{inner.id}", inner) for inner in item.items]

    def where(name: str) -> list[str]:
        return [path for path, item in places if state.is_shown(path) and state.at_row(path).slot(item, name)]

    return {
        "answers": state.answers, "errors": errors(definition, answers, context),
        "hidden": [path for path, _ in places if not state.is_shown(path)], "required": where("required"), "readonly": where("readonly"),
        "defaults": defaults(definition, context),
        "rows": {item.id: row_defaults(item, context) for item in definition.fields if item.type == "repeat"},
    }  # fmt: skip
