"""Somebody who tries numbers: known ones of another house, their neighbours, made-up ones.

Each try is asked beside the same request for something that does not exist. Foreign is answered as
absent is, and no byte of the other house's family is told: nothing in `canaries`.
"""

import random
import re
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils.timezone import now

from lotsen.accounts import tokens
from lotsen.accounts.models import TokenScope, User
from referrals.identities.actions import store
from referrals.matching.actions import suggest
from tests.access.routes import Route, all_routes
from tests.access.table import ROWS
from tests.builders import make_case
from tests.security.canaries import family
from tests.security.stage import Stage, browser

NUMBER = re.compile(rb"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
SECRET = re.compile(rb"\b[A-Za-z0-9]{64}\b")  # against forged requests, new in every answer
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
# They end the session in which is guessed, or are about nobody's things but the guesser's.
LEFT_OUT = {"logout", "lock", "unlock", "set-language", "password", "pin"}
ABOUT_THINGS = {"case", "handover", "consent", "follow-up", "run", "term", "person", "token"}
QUERIES = ("angebot", "uebergabe", "after", "ansicht", "next", "case", "account", "konto", "fall")
FIELDS = ("consent", "offer", "suggestion", "handover", "pseudonym", "freigabe", "organisation")


@dataclass
class Report:
    """What was seen. `foreign` and `unequal` are sentences, at most fifty of each."""

    requests: int = 0
    foreign_bytes: int = 0
    unequal: int = 0
    errors: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def add(self, sentence: str) -> None:
        if len(self.told) < 50:
            self.told.append(sentence)


class Guesser:
    """Carla and Dora against Anna's family; `chance` decides what is tried next."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311  the same tries for the same seed
        self.stage, self.report = stage, Report()
        cast = stage.cast
        self.clients = [browser(cast.carla), browser(cast.dora)]
        self.clients += [_bearer(user) for user in (cast.carla, cast.dora)]
        self.ids = self._known_ids()
        self.pseudonym = stage.handover.case.pseudonym
        self.texts = {"after": self._cursor(), "next": f"/fall/{stage.handover.case_id}/"}
        self.canaries = self._canaries()
        self.routes = [route for route in all_routes() if route.name not in LEFT_OUT]

    def run(self, count: int) -> Report:
        """At least `count` requests: first each known thing at its own address, then by chance."""
        for route in self.routes:
            about = ROWS[route.name].about
            if about in ABOUT_THINGS:
                for client in self._clients(route)[:2]:
                    self._beside_absent(client, "GET", route, dict(self.stage.things[about]))
        while self.report.requests < count:
            route = self.chance.choice(self.routes)
            if ROWS[route.name].about in ABOUT_THINGS:
                self._by_address(route)
            else:
                self._by_query(route)
        return self.report

    def _by_address(self, route: Route) -> None:
        """A thing in the address: known, a neighbour, made up; and the same that is absent."""
        method = self.chance.choice(("GET", "GET", "POST", "HEAD"))
        self._beside_absent(self._who(route), method, route, self._values())

    def _beside_absent(
        self, client: Client, method: str, route: Route, tried: dict[str, object]
    ) -> None:
        one = self._ask(client, method, route, route.url(tried))
        two = self._ask(client, method, route, route.url(_absent()))
        if ROWS[route.name].about in {"run", "term", "person"}:
            return  # an office's things: hers, if she held one
        if one.status_code != two.status_code or _bare(one) != _bare(two):
            self.report.unequal += 1
            self.report.add(f"{method} {route.name}: {one.status_code} {two.status_code}")

    def _by_query(self, route: Route) -> None:
        """A number behind the question mark or in the body."""
        about = ROWS[route.name].about
        url = route.url(self.stage.things[about]) if route.parameters else route.url({})
        names = self.chance.sample(QUERIES, 3)
        query = {name: self.texts.get(name, self._text()) for name in names}
        method = self.chance.choice(("GET", "GET", "POST"))
        self._ask(self._who(route), method, route, f"{url}?{urlencode(query)}")

    def _ask(self, client: Client, method: str, route: Route, url: str) -> HttpResponse:
        cookies, mark = deepcopy(client.cookies), transaction.savepoint_create()
        body = {name: self._text() for name in self.chance.sample(FIELDS, 3)}
        how = {"headers": {"idempotency-key": KEY}} if route.name.startswith("api-") else {}
        if route.name.startswith("api-"):
            how["content_type"] = "application/json"  # type: ignore[assignment]
        ask: Callable[..., HttpResponse] = getattr(client, method.lower())
        answer = ask(url, body, **how) if method == "POST" else ask(url)
        transaction.savepoint_rollback(mark)
        client.cookies = cookies
        self._look(answer, method, route, url, body)
        return answer

    def _look(
        self, answer: HttpResponse, method: str, route: Route, url: str, body: dict[str, str]
    ) -> None:
        report = self.report
        report.requests += 1
        report.statuses[answer.status_code] += 1
        if answer.status_code >= 500:
            report.errors += 1
            report.add(f"{method} {route.name}: {answer.status_code}")
        said = f"{url} {body.values()}"
        told = answer.content + str(answer.headers).encode()
        for canary in self.canaries:
            if canary.encode() in told and canary not in said:
                report.foreign_bytes += len(canary)
                report.add(f"{method} {route.name}: a foreign text of {len(canary)} letters")

    def _who(self, route: Route) -> Client:
        return self.chance.choice(self._clients(route))

    def _clients(self, route: Route) -> list[Client]:
        """Carla and Dora; at the interface with a token, too."""
        return self.clients if route.name.startswith("api-") else self.clients[:2]

    def _values(self) -> dict[str, object]:
        return {
            "pk": self.chance.choice((self._known, self._neighbour, uuid4))(),
            "pseudonym": self.chance.choice((self.pseudonym, self._misread(), "2222-2222-2222")),
            "token": self.chance.choice(("made-up", self._text())),
        }

    def _text(self) -> str:
        return self.chance.choice(
            (str(self._known()), str(self._neighbour()), self.pseudonym, self._misread())
        )

    def _known(self) -> UUID:
        return self.chance.choice(self.ids)

    def _neighbour(self) -> UUID:
        """A known number with one bit turned, or the next one."""
        known = self._known().int
        return UUID(int=(known ^ (1 << self.chance.randrange(128))) or 1)

    def _misread(self) -> str:
        place = self.chance.choice([at for at, c in enumerate(self.pseudonym) if c != "-"])
        letter = self.chance.choice(LETTERS)
        return self.pseudonym[:place] + letter + self.pseudonym[place + 1 :]

    def _known_ids(self) -> list[UUID]:
        handover, cast = self.stage.handover, self.stage.cast
        look = suggest(handover.case, actor=cast.anna, at=now()).suggestion
        things = [self.stage.things[name]["pk"] for name in ("case", "handover", "consent",
                  "follow-up", "run", "term")]  # fmt: skip
        return [UUID(str(thing)) for thing in [*things, look.pk, cast.anna.pk]]

    def _cursor(self) -> str:
        """The mark of a second page of Anna's list."""
        cast = self.stage.cast
        for _ in range(60):
            make_case(cast.clinic, cast.anna)
        told = browser(cast.anna).get("/api/v1/cases/").json()
        return str(told["next"] or "").rpartition("after=")[2]

    def _canaries(self) -> list[str]:
        told, handover = family(7), self.stage.handover
        store(
            handover.case, name=told.name, phone=told.phone, safe_contact=told.safe_contact,
            actor=self.stage.cast.anna, at=now(),
        )  # fmt: skip
        return [
            self.pseudonym, told.name, told.phone, told.safe_contact,
            *(str(number) for number in self.ids[:4]),
        ]  # fmt: skip


KEY = "0f8e7a52-6f0c-4c63-9c39-6d3a2b1f5a11"  # Anna has used it


def _bearer(user: User) -> Client:
    token = tokens.issue(user, scope=TokenScope.WRITE, days=1, at=now())
    return Client(headers={"authorization": f"Bearer {token}"})


def _absent() -> dict[str, object]:
    return {"pk": uuid4(), "pseudonym": "2345-6789-2345", "token": "not-there"}


def _bare(answer: HttpResponse) -> bytes:
    """The body without its own address, the number of the request and the secrets of forms."""
    address = answer.wsgi_request.path.encode()
    return SECRET.sub(b"", NUMBER.sub(b"NUMBER", answer.content.replace(address, b"ADDRESS")))
