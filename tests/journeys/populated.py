"""A stage with something on every page: a case in each state, and what fills an address."""

from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from uuid import UUID

from django.core.management import call_command
from django.utils.timezone import localdate, now

from lotsen.membership import inviting
from lotsen.membership.models import InvitationPurpose
from referrals.cases.models import Case
from referrals.followups.actions import record_contact
from referrals.handovers import actions as handovers
from referrals.handovers.models import Handover
from tests.access.routes import Route
from tests.access.table import ROWS
from tests.builders import make_assessment, make_case, make_offer, make_run, make_user
from tests.conftest import Cast
from tests.referrals.planning.stage import make_goal, make_measure
from tests.referrals.statistics.stage import publish
from tests.referrals.web.desk import accepted, requested

type Values = dict[str, object]


@dataclass(frozen=True)
class Stage:
    """What each kind of thing in the table of rights can be on this stage."""

    things: dict[str, list[Values]]
    draft: Handover
    offer: UUID

    def addresses(self, route: Route) -> list[str]:
        """Every way to fill the route's parameters; the API has no pages."""
        if route.name.startswith("api-"):
            return []
        row = ROWS[route.name]
        query = row.query.format(offer=self.offer)
        return [route.url(values) + query for values in self.things.get(row.about, [])]


def populate(cast: Cast) -> Stage:
    """Families of Anna's: just begun, assessed, drafted, waiting, taken on, helped; two frozen
    quarters."""
    call_command("load_consent_texts", stdout=StringIO())
    make_offer("Elterncafé", recipient=cast.office, needs=["isolation"], capacity="waiting_list")
    begun, assessed, drafted, waiting, taken_on, helped = (
        make_case(cast.clinic, cast.anna) for _ in range(6)
    )
    make_assessment(begun, cast.anna, finished_at=None, finished_by=None)
    make_assessment(assessed, cast.anna, needs=["overload"], resources=["good_health"])
    make_assessment(drafted, cast.anna, needs=["overload"])
    draft = handovers.draft(
        drafted, offer=cast.offer, categories=["name", "needs"], actor=cast.anna, at=now()
    )
    running = _with_contact(cast, accepted(cast, case=taken_on))
    for period, times in (("2026Q2", 0.9), ("2026Q3", 1)):
        publish(cast.clinic.municipality, period, times=times)
    return Stage(
        things={
            "": [{}],
            "case": [{"pk": case.pk} for case in (taken_on, assessed, begun, drafted)],
            "handover": [
                {"pk": handover.pk}
                for handover in (
                    requested(cast, case=waiting), running, _helped(cast, helped), draft,
                )
            ],
            "consent": [{"pk": running.consent_id}],
            "offer": [{"pk": cast.offer.pk}],
            "run": [{"pk": make_run(helped, cast.anna).pk}],
            "person": [{"pk": cast.anna.pk}],
            "house": [{"pk": cast.clinic.pk}],
            "goal": [{"pk": make_goal(cast.dora).pk}],
            "measure": [{"pk": make_measure(cast.dora).pk}],
            "city": [{"city": cast.clinic.municipality_id}],
            "invitation": [{"token": _invited(cast)}],
        },
        draft=draft,
        offer=cast.offer.pk,
    )  # fmt: skip


def _invited(cast: Cast) -> str:
    """A link that still works."""
    return inviting.invite(
        make_user("jana", cast.clinic),
        purpose=InvitationPurpose.JOIN,
        actor=cast.anna,
        at=now(),
    )


def _with_contact(cast: Cast, handover: Handover) -> Handover:
    record_contact(
        handover.case,
        handover=handover,
        organisation=cast.office,
        channel="phone",
        result="not_reached",
        note="Morgen vormittags noch einmal.",
        next_on=localdate() + timedelta(days=2),
        actor=cast.bilal,
        at=now(),
    )
    return handover


def _helped(cast: Cast, case: Case) -> Handover:
    handover = handovers.start(accepted(cast, case=case), actor=cast.bilal, at=now())
    return handovers.complete(handover, outcome="taken_up", actor=cast.bilal, at=now())
