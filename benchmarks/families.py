"""Families whose contact details are sealed, and what looking at them costs."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from unittest.mock import patch

from django.test import Client, override_settings

from lotsen.accounts.models import User
from lotsen.crypto import envelope
from lotsen.vault import casekeys, contexts, sealing
from lotsen.vault.models import CaseKey, SealedText
from referrals.cases import worklist
from referrals.models import Case

PAGE = 25
_DETAILS = {"name": "Rana Beispiel", "phone": "0171 39200 12", "safe_contact": "nur vormittags"}


def of_page(person: User) -> list[Case]:
    """The cases on the first page of a person, each with an identity, and theirs to work on."""
    ids = [row.id for row in worklist.page(person, size=PAGE).rows]
    Case.objects.filter(pk__in=ids).update(assigned_to=person)
    cases = list(Case.objects.filter(pk__in=ids))
    for case in cases:
        if not SealedText.objects.filter(ref=case.vault_ref).exists():
            for field, text in _DETAILS.items():
                sealing.seal(
                    case.vault_ref, kind="identity", field=field, text=text, at=case.opened_at
                )
    return cases


def names_of(cases: list[Case]) -> Callable[[], list[str]]:
    """Opens the name of each case: unwraps its key, unseals its text. The rows are read before."""
    keys = {key.ref: key for key in CaseKey.objects.filter(ref__in=[c.vault_ref for c in cases])}
    rows = list(SealedText.objects.filter(ref__in=keys, field="name"))

    def opened() -> list[str]:
        return [_opened(row, keys[row.ref]) for row in rows]

    return opened


def _opened(row: SealedText, key: CaseKey) -> str:
    data_key = casekeys.unwrapped(key)
    return envelope.unseal(data_key, bytes(row.ciphertext), contexts.of_text(row, key)).decode()


class Reader:
    """Somebody signed in, who looks at pages."""

    def __init__(self, person: User) -> None:
        self._client = Client()
        self._client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    def page(self, address: str) -> None:
        answer = self._client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answers {answer.status_code}")

    def opened(self, case: Case) -> None:
        answer = self._client.post(_address(case), {"was": "anzeigen", "reason": "data_rights"})
        if _DETAILS["phone"] not in answer.content.decode():
            raise RuntimeError(f"contact details do not open: {answer.status_code}")

    def covered(self, case: Case) -> None:
        self.page(_address(case))


def _address(case: Case) -> str:
    return f"/fall/{case.pk}/kontaktdaten/"


@contextmanager
def keyring_file() -> Iterator[None]:
    """The keyring in a file, as a server has it."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "keyring.json"
        file.write_text(os.environ["LOTSEN_KEYRING"], encoding="utf-8")
        file.chmod(0o400)
        with override_settings(KEY_PROVIDER="file", KEYRING_FILE=str(file)):
            yield


@contextmanager
def decryption() -> Iterator[list[float]]:
    """The milliseconds of each unsealing meanwhile, of texts and of wrapped keys alike."""
    took: list[float] = []
    plain = envelope.unseal

    def timed(*facts: object) -> bytes:
        start = perf_counter()
        try:
            return plain(*facts)  # type: ignore[arg-type]
        finally:
            took.append((perf_counter() - start) * 1000)

    with patch.object(envelope, "unseal", timed):
        yield took
