"""What a body names beside the address: things of another family, and what nobody may decide.

Every route that takes a POST, found in the resolver. Seen are rows, not words: whatever is
answered, the other family's rows stay as they are and nothing of theirs is tied to this one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.utils.timezone import now

from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Role
from referrals.cases.models import CaseShare
from referrals.followups.models import FollowUp
from referrals.handovers.models import Handover
from referrals.matching.actions import suggest
from tests.access.routes import Route, all_routes
from tests.access.table import ROWS
from tests.builders import (
    make_assessment,
    make_case,
    make_consent,
    make_consent_text,
    make_instrument,
    make_user,
)
from tests.conftest import Cast
from tests.security.bodies import bodies_of
from tests.security.rows import Change, Row, all_rows, changes
from tests.security.stage import Stage, browser, set_stage

# Every name under which a form or a body of the API takes the number of something, and of what.
FIELDS = {
    "handover": "Handover", "uebergabe": "Handover", "suggestion": "Suggestion",
    "consent": "Consent", "case": "Case", "assessment": "Assessment", "note": "Note",
    "share": "CaseShare", "freigabe": "CaseShare", "vertretung": "Deputyship",
    "zugriff": "EmergencyAccess", "anfrage": "RightsRequest", "request": "RightsRequest",
    "dispute": "Dispute", "restriction": "Restriction",
    "follow_up": "FollowUp", "person": "User", "deputy": "User", "absent": "User", "to": "User",
    "user": "User", "house": "Organisation", "organisation": "Organisation",
    "membership": "Membership", "session": "Session", "token": "ApiToken", "run": "ErasureRun",
    "id": "Case", "pk": "Case",
}  # fmt: skip
# They end the session or change what the next requests rest on.
LEFT_OUT = {"logout", "lock", "unlock"}


@dataclass
class Scene:
    stage: Stage
    clients: dict[str, Client]
    families: tuple[dict[str, str], ...]  # what others are known by, by the kind of thing
    before: dict[str, dict[str, Row]]

    @property
    def cast(self) -> Cast:
        return self.stage.cast


@pytest.fixture
def scene(cast: Cast) -> Scene:
    make_consent_text()
    make_instrument()
    families = (_family(cast, cast.other_clinic, cast.carla), _family(cast, cast.clinic, cast.anna))
    stage = set_stage(cast, accepted=False)
    people = {
        "anna": cast.anna,
        "bilal": cast.bilal,
        "administrator": make_user("admin", cast.clinic, Role.ADMINISTRATOR),
        "officer": make_user("officer", cast.clinic, Role.PRIVACY_OFFICER),
    }
    clients = {name: browser(user) for name, user in people.items()}
    return Scene(stage, clients, families, all_rows())


def _family(cast: Cast, house: Organisation, worker: User) -> dict[str, str]:
    """A family of this house with all that hangs on it, by the kind of thing.

    Of another house also who works there: of Anna's own house she may name them.
    """
    case = make_case(house, worker)
    sheet = make_assessment(case, worker)
    consent = make_consent(case, cast.office, worker)
    handover = Handover.objects.create(
        case=case, consent=consent, offer=cast.offer, sender=house,
        recipient=cast.office, provenance="health_secret", drafted_at=now(), drafted_by=worker,
    )  # fmt: skip
    duty = FollowUp.objects.create(
        case=case, organisation=house, reason="other", due_on=now().date(),
        created_at=now(), created_by=worker,
    )  # fmt: skip
    share = CaseShare.objects.create(
        case=case, user=worker, kind="joint", reason="joint_visit", since=now(),
        until=now() + timedelta(days=2), granted_by=worker, touched_at=now(),
    )  # fmt: skip
    look = suggest(case, actor=worker, at=now()).suggestion
    things: list[Any] = [case, sheet, consent, handover, duty, share, look]
    if house != cast.clinic:
        things += [worker.memberships.get(), worker, house]
    return {type(thing).__name__: str(thing.pk) for thing in things}


def _tried(scene: Scene) -> Iterator[tuple[str, Route, str]]:
    """Each route that takes a POST, for each of those whom it lets in, with its address."""
    for route in all_routes():
        if route.name in LEFT_OUT or route.name not in ROWS:
            continue
        row = ROWS[route.name]
        url = route.url(scene.stage.things[row.about]) + row.query.format(offer=scene.cast.offer.pk)
        offices = {"administrator": Role.ADMINISTRATOR, "officer": Role.PRIVACY_OFFICER}
        for name in scene.clients:
            role = offices.get(name)
            told = row.offices.get(role, (0, 404))[1] if role else row.post[1 + (name == "bilal")]
            if told not in (403, 404, 405):
                yield name, route, url


def _sent(scene: Scene, name: str, route: Route, url: str, body: dict[str, Any]) -> list[Change]:
    """What one POST changes; afterwards everything is as before."""
    client, as_json = scene.clients[name], route.name.startswith("api-")
    how = {"content_type": "application/json"} if as_json else {}
    cookies, mark = client.cookies.copy(), transaction.savepoint_create()
    answer = client.post(url, body, **how)  # type: ignore[arg-type]
    found = changes(scene.before, all_rows())
    transaction.savepoint_rollback(mark)
    client.cookies = cookies
    assert answer.status_code < 500, route.name
    return found


@pytest.mark.once
@pytest.mark.parametrize("whose", [0, 1], ids=["of another house", "of the same house"])
def test_nothing_of_another_family_is_touched_or_tied_to_this_one(scene: Scene, whose: int) -> None:
    """Also where one may see that other family: what a body names belongs to the address."""
    foreign, wrong, changed = scene.families[whose], [], set()
    named = {field: foreign.get(kind, foreign["Case"]) for field, kind in FIELDS.items()}
    for name, route, url in _tried(scene):
        for body in bodies_of(route.name, scene.cast):
            for change in _sent(scene, name, route, url, named | body):
                changed.add(route.name)
                if _touches(change, set(foreign.values())):
                    wrong.append(f"{route.name} as {name}: {change.table} {change.changed}")
    assert wrong == []
    assert len(changed) > 8, sorted(changed)  # the bodies are ones that are taken


def _touches(change: Change, foreign: set[str]) -> bool:
    values = {value.replace("-", "") for value in foreign if len(value) > 30}  # no small numbers
    rows = [row for row in (change.old, change.new) if row is not None]
    return any(value.replace("-", "") in values for row in rows for value in row.values())


def _decided(cast: Cast) -> dict[str, Any]:
    """What the server alone decides, under every name it has, with values like no other."""
    chosen, carla, house = str(uuid4()), str(cast.carla.pk), str(cast.other_clinic.pk)
    return {
        **dict.fromkeys(("id", "pk", "vault_ref", "origin", "signature_note"), chosen),
        **dict.fromkeys(
            ("owner", "assigned_to", "opened_by", "drafted_by", "witnessed_by", "given_by",
             "granted_by", "created_by", "actor", "user", "begun_by", "decided_by"), carla,
        ),
        **dict.fromkeys(
            ("holder", "holder_id", "sender", "recipient_id", "case_holder"), house,
        ),
        **dict.fromkeys(
            ("created_at", "opened_at", "given_at", "requested_at", "touched_at", "withdrawn_at",
             "answered_at", "date_joined", "last_login"), "2020-02-02T02:02:02Z",
        ),
        "pseudonym": "2222-2222-2222", "valid_until": "2099-09-09", "expires_on": "2099-09-09",
        "state": "completed", "is_superuser": "true", "is_staff": "true", "is_active": "false",
        "restricted": "true", "insiders_only": "true", "stored_with_consent": "true",
        "groups": "1", "user_permissions": "1",
    }  # fmt: skip


MARKS = ("2222-2222-2222", "2099-09-09", "2020-02-02")
SWITCHES = {
    "is_superuser", "is_staff", "is_active", "restricted", "insiders_only", "stored_with_consent",
    "holder_id", "assigned_to_id", "organisation_id", "role", "state", "consent_id", "recipient_id",
    "sender_id", "case_id", "user_id", "kind",
}  # fmt: skip


@pytest.mark.once
def test_what_only_the_server_decides_no_body_decides(scene: Scene) -> None:
    wrong = []
    for name, route, url in _tried(scene):
        for body in bodies_of(route.name, scene.cast):
            loaded = _decided(scene.cast) | body
            plain = _sent(scene, name, route, url, body)
            found = _sent(scene, name, route, url, loaded)
            if _switched(plain) != _switched(found):
                wrong.append(f"{route.name} as {name}: {_switched(plain) ^ _switched(found)}")
            wrong += [
                f"{route.name} as {name}: {change.table} {column}"
                for change in found
                for column, value in change.changed.items()
                if _is_chosen(value, loaded)
            ]
    assert wrong == []


def _switched(found: list[Change]) -> set[tuple[str, str, str]]:
    new = {change.new["id"] for change in found if change.new and "id" in change.new}
    return {
        (change.table, column, "the new one" if value in new else value)
        for change in found
        for column, value in change.changed.items()
        if column in SWITCHES
    }


def _is_chosen(value: str, loaded: dict[str, Any]) -> bool:
    chosen = {loaded[name].replace("-", "") for name in ("id", "owner", "holder")}
    return value.replace("-", "") in chosen or any(mark in value for mark in MARKS)
