"""`import_births FILE [--dry-run] [--report FILE] [--city SLUG]`: births by clinic and month."""

from typing import Any

from referrals.management.taking_over import TakingOver
from referrals.planning.taking_over import take_over_births


class Command(TakingOver):
    help = (
        "Liest Geburten je Geburtsklinik und Monat aus einer CSV-Datei (Spalten: site, month,"
        " births). Passt eine Zeile nicht, ändert sich nichts."
    )

    def handle(self, *_args: Any, **options: Any) -> None:
        self.take(take_over_births, options)
