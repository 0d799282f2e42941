import random
from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest
from django.utils.timezone import localdate, now

from lotsen.access.models import Deputyship
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Role
from lotsen.membership import actions as membership
from referrals.assessments.stages import Stage, stage
from referrals.cases import actions, worklist
from referrals.cases.models import Case, CaseShare, CaseState
from tests.builders import (
    NOON,
    make_assessment,
    make_case,
    make_organisation,
    make_participation,
    make_user,
)
from tests.conftest import Cast


def make_share(case: Case, user: User, **fields: object) -> CaseShare:
    moment = now()
    defaults = {
        "case": case,
        "user": user,
        "kind": "own",
        "reason": "own_intake",
        "since": moment - timedelta(days=1),
        "until": moment + timedelta(days=1),
        "granted_by": user,
        "touched_at": case.touched_at,
    }
    return CaseShare.objects.create(**(defaults | fields))


def all_pages(user: User, *, size: int, state: CaseState | None = None) -> list[str]:
    seen, after = [], None
    while True:
        page = worklist.page(user, after=after, size=size, state=state)
        seen += [row.pseudonym for row in page.rows]
        after = page.next
        if after is None:
            return seen


def by_reference(user: User, state: CaseState | None = None) -> list[str]:
    """The same list, asked as one OR over everything."""
    cases = Case.objects.visible_to(user).order_by("-touched_at", "-id")
    if state:
        cases = cases.filter(state=state)
    return list(cases.values_list("pseudonym", flat=True))


def make_deputyship(
    house: Organisation, absent: User, deputy: User, chance: random.Random
) -> Deputyship:
    """Past, running or coming."""
    begins = now() + timedelta(days=chance.choice([-2, -1, -1, -1, 1]), seconds=-1)
    return Deputyship.objects.create(
        organisation=house, absent=absent, deputy=deputy, reason="planned", since=begins,
        until=begins + timedelta(days=2), granted_by=absent,
    )  # fmt: skip


def knows(user: User, case: Case) -> bool:
    """The rule once more, told one case at a time from memberships."""
    moment, house = now(), case.holder_id

    def works(person: User | None, where: object) -> bool:
        return (
            person is not None
            and person.memberships.filter(organisation=where, until=None).exists()
        )

    def stands_in() -> bool:
        rows = Deputyship.objects.filter(
            organisation=house, absent=case.assigned_to_id, deputy=user.pk
        )
        running = any(row.since <= moment < row.until for row in rows)
        return running and works(case.assigned_to, house)

    inside = not case.insiders_only or case.assigned_to_id == user.pk or stands_in()
    parts = [
        part.organisation_id
        for part in case.participations.all()
        if part.until is None and (part.expires_on is None or part.expires_on >= localdate())
    ]
    taking_part = any(works(user, part) for part in parts)
    shares = any(
        share.user_id == user.pk and share.since <= moment < share.until
        for share in case.shares.all()
    )
    of_the_case = works(user, house) or taking_part
    return (works(user, house) and inside) or taking_part or (shares and of_the_case)


def scatter(cast: Cast, chance: random.Random) -> None:
    """Cases in every relation to every house and person."""
    houses = [cast.clinic, cast.office, cast.other_clinic]
    people = [cast.anna, cast.bilal, cast.carla, make_user("ada", cast.clinic)]
    gone = make_user("gone", cast.clinic)
    membership.leave(gone.memberships.get(), at=NOON)
    for absent, deputy in product([*people, gone], people):
        if absent != deputy and chance.random() < 0.5:
            make_deputyship(chance.choice(houses), absent, deputy, chance)
    for _ in range(60):
        closed = chance.random() < 0.3
        case = make_case(
            chance.choice(houses),
            chance.choice([*people, gone]),
            insiders_only=chance.random() < 0.6,
            touched_at=NOON + timedelta(minutes=chance.randrange(20)),
            **({"state": "closed", "closed_at": NOON, "closure_reason": "other"} if closed else {}),
        )
        for house in houses:
            if house != case.holder and chance.random() < 0.3:
                make_participation(
                    case,
                    house,
                    until=chance.choice([None, None, NOON]),
                    expires_on=chance.choice([None, localdate(), localdate() - timedelta(days=1)]),
                )
        for person in people:
            if chance.random() < 0.2:
                offset = timedelta(days=chance.choice([-2, 0, 2]))
                since, until = (
                    now() + offset - timedelta(days=1),
                    now() + offset + timedelta(days=1),
                )
                make_share(case, person, since=since, until=until)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("state", [None, CaseState.OPEN, CaseState.CLOSED])
def test_the_list_equals_the_reference_on_random_data(
    cast: Cast, seed: int, state: CaseState | None
) -> None:
    scatter(cast, random.Random(seed))  # noqa: S311  the same data each time

    for user in User.objects.filter(username__in=["anna", "ada", "bilal", "carla", "gone"]):
        expected = by_reference(user, state)
        assert len(expected) > 2 or user.username == "gone"
        assert all_pages(user, size=7, state=state) == expected
        if state is None:
            known = {case.pseudonym for case in Case.objects.all() if knows(user, case)}
            assert set(expected) == known


def test_one_query_whether_one_row_or_twenty(
    cast: Cast, django_assert_num_queries: Callable
) -> None:
    worklist.page(cast.anna)  # reads the rights once
    with django_assert_num_queries(1):
        assert len(worklist.page(cast.anna, beside=stage).rows) == 1
    for _ in range(19):
        make_case(cast.clinic, cast.anna)
    with django_assert_num_queries(1):
        assert len(worklist.page(cast.anna, beside=stage).rows) == 20


def test_a_person_in_two_houses_sees_both(cast: Cast) -> None:
    there = make_case(cast.other_clinic, cast.carla)
    membership.join(cast.anna, organisation=cast.other_clinic, role=Role.NAVIGATOR, at=NOON)

    shown = {row.pk for row in worklist.page(User.objects.get(pk=cast.anna.pk)).rows}

    assert shown == {cast.case.pk, there.pk}


@pytest.mark.parametrize("name", ["carla", "dora", "bilal"])
def test_outsiders_see_nothing(cast: Cast, name: str) -> None:
    assert worklist.page(getattr(cast, name)).rows == []


def test_the_house_that_takes_part_sees_the_case_until_it_ends(cast: Cast) -> None:
    part = make_participation(cast.case, cast.office)
    assert [row.pk for row in worklist.page(cast.bilal).rows] == [cast.case.pk]

    part.until = NOON
    part.save()

    assert worklist.page(cast.bilal).rows == []


def test_a_participation_whose_consent_has_run_out_shows_nothing(cast: Cast) -> None:
    make_participation(cast.case, cast.office, expires_on=localdate() - timedelta(days=1))

    assert worklist.page(cast.bilal).rows == []
    assert cast.case not in Case.objects.visible_to(cast.bilal)


def test_a_share_shows_the_case_and_an_expired_one_shows_nothing(cast: Cast) -> None:
    sina = make_user("sina", cast.clinic, Role.SCREENER)
    share = make_share(cast.case, sina)
    assert [row.pk for row in worklist.page(sina).rows] == [cast.case.pk]

    share.until = now() - timedelta(seconds=1)
    share.save()

    assert worklist.page(sina).rows == []


@pytest.mark.parametrize("house", ["clinic", "office"])
def test_a_share_ends_with_the_work_in_the_house(cast: Cast, house: str) -> None:
    """Neither the list nor the case itself is left to somebody who has gone."""
    make_participation(cast.case, cast.office)
    paula = make_user("paula", getattr(cast, house), Role.SCREENER)
    make_share(cast.case, paula)
    assert [row.pk for row in worklist.page(paula).rows] == [cast.case.pk]
    assert Case.objects.visible_to(paula).exists()

    membership.leave(paula.memberships.get(), at=NOON)

    gone = User.objects.get(pk=paula.pk)
    assert worklist.page(gone).rows == []
    assert not Case.objects.visible_to(gone).exists()


def test_somebody_who_left_the_house_sees_nothing_any_more(cast: Cast) -> None:
    membership.leave(cast.anna.memberships.get(), at=NOON)

    assert worklist.page(User.objects.get(pk=cast.anna.pk)).rows == []


def test_cases_that_arrive_while_turning_pages_neither_hide_nor_repeat_a_row(cast: Cast) -> None:
    for minute in range(9):
        make_case(cast.clinic, cast.anna, touched_at=NOON - timedelta(minutes=minute))
    before = by_reference(cast.anna)
    first = worklist.page(cast.anna, size=4)
    make_case(cast.clinic, cast.anna, touched_at=NOON + timedelta(minutes=1))
    second = worklist.page(cast.anna, after=first.next, size=4)
    make_case(cast.clinic, cast.anna, touched_at=NOON + timedelta(minutes=2))
    third = worklist.page(cast.anna, after=second.next, size=4)

    shown = [row.pseudonym for page in (first, second, third) for row in page.rows]
    assert shown == before


def test_a_touched_case_comes_first_for_everybody_who_sees_it(cast: Cast) -> None:
    make_participation(cast.case, cast.office)
    make_participation(make_case(cast.clinic, cast.anna), cast.office)
    make_case(cast.clinic, cast.anna, touched_at=NOON + timedelta(minutes=1))

    actions.touch(cast.case, at=NOON + timedelta(hours=1))

    for user in (cast.anna, cast.bilal):
        assert worklist.page(user).rows[0].pk == cast.case.pk


def test_a_row_carries_what_a_list_shows(cast: Cast, django_assert_num_queries: Callable) -> None:
    row = worklist.page(cast.anna, beside=stage).rows[0]

    with django_assert_num_queries(0):
        assert (row.pseudonym, row.state, row.language) == (cast.case.pseudonym, "open", "tr")
        assert (row.district, row.holder, row.beside) == ("Bilk", "marienklinik", Stage.NEW)
        assert row.age_on((NOON + timedelta(days=62)).date()) == 2


def test_the_stage_follows_the_sheets(cast: Cast) -> None:
    def shown() -> str:
        return worklist.page(cast.anna, beside=stage).rows[0].beside

    sheet = make_assessment(cast.case, cast.anna, finished_at=None)
    assert shown() == Stage.BEGUN

    sheet.finished_at, sheet.finished_by = NOON, cast.anna
    sheet.save()
    assert shown() == Stage.ASSESSED


def test_a_screener_lists_only_the_own_intakes(cast: Cast) -> None:
    ward = make_organisation("marienklinik")
    sina = make_user("sina", ward, Role.SCREENER)
    own = make_case(ward, sina)
    make_share(own, sina)

    assert [row.pk for row in worklist.page(sina).rows] == [own.pk]
