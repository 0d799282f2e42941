"""Who saw a case: which events name it, and how much of each is told to whom."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection

from lotsen.accounts.models import Membership, User
from lotsen.accounts.roles import Role
from lotsen.audit import case_log, people, reading
from lotsen.audit.case_log import CaseLog
from lotsen.audit.models import AccessEvent, Deed
from lotsen.audit.rules import Access, Telling, is_told
from lotsen.errors import NotPermitted
from lotsen.membership import actions as membership
from tests.builders import NOON, make_user
from tests.conftest import Cast
from tests.lotsen.audit.test_reading import DAY, A, B, saw


@pytest.fixture
def frieda(cast: Cast) -> User:
    """She serves Anna's clinic alone."""
    return make_user("frieda", cast.clinic, Role.PRIVACY_OFFICER)


def of_case(pseudonym: str, *, actor: User, **how: Any) -> CaseLog:
    plain: dict[str, Any] = {
        "since": NOON, "until": NOON + DAY, "deed": Deed.LIST, "at": NOON + 2 * DAY
    }  # fmt: skip
    return reading.of_case(pseudonym, actor=actor, **(plain | how))


def whom(log: CaseLog) -> list[str]:
    return [log.people.get(look.access.actor, "somebody") for look in log.looks]  # type: ignore[arg-type]


def test_only_events_that_showed_this_case_name_it(cast: Cast) -> None:
    saw(cast.anna, B, A, deed=Deed.LIST)
    saw(cast.anna, B)
    saw(cast.anna, f"{A}-X")  # only looks alike
    saw(cast.carla, A, deed=Deed.DENIED)  # a refused access showed nothing

    log = case_log.read(A, case_log.showing(A), houses=frozenset())

    assert [look.access.shown for look in log.looks] == [[B, A]]
    assert log.people == {}


def test_our_people_are_named_others_told_by_house_where_the_case_is_ours(
    cast: Cast, frieda: User
) -> None:
    minute = timedelta(minutes=1)
    saw(cast.anna, A, at=NOON)
    saw(cast.bilal, A, at=NOON + minute, organisation=cast.clinic.pk)
    saw(cast.bilal, A, at=NOON + 2 * minute, organisation=cast.office.pk)
    saw(cast.carla, A, at=NOON + 3 * minute)
    saw(None, A, at=NOON + 4 * minute, deed=Deed.ERASE, organisation=cast.clinic.pk)

    log = of_case(A, actor=frieda)

    assert whom(log) == ["somebody", "somebody", "Anna"]
    assert [look.telling for look in log.looks] == [Telling.HOUSE, Telling.HOUSE, Telling.PERSON]
    erased, bilal, _ = log.looks
    assert erased.place is None
    assert bilal.place
    assert log.houses[bilal.place.house] == cast.office.name


def test_a_foreign_case_is_answered_like_one_that_is_not_there(
    cast: Cast, frieda: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_log, "MOST_EVENTS", 1)
    membership.join(cast.anna, organisation=cast.other_clinic, role=Role.NAVIGATOR, at=NOON)
    for _ in range(3):
        saw(cast.carla, A)
        saw(cast.anna, A, organisation=cast.other_clinic.pk)  # at work for the other clinic

    assert of_case(A, actor=frieda) == of_case(B, actor=frieda) == CaseLog([], None, {}, {})
    looks = AccessEvent.objects.filter(actor=frieda)
    assert [(event.shown, event.count) for event in looks] == [([], 0), ([], 0)]


@pytest.mark.parametrize("name", ["anna", "bilal", "carla", "dora"])
def test_nobody_of_the_cast_asks_by_case_or_lists_events(cast: Cast, name: str) -> None:
    for look in (lambda who: of_case(A, actor=who), reading.told_to):
        with pytest.raises(NotPermitted):
            look(getattr(cast, name))


@pytest.mark.parametrize("deed", [Deed.LIST, Deed.EXPORT])
def test_each_look_is_an_access_to_the_case(cast: Cast, frieda: User, deed: Deed) -> None:
    saw(cast.anna, A, B)

    of_case(A, actor=frieda, deed=deed, at=NOON + timedelta(hours=1))

    [event] = AccessEvent.objects.filter(actor=frieda)
    assert (event.deed, event.shown, event.count) == (deed, [A], 1)
    assert whom(of_case(A, actor=frieda)) == ["Frieda", "Anna"]


def test_the_newest_are_read_and_it_is_said_where_they_begin(
    cast: Cast, frieda: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_log, "MOST_EVENTS", 2)
    moments = [NOON + timedelta(minutes=number) for number in range(3)]
    for moment in moments:
        saw(cast.anna, A, at=moment)

    log = of_case(A, actor=frieda)
    rest = of_case(A, actor=frieda, until=log.begins_at)

    assert [look.access.at for look in log.looks] == moments[:0:-1]
    assert log.begins_at == moments[1]
    assert ([look.access.at for look in rest.looks], rest.begins_at) == (moments[:1], None)


def test_a_look_costs_the_same_whatever_it_finds(
    cast: Cast, frieda: User, django_assert_num_queries: Any
) -> None:
    reading.require_reader(frieda)
    for number in (1, 30):
        for _ in range(number):
            saw(cast.anna, A)
            saw(cast.bilal, A, organisation=cast.clinic.pk)
        with django_assert_num_queries(7):  # two of them the savepoint
            of_case(A, actor=frieda)


def test_the_long_list_tells_exactly_what_the_rule_tells(cast: Cast, frieda: User) -> None:
    """`told_to` says in SQL what `is_told` says: people come and go, and work for several."""
    chance = Random(4)  # noqa: S311  the same people each time
    houses = [cast.clinic, cast.office, cast.other_clinic]
    people_ = [cast.anna, cast.bilal, cast.carla, frieda]
    for _ in range(25):
        since = NOON + timedelta(hours=chance.randrange(48))
        until = None if chance.random() < 0.3 else since + timedelta(hours=chance.randrange(24))
        Membership.objects.create(
            user=chance.choice(people_), organisation=chance.choice(houses),
            role=f"role {chance.random()}", since=since, until=until,
        )  # fmt: skip
    for _ in range(200):
        saw(
            chance.choice([*people_, None]), A, at=NOON + timedelta(hours=chance.randrange(72)),
            organisation=chance.choice([None, *(house.pk for house in houses)]),
        )  # fmt: skip

    events = {event.pk: event for event in AccessEvent.objects.all()}
    stays = people.stays_of(event.actor_id for event in events.values())
    ours = frozenset({cast.clinic.pk})
    by_rule = {
        key for key, event in events.items() if is_told(_plain(event), stays[event.actor_id], ours)
    }

    assert {event.pk for event in reading.told_to(frieda)} == by_rule
    assert 20 < len(by_rule) < 180


def _plain(event: AccessEvent) -> Access:
    return Access(
        event.at, event.actor_id, event.organisation, event.deed, event.shown, event.fields,
        event.reason, event.device,
    )  # fmt: skip


@pytest.mark.postgres
def test_a_case_is_found_along_the_index(cast: Cast) -> None:
    with connection.cursor() as cursor:  # it would rather read a small table whole
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")

    assert "shown @> " in case_log.showing(A).explain()
