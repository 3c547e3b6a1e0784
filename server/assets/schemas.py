"""Shapes of products and devices as they come in."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from server.assets.models import CONTRACT_KINDS
from server.core.fields_in import Lenient, SkillIn, an_id, text
from server.core.locales import LOCALES

WORDS: dict[str, Any] = {"keys": fields.String(validate=validate.OneOf(LOCALES)), "values": text(120, 1)}


class ProductLineAdd(Schema):
    """A new family, and what whoever works on it must know."""

    name = fields.Dict(required=True, **WORDS)
    skills = fields.List(Lenient(SkillIn), load_default=list, validate=validate.Length(max=20))


class ProductAdd(Schema):
    """A new model."""

    product_line_id = an_id(required=True)
    model = text(80, 1, required=True)
    name = fields.Dict(required=True, **WORDS)


class ContractFields(Schema):
    """What covers a device: the first and the last day count."""

    kind = fields.String(validate=validate.OneOf(CONTRACT_KINDS))
    number = text(60, allow_none=True)
    starts_on = fields.Date(allow_none=True)
    ends_on = fields.Date()
    coverage = text(2000, allow_none=True)


class ContractAdd(ContractFields):
    """A new contract of a device."""

    asset_id = an_id(required=True)
    kind = fields.String(load_default="warranty", validate=validate.OneOf(CONTRACT_KINDS))
    ends_on = fields.Date(required=True)


class AssetAdd(Schema):
    """A device at a customer's site."""

    product_id = an_id(required=True)
    customer_id = an_id(required=True)
    site_id = an_id(required=True)
    serial = text(80, 1, required=True)
    label = text(120, load_default=None, allow_none=True)
    qr = text(80, load_default=None, allow_none=True)
    installed_on = fields.Date(load_default=None, allow_none=True)
