"""The demo city: families in every state, the same ones for the same seed, anna's not carla's."""

import random
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from lotsen.accounts.models import User
from referrals.cases.models import Case
from referrals.handovers.models import Handover
from referrals.handovers.rules import State
from referrals.management.demo.families import draw, frequencies
from referrals.management.demo.stories import STORIES
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
