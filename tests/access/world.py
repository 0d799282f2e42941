"""Everybody who may ask, and one family of Anna's in every state a case can be in.

Actors stand in the house that holds the case, in the one that is asked to help, or elsewhere, once
for each role; beside them Anna, who is assigned, her deputy, nobody, a closed account, and a
navigator who has moved to another house.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.db import transaction
from django.test import Client
from django.utils.timezone import now

from lotsen.access.models import Deputyship
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Role
from lotsen.membership import actions as membership
from referrals.cases.models import Case
from referrals.endings.actions import close_case, withdraw_consent
from referrals.handovers import actions as handovers
from referrals.handovers.models import Handover
from referrals.retention.erasing import erase_case
from tests.access.things import Values, family_things, office_things
from tests.builders import make_assessment, make_case, make_consent, make_user
from tests.conftest import Cast
from tests.referrals.web import desk

BACKEND = "django.contrib.auth.backends.ModelBackend"


class Place(StrEnum):
    OWN = "own"  # the house that holds the case
    ASKED = "asked"  # the house that is asked to help, or helps
    ELSEWHERE = "elsewhere"
    NOWHERE = "nowhere"


class State(StrEnum):
    INTAKE = "intake"  # the sheet is not finished, nobody is asked
    DRAFT = "draft"  # a handover is prepared
    REQUESTED = "requested"
    ACCEPTED = "accepted"  # the other house takes part
    WITHDRAWN = "withdrawn"  # the consent, after that
    CLOSED = "closed"
    RESTRICTED = "restricted"  # stored, not used (Art. 18 GDPR); the other house took part
    INSIDERS = "insiders"  # colleagues do not know of it; the other house takes part
    ERASED = "erased"


@dataclass(frozen=True)
class Actor:
    """Who asks. `role` is None where nobody stands behind the request."""

    name: str
    role: Role | None
    place: Place
    assigned: bool = False
    deputises: bool = False


def actors() -> list[Actor]:
    """Everybody, in a stable order."""
    placed = [
        Actor(f"{role} {place}", role, place)
        for place in (Place.OWN, Place.ASKED, Place.ELSEWHERE)
        for role in Role
    ]
    return [
        Actor("nobody", None, Place.NOWHERE),
        Actor("closed account", None, Place.NOWHERE),
        Actor("anna", Role.NAVIGATOR, Place.OWN, assigned=True),
        Actor("deputy", Role.NAVIGATOR, Place.OWN, deputises=True),
        Actor("moved", Role.NAVIGATOR, Place.ELSEWHERE),
        *placed,
    ]


class World:
    """The cast, everybody's browser, and for each state what fills the routes.

    All families lie there side by side: one case for each state.
    """

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.houses = {
            Place.OWN: cast.clinic,
            Place.ASKED: cast.office,
            Place.ELSEWHERE: cast.other_clinic,
        }
        self.cases: dict[State, Case] = {}
        office = office_things(cast, cast.case)
        self.things = {state: office | self._put(state) for state in State}
        self.clients = {actor.name: self._client(actor) for actor in actors()}

    def _client(self, actor: Actor) -> Client:
        client = Client(raise_request_exception=False)
        user = self._user(actor)
        if user is not None:
            client.force_login(user, backend=BACKEND)
            if actor.role is None:
                membership.close_account(user, at=now())
        return client

    def _user(self, actor: Actor) -> User | None:
        if actor.name == "nobody":
            return None
        if actor.assigned:
            return self.cast.anna
        house, name = self.houses.get(actor.place, self.cast.clinic), actor.name.replace(" ", "-")
        if actor.name == "moved":
            return _moved(self.cast.clinic, house)
        user = make_user(name, house, actor.role or Role.NAVIGATOR)
        if actor.deputises:
            _deputy(user, self.cast)
        return user

    def _put(self, state: State) -> dict[str, Values]:
        handover = _MAKERS[state](self.cast)
        self.cases[state] = case = handover.case
        things = family_things(self.cast, handover)
        if state is State.ERASED:
            erase_case(case, cause="family", at=now())
        return things


def _moved(before: Organisation, after: Organisation) -> User:
    user = make_user("moved", before)
    membership.leave(user.memberships.get(), at=now())
    membership.join(user, organisation=after, role=Role.NAVIGATOR, at=now())
    return user


def _deputy(user: User, cast: Cast) -> None:
    Deputyship.objects.create(
        organisation=cast.clinic, absent=cast.anna, deputy=user, reason="planned",
        since=now() - timedelta(days=1), until=now() + timedelta(days=7), granted_by=cast.anna,
    )  # fmt: skip


def _case(cast: Cast) -> Case:
    return make_case(cast.clinic, cast.anna)


def _draft(cast: Cast, *, finished: bool = True) -> Handover:
    case = _case(cast)
    make_assessment(case, cast.anna, **({} if finished else {"finished_at": None}))
    draft = handovers.draft(
        case, offer=cast.offer, categories=["name", "phone"], actor=cast.anna, at=now()
    )
    consent = make_consent(case, cast.office, cast.anna)
    return handovers.attach_consent(draft, consent=consent, actor=cast.anna, at=now())


def _requested(cast: Cast) -> Handover:
    return desk.requested(cast, case=_case(cast))


def _accepted(cast: Cast) -> Handover:
    return desk.accepted(cast, case=_case(cast))


def _marked(field: str) -> Callable[[Cast], Handover]:
    def make(cast: Cast) -> Handover:
        handover = _accepted(cast)
        Case.objects.filter(pk=handover.case_id).update(**{field: True})
        handover.case.refresh_from_db()
        return handover

    return make


def _withdrawn(cast: Cast) -> Handover:
    handover = _accepted(cast)
    assert handover.consent is not None
    withdraw_consent(handover.consent, actor=cast.anna, at=now())
    return handover


def _closed(cast: Cast) -> Handover:
    handover = _draft(cast)
    close_case(handover.case, reason="info_only", actor=cast.anna, at=now())
    return handover


_MAKERS: dict[State, Callable[[Cast], Handover]] = {
    State.INTAKE: lambda cast: _draft(cast, finished=False),
    State.DRAFT: _draft,
    State.REQUESTED: _requested,
    State.ACCEPTED: _accepted,
    State.WITHDRAWN: _withdrawn,
    State.CLOSED: _closed,
    State.RESTRICTED: _marked("restricted"),
    State.INSIDERS: _marked("insiders_only"),
    State.ERASED: _accepted,
}


def ask(client: Client, method: str, url: str, data: object = None) -> tuple[int, bytes]:
    """Status and body of one request that leaves behind neither a row nor a cookie."""
    cookies, before = deepcopy(client.cookies), transaction.savepoint_create()
    try:
        if method == "POST" and url.startswith("/api/"):
            answer = client.post(url, data or {}, content_type="application/json")
        else:
            answer = client.generic(method, url) if data is None else client.post(url, data)
        return answer.status_code, bytes(answer.content)
    finally:
        transaction.savepoint_rollback(before)
        client.cookies = cookies
