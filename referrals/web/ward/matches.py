"""Which offers fit, and why; and what the catalogue does not have yet."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from lotsen.access import permits
from lotsen.accounts.http import UserRequest
from lotsen.accounts.roles import Right
from lotsen.audit import events
from lotsen.audit.models import Deed
from offers import labels
from offers.matching.values import Because, Candidate, Excluded, Match, Reason
from offers.matching.wording import sentence
from offers.models import Offer
from offers.vocabulary import Capacity
from referrals.cases.models import Case
from referrals.matching import actions
from referrals.matching.models import GapReason, Suggestion
from referrals.web.case_in_hand import case_to_assess
from referrals.web.ward.steps import Step, trail

EXCLUDED_AT_MOST = 30  # the nearest misses; the catalogue has the rest

# What the side of the card says already is not said again among the reasons.
_CAPACITY_LOOKS = {
    Capacity.FREE: ("full", "good"),
    Capacity.WAITING_LIST: ("half", ""),
    Capacity.FULL: ("ring", ""),
    Capacity.UNKNOWN: ("ring", ""),
}
_ON_THE_SIDE = frozenset({Because.PLACE_FREE, Because.WAITING_LIST, Because.PLACES_UNKNOWN})


@dataclass(frozen=True)
class Shown:
    """One fitting offer as its card needs it."""

    match: Match
    number: int
    can_hand_over: bool
    note: str  # why it cannot be chosen, or ""

    @property
    def candidate(self) -> Candidate:
        return self.match.candidate

    @property
    def anchor(self) -> str:
        return f"offer-{self.number}"

    @property
    def radio(self) -> str:
        """The name of the radio group; without a house that answers there is nothing to choose."""
        return "offer" if self.can_hand_over else ""

    @property
    def url(self) -> str:
        return reverse("offer-detail", args=[self.candidate.id])

    @property
    def reasons(self) -> list[dict[str, str]]:
        fits = [(reason, "yes") for reason in self.match.reasons]
        unsure = [(reason, "part") for reason in self.match.uncertain]
        return [
            {"text": sentence(reason), "fit": fit}
            for reason, fit in [*fits, *unsure]
            if reason.code not in _ON_THE_SIDE and not _goes_without_saying(reason)
        ]

    @property
    def capacity(self) -> str:
        word = labels.named(labels.CAPACITY, self.candidate.capacity)
        for reason in self.match.uncertain:
            if reason.code is Because.WAITING_LIST:
                word = sentence(reason)
        return word

    @property
    def capacity_icon(self) -> str:
        return _CAPACITY_LOOKS[Capacity(self.candidate.capacity)][0]

    @property
    def capacity_tone(self) -> str:
        return _CAPACITY_LOOKS[Capacity(self.candidate.capacity)][1]


def _goes_without_saying(reason: Reason) -> bool:
    """Every service speaks German: for a family that does, it is no reason to choose one."""
    return reason.code is Because.LANGUAGE_SPOKEN and reason.parameters["language"] == "de"


@require_http_methods(["GET", "HEAD", "POST"])
def matches(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show what fits; POST notes the choice and goes on to preparing the handover."""
    case = case_to_assess(request.user, pk)
    if request.method == "POST" and request.POST.get("offer"):
        return _choose(request, case)
    return _show(request, case, missing=request.method == "POST")


@require_POST
def gap(request: UserRequest, pk: UUID) -> HttpResponse:
    """Note that nothing fits this wish; only its anonymous count reaches the coordination."""
    case = case_to_assess(request.user, pk)
    actions.note_gap(
        case,
        need=request.POST.get("need", ""),
        reason=request.POST.get("reason", ""),
        actor=request.user,
        at=now(),
    )
    messages.success(
        request, _("Reported as a gap. The coordination sees it without anything about the family.")
    )
    return redirect("matches", pk=case.pk)


def _choose(request: UserRequest, case: Case) -> HttpResponse:
    offer = _uuid_or_none(request.POST["offer"])
    suggestion = get_object_or_404(
        Suggestion, case=case, pk=_uuid_or_none(request.POST.get("suggestion", ""))
    )
    chosen = get_object_or_404(Offer.objects.published(), pk=offer)
    actions.choose(suggestion, offer=chosen, actor=request.user, at=now())
    return redirect(f"{reverse('handover-prepare', args=[case.pk])}?angebot={chosen.pk}")


def _show(request: UserRequest, case: Case, *, missing: bool) -> HttpResponse:
    found = actions.suggest(case, actor=request.user, at=now())
    events.record(
        Deed.LIST,
        actor=request.user,
        object_type="match",
        shown=[case.pseudonym],
        fields=("needs", "language", "district", "child_age_months"),
        organisation=case.holder_id,
    )
    may_hand_over = permits.allows(request.user, Right.REQUEST_HANDOVER, case.holder_id)
    shown = [
        _shown(match, number, case, may_hand_over=may_hand_over)
        for number, match in enumerate(found.matches, start=1)
    ]
    context = {
        "case": case,
        "summary": _in_one_line(case),
        "shown": shown,
        "can_choose": any(match.can_hand_over for match in shown),
        "excluded": _with_reasons(found.excluded),
        "excluded_total": len(found.excluded),
        "suggestion": found.suggestion.pk,
        "needs": _named_needs(found.profile.needs),
        "gap_reasons": GapReason.choices,
        "trail": trail(case, Step.MATCHES, finished=True),
        "missing": missing,
    }
    return render(request, "referrals/matches.html", context, status=422 if missing else 200)


def _shown(match: Match, number: int, case: Case, *, may_hand_over: bool) -> Shown:
    recipient = match.candidate.recipient_id
    answered = recipient is not None and recipient != case.holder_id
    note = ""
    if not recipient:
        note = _("Takes no handovers through lotsen: please get in touch directly.")
    elif not answered:
        note = _("An offer of your own house.")
    return Shown(match, number, can_hand_over=answered and may_hand_over, note=note)


def _named_needs(needs: Collection[str]) -> list[tuple[str, str]]:
    """Codes and words, in the order of the vocabulary."""
    return [(code, str(label)) for code, label in labels.NEEDS.items() if code in needs]


def _with_reasons(excluded: tuple[Excluded, ...]) -> list[tuple[Candidate, str]]:
    return [
        (miss.candidate, ", ".join(sentence(reason) for reason in miss.why_not))
        for miss in excluded[:EXCLUDED_AT_MOST]
    ]


def _in_one_line(case: Case) -> str:
    """Language, district and age, as the family would put it too."""
    return _("Language: %(language)s. District: %(district)s. Child: %(age)s.") % {
        "language": labels.named(labels.LANGUAGES, case.language),
        "district": case.district.name,
        "age": _age(case.age_on(localdate())),
    }


def _age(months: int) -> str:
    return labels.age(months) if months else pgettext("age of a child", "Newborn")


def _uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
