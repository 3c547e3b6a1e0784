"""The whole demo company, put in once for each database: what it holds, that its past is true to the house's rules, who sees what."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from server import worker
from server.accounts.models import User
from server.accounts.queries import actor_of
from server.app import create_app
from server.assets.models import Asset, Product
from server.attachments.models import Attachment
from server.core import chain, clock
from server.core.clock import HeldClock
from server.core.config import read_settings
from server.core.db import Base, db
from server.core.tables import DueWork, EventRow, Head
from server.customers.models import Customer, Site
from server.engineers.models import Absence, EngineerProfile
from server.forms.engine.validate import errors
from server.forms.models import Answer, FormVersion, Submission
from server.forms.operations import definition_of
from server.notices.models import Notice
from server.organisation.models import Region, Team
from server.permissions import policy
from server.seed import company, demo, staff
from server.seed.directory import ZONE, at
from server.wiring.doors import BLOBS
from server.wiring.finishers import audit_scopes
from server.work_orders import board
from server.work_orders.engine import machine
from server.work_orders.models import Visit, WorkOrder
from server.work_orders.queries import LIVE
from sync.testing import FakeDevice
from tests import databases
from tests.world import FreshClient

NOW = dt.datetime(2026, 3, 4, 6, 0, tzinfo=dt.UTC)  # a Wednesday, two in the afternoon of the company
TODAY = dt.date(2026, 3, 4)
EIGHT = at(TODAY, 8)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, cheap_passwords: None
) -> Iterator[Flask]:
    """A server whose demo was put in at NOW."""
    folder = tmp_path_factory.mktemp("whole")
    url = databases.sqlite(folder) if request.param == "sqlite" else databases.postgresql()
    made = _server(folder, url)
    with clock.held(HeldClock(NOW)), made.app_context():
        assert demo.seed("whole")
        yield made
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


def _server(folder: Path, url: str) -> Flask:
    made = create_app(
        read_settings({"CALLOUT_DATA_DIR": str(folder), "DATABASE_URL": url, "CALLOUT_LOG_LEVEL": "error"})
    )
    made.extensions["callout.limiter"].enabled = False
    made.test_client_class = FreshClient
    return made


def rows(query: Any) -> list[Any]:
    db.session().rollback()
    return list(db.session().execute(query).all())


def ones(query: sa.Select[Any]) -> list[Any]:
    return [row[0] for row in rows(query)]


def count(model: type[Any], *where: Any) -> int:
    return int(ones(sa.select(sa.func.count()).select_from(model).where(*where))[0])


def logged_in(app: Flask, login: str) -> FlaskClient:
    client = app.test_client()
    reply = client.post("/api/v1/session", json={"login": login, "password": company.PASSWORD})
    assert reply.status_code == 200, reply.text
    return client


def test_it_holds_what_was_promised(app: Flask) -> None:
    assert count(Customer) == 40
    assert count(Asset) == 120
    assert len(set(ones(sa.select(Asset.serial)))) == len(set(ones(sa.select(Asset.qr)))) == 120
    assert count(EngineerProfile) == 12
    assert count(Team) == 4
    assert count(WorkOrder, WorkOrder.category.in_(LIVE)) == 60
    assert count(WorkOrder, WorkOrder.category.in_(("done", "cancelled"))) == 1500
    assert count(WorkOrder, WorkOrder.category == "new") == 20
    assert count(WorkOrder, WorkOrder.category == "in_progress") == 3
    assert count(WorkOrder, WorkOrder.category == "waiting") == 3
    numbers = ones(sa.select(WorkOrder.number))
    assert None not in numbers and len(set(numbers)) == 1560


def test_sites_lie_in_six_cities_of_the_east_and_beyond(app: Flask) -> None:
    found = rows(sa.select(Site.lat, Site.lon, Region.name).join(Region, Region.id == Site.region_id))
    names = {words["en"] for _lat, _lon, words in found}
    assert {"Suzhou", "Shanghai", "Wuxi", "Nanjing", "Hangzhou", "Ningbo", "Shenzhen", "Qingdao"} <= names
    assert all(22 < lat < 37 and 113 < lon < 123 for lat, lon, _words in found)


def test_people_have_skills_shifts_homes_and_teams_a_supervisor(app: Flask) -> None:
    for profile in ones(sa.select(EngineerProfile)):
        assert profile.skills and profile.shifts and profile.home_lat and profile.home_lon
    supervisors = ones(sa.select(User.login).join(Team, Team.supervisor_id == User.id))
    assert sorted(supervisors) == ["hong", "qin", "tang", "weidong"]


def test_the_cast_logs_in_and_finds_its_orders(app: Flask) -> None:
    for login in ("asha", "ben", "mei", "emma", "tang"):
        logged_in(app, login)
    summaries = ones(sa.select(WorkOrder.summary).where(WorkOrder.category.in_(LIVE)))
    assert {row[3] for row in company.ORDERS} <= set(summaries)
    bens = rows(
        sa.select(WorkOrder.summary).join(Visit).join(User, User.id == Visit.engineer_id)
        .where(User.login == "ben", Visit.planned_start >= EIGHT).order_by(Visit.planned_start)
    )  # fmt: skip
    assert [one for (one,) in bens] == [row[3] for row in company.ORDERS if row[6] == "ben"]


def test_the_chain_is_whole_and_so_are_the_channels(app: Flask) -> None:
    db.session().rollback()
    assert list(chain.faults(db.session())) == []
    assert audit_scopes(db.session()) == []


def test_the_past_was_recorded_in_order_and_nothing_lies_ahead(app: Flask) -> None:
    events = rows(sa.select(EventRow.acted_at, EventRow.recorded_at).order_by(EventRow.seq))
    recorded = [one.recorded_at for one in events if one.recorded_at != NOW]  # logins of these tests
    assert len(recorded) > 20_000
    assert recorded == sorted(recorded)
    assert max(recorded) <= EIGHT
    assert all(one.acted_at <= one.recorded_at for one in events)
    assert max(ones(sa.select(WorkOrder.reported_at))) <= EIGHT
    assert min(recorded) < NOW - dt.timedelta(days=90)


def test_nothing_of_the_past_is_sent_now(app: Flask) -> None:
    assert count(DueWork, DueWork.kind != "attachment.inspect") == 0
    assert count(Notice) == 0


def test_an_order_tells_its_whole_story(app: Flask) -> None:
    order = ones(
        sa.select(WorkOrder.id).join(Submission, Submission.work_order_id == WorkOrder.id)
        .where(WorkOrder.category == "done").order_by(WorkOrder.number).limit(1)
    )[0]  # fmt: skip
    names = ones(sa.select(EventRow.name).where(EventRow.aggregate_id == order).order_by(EventRow.seq))
    told = [name for name in names if not name.startswith(("work_order.status", "comment."))]
    assert told == [
        "work_order.created", "visit.planned", "visit.dispatched", "visit.accepted", "visit.travel_started", "visit.arrived",
        "visit.edited", "submission.finished", "work_order.edited", "visit.completed", "visit.left_phone",
    ]  # fmt: skip


def test_nobody_is_in_two_places(app: Flask) -> None:
    worked = sa.select(Visit.engineer_id, Visit.arrived_at, Visit.completed_at).where(Visit.status == "done")
    planned = sa.select(Visit.engineer_id, Visit.planned_start, Visit.planned_end).where(
        Visit.status.not_in(machine.TERMINAL)
    )
    for query in (worked, planned):
        spans = sorted(rows(query), key=lambda one: (one[0], one[1]))
        assert len(spans) > 30
        for one, other in itertools.pairwise(spans):
            assert one[0] != other[0] or one[2] <= other[1], (one, other)


def test_plans_lie_within_shifts(app: Flask) -> None:
    """Of what has not begun. He who called in ill still has his four: somebody has to plan them anew."""
    found = rows(
        sa.select(User.login, Visit.planned_start, Visit.planned_end).join(User, User.id == Visit.engineer_id)
        .where(Visit.status.in_(("dispatched", "accepted")))
    )  # fmt: skip
    assert sum(start.astimezone(ZONE).date() == TODAY for _login, start, _end in found) >= 20
    for login, start, end in found:
        shift = staff.SHIFTS[staff.ENGINEERS[login][5]][start.astimezone(ZONE).weekday()]
        assert shift is not None, login
        assert shift[0] <= f"{start.astimezone(ZONE):%H:%M}" and f"{end.astimezone(ZONE):%H:%M}" <= shift[1], login
    ill = [start for login, start, _end in found if login == staff.ILL and start.astimezone(ZONE).date() == TODAY]
    assert len(ill) == 4
    absences = sa.select(User.login, Absence.kind).join(User, User.id == Absence.engineer_id)
    away: dict[str, str] = dict(rows(absences))
    assert away == {staff.ILL: "ill", staff.AWAY: "training"}


def test_the_board_shows_how_old_the_data_of_phones_is(app: Flask) -> None:
    db.session().rollback()
    asha = actor_of(db.session(), db.session().execute(sa.select(User).where(User.login == "asha")).scalar_one())
    shown = board.engineers(db.session(), asha, at(TODAY, 0), at(TODAY, 24))
    assert len(shown) == 12
    assert sum(one["last_seen_at"] is not None for one in shown) == len(staff.PHONES)
    assert sorted(one["pending"] for one in shown if one["pending"]) == [2, 5]


def test_one_product_is_weaker_and_a_report_can_find_it(app: Flask) -> None:
    """Orders a unit, and the share that was mended at the first visit."""
    visits = sa.select(sa.func.count()).where(Visit.work_order_id == WorkOrder.id).correlate(WorkOrder)
    found = rows(
        sa.select(Product.model, visits.scalar_subquery()).join(Asset, Asset.product_id == Product.id)
        .join(WorkOrder, WorkOrder.asset_id == Asset.id).where(WorkOrder.category == "done")
    )  # fmt: skip
    models = sa.select(Product.model, sa.func.count(Asset.id)).join(Asset, Asset.product_id == Product.id)
    units: dict[str, int] = dict(rows(models.group_by(Product.model)))
    orders = {model: [trips for one, trips in found if one == model] for model in units}
    once = {model: trips.count(1) / len(trips) for model, trips in orders.items()}
    assert len(orders["SA-37V"]) / units["SA-37V"] > 1.3 * len(orders["SA-75"]) / units["SA-75"]
    assert once["SA-37V"] < 0.85 < once["SA-75"]


def test_every_form_was_judged_by_the_engine(app: Flask) -> None:
    assert 800 < count(Submission) < 1300
    assert count(Submission, Submission.is_final.is_(False)) == 0
    assert count(Answer) > 5000
    found = rows(sa.select(Submission, FormVersion).join(FormVersion, FormVersion.id == Submission.form_version_id))
    assert {version.number for _one, version in found} == {1, 2}
    for one, version in found:
        assert errors(definition_of(version), one.answers) == []


def test_ben_sees_his_own_and_no_more(app: Flask) -> None:
    db.session().rollback()
    ben = db.session().execute(sa.select(User).where(User.login == "ben")).scalar_one()
    actor = actor_of(db.session(), ben)
    assert set(ones(sa.select(Visit.engineer_id).where(policy.visible(actor, Visit)))) == {actor.id}
    phone = FakeDevice(logged_in(app, "ben"))
    phone.hello()
    phone.pull()
    his = ones(sa.select(Visit.id).where(Visit.engineer_id == actor.id, Visit.is_on_phone))
    assert sorted(phone.ids("visit")) == sorted(his)
    assert 4 < len(his) < 60


def test_pictures_can_be_shown_once_the_worker_has_looked(app: Flask) -> None:
    assert count(Attachment, Attachment.kind == "photo", Attachment.state == "ready") == 16
    assert count(Attachment, Attachment.kind == "signature", Attachment.state == "ready") == 8
    db.session().rollback()
    assert worker.arm_inspections() == 24
    assert worker.inspect_files() == 24
    assert count(Attachment, Attachment.width.is_(None)) == 0
    thumbs = sa.select(BLOBS.blob_variant.c.sha256).where(BLOBS.blob_variant.c.variant == "thumb")
    assert set(ones(thumbs)) == set(ones(sa.select(Attachment.sha256)))


def test_a_second_start_adds_nothing(app: Flask) -> None:
    before = _everything()
    assert demo.seed("whole") is False
    assert demo.seed("small") is False
    assert _everything() == before


def _everything() -> dict[str, int]:
    """How many rows each table has, and how far the changes go."""
    counts = {name: count(table) for name, table in Base.metadata.tables.items()}  # type: ignore[arg-type] # a table counts like a class
    return counts | {"seq": ones(sa.select(Head.seq))[0]}
