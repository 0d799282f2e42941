"""One's own tokens: made with the password, shown once, good for their areas alone."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import get_resolver

from lotsen.accounts import areas
from lotsen.accounts.areas import Area
from lotsen.accounts.models import ApiToken
from lotsen.audit.models import AccessEvent, Deed
from tests.builders import PASSWORD
from tests.conftest import Cast

SignIn = Callable[[str], Client]
PAGE = "/konto/zugaenge/"
FORM = {"purpose": "reporting", "areas": ["offers:read"], "days": "30", "password": PASSWORD}


def made(client: Client, **fields: object) -> str:
    page = client.post(PAGE, FORM | fields).content.decode()
    return str(re.findall(r"lotsen_[\w-]{43}", page)[0])


def test_a_token_is_shown_once_and_works_where_it_may(cast: Cast, signed_in: SignIn) -> None:
    anna = signed_in("anna")
    token = made(anna)

    assert token not in anna.get(PAGE).content.decode()
    program = Client(headers={"authorization": f"Bearer {token}"})
    assert program.get("/api/v1/offers/").status_code == 200
    assert program.get("/api/v1/districts/").status_code == 200  # the basics are for all
    refused = program.get("/api/v1/cases/")
    assert (refused.status_code, refused.json()["code"]) == (403, "token_scope_missing")
    (event,) = AccessEvent.objects.filter(deed=Deed.DENIED)
    assert (event.actor, event.reason) == (cast.anna, "cases:read")


@pytest.mark.parametrize(
    "wrong", [{"password": "no"}, {"areas": []}, {"areas": ["all:read"]}, {"days": "9999"}]
)
def test_what_does_not_fit_makes_no_token(signed_in: SignIn, wrong: dict[str, object]) -> None:
    assert signed_in("anna").post(PAGE, FORM | wrong).status_code == 422
    assert not ApiToken.objects.exists()


def test_ending_a_token_ends_ones_own_alone(cast: Cast, signed_in: SignIn) -> None:
    anna, bilal = signed_in("anna"), signed_in("bilal")
    token = made(anna)
    number = ApiToken.objects.get().pk
    program = Client(headers={"authorization": f"Bearer {token}"})

    for foreign in (number, "rubbish", ""):
        assert bilal.post(f"{PAGE}beenden/", {"token": foreign})["Location"] == PAGE
    assert program.get("/api/v1/offers/").status_code == 200
    anna.post(f"{PAGE}beenden/", {"token": number})
    assert program.get("/api/v1/offers/").status_code == 401


def test_a_token_is_no_way_round_the_second_factor(
    cast: Cast, signed_in: SignIn, settings: Any
) -> None:
    program = Client(headers={"authorization": f"Bearer {made(signed_in('anna'))}"})
    settings.SECOND_FACTOR_REQUIRED = True

    refused = program.get("/api/v1/offers/")
    assert (refused.status_code, refused.json()["code"]) == (403, "token_without_factor")
    Authenticator.objects.create(user=cast.anna, type=Authenticator.Type.TOTP, data={})
    assert program.get("/api/v1/offers/").status_code == 200


def _endpoints() -> Iterator[tuple[str, Any]]:
    def walk(patterns: Any) -> Iterator[tuple[str, Any]]:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns)
            elif (pattern.name or "").startswith("api-"):
                yield pattern.name, pattern.callback.cls

    return walk(get_resolver().url_patterns)


def test_every_endpoint_names_its_area() -> None:
    """One that names none is reached by no token: better found here than by a clinic's system."""
    nameless = {name for name, view in _endpoints() if not isinstance(view.area, Area)}
    assert len(dict(_endpoints())) > 10
    assert nameless == set()


def test_an_area_is_covered_by_its_own_code_alone() -> None:
    """Each code against each area, to read and to write."""
    for carried in areas.ALL:
        for area in Area:
            for writes in (False, True):
                covered = areas.is_covered(frozenset({carried}), area, writes=writes)
                basics = area is Area.BASICS and not writes
                assert covered == (basics or areas.code(area, writes=writes) == carried)
