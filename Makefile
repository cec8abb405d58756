# Everything runs in .venv, made from the project's own files; re-running any target is quick.

PYTHON ?= python3
VENV := .venv
COLAB := .venv-colab
RUN := $(VENV)/bin/python
export PYTHONUNBUFFERED := 1
export TF_CPP_MIN_LOG_LEVEL ?= 2

SECONDS_EACH ?= 600

.PHONY: help demo test test-colab quick engines fuzz lint lab notebooks clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/ready: requirements.txt requirements-dev.txt pyproject.toml environment.sh
	@./environment.sh $(PYTHON)
	@touch $@

$(COLAB)/ready: tests/colab/constraints.txt tests/colab/requirements.txt tests/colab/environment.sh environment.sh
	@./tests/colab/environment.sh preloaded $(COLAB_PYTHON)
	@touch $@

$(COLAB)/artlib: $(COLAB)/ready pyproject.toml requirements.txt $(shell find artlib -type f -not -name '*.pyc')
	@./tests/colab/environment.sh artlib
	@touch $@

demo: $(VENV)/ready ## real artists' works through notebooks 01 to 05; results in data/demo
	@$(RUN) notebooks/demo.py

test: $(VENV)/ready ## every test
	@$(RUN) -m ruff check . && $(RUN) -m ruff format --check --quiet . && $(RUN) -m mypy && $(RUN) -m pytest

test-colab: $(COLAB)/artlib ## the fast tests and the notebooks as in Colab: its packages, its folders, its Drive
	@$(COLAB)/bin/python -m pytest -m "not slow and not browser" && $(COLAB)/bin/python -m pytest tests/colab

quick: $(VENV)/ready ## the fast tests, on all cores: about 2 minutes on two
	@$(RUN) -m pytest -n auto --dist loadfile -m "not slow and not thorough and not browser and not network"

engines: $(VENV)/ready ## the tests of networks, with each way to run one
	@failed=; for way in "OpenVINO bfloat16" "OpenVINO float32" "TensorFlow float32"; do \
		echo "$$way"; ARTLIB_ENGINE="$$way" $(RUN) -m pytest -m "network and not browser" || failed=1; \
	done; test -z "$$failed"

fuzz: $(VENV)/ready ## edited tables and metadata, then damaged pictures and weights files for 10 minutes, or SECONDS_EACH=…
	@EXAMPLES=1000 $(RUN) -m pytest tests/faults/test_hand_edited_tables.py tests/faults/test_hand_edited_models.py
	@$(RUN) -m tests.faults.fuzz $(SECONDS_EACH)

lint: $(VENV)/ready ## style and types
	@$(RUN) -m ruff check . && $(RUN) -m ruff format --check . && $(RUN) -m mypy

lab: $(VENV)/ready ## open JupyterLab on the notebooks
	@$(RUN) -m jupyterlab --LabApp.default_url=/lab/tree/notebooks

notebooks: $(VENV)/ready ## write the set-up cell and the badges into the notebooks
	@$(RUN) notebooks/generate.py

clean: ## remove the environments and the demo
	rm -rf $(VENV) $(COLAB) data/demo
