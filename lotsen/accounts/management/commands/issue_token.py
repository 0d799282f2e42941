"""Prints a new API token for a person, and nothing else: it is shown this once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from lotsen.accounts import tokens
from lotsen.accounts.models import TokenScope, User


class Command(BaseCommand):
    help = "Gibt ein Token für die Schnittstelle aus: nur das Token, und nur dieses eine Mal."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="Benutzername")
        parser.add_argument(
            "--scope", choices=TokenScope.values, default=TokenScope.READ, help="Umfang"
        )
        parser.add_argument(
            "--days", type=int, default=90, help=f"wie lange es gilt, 1 bis {tokens.MAX_DAYS} Tage"
        )

    def handle(self, *, username: str, scope: str, days: int, **options: Any) -> None:  # noqa: ARG002
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(
                f"Ein aktives Konto „{username}“ gibt es nicht. Es wurde nichts geändert."
            )
        if not 1 <= days <= tokens.MAX_DAYS:
            raise CommandError(
                f"--days muss zwischen 1 und {tokens.MAX_DAYS} liegen. Es wurde nichts geändert."
            )
        self.stdout.write(tokens.issue(user, scope=TokenScope(scope), days=days, at=now()))
