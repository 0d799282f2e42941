"""Loading the demo city: the same families for the same seed, as many as are asked for."""

import random
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from referrals.cases.models import Case
from referrals.management.demo.families import draw, frequencies
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


def test_the_same_seed_adds_only_what_is_missing_and_another_seed_brings_others() -> None:
    load(2)
    first = pseudonyms()

    assert "1 Familien ergänzt, 2 waren schon da" in load(3)
    assert first < pseudonyms()

    assert "1 Familien ergänzt" in load(1, seed=2)
    assert len(pseudonyms()) == 4


@pytest.mark.once
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
