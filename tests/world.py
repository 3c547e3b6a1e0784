"""The cast and what they need: users with roles, a customer with a site and a device, shorthand for commands and requests."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from server.accounts.models import User
from server.accounts.queries import actor_of
from server.core import commands, commit
from server.core.acts import SYSTEM, Act, Actor
from server.core.db import db
from server.core.ids import new_id
from server.organisation import operations as organisation
from server.seed.roles import STARTING

PASSWORD = "correct horse battery"


class FreshClient(FlaskClient):
    """Each request begins as in production: nobody remembered from the one before, though the test holds an app context."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if has_app_context():
            for name in list(g):
                g.pop(name)
        return super().open(*args, **kwargs)


def a_form(key: str = "chiller_repair", items: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A small definition in English: pressure and a choice are required, the pressure is for reports."""
    words = {"en": "Words"}
    return {
        "$fmt": "callout-form/1", "key": key, "locales": ["en"], "default_locale": "en", "title": words,
        "lists": {"okng": [{"v": "ok", "l": words}, {"v": "ng", "l": words}]},
        "items": items or [
            {"id": "pressure", "type": "number", "label": words, "required": True, "min": 0, "max": 2500, "report": True},
            {"id": "fan", "type": "select", "label": words, "list": "okng", "required": True, "report": True},
            {"id": "note", "type": "text", "label": words},
        ],
    }  # fmt: skip


class World:
    """A small company. Ids are attributes named after the cast and things."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        app.test_client_class = FreshClient
        self.users: dict[str, str] = {}
        self.roles: dict[str, str] = {}
        self.regions: dict[str, str] = {}
        self.teams: dict[str, str] = {}
        self.forms: dict[str, str] = {}
        self.form_version = self.choice = ""  # of the permission matrix

    def people(self) -> None:
        """Organisation, two regions, two teams, the starting roles, the cast."""

        def work(session: Session) -> None:
            act = Act(session, SYSTEM, origin="cli")
            self.organisation_id = new_id()
            organisation.found(
                act, self.organisation_id, {"name": "Henleng", "zone": "Asia/Shanghai", "locale": "en", "phone": None}
            )
            for key in ("north", "south"):
                self.regions[key] = self._in(act, "region.add", {"name": {"en": key}})
                self.teams[key] = self._in(act, "team.add", {"name": {"en": key}, "region_id": self.regions[key]})
            self.roles = {key: self._in(act, "role.add", dict(role)) for key, role in STARTING.items()}
            regional = dict(STARTING["dispatcher"], scope="region", name={"en": "Regional dispatcher"})
            self.roles["regional"] = self._in(act, "role.add", regional)
            for login, role, team, regions in (
                ("asha", "dispatcher", None, ()), ("ben", "engineer", "north", ()), ("lina", "engineer", "south", ()),
                ("mei", "manager", None, ()), ("qin", "supervisor", "north", ()), ("rosa", "regional", None, ("north",)),
            ):  # fmt: skip
                self.users[login] = self._user(act, login, [self.roles[role]], team, regions)
            self.users["dev"] = self._user(act, "dev", [], None, ())
            for login in ("ben", "lina"):
                self._in(act, "engineer_profile.set", {}, self.users[login])

        commit.transact(work)

    def _user(self, act: Act, login: str, roles: list[str], team: str | None, regions: tuple[str, ...]) -> str:
        return self._in(act, "user.add", {
            "login": login, "password": PASSWORD, "name": login.capitalize(), "locale": "en", "role_ids": roles,
            "team_id": self.teams[team] if team else None, "region_ids": [self.regions[one] for one in regions],
        })  # fmt: skip

    def things(self) -> None:
        """Cora's company with a site and a chiller; a work type."""

        def work(session: Session) -> None:
            act = Act(session, SYSTEM, origin="cli")
            self.line_id = self._in(act, "product_line.add", {"name": {"en": "Chillers"}})
            self.product = self._in(
                act, "product.add", {"product_line_id": self.line_id, "model": "CH-200", "name": {"en": "Chiller"}}
            )
            self.customer = self._in(act, "customer.add", {"name": "Northway", "locale": "en"})
            self.contact = self._in(
                act, "contact.add", {"customer_id": self.customer, "name": "Cora", "phone": "133", "locale": "en"}
            )
            self.site = self._in(act, "site.add", {
                "customer_id": self.customer, "name": "Plant 1", "address": "45 Suhong Road", "phone": "0512", "region_id": self.regions["north"],
            })  # fmt: skip
            self.asset = self._in(act, "asset.add", {
                "product_id": self.product, "customer_id": self.customer, "site_id": self.site, "serial": "CH204187",
            })  # fmt: skip
            self.repair = self._in(act, "work_type.add", {"name": {"en": "Repair"}})

        commit.transact(work)

    @staticmethod
    def _in(act: Act, name: str, args: dict[str, Any], entity_id: str | None = None) -> str:
        chosen = entity_id or new_id()
        commands.run(name, act, chosen, args)
        return chosen

    def actor(self, login: str) -> Actor:
        """Someone of the cast as the policy sees him now."""
        session: Session = db.session()
        session.rollback()
        try:
            return actor_of(session, session.get_one(User, self.users[login]))
        finally:
            session.rollback()

    def do(self, login: str, name: str, args: dict[str, Any], entity_id: str | None = None, **act: Any) -> Any:
        """Run a command as someone of the cast; answers its record."""
        actor = SYSTEM if login == "system" else self.actor(login)
        chosen = entity_id or new_id()
        return commit.transact(lambda session: commands.run(name, Act(session, actor, **act), chosen, args))

    def order(self, login: str = "asha", **changes: Any) -> str:
        """A new repair order of Cora's; answers its id."""
        args = {
            "work_type_id": self.repair, "customer_id": self.customer, "site_id": self.site, "contact_id": self.contact,
            "asset_id": self.asset, "team_id": self.teams["north"], "summary": "High pressure alarm", **changes,
        }  # fmt: skip
        return str(self.do(login, "work_order.create", args).id)

    def visit(self, engineer: str = "ben", order: str | None = None) -> str:
        """A visit sent to an engineer; answers its id."""
        args = {"work_order_id": order or self.order(), "engineer_id": self.users[engineer]}
        return str(self.do("asha", "visit.assign", args).id)

    def form(self, key: str = "chiller_repair", items: list[dict[str, Any]] | None = None, **where: Any) -> str:
        """A published form (the next version of its key) that every job gets unless `where` narrows it; answers the version's id."""
        template = self.forms.get(key)
        if template is None:
            template = self.forms[key] = str(
                self.do("mei", "form_template.add", {"key": key, "title": {"en": "Repair"}}).id
            )
            row = {"position": len(self.forms), "form_template_id": template, **where}
            self.do("mei", "form_choice.add", row)
        args = {"form_template_id": template, "definition": a_form(key, items)}
        return str(self.do("mei", "form_version.publish", args).id)

    def client(self, login: str, device_id: str | None = None) -> FlaskClient:
        """A logged-in browser; with a device id it is that desk's."""
        client = self.app.test_client()
        body: dict[str, Any] = {"login": login, "password": PASSWORD}
        if device_id:
            body["device"] = {"id": device_id, "kind": "desk"}
        reply = client.post("/api/v1/session", json=body)
        assert reply.status_code == 200, reply.text
        return client
