from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    name = "lotsen.access"

    def ready(self) -> None:
        post_migrate.connect(_renew, sender=self)


def _renew(*, using: str, **_facts: Any) -> None:
    """A right that an upgrade brings is held in the houses there are: nobody has to remember."""
    from lotsen.access import grants
    from lotsen.access.models import OrganisationGroupPermission

    # Not after a migration back to before there were any.
    if OrganisationGroupPermission._meta.db_table in connections[using].introspection.table_names():
        grants.renew()
