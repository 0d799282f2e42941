#!/bin/sh
# Write the generated pages under docs/ again.
set -eu
cd "$(dirname "$0")/.."
.venv/bin/python scripts/generate_docs.py
