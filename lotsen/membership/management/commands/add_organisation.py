"""Set up a house: the first of a city; its administrators add the others on a page."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from lotsen.accounts.models import LegalRegime, OrganisationKind
from lotsen.importing import slug
from lotsen.membership import actions as membership
from lotsen.membership.actions import HouseFacts
from lotsen.membership.problems import in_words
from lotsen.places.models import District, Municipality


class Command(BaseCommand):
    help = "Legt eine Stelle an (Klinik, Praxis, Familienbüro, Anbieter …)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="voller Name, zum Beispiel „Marienklinik“")
        parser.add_argument("--slug", help="Kürzel; ohne Angabe aus dem Namen")
        parser.add_argument("--short", help="kurzer Name für Listen; ohne Angabe der volle")
        parser.add_argument("--city", required=True, help="Kürzel der Stadt, etwa duesseldorf")
        parser.add_argument("--kind", required=True, choices=OrganisationKind.values)
        parser.add_argument("--regime", required=True, choices=LegalRegime.values)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        city = Municipality.objects.filter(slug=options["city"]).first()
        if city is None:
            raise CommandError(
                f"Die Stadt „{options['city']}“ ist nicht bekannt. Es wurde nichts geändert. "
                "Bitte zuerst import_districts ausführen."
            )
        facts = HouseFacts(
            name=options["name"],
            short_name=options["short"] or "",
            kind=options["kind"],
            legal_regime=options["regime"],
            districts=District.objects.filter(municipality=city),
        )
        wished = options["slug"] or slug(options["name"])[:50]
        try:
            organisation = membership.create_house(facts, city=city, slug_wished=wished)
        except ValidationError as problem:
            raise CommandError(in_words(problem)) from None
        self.stdout.write(f"Angelegt: {organisation.name}, Kürzel {organisation.slug}.")
