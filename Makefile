# Every target sets up what it needs: Python >= 3.11 and make are enough.
PYTHON ?= python3
KILLS ?= 100
ROWS ?= 1000000
BENCH_SCALE ?= 0.06
PURCHASES ?= ../shared/data/events/cd_shop_purchases_1997.csv.gz
PY = .venv/bin/python

.PHONY: help demo demo-once up test check chaos chaos-import chaos-rescoring bench model-card checks real lock environment

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

demo: environment ## a simulated agency in the admin and the API, with servers of its own
	@$(PY) manage.py demo

demo-once: environment ## the same, but only its table of scores and warnings, and the figures as JSON
	@$(PY) manage.py demo --once

up: environment ## every process of an installation, on DATABASE_URL and REDIS_URL where set
	@$(PY) manage.py up

test: environment ## the tests, on servers of their own
	@$(PY) -m pytest

check: environment ## format, lint, types, import contracts, migrations, lock and docs
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy .
	@.venv/bin/lint-imports
	@LOG_LEVEL=ERROR $(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@$(PY) -m pytest -q -n 0 tests/house

chaos: environment ## kill what does background work KILLS times and account for every job
	@EARNEST_VAR=$$(mktemp -d) DJANGO_SETTINGS_MODULE=tests.chaos.settings $(PY) manage.py chaos --kills $(KILLS)

chaos-import: KILLS = 20
chaos-import: environment ## import a file of ROWS rows while its importers are killed KILLS times, and account for every row
	@EARNEST_VAR=$$(mktemp -d) DJANGO_SETTINGS_MODULE=tests.chaos.settings $(PY) manage.py chaos_import --rows $(ROWS) --kills $(KILLS)

chaos-rescoring: KILLS = 50
chaos-rescoring: environment ## score everybody while those who score are killed KILLS times, and see whether readers see a mix
	@EARNEST_VAR=$$(mktemp -d) DJANGO_SETTINGS_MODULE=tests.chaos.settings $(PY) manage.py chaos_rescoring --kills $(KILLS)

bench: environment ## how fast, as ratios measured side by side; BENCH_SCALE=1 is the largest agency there may be
	@EARNEST_VAR=$$(mktemp -d) EARNEST_PROCESS=worker DJANGO_SETTINGS_MODULE=tests.bench.settings $(PY) manage.py bench --scale $(BENCH_SCALE) --drawing docs/growth.svg

model-card: environment ## docs/model-card.md anew: of the model that is learnt from the purchases in ../shared/data
	@$(PY) manage.py evaluate purchases --csv $(PURCHASES) | tail -1 \
	    | $(PY) -c "import json, sys; sys.stdout.write(json.load(sys.stdin)['card'])" > docs/model-card.md

checks: environment ## docs/checks.md anew: of the catalogue of integrity checks
	@$(PY) -m scoring.integrity.catalog.page > docs/checks.md

real: environment ## the tests on real data, which lie in ../shared/data
	@EARNEST_REQUIRE_DATA=1 $(PY) -m pytest tests/real

lock: environment ## write requirements*.lock anew from pyproject.toml
	@.venv/bin/uv pip compile -q --universal --generate-hashes --no-header pyproject.toml -o requirements.lock
	@.venv/bin/uv pip compile -q --universal --generate-hashes --no-header --group dev pyproject.toml -o requirements-dev.lock

environment:
	@$(PYTHON) bootstrap.py
