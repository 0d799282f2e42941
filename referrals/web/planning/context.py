"""Figures of the districts from elsewhere: a table for each year, with sources."""

from decimal import Decimal

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_safe

from lotsen.accounts.http import UserRequest
from referrals.planning.context import sheet_of, years_of
from referrals.planning.taking_over import take_over_context
from referrals.web.planning.periods import chosen
from referrals.web.planning.plans import FileForm, file_page, link, plan_frame, take_file, to_plan
from referrals.web.planning.wording import UNKNOWN

YEAR = "jahr"


@require_safe
def context(request: UserRequest) -> HttpResponse:
    """The figures of one year, the newest unless another is asked for.

    Raises:
        Http404: no figure is known of that year.
    """
    choice = chosen(request)
    years = years_of(choice.municipality, request.user)
    wanted = request.GET.get(YEAR, "")
    if wanted and wanted not in map(str, years):
        raise Http404
    year = int(wanted) if wanted else next(iter(years), 0)
    sheet = sheet_of(choice.municipality, year, request.user) if year else None
    path = link("context", choice)
    joined = "&" if "?" in path else "?"
    found = {
        **plan_frame(choice, "context", request.user),
        "years": [(each, f"{path}{joined}{YEAR}={each}") for each in years],
        "sheet": sheet,
        "rows": [
            (district, [(column, _written(value)) for column, value in values])
            for district, values in (sheet.rows if sheet else ())
        ],
        "file_url": link("context-file", choice),
    }
    return render(request, "planning/context.html", found)


def _written(value: Decimal | None) -> str:
    """As many decimals as the source gave: "18,5", "1.234"."""
    return UNKNOWN if value is None else number_format(value.normalize(), force_grouping=True)


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: UserRequest) -> HttpResponse:
    """A CSV file of figures; taken whole or not at all.

    Raises:
        NotPermitted: one may not plan for the city.
    """
    choice = to_plan(request)
    sent = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if sent else FileForm()
    taken = None
    if form.is_valid():
        taken = take_file(form, take_over_context, choice, request.user, now())
    return file_page(request, choice, "context", form, taken=taken)
