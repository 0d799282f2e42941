"""Closes a house at once, or opens it again with the same people as before."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lotsen.accounts.models import Organisation


class Command(BaseCommand):
    help = "Schließt eine Stelle sofort (niemand hat dort noch Rechte) oder öffnet sie wieder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="Kürzel der Stelle")
        parser.add_argument("--reopen", action="store_true", help="wieder öffnen")

    def handle(self, *, slug: str, reopen: bool, **options: Any) -> None:  # noqa: ARG002
        house = Organisation.objects.filter(slug=slug).first()
        if house is None:
            raise CommandError(f"Eine Stelle „{slug}“ gibt es nicht. Es wurde nichts geändert.")
        if house.is_active is reopen:
            state = "nicht geschlossen" if reopen else "schon geschlossen"
            raise CommandError(f"{house.name} ist {state}. Es wurde nichts geändert.")
        house.is_active = reopen
        house.save(update_fields=["is_active"])
        self.stdout.write(f"{house.name} ist {'wieder offen' if reopen else 'geschlossen'}.")
