#!/bin/sh
# Every night: erase what is due, back up, lay the ledger of erasures beside it, and let no backup
# grow older than 28 days. Where erasing fails, the backup is still made; the end tells of it.
#   nightly.sh FOLDER      the folder of the backups; from there they go to another machine
set -eu
folder=$1
umask 077
cd "$(dirname "$0")/.."
python=.venv/bin/python
ended=0

$python manage.py erase_expired || ended=$?
$python manage.py backup "$folder/lotsen-$(date +%Y-%m-%dT%H%M%S).backup"
cp "$LOTSEN_ERASURE_LEDGER" "$folder/erasures.jsonl.new"
mv "$folder/erasures.jsonl.new" "$folder/erasures.jsonl"
find "$folder" -maxdepth 1 -name 'lotsen-*.backup' -mtime +27 -delete
exit "$ended"
