"""`manage.py renew_case_key CODE`: a fresh key for one case, where its key may have leaked."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from lotsen.errors import Damaged, InvalidInput, Unavailable
from lotsen.pseudonyms import read_pseudonym
from lotsen.vault import rotating
from referrals.cases.models import Case


class Command(BaseCommand):
    help = "Versiegelt alle Texte eines Falls mit einem frischen Fallschlüssel."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="Fallkürzel, etwa 7K4M-QX2T-9RHV")

    def handle(self, *_args: Any, code: str, **_options: Any) -> None:
        case = _case(code)
        try:
            texts = rotating.renew(case.vault_ref, pseudonym=case.pseudonym, at=now())
        except Damaged:
            raise CommandError(
                "Ein Text oder der Schlüssel dieses Falls ist beschädigt. Es wurde nichts geändert."
            ) from None
        except Unavailable as problem:
            raise CommandError(f"{problem} Es wurde nichts geändert.") from None
        self.stdout.write(f"{texts} Texte mit einem frischen Schlüssel versiegelt.")


def _case(code: str) -> Case:
    try:
        return Case.objects.get(pseudonym=read_pseudonym(code))
    except (InvalidInput, Case.DoesNotExist):
        raise CommandError(
            f"Einen Fall „{code}“ gibt es nicht. Bitte das Kürzel mit dem Blatt vergleichen. Es "
            "wurde nichts geändert."
        ) from None
