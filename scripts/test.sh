#!/bin/sh
# All tests on SQLite, then on PostgreSQL where it answers; says what is left out and why.
# LOTSEN_TEST_POSTGRES: another server, as postgres://user:password@host:port/name.
set -eu
cd "$(dirname "$0")/.."
postgres=${LOTSEN_TEST_POSTGRES:-postgres://postgres@127.0.0.1:5432/lotsen}
left_out=""
unset DATABASE_URL LOTSEN_MIGRATION_DATABASE_URL DJANGO_SETTINGS_MODULE LOTSEN_DEMO
# What is compiled once is kept: every worker of both rounds would compile all of it again.
unset PYTHONDONTWRITEBYTECODE

if ! command -v chromium >/dev/null 2>&1 && ! command -v chromium-browser >/dev/null 2>&1 \
  && ! command -v google-chrome >/dev/null 2>&1; then
  left_out="$left_out
- die Tests im Browser: Chromium ist nicht installiert (Debian: apt install chromium)."
fi

# Three workers on two cores: a test that waits for the browser leaves its core to another.
run() { .venv/bin/python -m pytest -n "${LOTSEN_TEST_WORKERS:-3}" --dist worksteal "$@"; }

echo "== Tests auf SQLite"
run "$@"

if .venv/bin/python - "$postgres" <<'PYTHON'
import sys
import psycopg
try:
    psycopg.connect(sys.argv[1].rsplit("/", 1)[0] + "/postgres", connect_timeout=3).close()
except psycopg.Error:
    sys.exit(1)
PYTHON
then
  echo "== Tests auf PostgreSQL (ohne, was keine Datenbank fragt oder überall dasselbe zeigt)"
  (export DATABASE_URL="$postgres"; run --second-round "$@")
else
  left_out="$left_out
- die Tests auf PostgreSQL: kein Server antwortet auf 127.0.0.1:5432 als postgres
  (anderer Server: LOTSEN_TEST_POSTGRES=postgres://…)."
fi

if [ -n "$left_out" ]; then
  echo "Ausgelassen wurde:$left_out"
  if [ "${CI:-}" = true ]; then echo "In der CI darf nichts ausgelassen werden." >&2; exit 1; fi
fi
