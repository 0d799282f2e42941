#!/bin/sh
# What must hold before tests are worth running. Ends at the first thing that does not.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
unset DATABASE_URL LOTSEN_MIGRATION_DATABASE_URL DJANGO_SETTINGS_MODULE LOTSEN_DEMO
say() { echo "-- $*"; }

say "format";     $bin/ruff format --check .
say "lint";       $bin/ruff check .
say "templates";  git ls-files 'templates/*.html' | xargs $bin/djhtml --tabwidth 2 --check
say "floors";     $bin/lint-imports --no-cache
say "types";      $bin/mypy lotsen offers referrals
say "vendored";   $bin/python scripts/check_vendored.py
say "deployment"; LOTSEN_SECRET_KEY="$($bin/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
                  DJANGO_SETTINGS_MODULE=lotsen.settings.production \
                  $bin/python manage.py check --deploy --fail-level WARNING
say "migrations"; DJANGO_SETTINGS_MODULE=lotsen.settings.development $bin/python manage.py makemigrations --check --dry-run
say "messages";   $bin/python scripts/check_messages.py
say "all checks passed"
