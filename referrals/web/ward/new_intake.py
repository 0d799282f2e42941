"""The first page of an intake: a few coarse facts, then the case has its pseudonym."""

from collections.abc import Sequence
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from lotsen.access import permits
from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.places.models import District, Municipality
from lotsen.places.postal_codes import suggest_districts
from offers.labels import LANGUAGES_OWN
from referrals.assessments import actions as assessments
from referrals.assessments.models import current_version
from referrals.cases.models import Case
from referrals.cases.rules import Provenance
from referrals.intake import actions
from referrals.web.ward.new_intake_form import NewIntakeForm

CHIPS = 4  # how many districts and languages are offered as chips
LOOK_BACK = 30  # own intakes read to find out which are usual here
USUAL_LANGUAGES = ("de", "tr", "ar", "uk")  # where nobody has recorded anything yet


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: UserRequest) -> HttpResponse:
    """Ask for the coarse facts; POST opens the case, or only looks up a postal code."""
    houses = _houses(request.user)
    recent = _recent_cases(request.user)
    looks_up = "look_up" in request.POST
    form = _form(request, houses, recent)
    if form.is_bound and form.is_valid():
        return redirect("intake-screening", pk=_open(form, request.user).pk)
    near = _near(request.POST.get("postal_code", ""), houses)
    usual = _usual([case.district for case in recent])
    context = {
        "form": form,
        "houses": houses,
        "boroughs": _by_borough(houses),
        "district_chips": list(dict.fromkeys([*near, *usual])),
        "near": len(near),
        "looked_up": looks_up,
        "language_chips": _language_chips(recent),
    }
    template = "referrals/intake_new.html"
    if looks_up and request.htmx:
        template += "#district"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _form(
    request: UserRequest, houses: Sequence[Organisation], recent: Sequence[Case]
) -> NewIntakeForm:
    """Bound when the case is to be opened; after looking up a postal code what was typed stays."""
    if request.method == "POST" and "look_up" not in request.POST:
        return NewIntakeForm(request.POST, houses=houses)
    usual = {"organisation": recent[0].holder_id if recent else houses[0].pk}
    return NewIntakeForm(houses=houses, initial=usual | request.POST.dict())


def _near(postal_code: str, houses: Sequence[Organisation]) -> list[District]:
    """Districts around a postal code: offered, never decided, and the code is not kept."""
    cities = Municipality.objects.filter(pk__in={house.municipality_id for house in houses})
    return [district for city in cities for district in suggest_districts(postal_code, city)]


def _open(form: NewIntakeForm, actor: User) -> Case:
    moment = now()
    facts = form.cleaned_data
    case = actions.open_case(
        actor=actor,
        organisation=facts["organisation"],
        district=facts["district"],
        language=facts["language"],
        child_age_months=facts["child_age_months"],
        household=facts["household"],
        interpreting=facts["interpreting"],
        route=facts["route"],
        at=moment,
    )
    assessments.start(
        case, version=current_version(), provenance=Provenance.FAMILY, actor=actor, at=moment
    )
    return case


def _houses(user: User) -> list[Organisation]:
    """The houses for which `user` may open a case.

    Raises:
        NotPermitted: there is none.
    """
    ids = permits.require_somewhere(user, Right.OPEN_CASE)
    return list(Organisation.objects.filter(pk__in=ids))


def _recent_cases(user: User) -> list[Case]:
    """What this person opened lately: it says what is usual here, and nothing else is used."""
    return list(
        Case.objects.visible_to(user)
        .filter(opened_by=user)
        .select_related("district")
        .order_by("-opened_at")[:LOOK_BACK]
    )


def _usual[T](values: Sequence[T]) -> list[T]:
    """The first few different values, last used first."""
    return list(dict.fromkeys(values))[:CHIPS]


def _language_chips(recent: Sequence[Case]) -> list[tuple[str, str]]:
    codes = _usual([*(case.language for case in recent), *USUAL_LANGUAGES])
    return [(code, LANGUAGES_OWN[code]) for code in codes if code in LANGUAGES_OWN]


def _by_borough(houses: Sequence[Organisation]) -> list[tuple[str, list[District]]]:
    """All districts of the houses' cities, grouped for the list."""
    districts = District.objects.filter(
        municipality__in={house.municipality_id for house in houses}
    ).order_by("municipality", "borough_code", "name")
    return [(name, list(group)) for name, group in groupby(districts, key=lambda d: d.borough)]
