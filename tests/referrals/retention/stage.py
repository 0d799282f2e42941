"""Families of the city in every state a term knows, and the two people who approve."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lotsen.accounts.models import Organisation, OrganisationKind, User
from lotsen.accounts.roles import Role
from lotsen.vault import sealing
from referrals.cases.models import Case, CaseShare
from referrals.emergencies.actions import take
from referrals.followups.actions import owe, record_contact
from referrals.handovers import actions as handovers
from referrals.handovers.models import Handover
from referrals.handovers.rules import State
from referrals.identities.actions import store
from referrals.matching.models import Gap, Suggestion
from referrals.notes.actions import write
from referrals.rights.models import Dispute, Restriction, RightsRequest
from tests.builders import NOON, make_assessment, make_case, make_organisation, make_user
from tests.conftest import Cast
from tests.referrals.handovers.stage import at_state

DAY = timedelta(days=1)
NAME, PHONE = "Rana Beispiel", "0171 39200 12"


@dataclass
class Officers:
    """Frieda is the privacy officer, Gero administers; both may approve in this city."""

    frieda: User
    gero: User
    house: Organisation


def make_officers() -> Officers:
    house = make_organisation("netzwerk", OrganisationKind.COORDINATION)
    return Officers(
        frieda=make_user("frieda", house, Role.PRIVACY_OFFICER),
        gero=make_user("gero", house, Role.ADMINISTRATOR),
        house=house,
    )


def closed(holder: Organisation, by: User, *, days_ago: int, today: datetime, **more: Any) -> Case:
    """A case that began long before and was closed so many days before `today`.

    Its child was one year old when it began, so only the term after closing counts.
    """
    moment = today - days_ago * DAY
    opened = moment - 60 * DAY
    facts = {
        "child_age_months": 14, "aged_on": opened.date(), "opened_at": opened, "state": "closed",
        "closed_at": moment, "closure_reason": "info_only",
    }  # fmt: skip
    return make_case(holder, by, **facts | more)


def sheet(holder: Organisation, by: User, *, days_ago: int, today: datetime) -> Case:
    """An intake that was begun and left, without a word on keeping it."""
    opened = today - days_ago * DAY
    return make_case(holder, by, stored_with_consent=False, opened_at=opened, aged_on=opened.date())


def seal_identity(case: Case, *, at: datetime) -> None:
    sealing.seal(case.vault_ref, kind="identity", field="name", text=NAME, at=at)
    sealing.seal(case.vault_ref, kind="identity", field="phone", text=PHONE, at=at)


def case_with_everything(cast: Cast) -> Case:
    """Anna's family with a row in every table that hangs on a case."""
    case, at = cast.case, NOON
    handover = _handed_over(cast)
    CaseShare.objects.create(
        case=case, user=cast.anna, kind="own", reason="own_intake", since=at, until=at + DAY,
        granted_by=cast.anna, touched_at=at,
    )  # fmt: skip
    take(case, reason="acute_need", actor=make_user("ada", cast.clinic), at=at)
    Suggestion.objects.create(case=case, shown=[], shown_at=at, shown_by=cast.anna)
    Gap.objects.create(case=case, need="debt", reason="full", noted_at=at, noted_by=cast.anna)
    owe(
        case, organisation=cast.clinic, reason="other", due_on=at.date(), handover=handover,
        actor=cast.anna, at=at,
    )  # fmt: skip
    record_contact(
        case, organisation=cast.clinic, channel="phone", result="reached", note="Angerufen.",
        actor=cast.anna, at=at,
    )  # fmt: skip
    note = write(
        case, organisation=cast.clinic, kind="case", text="Schläft kaum.", provenance="family",
        actor=cast.anna, at=at,
    )  # fmt: skip
    Dispute.objects.create(case=case, part="needs", note=note.pk, raised_at=at, raised_by=cast.anna)
    Restriction.objects.create(
        case=case, reason="accuracy", since=at, begun_by=cast.anna, until=at, ended_by=cast.anna
    )
    RightsRequest.objects.create(
        organisation=cast.clinic, case_id=case.pk, pseudonym=case.pseudonym, kind="erasure",
        identity_check="known", received_on=at.date(), due_on=at.date(), recorded_by=cast.anna,
        recorded_at=at,
    )  # fmt: skip
    return Case.objects.get(pk=case.pk)


def _handed_over(cast: Cast) -> Handover:
    make_assessment(cast.case, cast.anna, needs=["overload"], talk_wish="yes")
    store(cast.case, name=NAME, phone=PHONE, safe_contact="", actor=cast.anna, at=NOON)
    handover = at_state(cast, State.ACCEPTED)
    return handovers.complete(handover, outcome="taken_up", actor=cast.bilal, at=NOON)
