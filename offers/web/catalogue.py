"""Pages of the catalogue: find an offer, read it, keep it fresh."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lotsen.access.reach import Page
from lotsen.accounts.http import UserRequest
from lotsen.errors import InvalidInput
from lotsen.refusals import sentence
from lotsen.web.forms import refusals_on
from offers import actions, labels, search
from offers.models import Offer, OfferQuerySet, OfferStatus
from offers.web import sheet
from offers.web.forms import CapacityForm, CatalogueFilter
from offers.web.standing import Line, freshness, places


@dataclass(frozen=True)
class Row:
    """One offer as listed."""

    offer: Offer
    ages: str
    where: str
    places: Line
    freshness: Line


@require_safe
def index(request: UserRequest) -> HttpResponse:
    """The offers every filter lets through, by name, a page at a time."""
    form = CatalogueFilter(request.GET)
    visible = Offer.objects.visible_to(request.user)
    found = form.narrow(visible) if form.is_valid() else visible.none()
    page = _page(request, found, form)
    context = {
        "form": form,
        "page": page,
        "rows": [_row(offer, localdate()) for offer in page.rows],
        "number": found.count(),
        "chosen": form.chosen if form.is_valid() else [],
    }
    return render(request, "offers/list.html", context, status=400 if form.errors else 200)


def _page(request: UserRequest, found: OfferQuerySet, form: CatalogueFilter) -> Page[Offer]:
    """A damaged mark of a page is said above the list, and the first page stands below."""
    shown = found.for_display()
    try:
        return search.page(shown, after=request.GET.get("after") or None)
    except InvalidInput as refusal:
        form.add_error(None, sentence(refusal))
        return search.page(shown, after=None)


def _row(offer: Offer, on: date) -> Row:
    ages = labels.ages(offer.age_from_months, offer.age_to_months)
    return Row(offer, ages, sheet.where(offer), places(offer, on), freshness(offer, on))


@require_safe
def detail(request: UserRequest, pk: UUID) -> HttpResponse:
    """Everything about one offer; the forms only for those who answer for it."""
    offer = _offer(request, pk)
    return _sheet(request, offer, CapacityForm())


@require_POST
def confirm(request: UserRequest, pk: UUID) -> HttpResponse:
    offer = _offer(request, pk)
    actions.confirm(offer, actor=request.user, at=now())
    messages.success(request, _("Confirmed: the information is right as of today."))
    return redirect("offer-detail", pk=pk)


@require_POST
def capacity(request: UserRequest, pk: UUID) -> HttpResponse:
    offer = _offer(request, pk)
    actions.require_keeping_fresh(offer, request.user)
    form = CapacityForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            actions.set_capacity(offer, **form.cleaned_data, actor=request.user, at=now())
    if form.is_valid():
        messages.success(request, _("Places are up to date as of today."))
        return redirect("offer-detail", pk=pk)
    return _sheet(request, offer, form)


def _offer(request: UserRequest, pk: UUID) -> Offer:
    visible = Offer.objects.visible_to(request.user)
    return get_object_or_404(visible.for_display(), pk=pk)


def _sheet(request: UserRequest, offer: Offer, form: CapacityForm) -> HttpResponse:
    today = localdate()
    context: dict[str, Any] = {
        "form": form,
        "offer": offer,
        "places": places(offer, today),
        "freshness": freshness(offer, today),
        "facts": sheet.for_whom(offer),
        "care": sheet.how_fresh(offer),
        "on_show": offer.status == OfferStatus.PUBLISHED,
        "may_keep_fresh": actions.may_keep_fresh(offer, request.user),
    }
    return render(request, "offers/detail.html", context, status=422 if form.errors else 200)
