"""Where needs meet no offer: the page that says it in one sentence, a matrix, a map and a list."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from lotsen.accounts.http import UserRequest
from referrals.planning import gaps
from referrals.planning.gaps import Cell, Choice, Matrix, State
from referrals.statistics import files, labels, reports
from referrals.statistics.figures import comparable, part
from referrals.statistics.labels import Label
from referrals.statistics.published import Published
from referrals.web.planning import charts, panels, supplies, wording
from referrals.web.planning.gap_map import Map, draw
from referrals.web.planning.gap_words import finding, missing
from referrals.web.planning.periods import FORM, Chosen, frame, with_numbers

NEED, PHASE, PLACE, TABLE = "bedarf", "phase", "ort", "tabelle"  # the words of the address


@dataclass(frozen=True)
class Square:
    """One cell of the matrix as drawn."""

    text: str
    level: int
    linked: str = ""  # nothing where the need cannot arise
    is_chosen: bool = False
    share: str = ""


@dataclass(frozen=True)
class Bar:
    """One place of the list beside the map."""

    name: str
    text: str
    level: int
    width: float
    linked: str
    is_chosen: bool


@dataclass(frozen=True)
class Language:
    """A language in which interpreting was needed, beside the offers in it."""

    name: str
    families: str
    offers: int
    free: int
    address: str


@dataclass(frozen=True)
class View:
    """Everything one look at the page is made from."""

    chosen: Chosen
    told: Published
    choice: Choice
    unknown: bool  # something was asked for that this period does not tell
    names: Mapping[str, Label]  # of places
    matrix: Matrix
    catalogue: supplies.Catalogue

    def link(self, **more: str) -> str:
        """This page with another choice of need, phase or place; the rest stays."""
        asked = {NEED: self.choice.need, PHASE: self.choice.phase, PLACE: self.choice.place}
        return reverse("gaps") + self.chosen.query(**(asked | more))


@require_safe
@with_numbers("gaps")
def page(request: UserRequest, choice: Chosen, told: Published) -> HttpResponse:
    """The largest gap first, for everything or for what was chosen; also as a table to take along.

    Raises:
        Http404: there is no such table.
    """
    view = _view(request, choice, told)
    if kind := request.GET.get(FORM, ""):
        table = _tables(view).get(request.GET.get(TABLE, "wuensche"))
        if table is None or kind not in files.TYPES:
            raise Http404
        code = f"luecken-{request.GET.get(TABLE, 'wuensche')}"
        return panels.file_response(table, told, choice, kind=kind, code=code)
    context = {**frame(choice, "gaps"), **_filters(view), **_shown(view)}
    context["address"] = request.build_absolute_uri(view.link())
    return render(request, "planning/gaps.html", context)


def _view(request: UserRequest, choice: Chosen, told: Published) -> View:
    asked = {
        "need": request.GET.get(NEED, ""),
        "life_phase": request.GET.get(PHASE, ""),
        "district": request.GET.get(PLACE, ""),
    }
    known = {n: code if code in told.needs.codes(n) else "" for n, code in asked.items()}
    wanted = Choice(known["need"], known["life_phase"], known["district"])
    return View(
        chosen=choice,
        told=told,
        choice=wanted,
        unknown=known != asked,
        names=labels.places(choice.municipality),
        matrix=gaps.matrix(told.needs, wanted.place),
        catalogue=supplies.catalogue(choice.municipality, localdate()),
    )


def _filters(view: View) -> dict[str, object]:
    """The lists to choose from, of what this period tells."""
    needs = view.told.needs
    places = [(code, str(view.names.get(code, code))) for code in needs.codes("district")]
    fields = [
        (NEED, gettext_lazy("Wish"), view.choice.need, _words("need", needs.codes("need"))),
        (PHASE, gettext_lazy("Life phase"), view.choice.phase,
         _words("life_phase", view.matrix.phases)),
        (PLACE, gettext_lazy("District"), view.choice.place,
         sorted(places, key=lambda place: in_order(place[1]))),
    ]  # fmt: skip
    return {"filters": [field for field in fields if len(field[3]) > 1]}


def _shown(view: View) -> dict[str, object]:
    focus = _focus(view)
    return {
        "told": bool(view.told.needs.cells),
        "unknown": view.unknown,
        "is_narrowed": view.choice != Choice(),
        "matrix": _matrix(view),
        "focus": focus and _focused(view, focus),
        "map": _map(view),
        "bars": _bars(view),
        "reasons": [
            (str(labels.circumstance(f"gap_reason:{figure.code}")), wording.count(figure.value))
            for figure in reports.circumstances(view.told, "gap_reason")
        ],
        "languages": _languages(view),
        "interpreting": sum(one.interpreting for one in view.catalogue.offers),
        "place": str(view.names.get(view.choice.place, view.choice.place)),
        "tables": [(code, table.title) for code, table in _tables(view).items() if table.rows],
    }


# The finding, and what leads on from it


def _focus(view: View) -> Cell | None:
    """The largest gap of what was chosen; the chosen cell itself if it is only one."""
    cells = [
        cell
        for cell in view.matrix.cells
        if view.choice.need in ("", cell.need) and view.choice.phase in ("", cell.phase)
    ]
    narrowed = Matrix(view.matrix.phases, tuple((cell.need, (cell,)) for cell in cells))
    chosen = cells[0] if cells and view.choice.need and view.choice.phase else None
    return narrowed.largest or chosen


def _focused(view: View, cell: Cell) -> dict[str, object]:
    """The gap in words, what exists for it, and where to go from here."""
    place = view.choice.place
    asked = view.catalogue.asked(cell.need, cell.phase, place)
    almost = [
        other
        for other in view.matrix.cells
        if view.choice == Choice(place=place)
        and other != cell
        and other.missing >= cell.missing - charts.LEVELS
    ]
    return {
        "finding": finding(cell, view.choice, str(view.names.get(place, place)) if place else ""),
        "almost": [_gap_name(other) for other in almost] if len(almost) < 3 else [],
        "before": _before(view, cell),
        "supply": supplies.words(view.catalogue.supply(asked)),
        "offers": view.catalogue.address(asked, place),
        "measure": _measure(view, cell),
    }


def _before(view: View, cell: Cell) -> str:
    """How the gap compares with the same one of the period before, where that was told."""
    earlier = view.chosen.before
    if earlier is None or not comparable(view.told, earlier):
        return ""
    alike = all(
        code in earlier.needs.codes(name)
        for name, code in (("need", cell.need), ("life_phase", cell.phase))
    ) and earlier.levels.get("needs") == view.told.levels.get("needs")
    if not alike:
        return ""
    was = gaps.split(earlier.needs, Choice(cell.need, cell.phase, view.choice.place)).missing
    figure = part(cell.need, cell.missing, cell.split.wished, previous=was)
    return wording.than_before(figure, view.told.period)


def _measure(view: View, cell: Cell) -> str:
    """The form in which a measure is taken on this gap, if this installation serves it."""
    codes = {NEED: cell.need, PHASE: cell.phase, PLACE: view.choice.place}
    try:
        return reverse("measure-new") + view.chosen.query(**codes)
    except NoReverseMatch:
        return ""


def _gap_name(cell: Cell) -> str:
    words = labels.word("need", cell.need), labels.word("life_phase", cell.phase)
    return f"{words[0]}, {words[1]} ({cell.missing})"


# Drawings


def _matrix(view: View) -> dict[str, object]:
    spans = charts.spans_of(cell.missing for cell in view.matrix.cells)
    return {
        "phases": [str(labels.word("life_phase", phase)) for phase in view.matrix.phases],
        "rows": [
            (str(labels.word("need", need)), [_square(view, cell, spans) for cell in cells])
            for need, cells in view.matrix.rows
        ],
        "legend": legend(spans),
        "states": {cell.state.value for cell in view.matrix.cells},
    }


def _square(view: View, cell: Cell, spans: Sequence[tuple[int, int]]) -> Square:
    if cell.state == State.CANNOT:
        return Square(_("does not arise"), 0)
    return Square(
        text=missing(cell),
        level=charts.level_of(cell.missing, spans),
        linked=view.link(**{NEED: cell.need, PHASE: cell.phase}),
        is_chosen=(view.choice.need, view.choice.phase) == (cell.need, cell.phase),
        share=_("of %(wished)s") % {"wished": charts.german(cell.split.wished)}
        if cell.missing
        else "",
    )


def legend(spans: Sequence[tuple[int, int]]) -> list[tuple[int, str]]:
    """What each level spans."""
    return [
        (level, str(low) if low == high else _("%(low)d to %(high)d") % {"low": low, "high": high})
        for level, (low, high) in enumerate(spans, start=1)
    ]


def _map(view: View) -> Map | None:
    if not gaps.is_by_place(view.told.needs):
        return None
    return draw(view.chosen.municipality, view.catalogue.places, _levelled(view), view.names)


def _bars(view: View) -> list[Bar]:
    if not gaps.is_by_place(view.told.needs):
        return []
    found = _levelled(view)
    most = max((place.missing for place, _level in found), default=0) or 1
    return [
        Bar(
            name=str(view.names.get(place.code, place.code)),
            text=wording.count(place.missing),
            level=level,
            width=round(100 * place.missing / most, 1),
            linked=view.link(**{PLACE: place.code}),
            is_chosen=place.code == view.choice.place,
        )
        for place, level in found
    ]


def _levelled(view: View) -> list[tuple[gaps.Place, int]]:
    places = gaps.places(view.told.needs, view.choice)
    spans = charts.spans_of(place.missing for place in places)
    return [(place, charts.level_of(place.missing, spans)) for place in places]


def _languages(view: View) -> list[Language]:
    found = []
    for figure in reports.languages(view.told):
        if figure.code == "any":
            continue
        asked = view.catalogue.asked(language=figure.code)
        supply = view.catalogue.supply(asked)
        found.append(
            Language(
                name=str(labels.circumstance(f"interpreting:{figure.code}")),
                families=wording.count(figure.value),
                offers=supply.offers,
                free=supply.free,
                address=view.catalogue.address(asked),
            )
        )
    return found


def in_order(name: str) -> list[tuple[str, int]]:
    """Names as one would list them: borough 2 before borough 10."""
    parts = re.split(r"(\d+)", name.casefold())
    return [("", int(part)) if part.isdecimal() else (part, 0) for part in parts]


def _words(dimension: str, codes: Sequence[str]) -> list[tuple[str, str]]:
    return [(code, str(labels.word(dimension, code))) for code in codes]


# Tables to take along


def _tables(view: View) -> dict[str, files.Table]:
    return {
        "wuensche": files.Table(
            _("Wishes without a fitting offer, by life phase"),
            [_("Wish"), _("Life phase"), _("Missing"), _("No offer"), _("No place"), _("Found")],
            [_row(cell) for cell in view.matrix.cells],
        ),
        "orte": files.Table(
            _("Wishes without a fitting offer, by district"),
            [_("District"), _("Missing"), _("Found")],
            [
                [view.names.get(place.code, place.code), place.missing, place.split.met]
                for place in gaps.places(view.told.needs, view.choice)
            ],
        ),
        "gruende": files.Table(
            _("Why nothing fitted"),
            [_("Reason"), _("How often")],
            [
                [labels.circumstance(f"gap_reason:{figure.code}"), figure.value]
                for figure in reports.circumstances(view.told, "gap_reason")
            ],
        ),
        "sprachen": files.Table(
            _("Interpreting and offers in the language"),
            [
                _("Language"),
                _("Need interpreting"),
                _("Offers in it"),
                _("Place free"),
            ],
            [[one.name, one.families, one.offers, one.free] for one in _languages(view)],
        ),
    }


def _row(cell: Cell) -> list[object]:
    words = [labels.word("need", cell.need), labels.word("life_phase", cell.phase)]
    if cell.state == State.CANNOT:
        return [*words, _("does not arise"), "", "", ""]
    apart: list[object] = [cell.split.no_offer, cell.split.no_place]
    return [*words, cell.missing, *(["", ""] if cell.split.undivided else apart), cell.split.met]
