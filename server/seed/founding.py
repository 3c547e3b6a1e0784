"""Puts the whole demo company's people and things in by the ordinary commands, as of the day before its first order."""

from __future__ import annotations

import datetime as dt
from typing import Any

from server.accounts import operations as accounts
from server.accounts import passwords
from server.core import commands
from server.core.acts import Act
from server.organisation import operations as organisation
from server.seed import company, contracts, staff
from server.seed.beginnings import WORK_TYPES
from server.seed.directory import Directory, table
from server.seed.forms import CHOICES, FORMS, SOFTWARE, without_evidence
from server.seed.roles import STARTING

CHOICES_OF_ALL = (*CHOICES, ("software", "software_support"))
FORMS_OF_ALL = (*FORMS, SOFTWARE)
TYPES = WORK_TYPES | staff.WORK_TYPES


def found(act: Act, who: Directory) -> None:
    """Everything that stands before the first order."""
    organisation.found(act, who.id("organisation"), dict(company.ORGANISATION))
    _regions_and_teams(act, who)
    _skills_and_types(act, who)
    _people(act, who)
    _products(act, who)
    _forms(act, who)
    _customers(act, who)
    for unit in who.units:
        _do(act, "asset.add", unit.id, {
            "product_id": who.id("product", unit.model), "customer_id": unit.place.customer_id, "site_id": unit.place.id,
            "serial": unit.serial, "label": unit.label, "qr": f"CALLOUT:{unit.serial}", "installed_on": unit.installed_on,
        })  # fmt: skip
        for contract in contracts.of(unit.serial, unit.line, unit.installed_on, who.today):
            _do(
                act,
                "contract.add",
                who.id("contract", unit.serial, contract["kind"]),
                {"asset_id": unit.id, **contract},
            )


def _do(act: Act, name: str, entity_id: str, args: dict[str, Any]) -> None:
    commands.run(name, act, entity_id, args)


def _regions_and_teams(act: Act, who: Directory) -> None:
    for key, words in staff.AREAS.items():
        _do(act, "region.add", who.id("region", key), {"name": words})
    for key, (words, area) in staff.CITIES.items():
        _do(act, "region.add", who.id("region", key), {"name": words, "parent_id": who.id("region", area)})
    for key, (city, words, supervisor) in staff.TEAMS.items():
        args = {"name": words, "region_id": who.id("region", city), "supervisor_id": who.id("user", supervisor)}
        _do(act, "team.add", who.id("team", key), args)


def _asked(who: Directory, skills: list[tuple[str, int]]) -> list[dict[str, Any]]:
    return [{"skill_id": who.id("skill", key), "level": level} for key, level in skills]


def _skills_and_types(act: Act, who: Directory) -> None:
    for key, words in staff.SKILLS.items():
        _do(act, "skill.add", who.id("skill", key), {"name": words})
    for key, (words, minutes, priority) in TYPES.items():
        _do(act, "work_type.add", who.id("work_type", key), {
            "name": words, "duration_minutes": minutes, "priority": priority, "skills": _asked(who, staff.TYPE_SKILLS.get(key, [])),
        })  # fmt: skip


def _people(act: Act, who: Directory) -> None:
    for key, role in STARTING.items():
        _do(act, "role.add", who.id("role", key), dict(role))
    # one password that is printed at every start: hashing it nineteen times would keep nothing safer
    hashed = passwords.make_hash(company.PASSWORD, "asha")
    for login, (name, given, role_key, team) in staff.OFFICE.items():
        _user(act, who, login, {"name": name, "given_name": given, "locale": "zh-CN"}, role_key, team, hashed)
    for login, (name, given, locale, team, home, shifts, skills) in staff.ENGINEERS.items():
        _user(act, who, login, {"name": name, "given_name": given, "locale": locale}, "engineer", team, hashed)
        _do(act, "engineer_profile.set", who.id("user", login), {
            "home_lat": home[0], "home_lon": home[1], "shifts": _shifts(shifts), "skills": _known(who, login, skills),
        })  # fmt: skip


def _user(
    act: Act, who: Directory, login: str, words: dict[str, str], role: str, team: str | None, hashed: str
) -> None:
    command = commands.find("user.add")
    args = commands.load(command, {
        "login": login, "password": company.PASSWORD, **words, "team_id": who.id("team", team) if team else None,
        "role_ids": [who.id("role", role)], "region_ids": [],
    })  # fmt: skip
    del args["password"]
    accounts.add_user(act, who.id("user", login), {**args, "password_hash": hashed})


def _shifts(key: str) -> list[dict[str, Any]]:
    return [
        {"weekday": day, "from": span[0], "until": span[1]} for day, span in enumerate(staff.SHIFTS[key]) if span is not None
    ]  # fmt: skip


def _known(who: Directory, login: str, skills: dict[str, int]) -> list[dict[str, Any]]:
    """Certificates end some day; Emma's soon, so that there is something to see to."""
    days = 25 if login == "emma" else 400
    ends = (who.today + dt.timedelta(days=days)).isoformat()
    return [
        {"skill_id": who.id("skill", key), "level": level, "expires_on": ends if key in staff.CERTIFICATES else None}
        for key, level in skills.items()
    ]


def _products(act: Act, who: Directory) -> None:
    for key, words in (company.LINES | staff.LINES).items():
        args = {"name": words, "skills": _asked(who, staff.LINE_SKILLS[key])}
        _do(act, "product_line.add", who.id("product_line", key), args)
    for model, (line, words, *_rest) in staff.PRODUCTS.items():
        args = {"product_line_id": who.id("product_line", line), "model": model, "name": words}
        _do(act, "product.add", who.id("product", model), args)


def _forms(act: Act, who: Directory) -> None:
    """Each form as it was: without photos and signature, which were asked for only later (`ask_for_evidence`)."""
    for form in FORMS_OF_ALL:
        key = form["key"]
        template = who.id("form_template", key)
        _do(act, "form_template.add", template, {"key": key, "title": form["title"]})
        args = {"form_template_id": template, "definition": without_evidence(form)}
        _do(act, "form_version.publish", who.id("form_version", key, "1"), args)
    for position, (line, key) in enumerate(CHOICES_OF_ALL):
        row = {"position": position, "product_line_id": who.id("product_line", line)}
        _do(
            act,
            "form_choice.add",
            who.id("form_choice", line),
            row | {"form_template_id": who.id("form_template", key)},
        )


def ask_for_evidence(act: Act, who: Directory) -> None:
    """The second version of each form, the one that new jobs are filled in by."""
    for form in FORMS_OF_ALL:
        key = form["key"]
        args = {"form_template_id": who.id("form_template", key), "definition": form}
        _do(act, "form_version.publish", who.id("form_version", key, "2"), args)


def _customers(act: Act, who: Directory) -> None:
    rows: dict[str, dict[str, Any]] = {key: dict(row) for key, row in company.CUSTOMERS.items()}
    rows |= {row["key"]: row for row in table("customers")["customers"]}
    for key, row in rows.items():
        first = next(one for one in who.places if one.customer == key)
        words = {"name": row["name"], "short_name": row["short"], "rank": row["rank"], "locale": row["locale"]}
        _do(act, "customer.add", first.customer_id, words)
        name, title, phone = row["contact"]
        told = {"name": name, "title": title, "phone": phone, "locale": row["locale"]}
        _do(act, "contact.add", first.contact_id, {"customer_id": first.customer_id, **told})
    for place in who.places:
        _do(act, "site.add", place.id, {
            "customer_id": place.customer_id, "name": place.name, "address": place.address, "lat": place.lat, "lon": place.lon,
            "access_notes": place.access, "phone": place.phone, "region_id": who.id("region", place.city),
        })  # fmt: skip
