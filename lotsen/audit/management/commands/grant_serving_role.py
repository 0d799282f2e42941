"""`manage.py grant_serving_role ROLE`: run after each `migrate`, as the migrating role."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from lotsen.audit import serving


class Command(BaseCommand):
    help = "Gibt der ausliefernden Rolle ihre Rechte: Protokolle kann sie nur ergänzen."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role")

    @transaction.atomic
    def handle(self, *_args: Any, role: str, **_options: Any) -> None:
        try:
            serving.grant(role)
        except serving.UnfitRole as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(f"Die Rolle {role} darf nun ausliefern; Protokolle nur ergänzen.")
