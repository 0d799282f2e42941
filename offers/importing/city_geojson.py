"""Open data of a city as GeoJSON points: day-care centres and agencies in the shape Krefeld uses.

The files are dirty (values as text or list, missing regions, ages and hours in prose), so every
value goes through `Cells`; nothing here fails on a strange type.
"""

import hashlib
import re

from lotsen.importing import one_line, slug
from offers.importing import prose
from offers.importing.cells import Cells
from offers.importing.entry import Entry, PlaceMention, ProviderMention
from offers.importing.problems import RowRejectedError
from offers.vocabulary import Access, Dimension, Setting

# A part of a description that names who runs the place, not what it does or when it is open.
_ORGANISATION = re.compile(
    r"e\. ?V\.|mbH|GbR|AöR|gemeinde\b|[Vv]erband\b|verband |[Vv]erein\b|^Verein |^Verband |"
    r"^Stadt |Trägerwerk|^Internationaler|Jugend Deutschlands|Jugendarbeit Krefeld"
)
_CLOCK = re.compile(r"\d{1,2}[.:]\d{2}|\d Uhr")
_DAY_CARE = "Kindertageseinrichtung"


def read_feature(number: int, feature: object) -> Entry:
    """The offer a feature describes.

    Raises:
        RowRejectedError: it is no feature, or has no name.
    """
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise RowRejectedError("not_a_feature")
    lists = {str(name): _texts(value) for name, value in properties.items()}
    cells = Cells({name: " ".join(texts) for name, texts in lists.items()})
    name = cells.text("title", 200)
    if not name:
        raise RowRejectedError("name_missing")
    if "cat3" in lists or "text4" in lists:
        return _day_care(number, name, cells, lists.get("cat2", []))
    return _agency(number, name, cells)


def _texts(value: object) -> list[str]:
    """Text or number or a list of them, as texts; anything else says nothing."""
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if isinstance(value, bool) or value is None:
        return []
    return [one_line(str(value))] if isinstance(value, str | int | float) else []


def _day_care(number: int, name: str, cells: Cells, groups: list[str]) -> Entry:
    description = cells.text("description", 2000).strip("; ")
    inclusive = "integrativ" in f"{' '.join(groups)} {description}".lower()
    family_centre = "familienzentrum" in f"{name} {description}".lower()
    values = {
        "name": name,
        "summary": _day_care_summary(cells, description, inclusive=inclusive),
        "dimension": Dimension.UNIVERSAL.value,
        "needs": ["siblings_load", "work_education"]
        + ["child_disability"] * inclusive
        + ["isolation"] * family_centre,
        "setting": Setting.DAY_CARE.value,
        "languages": ["de"],
        "access": Access.REGISTRATION.value,
        "opening_hours": cells.text("text2", 2000),
        **_contact(cells),
    }
    region = cells.text("region", 80)
    return Entry(
        number=number,
        source_id=_source_id(name, cells),
        city=cells.text("city", 50),
        values=values,
        ages=_day_care_ages(cells, groups),
        provider=ProviderMention(name=_day_care_provider(cells)),
        place=PlaceMention(districts=(region,) if region else (), borough=cells.text("cat1", 80)),
        markup=cells.markup,
        hints=tuple(cells.hints),
    )


def _day_care_summary(cells: Cells, description: str, *, inclusive: bool) -> str:
    kind = _DAY_CARE + (" mit Plätzen für Kinder mit Behinderung" if inclusive else "")
    focus = cells.text("text3", 2000)
    hours = dict.fromkeys(
        re.sub(r"\s+,", ",", hours)
        for column in ("text6", "text7", "text8", "text9")
        if (hours := cells.text(column, 100))
    )
    sentences = [
        kind,
        cells.text("text4", 300),
        description,
        f"Schwerpunkt: {focus}" if focus and "://" not in focus else "",
        f"Betreuungsumfang: {'; '.join(hours)}" if hours else "",
        cells.text("text1", 300),
    ]
    return " ".join(f"{sentence.rstrip('.;, ')}." for sentence in sentences if sentence)


def _day_care_ages(cells: Cells, groups: list[str]) -> tuple[int, int] | None:
    """From the sentence about places, else from the groups; day care ends with school."""
    low, high = prose.ages(cells.text("text4", 300))
    if low is None:
        low, _ = prose.ages(" ".join(groups))
    return None if low is None else (low, high or prose.SCHOOL_ENTRY_MONTHS)


def _day_care_provider(cells: Cells) -> str:
    named = cells.text("text5", 200)
    if not named and cells.text("cat3", 100).startswith("Städtisch"):
        return f"Stadt {cells.text('city', 50)}"
    return named


def _agency(number: int, name: str, cells: Cells) -> Entry:
    description = cells.text("description", 2000)
    city = cells.text("city", 50)
    parts = [part.strip() for part in description.split(";")]
    values = {
        "name": name,
        "summary": description,
        "opening_hours": "; ".join(part for part in parts if _CLOCK.search(part)),
        **_contact(cells),
    }
    low, high = prose.ages(description)
    district = cells.text("district", 80)
    return Entry(
        number=number,
        source_id=_source_id(name, cells),
        city=city,
        values=values,
        ages=None if low is None or high is None or high < low else (low, high),
        provider=ProviderMention(name=_agency_provider(name, parts, cells)),
        place=PlaceMention(
            whole_city=slug(district) == slug(city), districts=(district,) if district else ()
        ),
        needs_matter=True,
        markup=cells.markup,
        hints=tuple(cells.hints),
    )


def _agency_provider(name: str, parts: list[str], cells: Cells) -> str:
    """The organisation the text names, else the city by its address, else the place."""
    in_brackets: list[str] = re.findall(r"\(([^)]+)\)", name)
    without_hours = [re.split(r",\s+(?=\w+tags\b)", part)[0] for part in parts]
    for part in [*without_hours, *in_brackets]:
        if _ORGANISATION.search(part) and not _CLOCK.search(part):
            return part
    city = cells.text("city", 50)
    if f"@{slug(city)}.de" in cells.raw("mail") or f"www.{slug(city)}.de/" in cells.raw("web"):
        return f"Stadt {city}"
    return name


def _contact(cells: Cells) -> dict[str, object]:
    latitude, longitude = cells.position(cells.raw("lat"), cells.raw("lng"))
    return {
        "street": cells.text("street", 120),
        "postal_code": cells.postal_code("zip"),
        "town": cells.text("city", 80),
        "latitude": latitude,
        "longitude": longitude,
        "public_phone": cells.phone("tel"),
        "public_email": cells.email("mail"),
        "website": cells.website("web"),
    }


def _source_id(name: str, cells: Cells) -> str:
    """The files have no ids: name and street tell a place; the hash keeps long names apart."""
    mark = f"{slug(name)}|{slug(cells.raw('street'))}"
    return f"{slug(name)[:80]}-{hashlib.sha256(mark.encode()).hexdigest()[:10]}"
