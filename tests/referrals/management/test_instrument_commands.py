import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from referrals.assessments.models import InstrumentVersion
from tests.builders import SAMPLE_INSTRUMENT

pytestmark = pytest.mark.django_db


@pytest.fixture
def sample() -> dict[str, Any]:
    return json.loads(SAMPLE_INSTRUMENT.read_text(encoding="utf-8"))


def written(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "bogen.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_an_instrument_comes_in_once_and_goes_out_as_it_came(
    tmp_path: Path, sample: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import_instrument", SAMPLE_INSTRUMENT)
    call_command("import_instrument", SAMPLE_INSTRUMENT)
    call_command("export_instrument", "muster-lotsenbogen", tmp_path / "aus.json")

    assert InstrumentVersion.objects.count() == 1
    assert json.loads((tmp_path / "aus.json").read_text(encoding="utf-8")) == sample
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_a_published_version_is_never_changed(tmp_path: Path, sample: dict[str, Any]) -> None:
    call_command("import_instrument", SAMPLE_INSTRUMENT)
    sample["item"][0]["text"] = "Ganz anders"

    with pytest.raises(CommandError, match=r"1\.0"):
        call_command("import_instrument", written(tmp_path, sample))

    kept = InstrumentVersion.objects.get().questionnaire["item"][0]["text"]
    assert kept == "Rund um die Geburt"


def test_a_new_version_stands_beside_the_old_one(tmp_path: Path, sample: dict[str, Any]) -> None:
    call_command("import_instrument", SAMPLE_INSTRUMENT)
    sample["version"] = "2.0"
    call_command("import_instrument", written(tmp_path, sample))

    assert set(InstrumentVersion.objects.values_list("version", flat=True)) == {"1.0", "2.0"}


def test_every_mistake_is_told_and_nothing_comes_in(tmp_path: Path, sample: dict[str, Any]) -> None:
    sample["item"][0]["item"][0]["type"] = "decimal"
    sample["item"][1]["item"][0]["linkId"] = "born_early"

    with pytest.raises(CommandError) as error:
        call_command("import_instrument", written(tmp_path, sample))

    assert "twins_or_more" in str(error.value)
    assert "[type_unknown]" in str(error.value)
    assert "born_early" in str(error.value)
    assert "[link_twice]" in str(error.value)
    assert not InstrumentVersion.objects.exists()


@pytest.mark.parametrize("content", ["{", "[1]", ""])
def test_a_file_that_is_no_questionnaire_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(CommandError):
        call_command("import_instrument", written(tmp_path, content))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"fehlt\.json"):
        call_command("import_instrument", tmp_path / "fehlt.json")


def test_an_unknown_instrument_is_not_exported(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="unbekannt"):
        call_command("export_instrument", "unbekannt", tmp_path / "aus.json")

    assert not (tmp_path / "aus.json").exists()
