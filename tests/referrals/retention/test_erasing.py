"""After an erasure nothing leads back to the family but what is listed here by name."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.db import models

from lotsen.audit.models import AccessEvent, ChangeEntry, Deed
from lotsen.privacy import REGISTER
from lotsen.rest.models import CarriedOut
from lotsen.vault import ledger
from lotsen.vault.models import CaseKey, Erasure, IndexEntry, SealedText
from referrals.assessments.models import Assessment
from referrals.cases import tree
from referrals.cases.models import Case, CaseShare, Participation
from referrals.consent.models import Consent
from referrals.emergencies.models import EmergencyAccess
from referrals.followups.models import ContactAttempt, FollowUp
from referrals.handovers.models import Handover
from referrals.matching.models import Gap, Suggestion
from referrals.notes.models import Note
from referrals.retention import erasing
from referrals.retention.models import ConsentProof
from referrals.rights.models import Dispute, Restriction, RightsRequest
from tests.builders import NOON, make_case, make_consent
from tests.conftest import Cast
from tests.referrals.retention.stage import case_with_everything

# Erased with the case. A new table that hangs on a case is erased too, without anybody's doing;
# this list makes whoever adds one think about it (docs/privacy/loeschkonzept.md).
GONE_WITH_THE_CASE = {
    Assessment, CaseShare, Consent, ContactAttempt, Dispute, EmergencyAccess, FollowUp, Gap,
    Handover, Note, Participation, Restriction, Suggestion,
}  # fmt: skip
# May hold an id of an erased case afterwards, and what it is good for then.
MAY_REMEMBER = {
    AccessEvent,  # who saw it: append-only
    ChangeEntry,  # that there was a row: append-only
    RightsRequest,  # that the family asked and was answered
    Erasure,  # that the key was destroyed: the reference to the vault, nothing else
}


def test_every_table_that_hangs_on_a_case_is_known() -> None:
    assert set(tree.models_below()) == GONE_WITH_THE_CASE


def test_every_row_that_hangs_on_a_case_goes(cast: Cast) -> None:
    case = case_with_everything(cast)
    empty = [m.__name__ for m in tree.models_below() if not m._base_manager.exists()]
    assert not empty, "the case of this test has no row of these; give it one"

    erasing.erase_case(case, cause="deadline", at=NOON)

    left = [m.__name__ for m in (Case, *tree.models_below()) if m._base_manager.exists()]
    assert left == []
    assert not SealedText.objects.exists()
    assert not CaseKey.objects.exists()
    assert not IndexEntry.objects.exists()


def test_no_id_of_the_case_is_left_anywhere_else(cast: Cast) -> None:
    case = case_with_everything(cast)
    CarriedOut.objects.create(user=cast.anna, key="k", asked="a", made=case.pk, at=NOON)
    ids = _ids_of(case)

    erasing.erase_case(case, cause="deadline", at=NOON)

    assert _models_holding(ids) <= MAY_REMEMBER
    assert _models_holding(ids) >= {ChangeEntry, RightsRequest, Erasure}  # the walk finds them


def test_another_family_keeps_everything(cast: Cast) -> None:
    other = make_case(cast.other_clinic, cast.carla)
    make_consent(other, cast.office, cast.carla)
    before = _rows_of(other)

    erasing.erase_case(case_with_everything(cast), cause="deadline", at=NOON)

    assert _rows_of(other) == before


def test_one_event_tells_of_it(cast: Cast) -> None:
    case = case_with_everything(cast)
    before = AccessEvent.objects.count()

    erasing.erase_case(case, cause="family", at=NOON, actor=cast.dora)

    assert AccessEvent.objects.count() == before + 1
    event = AccessEvent.objects.get(deed=Deed.ERASE)
    assert (event.object_type, event.shown, event.reason) == ("case", [case.pseudonym], "family")
    assert (event.actor, event.organisation) == (cast.dora, cast.clinic.pk)


def test_the_proof_of_each_consent_stays_for_three_years(cast: Cast) -> None:
    consent = make_consent(cast.case, cast.office, cast.anna)
    erasing.erase_case(cast.case, cause="deadline", at=NOON)

    proof = ConsentProof.objects.get()
    assert proof.pseudonym == cast.case.pseudonym
    assert (proof.holder, proof.recipient) == (cast.clinic, cast.office)
    assert proof.purposes == consent.purposes
    assert proof.text_sha256 == consent.text.sha256
    assert proof.keep_until == NOON.date() + timedelta(days=1095)


def test_the_change_log_keeps_that_there_were_rows_but_nothing_about_the_family(
    cast: Cast,
) -> None:
    case = case_with_everything(cast)
    erasing.erase_case(case, cause="deadline", at=NOON)

    deleted = ChangeEntry.objects.filter(action=LogEntry.Action.DELETE)
    told = {entry.content_type.model_class() for entry in deleted}
    assert told == {*GONE_WITH_THE_CASE, Case}
    for entry in deleted:
        classes = REGISTER[entry.content_type.model_class()]
        secret = classes.sensitive | classes.identity | classes.staff
        assert not secret & set(entry.changes or {}), entry.object_repr
        assert entry.serialized_data is None
        assert "debt" not in entry.object_repr  # the need of the gap


def test_erasing_twice_changes_nothing(cast: Cast) -> None:
    case = case_with_everything(cast)
    erasing.erase_case(case, cause="deadline", at=NOON)
    before = _counts()

    erasing.erase_case(case, cause="deadline", at=NOON)
    erasing.erase_ref(case.vault_ref, cause="restored", at=NOON)

    assert _counts() == before


def test_by_its_reference_a_case_goes_the_same_way(cast: Cast) -> None:
    case = case_with_everything(cast)
    erasing.erase_ref(case.vault_ref, cause="restored", at=NOON)

    assert not Case.objects.filter(pk=case.pk).exists()
    assert ConsentProof.objects.count() == 1
    assert Erasure.objects.get().ref == case.vault_ref
    assert case.vault_ref in {line.ref for line in ledger.read()}


def test_a_reference_without_a_case_is_erased_once(db: None) -> None:
    ref = uuid4()
    erasing.erase_ref(ref, cause="restored", at=NOON)
    erasing.erase_ref(ref, cause="restored", at=NOON)

    assert Erasure.objects.filter(ref=ref).count() == 1
    assert AccessEvent.objects.get(deed=Deed.ERASE).shown == [str(ref)]


def test_when_the_ledger_cannot_be_written_nothing_is_lost(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_with_everything(cast)
    before = _counts()

    def refuse(*_: object, **__: object) -> int:
        raise RuntimeError("no disk")

    monkeypatch.setattr("referrals.retention.erasing.erasing.erase", refuse)
    with pytest.raises(RuntimeError):
        erasing.erase_case(case, cause="deadline", at=NOON)

    assert _counts() == before


def _ids_of(case: Case) -> set[UUID]:
    """Every id of the case and of what hangs on it: keys, and references among them."""
    rows = [case, *(row for m in tree.models_below() for row in m._base_manager.all())]
    ids = {row.pk for row in rows} | {case.vault_ref}
    return ids | set(SealedText.objects.values_list("id", flat=True))


def _models_holding(ids: set[UUID]) -> set[type[models.Model]]:
    """Models with one of these ids in any field, read as text: JSON and plain UUIDs as well."""
    texts = {str(i) for i in ids} | {i.hex for i in ids}
    return {
        model
        for model in apps.get_models(include_auto_created=True)
        for row in model._base_manager.values_list()
        if any(text in str(value) for value in row for text in texts)
    }


def _rows_of(case: Case) -> list[object]:
    return [
        list(model._base_manager.filter(case=case).values_list())
        for model in GONE_WITH_THE_CASE
        if any(field.name == "case" for field in model._meta.fields)
    ]


def _counts() -> dict[str, int]:
    return {m._meta.label: m._base_manager.count() for m in apps.get_models()}
