"""The stage every test stands on: a key, and the cast."""

import base64
import json
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# Before Django reads its settings: the tests' own keyring, in memory only.
os.environ.setdefault(
    "LOTSEN_KEYRING",
    json.dumps({"current": "t1", "keys": {"t1": base64.b64encode(bytes(range(32))).decode()}}),
)

import pytest
from django.db import connection
from django.test import Client
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from lotsen.accounts.models import Organisation, OrganisationKind, User
from lotsen.accounts.roles import Role
from offers.models import Offer, Provider
from referrals.cases.models import Case
from referrals.statistics.published import _read as read_release
from tests.builders import make_case, make_city, make_offer, make_organisation, make_user
from tests.flushing import audit_tables_can_be_emptied  # noqa: F401  holds for every test
from tests.serving import django_db_setup  # noqa: F401  likewise
from tests.snapshot import Snapshot

# A test is never judged by its time: a machine that is busy with others would fail it.
hypothesis_settings.register_profile("lotsen", deadline=None)
hypothesis_settings.load_profile("lotsen")


@dataclass
class Cast:
    """Who is on stage: one case between two houses, one outsider, one who counts.

    Anna sends (clinic), Bilal receives (family office), Carla works at another clinic and must
    learn nothing, Dora coordinates and sees no family.
    """

    anna: User
    bilal: User
    carla: User
    dora: User
    clinic: Organisation
    office: Organisation
    other_clinic: Organisation
    case: Case
    offer: Offer  # answered by the family office


@pytest.fixture(scope="session")
def cast_again(
    django_db_setup: None,  # noqa: F811  the fixture of this name
    django_db_blocker: DjangoDbBlocker,
) -> Snapshot[Cast]:
    with django_db_blocker.unblock():
        return Snapshot(make_cast)


@pytest.fixture
def cast(cast_again: Snapshot[Cast], db: None) -> Cast:
    return cast_again()


def make_cast() -> Cast:
    """The cast, for a database of one's own."""
    clinic = make_organisation("marienklinik")
    office = make_organisation("familienbuero", OrganisationKind.FAMILY_OFFICE)
    other = make_organisation("nordklinik")
    network = make_organisation("netzwerk", OrganisationKind.COORDINATION)
    anna = make_user("anna", clinic)
    bilal = make_user("bilal", office, Role.FAMILY_OFFICE)
    provider = Provider.objects.create(
        municipality=make_city(), slug="familienbuero", name="Familienbüro", organisation=office
    )
    return Cast(
        anna=anna,
        bilal=bilal,
        carla=make_user("carla", other),
        dora=make_user("dora", network, Role.COORDINATOR),
        clinic=clinic,
        office=office,
        other_clinic=other,
        case=make_case(clinic, anna),
        offer=make_offer(provider=provider, recipient=office),
    )


@pytest.fixture
def signed_in(cast: Cast) -> Callable[[str], Client]:
    """A browser signed in as one of the cast."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, name), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture(autouse=True)
def nothing_published_is_remembered() -> None:
    """What a test has read of a release another one reads anew: its queries are counted."""
    read_release.cache_clear()


@pytest.fixture(autouse=True)
def no_error_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """An ERROR in the log is a failure, unless a test expects it and clears the log."""
    yield
    errors = [r.getMessage() for r in caplog.get_records("call") if r.levelno >= logging.ERROR]
    assert not errors


# Folders whose tests show the same on each database. What their pages read behind the fence of
# PostgreSQL is asked there by tests/access, tests/security and the API, for every address.
SHOWN_ONCE = ("lotsen/web", "offers/web", "offers/importing", "referrals/web", "journeys")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--second-round",
        action="store_true",
        help="leave out what a round on another database has shown: marked once, or without one",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that asks about one database alone runs in the round of that database; what asks
    none, or shows the same on each, runs once."""
    other = "postgres" if connection.vendor == "sqlite" else "sqlite"
    second = config.getoption("--second-round")
    left = [i for i in items if i.get_closest_marker(other) or (second and _is_shown(i))]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


def _is_shown(item: pytest.Item) -> bool:
    """Whether another database would show nothing new."""
    if any(item.get_closest_marker(name) for name in ("postgres", "sqlite")):
        return False
    path = item.path.as_posix()
    if any(f"/tests/{folder}/" in path for folder in SHOWN_ONCE):
        return True
    asks = item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(
        getattr(item, "fixturenames", ())
    )
    return not asks or item.get_closest_marker("once") is not None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """In CI nothing may be left out but tests on public files that are not shipped."""
    skipped = terminalreporter.stats.get("skipped", [])
    for report in skipped:
        terminalreporter.write_line(f"left out: {report.nodeid}: {report.longrepr[2]}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") != "true" or reporter is None or hasattr(session.config, "workerinput"):
        return
    skipped = reporter.stats.get("skipped", [])
    if any("shared_data" not in report.keywords for report in skipped):
        session.exitstatus = 1
