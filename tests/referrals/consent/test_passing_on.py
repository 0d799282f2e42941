"""What a clinic passed on goes no further without a new consent (§ 76 SGB X)."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now
from django.utils.translation import override

from lotsen.access.models import ShareKind
from lotsen.accounts.models import Organisation
from lotsen.accounts.roles import Role
from lotsen.errors import ConsentMissing, NotPermitted
from lotsen.sentences import SENTENCES
from referrals.cases import actions as cases
from referrals.cases.models import Case, CaseShare, Participation
from referrals.cases.rules import ShareReason
from referrals.consent import actions as consents
from referrals.consent.models import Consent
from referrals.handovers import actions as handovers
from referrals.handovers.models import Handover
from referrals.intake import actions as intake
from referrals.notes.actions import write
from tests.builders import (
    NOON,
    make_consent,
    make_consent_text,
    make_district,
    make_offer,
    make_participation,
    make_user,
)
from tests.conftest import Cast
from tests.referrals.web import desk

CODE = "passed_on_in_confidence"
SignIn = Callable[[str], Client]


@pytest.fixture
def next_house(cast: Cast) -> Organisation:
    """Carla's clinic, to which the family office might want to pass the family on."""
    return cast.other_clinic


def draft(cast: Cast, to: Organisation) -> object:
    offer = make_offer("Nachsorge", recipient=to)
    return handovers.draft(cast.case, offer=offer, categories=["name"], actor=cast.bilal, at=now())


def share(cast: Cast, to: Organisation) -> object:
    return cases.share(
        cast.case,
        user=cast.carla,
        kind=ShareKind.JOINT,
        reason=ShareReason.SECOND_OPINION,
        until=now() + timedelta(days=1),
        actor=cast.bilal,
        at=now(),
    )


def assign(cast: Cast, to: Organisation) -> object:
    return cases.assign(cast.case, to=cast.carla, actor=cast.bilal, at=now())


def message(cast: Cast, to: Organisation) -> object:
    return write(
        cast.case,
        organisation=cast.office,
        kind="message",
        text="Frau B. wohnt jetzt bei ihrer Schwester.",
        provenance="family",
        addressee=to,
        actor=cast.bilal,
        at=now(),
    )


def consent(cast: Cast, to: Organisation) -> object:
    return consents.give(
        cast.case,
        recipient=to,
        purposes=["handover"],
        categories=["name"],
        text=make_consent_text(),
        language="de",
        form="paper",
        actor=cast.bilal,
        at=now(),
    )


WAYS = [draft, share, assign, message, consent]


@pytest.mark.parametrize("way", WAYS)
def test_a_recipient_can_let_nothing_travel(
    cast: Cast, next_house: Organisation, way: Callable[[Cast, Organisation], object]
) -> None:
    desk.accepted(cast)
    make_participation(cast.case, next_house)  # even where the next house is on the case already

    with pytest.raises(NotPermitted, match=CODE):
        way(cast, next_house)

    assert not Handover.objects.filter(recipient=next_house).exists()
    assert not CaseShare.objects.exists()
    assert not Consent.objects.filter(recipient=next_house).exists()
    assert Case.objects.get(pk=cast.case.pk).holder == cast.clinic


@pytest.mark.parametrize("way", WAYS)
def test_what_no_clinic_passed_on_is_refused_too_in_plain_words(
    cast: Cast, next_house: Organisation, way: Callable[[Cast, Organisation], object]
) -> None:
    make_participation(cast.case, cast.office, provenance="youth_service")

    with pytest.raises(NotPermitted, match="not_permitted"):
        way(cast, next_house)


@pytest.mark.parametrize("who", ["carla", "dora"])
def test_a_stranger_learns_nothing_of_where_it_came_from(
    cast: Cast, next_house: Organisation, who: str
) -> None:
    desk.accepted(cast)

    with pytest.raises(NotPermitted, match="not_permitted"):
        handovers.draft(
            cast.case,
            offer=make_offer("Nachsorge", recipient=next_house),
            categories=["name"],
            actor=getattr(cast, who),
            at=now(),
        )


def test_a_deputy_of_the_holder_in_the_receiving_house_passes_nothing_on(
    cast: Cast, next_house: Organisation
) -> None:
    """A share lets somebody work on the case; requesting stays with the house that holds it."""
    desk.accepted(cast)
    CaseShare.objects.create(
        case=cast.case, user=cast.bilal, kind="deputy", reason="absence", since=NOON,
        until=now() + timedelta(days=1), granted_by=cast.anna, touched_at=NOON,
    )  # fmt: skip

    assert consent(cast, next_house)
    with pytest.raises(NotPermitted, match=CODE):
        draft(cast, next_house)


def test_the_sentence_says_what_to_do() -> None:
    with override("en"):
        assert "ask the family for a new consent" in str(SENTENCES[CODE])


@pytest.mark.parametrize("page", ["angebote/", "uebergabe/?angebot={offer}"])
def test_the_pages_of_a_handover_refuse_with_that_sentence(
    cast: Cast, signed_in: SignIn, page: str
) -> None:
    desk.accepted(cast)

    answer = signed_in("bilal").get(f"/fall/{cast.case.pk}/{page.format(offer=cast.offer.pk)}")

    assert answer.status_code == 403
    assert "neuen Einwilligung" in unescape(answer.content.decode())


def test_the_api_refuses_with_that_code(
    cast: Cast, signed_in: SignIn, next_house: Organisation
) -> None:
    handover, browser = desk.accepted(cast), signed_in("bilal")
    address = f"/api/v1/cases/{cast.case.pseudonym}"
    offer = make_offer("Nachsorge", recipient=next_house)

    asked: dict[str, dict[str, Any]] = {
        "handovers": {"consent": str(handover.consent_id), "offer": str(offer.pk)},
        "consents": {
            "recipient": next_house.slug, "purposes": ["handover"], "categories": ["name"],
            "text_version": "1", "language": "de", "form": "paper",
        },
    }  # fmt: skip
    for part, body in asked.items():
        answer = browser.post(f"{address}/{part}/", body, content_type="application/json")
        assert (part, answer.status_code, answer.json()["code"]) == (part, 403, CODE)


@pytest.mark.parametrize("page", ["/uebergabe/{handover}/", "/fall/{case}/", "/fall/{case}/notiz/"])
def test_the_mark_is_seen_by_the_recipient_and_not_by_the_sender(
    cast: Cast, signed_in: SignIn, page: str
) -> None:
    handover = desk.accepted(cast)
    address = page.format(handover=handover.pk, case=cast.case.pk)
    mark = "Von einer Klinik oder Praxis übermittelt"

    assert mark in desk.text_of(signed_in("bilal").get(address))
    assert mark not in desk.text_of(signed_in("anna").get(address))


def test_before_accepting_there_is_nothing_to_mark(cast: Cast, signed_in: SignIn) -> None:
    handover = desk.requested(cast)

    page = signed_in("bilal").get(f"/uebergabe/{handover.pk}/")

    assert "Von einer Klinik oder Praxis" not in desk.text_of(page)


def test_an_own_case_of_the_receiving_house_begins_empty(
    cast: Cast, next_house: Organisation
) -> None:
    """Nothing leads from the case taken part in to a case of one's own but the family's word."""
    desk.accepted(cast)
    lead = make_user("burak", cast.office, Role.FAMILY_OFFICE)

    own = intake.open_case(
        actor=lead, organisation=cast.office, district=make_district(), language="tr",
        child_age_months=0, at=now(),
    )  # fmt: skip

    assert own.vault_ref != cast.case.vault_ref
    assert not own.notes.exists()
    assert not own.consents.exists()
    offer = make_offer("Nachsorge", recipient=next_house)
    passed_on = handovers.draft(own, offer=offer, categories=["name"], actor=lead, at=now())
    elsewhere = make_consent(cast.case, next_house, cast.anna, given_at=now())
    with pytest.raises(ConsentMissing):  # the consent of the other case opens nothing here
        handovers.attach_consent(passed_on, consent=elsewhere, actor=lead, at=now())


def test_the_mark_stays_with_the_participation_until_it_ends(cast: Cast) -> None:
    handover = desk.accepted(cast)

    assert handover.provenance == "health_secret"
    assert Participation.objects.get(origin=handover.pk).provenance == "health_secret"
