"""Answers as typed rows, one per value, of the questions that are marked for reports; always made anew from the submission."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.forms.engine.parts import Definition, Field
from server.forms.engine.values import is_blank, is_date
from server.forms.models import Answer, Submission

Row = dict[str, Any]


def rows_of(definition: Definition, answers: dict[str, Any]) -> list[Row]:
    """field_id, row_no (of a repeat), part_no (of several choices) and one value."""
    return [row for item in definition.fields for row in _rows(item, answers.get(item.id), 0)]


def _rows(item: Field, value: Any, row_no: int) -> Iterator[Row]:
    if item.type == "repeat":
        for at, row in enumerate(value or []):
            for inner in item.items:
                yield from _rows(inner, row.get(inner.id), at)
    elif item.get("report") and not is_blank(value):
        parts = value if isinstance(value, list) else [value]
        for part_no, part in enumerate(parts):
            yield {"field_id": item.id, "row_no": row_no, "part_no": part_no, **_value(item.type, part)}


EMPTY: Row = {"v_text": None, "v_num": None, "v_date": None, "v_bool": None}


def _value(kind: str, value: Any) -> Row:
    if kind == "number":
        return EMPTY | {"v_num": float(value)}
    if kind == "calc":
        return EMPTY | _of_calc(value)
    if kind == "bool":
        return EMPTY | {"v_bool": value}
    if kind == "date":
        return EMPTY | {"v_date": dt.date.fromisoformat(value)}
    return EMPTY | {"v_text": value["id"] if isinstance(value, dict) else str(value)}


def _of_calc(value: Any) -> Row:
    """A calc is stored as what it made; dates and durations as their text and seconds."""
    if isinstance(value, bool):
        return {"v_bool": value}
    if isinstance(value, (int, float)):
        return {"v_num": float(value)}
    return {"v_date": dt.date.fromisoformat(value)} if is_date(value) else {"v_text": str(value)}


def write(session: Session, submission: Submission, definition: Definition) -> None:
    """Replace the typed rows of a submission, in its own transaction."""
    session.flush()
    session.execute(sa.delete(Answer).where(Answer.submission_id == submission.id))
    rows = rows_of(definition, submission.answers)
    if rows:
        session.execute(sa.insert(Answer), [row | {"submission_id": submission.id} for row in rows])
