"""Ends everything of an account at once: after a loss, a theft, or a last working day."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from lotsen.accounts import closing
from lotsen.accounts.models import User
from lotsen.membership import actions as membership


class Command(BaseCommand):
    help = "Sperrt ein Konto sofort (Sitzungen, Token, Kennwort, PIN) oder öffnet es wieder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="Benutzername")
        parser.add_argument("--reopen", action="store_true", help="wieder öffnen")

    def handle(self, *, username: str, reopen: bool, **options: Any) -> None:  # noqa: ARG002
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"Ein Konto „{username}“ gibt es nicht. Es wurde nichts geändert.")
        if not reopen:
            membership.close_account(user, at=now())
            self.stdout.write(f"{username} ist gesperrt. Keine Sitzung und kein Token gilt mehr.")
        elif user.is_active:
            raise CommandError(f"{username} ist nicht gesperrt. Es wurde nichts geändert.")
        else:
            password = closing.reopen(user)
            self.stdout.write(f"{username} ist wieder offen. Neues Kennwort: {password}")
