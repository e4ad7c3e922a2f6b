# Two commands are enough: `make run` and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := build/stamps

.PHONY: run test test-long bench setup assets screenshots lint types check-tools messages clean sbom

## run: set everything up and start web, worker and sandbox with a demonstration of three institutions.
run: setup
	@$(BIN)/python -m tools.run

## setup: virtual environment from the hashed lock, npm assets, static files, the table of characters.
setup: $(STAMPS)/python $(STAMPS)/assets $(STAMPS)/characters

$(STAMPS)/python: requirements-dev.lock pyproject.toml
	@mkdir -p $(STAMPS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Guanhao needs Python 3.11 or newer; $$($(PYTHON) --version) was found. Set PYTHON=python3.11."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "The venv module is missing: on Debian and Ubuntu, apt install python3-venv."; exit 1; }
	@echo "Installing Python packages from the lock (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(STAMPS)/node: package.json package-lock.json
	@mkdir -p $(STAMPS)
	@command -v npm >/dev/null || { echo "Guanhao needs Node 20 with npm to install browser assets."; exit 1; }
	@echo "Installing browser assets from the lock (once) …"
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(STAMPS)/assets: $(STAMPS)/node $(STAMPS)/python tools/assets.py $(shell find guanhao/web guanhao/locale -type f -not -name "*.pyc" 2>/dev/null)
	@$(BIN)/python tools/assets.py
	@$(BIN)/python tools/messages.py
	@GUANHAO_SECRET_KEY=setup $(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@touch $@

$(STAMPS)/characters: $(STAMPS)/python guanhao/screening/characters.py
	@$(BIN)/guanhao proof characters --out build/characters.tsv
	@touch $@

## test: lint, types, layers, budgets, then every test on SQLite and (where one answers) on PostgreSQL.
test: setup check-tools
	@$(BIN)/python -m tools.test

## test-long: long batteries.
test-long: setup check-tools
	@$(BIN)/python -m tools.test --long

## bench: one JSON object a figure set, in the shape of docs/bench.md.
bench: setup
	@$(BIN)/python -m benchmarks

## sbom: the bill of materials (CycloneDX) from the locks, into build/sbom.json.
sbom: $(STAMPS)/python
	@$(BIN)/python -m tools.sbom

## screenshots: every page at 1440 and 390 px, light and dark, into build/screenshots.
screenshots: setup check-tools
	@$(BIN)/python tools/screenshots.py

## check-tools: Chromium, a CJK font and the PDF tools; installs them where it may.
check-tools:
	@tools/system.sh

## messages: tidy the parts of the English catalogue, say what lacks English, compile.
messages: $(STAMPS)/python
	@$(BIN)/python tools/messages.py --tidy

clean:
	rm -rf build $(VENV) node_modules
