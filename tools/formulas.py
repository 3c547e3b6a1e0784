"""Writes the page of formulas in both languages again: `python -m tools.formulas`."""

from __future__ import annotations

from pathlib import Path

from server.expressions.reference import LOCALES, page

FOLDER = Path(__file__).parent.parent / "docs" / "formulas"


def path(locale: str) -> Path:
    """Where the page of a language lies."""
    return FOLDER / f"{locale}.md"


if __name__ == "__main__":
    for one in LOCALES:
        path(one).write_text(page(one), "utf-8")
