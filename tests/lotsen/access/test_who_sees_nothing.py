"""Roles that manage, count, advise or look after data never see a case, however many one holds."""

from collections.abc import Callable
from datetime import timedelta
from itertools import chain, combinations

from django.test import Client
from django.utils.timezone import now

from lotsen.access import grants
from lotsen.access.models import Deputyship
from lotsen.accounts.models import User
from lotsen.accounts.roles import RIGHTS, Right, Role
from lotsen.membership import actions as membership
from referrals.cases import worklist
from referrals.cases.insiders import is_insider
from referrals.cases.models import Case, CaseShare
from referrals.consent.models import Consent
from referrals.emergencies.actions import take
from referrals.followups.models import FollowUp
from referrals.handovers.models import Handover
from referrals.identities.reading import readable_fields
from referrals.identities.rules import OpeningReason
from referrals.notes.actions import write
from referrals.notes.reading import readable_notes
from tests.builders import make_user
from tests.conftest import Cast
from tests.referrals.web import desk

BLIND = (
    Role.ADMINISTRATOR,
    Role.PRIVACY_OFFICER,
    Role.COORDINATOR,
    Role.CATALOGUE_EDITOR,
    Role.CHILD_PROTECTION_ADVISER,
)
# Every right by which a case, an identity or a note could be met.
OF_A_CASE = {
    Right.OPEN_CASE,
    Right.ASSESS_CASE,
    Right.VIEW_CASES,
    Right.VIEW_IDENTITY,
    Right.SHARE_CASE,
    Right.REQUEST_HANDOVER,
    Right.ANSWER_HANDOVER,
    Right.FOLLOW_UP,
    Right.CLOSE_CASE,
    Right.BREAK_GLASS,
}
DAY = timedelta(days=1)
type SignIn = Callable[[str], Client]


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def sees_nothing(case: Case, user: User) -> bool:
    """Whether neither the case nor anything that hangs on it is met by any way."""
    user = again(user)
    rows = (Case, Handover, Consent, FollowUp)
    return not (
        any(model.objects.visible_to(user).exists() for model in rows)
        or worklist.page(user).rows
        or is_insider(case, user)
        or any(readable_fields(case, user, now().date(), reason=why) for why in OpeningReason)
        or any(readable_notes(case, user, reason=why) for why in ("work_on_case", "data_rights"))
    )


def let_in(cast: Cast, user: User) -> None:
    """Every row that lets somebody in, as if somebody had written it past the actions."""
    CaseShare.objects.bulk_create(
        CaseShare(
            case=cast.case, user=user, kind=kind, reason="absence", since=now() - DAY,
            until=now() + DAY, granted_by=cast.anna, touched_at=cast.case.touched_at,
        )
        for kind in ("deputy", "joint", "own", "emergency")
    )  # fmt: skip
    Deputyship.objects.create(
        organisation=cast.clinic, absent=cast.anna, deputy=user, reason="planned",
        since=now() - DAY, until=now() + DAY, granted_by=cast.anna,
    )  # fmt: skip


def test_no_set_of_these_roles_holds_a_right_about_cases() -> None:
    sets = chain.from_iterable(combinations(BLIND, size) for size in range(len(BLIND) + 1))
    for roles in sets:
        held = frozenset().union(*(RIGHTS[role] for role in roles))
        assert not held & OF_A_CASE, roles


def test_all_of_them_together_see_nothing_in_any_house_whatever_lets_them_in(cast: Cast) -> None:
    """More roles give more rights, so whoever holds all of them stands for every set."""
    desk.accepted(cast)
    lone = make_user("lone", cast.clinic, Role.ADMINISTRATOR)
    for house in (cast.clinic, cast.office, cast.other_clinic):
        for role in BLIND:
            grants.enter(lone, house, role)  # past what keeps some of them apart
    lone.is_superuser = True
    lone.save()
    let_in(cast, lone)

    assert sees_nothing(cast.case, lone)
    browser = Client()
    browser.force_login(lone, backend="django.contrib.auth.backends.ModelBackend")
    for word in ("", "kontaktdaten/", "notiz/", "mitarbeit/", "notzugriff/", "rechte/"):
        assert browser.get(f"/fall/{cast.case.pk}/{word}").status_code == 404


def test_with_the_membership_everything_ends_at_once(cast: Cast, signed_in: SignIn) -> None:
    """Share, deputyship and emergency access go with it: nothing has to run, nobody to think."""
    desk.requested(cast)
    ada = make_user("ada", cast.clinic)
    take(cast.case, reason="acute_need", actor=ada, at=now())
    let_in(cast, ada)
    browser = Client()
    browser.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    pages = (f"/fall/{cast.case.pk}/", f"/api/v1/cases/{cast.case.pseudonym}/")
    assert {browser.get(page).status_code for page in pages} == {200}

    membership.leave(ada.memberships.get(), at=now())

    assert {browser.get(page).status_code for page in pages} <= {302, 401, 404}
    assert sees_nothing(cast.case, ada)


def test_what_was_entrusted_stays_shut_when_its_author_has_left(cast: Cast) -> None:
    """For the author, for whoever takes over, and for officers."""
    write(
        cast.case, organisation=cast.clinic, kind="entrusted", text="Anvertraut.",
        provenance="family", actor=cast.anna, at=now(),
    )  # fmt: skip
    assert len(readable_notes(cast.case, cast.anna)) == 1
    ada = make_user("ada", cast.clinic)
    let_in(cast, ada)
    cast.case.assigned_to = ada
    cast.case.save()
    officer = make_user("frieda", cast.clinic, Role.PRIVACY_OFFICER)

    membership.leave(cast.anna.memberships.get(), at=now())

    for reader in (cast.anna, ada, officer):
        for reason in ("work_on_case", "data_rights"):
            assert not readable_notes(cast.case, again(reader), reason=reason)
