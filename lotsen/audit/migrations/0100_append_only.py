"""Access events and change entries can be added, never changed or removed: the database says so.

SQLite: triggers abort UPDATE and DELETE; a third one aborts an INSERT over an existing row,
because REPLACE INTO fires no delete trigger unless recursive_triggers is on.
PostgreSQL: one function, a row trigger for UPDATE and DELETE and a statement trigger for
TRUNCATE, ENABLE ALWAYS so that session_replication_role = replica does not get round them.

A later migration that makes SQLite rebuild one of the tables loses its triggers: it must install
them again (tests/lotsen/audit/test_append_only.py turns red otherwise).
"""

from django.db import migrations

TABLES = ("audit_accessevent", "audit_changeentry")
REFUSED = "append-only: audit rows are neither changed nor removed"

SQLITE_INSTALL = (
    "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{refused}'); END",
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{refused}'); END",
    "CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
    "WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
    "OR EXISTS (SELECT 1 FROM {table} WHERE rowid = NEW.rowid) "
    "BEGIN SELECT RAISE(ABORT, '{refused}'); END",
)
SQLITE_REMOVE = (
    "DROP TRIGGER {table}_no_update",
    "DROP TRIGGER {table}_no_delete",
    "DROP TRIGGER {table}_no_replace",
)
POSTGRES_FUNCTION = (
    "CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION '{refused}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
)
POSTGRES_INSTALL = (
    "CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION audit_refuse_change()",
    "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()",
    "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change",
    "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate",
)
POSTGRES_REMOVE = (
    "DROP TRIGGER {table}_no_change ON {table}",
    "DROP TRIGGER {table}_no_truncate ON {table}",
)


def install(apps, schema_editor):
    """Add the triggers."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES_FUNCTION.format(refused=REFUSED), params=None)
        _for_each_table(schema_editor, POSTGRES_INSTALL)
    else:
        _for_each_table(schema_editor, SQLITE_INSTALL)


def remove(apps, schema_editor):
    """Take the triggers away again."""
    if schema_editor.connection.vendor == "postgresql":
        _for_each_table(schema_editor, POSTGRES_REMOVE)
        schema_editor.execute("DROP FUNCTION audit_refuse_change()", params=None)
    else:
        _for_each_table(schema_editor, SQLITE_REMOVE)


def _for_each_table(schema_editor, statements):
    for table in TABLES:
        for statement in statements:
            schema_editor.execute(statement.format(table=table, refused=REFUSED), params=None)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
