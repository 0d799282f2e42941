"""What an account saw, what was shown on a device: asked by officers for their own houses."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from lotsen.accounts.models import Membership, Organisation, User
from lotsen.accounts.roles import Role
from lotsen.audit import reading
from lotsen.audit.models import AccessEvent, Deed
from lotsen.audit.reading import Report
from lotsen.devices import device_name, numbers_named
from lotsen.errors import NotPermitted
from lotsen.membership import actions as membership
from tests.builders import NOON, make_user
from tests.conftest import Cast

A, B, C = "2345-6789-BCDF", "3333-4444-5555", "7K4M-QX2T-9RHV"
TABLET = UUID("a672e91b-0fb1-4be6-91c2-15b2efd3f452")
DAY = timedelta(days=1)


def saw(user: User | None, *pseudonyms: str, at: datetime = NOON, **facts: Any) -> AccessEvent:
    plain: dict[str, Any] = {"deed": Deed.READ, "object_type": "case", "organisation": None}
    return AccessEvent.objects.create(
        at=at, actor=user, shown=pseudonyms, count=len(pseudonyms), **(plain | facts)
    )


@pytest.fixture
def frieda(cast: Cast) -> User:
    """She serves Anna's clinic and Bilal's office, not Carla's clinic."""
    frieda = make_user("frieda", cast.clinic, Role.PRIVACY_OFFICER)
    membership.join(frieda, organisation=cast.office, role=Role.PRIVACY_OFFICER, at=NOON)
    return frieda


def of_account(account: User, *, actor: User, **how: Any) -> Report:
    plain: dict[str, Any] = {
        "since": NOON, "until": NOON + DAY, "deed": Deed.LIST, "at": NOON + 2 * DAY
    }  # fmt: skip
    return reading.of_account(account, actor=actor, **(plain | how))


def of_device(number: UUID, *, actor: User, **how: Any) -> Report:
    plain: dict[str, Any] = {
        "since": NOON, "until": NOON + DAY, "deed": Deed.LIST, "at": NOON + 2 * DAY
    }  # fmt: skip
    return reading.of_device(numbers_named(device_name(number)), actor=actor, **(plain | how))


def cases(report: Report) -> list[str]:
    return [seen.pseudonym for seen in report.seen]


# Who may ask


@pytest.mark.parametrize("name", ["anna", "bilal", "carla", "dora"])
def test_nobody_of_the_cast_reads_the_log(cast: Cast, name: str) -> None:
    saw(cast.anna, A, device=TABLET)
    reader = getattr(cast, name)
    looks: list[Any] = [
        lambda: reading.accounts_visible_to(reader),
        lambda: of_account(cast.anna, actor=reader),
        lambda: of_device(TABLET, actor=reader),
    ]
    before = AccessEvent.objects.count()
    for look in looks:
        with pytest.raises(NotPermitted) as refused:
            look()
        assert refused.value.parameters == {"right": "view_audit"}
    assert AccessEvent.objects.count() == before


def test_an_officer_asks_about_people_of_the_houses_served(cast: Cast, frieda: User) -> None:
    assert list(reading.accounts_visible_to(frieda)) == [cast.anna, cast.bilal, frieda]


def test_an_account_elsewhere_is_refused(cast: Cast, frieda: User) -> None:
    saw(cast.carla, A)

    with pytest.raises(NotPermitted):
        of_account(cast.carla, actor=frieda)


def test_whoever_left_can_still_be_asked_about(cast: Cast, frieda: User) -> None:
    saw(cast.anna, A)
    saw(cast.anna, B, at=NOON + timedelta(hours=2))
    membership.leave(Membership.objects.get(user=cast.anna), at=NOON + timedelta(hours=1))

    report = of_account(cast.anna, actor=frieda)

    assert cases(report) == [A]
    assert report.leaves_out


def test_an_officer_who_left_reads_nothing_any_more(cast: Cast, frieda: User) -> None:
    for one in Membership.objects.filter(user=frieda):
        membership.leave(one, at=NOON)
    frieda = User.objects.get(pk=frieda.pk)

    with pytest.raises(NotPermitted):
        of_account(cast.anna, actor=frieda)


# What is told


def test_the_period_begins_with_its_moment_and_ends_before_its_end(
    cast: Cast, frieda: User
) -> None:
    second = timedelta(seconds=1)
    saw(cast.anna, A, at=NOON - second)
    saw(cast.anna, B, at=NOON)
    saw(cast.anna, C, at=NOON + DAY)

    assert cases(of_account(cast.anna, actor=frieda)) == [B]


def test_only_this_account_is_told(cast: Cast, frieda: User) -> None:
    saw(cast.anna, A)
    saw(cast.bilal, B)

    report = of_account(cast.anna, actor=frieda)

    assert cases(report) == [A]
    assert report.names == {cast.anna.pk: "Anna"}
    assert not report.leaves_out
    assert report.complete_until is None


def test_of_work_for_two_houses_only_what_is_ours_is_told(cast: Cast, frieda: User) -> None:
    membership.join(cast.anna, organisation=cast.other_clinic, role=Role.NAVIGATOR, at=NOON)
    saw(cast.anna, A, organisation=cast.clinic.pk)
    saw(cast.anna, B, organisation=cast.other_clinic.pk)
    saw(cast.anna, C)

    report = of_account(cast.anna, actor=frieda)

    assert cases(report) == [A]
    assert report.leaves_out


def test_a_tablet_tells_what_everybody_of_ours_saw_on_it(cast: Cast, frieda: User) -> None:
    saw(cast.anna, A, device=TABLET)
    saw(cast.bilal, A, B, device=TABLET)
    saw(cast.anna, C, device=uuid4())

    report = of_device(TABLET, actor=frieda)

    assert cases(report) == [A, B]
    assert report.seen[0].actors == {cast.anna.pk, cast.bilal.pk}
    assert report.names == {cast.anna.pk: "Anna", cast.bilal.pk: "Bilal"}
    assert not report.leaves_out


def test_whoever_tries_to_sign_in_on_a_lost_tablet_leaves_a_trace(cast: Cast, frieda: User) -> None:
    saw(cast.anna, A, device=TABLET, at=NOON - DAY)
    saw(cast.carla, B, device=(foreign := uuid4()))
    for number in (TABLET, foreign):
        saw(None, device=number, deed=Deed.DENIED, reason="login_failed")

    [tries] = of_device(TABLET, actor=frieda).seen

    assert (tries.pseudonym, tries.reasons, tries.actors) == ("", {"login_failed"}, set())
    assert of_device(foreign, actor=frieda).seen == []  # a device of another house


def test_a_tablet_tells_nothing_of_foreign_people(cast: Cast, frieda: User) -> None:
    saw(cast.carla, A, device=TABLET)
    saw(cast.anna, B, device=TABLET)

    report = of_device(TABLET, actor=frieda)

    assert cases(report) == [B]
    assert cast.carla.pk not in report.names
    assert report.leaves_out


# A look is an access


@pytest.mark.parametrize("deed", [Deed.LIST, Deed.EXPORT])
def test_each_look_writes_its_own_event(cast: Cast, frieda: User, deed: Deed) -> None:
    saw(cast.anna, A, B, device=TABLET)

    of_account(cast.anna, actor=frieda, deed=deed)
    of_device(TABLET, actor=frieda, deed=deed)

    looks = AccessEvent.objects.filter(actor=frieda)
    shown = {event.shown[0]: event.shown[1:] for event in looks}
    assert shown == {str(cast.anna.pk): [A, B], device_name(TABLET): [A, B]}
    assert {event.deed for event in looks} == {deed}
    assert {event.object_type for event in looks} == {"access_event"}


def test_a_look_that_finds_nothing_is_written_down_too(cast: Cast, frieda: User) -> None:
    of_account(cast.bilal, actor=frieda)

    [event] = AccessEvent.objects.filter(actor=frieda)
    assert event.shown == [str(cast.bilal.pk)]


def test_an_officer_can_be_asked_about_like_everybody(cast: Cast, frieda: User) -> None:
    saw(cast.anna, A)
    of_account(cast.anna, actor=frieda, at=NOON + timedelta(hours=3))

    report = of_account(frieda, actor=frieda)

    assert cases(report) == [A]
    assert report.seen[0].deeds == {"list"}


# Cost


def test_a_look_costs_the_same_whatever_it_finds(
    cast: Cast, frieda: User, django_assert_num_queries: Any
) -> None:
    reading.require_reader(frieda)  # the rights are read once for each request
    for number in (1, 30):
        for _ in range(number):
            saw(cast.anna, A, B, device=TABLET)
        with django_assert_num_queries(7):  # two of them the savepoint
            of_account(cast.anna, actor=frieda)
        with django_assert_num_queries(8):  # whether people of ours ever used it
            of_device(TABLET, actor=frieda)


def test_too_much_is_told_as_too_much(
    cast: Cast, frieda: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_EVENTS", 2)
    moments = [NOON + timedelta(minutes=number) for number in range(4)]
    for moment, pseudonym in zip(moments, (A, B, C, C), strict=True):
        saw(cast.anna, pseudonym, at=moment)

    report = of_account(cast.anna, actor=frieda)
    rest = of_account(cast.anna, actor=frieda, since=moments[2])

    assert sorted(cases(report)) == sorted([A, B])
    assert report.complete_until == moments[2]
    assert (cases(rest), rest.complete_until) == ([C], None)


@pytest.mark.sqlite  # PostgreSQL chooses by size; on few rows it reads another way
@pytest.mark.parametrize("what", ["account", "device"])
def test_a_look_walks_an_index(cast: Cast, what: str) -> None:
    rows = AccessEvent.objects.filter(at__gte=NOON, at__lt=NOON + DAY).order_by("at", "id")
    rows = rows.filter(actor=cast.anna) if what == "account" else rows.filter(device__in=[TABLET])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # it would rather read a small table whole
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = rows.explain()

    index = "access_event_by_actor" if what == "account" else "access_event_by_device"
    assert index in plan
    assert "TEMP B-TREE FOR ORDER BY" not in plan


def test_a_house_that_is_closed_gives_no_right(cast: Cast, frieda: User) -> None:
    Organisation.objects.filter(pk=cast.clinic.pk).update(is_active=False)
    frieda = User.objects.get(pk=frieda.pk)

    assert cast.anna not in reading.accounts_visible_to(frieda)
