#!/bin/sh
# Draw the pictures of docs/screenshots/ anew, from a demo city that is thrown away afterwards.
# Needs the development environment (make check sets it up) and Chromium.
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python
umask 077
stage=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$stage"' EXIT

export DJANGO_SETTINGS_MODULE=lotsen.settings.development
export LOTSEN_DEMO=1
export LOTSEN_KEY_PROVIDER=file
export LOTSEN_KEYRING_FILE="$stage/keyring.json"
export DATABASE_URL="sqlite:///$stage/demo.sqlite3"
port=${PORT:-8765}

$python manage.py create_keyring "$LOTSEN_KEYRING_FILE"
$python manage.py migrate --verbosity 0
$python manage.py load_demo --city duesseldorf --cases 60 --seed 1 --quarters 7
$python manage.py runserver "127.0.0.1:$port" --noreload > "$stage/server.log" 2>&1 &
server=$!

umask 022
$python -m scripts.screenshots "http://127.0.0.1:$port" docs/screenshots || {
  tail -n 20 "$stage/server.log" >&2
  exit 1
}
