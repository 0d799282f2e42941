"""Erase what has served its time. Runs every night (deploy/)."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand
from django.utils.timezone import now
from django.utils.translation import override

from lotsen.accounts.models import Organisation
from lotsen.places.models import Municipality
from referrals.retention import nightly, technical
from referrals.retention.models import DataKind
from referrals.retention.nightly import Night
from referrals.retention.running import Tally


class Command(BaseCommand):
    help = (
        "Löscht, was seine Frist überschritten hat, und legt zur Freigabe vor, was fällig ist. "
        "Der Bericht nennt Zahlen je Stelle, nie eine Familie. Status 1, wenn etwas nicht "
        "gelöscht werden konnte; der nächste Lauf versucht es wieder."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="nur berichten, was geschähe; nichts ändern"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        at, dry_run = now(), options["dry_run"]
        failed = False
        if dry_run:
            self.stdout.write("Probelauf: Es wird nichts geändert.")
        for city in Municipality.objects.filter(organisations__isnull=False).distinct():
            night = nightly.foresee(city, at=at) if dry_run else nightly.work(city, at=at)
            self._tell(city, night, erased="zu löschen" if dry_run else "gelöscht")
            failed = failed or bool(night.report.failed)
        self._tell_technical(technical.count(at=at) if dry_run else technical.clear(at=at))
        if failed:
            self.stderr.write(
                "Nicht alles konnte gelöscht werden; es ist unverändert da, und der nächste Lauf "
                "versucht es wieder. Die Ursache steht im Protokoll des Dienstes."
            )
            raise SystemExit(1)

    def _tell(self, city: Municipality, night: Night, *, erased: str) -> None:
        self.stdout.write(f"{city.name}:")
        report = night.report
        parts = (
            (erased, report.erased),
            ("nicht mehr fällig, ausgelassen", report.left_out),
            ("nicht gelungen", report.failed),
            ("wartet auf die zweite Freigabe", night.waiting),
        )
        for title, tally in parts:
            for line in _lines(tally):
                self.stdout.write(f"  {title}: {line}")
        if not any(tally for _, tally in parts):
            self.stdout.write("  nichts fällig")

    def _tell_technical(self, counted: Mapping[str, int]) -> None:
        with override("de"):
            told = ", ".join(f"{technical.LABELS[kind]} {n}" for kind, n in counted.items())
        self.stdout.write(f"Technisches: {told}.")


def _lines(tally: Tally) -> list[str]:
    """One line for each house: "Marienklinik: Fall nach dem Abschluss 3"."""
    houses = dict(Organisation.objects.values_list("id", "short_name"))
    by_house: dict[UUID, list[str]] = {}
    with override("de"):
        for (house, kind), number in sorted(tally.items(), key=lambda item: item[0][1]):
            by_house.setdefault(house, []).append(f"{DataKind(kind).label} {number}")
    return sorted(f"{houses[house]}: {', '.join(told)}" for house, told in by_house.items())
