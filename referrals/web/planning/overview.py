"""The first page of the network coordination: five sentences, and the findings behind them."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import User
from referrals.statistics import figures, files, labels, reports
from referrals.statistics.figures import Figure
from referrals.statistics.published import Published
from referrals.web.planning import overview_panels, resource_panels, wording
from referrals.web.planning.panels import Panel, file_response, table_of
from referrals.web.planning.periods import Chosen, frame, history, with_numbers

TABLE, AS = "tafel", "als"  # the words of the address


@dataclass(frozen=True)
class Sentence:
    """A big number, what it counts, and how it compares."""

    number: str
    text: str
    comparison: str
    url: str = ""
    link: str = ""


@require_safe
@with_numbers("statistics")
def overview(request: UserRequest, choice: Chosen, now: Published) -> HttpResponse:
    """Five sentences and all findings; one table as a file, where the address asks for it.

    Raises:
        Http404: the address asks for a table or a kind of file that there is not.
    """
    found = panels(choice, now, request.user)
    if kind := request.GET.get(AS, ""):
        panel = next((p for p in found if p.code == request.GET.get(TABLE)), None)
        if panel is None or kind not in files.TYPES:
            raise Http404
        return file_response(table_of(panel), now, choice, kind=kind, code=panel.code)
    context = {
        **frame(choice, "statistics"),
        "sentences": sentences(choice, now),
        "reached": wording.count(figures.reached(now)),
        "panels": found,
        "query": choice.query(),
    }
    return render(request, "planning/overview.html", context)


def panels(choice: Chosen, now: Published, user: User) -> list[Panel]:
    """All findings of a period that can be told, in the order of the page."""
    before = choice.before
    resources = resource_panels.resources_of(now)
    births, why_no_births = resources.births.value, resources.why_no_births
    found = [
        overview_panels.course(history(choice, user)),
        overview_panels.needs(now, before),
        overview_panels.funnel(now, before, births=births, why_no_births=why_no_births),
        overview_panels.interpreting(now, before),
        overview_panels.waits(now, before),
        overview_panels.returns(now, before),
        resource_panels.workload(now, resources),
        resource_panels.catalogue(now.municipality, localdate()),
    ]
    return [panel for panel in found if panel is not None]


def sentences(choice: Chosen, now: Published) -> list[Sentence]:
    """The five of this period; none where it has too few families to tell more than their sum."""
    told = {figure.code: figure for figure in reports.key_figures(now, choice.before)}
    if told["wished"].value is None:
        return []
    period = now.period
    return [
        _wished(told["wished"], period),
        _arrived(told["arrived"], period),
        _first_answer(told["first_answer"], period),
        _came_back(told["came_back"], now),
        _without_offer(told["without_offer"], choice),
    ]


def _wished(figure: Figure, period: str) -> Sentence:
    text = _("families wished for support.")
    return Sentence(wording.count(figure.value), text, wording.than_before(figure, period))


def _arrived(figure: Figure, period: str) -> Sentence:
    text = _("handovers arrived where help is.")
    share = wording.of_a_hundred(figure.percent).replace(".", "")
    ended = _("%(share)s of those that ended.") % {"share": share} if share else ""
    comparison = ended or wording.than_before(figure, period)
    return Sentence(wording.count(figure.value), text, comparison)


def _first_answer(figure: Figure, period: str) -> Sentence:
    if not figure.detail:
        return Sentence(
            wording.UNKNOWN, _("Time to the first answer: too few answers to tell."), ""
        )
    text = _("passed until the first answer, in the middle case.")
    band = str(labels.WAITS[figure.detail])
    return Sentence(band, text, wording.band_before(figure, period))


def _came_back(figure: Figure, now: Published) -> Sentence:
    comparison = wording.than_before(figure, now.period)
    if reason := overview_panels.main_reason(now):
        comparison = _("Most frequent reason: %(reason)s.") % {"reason": reason}
    return Sentence(wording.count(figure.value), _("handovers came back."), comparison)


def _without_offer(figure: Figure, choice: Chosen) -> Sentence:
    return Sentence(
        wording.count(figure.value),
        _("wishes found no offer or no place."),
        wording.than_before(figure, choice.period),
        url=_address("gaps") and _address("gaps") + choice.query(),
        link=_("Where exactly?"),
    )


def _address(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""
