"""Births by clinic and month, posts of navigators, and the file that brings both sooner."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import Organisation
from lotsen.web.forms import DateInput, refusals_on
from referrals.planning import actions, rules
from referrals.planning.births import births_of, posts_now, why_not
from referrals.planning.models import SiteMonth, Staffing
from referrals.planning.taking_over import take_over_births
from referrals.web.planning.births_form import BirthsForm
from referrals.web.planning.periods import Chosen, chosen, period_label
from referrals.web.planning.plans import FileForm, file_page, link, plan_frame, take_file, to_plan

YEAR = "jahr"
_READ_OR_SEND = ["GET", "HEAD", "POST"]


class PostsForm(forms.Form):
    """How many full-time posts a house has from a day on."""

    house = forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        label=gettext_lazy("House"),
        empty_label=gettext_lazy("Please choose"),
        error_messages={"required": gettext_lazy("Choose the house.")},
    )
    since = forms.DateField(
        label=gettext_lazy("Holds from"),
        error_messages={"required": gettext_lazy("Enter the day from which it holds.")},
        widget=DateInput,
    )
    posts = forms.DecimalField(
        label=gettext_lazy("Full-time posts (VZÄ)"),
        max_digits=5,
        decimal_places=2,
        localize=True,
        help_text=gettext_lazy("Half a post is 0.5. 0 if nobody works there any more."),
        error_messages={
            "required": gettext_lazy("Enter the number of posts."),
            "invalid": gettext_lazy("Enter a number such as 0.5."),
        },
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, choice: Chosen, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["house"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  for the type alone
        field.queryset = Organisation.objects.filter(
            municipality=choice.municipality, is_active=True
        )


@require_http_methods(_READ_OR_SEND)
def births(request: UserRequest) -> HttpResponse:
    """A year of births, to read and to enter.

    Raises:
        NotPermitted: who reads statistics only sends nothing.
    """
    choice = to_plan(request) if request.method == "POST" else chosen(request)
    year = _year(request)
    sent = request.POST if request.method == "POST" else None
    form = BirthsForm(sent, municipality=choice.municipality, year=year)
    if form.is_valid():
        confirmed = form.confirmed
        with refusals_on(form):
            number = actions.enter_births(
                choice.municipality,
                form.changes | confirmed,
                confirmed=confirmed,
                actor=request.user,
                at=now(),
            )
        if form.is_valid():
            messages.success(request, _entered(number))
            return redirect(request.get_full_path())
    context = {
        **plan_frame(choice, "births", request.user),
        "form": form,
        "year": year,
        "years": _years(choice, year),
        "quarters": _quarters(choice, year),
        "houses": posts_now(choice.municipality, localdate()),
        "file_url": link("births-file", choice),
        "posts_url": link("posts", choice),
    }
    return render(request, "planning/births.html", context, status=422 if form.errors else 200)


@require_http_methods(_READ_OR_SEND)
def file(request: UserRequest) -> HttpResponse:
    """A CSV file of births; taken whole or not at all.

    Raises:
        NotPermitted: one may not plan for the city.
    """
    choice = to_plan(request)
    sent = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if sent else FileForm()
    taken = None
    if form.is_valid():
        taken = take_file(form, take_over_births, choice, request.user, now())
    return file_page(request, choice, "births", form, taken=taken)


@require_http_methods(_READ_OR_SEND)
def posts(request: UserRequest) -> HttpResponse:
    """The posts of each house since when; sending sets some, or takes a row back.

    Raises:
        NotPermitted: one may not plan for the city.
    """
    choice = to_plan(request)
    rows = Staffing.objects.visible_to(request.user).filter(municipality=choice.municipality)
    if request.method == "POST" and "back" in request.POST:
        return _take_back(request, choice)
    form = PostsForm(
        request.POST if request.method == "POST" else None,
        choice=choice,
        initial={"since": localdate().replace(day=1)},
    )
    if form.is_valid():
        facts = form.cleaned_data
        with refusals_on(form):
            actions.set_posts(
                facts["house"], since=facts["since"], posts=facts["posts"], actor=request.user,
                at=now(),
            )  # fmt: skip
        if form.is_valid():
            messages.success(request, _("Saved."))
            return redirect(request.get_full_path())
    context = {
        **plan_frame(choice, "births", request.user),
        "form": form,
        "rows": rows.select_related("organisation").order_by("organisation__name", "-since"),
        "back": link("births", choice),
    }
    return render(request, "planning/posts.html", context, status=422 if form.errors else 200)


def _take_back(request: UserRequest, choice: Chosen) -> HttpResponse:
    wanted = request.POST["back"]
    found = Staffing.objects.visible_to(request.user).filter(
        municipality=choice.municipality, pk=int(wanted) if wanted.isdecimal() else 0
    )
    row = found.select_related("organisation__municipality").first()
    if row is None:
        raise Http404
    actions.set_posts(row.organisation, since=row.since, posts=None, actor=request.user, at=now())
    messages.success(request, _("Taken back."))
    return redirect(request.get_full_path())


def _entered(number: int) -> str:
    if not number:
        return _("Nothing was changed.")
    told = ngettext("Saved: %(number)s month.", "Saved: %(number)s months.", number)
    return told % {"number": number}


def _year(request: UserRequest) -> int:
    text, this = request.GET.get(YEAR, ""), localdate().year
    if not text:
        return this
    fits = len(text) == 4 and text.isascii() and text.isdecimal()
    if not fits or not rules.EARLIEST_YEAR <= int(text) <= this:
        raise Http404
    return int(text)


def _years(choice: Chosen, year: int) -> list[tuple[int, str]]:
    """The years to choose from: every one told of, and the last four."""
    this = localdate().year
    told = SiteMonth.objects.filter(municipality=choice.municipality).order_by("month")
    first = min(
        [this - 3, year, *(month.year for month in told.values_list("month", flat=True)[:1])]
    )
    path = link("births", choice)
    joined = "&" if "?" in path else "?"
    return [(each, f"{path}{joined}{YEAR}={each}") for each in range(this, first - 1, -1)]


def _quarters(choice: Chosen, year: int) -> list[tuple[str, int | None, str]]:
    """Each quarter of the year that is over: its births, or why there is no rate."""
    today = localdate()
    found = []
    for number in range(1, 5):
        if rules.month_after(date(year, number * 3, 1)) > today:
            continue
        told = births_of(choice.municipality, f"{year}Q{number}")
        found.append((period_label(told.period), told.value, why_not(told)))
    return found
