# One command for each job; `make` alone lists them. Needs Python 3.11 or later with venv, and git.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
EXAMPLE := examples/resettlement-district
CADRE ?= c-0004
PLUGINS := $(wildcard plugins/*)
PEERS := .venv-peers
NATION ?= out/nation
BEFORE ?=

# The first Python that is new enough; `make PYTHON=/path/to/python …` names another.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$name -c '$(NEW_ENOUGH)' 2>/dev/null && { echo $$name; break; }; done)

part = printf '\n======== %s\n' "$(1)"

.PHONY: help
help: ## List what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

.PHONY: demo
demo: $(VENV)/.fast ## Assess the example district, mid-year and year-end, and explain one result
	$(BIN)/cadre-eval check $(EXAMPLE)
	$(BIN)/cadre-eval assess $(EXAMPLE) --period 2025-mid-year
	$(BIN)/cadre-eval assess $(EXAMPLE) --period 2025-year-end
	$(BIN)/cadre-eval explain $(EXAMPLE) --period 2025-year-end $(CADRE)

.PHONY: year
year: $(VENV)/.year ## Walk through the example's year: transfers, draw, inspections, measures, appeals
	@$(call part,1 check: every record of the year)
	$(BIN)/cadre-eval check $(EXAMPLE)
	@$(call part,2 transfers: who holds what in January)
	$(BIN)/cadre-eval transfers $(EXAMPLE) --as-of 2025-01-15
	@$(call part,3 draw: who inspects whom in June; and the check that anybody can make)
	$(BIN)/cadre-eval draw $(EXAMPLE) x-01
	$(BIN)/cadre-eval draw $(EXAMPLE) x-01 --verify $(EXAMPLE)/supervision/draws/x-01.drawn.yaml
	@$(call part,4 inspections: what was found and put right)
	$(BIN)/cadre-eval inspections $(EXAMPLE) --as-of 2025-12-31
	@$(call part,5 work lists: what is still open)
	$(BIN)/cadre-eval worklist $(EXAMPLE) --as-of 2025-12-31
	@$(call part,6 signals: where the records disagree)
	$(BIN)/cadre-eval signals $(EXAMPLE) --as-of 2025-12-31
	@$(call part,7 measures: proposed and decided)
	$(BIN)/cadre-eval measures $(EXAMPLE) --as-of 2025-12-31
	@$(call part,8 the effect on the year-end: the recalled cadre)
	$(BIN)/cadre-eval explain $(EXAMPLE) --period 2025-year-end c-0022
	@$(call part,9 appeals: one succeeds and two people change places)
	$(BIN)/cadre-eval appeals $(EXAMPLE) --as-of 2026-02-28

.PHONY: test
test: $(VENV)/.dev ## Run the tests
	$(BIN)/pytest -n auto

.PHONY: docs
docs: $(VENV)/.dev ## Run the tests of the documentation alone
	$(BIN)/pytest -n auto tests/test_docs.py

.PHONY: cases
cases: $(VENV)/.dev ## Run the cases of the shipped rulesets: every rule exercised, changed rules noticed
	$(BIN)/cadre-eval test rulesets/ --jobs 2 --coverage --fail-under 100
	$(BIN)/cadre-eval test rulesets/ --jobs 2 --mutate --fail-under 90

.PHONY: lint
lint: $(VENV)/.dev ## Check the style and the format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

.PHONY: types
types: $(VENV)/.dev ## Check the types
	$(BIN)/mypy

.PHONY: locale
locale: $(VENV)/.dev ## Compile click's messages in Chinese
	$(BIN)/pybabel compile -d src/cadre_eval/cli/locale

.PHONY: package
package: $(VENV)/.dev ## Build the packages; try the wheels elsewhere, with the oldest dependencies allowed
	rm -rf dist
	for project in . $(PLUGINS); do $(BIN)/python -m build --no-isolation --outdir dist $$project || exit 1; done
	.ci/try-wheel $(BIN)/python dist

.PHONY: bench
bench: $(VENV)/.fast ## Measure: start, one district, 2,000 dossiers
	$(BIN)/python benchmarks/run.py

.PHONY: bench-nation
bench-nation: $(PEERS)/.installed ## Measure a nation beside other ways, and write docs/scale/; BEFORE=REVISION compares with it
	$(PEERS)/bin/python benchmarks/nation/run.py --folder $(NATION) $(if $(BEFORE),--before $(BEFORE)) --write

.PHONY: clean
clean: ## Remove what was made
	rm -rf $(VENV) $(PEERS) $(NATION) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: install it, or name it: make PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -c '$(NEW_ENOUGH)' || { echo "$(PYTHON) is older than Python 3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "$(PYTHON) cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }

# Installed once, and again when the dependencies change.
$(VENV)/.fast: pyproject.toml | $(BIN)/python
	$(PIP) --editable '.[fast]'
	@touch $@

$(VENV)/.year: pyproject.toml | $(BIN)/python
	$(PIP) --editable '.[fast,calendar,draw]'
	@touch $@ $(VENV)/.fast

$(VENV)/.dev: pyproject.toml $(wildcard plugins/*/pyproject.toml) | $(BIN)/python
	$(PIP) --editable '.[dev]' $(addprefix --editable ,$(PLUGINS))
	@touch $@ $(VENV)/.fast $(VENV)/.year

# The peers of the benchmark, in an environment of their own.
$(PEERS)/.installed: pyproject.toml benchmarks/nation/requirements.txt | $(BIN)/python
	$(BIN)/python -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[scale,fast]' \
		--requirement benchmarks/nation/requirements.txt
	@touch $@
