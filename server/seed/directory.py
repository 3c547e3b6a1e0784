"""Who and what the whole demo company has, each with its id, read from the tables. Pure: `founding` puts it in, `cases` draws from it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from server.seed import company, staff
from server.seed.chance import dice, id_of

PAST_DAYS = 90
ZONE = ZoneInfo(str(company.ORGANISATION["zone"]))


@cache
def table(name: str) -> dict[str, Any]:
    """A table of `server/seed/data`."""
    found: dict[str, Any] = json.loads(
        resources.files("server.seed").joinpath("data", f"{name}.json").read_text("utf-8")
    )
    return found


@dataclass(frozen=True)
class Place:
    """A site of a customer."""

    id: str
    customer_id: str
    contact_id: str
    customer: str
    city: str
    locale: str
    name: str
    address: str
    lat: float
    lon: float
    access: str
    phone: str


@dataclass(frozen=True)
class Unit:
    """An installed device."""

    id: str
    serial: str
    model: str
    label: str
    installed_on: str
    place: Place

    @property
    def line(self) -> str:
        """The family of its model."""
        return staff.PRODUCTS[self.model][0]

    @property
    def team(self) -> str:
        """Who goes there: by city, and around Suzhou by device."""
        return staff.TEAM_OF_CITY.get(self.place.city) or staff.TEAM_OF_LINE[self.line]


@dataclass(frozen=True)
class Directory:
    """Everything that stands before the first order, as of eight o'clock of `today` (or now, when it is earlier)."""

    now: dt.datetime
    today: dt.date
    as_of: dt.datetime
    places: tuple[Place, ...]
    units: tuple[Unit, ...]
    ids: dict[tuple[str, ...], str] = field(default_factory=dict)

    @property
    def founded_at(self) -> dt.datetime:
        """When the company was entered: a day before its first order."""
        return at(self.today - dt.timedelta(days=PAST_DAYS + 1), 8)

    @property
    def forms_changed_at(self) -> dt.datetime:
        """Since when forms ask for photos and a signature."""
        return at(self.today - dt.timedelta(days=3), 18.5)

    def id(self, *key: str) -> str:
        """The id of something by what it is and its key, such as ("user", "ben")."""
        if key not in self.ids:
            self.ids[key] = id_of(self.founded_at, *key)
        return self.ids[key]

    def unit(self, serial: str) -> Unit:
        """The device of this serial."""
        return next(one for one in self.units if one.serial == serial)


def at(day: dt.date, hour: float) -> dt.datetime:
    """An hour of a day in the company's zone, as UTC."""
    midnight = dt.datetime.combine(day, dt.time(), ZONE)
    return (midnight + dt.timedelta(hours=hour)).astimezone(dt.UTC)


def read(now: dt.datetime) -> Directory:
    """The company as it stands on the day of `now`."""
    today = now.astimezone(ZONE).date()
    founded = at(today - dt.timedelta(days=PAST_DAYS + 1), 8)
    places = tuple(_places(founded))
    units = (*_first_units(founded, places), *_more_units(founded, today, places))
    return Directory(now, today, min(now, at(today, 8)), places, units)


def _places(founded: dt.datetime) -> Iterator[Place]:
    for key, row in company.CUSTOMERS.items():
        name, address, lat, lon, access = row["site"]
        site = {"name": name, "address": address, "lat": lat, "lon": lon, "access": access}
        yield _place(founded, key, row["region"], row["locale"], row["contact"][2], site, 0)
    for row in table("customers")["customers"]:
        for number, site in enumerate(row["sites"]):
            yield _place(founded, row["key"], row["city"], row["locale"], row["contact"][2], site, number)


def _place(
    founded: dt.datetime, key: str, city: str, locale: str, phone: str, site: dict[str, Any], number: int
) -> Place:
    ids: dict[str, Any] = {
        "id": id_of(founded, "site", key, str(number)), "customer_id": id_of(founded, "customer", key),
        "contact_id": id_of(founded, "contact", key),
    }  # fmt: skip
    kept = {name: site[name] for name in ("name", "address", "lat", "lon", "access")}
    return Place(customer=key, city=city, locale=locale, phone=phone, **ids, **kept)


def _first_units(founded: dt.datetime, places: tuple[Place, ...]) -> Iterator[Unit]:
    """The devices of the cast keep their serials."""
    by_customer = {one.customer: one for one in reversed(places)}
    for serial, (model, owner, label, installed) in company.ASSETS.items():
        yield Unit(id_of(founded, "asset", serial), serial, model, label, installed, by_customer[owner])


def _more_units(founded: dt.datetime, today: dt.date, places: tuple[Place, ...]) -> Iterator[Unit]:
    taken = set(company.ASSETS)
    for place, plant in _plants(places):
        for model, count in plant.items():
            for number in range(1, count + 1):
                chance = dice("unit", place.customer, place.name, model, str(number))
                serial = _serial(chance, model, taken)
                label = staff.LABELS[model].format(n=number + (place.customer in company.CUSTOMERS))
                since = dt.date(staff.PRODUCTS[model][4], 1, 15)
                days = chance.randrange((today - dt.timedelta(days=200) - since).days)
                installed = (since + dt.timedelta(days=days)).isoformat()
                yield Unit(id_of(founded, "asset", serial), serial, model, label, installed, place)


def _plants(places: tuple[Place, ...]) -> Iterator[tuple[Place, dict[str, int]]]:
    data = table("customers")
    for row in data["customers"]:
        mine = [one for one in places if one.customer == row["key"]]
        for place, site in zip(mine, row["sites"], strict=True):
            yield place, site["plant"]
    for key, plant in data["more_plant"].items():
        yield next(one for one in places if one.customer == key), plant


def _serial(chance: Any, model: str, taken: set[str]) -> str:
    """Two letters and six digits, as the plates have it."""
    while True:
        serial = f"{staff.PRODUCTS[model][2]}{chance.randrange(1000, 9999)}"
        if serial not in taken:
            taken.add(serial)
            return serial
