"""On PostgreSQL an index over the pseudonyms that events name: who saw this case?

    … WHERE shown @> '["7K4M-QX2T-9RHV"]'

SQLite has no such index and goes through the events of the period.
"""

from django.db import migrations

INDEX = "access_event_by_shown"


def make(apps, schema_editor):
    """Add the index; PostgreSQL keeps new entries aside first, so writing an event stays cheap."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE INDEX {INDEX} ON audit_accessevent USING gin (shown jsonb_path_ops)"
        )


def drop(apps, schema_editor):
    """Take the index away again."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX {INDEX}")


class Migration(migrations.Migration):
    dependencies = [("audit", "0102_monthly_partitions")]
    operations = [migrations.RunPython(make, drop)]
