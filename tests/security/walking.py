"""Walking through statistics and planning as somebody with a browser and much time does."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import combinations
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from referrals.statistics.cube import DIMENSIONS

BEGINS = (
    "statistics", "gaps", "chain", "method", "report", "voices-told", "voice-sheet", "births",
    "posts", "context", "goals", "goal-new", "measures", "measure-new",
)  # fmt: skip
OURS = ("/auswertung/", "/planung/")


class _Page(HTMLParser):
    """Where a page leads: its links, and what its forms of choice would ask for."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.chance, self.links = chance, []
        self.form: dict[str, list[str]] | None = None
        self.chosen: dict[str, str] = {}
        self.select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        if tag == "a" and told.get("href"):
            self.links.append(told["href"])
        elif tag == "form":
            self.form = {} if told.get("method", "get").lower() == "get" else None
            self.chosen = {}
        elif self.form is not None:
            self._field(tag, told)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.form:
            self.links += [f"?{urlencode(choice)}" for choice in self._choices(self.form)]
            self.form = None

    def _field(self, tag: str, told: dict[str, str]) -> None:
        if tag == "select":
            self.select = told.get("name", "")
        name = self.select if tag == "option" else told.get("name", "")
        if tag in {"option", "input"} and name and self.form is not None:
            value = told.get("value", "")
            self.form.setdefault(name, []).append(value)
            if {"selected", "checked"} & set(told) or told.get("type") == "hidden":
                self.chosen[name] = value

    def _choices(self, form: dict[str, list[str]]) -> Iterator[dict[str, str]]:
        """One thing chosen otherwise than it is, each in turn; and all of them by chance."""
        for name, values in form.items():
            yield from ({**self.chosen, name: value} for value in values)
        for _ in range(10):
            yield {name: self.chance.choice(values) for name, values in form.items()}


@dataclass
class Walk:
    """Everything that is reached without a choice, and so much of all choices, by chance."""

    client: Client
    chance: random.Random
    answers: int
    refused: set[int] = field(default_factory=set)

    def __iter__(self) -> Iterator[tuple[str, HttpResponse]]:
        begins = [reverse(name) for name in BEGINS]
        seen, choices = set(begins), list[str]()
        for url in begins:
            yield from self._ask(url, seen, choices)
        for _ in range(self.answers):
            url = choices.pop(self.chance.randrange(len(choices)))
            yield from self._ask(url, seen, choices)

    def _ask(
        self, url: str, seen: set[str], choices: list[str]
    ) -> Iterator[tuple[str, HttpResponse]]:
        answer = self.client.get(url)
        if answer.status_code != 200:
            self.refused.add(answer.status_code)
            return
        if answer["Content-Type"].startswith("text/html"):
            new = [each for each in _addresses(answer, url, self.chance) if each not in seen]
            choices += dict.fromkeys(new)
            seen |= set(new)
        yield url, answer


def _addresses(answer: HttpResponse, url: str, chance: random.Random) -> Iterator[str]:
    """All addresses of ours the page leads to, each written in one way."""
    page = _Page(chance)
    page.feed(answer.content.decode())
    for link in page.links:
        parts = urlsplit(urljoin(url, link))
        if parts.path.startswith(OURS) and not parts.netloc:
            query = sorted(pair for pair in parse_qsl(parts.query) if pair[1])
            yield parts.path + (f"?{urlencode(query)}" if query else "")


def questions(period: str, *, all_of_them: bool) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """What the API can be asked of a period: cube, dimensions, address.

    By every choice of dimensions, or by all of a cube's at once, which stands last.
    """
    for name, dimensions in DIMENSIONS.items():
        for size in range(1 if all_of_them else len(dimensions), len(dimensions) + 1):
            for by in combinations(dimensions, size):
                yield name, by, f"/api/v1/statistics/{period}/?by={','.join(by)}&cube={name}"
