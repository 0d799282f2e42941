"""`manage.py rebuild_search_index [--new-key]`: the search index from what is sealed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from referrals.identities.reindexing import Report, rebuild


class Command(BaseCommand):
    help = (
        "Baut den Suchindex aus den versiegelten Angaben neu auf. Abbrechen schadet nicht: Der "
        "nächste Lauf macht weiter, und gesucht werden kann die ganze Zeit."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--new-key",
            action="store_true",
            help="mit einem neuen Indexschlüssel beginnen, bemessen nach LOTSEN_EXPECTED_FAMILIES",
        )

    def handle(self, *_args: Any, new_key: bool, **_options: Any) -> None:
        report = rebuild(new_key=new_key, at=now())
        if new_key and not report.new_key:
            self.stdout.write("Ein früherer Wechsel war nicht fertig und wurde fortgesetzt.")
        self.stdout.write(f"{report.looked_at} Fälle durchgesehen.")
        if report.damaged:
            raise CommandError(_about_damage(report))


def _about_damage(report: Report) -> str:
    return (
        f"{report.damaged} Fälle lassen sich nicht öffnen; ihre alten Einträge bleiben, ebenso "
        f"{report.old_keys} alte Indexschlüssel. Welche es sind, steht im Protokoll des Servers. "
        "Bitte aus der Sicherung wiederherstellen und den Befehl noch einmal ausführen."
    )
