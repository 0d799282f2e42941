"""Set up a house: until there is a page for it, the operator does this once."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from lotsen.accounts.models import LegalRegime, Organisation, OrganisationKind
from lotsen.importing import slug
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
        organisation = Organisation(
            municipality=city,
            slug=options["slug"] or slug(options["name"])[:50],
            name=options["name"].strip(),
            short_name=(options["short"] or options["name"]).strip()[:40],
            kind=options["kind"],
            legal_regime=options["regime"],
        )
        try:
            organisation.full_clean()
        except ValidationError as problem:
            raise CommandError(in_words(problem)) from None
        organisation.save()
        organisation.districts_served.set(District.objects.filter(municipality=city))
        self.stdout.write(f"Angelegt: {organisation.name}, Kürzel {organisation.slug}.")
