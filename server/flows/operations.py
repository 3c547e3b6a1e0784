"""Applies the flow of an order: computes its status and stores it by the command that nobody else may call."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

from server.core import commands
from server.core.acts import Act
from server.flows.engine.status import VisitState, status_of


@cache
def definition(name: str) -> dict[str, Any]:
    """A flow by its name@version; this step knows the default one."""
    key, _, version = name.partition("@")
    found: dict[str, Any] = json.loads(
        resources.files("server.flows.defaults").joinpath(f"{key}.json").read_text("utf-8")
    )
    if str(found["version"]) != version:
        raise KeyError(name)
    return found


def visit_node(flow: str) -> dict[str, Any]:
    """The node whose table maps visit states to statuses."""
    return next(node for node in definition(flow)["root"] if node["t"] == "visit")


def apply(act: Act, work_order_id: str, flow: str, visits: Sequence[VisitState]) -> None:
    """Store the status that the flow gives for these visits."""
    status = status_of(visit_node(flow), visits)
    commands.run("work_order.set_status", act.as_system(), work_order_id, {
        "status_key": status["key"], "category": status["category"],
        "status_label": status["label"], "customer_label": status["customer"],
    })  # fmt: skip
