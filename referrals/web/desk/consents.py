"""What a family agreed to, and taking it back: two taps, as easy as agreeing."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from lotsen.accounts.http import UserRequest
from lotsen.audit import events
from lotsen.audit.models import Deed
from offers import labels
from referrals.cases.models import Case
from referrals.consent.models import Consent
from referrals.consent.texts import is_intact, spoken
from referrals.consent.wording import RIGHT_TO_LEFT, filled
from referrals.endings.actions import withdraw_consent
from referrals.followups.models import FollowUp, FollowUpReason
from referrals.handovers.rules import OPEN_STATES
from referrals.web import phrases
from referrals.web.case_in_hand import note_reading

INTERPRETED = {
    "service": gettext_lazy("interpreted by a service"),
    "relative": gettext_lazy("interpreted by a relative"),
}


@require_safe
def consents(request: UserRequest, pk: UUID) -> HttpResponse:
    """All consents of a case the user may know of, the latest first."""
    case = get_object_or_404(Case.objects.visible_to(request.user).with_parties(), pk=pk)
    found = Consent.objects.visible_to(request.user).filter(case=case).with_parties()
    shown = sorted(found, key=lambda consent: consent.given_at, reverse=True)
    note_reading(case, actor=request.user, fields=("consents",))
    tasks = _tasks(shown)
    rows = [{**_row(consent), "tasks": tasks.get(consent.pk, [])} for consent in shown]
    context = {"case": case, "rows": rows}
    return render(request, "referrals/consents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: UserRequest, pk: UUID) -> HttpResponse:
    """GET says what will happen, POST does it. No reason is asked: none is needed."""
    visible = Consent.objects.visible_to(request.user).with_parties()
    consent = get_object_or_404(visible, pk=pk)
    case_is_visible = Case.objects.visible_to(request.user).filter(pk=consent.case_id).exists()
    if request.method == "POST":
        withdraw_consent(consent, actor=request.user, at=now())
        messages.success(request, _("Consent withdrawn. From now on nobody reads by it."))
        return redirect("consents", consent.case_id) if case_is_visible else redirect("inbox")
    events.record(
        Deed.READ,
        actor=request.user,
        object_type="consent",
        shown=[consent.case.pseudonym],
        fields=("consents",),
    )
    running = consent.handovers.filter(state__in=OPEN_STATES).select_related("recipient")
    context = {
        "consent": consent,
        "row": _row(consent),
        "running": list(running),
        "back_url": reverse("consents", args=[consent.case_id])
        if case_is_visible
        else reverse("inbox"),
    }
    return render(request, "referrals/consent_withdraw.html", context)


def _tasks(consents: list[Consent]) -> dict[UUID, list[FollowUp]]:
    """What a withdrawal left to do, by consent: whether the houses have tidied up."""
    rows = FollowUp.objects.filter(
        handover__consent__in=[consent.pk for consent in consents],
        reason=FollowUpReason.CONSENT_WITHDRAWN,
    ).select_related("organisation", "handover")
    tasks: dict[UUID, list[FollowUp]] = {}
    for row in rows.order_by("created_at", "id"):
        if row.handover is not None and row.handover.consent_id is not None:
            tasks.setdefault(row.handover.consent_id, []).append(row)
    return tasks


def _row(consent: Consent) -> dict[str, object]:
    """A consent and the very words it was given under, the asked house's name filled in."""
    text, house = consent.text, consent.recipient.name if consent.recipient else ""
    return {
        "consent": consent,
        "title": filled(text.title, house),
        "paragraphs": spoken(text, house).split("\n\n"),
        "sentences": [text.questions[code] for code in consent.purposes if code in text.questions],
        "text_language": text.language.removesuffix("-simple"),
        "text_direction": "rtl" if text.language in RIGHT_TO_LEFT else "ltr",
        "is_intact": is_intact(text),
        "interpreted": INTERPRETED.get(consent.interpreted, ""),
        "house": consent.recipient.name if consent.recipient else _("In this house"),
        "categories": phrases.categories(consent.categories),
        "purposes": phrases.purposes(consent.purposes),
        "language": labels.named(labels.LANGUAGES, consent.language),
        "is_over": consent.valid_until < localdate(),
    }
