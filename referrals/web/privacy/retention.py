"""Terms and erasure runs: for the privacy officer and the administrator of a city, by two."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.errors import NotPermitted, Refusal
from lotsen.places.models import Municipality
from lotsen.web.forms import refusals_on
from referrals.retention import actions, running
from referrals.retention.models import DataKind, ErasureRun, RetentionRule, cities_of
from referrals.web.privacy import retention_views as views
from referrals.web.privacy.retention_views import TermLine

_UNSEEN = -1  # approves nothing


class TermForm(forms.Form):
    """How many days a kind of data is kept. The limits are the action's to check."""

    days = forms.IntegerField(
        label=gettext_lazy("Term in days"),
        error_messages={
            "required": gettext_lazy("Enter the number of days."),
            "invalid": gettext_lazy("Enter a whole number of days, such as 30."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


@require_safe
def overview(request: UserRequest) -> HttpResponse:
    """Terms, runs that wait, runs that were carried out; a section for each city."""
    sections = [
        {
            "city": city,
            "terms": views.term_lines(city),
            "waiting": views.waiting_runs(city),
            "last": views.last_runs(city),
        }
        for city in _cities(request.user)
    ]
    return render(request, "privacy/retention.html", {"sections": sections})


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: UserRequest) -> HttpResponse:
    """What is due and not planned yet; sending it keeps it as a run that waits.

    Raises:
        Refusal: nothing is due any more.
    """
    cities = _cities(request.user)
    if request.method == "POST":
        runs = [run for city in cities if (run := _planned(city, request.user))]
        if not runs:
            raise Refusal("nothing_due")
        messages.success(request, _("Planned. Somebody else gives the second approval."))
        return redirect("retention-run", runs[0].pk) if len(runs) == 1 else redirect("retention")
    sections = [
        {"city": city, "lines": views.preview_lines(actions.not_planned(city, now()))}
        for city in cities
    ]
    due = any(section["lines"] for section in sections)
    return render(request, "privacy/retention_plan.html", {"sections": sections, "due": due})


@require_safe
def run(request: UserRequest, pk: UUID) -> HttpResponse:
    """One run: what it erases, house by house, and who may approve."""
    found = _run(request.user, pk)
    lines = views.house_lines(found)
    context = {
        "line": views.run_line(found),
        "run": found,
        "lines": lines,
        "number": sum(line.number for line in lines),
        "first": min((line.first for line in lines), default=None),
        "last": max((line.last for line in lines), default=None),
        "by_itself": views.goes_by_itself_on(found, lines, today=localdate()),
        "is_own": found.planned_by_id == request.user.pk,
        "others": views.others_who_approve(found, request.user),
    }
    return render(request, "privacy/retention_run.html", context)


@require_POST
def approve(request: UserRequest, pk: UUID) -> HttpResponse:
    """The second approval, for exactly the number of items that was on the page."""
    found = _run(request.user, pk)
    seen = request.POST.get("seen", "")
    actions.approve(
        found,
        actor=request.user,
        seen=int(seen) if seen.isdecimal() and len(seen) < 10 else _UNSEEN,
        at=now(),
    )
    messages.success(request, _("Approved. It is erased in the coming night, or now if you wish."))
    return redirect("retention-run", pk)


@transaction.non_atomic_requests  # each item is final by itself, also when a later one fails
@require_POST
def carry_out(request: UserRequest, pk: UUID) -> HttpResponse:
    """An approved run goes now instead of in the night.

    Raises:
        InvalidMove: it is not approved.
    """
    found = _run(request.user, pk)
    actions.require_approved(found)
    report = running.carry_out(found, at=now())
    gone, kept = report.erased.total(), report.left_out.total()
    told = ngettext("%(number)s item erased.", "%(number)s items erased.", gone) % {"number": gone}
    if kept:
        told += " " + _("No longer due and left out: %(number)s.") % {"number": kept}
    if failed := report.failed.total():
        told += " " + _(
            "Not erased because of a fault: %(number)s. Nothing of it is half erased; the next "
            "night tries again."
        ) % {"number": failed}
    (messages.warning if failed else messages.success)(request, told)
    return redirect("retention-run", pk)


@require_POST
def cancel(request: UserRequest, pk: UUID) -> HttpResponse:
    """The plan is dropped; nothing more of it is erased."""
    actions.cancel(_run(request.user, pk), actor=request.user, at=now())
    messages.success(
        request,
        _("Cancelled. Nothing more was erased. What is due is planned again in the coming night."),
    )
    return redirect("retention")


@require_http_methods(["GET", "HEAD", "POST"])
def term(request: UserRequest) -> HttpResponse:
    """Set another term; it holds once somebody else has approved it."""
    city, line = _line_asked(request)
    form = TermForm(request.POST if request.method == "POST" else None, initial={"days": line.days})
    if form.is_valid():
        with refusals_on(form):
            actions.set_rule(
                city, kind=line.kind, days=form.cleaned_data["days"], actor=request.user, at=now()
            )
        if form.is_valid():
            messages.success(
                request, _("Set. The term holds as soon as somebody else has approved it.")
            )
            return redirect("retention")
    context = {"form": form, "line": line, "city": city}
    return render(
        request, "privacy/retention_term.html", context, status=422 if form.errors else 200
    )


@require_POST
def approve_term(request: UserRequest, pk: UUID) -> HttpResponse:
    """The second approval of a term."""
    cities = _cities(request.user)
    rule = get_object_or_404(
        RetentionRule.objects.select_related("municipality"), pk=pk, municipality__in=cities
    )
    actions.approve_rule(rule, actor=request.user, at=now())
    messages.success(request, _("Approved. The term holds from today."))
    return redirect("retention")


def _cities(user: User) -> list[Municipality]:
    """The cities `user` looks after.

    Raises:
        NotPermitted: none.
    """
    cities = list(cities_of(user).order_by("name"))
    if not cities:
        raise NotPermitted(right=Right.MANAGE_RETENTION.value)
    return cities


def _run(user: User, pk: UUID) -> ErasureRun:
    _cities(user)
    runs = ErasureRun.objects.visible_to(user)
    return get_object_or_404(
        runs.select_related("municipality", "planned_by", "approved_by"), pk=pk
    )


def _planned(city: Municipality, user: User) -> ErasureRun | None:
    try:
        return actions.plan(city, actor=user, at=now())
    except Refusal as refusal:
        if refusal.code != "nothing_due":
            raise
        return None


def _line_asked(request: UserRequest) -> tuple[Municipality, TermLine]:
    """City and kind named in the address: `?art=case&ort=duesseldorf`; one city needs no name."""
    cities = _cities(request.user)
    slug, kind = request.GET.get("ort", cities[0].slug), request.GET.get("art", "")
    city = next((city for city in cities if city.slug == slug), None)
    if city is None or kind not in DataKind.values:
        raise Http404
    return city, next(line for line in views.term_lines(city) if line.kind == kind)
