# Everything a person types. Each target installs what it needs first; a second run finds it there and is quick.
#
# Needs: Python 3.11, 3.12 or 3.13 with venv, and make. PYTHON, PORT, DATA and WORKERS may be given: make demo PORT=8090

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
WORKERS ?= 2
PORT ?= 8080
DATA ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install -qq -c constraints.txt
PINS := pyproject.toml constraints.txt

.PHONY: help demo test check bench wheel clean

help: ## Print this
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

demo: $(VENV)/.installed ## Start the service with sample data: prints its address and a login link per role
	@folder="$(DATA)"
	[ -n "$$folder" ] || folder="$$(mktemp -d "$${TMPDIR:-/tmp}/ocop-demo-XXXXXX")"
	echo "Sample data in $$folder (stop with Ctrl-C; look again with: $(BIN)/ocop --data $$folder up)"
	exec $(BIN)/ocop --data "$$folder" demo --port $(PORT)

test: $(VENV)/.installed-dev ## Run every test on SQLite and on PostgreSQL, and print the number for each
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(TESTS)

check: $(VENV)/.installed-dev ## Format, lint, import contracts, types
	@$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

bench: $(VENV)/.installed-dev ## Measure against the raw limits of this machine, in one run
	@$(BIN)/python -m bench

wheel: $(VENV)/.installed-dev ## Build the wheel into dist/
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist

clean: ## Take away the environment and everything built
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || {
		echo "OCOP needs Python 3.11, 3.12 or 3.13; name one that is installed: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || $(call system,python3-venv)
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.installed: $(VENV)/.made $(PINS)
	@echo "Installing into $(VENV) ..."
	$(PIP) -e .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.made $(PINS)
	@echo "Installing into $(VENV), with what tests and checks need ..."
	$(PIP) -e '.[dev]'
	touch $(VENV)/.installed $@

# A package of the system: installed where we may, else the one line to type is printed.
system = { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] \
	&& apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install $(1); } \
	|| { echo "Something of the system is missing; type: sudo apt-get install -y $(1)" >&2; exit 1; }
