# `make demo` and `make test` set up everything they need: Python 3.11 or newer and make are enough.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV ?= .venv
BIN := $(VENV)/bin
RUNS := runs

.DEFAULT_GOAL := help
.PHONY: help install demo test lint unit model bless bench-plans clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/.installed: pyproject.toml
	@test -n "$(PYTHON)" || { echo "policylang needs Python 3.11 or newer: set PYTHON=/path/to/python3"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[local]'
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[local,dev]'
	@touch $@

install: $(VENV)/.installed ## Make the environment: .venv/bin/policyc
	@$(BIN)/policyc --version

demo: install ## The main job, for real: a policy becomes a data set and a report, on a local model
	$(BIN)/policyc models pull
	$(BIN)/policyc check examples/quickstart
	$(BIN)/policyc run examples/quickstart -o $(RUNS)/quickstart

test: lint unit model ## Everything that CI runs

lint: $(VENV)/.installed-dev ## Style, types, floors, and the policies that ship
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/policyc check --strict policies examples
	$(BIN)/policyc fmt --check policies examples

unit: $(VENV)/.installed-dev ## All tests that need no model
	$(BIN)/pytest -q -n 2 -m "not model"

model: $(VENV)/.installed-dev ## The tests on the real local model, over HTTP
	$(BIN)/policyc models pull
	$(BIN)/pytest -q -m model

bless: $(VENV)/.installed-dev ## Rewrite the expectations of the corpus and the schemas from what is now; then review the diff
	$(BIN)/pytest -q tests/language --bless
	for name in policy manifest prompt judge-rubric plan-row sample diagnostics; do \
		$(BIN)/policyc schema $$name > docs/schemas/$$name.schema.json; done

bench-plans: $(VENV)/.installed ## Covering arrays beside other tools; ARGS="--seconds 5 --models FOLDER" (benchmarks/README.md)
	@$(BIN)/python benchmarks/bench_plans.py $(ARGS)

clean: ## Remove runs and caches; the environment stays
	rm -rf $(RUNS) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
