#!/bin/sh
# Resolve the dependencies of pyproject.toml again, with hashes and for all platforms. Needs uv.
set -eu
cd "$(dirname "$0")/.."
common="--universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header --quiet --extra postgres"
uv pip compile pyproject.toml $common --upgrade -o requirements.txt
uv pip compile pyproject.toml $common --upgrade --group dev -o requirements-dev.txt
