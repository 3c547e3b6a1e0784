"""Shapes of forms as they come in; what a definition or an answer means is the engine's matter."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from server.core.fields_in import an_id, text
from server.core.locales import LOCALES

WORDS: dict[str, Any] = {"keys": fields.String(validate=validate.OneOf(LOCALES)), "values": text(120, 1)}


class FormTemplateAdd(Schema):
    """A new form: its key for good, its title."""

    key = fields.String(required=True, validate=validate.Regexp(r"[a-z][a-z0-9_]{0,39}\Z"))
    title = fields.Dict(required=True, **WORDS)


class FormVersionPublish(Schema):
    """A whole definition of the format callout-form/1."""

    form_template_id = an_id(required=True)
    definition = fields.Dict(required=True)


class FormChoiceAdd(Schema):
    """A row of the table: empty cells fit everything; without a form such jobs have none."""

    position = fields.Integer(required=True, validate=validate.Range(0, 1_000_000))
    product_id = an_id(load_default=None, allow_none=True)
    product_line_id = an_id(load_default=None, allow_none=True)
    work_type_id = an_id(load_default=None, allow_none=True)
    form_template_id = an_id(load_default=None, allow_none=True)


class SubmissionSave(Schema):
    """Answers as they stand; `is_final` asks for the verdict on all rules. `inputs`: what the form read of its surroundings."""

    work_order_id = an_id(required=True)
    visit_id = an_id(required=True)
    asset_id = an_id(load_default=None, allow_none=True)
    form_version_id = an_id(required=True)
    answers = fields.Dict(required=True)
    inputs = fields.Dict(load_default=dict)
    is_final = fields.Boolean(load_default=False)
