"""Somebody leaves a house, signed in and with a token: whatever they ask next, it is not there."""

import random

from django.db import transaction
from django.test import Client
from django.utils.timezone import now

from lotsen.accounts import tokens
from lotsen.accounts.models import TokenScope
from lotsen.accounts.roles import Role
from lotsen.membership import actions as membership
from tests.access.oracle import ABOUT_A_FAMILY
from tests.access.routes import all_routes
from tests.access.table import ROWS
from tests.access.things import things_of
from tests.access.world import BACKEND, ask
from tests.builders import make_case, make_user
from tests.conftest import Cast
from tests.referrals.web import desk


def successes_after_leaving(cast: Cast, count: int, seed: int) -> int:
    """How many of `count` requests about a family of the house still reached it.

    Raises:
        AssertionError: nothing was reached before either; then the count would say nothing.
    """
    user = make_user("leaver", cast.clinic, Role.NAVIGATOR)
    client, bearer = Client(), Client()
    client.force_login(user, backend=BACKEND)
    token = tokens.issue(user, scope=TokenScope.WRITE, days=1, at=now())
    bearer.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    things = things_of(cast, desk.requested(cast, case=make_case(cast.clinic, cast.anna)))
    family = [r for r in all_routes() if r.name in ROWS and ROWS[r.name].about in ABOUT_A_FAMILY]
    chance = random.Random(seed)  # noqa: S311  the same for the same seed

    def reached() -> bool:
        route = chance.choice(family)
        url = route.url(things[ROWS[route.name].about]) + ROWS[route.name].query.format(
            offer=cast.offer.pk
        )
        by = chance.choice((client, bearer)) if route.name.startswith("api-") else client
        status, body = ask(by, chance.choice(("GET", "POST")), url)
        code = str(things["case"]["pseudonym"]).encode()
        return status not in (403, 404, 405) or code in body

    assert any(reached() for _ in range(50))
    with transaction.atomic():
        membership.leave(user.memberships.get(), at=now())
    return sum(reached() for _ in range(count))
