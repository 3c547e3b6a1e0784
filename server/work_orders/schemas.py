"""Shapes of what comes in for orders, visits and comments."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.core.fields_in import Lenient, SkillIn, an_id, moment, text

PRIORITIES = ("P1", "P2", "P3", "P4")
CHANNELS = ("phone", "web", "qr", "email", "api", "engineer")


class WorkOrderCreate(Schema):
    """A new order."""

    work_type_id = an_id(required=True)
    customer_id = an_id(required=True)
    site_id = an_id(required=True)
    contact_id = an_id(load_default=None, allow_none=True)
    asset_id = an_id(load_default=None, allow_none=True)
    team_id = an_id(load_default=None, allow_none=True)
    summary = text(200, 1, required=True)
    description = text(20_000, load_default=None, allow_none=True)
    priority = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(PRIORITIES))
    channel = fields.String(load_default="phone", validate=validate.OneOf(CHANNELS))
    reported_at = moment(load_default=None, allow_none=True)
    follow_up_of_id = an_id(load_default=None, allow_none=True)


class NewCustomer(Schema):
    """A customer nobody had entered yet."""

    name = text(200, 1, required=True)


class NewSite(Schema):
    """A place nobody had entered yet."""

    name = text(200, 1, required=True)
    address = text(400, 1, required=True)


class NewContact(Schema):
    """Who called."""

    name = text(120, 1, required=True)
    phone = text(40, load_default=None, allow_none=True)


class NewAsset(Schema):
    """A device nobody knew: what its plate says."""

    product_id = an_id(required=True)
    serial = text(80, 1, required=True)


class WorkOrderTakeOn(Schema):
    """A job that the engineer took on himself. An id with its object beside it names a new record, made with the job."""

    visit_id = an_id(required=True)
    engineer_id = an_id(load_default=None, allow_none=True, metadata={"description": "nobody but the one who acts"})
    work_type_id = an_id(required=True)
    summary = text(200, 1, required=True)
    description = text(20_000, load_default=None, allow_none=True)
    customer_id = an_id(required=True)
    customer = Lenient(NewCustomer, load_default=None, allow_none=True)
    site_id = an_id(required=True)
    site = Lenient(NewSite, load_default=None, allow_none=True)
    contact_id = an_id(load_default=None, allow_none=True)
    contact = Lenient(NewContact, load_default=None, allow_none=True)
    asset_id = an_id(load_default=None, allow_none=True)
    asset = Lenient(NewAsset, load_default=None, allow_none=True)


class WorkOrderFields(Schema):
    """What may be edited of an order."""

    summary = text(200, 1)
    description = text(20_000, allow_none=True)
    priority = fields.String(validate=validate.OneOf(PRIORITIES))
    contact_id = an_id(allow_none=True)
    asset_id = an_id(allow_none=True)
    team_id = an_id(allow_none=True)
    cause_code = text(60, allow_none=True)
    remedy_code = text(60, allow_none=True)


class Reason(Schema):
    """An act that must say why."""

    reason = text(2000, load_default=None, allow_none=True)


class StatusSet(Schema):
    """What the flow writes; no person calls it."""

    status_key = fields.String(required=True)
    category = fields.String(required=True)
    status_label = fields.Dict(required=True)
    customer_label = fields.Dict(required=True)


class VisitPlan(Schema):
    """A trip: for which order, who, when. With an engineer it is sent to him at once by `visit.assign`."""

    work_order_id = an_id(load_default=None, allow_none=True)
    engineer_id = an_id(load_default=None, allow_none=True)
    planned_start = moment(load_default=None, allow_none=True)
    planned_end = moment(load_default=None, allow_none=True)
    promised_from = moment(load_default=None, allow_none=True)
    promised_until = moment(load_default=None, allow_none=True)


class VisitMove(Schema):
    """New times of a visit."""

    planned_start = moment(required=True)
    planned_end = moment(required=True)
    promised_from = moment(allow_none=True)
    promised_until = moment(allow_none=True)


class VisitDispatch(Schema):
    """Send it to this engineer."""

    engineer_id = an_id(load_default=None, allow_none=True)


class VisitComplete(Schema):
    """How it ended."""

    outcome = fields.String(required=True, validate=validate.OneOf(["done", "needs_parts"]))


class VisitFields(Schema):
    """What an engineer enters."""

    findings = text(50_000, allow_none=True)


class CommentAdd(Schema):
    """A remark on an order."""

    work_order_id = an_id(required=True)
    text = text(20_000, 1, required=True)


class WorkTypeAdd(Schema):
    """A kind of work."""

    name = fields.Dict(required=True, keys=fields.String(), values=text(120, 1))
    duration_minutes = fields.Integer(load_default=90, validate=validate.Range(5, 10_000))
    skills = fields.List(Lenient(SkillIn), load_default=list, validate=validate.Length(max=20))
    priority = fields.String(load_default="P3", validate=validate.OneOf(PRIORITIES))
