"""What was frozen is neither changed nor removed: the database says so (as audit.0100)."""

from importlib import import_module

from django.db import migrations

append_only = import_module("lotsen.audit.migrations.0100_append_only")
TABLE = "referrals_release"
REFUSED = "append-only: a frozen quarter is neither changed nor removed"


def install(apps, schema_editor):
    """Add the triggers."""
    is_postgres = schema_editor.connection.vendor == "postgresql"
    _execute(
        schema_editor, append_only.POSTGRES_INSTALL if is_postgres else append_only.SQLITE_INSTALL
    )


def remove(apps, schema_editor):
    """Take the triggers away again."""
    is_postgres = schema_editor.connection.vendor == "postgresql"
    _execute(
        schema_editor, append_only.POSTGRES_REMOVE if is_postgres else append_only.SQLITE_REMOVE
    )


def _execute(schema_editor, statements):
    for statement in statements:
        schema_editor.execute(statement.format(table=TABLE, refused=REFUSED), params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0006_statistics_and_planning"),
        ("audit", "0100_append_only"),
    ]
    operations = [migrations.RunPython(install, remove)]
