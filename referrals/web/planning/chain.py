"""The chain of prevention: what there is from pregnancy to 27, and where it breaks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from lotsen.accounts.http import UserRequest
from lotsen.exporting import csv_file, ods_file
from offers import labels as offer_labels
from offers.matching.values import Candidate
from offers.vocabulary import Dimension
from referrals.facts.rules import LifePhase
from referrals.planning import coverage, gaps
from referrals.planning.coverage import BANDS, Asked, Supply, Transition
from referrals.planning.gaps import State
from referrals.planning.models import ContextFigure
from referrals.statistics import files, labels
from referrals.statistics.labels import Label
from referrals.web.planning import panels, supplies
from referrals.web.planning.charts import german, level_of, spans_of
from referrals.web.planning.gap_words import lacking
from referrals.web.planning.gaps import NEED, PHASE, PLACE, TABLE, in_order, legend
from referrals.web.planning.periods import FORM, Chosen, chosen, frame

DIMENSION = "dimension"
NAMES_SHOWN = 8  # of offers that end at a step
BOROUGH = "borough:"
type _Supplies = Mapping[tuple[str, str], Supply]

DIMENSIONS: Mapping[str, Label] = {
    **offer_labels.DIMENSIONS,
    coverage.NOT_STATED: gettext_lazy("Not stated"),
}
# By the phase that begins.
STEPS: Mapping[str, Label] = {
    LifePhase.NEWBORN: gettext_lazy("Birth"),
    LifePhase.INFANT: gettext_lazy("After the first weeks"),
    LifePhase.TODDLER: gettext_lazy("First birthday"),
    LifePhase.PRESCHOOL: gettext_lazy("Start of day care, 3 years"),
    LifePhase.SCHOOL: gettext_lazy("Start of school"),
    LifePhase.YOUTH: gettext_lazy("Change to secondary school"),
    LifePhase.YOUNG_ADULT: gettext_lazy("Coming of age"),
}


@dataclass(frozen=True)
class Square:
    """One cell: how many offers, what is known of their places, where they are listed."""

    supply: Supply
    words: str
    address: str
    brief: str = ""
    unmet: str = ""  # published families for whom nothing was found
    unmet_address: str = ""
    level: int = 0  # of what is missing, 1 to 5
    is_gap: bool = False


@dataclass(frozen=True)
class Step:
    """A transition as drawn: three counts, their bars, and what ends."""

    name: str
    ends: int
    bridges: int
    begins: int
    widths: tuple[float, float, float]
    begins_at: tuple[float, float]  # where the bars of "lead across" and "begin" start
    ending: list[Candidate]
    more: int
    is_weakest: bool


@dataclass(frozen=True)
class View:
    """Everything one look at the page is made from."""

    chosen: Chosen
    catalogue: supplies.Catalogue
    names: Mapping[str, Label]
    dimension: str
    place: str
    steps: list[Transition] = field(default_factory=list)

    @property
    def told_place(self) -> str:
        """The chosen place, if the published numbers know it."""
        told = self.chosen.published
        return self.place if told and self.place in told.needs.codes("district") else ""

    def link(self, **more: str) -> str:
        asked = {DIMENSION: self.dimension, PLACE: self.place}
        return reverse("chain") + self.chosen.query(**(asked | more))


@require_safe
def page(request: UserRequest) -> HttpResponse:
    """What the catalogue holds, beside what families looked for in vain.

    Raises:
        Http404: the address names a dimension, a place or a table there is not.
    """
    view = _view(request)
    if kind := request.GET.get(FORM, ""):
        return _file(view, request.GET.get(TABLE, "angebote"), kind)
    weakest = coverage.weakest(view.steps)
    by_dimension = _supplies(view)
    context = {
        **frame(view.chosen, "chain"),
        "filters": _filters(view),
        "offers": len(view.catalogue.offers),
        "weakest": weakest and _weakest(weakest),
        "empty": _empty(by_dimension),
        "bands": [str(labels.word("life_phase", band)) for band in BANDS],
        "dimensions": _by_dimension(view, by_dimension),
        "places": _by_place(view),
        "dimension": str(DIMENSIONS[view.dimension]) if view.dimension else "",
        "place": str(view.names[view.place]) if view.place else "",
        "steps": [_step(view, step, weakest) for step in view.steps],
        "needs": _by_need(view),
        "languages": _languages(view),
        "context": _context(request, view),
        "without_catchment": len(coverage.without_catchment(view.catalogue.offers)),
        "address": request.build_absolute_uri(view.link()),
        "today": view.catalogue.on,
    }
    return render(request, "planning/chain.html", context)


def _view(request: UserRequest) -> View:
    choice = chosen(request)
    catalogue = supplies.catalogue(choice.municipality, localdate())
    dimension, place = request.GET.get(DIMENSION, ""), request.GET.get(PLACE, "")
    if (dimension and dimension not in list(Dimension)) or (
        place and place not in catalogue.places
    ):
        raise Http404
    names = labels.places(choice.municipality)
    steps = coverage.transitions(
        coverage.asked_for(catalogue.offers, catalogue.asked(place=place))
    )  # fmt: skip
    return View(choice, catalogue, names, dimension, place, steps)


def _filters(view: View) -> list[tuple[str, Label, str, list[tuple[str, str]]]]:
    places = [(code, str(view.names[code])) for code in view.catalogue.places]
    order = sorted(places, key=lambda pair: (not pair[0].startswith(BOROUGH), in_order(pair[1])))
    dimensions = [(code.value, str(DIMENSIONS[code])) for code in Dimension]
    return [
        (DIMENSION, gettext_lazy("Whom it is for"), view.dimension, dimensions),
        (PLACE, gettext_lazy("District"), view.place, order),
    ]


# Findings


def _weakest(step: Transition) -> str:
    words = {
        "step": STEPS[step.after],
        "ends": len(step.ends),
        "before": len(step.ends) + len(step.bridges),
        "bridges": len(step.bridges),
        "begins": len(step.begins),
    }
    return _(
        "The chain is thinnest at “%(step)s”: %(ends)d of %(before)d offers end there, %(bridges)d"
        " lead across, %(begins)d begin."
    ) % words  # fmt: skip


def _empty(found: _Supplies) -> str:
    """How many fields of dimension and age have no offer at all."""
    number = sum(not supply.offers for (row, _band), supply in found.items() if row)
    if not number:
        return _("There is an offer for every age and every kind of prevention.")
    text = ngettext(
        "In %(number)d field there is no offer at all.",
        "In %(number)d fields there is no offer at all.",
        number,
    )
    return text % {"number": number}


# Matrices


def _square(view: View, supply: Supply, asked: Asked, place: str) -> Square:
    linked = supply.offers and asked.dimension != coverage.NOT_STATED
    return Square(
        supply,
        supplies.words(supply),
        view.catalogue.address(asked, place) if linked else "",
        is_gap=not supply.offers,
    )


def _supplies(view: View) -> _Supplies:
    """Dimension × age band of the chosen place."""
    districts = view.catalogue.places.get(view.place)
    return coverage.by_dimension(view.catalogue.offers, view.catalogue.on, districts)


def _by_dimension(view: View, found: _Supplies) -> list[tuple[str, list[Square]]]:
    return [
        (
            str(DIMENSIONS[row]),
            [
                _square(
                    view,
                    found[row, band],
                    view.catalogue.asked(phase=band, place=view.place, dimension=row),
                    view.place,
                )
                for band in BANDS
            ],
        )
        for row in dict.fromkeys(row for row, _band in found)
    ]


def _by_place(view: View) -> list[tuple[str, str, list[Square]]]:
    """The boroughs of the city, or the districts of the chosen one."""
    places = {code: view.catalogue.places[code] for code in _rows(view)}
    dimension = view.dimension or None
    found = coverage.by_place(view.catalogue.offers, view.catalogue.on, places, dimension)
    return [
        (
            str(view.names[code]),
            view.link(**{PLACE: code}),
            [
                _square(
                    view,
                    found[code, band],
                    view.catalogue.asked(phase=band, place=code, dimension=dimension),
                    code,
                )
                for band in BANDS
            ],
        )
        for code in places
    ]


def _rows(view: View) -> list[str]:
    codes = view.catalogue.places
    boroughs = [code for code in codes if code.startswith(BOROUGH)]
    if view.place.startswith(BOROUGH):
        found: Iterable[str] = codes[view.place]
    elif view.place:
        found = [view.place]
    else:
        found = boroughs if len(boroughs) > 1 else (c for c in codes if c not in boroughs)
    return sorted(found, key=lambda code: in_order(str(view.names[code])))


def _by_need(view: View) -> dict[str, object]:
    """Wish × life phase: published gaps beside the offers; nothing while nothing is published."""
    told = view.chosen.published
    if told is None or not told.needs.cells:
        return {}
    place = view.told_place
    matrix = gaps.matrix(told.needs, place)
    spans = spans_of(cell.missing for cell in matrix.cells)
    supply = coverage.by_need(
        view.catalogue.offers, view.catalogue.on, matrix.phases, view.catalogue.places.get(place)
    )
    rows = [
        (
            str(labels.word("need", need)),
            [_need_square(view, cell, supply[cell.need, cell.phase], spans) for cell in row],
        )
        for need, row in matrix.rows
    ]
    return {
        "phases": [str(labels.word("life_phase", phase)) for phase in matrix.phases],
        "rows": rows,
        "legend": legend(spans),
        "place": str(view.names.get(place, "")),
        "not_by_place": bool(view.place) and not place,
    }


def _need_square(
    view: View, cell: gaps.Cell, supply: Supply, spans: Sequence[tuple[int, int]]
) -> Square:
    if cell.state == State.CANNOT:
        return Square(Supply(), _("does not arise"), "")
    place = view.told_place
    asked = view.catalogue.asked(cell.need, cell.phase, place)
    wished = {"missing": lacking(cell.missing), "wished": german(cell.split.wished)}
    codes = {NEED: cell.need, PHASE: cell.phase, PLACE: place}
    return Square(
        supply,
        supplies.words(supply),
        view.catalogue.address(asked, place) if supply.offers else "",
        brief=supplies.brief(supply),
        unmet=_("%(missing)s of %(wished)s") % wished if cell.missing else lacking(0),
        unmet_address=reverse("gaps") + view.chosen.query(**codes),
        level=level_of(cell.missing, spans),
        is_gap=bool(cell.missing) and not supply.free,
    )


def _step(view: View, step: Transition, weakest: Transition | None) -> Step:
    counts = len(step.ends), len(step.bridges), len(step.begins)
    most = max(sum((len(s.ends), len(s.bridges), len(s.begins))) for s in view.steps) or 1
    ends, bridges, begins = (round(100 * count / most, 1) for count in counts)
    return Step(
        str(STEPS[step.after]),
        *counts,
        widths=(ends, bridges, begins),
        begins_at=(ends, round(ends + bridges, 1)),
        ending=list(step.ends[:NAMES_SHOWN]),
        more=max(len(step.ends) - NAMES_SHOWN, 0),
        is_weakest=step == weakest,
    )


def _languages(view: View) -> list[tuple[str, int, str]]:
    asked = view.catalogue.asked(place=view.place)
    spoken = view.catalogue.supply(asked).languages
    return [
        (
            offer_labels.named(offer_labels.LANGUAGES, language),
            number,
            view.catalogue.address(
                view.catalogue.asked(place=view.place, language=language), view.place
            )
            if language in offer_labels.LANGUAGES
            else "",
        )
        for language, number in sorted(spoken.items(), key=lambda pair: (-pair[1], pair[0]))
    ]


def _context(request: UserRequest, view: View) -> list[ContextFigure]:
    """The newest figures from elsewhere about the chosen place, each with source and year."""
    districts = view.catalogue.places.get(view.place, frozenset())
    rows = ContextFigure.objects.visible_to(request.user).filter(
        municipality=view.chosen.municipality, district__in=districts
    )
    newest: dict[tuple[str, str], ContextFigure] = {}
    for row in rows.select_related("district").order_by("name", "district__name", "year"):
        newest[row.name, row.district_id] = row
    return list(newest.values())


# Tables to take along


def _file(view: View, code: str, kind: str) -> HttpResponse:
    head, rows = _table(view, code)
    if kind not in files.TYPES or not head:
        raise Http404
    title = _("Offers of the prevention chain")
    content = csv_file(head, rows) if kind == files.CSV else ods_file(head, rows, title=title)
    name = f"lotsen-{view.chosen.municipality.slug}-praeventionskette-{code}.{kind}"
    return panels.download(content, files.TYPES[kind], name)


def _table(view: View, code: str) -> tuple[list[str], Sequence[Sequence[object]]]:
    counted = [_("Offers"), _("Place free"), _("Waiting list"), _("Full"), _("Not known")]
    if code == "angebote":
        found = _supplies(view)
        return [_("Whom it is for"), _("Life phase"), *counted], [
            [DIMENSIONS[row], labels.word("life_phase", band), *_counts(supply)]
            for (row, band), supply in found.items()
        ]
    if code == "orte":
        places = {place: view.catalogue.places[place] for place in _rows(view)}
        offers, on = view.catalogue.offers, view.catalogue.on
        found = coverage.by_place(offers, on, places, view.dimension or None)
        return [_("District"), _("Life phase"), *counted], [
            [view.names[row], labels.word("life_phase", band), *_counts(supply)]
            for (row, band), supply in found.items()
        ]
    if code == "uebergaenge":
        return [_("Transition"), _("Offers that end"), _("lead across"), _("begin")], [
            [STEPS[step.after], len(step.ends), len(step.bridges), len(step.begins)]
            for step in view.steps
        ]
    return [], []


def _counts(supply: Supply) -> list[int]:
    return [supply.offers, supply.free, supply.waiting, supply.full, supply.unknown]
