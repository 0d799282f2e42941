"""What fills the parameters of a route: the one list of things that addresses are about."""

from uuid import uuid4

from django.utils.timezone import now

from referrals.cases.models import Case
from referrals.followups.models import FollowUp
from referrals.handovers.models import Handover
from tests.builders import make_rule, make_run
from tests.conftest import Cast
from tests.referrals.planning.stage import make_goal, make_measure

type Values = dict[str, object]


def things_of(cast: Cast, handover: Handover) -> dict[str, Values]:
    """Everything that `tests.access.table.Row.about` may name, around one family of Anna's."""
    return family_things(cast, handover) | office_things(cast, handover.case)


def family_things(cast: Cast, handover: Handover) -> dict[str, Values]:
    """What hangs on the case of this handover."""
    duties = FollowUp.objects.filter(case=handover.case, organisation=cast.clinic)
    duty = duties.order_by("due_on", "id").first() or FollowUp.objects.create(
        case=handover.case, organisation=cast.clinic, reason="other", due_on=now().date(),
        created_at=now(), created_by=cast.anna,
    )  # fmt: skip
    return {
        "case": {"pk": handover.case_id, "pseudonym": handover.case.pseudonym},
        "handover": {"pk": handover.pk},
        "consent": {"pk": handover.consent_id or uuid4()},
        "follow-up": {"pk": duty.pk},
    }


def office_things(cast: Cast, case: Case) -> dict[str, Values]:
    """What is about no family, and an erasure of this case that waits."""
    return {
        "": {},
        "offer": {"pk": cast.offer.pk},
        "token": {"token": "made-up"},
        "invitation": {"token": "made-up"},
        "run": {"pk": make_run(case, cast.anna).pk},
        "term": {"pk": make_rule(cast.anna).pk},
        "factor": {"factor": 1},
        "person": {"pk": cast.anna.pk},
        "house": {"pk": cast.clinic.pk},
        "goal": {"pk": make_goal(cast.dora).pk},
        "measure": {"pk": make_measure(cast.dora).pk},
        "period": {"period": "2026Q3"},
        "city": {"city": cast.clinic.municipality_id},
    }
