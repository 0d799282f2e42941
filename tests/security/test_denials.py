"""Tokens that must not work do not; and whoever is refused leaves a trace, though nothing else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import now

from lotsen.accounts import tokens
from lotsen.accounts.models import ApiToken, TokenScope, User
from lotsen.audit.models import AccessEvent, ChangeEntry, Deed
from lotsen.membership import actions as membership
from referrals.models import Case, Consent
from tests.builders import make_district
from tests.conftest import Cast
from tests.security.stage import browser, post_json, set_stage

API = "/api/v1/"


def with_token(text: str) -> Client:
    return Client(headers={"authorization": f"Bearer {text}"})


def issued(user: User, scope: TokenScope = TokenScope.WRITE) -> str:
    return tokens.issue(user, scope=scope, days=1, at=now())


def expired(cast: Cast, clock: time_machine.Traveller) -> str:
    token = issued(cast.anna)
    clock.shift(timedelta(days=1))
    return token


def revoked(cast: Cast, clock: time_machine.Traveller) -> str:
    token = issued(cast.anna)
    tokens.revoke_all(cast.anna, at=now())
    return token


def of_closed_account(cast: Cast, clock: time_machine.Traveller) -> str:
    token = issued(cast.anna)
    User.objects.filter(pk=cast.anna.pk).update(is_active=False)
    return token


def garbage(cast: Cast, clock: time_machine.Traveller) -> str:
    return "lotsen_" + "x" * 5000


def the_digest(cast: Cast, clock: time_machine.Traveller) -> str:
    """What a stolen database holds signs nobody in."""
    issued(cast.anna)
    return ApiToken.objects.get().digest


@pytest.mark.parametrize("bad", [expired, revoked, of_closed_account, garbage, the_digest])
def test_a_dead_token_opens_nothing(
    cast: Cast, noon: time_machine.Traveller, bad: Callable[..., str]
) -> None:
    client = with_token(bad(cast, noon))
    for answer in (client.get(f"{API}cases/"), post_json(client, f"{API}cases/", {})):
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "token_not_valid"


def test_a_token_of_somebody_who_left_has_no_rights(cast: Cast) -> None:
    client = with_token(issued(cast.anna))
    membership.leave(cast.anna.memberships.get(), at=now())
    values = {"district": make_district().key, "language": "tr", "child_age_months": 0}

    assert client.get(f"{API}cases/").json()["results"] == []
    assert client.get(f"{API}cases/{cast.case.pseudonym}/").status_code == 404
    assert post_json(client, f"{API}cases/", values).status_code == 404
    assert Case.objects.count() == 1


def test_a_reading_token_that_wants_to_write_is_noted(cast: Cast) -> None:
    consent = set_stage(cast).handover.consent_id
    client = with_token(issued(cast.anna, TokenScope.READ))

    answer = post_json(client, f"{API}consents/{consent}/withdraw/", {})

    assert (answer.status_code, answer.json()["code"]) == (403, "token_scope_missing")
    assert Consent.objects.get(pk=consent).withdrawn_at is None
    (event,) = AccessEvent.objects.filter(deed=Deed.DENIED)
    assert (event.actor, event.reason) == (cast.anna, "cases:write")
    assert event.shown == [str(consent)]


def test_a_refused_move_leaves_the_event_and_nothing_else(cast: Cast) -> None:
    handover = set_stage(cast, accepted=False).handover
    before = ChangeEntry.objects.count()

    answer = post_json(browser(cast.anna), f"{API}handovers/{handover.pk}/accept/", {})

    assert answer.status_code == 403
    handover.refresh_from_db()
    assert handover.state == "requested"
    (event,) = AccessEvent.objects.filter(deed=Deed.DENIED)
    assert (event.actor, event.reason) == (cast.anna, "answer_handover")
    assert event.object_type == "api-handover-accept"
    assert ChangeEntry.objects.count() == before


def test_the_change_log_holds_no_secret_not_even_hashed(cast: Cast) -> None:
    """It is never emptied: a PIN of long ago would lie there for ever."""
    cast.anna.set_password("another battery staple horse")
    cast.anna.pin = "hash-of-a-pin"
    cast.anna.unlock_tries = 3
    cast.anna.save()
    issued(cast.anna)

    logged = " ".join(str(entry.changes) for entry in ChangeEntry.objects.all())
    for secret in (cast.anna.password, "hash-of-a-pin", ApiToken.objects.get().digest):
        assert secret not in logged
    assert "unlock_tries" not in logged
