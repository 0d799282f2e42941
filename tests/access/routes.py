"""Every route of the resolver, and how to fill its parameters for a given stage."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse


@dataclass(frozen=True)
class Route:
    """One address: its name and the names of its parameters."""

    name: str
    parameters: tuple[str, ...]

    def url(self, values: dict[str, object]) -> str:
        return reverse(self.name, kwargs={p: values[p] for p in self.parameters})


def all_routes() -> list[Route]:
    """Every named address that can be asked for, once.

    Raises:
        AssertionError: an address has no name; then nobody could say who may ask for it.
    """
    found = {}
    for pattern, prefix in _walk(get_resolver(), ""):
        assert pattern.name, f"address without a name: {pattern.pattern}"
        name = f"{prefix}{pattern.name}"
        found[name] = Route(name, tuple(pattern.pattern.converters))
    return [found[name] for name in sorted(found)]


def _walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[URLPattern, str]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield entry, prefix
        else:
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from _walk(entry, inner)
