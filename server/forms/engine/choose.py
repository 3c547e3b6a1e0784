"""Which form a job gets: the first row of the ordered table whose filled cells all fit. Pure; twin of choose.ts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

CELLS = ("product_id", "product_line_id", "work_type_id")


def chosen(rows: Iterable[Mapping[str, Any]], facts: Mapping[str, Any]) -> str | None:
    """The id of the form template, None when no row fits or the first that fits says "none"."""
    for row in sorted(rows, key=lambda one: (one["position"], one["id"])):
        if all(row[cell] is None or row[cell] == facts.get(cell) for cell in CELLS):
            found: str | None = row["form_template_id"]
            return found
    return None
