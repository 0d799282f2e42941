"""Freeze the statistics of a quarter. The worker does it by itself; this is for those who wait."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import override

from lotsen.errors import InvalidInput, Refusal
from lotsen.places.models import Municipality
from lotsen.refusals import sentence
from referrals.statistics import rules
from referrals.statistics.actions import freeze
from referrals.statistics.models import Release


class Command(BaseCommand):
    help = (
        "Friert die Statistik eines Quartals ein, für alle Kommunen oder eine. Was eingefroren "
        "ist, bleibt Byte für Byte, wie es ist. Ohne diesen Befehl tut es der Worker, sobald das "
        "Quartal vierzehn Tage vorbei ist."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("period", metavar="QUARTAL", help="zum Beispiel 2026Q3")
        parser.add_argument("--city", metavar="KÜRZEL", help="nur diese Kommune")

    def handle(self, *args: Any, period: str, city: str | None, **options: Any) -> None:  # noqa: ARG002
        try:
            rules.checked_quarter(period)
        except InvalidInput:
            raise CommandError(
                f"„{period[:20]}“ ist kein Quartal. Richtig ist zum Beispiel 2026Q3. Es wurde "
                "nichts geändert."
            ) from None
        cities = _cities(city)
        if not rules.may_be_frozen(period, localdate()):
            raise CommandError(
                f"Das Quartal {period} ist noch offen. Eingefroren werden kann es ab dem "
                f"{rules.opens_for_freezing(period):%d.%m.%Y}, dem fünfzehnten Tag nach seinem "
                "Ende. Es wurde nichts geändert."
            )
        refused = [told for each in cities if (told := self._freeze(each, period))]
        if refused:
            raise CommandError("\n".join(refused))

    def _freeze(self, city: Municipality, period: str) -> str:
        """Why this city's quarter could not be frozen, or ""."""
        known = Release.objects.filter(municipality=city, period=period).exists()
        try:
            with transaction.atomic():
                release = freeze(city, period, at=now())
        except Refusal as refusal:
            if refusal.code == "nothing_counted":
                self.stdout.write(f"{city.name}: bis {period} nichts gezählt, nichts eingefroren.")
                return ""
            with override("de"):
                return f"{city.name}: {sentence(refusal)}"
        done = "war schon eingefroren, unverändert" if known else "eingefroren"
        self.stdout.write(f"{city.name}: {period} {done}; Prüfsumme {release.sha256[:16]}…")
        return ""


def _cities(slug: str | None) -> list[Municipality]:
    cities = Municipality.objects.all()
    if slug is None:
        return list(cities)
    found = list(cities.filter(pk=slug))
    if not found:
        known = ", ".join(cities.values_list("pk", flat=True)) or "keine"
        raise CommandError(
            f"Die Kommune „{slug[:50]}“ ist nicht angelegt. Angelegt sind: {known}. Es wurde "
            "nichts geändert."
        )
    return found
