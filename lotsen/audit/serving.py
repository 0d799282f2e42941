"""What the serving role may do on PostgreSQL: everything with rows, but audit rows only grow.

The role that migrates owns the tables; the role that serves does not, so it can neither drop the
triggers of audit tables nor change their rows. Which tables only grow, the triggers say that refuse
everything else (audit.0100): logs and seals. It reads partitions by name, for backups, and writes
to them through their log alone.
"""

from collections.abc import Mapping

from django.db import connection
from django.db.backends.utils import CursorWrapper

from lotsen.audit.models import AccessEvent, ChangeEntry

APPEND_ONLY = (AccessEvent._meta.db_table, ChangeEntry._meta.db_table)
_QUEUE = "seals_unsealed"  # lotsen.seals, on a floor above: rows come and go, none is changed
_GUARDED = """
    SELECT DISTINCT relname, relispartition FROM pg_trigger
    JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE proname = 'audit_refuse_change' ORDER BY relname
"""


class UnfitRole(Exception):  # noqa: N818  read by whoever sets the database up
    """This role cannot be the serving role; the text says why and what to do."""


def grant(role: str) -> None:
    """Give `role` what serving needs and take what it must not have. Twice changes nothing.

    Raises:
        UnfitRole: no PostgreSQL; no such role; a superuser; or the role that owns the tables.
    """
    if connection.vendor != "postgresql":
        raise UnfitRole("Rollen gibt es nur in PostgreSQL; bei SQLite ist nichts zu tun.")
    with connection.cursor() as cursor:
        _require_fit(cursor, role)
        cursor.execute(_GUARDED)
        for statement in _statements(connection.ops.quote_name(role), dict(cursor.fetchall())):
            cursor.execute(statement)


def _require_fit(cursor: CursorWrapper, role: str) -> None:
    cursor.execute(
        "SELECT rolsuper, rolname = current_user OR pg_has_role(rolname, current_user, 'member')"
        " FROM pg_roles WHERE rolname = %s",
        [role],
    )
    found = cursor.fetchone()
    if found is None:
        raise UnfitRole(
            f"Die Rolle {role} gibt es nicht. Bitte zuerst anlegen: CREATE ROLE … LOGIN"
        )
    superuser, owner = found
    if superuser:
        raise UnfitRole(
            f"Die Rolle {role} ist Superuser und umgeht jedes Recht. Bitte eine andere."
        )
    if owner:
        raise UnfitRole(
            f"Die Rolle {role} besitzt die Tabellen oder gehört zu ihrem Besitzer. Die "
            "ausliefernde Rolle muss eine andere sein als die migrierende."
        )


def _statements(role: str, guarded: Mapping[str, bool]) -> list[str]:
    """`guarded`: tables that only grow, and whether each is a partition."""
    names = {table: connection.ops.quote_name(table) for table in guarded}
    growing = ", ".join(names[table] for table, is_part in guarded.items() if not is_part)
    return [
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"REVOKE ALL ON {', '.join(names.values())} FROM {role}",
        f"GRANT SELECT ON {', '.join(names.values())} TO {role}",
        f"GRANT INSERT ON {growing} TO {role}",
        f"REVOKE UPDATE ON {_QUEUE} FROM {role}",
        f"GRANT EXECUTE ON FUNCTION audit_ensure_month(text, date) TO {role}",
        f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
    ]
