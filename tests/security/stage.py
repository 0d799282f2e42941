"""What attackers are set against: a family everywhere in the loop, and everything named by id."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils.timezone import now

from lotsen.accounts.models import User
from referrals.handovers.models import Handover
from tests.access.things import things_of
from tests.conftest import Cast
from tests.referrals.web import desk

BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class Stage:
    """Anna's family, handed over to Bilal's house, and what fills the parameters of routes."""

    cast: Cast
    handover: Handover
    things: dict[str, dict[str, object]]


def set_stage(cast: Cast, *, accepted: bool = True, **how: Any) -> Stage:
    make = desk.accepted if accepted else desk.requested
    handover = make(cast, at=now(), **how)
    return Stage(cast, handover, things_of(cast, handover))


def browser(user: User, **how: Any) -> Client:
    """A browser signed in as `user`."""
    client = Client(**how)
    client.force_login(user, backend=BACKEND)
    return client


def post_json(client: Client, url: str, data: object, **headers: str) -> HttpResponse:
    answer: HttpResponse = client.post(
        url, data=data, content_type="application/json", headers=headers
    )
    return answer
