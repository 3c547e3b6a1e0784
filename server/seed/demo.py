"""Puts the demo company into an empty server as one transaction: small, with the cast and ten orders, as tests use it; or whole (`whole`)."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.core import clock, commands, commit
from server.core.acts import SYSTEM, Act
from server.core.ids import new_id
from server.core.tables import ServerFact
from server.organisation import operations as organisation
from server.organisation.queries import the_organisation
from server.seed import company, contracts, whole
from server.seed.beginnings import WORK_TYPES
from server.seed.forms import CHOICES, FORMS
from server.seed.roles import STARTING

FACT = "demo"


Size = Literal["small", "whole"]


def seed(size: Size = "small") -> bool:
    """Fill an empty server; False when it has a company already. Both hold the same cast with the same logins."""
    return commit.transact(lambda session: _seed(session, size))


def is_demo(session: Session) -> bool:
    """Whether the company on this server is the demo."""
    return session.get(ServerFact, FACT) is not None


def _do(act: Act, name: str, args: dict[str, Any], entity_id: str | None = None) -> str:
    chosen = entity_id or new_id()
    commands.run(name, act, chosen, args)
    return chosen


def _seed(session: Session, size: Size) -> bool:
    if the_organisation(session) is not None:
        return False
    if size == "whole":
        whole.put_in(session)
    else:
        _put_small_in(session)
    session.add(ServerFact(name=FACT, value=clock.now().isoformat()))
    return True


def _put_small_in(session: Session) -> None:
    act = Act(session, SYSTEM, origin="cli")
    organisation.found(act, new_id(), dict(company.ORGANISATION))
    users = _people(act)
    assets, customers = _things(act)
    types = {
        key: _do(act, "work_type.add", {"name": name, "duration_minutes": minutes, "priority": priority})
        for key, (name, minutes, priority) in WORK_TYPES.items()
    }
    for row in company.ORDERS:
        _order(act, row, users, assets, customers, types)


def _people(act: Act) -> dict[str, str]:
    regions: dict[str, str] = {}
    for key, words in company.REGIONS.items():
        parent = company.PARENTS.get(key)
        regions[key] = _do(act, "region.add", {"name": words, "parent_id": regions[parent] if parent else None})
    teams = {
        key: _do(act, "team.add", {"name": name, "region_id": regions[region]})
        for key, (region, name) in company.TEAMS.items()
    }
    roles = {key: _do(act, "role.add", dict(role)) for key, role in STARTING.items()}
    users = {}
    for login, (name, given, locale, role, team, home) in company.USERS.items():
        users[login] = _do(act, "user.add", {
            "login": login, "password": company.PASSWORD, "name": name, "given_name": given, "locale": locale,
            "team_id": teams[team] if team else None, "role_ids": [roles[role]], "region_ids": [],
        })  # fmt: skip
        if home is not None:
            _do(act, "engineer_profile.set", {"home_lat": home[0], "home_lon": home[1]}, users[login])
    act.session.info["demo_teams"] = teams
    act.session.info["demo_regions"] = regions
    return users


def _things(act: Act) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    regions = act.session.info.pop("demo_regions")
    lines = {key: _do(act, "product_line.add", {"name": name}) for key, name in company.LINES.items()}
    _forms(act, lines)
    products = {
        model: _do(act, "product.add", {"product_line_id": lines[line], "model": model, "name": name})
        for model, (line, name) in company.PRODUCTS.items()
    }
    customers = {key: _customer(act, row, regions) for key, row in company.CUSTOMERS.items()}
    assets = {}
    for serial, (model, owner, label, installed) in company.ASSETS.items():
        assets[serial] = _do(act, "asset.add", {
            "product_id": products[model], "customer_id": customers[owner]["customer"], "site_id": customers[owner]["site"],
            "serial": serial, "label": label, "qr": f"CALLOUT:{serial}", "installed_on": installed,
        })  # fmt: skip
        for contract in contracts.of(serial, company.PRODUCTS[model][0], installed, clock.now().date()):
            _do(act, "contract.add", {"asset_id": assets[serial], **contract})
    return assets, customers


def _forms(act: Act, lines: dict[str, str]) -> None:
    templates: dict[str, str] = {}
    for form in FORMS:
        key = form["key"]
        templates[key] = _do(act, "form_template.add", {"key": key, "title": form["title"]})
        _do(act, "form_version.publish", {"form_template_id": templates[key], "definition": form})
    for position, (line, key) in enumerate(CHOICES):
        row = {"position": position, "product_line_id": lines[line], "form_template_id": templates[key]}
        _do(act, "form_choice.add", row)


def _customer(act: Act, row: dict[str, Any], regions: dict[str, str]) -> dict[str, str]:
    customer = _do(
        act,
        "customer.add",
        {"name": row["name"], "short_name": row["short"], "rank": row["rank"], "locale": row["locale"]},
    )
    name, title, phone = row["contact"]
    contact = _do(
        act,
        "contact.add",
        {"customer_id": customer, "name": name, "title": title, "phone": phone, "locale": row["locale"]},
    )
    site_name, address, lat, lon, access = row["site"]
    site = _do(act, "site.add", {
        "customer_id": customer, "name": site_name, "address": address, "lat": lat, "lon": lon, "access_notes": access, "phone": phone,
        "region_id": regions[row["region"]],
    })  # fmt: skip
    return {"customer": customer, "contact": contact, "site": site}


def _order(
    act: Act, row: Any, users: dict[str, str], assets: dict[str, str], customers: dict[str, Any], types: dict[str, str]
) -> None:
    owner, serial, kind, summary, description, priority, engineer, hour = row
    where = customers[owner]
    teams = act.session.info["demo_teams"]
    team = teams["chillers" if serial.startswith("CH") else "compressors"]
    order = _do(act, "work_order.create", {
        "work_type_id": types[kind], "customer_id": where["customer"], "contact_id": where["contact"], "site_id": where["site"],
        "asset_id": assets[serial], "team_id": team, "summary": summary, "description": description, "priority": priority,
    })  # fmt: skip
    if engineer is None or hour is None:
        return
    zone = ZoneInfo(str(company.ORGANISATION["zone"]))
    midnight = clock.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight + dt.timedelta(hours=hour)
    minutes = WORK_TYPES[kind][1]
    _do(act, "visit.assign", {
        "work_order_id": order, "engineer_id": users[engineer], "planned_start": start.isoformat(),
        "planned_end": (start + dt.timedelta(minutes=minutes)).isoformat(), "promised_from": start.isoformat(),
        "promised_until": (start + dt.timedelta(hours=1)).isoformat(),
    })  # fmt: skip


def forget(session: Session) -> None:
    """Drop the mark that this is the demo."""
    session.execute(sa.delete(ServerFact).where(ServerFact.name == FACT))
