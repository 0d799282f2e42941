"""What administrators do about people: one page or button for each verb of membership.people."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import Membership, User
from lotsen.mailing import is_possible
from lotsen.membership import people, reading
from lotsen.membership.inviting import VALID_FOR
from lotsen.web.forms import refusals_on
from lotsen.web.people import letters
from lotsen.web.people.forms import IncludeForm, InviteForm, PersonForm, RolesForm
from lotsen.web.people.listing import find, line

_READ_OR_SEND = ["GET", "HEAD", "POST"]


@require_http_methods(_READ_OR_SEND)
def invite(request: UserRequest) -> HttpResponse:
    """Somebody new: everything on one page, then the link, this once.

    Raises:
        NotPermitted: there is no house whose people the user manages.
    """
    houses = list(reading.houses_of(request.user).order_by("name"))
    form = InviteForm(_sent(request), houses=houses)
    if form.is_valid():
        with refusals_on(form):
            user, token = people.invite(
                form.facts(),
                username=form.cleaned_data["username"],
                organisation=form.house_chosen,
                roles=form.roles_chosen,
                actor=request.user,
                at=now(),
            )
        if form.is_valid():
            return _link_page(request, user, token)
    return _form_page(request, "people/invite.html", form)


@require_http_methods(_READ_OR_SEND)
def include(request: UserRequest) -> HttpResponse:
    """Somebody who works elsewhere with lotsen works here, too.

    Raises:
        NotPermitted: there is no house whose people the user manages.
    """
    houses = list(reading.houses_of(request.user).order_by("name"))
    form = IncludeForm(_sent(request), houses=houses)
    if form.is_valid():
        with refusals_on(form):
            user = people.include(
                email=form.cleaned_data["email"],
                organisation=form.house_chosen,
                roles=form.roles_chosen,
                actor=request.user,
                at=now(),
            )
        if form.is_valid():
            messages.success(request, _("Added. The roles hold from now on."))
            return redirect("person", user.pk)
    return _form_page(request, "people/include.html", form)


@require_http_methods(_READ_OR_SEND)
def details(request: UserRequest, pk: UUID) -> HttpResponse:
    """Name, address, profession, language."""
    user = find(request.user, pk)
    people.require_whole(request.user, user)
    form = PersonForm.of(user, _sent(request))
    if form.is_valid():
        with refusals_on(form):
            people.describe(user, form.facts(), actor=request.user)
        if form.is_valid():
            messages.success(request, _("Changed."))
            return redirect("person", pk)
    return _form_page(request, "people/details.html", form, line=line(user))


@require_http_methods(_READ_OR_SEND)
def give_roles(request: UserRequest, pk: UUID) -> HttpResponse:
    """More roles in one's own houses."""
    user = find(request.user, pk)
    houses = list(reading.houses_of(request.user).order_by("name"))
    form = RolesForm(_sent(request), houses=houses)
    if form.is_valid():
        with refusals_on(form):
            for role in form.roles_chosen:
                people.give_role(
                    user,
                    organisation=form.house_chosen,
                    role=role,
                    actor=request.user,
                    at=now(),
                )
        if form.is_valid():
            messages.success(request, _("Added. The roles hold from now on."))
            return redirect("person", pk)
    return _form_page(request, "people/roles.html", form, line=line(user))


@require_POST
def end_role(request: UserRequest, pk: UUID) -> HttpResponse:
    """One role ends at once; `role` names a membership of this person in one's own houses."""
    user = find(request.user, pk)
    number = request.POST.get("membership", "")
    posts = Membership.objects.select_related("user", "organisation").filter(
        user=user, organisation__in=reading.houses_of(request.user)
    )
    known = number if number.isascii() and number.isdecimal() and len(number) < 18 else None
    people.end_role(get_object_or_404(posts, pk=known), actor=request.user, at=now())
    messages.success(request, _("Ended. The next page this person opens already knows."))
    return redirect("person", pk)


@require_POST
def end_sessions(request: UserRequest, pk: UUID) -> HttpResponse:
    """Signed out everywhere."""
    people.end_sessions(find(request.user, pk), actor=request.user, at=now())
    messages.success(request, _("This person is signed out on all devices."))
    return redirect("person", pk)


@require_http_methods(_READ_OR_SEND)
def close(request: UserRequest, pk: UUID) -> HttpResponse:
    """What closing means; sending it closes the account."""
    user = find(request.user, pk)
    people.require_whole(request.user, user)
    if request.method == "POST":
        people.close(user, actor=request.user, at=now())
        messages.success(request, _("Closed. This account gets no further answer."))
        return redirect("person", pk)
    return render(request, "people/close.html", {"line": line(user)})


@require_http_methods(_READ_OR_SEND)
def give_access(request: UserRequest, pk: UUID) -> HttpResponse:
    """What a new link means; sending it makes one and shows it this once."""
    user = find(request.user, pk)
    people.require_whole(request.user, user)
    if request.method == "POST":
        token = people.give_access(user, actor=request.user, at=now())
        return _link_page(request, user, token)
    return render(request, "people/access.html", {"line": line(user)})


def _link_page(request: UserRequest, user: User, token: str) -> HttpResponse:
    """The link, on an answer that is kept nowhere: no redirect, or it had to be stored."""
    link = request.build_absolute_uri(reverse("invitation", args=[token]))
    letters.send_link(user, link)
    context = {
        "person": user,
        "link": link,
        "until": now() + VALID_FOR,
        "is_mailed": is_possible(),
    }
    return render(request, "people/link.html", context)


def _form_page(
    request: HttpRequest, template: str, form: forms.Form, **more: object
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, **more}
    return render(request, template, context, status=422 if form.errors else 200)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
