"""Three pages of an intake: indicators, wishes, check. Every tap is kept; nothing is a duty."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lotsen.accounts.http import UserRequest
from offers.labels import NEEDS, RESOURCES, named_all
from referrals.assessments import actions
from referrals.assessments.instruments import Group, Item
from referrals.assessments.models import Assessment, TalkWish
from referrals.assessments.rules import ANSWERS, NOT_ASKED
from referrals.cases.models import Case, ClosureReason, StorageForm
from referrals.intake.actions import finish_intake, no_need
from referrals.intake.rules import SHORT_REASONS
from referrals.web.case_in_hand import case_to_assess, note_reading
from referrals.web.ward.steps import Step, trail

PREFIX = "answer-"  # of the radio group of each item


@dataclass(frozen=True)
class ShownGroup:
    """A group of the instrument with what was answered so far."""

    group: Group
    answers: dict[str, str]
    language: str

    @property
    def code(self) -> str:
        return self.group.code

    @property
    def title(self) -> str:
        return self.group.title(self.language)

    @property
    def indicators(self) -> list[dict[str, str]]:
        """One answer card per indicator, in the order of the instrument."""
        return [self._card(item) for item in self.group.indicators]

    @property
    def resources(self) -> list[dict[str, str]]:
        """What goes well is asked in the same way, but is never "the rest"."""
        return [self._card(item) for item in self.group.resources]

    @property
    def total(self) -> int:
        return len(self.group.indicators)

    @property
    def answered(self) -> int:
        return sum(item.code in self.answers for item in self.group.indicators)

    @property
    def still_open(self) -> int:
        return self.total - self.answered

    @property
    def part(self) -> str:
        """How far the group is: "all", "some", or "" for untouched."""
        if not self.still_open:
            return "all"
        return "some" if self.answered else ""

    @property
    def said_yes(self) -> list[str]:
        """Indicators that apply; what goes well stands with the wishes."""
        return [
            item.text(self.language)
            for item in self.group.indicators
            if self.answers.get(item.code) == "yes"
        ]

    def _card(self, item: Item) -> dict[str, str]:
        return {
            "name": PREFIX + item.code,
            "text": item.text(self.language),
            "answer": self.answers.get(item.code, NOT_ASKED),
        }


@require_http_methods(["GET", "HEAD", "POST"])
def screening(request: UserRequest, pk: UUID) -> HttpResponse:
    """The indicators. POST keeps every answer; which button was pressed says where to go on."""
    case = case_to_assess(request.user, pk)
    assessment = _open_assessment(case)
    if assessment is None:
        return redirect("matches", pk=case.pk)
    if request.method == "POST" and "short" in request.POST:
        return _end_at_once(request, case)
    if request.method == "POST":
        return _keep_answers(request, assessment)
    note_reading(case, actor=request.user, fields=("answers",))
    return render(request, "referrals/intake_screening.html", _screening_context(assessment))


@require_http_methods(["GET", "HEAD", "POST"])
def needs(request: UserRequest, pk: UUID) -> HttpResponse:
    """What goes well, what the family would like, and whether it wants a talk."""
    case = case_to_assess(request.user, pk)
    assessment = _open_assessment(case)
    if assessment is None:
        return redirect("matches", pk=case.pk)
    if request.method == "POST":
        return _keep_needs(request, assessment)
    note_reading(case, actor=request.user, fields=("needs", "resources", "talk_wish"))
    return render(request, "referrals/intake_needs.html", _needs_context(assessment))


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: UserRequest, pk: UUID) -> HttpResponse:
    """Everything once more; then the family says whether it may be kept (purpose a)."""
    case = case_to_assess(request.user, pk)
    assessment = _open_assessment(case)
    if assessment is None:
        return redirect("matches", pk=case.pk)
    keep = request.POST.get("keep")
    if request.method == "POST" and keep == "yes":
        return _finish(request, assessment)
    if request.method == "POST" and keep == "never":
        return _discard(request, assessment)
    note_reading(case, actor=request.user, fields=("answers", "needs", "resources", "talk_wish"))
    asks_again = keep == "no"
    template = "referrals/intake_discard.html" if asks_again else "referrals/intake_review.html"
    return render(request, template, _review_context(assessment))


def _end_at_once(request: UserRequest, case: Case) -> HttpResponse:
    no_need(case, reason=request.POST["short"], actor=request.user, at=now())
    messages.success(request, _("Noted. Nothing was kept but the number of intakes."))
    return redirect("ward")


def _open_assessment(case: Case) -> Assessment | None:
    return (
        Assessment.objects.filter(case=case, finished_at=None)
        .select_related("case__district", "case__holder", "version__instrument")
        .first()
    )


def _keep_answers(request: UserRequest, assessment: Assessment) -> HttpResponse:
    answers = {
        name.removeprefix(PREFIX): str(value)
        for name, value in request.POST.items()
        if name.startswith(PREFIX) and value in ANSWERS
    }
    moment = now()
    assessment = actions.answer(assessment, answers=answers, actor=request.user, at=moment)
    rest = request.POST.get("rest")
    if rest:
        assessment = actions.rest_does_not_apply(
            assessment, group=rest, actor=request.user, at=moment
        )
    if request.htmx:
        context = {**_screening_context(assessment), "kept_at": localtime(moment)}
        return render(request, "referrals/intake_screening.html#progress", context)
    if rest:
        page = reverse("intake-screening", args=[assessment.case_id])
        return redirect(f"{page}#{_next_open(assessment, rest)}")
    return redirect("intake-needs", pk=assessment.case_id)


def _next_open(assessment: Assessment, after: str) -> str:
    """The group to look at once `after` is done: the next open one, or the same."""
    groups = _groups(assessment)
    codes = [group.code for group in groups]
    start = codes.index(after) + 1 if after in codes else 0
    later = [group.code for group in groups[start:] if group.still_open]
    return later[0] if later else after


def _keep_needs(request: UserRequest, assessment: Assessment) -> HttpResponse:
    moment = now()
    assessment = actions.record_needs(
        assessment,
        needs=request.POST.getlist("needs"),
        resources=request.POST.getlist("resources"),
        talk_wish=request.POST.get("talk_wish", ""),
        actor=request.user,
        at=moment,
    )
    if request.htmx:
        context = {"kept_at": localtime(moment)}
        return render(request, "referrals/intake_needs.html#kept", context)
    return redirect("intake-review", pk=assessment.case_id)


def _finish(request: UserRequest, assessment: Assessment) -> HttpResponse:
    finish_intake(
        assessment,
        keep=True,
        form=StorageForm.PAPER if request.POST.get("form") == "paper" else StorageForm.TAP,
        actor=request.user,
        at=now(),
    )
    return redirect("matches", pk=assessment.case_id)


def _discard(request: UserRequest, assessment: Assessment) -> HttpResponse:
    finish_intake(assessment, keep=False, form="", actor=request.user, at=now())
    messages.success(request, _("Nothing was kept. Only the number of intakes counts on."))
    return redirect("ward")


def _groups(assessment: Assessment) -> list[ShownGroup]:
    language = get_language() or "de"
    return [
        ShownGroup(group, assessment.answers, language)
        for group in assessment.version.content.groups
    ]


def _screening_context(assessment: Assessment) -> dict[str, Any]:
    groups = _groups(assessment)
    return {
        "case": assessment.case,
        "assessment": assessment,
        "groups": groups,
        "still_open": sum(group.still_open for group in groups),
        "short_reasons": _short_reasons(assessment),
        "trail": trail(assessment.case, Step.SCREENING),
    }


def _short_reasons(assessment: Assessment) -> list[tuple[str, str]]:
    """Ways to end at once, offered only while there is no answer that could be lost."""
    if assessment.answers:
        return []
    return [(reason, str(ClosureReason(reason).label)) for reason in SHORT_REASONS]


def _needs_context(assessment: Assessment) -> dict[str, Any]:
    content = assessment.version.content
    near = content.suggested_needs(assessment.answers)
    said = content.suggested_resources(assessment.answers)
    untouched = not (assessment.needs or assessment.resources or assessment.talk_wish)
    return {
        "case": assessment.case,
        "assessment": assessment,
        # What the family said goes well a page before need not be tapped again.
        "resources": _chips(
            RESOURCES, first=said, ticked=said if untouched else assessment.resources
        ),
        "near_needs": _chips({code: NEEDS[code] for code in near}, ticked=assessment.needs),
        "other_needs": _chips(
            {code: label for code, label in NEEDS.items() if code not in near},
            ticked=assessment.needs,
        ),
        "talk_wishes": _talk_wishes(),
        "trail": trail(assessment.case, Step.NEEDS),
    }


def _chips(labels: Any, *, first: Any = (), ticked: Any = ()) -> list[dict[str, Any]]:
    """Chips for codes, some of them in front; ticked is only what the family itself said."""
    ordered = [*first, *(code for code in labels if code not in first)]
    return [{"value": code, "label": labels[code], "checked": code in ticked} for code in ordered]


def _talk_wishes() -> list[tuple[str, str, str]]:
    hints = {
        TalkWish.YES: _("here on the ward"),
        TalkWish.LATER: _("a call after going home"),
        TalkWish.NO: _("that is all right"),
    }
    return [(wish.value, str(wish.label), hints[wish]) for wish in TalkWish]


def _review_context(assessment: Assessment) -> dict[str, Any]:
    groups = _groups(assessment)
    return {
        "case": assessment.case,
        "assessment": assessment,
        "groups": groups,
        "open_groups": [group for group in groups if group.still_open],
        "wishes": [
            (_("Going well"), named_all(RESOURCES, assessment.resources)),
            (_("Wished for"), named_all(NEEDS, assessment.needs)),
            (_("A talk"), assessment.get_talk_wish_display()),
        ],
        "offer_a_talk": _offer_a_talk(assessment),
        "trail": trail(assessment.case, Step.REVIEW),
    }


def _offer_a_talk(assessment: Assessment) -> bool:
    """Any "yes" or any wish is reason enough; nothing is added up, and the family decides."""
    if assessment.talk_wish == TalkWish.NO:
        return False
    said_yes = "yes" in assessment.answers.values()
    return said_yes or bool(assessment.needs) or bool(assessment.talk_wish)
