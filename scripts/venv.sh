#!/bin/sh
# Make .venv with the first Python ≥ 3.12 found, and install exactly the hashed requirements.
set -eu
cd "$(dirname "$0")/.."

fits() {
  "$1" -c 'import sys, venv; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1
}

if ! [ -x .venv/bin/python ] || ! fits .venv/bin/python; then
  for candidate in python3.13 python3.12 python3.14 python3; do
    if fits "$candidate"; then python=$candidate; break; fi
  done
  if [ -z "${python:-}" ]; then
    echo "lotsen braucht Python 3.12 oder neuer mit dem Modul venv, hier wurde keines gefunden." >&2
    echo "Debian/Ubuntu: apt install python3 python3-venv · macOS: python.org oder Homebrew." >&2
    exit 1
  fi
  rm -rf .venv
  "$python" -m venv .venv || {
    echo "Die Umgebung .venv ließ sich nicht anlegen. Unter Debian/Ubuntu fehlt meist python3-venv." >&2
    exit 1
  }
fi
echo "Pakete aus $1 werden installiert (mit Prüfsummen) …"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$1"
