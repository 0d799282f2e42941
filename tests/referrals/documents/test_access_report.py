"""Handing out what is stored: who, when, what is logged, and what the files say."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from pypdf import PdfReader

from lotsen.accounts.models import LegalRegime
from lotsen.accounts.roles import Role
from lotsen.audit.models import AccessEvent, Deed
from lotsen.errors import InvalidInput, NotPermitted, Refusal
from lotsen.vault.models import SealedText
from referrals.documents import access_report
from referrals.documents.access_report import Document
from referrals.documents.words import Json
from referrals.handovers import actions as handovers
from referrals.identities.actions import store
from referrals.notes.actions import write
from referrals.notes.models import Note
from referrals.retention.models import ConsentProof
from referrals.rights import actions as rights
from referrals.rights.models import RightsRequest
from tests.builders import NOON, make_user
from tests.conftest import Cast
from tests.referrals.documents import stage
from tests.referrals.documents.stage import ask


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def export(cast: Cast, form: str, **how: object) -> Document:
    request = how.pop("request", None) or ask(cast)
    facts = {"actor": cast.anna, "at": NOON} | how
    return access_report.export(request, form=form, **facts)


def as_data(cast: Cast, **how: object) -> Json:
    data: Json = json.loads(export(cast, "json", **how).content)
    return data


def as_text(document: Document) -> str:
    pages = PdfReader(io.BytesIO(document.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


# What the PDF says


def test_the_pdf_says_the_facts_the_recipients_and_the_accesses(cast: Cast) -> None:
    stage.fill(cast)

    text = as_text(export(cast, "pdf"))

    for words in (
        cast.case.pseudonym, stage.NAME, stage.PHONE, stage.SAFE, stage.NOTE, stage.MESSAGE,
        stage.CONTESTED, "Türkisch", "Mit Großeltern", "Wohnen", "Zu weit weg",
        "Familienhebamme Bilk", cast.office.name, "Notiz", "Art. 15 DSGVO",
        "Die Familie hat ihre Rechte wahrgenommen", "Marienklinik",
    ):  # fmt: skip
        assert " ".join(words.split()) in text, words


def test_title_metadata_and_file_name_name_nobody(cast: Cast) -> None:
    stage.fill(cast)
    document = export(cast, "pdf")
    reader = PdfReader(io.BytesIO(document.content))

    about = " ".join([document.name, *map(str, (reader.metadata or {}).values())])

    assert document.name == "auskunft-2026-03-02.pdf"
    for name in (stage.NAME, "Rana", cast.case.pseudonym, cast.anna.display_name):
        assert name not in about


def test_the_pdf_is_tagged_german_and_has_a_title(cast: Cast) -> None:
    stage.fill(cast)
    root = PdfReader(io.BytesIO(export(cast, "pdf").content)).trailer["/Root"]

    assert root["/Lang"].startswith("de")
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


@pytest.mark.parametrize("name", ["فاطمة الزهراء", "Nguyễn Thị Ánh", "Çağrı Şükrü İğdır", "Їжак"])
def test_names_of_many_scripts_are_printed_in_full(cast: Cast, name: str) -> None:
    store(cast.case, name=name, phone="0171 3920012", safe_contact="", actor=cast.anna, at=NOON)

    text = as_text(export(cast, "pdf"))

    assert "[…]" not in text
    if name.isascii() or not name.startswith("ف"):  # Arabic comes back joined, letter by letter
        assert name in text


def test_a_script_without_letters_here_is_said_and_stands_in_the_data_file(cast: Cast) -> None:
    name = "ሰላም 王小明"
    store(cast.case, name=name, phone="0171 3920012", safe_contact="", actor=cast.anna, at=NOON)
    request = ask(cast)

    text = as_text(export(cast, "pdf", request=request))

    assert "[…] […]" in text
    assert "Die Datendatei (JSON)" in text
    assert as_data(cast, request=request)["identity"]["name"] == name


def test_what_a_family_wrote_stays_text_in_the_pdf(cast: Cast) -> None:
    trap = '#read("/etc/passwd") *fett* $x$ = Titel @ref <b> \\ // #sys.inputs'
    rights.dispute(cast.case, part="wish", words=trap, actor=cast.anna, at=NOON)

    assert " ".join(trap.split()) in as_text(export(cast, "pdf"))


# Who gets it


@pytest.mark.parametrize("name", ["bilal", "carla", "dora"])
@pytest.mark.parametrize("form", ["pdf", "json"])
def test_no_other_house_exports(cast: Cast, name: str, form: str) -> None:
    stage.fill(cast)
    request = ask(cast)
    before = AccessEvent.objects.count()

    with pytest.raises(NotPermitted) as refusal:
        export(cast, form, request=request, actor=getattr(cast, name))

    assert refusal.value.parameters["house"] == cast.clinic.name
    assert AccessEvent.objects.count() == before


def test_ward_staff_and_the_privacy_officer_of_the_house_export_nothing(cast: Cast) -> None:
    request = ask(cast)
    for role in (Role.SCREENER, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR):
        with pytest.raises(NotPermitted):
            export(cast, "json", request=request, actor=make_user(f"p-{role}", cast.clinic, role))


def test_nothing_is_handed_out_without_an_open_request_for_it(cast: Cast) -> None:
    answered = rights.fulfil(ask(cast), actor=cast.anna, at=NOON)
    erasure = ask(cast, kind="erasure")
    portability = ask(cast, kind="portability")

    for request, form in ((answered, "pdf"), (erasure, "json"), (portability, "pdf")):
        with pytest.raises(Refusal, match="request_missing"):
            export(cast, form, request=request)
    assert as_data(cast, request=portability)["schema_version"] == 1
    with pytest.raises(InvalidInput):
        export(cast, "docx")


def test_each_file_is_an_export_event_and_opens_with_its_own(cast: Cast) -> None:
    stage.fill(cast)
    request = ask(cast)
    export(cast, "pdf", request=request)
    export(cast, "json", request=request)

    exports = AccessEvent.objects.filter(deed=Deed.EXPORT)
    opened = AccessEvent.objects.filter(deed=Deed.UNLOCK, reason="data_rights")
    assert {(e.object_type, *e.shown) for e in exports} == {("access_report", cast.case.pseudonym)}
    assert exports.count() == 2
    assert sorted(opened.values_list("object_type", flat=True)) == [
        "identity", "identity", "note", "note",
    ]  # fmt: skip


def test_a_colleague_answers_with_all_but_what_was_entrusted(cast: Cast) -> None:
    stage.fill(cast)
    colleague = make_user("colleague", cast.clinic)

    data = as_data(cast, actor=colleague, entrusted=True)

    assert data["identity"]["name"] == stage.NAME
    assert stage.NOTE in {note["text"] for note in data["notes"]}
    assert stage.ENTRUSTED not in json.dumps(data, ensure_ascii=False)


def test_who_was_entrusted_adds_it_for_whoever_entrusted_it(cast: Cast) -> None:
    stage.fill(cast)

    data = as_data(cast, entrusted=True)

    assert stage.ENTRUSTED in {note["text"] for note in data["notes"]}
    assert not data["not_included"]["entrusted"]


def test_a_restricted_case_is_answered_too(cast: Cast) -> None:
    stage.fill(cast)
    rights.restrict(cast.case, reason="accuracy", actor=cast.anna, at=NOON)

    data = as_data(cast)

    assert data["case"]["restricted"]
    assert data["restrictions"][0]["reason"]["code"] == "accuracy"
    assert data["identity"]["name"] == stage.NAME


# What it tells of others


def test_without_consent_to_feedback_the_course_is_not_told_here(cast: Cast) -> None:
    handover = stage.fill(cast).handovers.get()
    assert handover.consent is not None
    handover.consent.purposes = ["documentation", "handover"]
    handover.consent.save()
    handovers.complete(handover, outcome="taken_up", actor=cast.bilal, at=NOON)

    data = as_data(cast)

    assert data["handovers"][0]["state"]["code"] == "ended"
    assert data["handovers"][0]["outcome"]["code"] == ""
    assert "taken_up" not in json.dumps(data)
    assert data["recipients"][0]["house"] == cast.office.name


def test_accesses_name_house_and_kind_of_work_and_why(cast: Cast) -> None:
    stage.fill(cast)
    export(cast, "pdf", request=(request := ask(cast)), at=NOON)
    AccessEvent.objects.create(
        at=NOON + timedelta(hours=1), actor=cast.bilal, organisation=cast.clinic.pk, deed="read",
        object_type="case", shown=[cast.case.pseudonym], fields=["needs"], count=1,
    )  # fmt: skip
    for deed, shown in (("denied", [cast.case.pseudonym]), ("read", ["QQQQ-QQQQ-QQQQ"])):
        AccessEvent.objects.create(at=NOON, actor=cast.carla, deed=deed, shown=shown)

    rows = as_data(cast, request=request, at=NOON + timedelta(hours=2))["accesses"]

    assert {row["house"] for row in rows} == {cast.clinic.name, cast.office.name}
    last = next(row for row in rows if row["what"]["code"] == "read")
    assert (last["house"], last["role"]["code"]) == (cast.office.name, "family_office")
    assert last["fields"] == [{"code": "needs", "text": "Wünsche"}]
    assert {"code": "data_rights", "text": "die Familie hat ihre Rechte wahrgenommen"} in [
        row["why"] for row in rows
    ]


def test_the_law_is_that_of_the_house(cast: Cast) -> None:
    cast.clinic.legal_regime = LegalRegime.CATHOLIC
    cast.clinic.save()
    cast.case.refresh_from_db()

    told = as_data(cast)["information"]

    assert told["law"] == "§ 17 KDG"
    assert "Bistümer" in told["complaint"]
    assert "365" in told["storage"]


# What is damaged, and what is gone


def test_one_damaged_note_does_not_keep_the_rest_shut(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    stage.fill(cast)
    note = Note.objects.get(case=cast.case, kind="case")
    SealedText.objects.filter(pk=note.sealed_id).update(ciphertext=b"\x01" + bytes(120))

    data = as_data(cast)

    caplog.clear()  # the operator is told which row it is
    texts = {row["kind"]["code"]: row["text"] for row in data["notes"]}
    assert texts["case"] is None
    assert texts["message"] == stage.MESSAGE
    assert data["not_included"]["damaged"] == ["note"]


def test_a_damaged_name_does_not_keep_the_rest_shut(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    stage.fill(cast)
    rows = SealedText.objects.filter(ref=cast.case.vault_ref, field="name")
    rows.update(ciphertext=b"\x01" + bytes(120))

    text = as_text(export(cast, "pdf"))

    caplog.clear()
    assert "beschädigt" in text
    assert stage.NOTE in text


def test_under_an_unknown_code_nothing_is_stored(cast: Cast) -> None:
    request = rights.receive_without_case(
        "7K4M-QX2T-9RHV", house=cast.clinic, identity_check="sheet", received_on=stage.TODAY,
        actor=cast.anna, at=NOON,
    )  # fmt: skip

    data = as_data(cast, request=request)

    assert not data["is_stored"]
    assert data["consent_proofs"] == data["accesses"] == []
    assert "nichts über Ihre Familie gespeichert" in as_text(export(cast, "pdf", request=request))


def test_a_code_of_another_house_is_answered_like_an_unknown_one(cast: Cast) -> None:
    """Carla learns of Anna's case what she would learn of no case: nothing."""
    stage.fill(cast)
    request = rights.receive_without_case(
        cast.case.pseudonym, house=cast.other_clinic, identity_check="sheet",
        received_on=stage.TODAY, actor=cast.carla, at=NOON,
    )  # fmt: skip

    data = as_data(cast, request=request, actor=cast.carla)

    assert not data["is_stored"]
    assert data["accesses"] == data["consent_proofs"] == []


def test_after_an_erasure_the_proof_of_consent_is_told(cast: Cast) -> None:
    pseudonym = cast.case.pseudonym
    request = ask(cast)
    ConsentProof.objects.create(
        pseudonym=pseudonym, holder=cast.clinic, recipient=cast.office, purposes=["handover"],
        categories=["name"], text_version="1", text_sha256="0" * 64, language="de", form="paper",
        given_at=NOON, erased_at=NOON, keep_until=stage.TODAY + timedelta(days=1095),
    )  # fmt: skip
    cast.case.delete()

    data = as_data(cast, request=RightsRequest.objects.get(pk=request.pk))

    assert not data["is_stored"]
    assert data["consent_proofs"][0]["recipient"] == cast.office.name
    assert "Nachweise der Einwilligung" in as_text(export(cast, "pdf", request=request))


def test_a_note_of_many_lines_keeps_its_lines(cast: Cast) -> None:
    write(
        cast.case, organisation=cast.clinic, kind="case", text="Erste Zeile\n\nZweite Zeile",
        provenance="family", actor=cast.anna, at=NOON,
    )  # fmt: skip
    reader = PdfReader(io.BytesIO(export(cast, "pdf").content))

    lines = "\n".join(page.extract_text() for page in reader.pages).splitlines()

    assert {"Erste Zeile", "Zweite Zeile"} <= {line.strip() for line in lines}
