"""`manage.py rotate_keys`: wrap every case key with the current key, while people work.

`--retire NAME` takes an old key out of the keyring file once nothing needs it any more.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import localtime, now

from lotsen.vault import keyring, keywriting, rotating
from lotsen.vault.keyproblems import KeyringProblem

BACKUPS_KEPT = timedelta(days=30)  # the longest that a backup is kept (docs/operations.md)


class Command(BaseCommand):
    help = "Packt alle Fallschlüssel mit dem aktuellen Schlüssel neu ein; im laufenden Betrieb."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--retire",
            metavar="NAME",
            help="einen alten Schlüssel aus dem Schlüsselbund nehmen, den nichts mehr braucht",
        )

    def handle(self, *_args: Any, retire: str | None, **_options: Any) -> None:
        try:
            if retire is not None:
                self.stdout.write(_retired(retire, at=now()))
            else:
                self._rotate()
        except KeyringProblem as problem:
            raise CommandError(str(problem)) from None

    def _rotate(self) -> None:
        done = rotating.rewrap(at=now(), tell=self._tell)
        self.stdout.write(f"{done.moved} Schlüssel neu eingepackt mit {done.current}.")
        if done.left:
            left = ", ".join(f"{number} mit {name}" for name, number in done.left.items())
            raise CommandError(
                f"Noch mit alten Schlüsseln eingepackt: {left}. Kein Schlüssel darf weg. Bitte "
                "noch einmal ausführen; bleibt es so, steht im Protokoll, was sich nicht öffnet."
            )
        self.stdout.write(_how_long_to_keep())

    def _tell(self, moved: int) -> None:
        if moved and moved % (20 * rotating.BATCH) == 0:
            self.stdout.write(f"{moved} …")


def _how_long_to_keep() -> str:
    earliest = _earliest()
    if earliest is None:
        return "Mit alten Schlüsseln ist nichts eingepackt."
    return (
        "Mit alten Schlüsseln ist nichts mehr eingepackt. Sicherungen brauchen sie noch bis zum "
        f"{localtime(earliest):%d.%m.%Y}; danach: manage.py rotate_keys --retire NAME"
    )


def _earliest() -> datetime | None:
    last = rotating.last_moved()
    return last and last + BACKUPS_KEPT


def _retired(name: str, *, at: datetime) -> str:
    if settings.KEY_PROVIDER != "file":
        raise CommandError(
            "Nur aus einem Schlüsselbund (LOTSEN_KEY_PROVIDER=file) lässt sich ein Schlüssel "
            "nehmen. Im Schlüsseldienst: min_decryption_version anheben (docs/operations.md)."
        )
    keywriting.require_old(Path(settings.KEYRING_FILE), name)
    needed = rotating.old_keys(keyring.provider().current())[name]
    if needed:
        raise CommandError(
            f"Mit „{name}“ sind noch {needed} Schlüssel eingepackt. Er bleibt im Schlüsselbund. "
            "Bitte zuerst ausführen: manage.py rotate_keys"
        )
    earliest = _earliest()
    if earliest is not None and at < earliest:
        raise CommandError(
            f"Sicherungen brauchen „{name}“ noch bis zum {localtime(earliest):%d.%m.%Y}. Er "
            "bleibt im Schlüsselbund."
        )
    keywriting.remove(Path(settings.KEYRING_FILE), name)
    return (
        f"Der Schlüssel {name} ist nicht mehr im Schlüsselbund. Was nur er öffnete, bleibt zu, "
        "auch in alten Sicherungen. Bitte JETZT die beiden hinterlegten Kopien erneuern."
    )
