"""Which districts a row means."""

from lotsen.importing import slug
from lotsen.places.models import District, Municipality
from offers.importing.entry import PlaceMention


class DistrictBook:
    """The districts of one city, found by key, by borough and name, or by an unambiguous name."""

    def __init__(self, city: Municipality) -> None:
        self._city = city
        self._by_key: dict[str, District] = {}
        self._by_name: dict[str, list[District]] = {}
        for district in District.objects.filter(municipality=city):
            self._by_key[district.key] = district
            self._by_name.setdefault(slug(district.name), []).append(district)

    def find(self, mention: PlaceMention) -> list[District] | None:
        """The districts meant, in a stable order; None if one is unknown or not unambiguous."""
        found = {self._one(name, mention.borough) for name in mention.districts}
        if not found or None in found:
            return None
        return sorted((d for d in found if d), key=lambda district: district.key)

    def _one(self, name: str, borough: str) -> District | None:
        if name in self._by_key:
            return self._by_key[name]
        candidates = self._by_name.get(self._plain(name), [])
        in_borough = [d for d in candidates if slug(borough) in {slug(d.borough), d.borough_code}]
        if borough and len(candidates) > 1:
            candidates = in_borough
        return candidates[0] if len(candidates) == 1 else None

    def _plain(self, name: str) -> str:
        """ "Krefeld - Bockum" is Bockum."""
        return slug(name).removeprefix(f"{slug(self._city.name)}-")
