# Everything a fresh Debian or Ubuntu machine with Python 3.11 or newer needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What the tests need from Debian: LibreOffice with its Python and in Chinese, Chinese fonts, PDF to
# PNG, Chromium, a screen without a monitor and a hand for its keys.
PACKAGES := libreoffice-calc libreoffice-l10n-zh-cn python3-uno libreoffice-script-provider-python fonts-noto-cjk poppler-utils chromium xvfb xdotool

.PHONY: tracker setup test lint types unit fuzz soak docs pictures office bench system clean

tracker: $(VENV)/.run
	@if [ -e tracker.xlsx ]; then $(BIN)/fanpan refresh tracker.xlsx --now "2026-11-23 10:00"; \
	else $(BIN)/fanpan new tracker.xlsx --demo; fi

setup: $(VENV)/.dev

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Fanpan needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV) || { echo "Python has no venv module: apt-get install python3-venv"; exit 1; }

$(VENV)/.run: pyproject.toml | $(VENV)/bin/python
	@echo "Installing Fanpan into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.run

system:
	@missing=""; for package in $(PACKAGES); do dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  echo "Installing$$missing …"; \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing; \
	fi

test: setup system lint types unit

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy -p fanpan
	$(BIN)/pyright

unit: setup
	$(BIN)/pytest -n 2

# Property tests with new examples each time; a failure prints the example to add to its test.
fuzz: setup
	$(BIN)/pytest -n 2 -m hypothesis --hypothesis-profile=fuzz

soak: setup
	FANPAN_SOAK_SECONDS=600 $(BIN)/pytest tests/test_service_load.py -k flat

# The script of the Excel pane, from its sources; the built files are checked in.
office: setup
	$(BIN)/python -m tests.office

docs: setup
	$(BIN)/fanpan functions --write-docs docs

pictures: setup system
	FANPAN_PICTURES=docs/pictures $(BIN)/pytest -p no:xdist tests/test_pictures.py

bench: setup
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) build dist *.egg-info
