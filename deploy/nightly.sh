#!/bin/sh
# Every night: erase what is due, back up, lay the ledger of erasures and the anchor of the logs
# beside it, let no backup grow older than 28 days, and prove the logs. Where erasing fails or the
# logs are not what was sealed, the backup is still made; the end tells of it.
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
$python manage.py verify_audit || ended=$?
# The anchor only grows: the copy of last night must be its beginning, or it stays as it is.
kept="$folder/audit-anchor.jsonl"
if [ -f "$kept" ] && ! head -c "$(wc -c < "$kept")" "$LOTSEN_AUDIT_ANCHOR" | cmp -s - "$kept"; then
  echo "Der Anker ist nicht mehr, was er war. Seine Kopie $kept bleibt stehen. Bitte ausführen:" >&2
  echo "  manage.py verify_audit --anchor $kept" >&2
  ended=1
elif [ -f "$LOTSEN_AUDIT_ANCHOR" ]; then
  cp "$LOTSEN_AUDIT_ANCHOR" "$kept.new"
  mv "$kept.new" "$kept"
fi
exit "$ended"
