"""Finding a district from what somebody wrote: its key, or its name where that is clear."""

from django.db.models import Q

from lotsen.errors import InvalidInput
from lotsen.places.models import District, Municipality


def district_named(text: str, *, near: Municipality | None = None) -> District:
    """The district with this key, or the only one of this name.

    Names repeat across cities (Hafen, Stadtmitte …): the one in `near` wins, if given.

    Raises:
        InvalidInput: there is no such district, or several.
    """
    by_key = District.objects.filter(key=text).first()
    if by_key is not None:
        return by_key
    named = list(District.objects.filter(Q(name=text) | Q(name__iexact=text)))
    found = [district for district in named if near and district.municipality_id == near.pk]
    found = found or named
    if len(found) > 1:
        raise InvalidInput("district_ambiguous", field="district")
    if not found:
        raise InvalidInput("district_unknown", field="district")
    return found[0]
