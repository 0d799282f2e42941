"""The ward today: what was begun, what is not yet handed over, what came back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case as Choice
from django.db.models import CharField, F, Q, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from lotsen.access import permits
from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.audit import events
from lotsen.audit.models import Deed
from referrals.assessments.models import Assessment
from referrals.cases.models import Case, CaseState
from referrals.followups.models import FollowUp, FollowUpReason
from referrals.handovers.models import Handover
from referrals.handovers.rules import State

UNFINISHED_AT_MOST = 40  # begun intakes and drafts together, the latest
NEWS_AT_MOST = 20
NEWS = (
    FollowUpReason.OUTCOME_READ,
    FollowUpReason.FURTHER_ACTION,
    FollowUpReason.CONSENT_WITHDRAWN,
    FollowUpReason.OTHER,  # it ended, and how it ended was not consented to
)


@dataclass(frozen=True)
class Begun:
    """An intake somebody left in the middle, and the page that goes on with it."""

    case_id: UUID
    pseudonym: str
    started_at: datetime
    next_step: str  # where the navigator stopped: screening, needs or review


@dataclass(frozen=True)
class Draft:
    """A handover that is prepared and was not requested yet."""

    handover_id: UUID
    pseudonym: str
    offer: str
    has_consent: bool


@require_safe
def today(request: UserRequest) -> HttpResponse:
    permits.require_somewhere(request.user, Right.OPEN_CASE)
    begun, drafts = _unfinished(request.user)
    news = list(_news_for(request.user))
    events.record(
        Deed.LIST,
        actor=request.user,
        object_type="case",
        shown=sorted(
            {line.pseudonym for line in begun}
            | {line.pseudonym for line in drafts}
            | {item.case.pseudonym for item in news}
        ),
    )
    context = {"today": localdate(), "begun": begun, "drafts": drafts, "news": news}
    return render(request, "referrals/ward.html", context)


def _unfinished(user: User) -> tuple[list[Begun], list[Draft]]:
    """What `user` began and has still to finish, the latest first. One query for both kinds."""
    begun: list[Begun] = []
    drafts: list[Draft] = []
    both = _begun_by(user).union(_drafts_of(user), all=True).order_by(F("at").desc())
    for key, pseudonym, at, text, is_draft, has_consent in both[:UNFINISHED_AT_MOST]:
        if is_draft:
            drafts.append(Draft(key, pseudonym, text, has_consent))
        else:
            begun.append(Begun(key, pseudonym, at, text))
    return begun, drafts


# The columns both kinds share; the order is that of the union.
_COLUMNS = ("key", "pseudonym", "at", "text", "is_draft", "has_consent")


def _begun_by(user: User) -> QuerySet[Assessment, tuple[Any, ...]]:
    return (
        Assessment.objects.filter(
            started_by=user,
            finished_at=None,
            case__state=CaseState.OPEN,
            case__in=Case.objects.visible_to(user),
        )
        .annotate(
            key=F("case_id"),
            pseudonym=F("case__pseudonym"),
            at=F("started_at"),
            text=_next_step(),
            is_draft=Value(value=False),
            has_consent=Value(value=False),
        )
        .values_list(*_COLUMNS)
    )


def _next_step() -> Choice:
    return Choice(
        When(answers={}, then=Value("screening")),
        When(needs=[], talk_wish="", then=Value("needs")),
        default=Value("review"),
        output_field=CharField(),
    )


def _drafts_of(user: User) -> QuerySet[Handover, tuple[Any, ...]]:
    return (
        Handover.objects.visible_to(user)
        .filter(drafted_by=user, state=State.DRAFT)
        .annotate(
            key=F("id"),
            pseudonym=F("case__pseudonym"),
            at=F("drafted_at"),
            text=F("offer__name"),
            is_draft=Value(value=True),
            has_consent=Q(consent__isnull=False),
        )
        .values_list(*_COLUMNS)
    )


def _news_for(user: User) -> QuerySet[FollowUp]:
    """The latest first; what is older than these stands among the follow-ups."""
    return (
        FollowUp.objects.visible_to(user)
        .open()
        .filter(reason__in=NEWS)
        .select_related("case", "handover__offer", "handover__recipient")
        .order_by("-created_at", "-id")[:NEWS_AT_MOST]
    )
