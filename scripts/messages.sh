#!/bin/sh
# Collect texts into locale/, then compile. msgids are English; both languages are complete.
set -eu
cd "$(dirname "$0")/.."
export DJANGO_SETTINGS_MODULE=lotsen.settings.test
# Template tags need the settings; the folders below hold no text of ours.
.venv/bin/python manage.py makemessages --locale de --no-wrap --no-obsolete --no-location \
  --ignore .venv --ignore var --ignore tests --ignore benchmarks --verbosity 0
.venv/bin/python scripts/check_messages.py --compile
