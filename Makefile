# Callout 到场. `make` or `make help` prints what can be made.
PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 3
# the tests of a file share their server: they stay together, in the order in which they are found
SPREAD := --dist loadfile --no-loadscope-reorder
.DEFAULT_GOAL := help
.PHONY: help run test check check-python check-front prove bench bench-forms fuzz-forms types build wheel format prepare prepare-test

help: ## print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /|/' | awk -F'|' '{printf "  make %-11s %s\n", $$1, $$2}'

prepare:
	@$(PYTHON) tools/prepare.py

prepare-test:
	@$(PYTHON) tools/prepare.py --test

run: prepare ## install what is missing, build, migrate, put the demo in, start (PORT, CALLOUT_DATA_DIR, DATABASE_URL, DEMO=0, LAN=1)
	@exec $(BIN)/callout run $(if $(LAN),--lan)

build: prepare ## build the front end

wheel: prepare ## everything in one file for a server (docs/deploy.md)
	@rm -f dist/callout-*.whl
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps -w dist .
	@ls dist/callout-*.whl

check: prepare-test ## lint, types and floors of both languages, within a minute
	@$(MAKE) --no-print-directory -j2 --output-sync=target check-python check-front

check-python:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/test_floors.py tests/test_docs.py

check-front:
	@$(BIN)/python tools/npm.py run check
	@$(BIN)/callout openapi > pwa/node_modules/.openapi.json
	@$(BIN)/python tools/npm.py run types -- node_modules/.openapi.json --check

test: check ## everything: checks, unit tests of both languages, both databases, Chromium (15 minutes at most)
	@$(BIN)/python tools/npm.py run test -- --reporter=dot
	@$(BIN)/python tools/npm.py run size
	@$(BIN)/python -m pytest -n $(WORKERS) $(SPREAD) -m "not prove" tests

prove: test ## the full counts: an hour, and the way of a newcomer in a fresh clone
	@$(BIN)/python -m pytest -n $(WORKERS) $(SPREAD) -m prove tests
	@HISTORIES=$(or $(HISTORIES),300) KILLS=$(or $(KILLS),60) INTERLEAVINGS=$(or $(INTERLEAVINGS),10000) $(BIN)/python -m pytest -n $(WORKERS) --timeout 7200 \
		tests/simulation tests/server/core/test_due_work.py tests/server/core/test_gap_race.py

bench: prepare-test ## measure; one JSON line each, nothing hidden when a goal is missed
	@$(BIN)/python tools/npm.py run size
	@$(BIN)/python -m tests.bench

bench-forms: prepare-test ## measure a form of 300 fields: the phone, the server, SurveyJS beside it
	@$(BIN)/python -m tests.bench.forms

fuzz-forms: prepare-test ## expressions that nobody would write, computed by both engines: CASES=1000000, SEED=7
	@CASES=$(or $(CASES),1000000) SEED=$(SEED) $(BIN)/python -m pytest -q --timeout 36000 tests/fuzz

types: prepare-test ## write the TypeScript types of the API again
	@$(BIN)/callout openapi > pwa/node_modules/.openapi.json
	@$(BIN)/python tools/npm.py run types -- node_modules/.openapi.json

format: prepare-test ## format both languages
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .
	@$(BIN)/python tools/npm.py run format
