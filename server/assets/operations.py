"""Writes of products, devices and what covers them."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from server.assets import events
from server.assets.models import Asset, Contract, Product, ProductLine
from server.conflicts import merging
from server.core import journal
from server.core.acts import Act
from server.core.db import Record
from server.core.errors import Problem, declare
from server.core.events import Event
from server.customers.models import Site
from server.engineers.operations import require_skills
from server.permissions import policy
from sync.merge import Policy

declare("contract_reversed", 422, "never", en="The contract ends before it begins.", zh="合同的结束日期早于开始日期。")
CONTRACT: dict[str, Policy] = dict.fromkeys(("kind", "number", "starts_on", "ends_on", "coverage"), "ours")
R = TypeVar("R", bound=Record)


def _add(act: Act, made: R, event: Event) -> R:
    policy.require_new(act, type(made), made.id)
    act.session.add(made)
    journal.record(act, event, made)
    return made


def add_contract(act: Act, contract_id: str, args: dict[str, Any]) -> Contract:
    """Command contract.add. The same id again is the same contract."""
    policy.require(act, "contract.add")
    existing = act.session.get(Contract, contract_id)
    if existing is not None:
        policy.require(act, "contract.add", existing)
        act.code = "already_done"
        return existing
    if policy.find(act, Asset, args["asset_id"]) is None:
        raise Problem("not_found")
    _require_order(args.get("starts_on"), args["ends_on"])
    return _add(act, Contract(id=contract_id, **args), events.CONTRACT_ADDED)


def edit_contract(act: Act, contract_id: str, args: dict[str, Any]) -> Contract:
    """Command contract.edit."""
    contract = act.session.get(Contract, contract_id, with_for_update=True, populate_existing=True)
    if contract is None or contract.deleted_at is not None:
        raise Problem("not_found")
    policy.require(act, "contract.edit", contract)
    wanted = args["set"]
    _require_order(wanted.get("starts_on", contract.starts_on), wanted.get("ends_on", contract.ends_on))
    return merging.edit(act, contract, args, CONTRACT, events.CONTRACT_EDITED)


def _require_order(starts_on: dt.date | None, ends_on: dt.date) -> None:
    if starts_on is not None and ends_on < starts_on:
        raise Problem("contract_reversed", fields={"ends_on": ["before starts_on"]})


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
    if site is None or site.customer_id != args["customer_id"]:
        raise Problem("not_found")
    return register(act, asset_id, args)


def register(act: Act, asset_id: str, args: dict[str, Any]) -> Asset:
    """A new device at a place that the caller vouches for, as part of a command whose own permission covers it."""
    if policy.find(act, Product, args["product_id"]) is None:
        raise Problem("not_found")
    return _add(act, Asset(id=asset_id, **args), events.ASSET_ADDED)
