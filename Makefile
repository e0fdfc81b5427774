# Two commands: `make run` serves the demonstration on this machine, `make test` runs every test.

.DEFAULT_GOAL := help
.PHONY: help run test learn words pictures clean
.SUFFIXES:

PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
WORDS := $(wildcard translations/*/LC_MESSAGES/*.po)
COMPILED := $(WORDS:.po=.mo)

help:
	@echo "make run    the demonstration at http://127.0.0.1:$(PORT) (PORT=9000 make run moves it)"
	@echo "make test   every test: both databases, a real browser"
	@echo "make learn  learn how texts are read, anew from the examples in learning/"
	@echo "make words  gather the words of pages into translations/en/LC_MESSAGES/messages.po"
	@echo "make pictures  walk through a running demonstration and take the README's pictures"
	@echo "make clean  remove what was installed and compiled (the database in var/ stays)"

run: $(VENV)/house $(COMPILED)
	@DEMO=1 SMS_CARRIER=local MAIL_CARRIER=local PUBLIC_URL=http://127.0.0.1:$(PORT) PORT=$(PORT) \
		$(BIN)/flask --app app demo

test: $(VENV)/tests $(COMPILED)
	@bash tests/find_chromium
	@echo "Running every test: both databases, a real browser, a real mail server ..."
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile $(ARGS)

# What is installed is installed again only when its list has changed.
$(VENV)/house: requirements.txt | $(VENV)/made
	@echo "Installing the pinned packages ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/tests: tests/requirements.txt $(VENV)/house
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r tests/requirements.txt
	@touch $@

$(VENV)/learning: learning/requirements.txt $(VENV)/house
	@echo "Installing what learning needs ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r learning/requirements.txt
	@touch $@

$(VENV)/made:
	@python=""; for one in python3 python3.13 python3.12 python3.11; do \
		if $$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$one; break; fi; done; \
	if [ -z "$$python" ]; then echo "Welfare Lynx needs Python 3.11 or newer, and found none."; exit 1; fi; \
	echo "Making $(VENV) with $$($$python --version) ..."; \
	$$python -m venv $(VENV) || { echo "On Debian: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }
	@touch $@

# From the examples in learning/ to the weights in texting/words/, in half a minute.
learn: $(VENV)/learning
	@$(BIN)/python learning/learn.py

%.mo: %.po | $(VENV)/house
	@echo "Compiling $< ..."
	@$(BIN)/pybabel --quiet compile -i $< -o $@

POT := translations/messages.pot
words: $(VENV)/house
	@$(BIN)/pybabel --quiet extract -F pyproject.toml -k _l -k lazy_gettext --no-location --sort-output -o $(POT) .
	@if [ -f translations/en/LC_MESSAGES/messages.po ]; \
	then $(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete -i $(POT) -d translations -l en; \
	else $(BIN)/pybabel --quiet init -i $(POT) -d translations -l en; fi
	@rm $(POT)

# Of a demonstration that runs on an empty database: the README's pictures, and its walk-through tried.
pictures: $(VENV)/tests
	@$(BIN)/python docs/pictures.py http://127.0.0.1:$(PORT)

clean:
	rm -rf $(VENV) .pytest_cache $(COMPILED)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
