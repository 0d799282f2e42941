"""Verbs on places. Run by whoever operates the installation, at the command line."""

from collections.abc import Iterable

from django.db import transaction

from lotsen.importing import Ended, Row, RowEnd, slug
from lotsen.places.district_rows import (
    STATES,
    DistrictRow,
    RowProblemError,
    names_used_twice,
    read_row,
)
from lotsen.places.models import District, Municipality


@transaction.atomic
def import_districts(rows: Iterable[Row]) -> list[RowEnd]:
    """Take over a district list; a second run changes nothing, a district is never deleted.

    A district is found again by its city's number, else by borough and name; its key is made
    once and stays. The borough joins the key where a city uses a name twice.
    """
    ends: list[RowEnd] = []
    readable: list[DistrictRow] = []
    for row in rows:
        try:
            readable.append(read_row(row))
        except RowProblemError as problem:
            ends.append(_rejected(row.number, problem))
    twice = names_used_twice(readable)
    seen: dict[tuple[str, ...], int] = {}
    for district_row in readable:
        try:
            status = _take_over(district_row, twice, seen)
            ends.append(RowEnd(district_row.number, status))
        except RowProblemError as problem:
            ends.append(_rejected(district_row.number, problem))
    return sorted(ends, key=lambda end: end.row)


def _rejected(number: int, problem: RowProblemError) -> RowEnd:
    return RowEnd(number, Ended.REJECTED, problem.code, problem.message)


def _take_over(
    row: DistrictRow, twice: set[tuple[str, str]], seen: dict[tuple[str, ...], int]
) -> Ended:
    _require_first_mention(row, seen)
    city = _city(row)
    name_is_unique = (row.ags, slug(row.name)) not in twice
    district = _found_again(row, city, name_is_unique=name_is_unique)
    if district is None:
        return _create(row, city, with_borough=not name_is_unique)
    values = _values(row)
    changed = [name for name, value in values.items() if getattr(district, name) != value]
    for name in changed:
        setattr(district, name, values[name])
    if changed:
        district.save(update_fields=changed)
    return Ended.UPDATED if changed else Ended.UNCHANGED


def _require_first_mention(row: DistrictRow, seen: dict[tuple[str, ...], int]) -> None:
    marks = [row.identity, *([(row.ags, row.code)] if row.code else [])]
    for mark in marks:
        if mark in seen:
            raise RowProblemError("duplicate", row=seen[mark])
    seen.update(dict.fromkeys(marks, row.number))


def _city(row: DistrictRow) -> Municipality:
    """The row's city, created at its first mention."""
    city = Municipality.objects.filter(ags=row.ags).first()
    if city is not None:
        if slug(city.name) != slug(row.city):
            raise RowProblemError("city_conflict")
        return city
    if Municipality.objects.filter(slug=slug(row.city)).exists():
        raise RowProblemError("city_conflict")
    return Municipality.objects.create(
        slug=slug(row.city), name=row.city, ags=row.ags, state=STATES[row.ags[:2]]
    )


def _found_again(row: DistrictRow, city: Municipality, *, name_is_unique: bool) -> District | None:
    if row.code:
        numbered = District.objects.filter(municipality=city, code=row.code).first()
        if numbered is not None:
            return numbered
    namesakes = [
        district
        for district in District.objects.filter(municipality=city, code="")
        if slug(district.name) == slug(row.name)
    ]
    neighbours = [d for d in namesakes if slug(d.borough) == slug(row.borough)]
    if not neighbours and name_is_unique and len(namesakes) == 1:
        return namesakes[0]  # the city renamed its borough
    return neighbours[0] if neighbours else None


def _create(row: DistrictRow, city: Municipality, *, with_borough: bool) -> Ended:
    key = row.key(with_borough=with_borough)
    if District.objects.filter(key=key).exists():
        key = row.key(with_borough=True)
    if District.objects.filter(key=key).exists():
        raise RowProblemError("key_taken", key=key)
    District.objects.create(key=key, municipality=city, **_values(row))
    return Ended.CREATED


def _values(row: DistrictRow) -> dict[str, object]:
    return {
        "code": row.code, "name": row.name, "borough_code": row.borough_code,
        "borough": row.borough, "latitude": row.latitude, "longitude": row.longitude,
    }  # fmt: skip
