"""`manage.py freeze_statistics`: says what was done in each city, and twice changes no byte."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from django.core import serializers
from django.core.management import CommandError, call_command

from lotsen.errors import Refusal
from referrals.facts.models import Delta
from referrals.management.commands import freeze_statistics
from referrals.statistics.models import Release
from tests.builders import make_city
from tests.referrals.statistics.counted import count_quarter, make_houses

AFTER = datetime(2026, 10, 15, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fifteen_days_later(db: None) -> Iterator[None]:
    make_houses()
    make_city("dortmund", "Dortmund", "05913000")
    count_quarter(60)
    with time_machine.travel(AFTER, tick=False):
        yield


def told(*words: str) -> str:
    out = StringIO()
    call_command("freeze_statistics", *words, stdout=out)
    return out.getvalue()


def stored() -> str:
    return serializers.serialize("json", Release.objects.order_by("pk"))


def test_each_city_is_told_of_and_a_second_run_changes_no_byte() -> None:
    first = told("2026Q3")
    release, before = Release.objects.get(), stored()

    assert first.splitlines() == [
        "Dortmund: bis 2026Q3 nichts gezählt, nichts eingefroren.",
        f"Düsseldorf: 2026Q3 eingefroren; Prüfsumme {release.sha256[:16]}…",
    ]
    assert "war schon eingefroren, unverändert" in told("2026Q3", "--city", "duesseldorf")
    assert stored() == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["2026"], "ist kein Quartal"),
        (["2026Q4"], "ab dem 15.01.2027"),
        (["2026Q3", "--city", "atlantis"], "Angelegt sind: dortmund, duesseldorf"),
    ],
)
def test_what_cannot_be_frozen_is_a_sentence_and_nothing_changes(
    words: list[str], sentence: str
) -> None:
    waiting = Delta.objects.count()
    with pytest.raises(CommandError, match=sentence):
        told(*words)

    assert (Release.objects.count(), Delta.objects.count()) == (0, waiting)


def test_one_city_refused_keeps_no_other_from_its_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    freeze = freeze_statistics.freeze

    def refuse_dortmund(city: object, period: str, **moment: datetime) -> Release:
        if getattr(city, "pk", "") == "dortmund":
            raise Refusal("gate_closed", period=period)
        return freeze(city, period, **moment)  # type: ignore[arg-type]

    monkeypatch.setattr(freeze_statistics, "freeze", refuse_dortmund)
    with pytest.raises(CommandError, match="Dortmund: Die Zahlen für 2026Q3 wurden nicht"):
        told("2026Q3")

    assert Release.objects.get().municipality_id == "duesseldorf"
