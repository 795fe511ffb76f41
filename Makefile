# Two commands: make demo (see what it does), make test (everything that must hold).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TORCH := torch==2.13.0

.PHONY: demo page test docs benchmarks clean

demo: $(VENV)/.demo
	$(BIN)/protlens analyze

page: $(VENV)/.test
	$(BIN)/python frontend/build.py

test: page
	$(BIN)/python frontend/build.py check
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest

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
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-deps antiberty
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[test,docs]"
	touch $@

clean:
	rm -rf $(VENV)
