# One command each: run, demo, test. The other targets serve development.
# HOST, PORT, DATABASE_URL and the rest come from the environment: see the table in README.md.

PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help run demo test test-postgres bench old-browsers faults mutations lint messages requirements pictures backup

help:
	@echo 'make run            serve on http://127.0.0.1:8000'
	@echo 'make demo           the same, with a believable 2022 in a database of its own'
	@echo 'make test           every test, on SQLite'
	@echo 'make test-postgres  every test, on PostgreSQL'
	@echo 'make bench          the speed table: beside a bare Django page, in one run'
	@echo 'make old-browsers   the main jobs in Chromium 87, Firefox ESR and WebKit'
	@echo 'make mutations      is each rule tested? breaks one after another; some test must fail'
	@echo 'make faults         10,000 entries recorded while the server is killed: none may be lost'
	@echo 'make lint           ruff: rules and format'
	@echo 'make messages       collect and compile the translations'
	@echo 'make requirements   pin the packages again'
	@echo 'make pictures       take the pictures of the README anew'
	@echo 'make backup         a copy of the database in var/backups'

# Stamps of what is installed; psycopg only where the database is a PostgreSQL.
RUNTIME := .venv/installed $(if $(filter postgres%,$(DATABASE_URL)),.venv/installed-postgres)
TESTING := .venv/installed .venv/installed-postgres .venv/installed-dev

.venv/installed: requirements.txt
	@bin/install '$(PYTHON)' requirements.txt
	@touch $@

.venv/installed-%: requirements-%.txt | .venv/installed
	@bin/install '$(PYTHON)' $<
	@touch $@

run: $(RUNTIME)
	@exec $(BIN)/python -m tracker.start

demo: $(RUNTIME)
	@exec $(BIN)/python -m tracker.start --demo

# TESTS narrows what is run: make test TESTS='tests/test_lights.py -k stale'
TESTS ?=
# Each worker has its half in order, so that what a module builds is built once, and who is done
# first takes over from the other.
PYTEST := $(BIN)/python -m pytest --numprocesses 2 --dist worksteal $(TESTS)

test: $(TESTING)
	@bin/test-tools
	@unset DATABASE_URL; $(PYTEST)

test-postgres: $(TESTING)
	@bin/test-tools
	@bin/postgres $(PYTEST)

# The program and a bare Django page asked in turn; 1 where a goal is missed. BENCH='--quick' for one
# size on SQLite only.
BENCH ?=

bench: $(TESTING)
	@bin/postgres $(BIN)/python -m bench $(BENCH)

# Beside the tests: the oldest engines that Debian's packages bring do the main jobs.
old-browsers: $(TESTING)
	@bin/test-tools old-browsers
	@$(BIN)/python bin/old-browsers

# SQLite, or PostgreSQL where DATABASE_URL names one. FAULTS='--acknowledged 300' makes it short.
FAULTS ?=

faults: $(TESTING) $(RUNTIME)
	@$(BIN)/python -m tests.faults.load $(FAULTS)

# MUTATIONS narrows it: make mutations MUTATIONS='light seal'
MUTATIONS ?=

mutations: $(TESTING)
	@$(BIN)/python -m tests.mutations.run $(MUTATIONS)

lint: $(TESTING)
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

# Collects the texts of the sources into the .po file and compiles it; needs gettext.
messages: $(TESTING)
	@$(BIN)/python manage.py makemessages --locale=zh_Hans --no-obsolete --no-wrap --add-location=file --ignore=tests --ignore=var
	@cd priorities && ../$(BIN)/python ../manage.py compilemessages --locale=zh_Hans

requirements: $(TESTING)
	@for name in requirements requirements-postgres requirements-dev; do \
	    $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	        --generate-hashes --no-header --no-config --no-emit-index-url --no-emit-find-links \
	        $$name.in --output-file $$name.txt || exit 1; \
	done

# The README's pictures, of the demonstration; needs Chromium and Chinese fonts (make test installs them).
pictures: $(TESTING)
	@bin/test-tools
	@$(BIN)/python bin/pictures

backup: $(RUNTIME)
	@$(BIN)/python manage.py backup
