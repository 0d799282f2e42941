"""Building the need profile of a case from values alone. Pure."""

from collections.abc import Iterable
from datetime import timedelta

# Looking again within this time at the same result is the same look, not a second one.
SAME_LOOK = timedelta(hours=1)


def languages_of(language: str) -> tuple[str, ...]:
    """What a family speaks, as the catalogue names it: the main language of the tag."""
    return (language.split("-")[0],)


def same_result(before: Iterable[str], now: Iterable[str]) -> bool:
    """Whether two looks showed the same offers in the same order."""
    return list(before) == list(now)
