# Everything runs in .venv, made from the project's own files; re-running any target is quick.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
export PYTHONUNBUFFERED := 1
export TF_CPP_MIN_LOG_LEVEL ?= 2

.PHONY: help demo test quick engines lint lab notebooks clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

$(VENV)/ready: requirements.txt requirements-dev.txt pyproject.toml environment.sh
	@./environment.sh $(PYTHON)
	@touch $@

demo: $(VENV)/ready ## real artists' works through notebooks 01 to 05; results in data/demo
	@$(RUN) notebooks/demo.py

test: $(VENV)/ready ## every test
	@$(RUN) -m ruff check . && $(RUN) -m ruff format --check --quiet . && $(RUN) -m mypy && $(RUN) -m pytest

quick: $(VENV)/ready ## the fast tests, under 2 minutes
	@$(RUN) -m pytest -m "not slow and not browser"

engines: $(VENV)/ready ## the tests of networks, with each way to run one
	@failed=; for way in "OpenVINO bfloat16" "OpenVINO float32" "TensorFlow float32"; do \
		echo "$$way"; ARTLIB_ENGINE="$$way" $(RUN) -m pytest -m "network and not browser" || failed=1; \
	done; test -z "$$failed"

lint: $(VENV)/ready ## style and types
	@$(RUN) -m ruff check . && $(RUN) -m ruff format --check . && $(RUN) -m mypy

lab: $(VENV)/ready ## open JupyterLab on the notebooks
	@$(RUN) -m jupyterlab --LabApp.default_url=/lab/tree/notebooks

notebooks: $(VENV)/ready ## write the set-up cell and the badges into the notebooks
	@$(RUN) notebooks/generate.py

clean: ## remove the environment and the demo
	rm -rf $(VENV) data/demo
