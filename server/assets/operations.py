"""Writes of products and devices."""

from __future__ import annotations

from typing import Any, TypeVar

from server.assets import events
from server.assets.models import Asset, Product, ProductLine
from server.core import journal
from server.core.acts import Act
from server.core.db import Record
from server.core.errors import Problem
from server.core.events import Event
from server.customers.models import Site
from server.engineers.operations import require_skills
from server.permissions import policy

R = TypeVar("R", bound=Record)


def _add(act: Act, made: R, event: Event) -> R:
    policy.require_new(act, type(made), made.id)
    act.session.add(made)
    journal.record(act, event, made)
    return made


def add_product_line(act: Act, line_id: str, args: dict[str, Any]) -> ProductLine:
    """Command product_line.add."""
    policy.require(act, "product_line.add")
    require_skills(act, args["skills"])
    return _add(act, ProductLine(id=line_id, **args), events.LINE_ADDED)


def add_product(act: Act, product_id: str, args: dict[str, Any]) -> Product:
    """Command product.add."""
    policy.require(act, "product.add")
    if policy.find(act, ProductLine, args["product_line_id"]) is None:
        raise Problem("not_found")
    return _add(act, Product(id=product_id, **args), events.PRODUCT_ADDED)


def add_asset(act: Act, asset_id: str, args: dict[str, Any]) -> Asset:
    """Command asset.add: a device stands at a site of its customer. The same id again is the same device."""
    policy.require(act, "asset.add")
    existing = act.session.get(Asset, asset_id)
    if existing is not None:
        policy.require(act, "asset.add", existing)
        act.code = "already_done"
        return existing
    site = policy.find(act, Site, args["site_id"])
    if site is None or site.customer_id != args["customer_id"] or policy.find(act, Product, args["product_id"]) is None:
        raise Problem("not_found")
    return _add(act, Asset(id=asset_id, **args), events.ASSET_ADDED)
