"""The demo city as it is loaded: families in every state, anna's not carla's."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings
from django.utils.timezone import localdate, localtime, now
from pytest_django import DjangoDbBlocker

from lotsen.access.models import Deputyship
from lotsen.accounts.models import User
from lotsen.audit.reading import accounts_visible_to
from lotsen.web.signing_in import demo_accounts
from referrals.cases.insiders import is_insider
from referrals.cases.models import Case
from referrals.consent.models import Consent
from referrals.emergencies.models import EmergencyAccess
from referrals.emergencies.reading import to_review
from referrals.followups.models import ContactAttempt
from referrals.handovers.models import Handover
from referrals.handovers.rules import State
from referrals.management.demo import quarters
from referrals.management.demo.stories import STORIES
from referrals.planning.models import ContextFigure, Goal, Measure, SiteMonth
from referrals.retention.actions import approve
from referrals.retention.models import ErasureRun
from referrals.statistics.models import Release

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo(settings: Any) -> None:
    settings.DEMO = True


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The demo city, loaded once for the tests below: each leaves it as it was."""
    with django_db_blocker.unblock(), override_settings(DEMO=True), transaction.atomic():
        yield load(len(STORIES))
        transaction.set_rollback(True)


def load(cases: int, seed: int = 1) -> str:
    out = StringIO()
    call_command("load_demo", city="duesseldorf", cases=cases, seed=seed, stdout=out)
    return out.getvalue()


@pytest.mark.once
def test_the_first_families_are_annas_in_every_state_and_none_is_carlas(city: str) -> None:
    assert f"{len(STORIES)} Familien ergänzt" in city

    assert set(Handover.objects.values_list("state", flat=True)) == set(State)
    anna, carla = User.objects.get(username="anna"), User.objects.get(username="carla")
    assert Case.objects.visible_to(anna).count() == len(STORIES)
    assert not Case.objects.visible_to(carla).exists()


@pytest.mark.once
def test_nobody_works_at_night_and_nothing_has_happened_tomorrow(city: str) -> None:
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
    assert len(happened) > 40
    assert {localtime(moment).hour for moment in happened} <= set(range(8, 18))
    assert max(happened) <= now()


@pytest.mark.once
def test_no_phone_number_of_a_family_lies_outside_the_vault(city: str) -> None:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            assert not any("0171 39200" in str(row) for row in cursor), table


@pytest.mark.once
def test_frieda_finds_a_run_that_waits_for_her_and_loading_again_adds_none(city: str) -> None:
    run = ErasureRun.objects.get()
    assert run.planned["case"] == 1
    frieda = User.objects.get(username="frieda")
    approve(run, actor=frieda, seen=run.items.count(), at=now())

    load(len(STORIES))
    assert ErasureRun.objects.count() == 1


@pytest.mark.once
def test_the_officer_serves_some_houses_and_stands_once_on_the_sign_in_page(city: str) -> None:
    frieda = User.objects.get(username="frieda")

    served = frieda.memberships.values_list("organisation__slug", flat=True)
    assert set(served) == {"netzwerk-demo", "marienklinik-demo", "familienbuero-demo"}
    shown = [membership.user.username for membership in demo_accounts()]
    assert shown == sorted(set(shown))
    assert {"anna", "frieda", "ines"} <= set(shown)
    asked_about = {account.username for account in accounts_visible_to(frieda)}
    assert asked_about == {"anna", "bilal", "dora", "frieda", "gero", "jana", "kim"}


@pytest.mark.once
def test_kim_stands_in_for_anna_and_an_emergency_access_waits_for_frieda(city: str) -> None:
    anna, kim, frieda = (User.objects.get(username=name) for name in ("anna", "kim", "frieda"))
    [line] = to_review(frieda, at=now())
    assert (line.access.taken_by, line.access.reviewed_at) == (kim, None)
    assert line.opened.fields
    hidden = Case.objects.get(insiders_only=True)
    assert is_insider(hidden, kim)

    load(len(STORIES))
    assert (Deputyship.objects.filter(absent=anna).count(), EmergencyAccess.objects.count()) == (
        1,
        1,
    )


@pytest.mark.once
def test_a_quarter_that_is_over_is_frozen_and_planned_with_once(
    city: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarters, "FAMILIES", (60,) * quarters.QUARTERS)
    out = StringIO()
    call_command("load_demo", city="duesseldorf", cases=0, quarters=1, stdout=out)
    [period] = quarters.closed(localdate(), 1)
    frozen = Release.objects.get(period=period)
    assert "erfundene Familien früherer Quartale" in out.getvalue()
    planned = [rows.objects.count() for rows in (SiteMonth, ContextFigure, Goal, Measure)]
    assert planned[0] >= 9  # three clinics, three months and those that are over since
    assert planned[1:] == [100, 3, 2]

    call_command("load_demo", city="duesseldorf", cases=0, quarters=1, stdout=out)
    assert "0 erfundene Familien früherer Quartale gezählt, 0 Quartale" in out.getvalue()
    assert Release.objects.get(period=period).sha256 == frozen.sha256
    assert planned == [rows.objects.count() for rows in (SiteMonth, ContextFigure, Goal, Measure)]
