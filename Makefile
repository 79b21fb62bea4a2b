# Everything sets itself up from Python 3.11+, make and the package registry.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# Without its byte code, every process that a test starts would compile all of it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check format bench year serve-fake pictures lock clean

run: $(STAMP)
	@$(BIN)/kpi-tui

# Three on two cores: a third of their time they wait for terminals and clocks.
test: $(STAMP)
	$(BIN)/python -m pytest -n 3 --dist worksteal -q

check: $(STAMP)
	$(BIN)/ruff format --diff src tests benchmarks
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell src tests benchmarks docs README.md Makefile config.example.toml

format: $(STAMP)
	$(BIN)/ruff format src tests benchmarks
	$(BIN)/ruff check --fix src tests benchmarks

bench: $(STAMP)
	$(BIN)/python -m benchmarks

year: $(STAMP)
	YEAR_HOURS=1 $(BIN)/python -m pytest -n 0 -q tests/simulation/test_year.py

serve-fake: $(STAMP)
	@$(BIN)/python -m tests.servers.fake

pictures: $(STAMP)
	$(BIN)/python -m docs.pictures

# Pins every version and hash; the registry's name stays out of the file.
lock: $(STAMP)
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --group dev pyproject.toml -o requirements.lock

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "kpi-tui needs Python 3.11 or newer: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Setting kpi-tui up in .venv: once, about a minute."
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
