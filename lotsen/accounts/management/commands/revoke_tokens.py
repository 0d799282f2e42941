"""Ends all API tokens of a person at once: for one that got lost or into the wrong hands."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from lotsen.accounts import tokens
from lotsen.accounts.models import User


class Command(BaseCommand):
    help = "Entzieht einem Konto sofort alle Token für die Schnittstelle."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="Benutzername")

    def handle(self, *, username: str, **options: Any) -> None:  # noqa: ARG002
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"Ein Konto „{username}“ gibt es nicht. Es wurde nichts geändert.")
        ended = tokens.revoke_all(user, at=now())
        self.stdout.write(f"{ended} Token entzogen. Es gilt ab sofort keines mehr.")
