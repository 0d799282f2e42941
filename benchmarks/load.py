"""People at work on a running server: they look at the list, open contact details, write notes."""

import http.client
import random
import time
from collections.abc import Callable, Sequence
from threading import Event, Thread
from urllib.parse import urlencode

from django.test import Client

from lotsen.accounts.models import User
from referrals.models import Case

PEOPLE = 4
PACE = 0.2  # seconds from one request of a person to the next: 20 requests a second in all
_TOKEN = "c" * 32  # of the form and of the cookie, as a browser sends both


class Load:
    """Requests at an even pace from several people, and how long each took."""

    def __init__(self, port: int, person: User, cases: Sequence[Case]) -> None:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        cookies = {"csrftoken": _TOKEN} | {name: c.value for name, c in client.cookies.items()}
        self._cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self._port, self._cases = port, cases
        self.failures: list[str] = []
        self._wait_for_the_server()

    def during(self, work: Callable[[], None]) -> list[float]:
        """The milliseconds of each request answered while `work` ran."""
        over, times = Event(), []  # type: ignore[var-annotated]
        people = [Thread(target=self._ask, args=[over, times, number]) for number in range(PEOPLE)]
        for person in people:
            person.start()
        try:
            work()
        finally:
            over.set()
            for person in people:
                person.join()
        return times

    def _ask(self, over: Event, times: list[float], number: int) -> None:
        chance, due = random.Random(number), time.perf_counter() + number * PACE / PEOPLE
        while not over.wait(max(0.0, due - time.perf_counter())):
            due += PACE
            case = chance.choice(self._cases)
            start = time.perf_counter()
            trouble = self._request(case, chance.random())
            times.append((time.perf_counter() - start) * 1000)
            if trouble:
                self.failures.append(trouble)

    def _request(self, case: Case, chance: float) -> str:
        if chance < 0.5:
            return self._told(200, "GET", "/station/", {})
        if chance < 0.8:
            wish = {"was": "anzeigen", "reason": "data_rights"}
            return self._told(200, "POST", f"/fall/{case.pk}/kontaktdaten/", wish)
        note = {"was": "schreiben", "text": "Großmutter hilft.", "kind": "case",
                "provenance": "family"}  # fmt: skip
        return self._told(302, "POST", f"/fall/{case.pk}/notiz/", note)

    def _told(self, expected: int, method: str, address: str, form: dict[str, str]) -> str:
        """What went wrong, or ""."""
        headers = {"Cookie": self._cookie, "X-CSRFToken": _TOKEN,
                   "Content-Type": "application/x-www-form-urlencoded"}  # fmt: skip
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request(method, address, urlencode(form) or None, headers)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as problem:
            return f"{method} {address}: {problem!r}"
        finally:
            connection.close()
        return "" if status == expected else f"{method} {address}: {status}"

    def _wait_for_the_server(self) -> None:
        for _ in range(150):
            if not self._told(200, "GET", "/station/", {}):
                return
            time.sleep(0.2)
        raise RuntimeError(f"no server: {self._told(200, 'GET', '/station/', {})}")
