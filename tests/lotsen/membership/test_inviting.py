"""A link opens an account once, for a week, and its plain text is kept nowhere."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lotsen.accounts.models import User
from lotsen.membership import actions, inviting
from lotsen.membership.models import Invitation, InvitationPurpose
from tests.builders import NOON, PASSWORD
from tests.conftest import Cast, make_cast

WEEK = timedelta(days=7)
WORDS = "four words in a row"


def invited(cast: Cast, at: datetime = NOON) -> str:
    return inviting.invite(cast.carla, purpose=InvitationPurpose.JOIN, actor=cast.dora, at=at)


def accepts(token: str, at: datetime = NOON, *, password: str = WORDS) -> bool:
    return inviting.accept(token, password=password, at=at) is not None


def test_only_a_digest_is_kept(cast: Cast) -> None:
    token = invited(cast)
    [row] = Invitation.objects.values()
    assert len(token) >= 43
    assert token not in str(row)


def test_a_link_works_once(cast: Cast) -> None:
    token = invited(cast)
    assert accepts(token, password="the first one counts")
    assert not accepts(token, password="the second does not")
    assert User.objects.get(pk=cast.carla.pk).check_password("the first one counts")


class Lives(TestCase):
    """Whatever becomes of a link, it works exactly as long as nothing has ended it."""

    def setUp(self) -> None:
        self.cast = make_cast()

    @settings(max_examples=25)
    @given(st.lists(st.sampled_from(["invite", "close", "accept", "wait", "open"]), max_size=6))
    def test_what_ended_a_link_holds(self, story: list[str]) -> None:
        at, token, unspent, is_open = NOON, invited(self.cast), True, True
        carla = self.cast.carla
        for step in story:
            at += timedelta(hours=1)
            match step:
                case "invite":
                    old, token, unspent = token, invited(self.cast, at), True
                    assert inviting.living(old, at=at) is None
                case "close":
                    actions.close_account(carla, at=at)
                    unspent = is_open = False
                case "open":
                    User.objects.filter(pk=carla.pk).update(is_active=True)
                    is_open = True
                case "accept":
                    assert accepts(token, at) is (unspent and is_open)
                    unspent = unspent and not is_open
                case "wait":
                    at += WEEK
                    unspent = False
            assert (inviting.living(token, at=at) is not None) is (unspent and is_open)


@pytest.mark.parametrize("damage", ["", "x", "made-up", "\0", "\ud800", "a" * 5000])
def test_what_is_no_link_opens_nothing(cast: Cast, damage: str) -> None:
    token = invited(cast)
    assert not accepts(damage)
    assert not accepts(token[:-1])
    assert not accepts(token + "=")
    assert User.objects.get(pk=cast.carla.pk).check_password(PASSWORD)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_it_at_once_one_succeeds() -> None:
    cast = make_cast()
    for _ in range(8):
        token, together = invited(cast), Barrier(2)

        def open_it(password: str, token: str = token, together: Barrier = together) -> bool:
            try:
                together.wait()
                return accepts(token, password=password)
            finally:
                connection.close()

        passwords = ["the first of two", "the other of two"]
        with ThreadPoolExecutor(2) as people:
            done = list(people.map(open_it, passwords))

        assert sorted(done) == [False, True]
        assert User.objects.get(pk=cast.carla.pk).check_password(passwords[done.index(True)])
