"""How far a made-up family has come: each story walks the real actions to one state."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.timezone import localdate

from lotsen.accounts.models import Organisation, User
from offers.models import Offer
from referrals.assessments import actions as assessments
from referrals.assessments.models import Assessment, InstrumentVersion
from referrals.cases.models import Case
from referrals.consent import actions as consent
from referrals.consent import texts
from referrals.consent.models import Consent
from referrals.endings import actions as endings
from referrals.followups import actions as followups
from referrals.handovers import actions as handovers
from referrals.handovers.models import Handover
from referrals.identities import actions as identities
from referrals.intake import actions as intake
from referrals.management.demo.families import Family
from referrals.matching import actions as matching

OPENS, CLOSES = 8, 18  # hours of a working day
CATEGORIES = ("name", "phone", "language", "district", "needs", "wish")
PURPOSES = ("documentation", "handover", "feedback")


@dataclass
class Stage:
    """Who acts for one family, on what, and what time it is."""

    family: Family
    navigator: User
    answering: dict[UUID, User]  # house → who answers there
    version: InstrumentVersion
    chance: random.Random
    clock: datetime
    pseudonym: Callable[[], str]

    def later(self, *, hours: float) -> datetime:
        """Some time passes; nobody works at night, so it may become the next morning."""
        self.clock = _at_work(self.clock + timedelta(hours=hours))
        return self.clock

    @property
    def house(self) -> Organisation:
        return self.navigator.memberships.get(until=None).organisation


def _at_work(moment: datetime) -> datetime:
    """The moment itself, or the same minute of the next hour somebody works in."""
    if moment.hour < OPENS:
        return moment.replace(hour=OPENS)
    if moment.hour >= CLOSES:
        return (moment + timedelta(days=1)).replace(hour=OPENS)
    return moment


def opened(stage: Stage) -> Case:
    family = stage.family
    return intake.open_case(
        actor=stage.navigator,
        organisation=stage.house,
        district=family.district,
        language=family.language,
        child_age_months=family.child_age_months,
        household=family.household,
        interpreting=family.interpreting,
        route=family.route,
        draw=stage.pseudonym,
        at=stage.clock,
    )


def half_assessed(stage: Stage) -> Assessment:
    """Interrupted at the bedside: some groups are still open."""
    actor, case = stage.navigator, opened(stage)
    sheet = assessments.start(
        case, version=stage.version, provenance="family", actor=actor, at=stage.later(hours=0.02)
    )
    groups = list(stage.version.content.groups)
    items = [item for item in groups[0].items if stage.chance.random() < 0.4]
    sheet = assessments.answer(
        sheet, answers={item.code: "yes" for item in items}, actor=actor, at=stage.clock
    )
    return assessments.rest_does_not_apply(sheet, group=groups[0].code, actor=actor, at=stage.clock)


def assessed(stage: Stage) -> Case:
    sheet, actor = half_assessed(stage), stage.navigator
    sheet = assessments.record_needs(
        sheet,
        needs=stage.family.needs,
        resources=stage.family.resources,
        talk_wish=stage.family.talk_wish,
        actor=actor,
        at=stage.later(hours=0.02),
    )
    case = intake.finish_intake(sheet, keep=True, form="paper", actor=actor, at=stage.clock)
    assert case is not None  # noqa: S101  kept
    return case


def without_offer(stage: Stage) -> Case:
    case = assessed(stage)
    matching.suggest(case, actor=stage.navigator, at=stage.later(hours=0.05))
    matching.note_gap(
        case,
        need=stage.family.needs[0],
        reason=stage.chance.choice(["full", "too_far", "language", "none_exists"]),
        actor=stage.navigator,
        at=stage.clock,
    )
    return case


def drafted(stage: Stage) -> Handover | None:
    """Ready to be handed over, with consent; None where nothing fits."""
    case, actor = assessed(stage), stage.navigator
    found = matching.suggest(case, actor=actor, at=stage.later(hours=0.05))
    ids = [match.candidate.id for match in found.matches]
    offers = Offer.objects.select_related("recipient").in_bulk(ids)
    fitting = [offers[key] for key in ids if offers[key].recipient_id in stage.answering]
    if not fitting:
        return None
    offer = fitting[0]
    matching.choose(found.suggestion, offer=offer, actor=actor, at=stage.clock)
    family = stage.family
    identities.store(
        case, name=family.name, phone=family.phone, safe_contact=family.safe_contact,
        actor=actor, at=stage.clock,
    )  # fmt: skip
    handover = handovers.draft(
        case, offer=offer, categories=CATEGORIES, actor=actor, at=stage.clock
    )
    given = _consent(stage, case, handover)
    return handovers.attach_consent(handover, consent=given, actor=actor, at=stage.clock)


def _consent(stage: Stage, case: Case, handover: Handover) -> Consent:
    text = texts.current(language="de", legal_regime=case.holder.legal_regime)
    assert text is not None  # noqa: S101  shipped for every law
    return consent.give(
        case,
        recipient=handover.recipient,
        purposes=PURPOSES,
        categories=CATEGORIES,
        text=text,
        language=text.language,
        form="paper",
        interpreted="service" if stage.family.interpreting else "",
        actor=stage.navigator,
        at=stage.later(hours=0.05),
    )


def requested(stage: Stage) -> Handover | None:
    handover = drafted(stage)
    if handover is None:
        return None
    return handovers.request(handover, actor=stage.navigator, at=stage.later(hours=0.1))


def declined(stage: Stage) -> None:
    if handover := requested(stage):
        reason = stage.chance.choice(["no_capacity", "not_responsible", "requirements_not_met"])
        handovers.decline(
            handover, reason=reason, actor=_recipient(stage, handover), at=stage.later(hours=20)
        )


def accepted(stage: Stage) -> Handover | None:
    handover = requested(stage)
    if handover is None:
        return None
    actor = _recipient(stage, handover)
    handovers.mark_seen(handover, actor=actor, at=stage.later(hours=3))
    return handovers.accept(handover, actor=actor, at=stage.later(hours=1))


def running(stage: Stage) -> Handover | None:
    handover = accepted(stage)
    if handover is None:
        return None
    actor = _recipient(stage, handover)
    tries = stage.chance.choice([["reached"], ["not_reached", "reached"], ["not_reached"] * 2])
    for result in tries:
        at = stage.later(hours=22)
        followups.record_contact(
            handover.case,
            handover=handover,
            organisation=handover.recipient,
            channel="phone",
            result=result,
            note="Termin für nächste Woche besprochen." if result == "reached" else "",
            next_on=localdate(at) + timedelta(days=2) if result == "not_reached" else None,
            actor=actor,
            at=at,
        )
    return handovers.start(handover, actor=actor, at=stage.later(hours=1))


def on_hold(stage: Stage) -> None:
    if handover := running(stage):
        at = stage.later(hours=2)
        handovers.hold(
            handover,
            reason="waiting_list",
            resume_on=localdate(at) + timedelta(days=21),
            actor=_recipient(stage, handover),
            at=at,
        )


def completed(stage: Stage) -> Handover | None:
    handover = running(stage)
    if handover is None:
        return None
    outcome = stage.chance.choice(["taken_up", "taken_up", "counselling_done", "referred_on"])
    return handovers.complete(
        handover, outcome=outcome, actor=_recipient(stage, handover), at=stage.later(hours=48)
    )


def failed(stage: Stage) -> None:
    if handover := running(stage):
        handovers.fail(
            handover,
            reason=stage.chance.choice(["not_reached", "family_declined"]),
            actor=_recipient(stage, handover),
            at=stage.later(hours=72),
        )


def cancelled(stage: Stage) -> None:
    if handover := requested(stage):
        handovers.cancel(
            handover,
            reason="family_changed_mind",
            actor=stage.navigator,
            at=stage.later(hours=5),
        )


def marked_error(stage: Stage) -> None:
    if handover := requested(stage):
        handovers.mark_error(handover, actor=stage.navigator, at=stage.later(hours=1))


def withdrawn(stage: Stage) -> None:
    handover = accepted(stage)
    if handover is not None and handover.consent is not None:
        endings.withdraw_consent(handover.consent, actor=stage.navigator, at=stage.later(hours=30))


def closed(stage: Stage) -> None:
    if handover := completed(stage):
        endings.close_case(
            handover.case,
            reason="handover_accepted",
            actor=stage.navigator,
            at=stage.later(hours=24),
        )


def informed(stage: Stage) -> None:
    """A talk was enough: closed without a handover."""
    endings.close_case(
        assessed(stage), reason="info_only", actor=stage.navigator, at=stage.later(hours=1)
    )


def _recipient(stage: Stage, handover: Handover) -> User:
    return stage.answering[handover.recipient_id]


@dataclass(frozen=True)
class Story:
    """A state, how often it occurs, and how long ago it began (days, from–to)."""

    tell: Callable[[Stage], object]
    weight: int
    began: tuple[int, int]


STORIES = (
    Story(requested, 16, (0, 1)),
    Story(half_assessed, 7, (0, 2)),
    Story(assessed, 10, (0, 12)),
    Story(running, 14, (6, 20)),
    Story(accepted, 9, (2, 5)),
    Story(completed, 12, (15, 50)),
    Story(declined, 6, (4, 10)),
    Story(without_offer, 6, (1, 20)),
    Story(drafted, 4, (0, 1)),
    Story(requested, 4, (5, 8)),  # overdue
    Story(on_hold, 4, (8, 20)),
    Story(failed, 4, (12, 40)),
    Story(closed, 5, (20, 60)),
    Story(cancelled, 2, (3, 20)),
    Story(withdrawn, 2, (5, 20)),
    Story(marked_error, 1, (3, 20)),
    Story(informed, 2, (368, 375)),  # its term has ended: waits to be erased
)
