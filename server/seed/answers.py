"""What engineers of the demo answered in their forms: readings that fit the trouble, checks, cause. Pure; the engine judges them like any others."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from server.forms.engine import values
from server.seed import staff
from server.seed.cases import Case, Trip, words
from server.seed.chance import dice
from server.seed.directory import ZONE, Directory, Unit, table

Answers = dict[str, Any]
FORM_OF_LINE = {"chiller": "chiller_repair", "compressor": "compressor_service", "software": "software_support"}
PARTS = {"chiller": ("fins", "fan", "valve", "oil", "wiring"), "compressor": ("belt", "cooler", "valve", "drain")}


def form_key(unit: Unit) -> str | None:
    """The form that jobs on this device get; none for dryers."""
    return FORM_OF_LINE.get(unit.line)


def submission(who: Directory, case: Case, trip: Trip, visit: str, moment: dt.datetime) -> dict[str, Any]:
    """Args of submission.save: a finished form of the version of that day."""
    key = form_key(case.unit) or ""
    version = "2" if moment >= who.forms_changed_at else "1"
    return {
        "work_order_id": case.order_id, "visit_id": visit, "asset_id": case.unit.id,
        "form_version_id": who.id("form_version", key, version), "answers": answers(case, trip, moment), "is_final": True,
    }  # fmt: skip


def answers(case: Case, trip: Trip, moment: dt.datetime) -> Answers:
    """All that was asked before photos and signatures were."""
    chance = dice("answers", case.key, trip.engineer)
    language = staff.ENGINEERS[trip.engineer][2]
    readings = {"chiller": _chiller, "compressor": _compressor, "software": _software}[case.unit.line](
        case, chance, moment
    )
    found = {**readings, "cause": _cause(case)}
    if chance.random() < 0.35:
        found["advice"] = words(case, chance.choice(table("troubles")["phrases"]["advice"]), language)
    if case.unit.line != "software":
        found |= {
            "serial": case.unit.serial, "running": case.kind != "repair" or chance.random() < 0.4,
            "checks": _checks(case, chance, language),
        }  # fmt: skip
        if case.kind == "maintenance":
            found["next_on"] = (moment.astimezone(ZONE).date() + dt.timedelta(days=90)).isoformat()
    return found


def _cause(case: Case) -> str:
    cause = str(case.trouble["cause"])
    return cause if case.unit.line != "software" or cause in ("setting", "other") else "other"


def _chiller(case: Case, chance: random.Random, _moment: dt.datetime) -> Answers:
    symptom = case.trouble.get("symptom") or "noise"
    is_high, is_low = symptom == "high_pressure", symptom == "low_pressure"
    is_repair = case.kind == "repair"
    return {
        "high_side": round(chance.gauss(2150 if is_high and is_repair else 1480, 90)),
        "low_side": round(chance.gauss(260 if is_low and is_repair else 480, 30)),
        "water_out": round(chance.gauss(9.6 if (is_high or is_low) and is_repair else 7.1, 0.6), 1),
        "symptom": symptom,
    }  # fmt: skip


def _compressor(case: Case, chance: random.Random, moment: dt.datetime) -> Answers:
    is_hot = case.trouble["key"] in ("hot_discharge", "inverter_trip", "element_wear")
    installed = dt.date.fromisoformat(case.unit.installed_on)
    days = max(1, (moment.astimezone(ZONE).date() - installed).days)
    replaced = ["oil", "air", "oil_filter", "separator"] if case.kind == "maintenance" else []
    if case.trouble["key"] == "oil_carry_over":
        replaced = ["separator"]
    return {
        "pressure": round(chance.gauss(0.72, 0.03), 2), "temperature": round(chance.gauss(101 if is_hot else 86, 4)),
        "hours": round(days * dice("hours", case.unit.serial).uniform(9, 20)), "replaced": replaced,
    }  # fmt: skip


def _software(case: Case, chance: random.Random, _moment: dt.datetime) -> Answers:
    return {
        "operating_system": dice("system", case.unit.serial).choice(("win10", "win10", "server2019", "win11", "linux")),
        "release": chance.choice(("4.0.7", "4.1.2", "4.1.2", "4.2.1")), "is_backed_up": chance.random() < 0.85,
        "points": dice("points", case.unit.serial).randrange(120, 1800),
    }  # fmt: skip


def _checks(case: Case, chance: random.Random, language: str) -> list[Answers]:
    rows = []
    for part in PARTS[case.unit.line]:
        is_bad = chance.random() < (0.18 if case.kind == "repair" else 0.07)
        row = {"checks_item": part, "checks_result": "ng" if is_bad else "ok"}
        if is_bad:
            row["checks_note"] = words(case, chance.choice(table("troubles")["phrases"]["check"]), language)
        rows.append(row)
    return rows


def hold(found: Answers, kind: str, file: dict[str, str]) -> None:
    """Put a photo or the signature into its question."""
    if kind == "photo":
        found.setdefault("before_after", []).append(file)
    else:
        found["customer_sign"] = file


def sign(found: Answers) -> None:
    """Bind the signature, if there is one, to all other answers as they stand."""
    if "customer_sign" in found:
        found["customer_sign"]["answers_sha256"] = values.answers_sha256(found, frozenset({"customer_sign"}))
