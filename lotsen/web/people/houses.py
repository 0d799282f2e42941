"""The houses whose people one manages: what they say of themselves, a new one, closing one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import Organisation
from lotsen.membership import houses, reading
from lotsen.web.forms import refusals_on
from lotsen.web.people.forms import HouseForm

_READ_OR_SEND = ["GET", "HEAD", "POST"]
_RUNNING = Count("memberships__user", filter=Q(memberships__until=None), distinct=True)


@require_safe
def house_list(request: UserRequest) -> HttpResponse:
    """
    Raises:
        NotPermitted: there is no house whose people the user manages.
    """
    found = reading.houses_of(request.user).annotate(people=_RUNNING).order_by("name")
    context = {"houses": found, "closed": reading.closed_houses_of(request.user)}
    return render(request, "people/houses.html", context)


@require_http_methods(_READ_OR_SEND)
def add(request: UserRequest) -> HttpResponse:
    """A new house; whoever adds it manages its people."""
    cities = list(reading.cities_of(request.user))
    form = HouseForm(_sent(request), cities=cities, house=None)
    if form.is_valid():
        with refusals_on(form):
            house = houses.add(form.facts(), city=form.city_chosen, actor=request.user, at=now())
        if form.is_valid():
            messages.success(request, _("Added. You manage its people; invite somebody now."))
            return redirect("house", house.pk)
    return _form_page(request, "people/house_add.html", form)


@require_http_methods(_READ_OR_SEND)
def change(request: UserRequest, pk: UUID) -> HttpResponse:
    """What a house says of itself."""
    house = _find(request, pk)
    form = HouseForm(_sent(request), cities=[house.municipality], house=house)
    if form.is_valid():
        with refusals_on(form):
            houses.change(house, form.facts(), actor=request.user)
        if form.is_valid():
            messages.success(request, _("Changed."))
            return redirect("houses")
    return _form_page(request, "people/house.html", form, house=house)


@require_http_methods(_READ_OR_SEND)
def close(request: UserRequest, pk: UUID) -> HttpResponse:
    """What closing means; sending it closes the house."""
    house = _find(request, pk)
    if request.method == "POST":
        houses.close(house, actor=request.user, at=now())
        messages.success(request, _("Closed. Nobody works there any more."))
        return redirect("houses")
    return render(request, "people/house_close.html", {"house": house})


def _find(request: UserRequest, pk: UUID) -> Organisation:
    return get_object_or_404(reading.houses_of(request.user).annotate(people=_RUNNING), pk=pk)


def _form_page(
    request: UserRequest, template: str, form: HouseForm, **more: object
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, **more}
    return render(request, template, context, status=422 if form.errors else 200)


def _sent(request: UserRequest) -> Any:
    return request.POST if request.method == "POST" else None
