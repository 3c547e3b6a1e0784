"""Writes the page of formulas in both languages again: `python -m tools.formulas`."""

from __future__ import annotations

from pathlib import Path

from server.expressions.reference import LOCALES, page

GUIDE = Path(__file__).parent.parent / "docs" / "guide"


def path(locale: str) -> Path:
    """Where the page of a language lies."""
    return GUIDE / locale / "formulas.md"


if __name__ == "__main__":
    for one in LOCALES:
        path(one).write_text(page(one), "utf-8")
