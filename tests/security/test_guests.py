"""A house that takes part learns what the family agreed to, on pages and through the API alike."""

from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from lotsen.accounts.models import OrganisationKind
from lotsen.accounts.roles import Role
from referrals.handovers import glimpse
from referrals.handovers.models import Handover
from referrals.notes.actions import write
from tests.builders import make_organisation, make_user
from tests.conftest import Cast
from tests.referrals.web import desk
from tests.security.stage import Stage, browser, post_json, set_stage

API = "/api/v1/"
NOT_CONSENTED = {
    "language": "", "interpreting": False, "child_age_months": None, "aged_on": None,
    "household": "", "district": "",
}  # fmt: skip


@pytest.fixture
def narrow(cast: Cast) -> Stage:
    """The family agreed to its name and phone alone."""
    return set_stage(cast, categories=["name", "phone"])


def test_the_api_tells_a_guest_no_more_of_a_case_than_its_page(narrow: Stage) -> None:
    bilal = browser(narrow.cast.bilal)
    one = bilal.get(f"{API}cases/{narrow.handover.case.pseudonym}/").json()
    [listed] = bilal.get(f"{API}cases/").json()["results"]

    for told in (one, listed):
        assert {key: told[key] for key in NOT_CONSENTED} == NOT_CONSENTED


def test_the_api_tells_a_guest_what_was_consented(cast: Cast) -> None:
    stage = set_stage(cast, categories=["name", "language", "district"])
    told = browser(cast.bilal).get(f"{API}cases/{stage.handover.case.pseudonym}/").json()

    assert (told["language"], told["district"]) == ("tr", cast.case.district_id)
    assert told["child_age_months"] is None


def test_the_house_that_holds_the_case_reads_all_of_it(narrow: Stage) -> None:
    told = browser(narrow.cast.anna).get(f"{API}cases/{narrow.handover.case.pseudonym}/").json()

    assert (told["language"], told["child_age_months"]) == ("tr", 0)


def test_reasons_of_matches_are_not_a_way_round_consent(narrow: Stage) -> None:
    path = f"{API}cases/{narrow.handover.case.pseudonym}/matches/"

    assert browser(narrow.cast.bilal).get(path).status_code == 403
    assert browser(narrow.cast.anna).get(path).status_code == 200


@pytest.mark.parametrize("accepted", [True, False])
def test_when_the_consent_has_run_out_only_the_pseudonym_is_left(
    cast: Cast, noon: time_machine.Traveller, accepted: bool
) -> None:
    stage = set_stage(cast, accepted=accepted)
    before = browser(cast.bilal).get(f"{API}handovers/{stage.handover.pk}/").json()
    noon.shift(timedelta(days=366))
    told = browser(cast.bilal).get(f"{API}handovers/{stage.handover.pk}/").json()
    page = browser(cast.bilal).get(f"/uebergabe/{stage.handover.pk}/")

    assert before["language"] == "tr"
    assert before["district"] == "Bilk"
    assert (told["language"], told["district"], told["need_groups"]) == ("", "", [])
    assert "Bilk" not in desk.text_of(page)
    assert "Türkisch" not in desk.text_of(page)
    seen = glimpse.of(Handover.objects.with_parties().get(pk=stage.handover.pk))
    assert (seen.language, seen.interpreting, seen.district) == ("", False, "")


def test_a_message_to_one_house_is_not_read_by_another_that_takes_part(cast: Cast) -> None:
    other = make_organisation("nachbarhaus", OrganisationKind.PROVIDER)
    emre = make_user("emre", other, Role.PROVIDER)
    with_note = ["name", "phone", "note"]
    first = set_stage(cast, accepted=False, categories=with_note)
    draft = desk.requested(cast, to=other, categories=with_note)
    post_json(browser(emre), f"{API}handovers/{draft.pk}/accept/", {})
    browser(cast.bilal).post(f"/uebergabe/{first.handover.pk}/annehmen/")
    _message(cast, "Nur fürs Familienbüro.")

    texts = {}
    for reader in (cast.bilal, emre):
        page = browser(reader).post(f"/fall/{cast.case.pk}/notiz/", {"was": "oeffnen"})
        texts[reader] = desk.text_of(page)
    assert "Nur fürs Familienbüro." in texts[cast.bilal]
    assert "Nur fürs Familienbüro." not in texts[emre]


def _message(cast: Cast, text: str) -> None:
    write(
        cast.case, organisation=cast.clinic, kind="message", text=text, provenance="health_secret",
        addressee=cast.office, actor=cast.anna, at=now(),
    )  # fmt: skip
