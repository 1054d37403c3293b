# Two words to know: `make demo` shows the platform, `make test` proves it. The rest is for work on it.
# Everything that is made lies in .venv/ (tools and caches), .clinic/ (databases) and data/ (files).

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
CACHE := $(CURDIR)/.venv/.cache
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
SHARED ?= ../shared
# One more than processors: some tests wait for a page, or for a minute to pass.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
BENCHMARKS ?= backfill plain_dagster

export PYTHONUNBUFFERED := 1
export HYPOTHESIS_STORAGE_DIRECTORY := $(CACHE)/hypothesis

.PHONY: help demo test lint bench acceptance install programs \
	lint-ruff lint-format lint-mypy lint-sql lint-graph

help:
	@echo "make demo        a simulated clinic with 60 days of history, then the web page"
	@echo "make test        all tests, on a real PostgreSQL of their own"
	@echo "make lint        ruff, ruff format, mypy, sqlfluff, and whether the graph loads"
	@echo "make bench       what is measured, in benchmarks/"
	@echo "make acceptance  the known figures of the real files in $(SHARED)/data"
	@echo "make install     .venv alone, with the clinic command in $(BIN)/clinic"

demo: .venv/.base
	$(BIN)/clinic demo

install: .venv/.base

test: .venv/.dev programs
	$(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder

lint: lint-ruff lint-format lint-mypy lint-sql lint-graph

lint-ruff: .venv/.dev
	$(BIN)/ruff check .

lint-format: .venv/.dev
	$(BIN)/ruff format --check .

lint-mypy: .venv/.dev
	$(BIN)/mypy

lint-sql: .venv/.dev
	$(BIN)/sqlfluff lint --disable-progress-bar clinic_assets

lint-graph: .venv/.dev
	@mkdir -p $(CACHE)/dagster
	DAGSTER_HOME=$(CACHE)/dagster PYTHONWARNINGS=ignore::FutureWarning \
		$(BIN)/dagster definitions validate -w workspace.yaml

bench: .venv/.base
	@for name in $(BENCHMARKS); do echo "== benchmarks.$$name"; $(BIN)/python -m "benchmarks.$$name"; done

acceptance: .venv/.dev
	@[ -d "$(SHARED)/data" ] || { \
		echo "make acceptance: needs the real files in $(SHARED)/data, and there are none." \
			"Name their folder's parent: make acceptance SHARED=/some/folder" >&2; \
		exit 1; }
	CLINIC_SHARED="$(abspath $(SHARED))" $(BIN)/python -m pytest clinic_assets_tests/acceptance

.venv/.base: requirements.lock pyproject.toml
	@$(find_python); \
	$(BIN)/python -m pip --version >/dev/null 2>&1 || "$$python" -m venv --clear .venv
	$(PIP) install --require-hashes --no-deps -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.base requirements-dev.lock
	$(PIP) install --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

# Debian's programs that tests drive: installed when we may, named when we may not. Of MariaDB only the
# programs: mariadb-server would start a service too, and tests start servers of their own.
programs:
	@$(call program,chromium,chromium,tests of the pages)
	@$(call program,mariadbd,mariadb-server-core mariadb-client-core,tests of copied databases)

# $(1): the program that is looked for, $(2): Debian's packages, $(3): who needs it.
define program
PATH="$$PATH:/usr/sbin"; ! command -v $(1) >/dev/null || exit 0; \
if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
		apt-get -qq install -y --no-install-recommends $(2) >/dev/null && exit 0; \
fi; \
echo "make test: $(1) is missing (apt-get install $(2)); $(3) need it."
endef

# Sets $python to the newest interpreter from 3.11 to 3.13 that can make a virtual environment.
define find_python
python=; \
suits() { "$$1" -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; }; \
for each in python3.13 python3.12 python3.11 python3; do \
	if suits "$$each"; then python=$$each; break; fi; \
done; \
[ -n "$$python" ] || { \
	echo "make: no Python 3.11, 3.12 or 3.13 found: install one (Debian: apt-get install python3)." >&2; \
	exit 1; }; \
if ! "$$python" -c 'import ensurepip' 2>/dev/null; then \
	package=$$("$$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get -qq update; \
		DEBIAN_FRONTEND=noninteractive apt-get -qq install -y "$$package" >/dev/null; \
	else \
		echo "make: $$python cannot make virtual environments: apt-get install $$package" >&2; \
		exit 1; \
	fi; \
fi
endef
