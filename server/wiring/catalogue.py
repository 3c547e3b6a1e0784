"""Every command of Callout in one list: name, entity, operation, shape, and whose lock it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from marshmallow import Schema

from server.accounts import operations as accounts
from server.accounts import saved_views
from server.accounts import schemas as account_shapes
from server.assets import operations as assets
from server.assets import schemas as asset_shapes
from server.attachments import operations as attachments
from server.attachments.models import Attachment
from server.attachments.schemas import AttachmentAdd, AttachmentFields
from server.conflicts import operations as conflicts
from server.conflicts.schemas import Resolve
from server.core import commands
from server.core.acts import Act
from server.core.commands import AggregateOf, Command, Operation, Prepare
from server.core.fields_in import Nothing, editable
from server.customers import operations as customers
from server.customers import schemas as customer_shapes
from server.engineers import operations as engineers
from server.engineers import schemas as engineer_shapes
from server.forms import operations as forms
from server.forms import schemas as form_shapes
from server.organisation import operations as organisation
from server.organisation import schemas as organisation_shapes
from server.work_orders import operations as orders
from server.work_orders import schemas as shapes
from server.work_orders import unplanned_operations as unplanned
from server.work_orders import visit_operations as visits
from server.work_orders.models import Visit


def _none(_act: Act, _entity_id: str, _args: Mapping[str, Any]) -> str | None:
    return None


def _itself(_act: Act, entity_id: str, _args: Mapping[str, Any]) -> str | None:
    return entity_id


def _of_visit(act: Act, entity_id: str, args: Mapping[str, Any]) -> str | None:
    found = act.session.execute(sa.select(Visit.work_order_id).where(Visit.id == entity_id)).scalar_one_or_none()
    return found or _named(act, entity_id, args)


def _of_attachment(act: Act, entity_id: str, _args: Mapping[str, Any]) -> str | None:
    query = sa.select(Attachment.work_order_id).where(Attachment.id == entity_id)
    return act.session.execute(query).scalar_one_or_none()


def _named(_act: Act, _entity_id: str, args: Mapping[str, Any]) -> str | None:
    named = args.get("work_order_id")
    return named if isinstance(named, str) else None


Row = tuple[str, str, Operation, type[Schema], AggregateOf]
STEP_SHAPES: dict[str, type[Schema]] = {
    "visit.dispatch": shapes.VisitDispatch, "visit.complete": shapes.VisitComplete, "visit.decline": shapes.Reason,
    "visit.cannot_complete": shapes.Reason, "visit.cancel": shapes.Reason, "visit.unassign": shapes.Reason,
}  # fmt: skip
ROWS: list[Row] = [
    ("organisation.change", "organisation", organisation.change, organisation_shapes.OrganisationFields, _none),
    ("region.add", "region", organisation.add_region, organisation_shapes.RegionAdd, _none),
    ("team.add", "team", organisation.add_team, organisation_shapes.TeamAdd, _none),
    ("user.add", "user", accounts.add_user, account_shapes.UserAdd, _none),
    ("user.change", "user", accounts.change_user, account_shapes.UserChange, _none),
    ("user.disable", "user", accounts.disable_user, Nothing, _none),
    ("user.enable", "user", accounts.enable_user, Nothing, _none),
    ("user.change_password", "user", accounts.change_password, account_shapes.PasswordChange, _none),
    ("role.add", "role", accounts.add_role, account_shapes.RoleIn, _none),
    ("role.change", "role", accounts.change_role, account_shapes.RoleIn, _none),
    ("device.revoke", "device", accounts.revoke_device, Nothing, _none),
    ("saved_view.set", "saved_view", saved_views.set_view, saved_views.SavedViewSet, _none),
    ("saved_view.remove", "saved_view", saved_views.remove_view, Nothing, _none),
    ("customer.add", "customer", customers.add_customer, customer_shapes.CustomerAdd, _none),
    ("customer.edit", "customer", customers.edit_customer, editable(customer_shapes.CustomerFields), _none),
    ("contact.add", "contact", customers.add_contact, customer_shapes.ContactAdd, _none),
    ("contact.edit", "contact", customers.edit_contact, editable(customer_shapes.ContactFields), _none),
    ("contact.erase", "contact", customers.erase_contact, Nothing, _none),
    ("site.add", "site", customers.add_site, customer_shapes.SiteAdd, _none),
    ("site.edit", "site", customers.edit_site, editable(customer_shapes.SiteFields), _none),
    ("product_line.add", "product_line", assets.add_product_line, asset_shapes.ProductLineAdd, _none),
    ("product.add", "product", assets.add_product, asset_shapes.ProductAdd, _none),
    ("asset.add", "asset", assets.add_asset, asset_shapes.AssetAdd, _none),
    ("contract.add", "contract", assets.add_contract, asset_shapes.ContractAdd, _none),
    ("contract.edit", "contract", assets.edit_contract, editable(asset_shapes.ContractFields), _none),
    ("engineer_profile.set", "engineer_profile", engineers.set_profile, engineer_shapes.ProfileSet, _none),
    ("skill.add", "skill", engineers.add_skill, engineer_shapes.SkillAdd, _none),
    ("absence.add", "absence", engineers.add_absence, engineer_shapes.AbsenceAdd, _none),
    ("absence.remove", "absence", engineers.remove_absence, Nothing, _none),
    ("work_type.add", "work_type", orders.add_work_type, shapes.WorkTypeAdd, _none),
    ("work_order.create", "work_order", orders.create_work_order, shapes.WorkOrderCreate, _itself),
    ("work_order.take_on", "work_order", unplanned.take_on, shapes.WorkOrderTakeOn, _itself),
    ("work_order.edit", "work_order", orders.edit_work_order, editable(shapes.WorkOrderFields), _itself),
    ("work_order.cancel", "work_order", orders.cancel_work_order, shapes.Reason, _itself),
    ("work_order.set_status", "work_order", orders.set_status, shapes.StatusSet, _itself),
    ("comment.add", "comment", orders.add_comment, shapes.CommentAdd, _named),
    ("visit.plan", "visit", visits.plan_visit, shapes.VisitPlan, _of_visit),
    ("visit.assign", "visit", visits.assign_visit, shapes.VisitPlan, _of_visit),
    ("visit.move", "visit", visits.move_visit, shapes.VisitMove, _of_visit),
    ("visit.edit", "visit", visits.edit_visit, editable(shapes.VisitFields), _of_visit),
    *((name, "visit", step, STEP_SHAPES.get(name, Nothing), _of_visit) for name, step in visits.STEPS.items()),
    ("form_template.add", "form_template", forms.add_template, form_shapes.FormTemplateAdd, _none),
    ("form_version.publish", "form_version", forms.publish_version, form_shapes.FormVersionPublish, _none),
    ("form_choice.add", "form_choice", forms.add_choice, form_shapes.FormChoiceAdd, _none),
    ("form_choice.remove", "form_choice", forms.remove_choice, Nothing, _none),
    ("submission.save", "submission", forms.save_submission, form_shapes.SubmissionSave, _named),
    ("attachment.add", "attachment", attachments.add, AttachmentAdd, _named),
    ("attachment.edit", "attachment", attachments.edit, editable(AttachmentFields), _of_attachment),
    ("conflict.resolve", "conflict", conflicts.resolve, Resolve, _none),
]


PREPARE: dict[str, Prepare] = {"user.add": accounts.hash_new, "user.change_password": accounts.check_present}


def fill() -> None:
    """Put every row in the catalogue, once per process."""
    for name, entity, operation, shape, aggregate_of in ROWS:
        if name not in commands.CATALOGUE:
            commands.add(Command(name, entity, operation, shape, aggregate_of, prepare=PREPARE.get(name)))
