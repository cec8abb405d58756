# Everything runs in .venv, made from the project's own files; re-running any target is quick.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
export PYTHONUNBUFFERED := 1
export TF_CPP_MIN_LOG_LEVEL ?= 2

.PHONY: help demo test quick lint lab clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(VENV)/ready: requirements.txt requirements-dev.txt pyproject.toml
	@echo "Making the environment in $(VENV) (about 2 minutes, 3 GB; once)"
	@$(PYTHON) -c 'import sys; sys.exit("artlib needs Python 3.11 to 3.13; this is " + sys.version.split()[0] + ". Use: make PYTHON=python3.12 …" if not (3, 11) <= sys.version_info[:2] <= (3, 13) else 0)'
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing: apt-get install python3-venv"; exit 1; }
	@$(RUN) -m pip install --progress-bar off --quiet --upgrade pip
	@$(RUN) -m pip install --progress-bar off --quiet -r requirements-dev.txt -e .
	@touch $@

demo: $(VENV)/ready ## real artists' works through notebooks 01 to 05; results in data/demo
	@$(RUN) notebooks/demo.py

test: $(VENV)/ready ## every test
	@$(RUN) -m ruff check . && $(RUN) -m ruff format --check --quiet . && $(RUN) -m mypy && $(RUN) -m pytest

quick: $(VENV)/ready ## the fast tests, under 2 minutes
	@$(RUN) -m pytest -m "not slow and not browser"

lint: $(VENV)/ready ## style and types
	@$(RUN) -m ruff check . && $(RUN) -m ruff format --check . && $(RUN) -m mypy

lab: $(VENV)/ready ## open JupyterLab on the notebooks
	@$(RUN) -m jupyterlab --notebook-dir=notebooks

clean: ## remove the environment and the demo
	rm -rf $(VENV) data/demo
