# One front door. `make help` lists it.
.DEFAULT_GOAL := help
.PHONY: help demo test check fix messages docs

PORT ?= 8000
SERVE ?= 1

help:      ## This list
	@grep -hE '^[a-z]+: .*##|^[a-z]+:  *##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

demo: .venv/.runtime      ## The demo city on http://localhost:8000 (PORT=8000; SERVE=0 only prepares)
	@scripts/demo.sh "$(PORT)" "$(SERVE)"

test: .venv/.dev      ## All tests: SQLite, PostgreSQL where it answers, browser where Chromium is
	@scripts/test.sh

check: .venv/.dev      ## Format, lint, types, floors, migrations, messages, templates
	@scripts/check.sh

fix: .venv/.dev      ## Format what can be formatted
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix . && git ls-files 'templates/*.html' | xargs .venv/bin/djhtml --tabwidth 2

messages: .venv/.dev      ## Collect texts into locale/, compile them (needs gettext)
	@scripts/messages.sh

docs: .venv/.dev      ## Write the generated pages under docs/ again
	@scripts/docs.sh

.venv/.runtime: requirements.txt
	@scripts/venv.sh requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt requirements.txt
	@scripts/venv.sh requirements-dev.txt
	@touch $@ .venv/.runtime
