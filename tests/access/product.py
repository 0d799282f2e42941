"""Role × route × method × state × house: every request of the product, or a seeded part of it."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lotsen.accounts.roles import Role
from tests.access.oracle import ABOUT_A_FAMILY, expected
from tests.access.routes import Route, all_routes
from tests.access.table import ROWS
from tests.access.world import Actor, State, World, actors, ask

OTHERS = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
METHODS = ("GET", "POST", *OTHERS)
COLLEAGUES = {Role.SCREENER, Role.NAVIGATOR, Role.FAMILY_OFFICE, Role.PROVIDER}


@dataclass(frozen=True)
class Try:
    route: Route
    method: str
    actor: Actor
    state: State

    def __str__(self) -> str:
        return f"{self.method} {self.route.name} as {self.actor.name} ({self.state})"


@dataclass
class Seen:
    """What a run saw; `mismatches` are sentences, at most a hundred of them."""

    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: int = 0
    mismatches: list[str] = field(default_factory=list)

    def add(self, sentence: str) -> None:
        self.wrong += 1
        if len(self.mismatches) < 100:
            self.mismatches.append(sentence)


def states_of(route: Route) -> tuple[State, ...]:
    """What is about no family is the same in every state."""
    return tuple(State) if ROWS[route.name].about in ABOUT_A_FAMILY else (State.REQUESTED,)


def whole() -> Iterator[Try]:
    """The whole product; that no route is missing in the table is a test of its own."""
    for route in (route for route in all_routes() if route.name in ROWS):
        for state in states_of(route):
            for actor in actors():
                for method in METHODS:
                    yield Try(route, method, actor, state)


def once() -> Iterator[Try]:
    """Every route × role in the own house, a request waiting for its answer.

    Reading and sending as those whom tests/access/table.py does not name; of the methods that no
    page takes one for each route and role in turn, so that each meets every route and every role.
    """
    roles = [one for one in actors() if one.place == "own" and not one.deputises]
    for number, route in enumerate(route for route in all_routes() if route.name in ROWS):
        for place, actor in enumerate(roles):
            yield Try(route, OTHERS[(number + place) % len(OTHERS)], actor, State.REQUESTED)
            if actor.role in COLLEAGUES and not actor.assigned:
                yield Try(route, "GET", actor, State.REQUESTED)
                yield Try(route, "POST", actor, State.REQUESTED)


def sample(size: int, seed: int) -> list[Try]:
    """So many of the whole, the same for the same seed."""
    return random.Random(seed).sample(list(whole()), size)  # noqa: S311


def walk(world: World, tries: Iterable[Try], seen: Seen) -> Seen:
    """Ask each of `tries`; note what was not to be answered like this, or names the family."""
    for one in tries:
        row = ROWS[one.route.name]
        url = one.route.url(world.things[one.state][row.about])
        url += row.query.format(offer=world.cast.offer.pk)
        status, body = ask(world.clients[one.actor.name], one.method, url)
        allowed = expected(one.route.name, one.method, one.actor, one.state)
        seen.requests += 1
        seen.statuses[status] += 1
        if status not in allowed:
            seen.add(f"{one}: {status}, not {sorted(allowed)}")
        if status in (403, 404) and world.cases[one.state].pseudonym.encode() in body:
            seen.add(f"{one}: {status} names the case")
    return seen
