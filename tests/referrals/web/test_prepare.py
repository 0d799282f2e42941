import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from lotsen.audit.models import AccessEvent
from lotsen.vault.models import SealedText
from referrals.handovers.models import Handover
from tests.builders import make_assessment, make_consent, make_consent_text, make_participation
from tests.conftest import Cast

SignIn = Callable[[str], Client]
NAME, PHONE = "Amira Beispiel", "0171 39200 11"


@pytest.fixture
def page(cast: Cast) -> str:
    make_assessment(cast.case, cast.anna, needs=["overload"])
    make_consent_text()
    return f"/fall/{cast.case.pk}/uebergabe/?angebot={cast.offer.pk}"


@pytest.fixture
def draft(cast: Cast) -> Handover:
    return Handover.objects.create(
        case=cast.case, offer=cast.offer, sender=cast.clinic, recipient=cast.office,
        categories=["name", "phone", "language", "needs"], provenance="health_secret",
        drafted_at=cast.case.opened_at, drafted_by=cast.anna,
    )  # fmt: skip


@pytest.fixture
def agreed(cast: Cast, draft: Handover) -> Handover:
    """The family has said yes."""
    draft.consent = make_consent(cast.case, cast.office, cast.anna, valid_until="2999-12-31")
    draft.save()
    return draft


def typed(**changed: Any) -> dict[str, Any]:
    return {"categories": ["name", "phone", "language"], "name": NAME, "phone": PHONE} | changed


def ticked(content: str) -> list[str]:
    """The categories that are ticked on the page, in its order."""
    return re.findall(r'name="categories" value="(\w+)"[^>]* checked', content)


@pytest.mark.parametrize(
    ("who", "get", "post"), [("anna", 200, 422), ("carla", 404, 404), ("dora", 404, 404)]
)
def test_who_may_prepare(page: str, signed_in: SignIn, who: str, get: int, post: int) -> None:
    client = signed_in(who)

    assert client.get(page).status_code == get
    assert client.post(page).status_code == post


def test_who_takes_part_may_not_hand_on(cast: Cast, page: str, signed_in: SignIn) -> None:
    make_participation(cast.case, cast.office)

    assert signed_in("bilal").get(page).status_code == 403


def test_nothing_is_ticked_beforehand(page: str, signed_in: SignIn) -> None:
    assert ticked(signed_in("anna").get(page).content.decode()) == []


def test_the_suggestion_is_ticked_only_when_asked_for(page: str, signed_in: SignIn) -> None:
    answer = signed_in("anna").post(page, typed(categories=["district"], suggest="1"))

    content = answer.content.decode()
    assert ticked(content) == ["name", "phone", "language", "district", "needs"]
    assert NAME in content  # what was typed stays
    assert not Handover.objects.exists()


def test_specially_protected_wishes_are_never_suggested(
    cast: Cast, page: str, signed_in: SignIn
) -> None:
    make_assessment(cast.case, cast.anna, needs=["overload", "violence"], finished_at=now())
    answer = signed_in("anna").post(page, typed(categories=[], suggest="1"))

    assert ticked(answer.content.decode()) == ["name", "phone", "language"]


def test_the_draft_and_the_family_view_come_together(
    cast: Cast, page: str, signed_in: SignIn
) -> None:
    client = signed_in("anna")
    answer = client.post(page, typed())

    draft = Handover.objects.get()
    assert (draft.state, draft.recipient) == ("draft", cast.office)
    assert answer.headers["Location"].startswith("/einwilligung/")
    assert client.get("/station/").status_code == 302  # the browser is the family's now


def test_contact_data_goes_into_the_vault_and_nowhere_else(page: str, signed_in: SignIn) -> None:
    client = signed_in("anna")
    client.post(page, typed())

    assert SealedText.objects.count() == 2
    assert NAME not in str(dict(client.session))
    assert AccessEvent.objects.filter(deed="seal").exists()


@pytest.mark.parametrize(
    ("changed", "anchor"),
    [
        ({"categories": []}, "id_categories_0"),
        ({"phone": ""}, "id_phone"),
        ({"phone": "ask the neighbour"}, "id_phone"),
        ({"categories": ["name", "safe_contact"]}, "id_safe_contact"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    page: str, signed_in: SignIn, changed: dict[str, Any], anchor: str
) -> None:
    answer = signed_in("anna").post(page, typed(**changed))

    content = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#{anchor}"' in content
    assert NAME in content
    assert not Handover.objects.exists()
    assert not SealedText.objects.exists()


def test_where_violence_was_named_a_safe_way_is_asked_for(
    cast: Cast, page: str, signed_in: SignIn
) -> None:
    cast.case.assessments.update(needs=["violence"])

    answer = signed_in("anna").post(page, typed())

    assert answer.status_code == 422
    assert 'href="#id_safe_contact"' in answer.content.decode()


def test_what_the_vault_holds_is_not_typed_again(cast: Cast, page: str, signed_in: SignIn) -> None:
    signed_in("anna").post(page, typed())
    answer = signed_in("anna").post(page, typed(name="", phone=""))

    assert answer.status_code == 302
    assert Handover.objects.count() == 1


def test_an_offer_nobody_answers_for_takes_no_handover(
    cast: Cast, page: str, signed_in: SignIn
) -> None:
    cast.offer.recipient = None
    cast.offer.save()

    assert signed_in("anna").get(page).status_code == 409


@pytest.mark.parametrize("offer", ["", "nonsense", "00000000-0000-0000-0000-000000000000"])
def test_an_offer_that_does_not_exist_is_not_found(
    cast: Cast, page: str, signed_in: SignIn, offer: str
) -> None:
    address = f"/fall/{cast.case.pk}/uebergabe/?angebot={offer}"

    assert signed_in("anna").get(address).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("anna", 200), ("bilal", 404), ("carla", 404), ("dora", 404)]
)
def test_a_draft_is_the_senders_alone(
    draft: Handover, signed_in: SignIn, who: str, status: int
) -> None:
    assert signed_in(who).get(f"/uebergabe/{draft.pk}/pruefen/").status_code == status


def test_without_consent_there_is_nothing_to_pass_on(draft: Handover, signed_in: SignIn) -> None:
    client = signed_in("anna")
    page = f"/uebergabe/{draft.pk}/pruefen/"

    assert 'name="show"' in client.get(page).content.decode()
    assert client.post(page).status_code == 409
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_with_consent_it_is_requested_once(agreed: Handover, signed_in: SignIn) -> None:
    client = signed_in("anna")
    page = f"/uebergabe/{agreed.pk}/pruefen/"
    first, second = client.post(page), client.post(page)
    receipt = client.get(first.headers["Location"]).content.decode()

    agreed.refresh_from_db()
    assert agreed.state == "requested"
    assert receipt.count("Übergeben. Diese Seite ist Ihr Beleg.") == 1
    assert "Zur Startseite" in receipt
    assert first.headers["Location"] == second.headers["Location"] == f"/uebergabe/{agreed.pk}/"
    assert AccessEvent.objects.filter(deed="transmit").count() == 1


def test_a_message_is_offered_only_if_the_family_agreed_to_one(
    agreed: Handover, signed_in: SignIn
) -> None:
    client = signed_in("anna")
    page = f"/uebergabe/{agreed.pk}/pruefen/"
    assert 'name="message"' not in client.get(page).content.decode()

    agreed.categories = ["note"]
    agreed.save()
    assert 'name="message"' in client.get(page).content.decode()


def test_a_draft_can_be_dropped(draft: Handover, signed_in: SignIn) -> None:
    signed_in("anna").post(f"/uebergabe/{draft.pk}/pruefen/", {"drop": "1"})

    draft.refresh_from_db()
    assert draft.state == "cancelled"
