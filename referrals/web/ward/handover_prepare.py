"""From a chosen offer to the request: what is passed on, the family's answer, and one last look."""

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lotsen.access import permits
from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.errors import Refusal
from lotsen.web.forms import refusals_on
from lotsen.web.lock import enter_family_view
from offers import labels
from offers.models import Offer
from offers.vocabulary import ESPECIALLY_SENSITIVE
from referrals.assessments.models import Assessment, latest_finished
from referrals.cases.models import Case
from referrals.consent.rules import MINIMUM, Category
from referrals.handovers import actions
from referrals.handovers.models import Handover
from referrals.handovers.rules import State
from referrals.identities.actions import safe_contact_due, store
from referrals.identities.reading import filled_fields
from referrals.web.case_in_hand import case_to_hand_over, note_reading
from referrals.web.ward.family_consent import QUESTION
from referrals.web.ward.handover_prepare_form import INTERPRETED, LABELS, PrepareForm
from referrals.web.ward.steps import Step, trail


@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: UserRequest, pk: UUID) -> HttpResponse:
    """Choose what the recipient may learn; POST drafts the handover and shows it to the family."""
    case = case_to_hand_over(request.user, pk)
    offer, assessment = _offer(request), latest_finished(case)
    form = _form(request, case, offer, assessment)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            handover = _draft(form, case, offer, actor=request.user)
        if form.is_valid():
            return _show_to_family(request, handover, form.cleaned_data["interpreted"])
    note_reading(case, actor=request.user, fields=("needs", "language", "district"))
    context = {
        "case": case,
        "offer": offer,
        "form": form,
        "stored": [LABELS[field] for field in LABELS if field in form.filled],
        "safe_contact_due": safe_contact_due(case),
        "asks_who_interprets": case.interpreting or case.language != "de",
        "suggestion": ", ".join(str(LABELS[field]) for field in _suggestion(assessment)),
        "trail": trail(case, Step.HANDOVER, finished=True),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "referrals/handover_prepare.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: UserRequest, pk: UUID) -> HttpResponse:
    """The last look at a draft: show it to the family, pass it on, or let it be."""
    handover = get_object_or_404(Handover.objects.visible_to(request.user).with_parties(), pk=pk)
    permits.require(request.user, Right.REQUEST_HANDOVER, handover.sender_id)
    request.session.pop(QUESTION, None)
    if handover.state != State.DRAFT:
        return _already_decided(request, handover)
    if request.method == "POST":
        return _act(request, handover)
    note_reading(handover.case, actor=request.user, fields=("handover", "consent"))
    return _review_page(request, handover)


def _offer(request: UserRequest) -> Offer:
    """The published offer named in the address.

    Raises:
        Http404: there is none.
        Refusal: nobody answers handovers to it.
    """
    offers = Offer.objects.published().select_related("recipient", "provider")
    try:
        offer = get_object_or_404(offers, pk=request.GET.get("angebot"))
    except ValidationError:
        raise Http404 from None
    if offer.recipient is None:
        raise Refusal("offer_takes_no_handover")
    return offer


def _form(
    request: UserRequest, case: Case, offer: Offer, assessment: Assessment | None
) -> PrepareForm:
    facts: dict[str, Any] = {"filled": filled_fields(case), "hints": _hints(case, assessment)}
    if request.method == "POST" and "suggest" in request.POST:
        return PrepareForm(initial=_with_suggestion(request.POST, assessment), **facts)
    if request.method == "POST":
        return PrepareForm(request.POST, **facts)
    draft = Handover.objects.filter(case=case, offer=offer, state=State.DRAFT).first()
    return PrepareForm(initial={"categories": draft.categories if draft else []}, **facts)


def _with_suggestion(typed: QueryDict, assessment: Assessment | None) -> dict[str, Any]:
    """What was typed, and the suggestion ticked in addition: only because somebody asked for it."""
    ticked = [*typed.getlist("categories"), *(field.value for field in _suggestion(assessment))]
    return {**typed.dict(), "categories": ticked}


def _suggestion(assessment: Assessment | None) -> tuple[Category, ...]:
    """What a service needs to call, and the wishes, so that it sees whether it can help.

    Without them its inbox says no more than "request". Wishes of specially protected kinds are
    never suggested: the family brings them up, or they stay here.
    """
    needs = set(_needs(assessment))
    if not needs or ESPECIALLY_SENSITIVE & needs:
        return MINIMUM
    return (*MINIMUM, Category.NEEDS)


def _hints(case: Case, assessment: Assessment | None) -> Mapping[str, str]:
    """What each category would tell the recipient about this family."""
    needs = _needs(assessment)
    language = labels.named(labels.LANGUAGES, case.language)
    if case.interpreting:
        language = _("%(language)s, with interpreting") % {"language": language}
    nothing = _("nothing recorded")
    wishes = labels.named_all(labels.NEEDS, needs)
    if ESPECIALLY_SENSITIVE & set(needs):
        wishes = _("%(wishes)s. Specially protected: only if the family wants it.") % {
            "wishes": wishes
        }
    return {
        Category.NAME: _("so that the service can address the family"),
        Category.PHONE: _("so that the service can call"),
        Category.SAFE_CONTACT: _("when and how it is safe"),
        Category.LANGUAGE: language,
        Category.DISTRICT: case.district.name,
        Category.NEEDS: wishes or nothing,
        Category.RESOURCES: labels.named_all(labels.RESOURCES, _resources(assessment)) or nothing,
        Category.WISH: (assessment.get_talk_wish_display() if assessment else "") or nothing,
        Category.NOTE: _("you write it in the next step"),
    }


def _needs(assessment: Assessment | None) -> list[str]:
    return list(assessment.needs) if assessment else []


def _resources(assessment: Assessment | None) -> list[str]:
    return list(assessment.resources) if assessment else []


def _draft(form: PrepareForm, case: Case, offer: Offer, *, actor: User) -> Handover:
    moment = now()
    if any(form.identity.values()):
        store(case, **form.identity, actor=actor, at=moment)
    return actions.draft(
        case, offer=offer, categories=form.cleaned_data["categories"], actor=actor, at=moment
    )


def _show_to_family(request: UserRequest, handover: Handover, interpreted: str) -> HttpResponse:
    """From now on this browser shows the family's question and nothing else."""
    token = secrets.token_urlsafe(16)
    request.session[QUESTION] = {
        "token": token,
        "handover": str(handover.pk),
        "interpreted": interpreted,
        "answer": "",
    }
    page = reverse("family-consent", args=[token])
    enter_family_view(request, page, back_to=reverse("handover-review", args=[handover.pk]))
    return redirect(page)


def _already_decided(request: UserRequest, handover: Handover) -> HttpResponse:
    if handover.state == State.CANCELLED and handover.requested_at is None:
        messages.info(request, _("Noted: the family does not want this at present."))
        return redirect("matches", pk=handover.case_id)
    return redirect("handover", pk=handover.pk)


def _act(request: UserRequest, handover: Handover) -> HttpResponse:
    if "show" in request.POST:
        known = dict(INTERPRETED)
        interpreted = request.POST.get("interpreted", "")
        return _show_to_family(request, handover, interpreted if interpreted in known else "")
    if "drop" in request.POST:
        actions.cancel(handover, reason="no_longer_needed", actor=request.user, at=now())
        messages.success(request, _("The draft is gone. Nothing was passed on."))
        return redirect("matches", pk=handover.case_id)
    message = request.POST.get("message", "")
    actions.request(handover, message=message, actor=request.user, at=now())
    messages.success(request, _("Handed over. This page is your receipt."))
    return redirect("handover", pk=handover.pk)


def _review_page(request: UserRequest, handover: Handover) -> HttpResponse:
    context = {
        "case": handover.case,
        "handover": handover,
        "consent": handover.consent,
        "categories": [LABELS[Category(code)] for code in handover.categories],
        "takes_message": Category.NOTE in handover.categories,
        "prepare_url": f"{reverse('handover-prepare', args=[handover.case_id])}"
        f"?angebot={handover.offer_id}",
        "trail": trail(handover.case, Step.HANDOVER, finished=True),
    }
    return render(request, "referrals/handover_review.html", context)
