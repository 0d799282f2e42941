"""A fresh key for one case, at the command line."""

import pytest
from django.core.management import CommandError, call_command

from lotsen.audit.models import AccessEvent, Deed
from lotsen.vault.models import CaseKey, SealedText
from tests.conftest import Cast
from tests.lotsen.vault import rings
from tests.lotsen.vault.openings import seal


def test_a_case_gets_a_fresh_key_by_its_code(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    seal(cast.case.vault_ref, "Aylin")

    call_command("renew_case_key", cast.case.pseudonym.lower())

    assert "1 Texte mit einem frischen Schlüssel" in capsys.readouterr().out
    assert CaseKey.objects.get().version == 2
    assert rings.texts_of(cast.case.vault_ref) == {"Aylin"}
    assert AccessEvent.objects.get(deed=Deed.KEY).shown == [cast.case.pseudonym]


@pytest.mark.parametrize("code", ["", "7K4M", "7K4M-QX2T-9RHV"])
def test_an_unknown_code_changes_nothing(cast: Cast, code: str) -> None:
    seal(cast.case.vault_ref, "Aylin")

    with pytest.raises(CommandError, match="gibt es nicht"):
        call_command("renew_case_key", code)
    assert CaseKey.objects.get().version == 1


def test_a_case_with_a_damaged_text_is_told(cast: Cast) -> None:
    seal(cast.case.vault_ref, "Aylin")
    SealedText.objects.update(ciphertext=b"")

    with pytest.raises(CommandError, match="beschädigt"):
        call_command("renew_case_key", cast.case.pseudonym)
    assert CaseKey.objects.get().version == 1
