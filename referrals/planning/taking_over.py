"""Taking over files of births and of figures about districts: whole, or not at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from lotsen.accounts.models import User
from lotsen.importing import Ended, RowEnd, UnreadableFileError
from lotsen.places.models import District, Municipality
from referrals.planning import rules
from referrals.planning.actions import require_planning, write_births
from referrals.planning.births import births_known, sites_of, stand_out
from referrals.planning.models import ContextFigure
from referrals.planning.reading_files import (
    BirthsRow,
    ContextRow,
    Place,
    Places,
    read_births,
    read_context,
)

_GAPS_NAMED = 6


@dataclass(frozen=True)
class Taken:
    """How the rows of a file ended, and what is worth a look although it was taken.

    Args:
        done: whether anything was stored; one row that does not fit is enough for nothing.
        hints: German sentences about the file as a whole.
    """

    ends: list[RowEnd]
    done: bool
    hints: tuple[str, ...] = ()

    @property
    def rejected(self) -> list[RowEnd]:
        return [end for end in self.ends if end.status is Ended.REJECTED]


@transaction.atomic
def take_over_births(
    path: Path, municipality: Municipality, *, actor: User | None, at: datetime
) -> Taken:
    """The births of a file, if every row fits; a month told before is replaced.

    Args:
        actor: None for the operator at the command line, who acts in nobody's name.

    Raises:
        NotPermitted: `actor` does not plan for this city.
        UnreadableFileError: the file as a whole cannot be read.
    """
    if actor is not None:
        require_planning(actor, municipality)
    houses = {
        str(site.pk): Place(str(site.pk), (site.name, site.short_name, site.slug))
        for site in sites_of(municipality)
    }
    places = Places(
        houses.values(), unknown="site_unknown", ambiguous="site_ambiguous", city=municipality.name
    )
    rows, rejected = read_births(path, places, localdate(at))
    if rejected:
        return _refused(rows, rejected)
    before = births_known(municipality)
    changes: dict[tuple[UUID, date], int | None] = {
        (UUID(row.site), row.month): row.births for row in rows
    }
    doubtful = set(stand_out(municipality, changes))
    write_births(municipality, changes, by=actor, at=at)
    ends = [_births_end(row, before, doubtful) for row in rows]
    return Taken(ends, done=True, hints=tuple(_gaps(rows, houses)))


@transaction.atomic
def take_over_context(
    path: Path, municipality: Municipality, *, actor: User | None, at: datetime
) -> Taken:
    """The figures of a file, if every row fits; a figure of the same year is replaced.

    Raises:
        NotPermitted: `actor` does not plan for this city.
        UnreadableFileError: the file as a whole cannot be read.
    """
    if actor is not None:
        require_planning(actor, municipality)
    known = District.objects.filter(municipality=municipality)
    places = Places(
        (Place(district.key, (district.name,)) for district in known),
        unknown="district_unknown", ambiguous="district_ambiguous", city=municipality.name,
    )  # fmt: skip
    rows, rejected = read_context(path, places, localdate(at))
    rejected += _of_other_sources(rows, municipality)
    if rejected:
        return _refused(rows, rejected)
    stored = {
        (figure.district_id, figure.name, figure.year): figure
        for figure in ContextFigure.objects.select_for_update().filter(municipality=municipality)
    }
    return Taken([_take_figure(row, municipality, stored) for row in rows], done=True)


def city_for(wanted: str | None) -> Municipality:
    """The city a command works for: the one named, or the only one there is.

    Raises:
        UnreadableFileError: it is not known, or there are several.
    """
    cities = list(Municipality.objects.filter(**({"slug": wanted} if wanted else {})))
    if len(cities) == 1:
        return cities[0]
    if wanted:
        raise UnreadableFileError(
            f"Die Stadt „{wanted}“ ist nicht angelegt. Nichts wurde geändert."
        )
    raise UnreadableFileError(
        "Bitte mit --city die Stadt nennen, etwa --city duesseldorf. Nichts wurde geändert."
    )


def _refused(rows: Sequence[BirthsRow | ContextRow], rejected: Sequence[RowEnd]) -> Taken:
    """Nothing is stored: the rows that would fit stay as they were."""
    bad = {end.row for end in rejected}
    good = [RowEnd(row.number, Ended.UNCHANGED) for row in rows if row.number not in bad]
    ends = sorted([*rejected, *good], key=lambda end: end.row)
    hint = "Nichts wurde übernommen. Bitte die genannten Zeilen berichtigen und neu einlesen."
    return Taken(ends, done=False, hints=(hint,))


def _births_end(
    row: BirthsRow,
    before: dict[tuple[UUID, date], int],
    doubtful: set[tuple[UUID, date]],
) -> RowEnd:
    key = (UUID(row.site), row.month)
    if key not in before:
        status = Ended.CREATED
    else:
        status = Ended.UNCHANGED if before[key] == row.births else Ended.UPDATED
    if key not in doubtful:
        return RowEnd(row.number, status)
    message = (
        f"{row.births} Geburten im {row.month:%m.%Y} fallen aus dem Rahmen der Monate darum."
        " Bis jemand sie auf der Seite „Geburten“ bestätigt, gibt es für dieses Quartal keine"
        " Quote."
    )
    return RowEnd(row.number, status, "births_stand_out", message)


def _gaps(rows: Sequence[BirthsRow], houses: dict[str, Place]) -> Iterable[str]:
    for key, place in houses.items():
        missing = rules.gaps(row.month for row in rows if row.site == key)
        if missing:
            named = ", ".join(f"{month:%m.%Y}" for month in missing[:_GAPS_NAMED])
            more = len(missing) - _GAPS_NAMED
            named += f" und {more} weitere" if more > 0 else ""
            yield (
                f"{place.names[0]}: In der Datei fehlt {named}. Für diese Quartale gibt es ohne"
                " diese Zahlen keine Quote."
            )


def _of_other_sources(rows: Sequence[ContextRow], municipality: Municipality) -> list[RowEnd]:
    """Rows that would stand beside other districts of the same figure and year from elsewhere."""
    replaced = {(row.district, row.name, row.year) for row in rows}
    stay = {
        (figure.name, figure.year): (figure.source, figure.unit)
        for figure in ContextFigure.objects.filter(municipality=municipality)
        if (figure.district_id, figure.name, figure.year) not in replaced
    }
    return [
        RowEnd(
            row.number,
            Ended.REJECTED,
            "sources_mixed",
            f"„{row.name}“ {row.year} ist für andere Stadtteile schon da: aus"
            f" „{stay[row.name, row.year][0]}“, in {stay[row.name, row.year][1]}. Quellen werden"
            " nicht gemischt; bitte alle Stadtteile in einer Datei einlesen.",
        )
        for row in rows
        if stay.get((row.name, row.year), (row.source, row.unit)) != (row.source, row.unit)
    ]


def _take_figure(
    row: ContextRow,
    municipality: Municipality,
    stored: dict[tuple[str, str, int], ContextFigure],
) -> RowEnd:
    figure = stored.get((row.district, row.name, row.year))
    values = {"unit": row.unit, "source": row.source, "url": row.url, "value": row.value}
    if figure is None:
        ContextFigure.objects.create(
            municipality=municipality, district_id=row.district, name=row.name, year=row.year,
            **values,
        )  # fmt: skip
        return RowEnd(row.number, Ended.CREATED)
    if all(getattr(figure, name) == value for name, value in values.items()):
        return RowEnd(row.number, Ended.UNCHANGED)
    for name, value in values.items():
        setattr(figure, name, value)
    figure.save()
    return RowEnd(row.number, Ended.UPDATED)
