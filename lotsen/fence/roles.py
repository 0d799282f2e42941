"""Whether the serving role is held by the fence at all: the owner of a table and superusers see
over every policy."""

import sys

from django.db import connection

_SEES_OVER = """
    SELECT rolsuper OR rolbypassrls OR EXISTS (
        SELECT FROM pg_class AS c
         WHERE c.relrowsecurity AND c.relkind IN ('r', 'p')
           AND pg_has_role(current_user, c.relowner, 'USAGE'))
      FROM pg_roles WHERE rolname = current_user
"""
WARNING = (
    "Achtung: Die Rolle, mit der lotsen diese PostgreSQL-Datenbank liest, besitzt die Tabellen "
    "oder ist Superuser. Der zweite Zaun (Zeilenschutz) hält sie nicht; nur die Prüfungen der "
    "Anwendung gelten. Bitte eine eigene Rolle anlegen, ihr mit „manage.py grant_serving_role "
    "ROLLE“ die Rechte geben und sie in DATABASE_URL oder LOTSEN_SERVING_ROLE nennen "
    "(docs/operations.md).\n"
)


def sees_over_the_fence() -> bool:
    """Whether this connection's role is held by no policy. False where there are none (SQLite)."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(_SEES_OVER)
        [(answer,)] = cursor.fetchall()
    return bool(answer)


def warn() -> None:
    """Say so on stderr; small set-ups with a single role start all the same."""
    if sees_over_the_fence():
        sys.stderr.write(WARNING)
