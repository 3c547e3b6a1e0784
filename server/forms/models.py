"""Tables of forms: the template as a name, its immutable versions, which form an order gets, and what was answered."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, Record

PUBLISHED, SUPERSEDED, RETIRED = "published", "superseded", "retired"


class FormTemplate(Record):
    """A form by its key; what is asked stands in its versions."""

    __tablename__ = "form_template"
    entity = "form_template"
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    title: Mapped[dict[str, Any]]


class FormVersion(Record):
    """One published state of a template: never changed, known by the hash of its definition. Phones hold those that are `published`."""

    __tablename__ = "form_version"
    entity = "form_version"
    form_template_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("form_template.id"), index=True)
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    definition: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(sa.String(20), default=PUBLISHED)
    published_at: Mapped[dt.datetime]
    __table_args__ = (sa.UniqueConstraint("form_template_id", "number"),)


class FormChoice(Record):
    """One row of the ordered table that says which form a job gets: the first that fits. An empty cell fits everything."""

    __tablename__ = "form_choice"
    entity = "form_choice"
    position: Mapped[int] = mapped_column(index=True)
    product_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("product.id"))
    product_line_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("product_line.id"))
    work_type_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("work_type.id"))
    form_template_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("form_template.id"))


class Submission(Record):
    """Answers of one person to one version of a form, for one visit and one device. `answers` is the truth; `answer` rows serve reports."""

    __tablename__ = "submission"
    entity = "submission"
    work_order_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("work_order.id"), index=True)
    visit_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("visit.id"), index=True)
    asset_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("asset.id"), index=True)
    form_version_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("form_version.id"), index=True)
    author_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    author_name: Mapped[str]
    answers: Mapped[dict[str, Any]]
    answers_sha256: Mapped[str] = mapped_column(sa.String(64))
    # what its formulas read of device, order and person when it was begun
    inputs: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    # the phone computed something else of the same answers: a fault of ours, which the health page tells
    is_computed_otherwise: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    is_final: Mapped[bool] = mapped_column(default=False)
    is_late: Mapped[bool] = mapped_column(default=False)
    filled_at: Mapped[dt.datetime]


class Answer(Base):
    """One answer as a typed row, of questions that are marked for reports; written with its submission, rebuildable from it."""

    __tablename__ = "answer"
    submission_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("submission.id"), primary_key=True)
    field_id: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    row_no: Mapped[int] = mapped_column(primary_key=True, default=0)
    part_no: Mapped[int] = mapped_column(primary_key=True, default=0)
    v_text: Mapped[str | None] = mapped_column(sa.Text)
    v_num: Mapped[float | None] = mapped_column(sa.Double)
    v_date: Mapped[dt.date | None]
    v_bool: Mapped[bool | None]
