"""Which borough a district belongs to, in the codes of the published cubes."""

from django.utils.text import slugify

from lotsen.places.models import District, Municipality


def of_city(municipality: Municipality) -> dict[str, str]:
    """District key → "borough:…" for all districts of a city.

    The code of the borough, where the city has none the name; without both "none".
    """
    rows = District.objects.filter(municipality=municipality)
    return {
        key: f"borough:{code or slugify(name) or 'none'}"
        for key, code, name in rows.values_list("key", "borough_code", "borough")
    }


def families_may_live_outside(municipality: Municipality) -> bool:
    """Whether a district of another city can be chosen for a family."""
    return District.objects.exclude(municipality=municipality).exists()
