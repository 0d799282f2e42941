"""Every new row of a log is queued by a trigger, and seals can only be added.

The triggers see raw SQL as well, and a row is queued in its own transaction: it waits from the
moment when it can be seen at all. ENABLE ALWAYS: session_replication_role = replica gets round
neither. Rows from before this migration are queued by it.

A migration that rebuilds a log on SQLite loses the trigger of the queue; it must install it again
(tests/lotsen/seals/test_queue.py turns red otherwise).
"""

from django.db import migrations

# Table of the log → its name here, the column of its moments.
LOGS = {"audit_accessevent": ("access", "at"), "audit_changeentry": ("change", "timestamp")}
SEALS = "seals_seal"
REFUSED = "append-only: seals are neither changed nor removed"

SQLITE_QUEUE = """
CREATE TRIGGER {table}_queue AFTER INSERT ON {table} BEGIN
    INSERT INTO seals_unsealed (log, "row", at, since)
    VALUES ('{log}', NEW.id, NEW.{moment}, strftime('%Y-%m-%d %H:%M:%f', 'now'));
END
"""
SQLITE_SEALS = (
    "CREATE TRIGGER seals_seal_no_update BEFORE UPDATE ON seals_seal "
    "BEGIN SELECT RAISE(ABORT, '{refused}'); END",
    "CREATE TRIGGER seals_seal_no_delete BEFORE DELETE ON seals_seal "
    "BEGIN SELECT RAISE(ABORT, '{refused}'); END",
    "CREATE TRIGGER seals_seal_no_replace BEFORE INSERT ON seals_seal "
    "WHEN EXISTS (SELECT 1 FROM seals_seal WHERE n = NEW.n) "
    "BEGIN SELECT RAISE(ABORT, '{refused}'); END",
)
SQLITE_REMOVE = (
    "DROP TRIGGER seals_seal_no_update",
    "DROP TRIGGER seals_seal_no_delete",
    "DROP TRIGGER seals_seal_no_replace",
)
POSTGRES_QUEUE = (
    "CREATE FUNCTION seals_queue_{log}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    'INSERT INTO public.seals_unsealed (log, "row", at, since) '
    "VALUES ('{log}', NEW.id::text, NEW.{moment}, clock_timestamp()); RETURN NULL; END $$",
    "CREATE TRIGGER {table}_queue AFTER INSERT ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION seals_queue_{log}()",
    "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_queue",
)
# The function of audit.0100, whose name tells what it does.
POSTGRES_SEALS = (
    "CREATE TRIGGER seals_seal_no_change BEFORE UPDATE OR DELETE ON seals_seal "
    "FOR EACH ROW EXECUTE FUNCTION audit_refuse_change()",
    "CREATE TRIGGER seals_seal_no_truncate BEFORE TRUNCATE ON seals_seal "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()",
    "ALTER TABLE seals_seal ENABLE ALWAYS TRIGGER seals_seal_no_change",
    "ALTER TABLE seals_seal ENABLE ALWAYS TRIGGER seals_seal_no_truncate",
)
POSTGRES_REMOVE = (
    "DROP TRIGGER seals_seal_no_change ON seals_seal",
    "DROP TRIGGER seals_seal_no_truncate ON seals_seal",
)
QUEUE_ALL = """
INSERT INTO seals_unsealed (log, "row", at, since)
SELECT '{log}', CAST(id AS {text}), {moment}, CURRENT_TIMESTAMP FROM {table} ORDER BY {moment}
"""


def install(apps, schema_editor):
    """Queue what is there and what comes; guard the seals."""
    is_postgres = schema_editor.connection.vendor == "postgresql"
    for table, (log, moment) in LOGS.items():
        words = {"table": table, "log": log, "moment": moment, "text": "text"}
        for statement in POSTGRES_QUEUE if is_postgres else (SQLITE_QUEUE,):
            schema_editor.execute(statement.format(**words), params=None)
        schema_editor.execute(QUEUE_ALL.format(**words), params=None)
    guard(schema_editor)


def remove(apps, schema_editor):
    """Take all of it away again."""
    is_postgres = schema_editor.connection.vendor == "postgresql"
    for table, (log, _) in LOGS.items():
        where = f" ON {table}" if is_postgres else ""
        schema_editor.execute(f"DROP TRIGGER {table}_queue{where}")
        if is_postgres:
            schema_editor.execute(f"DROP FUNCTION seals_queue_{log}()")
    unguard(schema_editor)


def guard(schema_editor):
    """The triggers of the seals."""
    is_postgres = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRES_SEALS if is_postgres else SQLITE_SEALS:
        schema_editor.execute(statement.format(refused=REFUSED), params=None)


def unguard(schema_editor):
    """No triggers on the seals."""
    is_postgres = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRES_REMOVE if is_postgres else SQLITE_REMOVE:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("seals", "0001_initial"), ("audit", "0103_who_was_shown")]
    operations = [migrations.RunPython(install, remove)]
