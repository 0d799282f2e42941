"""Give somebody an account and a role in a house, or one more role."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.timezone import now

from lotsen.accounts.models import Organisation, Profession, User
from lotsen.accounts.roles import Role
from lotsen.errors import Refusal
from lotsen.membership import actions as membership
from lotsen.membership.actions import PersonFacts
from lotsen.membership.problems import in_words
from lotsen.refusals import sentence


class Command(BaseCommand):
    help = "Legt ein Konto mit einer Rolle an einer Stelle an und gibt das erste Kennwort aus."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--email", help="nötig für ein neues Konto")
        parser.add_argument("--name", help="Anzeigename, nötig für ein neues Konto")
        parser.add_argument("--organisation", required=True, help="Kürzel der Stelle")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])
        parser.add_argument("--profession", choices=Profession.values, default=Profession.OTHER)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise CommandError(
                f"Die Stelle „{options['organisation']}“ gibt es nicht. Es wurde nichts geändert."
            )
        user = User.objects.filter(username__iexact=options["username"]).first()
        password = "" if user else secrets.token_urlsafe(12)
        try:
            user = user or self._account(options, password)
            membership.join(user, organisation=organisation, role=Role(options["role"]), at=now())
        except Refusal as refusal:
            raise CommandError(f"{sentence(refusal)} Es wurde nichts geändert.") from None
        self.stdout.write(f"{user.username}: {options['role']} an {organisation.name}.")
        if password:
            self.stdout.write(f"Erstes Kennwort (bitte gleich ändern): {password}")

    def _account(self, options: dict[str, Any], password: str) -> User:
        if not options["email"] or not options["name"]:
            raise CommandError(
                "Ein neues Konto braucht --email und --name. Es wurde nichts geändert."
            )
        if not options["username"].strip():
            raise CommandError("Der Benutzername fehlt. Es wurde nichts geändert.")
        facts = PersonFacts(
            name=options["name"], email=options["email"], profession=options["profession"]
        )
        try:
            return membership.create_account(facts, username=options["username"], password=password)
        except ValidationError as problem:
            raise CommandError(in_words(problem)) from None
