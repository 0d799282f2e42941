"""`import_context FILE [--dry-run] [--report FILE] [--city SLUG]`: figures about districts."""

from typing import Any

from referrals.management.taking_over import TakingOver
from referrals.planning.taking_over import take_over_context


class Command(TakingOver):
    help = (
        "Liest Kennzahlen der Stadtteile aus einer CSV-Datei (Spalten: district, name, unit,"
        " source, url, year, value). Passt eine Zeile nicht, ändert sich nichts."
    )

    def handle(self, *_args: Any, **options: Any) -> None:
        self.take(take_over_context, options)
