"""`make bench-forms`: a form of 300 fields and more than 700 expressions on a phone six times slower, on the server, and beside SurveyJS.

One JSON line per number in the form of `make bench`, printed also when its goal is missed.
"""

from __future__ import annotations

import gc
import gzip
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from server.expressions import values as v
from server.forms.answers_schema import AnswersSchema
from server.forms.engine.definition import load
from server.forms.engine.state import State
from server.forms.engine.validate import verdict
from tests.bench import big_form
from tests.bench.__main__ import missed, say, timed
from tests.e2e.browser import FLAGS
from tests.simulation.phones import node

PWA = Path(__file__).parents[2] / "pwa"
THROTTLE, TIMES = 6, 200


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def _given(rows: int) -> dict[str, Any]:
    return {"template": big_form.template(), "inputs": big_form.INPUTS, "answers": big_form.answers(rows)}


def _size(path: Path) -> float:
    return len(gzip.compress(path.read_bytes(), 9)) / 1024


def phone_numbers(folder: Path) -> None:
    """In Chromium, slowed down; and what the engines weigh."""
    subprocess.run([node(), "harness/forms_bundle.mjs", str(folder)], cwd=PWA, check=True)
    ours = _size(folder / "engines.js")
    theirs = _size(PWA / "node_modules" / "survey-core" / "survey.core.min.js")
    say("forms: both engines", ours, "KB gzip", 12)
    say("forms: both engines against survey-core", ours / theirs, "ratio", 1 / 20, f"survey-core: {theirs:.0f} KB gzip")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page()
        page.add_script_tag(path=str(folder / "measured.js"))
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
        found: dict[str, list[float]] = page.evaluate(
            "([form, long, times]) => measured.measure(form, long, times)", [_given(20), _given(200), TIMES]
        )
        browser.close()
    slow = f"forms, {THROTTLE}x slower"
    say(f"{slow}: all of it computed and judged, p95", p95(found["whole"]), "ms", 15, _median(found["whole"]))
    say(
        f"{slow}: a letter that all the rest follows from, p95", p95(found["letter"]), "ms", 4, _median(found["letter"])
    )
    say(f"{slow}: a letter at the end, p95", p95(found["letterEnd"]), "ms", 4, _median(found["letterEnd"]))
    say(f"{slow}: from the template to the first verdict, p95", p95(found["open"]), "ms", 300, _median(found["open"]))
    row = statistics.median(found["row200"]) / statistics.median(found["row1"])
    say("forms: a letter in row 200 against row 1 of 200", row, "ratio", 1.5, _median(found["row1"]))
    more = statistics.median(found["add200"]) / statistics.median(found["add1"])
    say("forms: row 201 added against row 1", more, "ratio", 1.5, _median(found["add1"]))


def _median(times: list[float]) -> str:
    return f"median {statistics.median(times):.2f}"


def server_numbers() -> None:
    """Here, with the schema at the door."""
    template, answers = big_form.template(), big_form.answers()
    definition = load(template)
    context = {name: v.from_json(one) for name, one in big_form.INPUTS.items()}
    schema = AnswersSchema(definition)

    def judged() -> list[Any]:
        assert schema.errors(answers) == []
        return verdict(State(definition, answers, context), answers)

    assert judged()
    gc.collect()  # of what the browser before left
    fields, formulas = big_form.counts(template)
    told = f"{fields} fields, {formulas} expressions"
    say(
        "forms, server: all of it computed and judged, p95",
        p95([timed(judged)[0] for _ in range(TIMES)]) * 1000,
        "ms",
        15,
        told,
    )
    built = [timed(lambda: AnswersSchema(definition))[0] for _ in range(TIMES)]
    say("forms, server: the schema built, p95", p95(built) * 1000, "ms", 20)


def beside_surveyjs() -> None:
    """The same form in both, one after the other in one process."""
    given = {"form": _given(20), "survey": big_form.survey(), "answers": big_form.answers(20), "times": 20}
    ran = subprocess.run(
        [node(), "harness/beside_surveyjs.mjs"], cwd=PWA, input=json.dumps(given), capture_output=True, text=True, check=True
    )  # fmt: skip
    found = json.loads(ran.stdout)
    ours, theirs = statistics.median(found["ours"]), statistics.median(found["theirs"])
    told = f"ours {ours:.2f} ms, theirs {theirs:.2f} ms; {found['wrong']} and {found['theirWrong']} things wrong"
    say("forms: a whole verdict against survey-core's", theirs / ours, "times faster", 3, told, is_more=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        phone_numbers(Path(name))
    server_numbers()
    beside_surveyjs()
    sys.exit(1 if missed else 0)
