"""What attackers are set against: a family everywhere in the loop, and everything named by id."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils.timezone import now

from lotsen.accounts.models import User
from referrals.followups.models import FollowUp
from referrals.handovers.models import Handover
from tests.builders import make_rule, make_run
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
    duty = FollowUp.objects.filter(case=handover.case).first()
    return Stage(
        cast,
        handover,
        {
            "case": {"pk": handover.case_id, "pseudonym": handover.case.pseudonym},
            "handover": {"pk": handover.pk},
            "consent": {"pk": handover.consent_id},
            "follow-up": {"pk": duty.pk if duty else handover.pk},
            "offer": {"pk": cast.offer.pk},
            "token": {"token": "made-up"},
            "run": {"pk": make_run(handover.case, cast.anna).pk},
            "term": {"pk": make_rule(cast.anna).pk},
            "": {},
        },
    )


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
