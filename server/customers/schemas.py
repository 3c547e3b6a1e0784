"""Shapes of what comes in for customers, contacts and sites."""

from __future__ import annotations

from zoneinfo import available_timezones

from marshmallow import Schema, fields, validate

from server.core.fields_in import an_id, text
from server.core.locales import LOCALES


class CustomerFields(Schema):
    """A customer."""

    name = text(200, 1)
    short_name = text(60, allow_none=True)
    rank = text(40, allow_none=True)
    locale = fields.String(validate=validate.OneOf(LOCALES))


class ContactFields(Schema):
    """A person at a customer."""

    name = text(120, 1)
    title = text(120, allow_none=True)
    phone = text(40, allow_none=True)
    email = fields.Email(allow_none=True)
    locale = fields.String(allow_none=True, validate=validate.OneOf(LOCALES))
    may_message = fields.Boolean()


class SiteFields(Schema):
    """An address where devices stand."""

    name = text(200, 1)
    address = text(400, 1)
    lat = fields.Float(allow_none=True, validate=validate.Range(-90, 90))
    lon = fields.Float(allow_none=True, validate=validate.Range(-180, 180))
    access_notes = text(5000, allow_none=True)
    phone = text(40, allow_none=True)
    zone = fields.String(validate=validate.OneOf(sorted(available_timezones())))
    region_id = an_id(allow_none=True)


class CustomerAdd(CustomerFields):
    """A new customer."""

    name = text(200, 1, required=True)


class ContactAdd(ContactFields):
    """A new contact of a customer."""

    customer_id = an_id(required=True)
    name = text(120, 1, required=True)


class SiteAdd(SiteFields):
    """A new site of a customer."""

    customer_id = an_id(required=True)
    name = text(200, 1, required=True)
    address = text(400, 1, required=True)
