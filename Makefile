# Auskunft: `make run` starts it, `make test` proves it. Both set up what they need; both are idempotent.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TEST_STAMP := $(VENV)/.installed-test

.PHONY: setup tools run test lint types layers bench check-long eval eval-quick eval-write clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Auskunft braucht Python 3.11 oder neuer.")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

# Text recognition is no Python package; without it scans are reported instead of read.
tools:
	@sh install_tesseract.sh

# torch first and pinned: any other way of asking for it pulls gigabytes of GPU libraries.
$(TEST_STAMP): $(STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,transformers]'
	@sh tests/install_browser.sh
	@sh install_tesseract.sh
	@touch $@

run: setup tools
	@$(BIN)/auskunft serve --samples samples/documents

# Three at a time on two cores: many tests wait for processes that they have started.
WORKERS ?= 3

test: $(TEST_STAMP)
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

lint: $(TEST_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(TEST_STAMP)
	$(BIN)/mypy

layers: $(TEST_STAMP)
	$(BIN)/lint-imports

# What ingestion is compared with is no part of the tests.
bench: $(TEST_STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/pytest tests/benchmarks -m benchmark -s

# Some twenty minutes: processes killed at random moments, and spoilt files; exit code 1 on a finding.
check-long: $(TEST_STAMP)
	$(BIN)/python -m tests.long --page docs/robustness.md

# All sets that are there against the committed state; vectors are kept outside git for the next run.
EVAL_CACHE ?= .cache/evaluation
EVALUATE := $(BIN)/auskunft evaluate sets tests/evaluation/sets.toml \
	--baseline tests/evaluation/baseline.json --cache $(EVAL_CACHE)

eval: setup
	@$(EVALUATE)

eval-quick: setup
	@$(EVALUATE) --quick

eval-write: setup
	@$(EVALUATE) --write --page docs/evaluation.md

clean:
	rm -rf $(VENV) build *.egg-info
