"""The demo city: families in every state, the same ones for the same seed, anna's not carla's."""

import random
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils.timezone import localtime, now

from lotsen.accounts.models import User
from lotsen.audit.reading import accounts_visible_to
from lotsen.web.signing_in import demo_accounts
from referrals.cases.models import Case
from referrals.consent.models import Consent
from referrals.followups.models import ContactAttempt
from referrals.handovers.models import Handover
from referrals.handovers.rules import State
from referrals.management.demo.families import draw, frequencies
from referrals.management.demo.stories import STORIES
from referrals.retention.actions import approve
from referrals.retention.models import ErasureRun
from tests.builders import make_city, make_district

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo(settings: Any) -> None:
    settings.DEMO = True


def load(cases: int, seed: int = 1) -> str:
    out = StringIO()
    call_command("load_demo", city="duesseldorf", cases=cases, seed=seed, stdout=out)
    return out.getvalue()


def pseudonyms() -> set[str]:
    return set(Case.objects.values_list("pseudonym", flat=True))


def test_the_first_families_are_annas_in_every_state_and_none_is_carlas() -> None:
    assert f"{len(STORIES)} Familien ergänzt" in load(len(STORIES))

    assert set(Handover.objects.values_list("state", flat=True)) == set(State)
    anna, carla = User.objects.get(username="anna"), User.objects.get(username="carla")
    assert Case.objects.visible_to(anna).count() == len(STORIES)
    assert not Case.objects.visible_to(carla).exists()


@pytest.mark.once
def test_nobody_works_at_night_and_nothing_has_happened_tomorrow() -> None:
    load(len(STORIES) + 8)
    happened = [
        moment
        for model, fields in {
            Handover: ("drafted_at", "requested_at", "seen_at", "answered_at", "ended_at"),
            ContactAttempt: ("at",),
            Consent: ("given_at", "withdrawn_at"),
        }.items()
        for row in model.objects.values_list(*fields)
        for moment in row
        if moment is not None
    ]
    assert len(happened) > 60
    assert {localtime(moment).hour for moment in happened} <= set(range(8, 18))
    assert max(happened) <= now()


def test_the_same_seed_adds_only_what_is_missing_and_another_seed_brings_others() -> None:
    load(2)
    first = pseudonyms()

    assert "1 Familien ergänzt, 2 waren schon da" in load(3)
    assert first < pseudonyms()

    assert "1 Familien ergänzt" in load(1, seed=2)
    assert len(pseudonyms()) == 4


def test_no_phone_number_of_a_family_lies_outside_the_vault() -> None:
    load(9)  # the ninth has left contact details
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            assert not any("0171 39200" in str(row) for row in cursor), table


def test_wishes_are_as_frequent_as_the_figures_say() -> None:
    make_city()
    families = [draw(_chance(number), number, [make_district()]) for number in range(2000)]
    given_to_all_without = {"no_midwife", "entitlements", "crying_sleep"}
    for need, share in frequencies().items():
        if need in given_to_all_without:
            continue
        found = sum(need in family.needs for family in families) / len(families)
        assert found == pytest.approx(share, abs=0.04), need


def _chance(number: int) -> random.Random:
    return random.Random(number)  # noqa: S311  a demo has no secrets


def test_frieda_finds_a_run_that_waits_for_her_and_loading_again_adds_none() -> None:
    load(len(STORIES))
    run = ErasureRun.objects.get()
    assert run.planned["case"] == 1
    frieda = User.objects.get(username="frieda")
    approve(run, actor=frieda, seen=run.items.count(), at=now())

    load(len(STORIES))
    assert ErasureRun.objects.count() == 1


def test_the_officer_serves_some_houses_and_stands_once_on_the_sign_in_page() -> None:
    load(0)
    frieda = User.objects.get(username="frieda")

    served = frieda.memberships.values_list("organisation__slug", flat=True)
    assert set(served) == {"netzwerk-demo", "marienklinik-demo", "familienbuero-demo"}
    shown = [membership.user.username for membership in demo_accounts()]
    assert shown == sorted(set(shown))
    assert {"anna", "frieda", "ines"} <= set(shown)
    asked_about = {account.username for account in accounts_visible_to(frieda)}
    assert asked_about == {"anna", "bilal", "dora", "frieda", "gero"}
