"""Nothing that is stored about a family is missing in its access report.

Every field the register of privacy classes calls sensitive or identity, of every model whose rows
hang on a case, has a place in the report or a reason why it has none. A new field without either
fails here.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db.models import Model

from lotsen.privacy import REGISTER
from lotsen.vault.models import IndexEntry, SealedText
from referrals.assessments.models import Assessment
from referrals.cases.models import Case
from referrals.cases.tree import models_below
from referrals.consent.models import Consent
from referrals.documents.access_report import report_of
from referrals.documents.words import Json
from referrals.handovers.models import Handover
from referrals.matching.models import Gap, Suggestion
from tests.builders import NOON
from tests.conftest import Cast
from tests.referrals.documents import stage

# Where a field stands in the report (dots lead inward, 0 is the first of a list), and what
# stands there for the family of the stage.
PLACES: dict[tuple[type[Model], str], dict[str, object]] = {
    (Case, "language"): {"family.language.code": "tr"},
    (Case, "interpreting"): {"family.interpreting": True},
    (Case, "child_age_months"): {"family.child_age_months": 5},
    (Case, "aged_on"): {"family.aged_on": "2026-03-02"},
    (Case, "household"): {"family.household.code": "extended_family"},
    (Case, "district"): {"family.district.text": "Bilk"},
    (Case, "route"): {"family.route.code": "practice"},
    (Assessment, "answers"): {
        "assessments.0.answers.0.answer.code": "yes",
        "assessments.0.answers.1.answer.code": "no",
    },
    (Assessment, "needs"): {"assessments.0.needs.0.code": "overload"},
    (Assessment, "resources"): {"assessments.0.resources.0.code": "good_health"},
    (Assessment, "talk_wish"): {"assessments.0.talk_wish.code": "later"},
    (Suggestion, "shown"): {"suggestions.0.shown.0.name": "Familienhebamme Bilk"},
    (Suggestion, "chosen"): {"suggestions.0.chosen.name": "Familienhebamme Bilk"},
    (Gap, "need"): {"gaps.0.need.code": "housing"},
    (Gap, "reason"): {"gaps.0.reason.code": "too_far"},
    (Consent, "given_by"): {"consents.0.given_by.code": "father"},
    (Handover, "need_groups"): {"handovers.0.need_groups.0.code": "everyday"},
    (SealedText, "ciphertext"): {
        "identity.name": stage.NAME,
        "identity.phone": stage.PHONE,
        "identity.safe_contact": stage.SAFE,
        "consents.0.signature": stage.SIGNATURE,
        "disputes.0.words": stage.CONTESTED,
    },
}
LEFT_OUT: dict[tuple[type[Model], str], str] = {
    (IndexEntry, "token"): "a few bits of a hash of what stands under identity; tells nothing more",
}
# Hang on a case by its vault_ref, not by a key.
VAULT = (SealedText, IndexEntry)


@pytest.fixture
def report(cast: Cast) -> Iterator[Json]:
    with time_machine.travel(NOON, tick=False):
        stage.fill(cast)
        yield report_of(cast.case, entrusted=False, actor=cast.anna, at=NOON)


def _fields() -> list[tuple[type[Model], str]]:
    models = [Case, *models_below(), *VAULT]
    return [
        (model, name)
        for model in models
        for name in sorted(REGISTER[model].sensitive | REGISTER[model].identity)
    ]


def _at(report: Any, place: str) -> object:
    for step in place.split("."):
        report = report[int(step)] if isinstance(report, list) else report[step]
    return report


def test_every_field_about_a_family_has_a_place_or_a_reason() -> None:
    known = {*PLACES, *LEFT_OUT}

    assert set(_fields()) == known
    assert not set(PLACES) & set(LEFT_OUT)


def test_every_place_holds_what_is_stored(report: Json) -> None:
    for places in PLACES.values():
        for place, value in places.items():
            assert _at(report, place) == value, place


def test_every_note_the_family_may_read_is_there(report: Json) -> None:
    texts = {note["text"] for note in report["notes"]}

    assert texts == {stage.NOTE, stage.CONTACT, stage.MESSAGE, stage.CONTESTED}


def test_nothing_of_another_house_and_nothing_entrusted_is_there(report: Json) -> None:
    everything = json.dumps(report, ensure_ascii=False)

    assert stage.BILALS not in everything
    assert stage.ENTRUSTED not in everything
    assert report["not_included"] == {"entrusted": True, "damaged": []}


def test_nobody_who_works_there_is_named(report: Json, cast: Cast) -> None:
    everything = json.dumps(report, ensure_ascii=False)

    for person in (cast.anna, cast.bilal):
        assert str(person.pk) not in everything
        assert f'"{person.display_name}"' not in everything


def test_rows_of_every_table_of_a_case_are_counted(cast: Cast, report: Json) -> None:
    """One of everything was stored; a list that stayed empty would hide a whole table."""
    empty = [name for name, value in report.items() if value in ([], {})]

    assert sorted(empty) == ["requests", "restrictions"]  # nobody asked, nothing is restricted
