#!/bin/sh
# Prepare the demo city in var/ (a second run changes nothing) and serve it.
set -eu
cd "$(dirname "$0")/.."
port=$1 serve=$2
python=.venv/bin/python
umask 077
mkdir -p var

export DJANGO_SETTINGS_MODULE=lotsen.settings.production
export LOTSEN_DEMO=1
export LOTSEN_SECRET_KEY_FILE="$PWD/var/secret_key"
export LOTSEN_KEY_PROVIDER=file
export LOTSEN_KEYRING_FILE="$PWD/var/keyring.json"
export LOTSEN_ERASURE_LEDGER="$PWD/var/demo-erasures.jsonl"
export LOTSEN_AUDIT_ANCHOR="${LOTSEN_AUDIT_ANCHOR:-$PWD/var/demo-audit-anchor.jsonl}"
export LOTSEN_ALLOWED_HOSTS="${LOTSEN_ALLOWED_HOSTS:-localhost,127.0.0.1}"
export DATABASE_URL="${DATABASE_URL:-sqlite:///$PWD/var/demo.sqlite3}"

if ! [ -f var/secret_key ]; then
  $python -c 'import secrets; print(secrets.token_urlsafe(48))' > var/secret_key
  chmod 400 var/secret_key
fi
$python manage.py migrate --verbosity 0
# A demo database made anew is older than what was erased in the one before.
$python manage.py replay_erasures --touched erase --verbosity 0
[ -f var/keyring.json ] || $python manage.py create_keyring var/keyring.json
$python manage.py collectstatic --no-input --verbosity 0
$python manage.py load_demo --city duesseldorf --cases 60 --quarters 7 --seed 1
# A demo database made anew does not have the seals of the one before; a real one never gets this.
$python manage.py worker --once --after-restore

if [ "$serve" = 0 ]; then
  echo "Die Demo ist vorbereitet. Starten mit: make demo"
  exit 0
fi
echo
echo "lotsen läuft auf http://localhost:$port/ – anmelden z. B. als anna, bilal oder carla, Kennwort lotsen-demo."
echo "Beenden mit Strg+C."
$python manage.py worker &
worker=$!
.venv/bin/gunicorn lotsen.wsgi:application --bind "127.0.0.1:$port" --preload \
  --worker-class gthread --workers 2 --threads 4 --log-level warning &
server=$!

# Ctrl+C, or the end of the server, ends both.
stop() { kill "$server" "$worker" 2>/dev/null || true; }
trap stop INT TERM
ended=0
wait "$server" || ended=$?
stop
wait "$server" "$worker" 2>/dev/null || true
[ "$ended" -le 128 ] || ended=0  # somebody asked for the end
exit "$ended"
