"""Give somebody an account and a role in a house, or one more role."""

import re
import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.timezone import now

from lotsen.accounts.models import Organisation, Profession, User
from lotsen.accounts.roles import Role
from lotsen.membership import actions as membership
from lotsen.membership.problems import in_words

_USERNAME = re.compile(r"[\w.-]+")  # no @: it would look like somebody's e-mail address


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
        user = User.objects.filter(username=options["username"]).first()
        password = "" if user else secrets.token_urlsafe(12)
        user = user or self._account(options, password)
        membership.join(user, organisation=organisation, role=Role(options["role"]), at=now())
        self.stdout.write(f"{user.username}: {options['role']} an {organisation.name}.")
        if password:
            self.stdout.write(f"Erstes Kennwort (bitte gleich ändern): {password}")

    def _account(self, options: dict[str, Any], password: str) -> User:
        if not options["email"] or not options["name"]:
            raise CommandError(
                "Ein neues Konto braucht --email und --name. Es wurde nichts geändert."
            )
        if not _USERNAME.fullmatch(options["username"]):
            raise CommandError(
                "Ein Benutzername besteht aus Buchstaben, Ziffern, Punkt, Binde- und Unterstrich. "
                "Es wurde nichts geändert."
            )
        if User.objects.filter(email__iexact=options["email"]).exists():
            raise CommandError(
                "Diese E-Mail-Adresse hat schon ein Konto. Es wurde nichts geändert."
            )
        facts = {
            "username": options["username"],
            "email": options["email"],
            "display_name": options["name"],
            "profession": options["profession"],
        }
        try:
            User(**facts).full_clean(exclude=["password"])
        except ValidationError as problem:
            raise CommandError(in_words(problem)) from None
        return User.objects.create_user(password=password, **facts)
