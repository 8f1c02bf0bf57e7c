# Everything from a fresh clone: `make demo`, `make test`. Python 3.11 or newer; uv is used if it is there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test slow lint types docs clean help

help:
	@echo "make demo   set up, run the main experiment"
	@echo "make test   set up, run the tests (make slow: the long ones too)"
	@echo "make lint   ruff, import contracts; make types: mypy; make clean: remove the environment"
	@echo "make docs   the documentation as a site: site/index.html"

$(READY): pyproject.toml plugins/tfd2l-ademamix/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "tfd2l needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 2; }
	@echo "installing into $(VENV): some minutes the first time"
	@if command -v uv > /dev/null; then \
		uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
		uv pip install --quiet --python $(BIN)/python -e '.[dev]' -e plugins/tfd2l-ademamix; \
	else \
		$(PYTHON) -m venv $(VENV) && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]' -e plugins/tfd2l-ademamix; \
	fi
	@touch $@

demo: $(READY)
	$(BIN)/python -m tfd2l.pipelines +experiment=nli_bert
	@command -v tfd2l > /dev/null || echo "To type these commands: source $(BIN)/activate"

test: $(READY)
	$(BIN)/python -m pytest -n auto --dist worksteal

slow: $(READY)
	$(BIN)/python -m pytest -m slow

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(READY)
	$(BIN)/mypy

docs: $(READY)
	PATH=$(CURDIR)/$(BIN):$$PATH DISABLE_MKDOCS_2_WARNING=true NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet
	@echo "site/index.html, or $(BIN)/python -m mkdocs serve"

clean:
	rm -rf $(VENV)
