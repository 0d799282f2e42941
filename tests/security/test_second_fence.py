"""With the first fence gone, the second holds: no page and no endpoint shows a foreign byte.

The application is made to believe that everybody holds every right on every house and may see
every row. Then people who must learn nothing ask for everything.
"""

from html import unescape

import pytest
from django.apps import apps
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from lotsen.access import rights
from lotsen.access.reach import Branch
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from referrals.cases import insiders, worklist
from referrals.cases.models import Case
from referrals.identities.actions import store
from tests.access.routes import all_routes
from tests.access.table import ROWS
from tests.builders import make_case, make_user
from tests.conftest import Cast
from tests.referrals.web import desk
from tests.security.stage import BACKEND, set_stage
from tests.serving import as_owner

pytestmark = pytest.mark.postgres

type Secrets = tuple[dict[str, dict[str, object]], list[str]]

WOMAN_IN_HIDING = "Quittenbaum Ångström"
NUMBER_HIDDEN = 5  # the secrets of the case for insiders only come first
# The access log holds pseudonyms and no case: it stands behind the first fence alone.
NOT_FENCED = {"api-audit-list", "account-accesses", "device-accesses", "case-accesses", "case-log"}


@pytest.fixture
def first_fence_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every right on every house for everybody; nothing is hidden by `visible_to` or left out
    of the work list, and everybody is assigned to every case."""

    def everything(user: User) -> rights._Read:
        houses = Organisation.objects.values_list("pk", flat=True)
        pairs = frozenset((right.value, house) for house in houses for right in Right)
        return rights._Read(pairs, (rights.Post("Marienklinik", "navigator"),))

    monkeypatch.setattr(rights, "_ask", everything)
    monkeypatch.setattr(insiders, "is_assigned", lambda _case, _user: True)
    everywhere = Branch("referrals_case", "id", "touched_at", "TRUE")
    monkeypatch.setattr(worklist, "_branches", lambda _user, _state: [everywhere])
    for model in apps.get_models():
        if hasattr(getattr(model, "objects", None), "visible_to"):
            narrow = (type(model.objects.all()), type(model.objects))
            monkeypatch.setattr(narrow[0], "visible_to", lambda rows, _user: rows)
            monkeypatch.setattr(narrow[1], "visible_to", lambda manager, _user: manager.all())


@pytest.fixture
def secrets(cast: Cast) -> Secrets:
    """What fills the routes, and what of it nobody else may learn."""
    stage = set_stage(cast)
    hidden = make_case(cast.clinic, cast.anna, insiders_only=True)
    store(hidden, name=WOMAN_IN_HIDING, phone="0171 39200 44", safe_contact="", actor=cast.anna,
          at=now())  # fmt: skip
    handover, case = stage.handover, stage.handover.case
    words = [
        hidden.pseudonym, str(hidden.pk), str(hidden.vault_ref), WOMAN_IN_HIDING, "0171 39200 44",
        case.pseudonym, str(case.pk), str(case.vault_ref), desk.NAME,
        str(handover.pk), str(handover.consent_id),
    ]  # fmt: skip
    return stage.things, words


def bytes_shown(user: User, secrets: Secrets) -> dict[str, list[str]]:
    """Route → what its answer tells of the secrets, but for what was asked with."""
    things, words = secrets
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=BACKEND)
    found = {}
    for route in all_routes():
        row = ROWS.get(route.name)
        if row is not None and route.name not in NOT_FENCED:
            query = f"?{row.query}" if row.query and "{" not in row.query else ""
            url = route.url(things[row.about])
            found[route.name] = _told(client.get(url + query), words, url)
    url = reverse("case-identity", args=[things["case"]["pk"]])
    found["identity"] = _told(client.post(url, {"was": "anzeigen"}), words, url)
    for asked in ({"pseudonym": words[0]}, {"phone": desk.PHONE}):
        answer = client.post(reverse("case-search"), asked)
        found[f"search by {min(asked)}"] = _told(answer, words, *asked.values())
    return {name: told for name, told in found.items() if told}


def _told(answer: HttpResponse, words: list[str], *asked: str) -> list[str]:
    body = b"".join(answer) if answer.streaming else answer.content
    said = unescape(body.decode("utf-8", "replace")) + str(answer.headers)
    return [word for word in words if word in said and not any(word in part for part in asked)]


def person(cast: Cast, who: str) -> User:
    return make_user("kollegin", cast.clinic) if who == "colleague" else getattr(cast, who)


@pytest.mark.parametrize("who", ["carla", "dora", "colleague"])
@pytest.mark.usefixtures("first_fence_is_gone")
def test_without_the_first_fence_no_foreign_byte_is_shown(
    who: str, cast: Cast, secrets: Secrets, caplog: pytest.LogCaptureFixture
) -> None:
    if who == "colleague":  # sees the house's other case, but not the one for insiders only
        things, words = secrets
        hidden = Case.objects.get(insiders_only=True)
        about = {"pk": hidden.pk, "pseudonym": hidden.pseudonym}
        secrets = things | {"case": about}, words[:NUMBER_HIDDEN]
    assert bytes_shown(person(cast, who), secrets) == {}
    caplog.clear()  # a page that finds less than the rules promised may fail, and says so


@pytest.mark.usefixtures("first_fence_is_gone")
def test_without_any_fence_the_same_walk_finds_them(
    cast: Cast, secrets: Secrets, caplog: pytest.LogCaptureFixture
) -> None:
    with as_owner():
        found = bytes_shown(cast.carla, secrets)
    assert len(found) >= 10, found
    told = {word for words in found.values() for word in words}
    assert {desk.NAME, secrets[1][0], secrets[1][NUMBER_HIDDEN]} <= told
    caplog.clear()
