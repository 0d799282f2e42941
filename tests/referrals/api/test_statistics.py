"""Published numbers through the API: sums of frozen cells for those who read statistics."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from lotsen.accounts import tokens
from lotsen.accounts.areas import Area, code
from lotsen.accounts.models import OrganisationKind, Purpose
from lotsen.accounts.roles import Role
from lotsen.audit.models import AccessEvent
from lotsen.membership import actions as membership
from referrals.statistics.cube import DIMENSIONS
from referrals.statistics.models import Release
from tests.builders import make_city, make_organisation, make_user
from tests.conftest import Cast
from tests.referrals.statistics import stage

RELEASES = "/api/v1/statistics/releases/"
QUARTER = "/api/v1/statistics/2026Q3/"
type SignIn = Callable[[str], Client]


@pytest.fixture
def year(cast: Cast) -> list[Release]:
    return stage.publish_year(cast.clinic.municipality)


@pytest.fixture
def dora(signed_in: SignIn, year: list[Release]) -> Client:
    return signed_in("dora")


def counts(client: Client, url: str) -> dict[tuple[str, ...], int]:
    answer = client.get(url)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    return {tuple(row[name] for name in body["by"]): row["count"] for row in body["results"]}


def test_all_frozen_quarters_are_told_the_newest_first(dora: Client, year: list[Release]) -> None:
    body = dora.get(RELEASES).json()

    assert [row["period"] for row in body["results"]] == ["2026Q4", "2026Q3", "2026Q2", "2026Q1"]
    assert (body["next"], body["previous"]) == (None, None)
    assert set(body) == {"results", "next", "previous"}
    assert body["results"][0] == {
        "period": "2026Q4",
        "municipality": "duesseldorf",
        "frozen_at": "2027-01-15T04:00:00+01:00",
        "sha256": year[3].sha256,
        "levels": stage.LEVELS,
    }


def test_without_a_wish_numbers_are_told_by_step(dora: Client) -> None:
    body = dora.get(QUARTER).json()

    assert {name: body[name] for name in ("period", "quarters", "cube", "by")} == {
        "period": "2026Q3", "quarters": ["2026Q3"], "cube": "families", "by": ["step"],
    }  # fmt: skip
    assert {row["step"] for row in body["results"]} == set(stage.STEPS)
    assert all(set(row) == {"step", "count"} for row in body["results"])


@pytest.mark.parametrize(
    ("query", "cube"),
    [
        ("?by=need,district", "needs"), ("?by=answer", "needs"),
        ("?by=circumstance", "circumstances"),
        ("?by=house_kind", "families"), ("?by=district", "families"),
        ("?by=district&cube=needs", "needs"), ("?by=life_phase,need,answer,district", "needs"),
        ("?cube=families", "families"),
    ],
)  # fmt: skip
def test_the_dimensions_choose_the_cube(dora: Client, query: str, cube: str) -> None:
    body = dora.get(QUARTER + query).json()

    assert body["cube"] == cube
    total = sum(count for *_key, count in Release.objects.get(period="2026Q3").cells[cube])
    assert sum(row["count"] for row in body["results"]) == total
    assert all(row["count"] % 5 == 0 for row in body["results"])


def test_an_empty_cell_is_told_as_zero(dora: Client) -> None:
    zero = ("gap_reason:too_far",)

    assert counts(dora, f"{QUARTER}?by=circumstance")[zero] == 0
    assert ("school_on",) in counts(dora, f"{QUARTER}?by=life_phase")


def test_a_year_is_the_sum_of_its_quarters(dora: Client) -> None:
    quarters = [counts(dora, f"/api/v1/statistics/2026Q{n}/?by=need") for n in range(1, 5)]
    year = counts(dora, "/api/v1/statistics/2026/?by=need")

    assert year == {key: sum(quarter[key] for quarter in quarters) for key in year}


@pytest.mark.parametrize("period", ["2027Q1", "2025", "2026Q5", "2026-07", "heute", "%00"])
def test_what_is_not_published_does_not_exist(dora: Client, period: str) -> None:
    answer = dora.get(f"/api/v1/statistics/{period}/")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_an_unfinished_year_is_not_published(cast: Cast, signed_in: SignIn) -> None:
    stage.publish(cast.clinic.municipality, "2026Q1")

    assert signed_in("dora").get("/api/v1/statistics/2026/").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "by=navigator", "by=", "by=step,step", "by=step,need", "by=need&cube=families",
        "cube=cases", "by=%00", "since=2026-07-01", "until=2026-07-08", "assigned_to=anna",
        "organisation=marienklinik", "after=2026Q1", "step=completed", "zeitraum=2026", "count=1",
    ],
)  # fmt: skip
def test_whatever_is_not_kept_is_refused(dora: Client, query: str) -> None:
    answer = dora.get(f"{QUARTER}?{query}")

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_input"


@pytest.mark.parametrize("query", ["by=step", "since=2026-01-01", "municipality=duesseldorf"])
def test_the_list_of_releases_knows_no_filter(dora: Client, query: str) -> None:
    assert dora.get(f"{RELEASES}?{query}").status_code == 400


@pytest.mark.parametrize("url", [RELEASES, QUARTER, "/api/v1/statistics/2031Q1/", QUARTER + "?x=1"])
def test_only_those_who_read_statistics_are_told(
    signed_in: SignIn, year: list[Release], url: str
) -> None:
    statuses = [signed_in(name).get(url).status_code for name in ("anna", "bilal", "carla")]

    assert statuses == [403, 403, 403]
    assert Client().get(url).status_code == 401


def test_another_city_is_not_told(cast: Cast, signed_in: SignIn, year: list[Release]) -> None:
    cologne = make_city("koeln", "Köln", "05315000")
    stage.publish(cologne, "2026Q3", times=3)
    dora = signed_in("dora")

    assert {row["municipality"] for row in dora.get(RELEASES).json()["results"]} == {"duesseldorf"}
    assert dora.get(f"{QUARTER}?municipality=koeln").status_code == 404
    assert dora.get(f"{QUARTER}?municipality=").status_code == 404
    own = counts(dora, f"{QUARTER}?municipality=duesseldorf")
    assert own == counts(dora, QUARTER)
    assert sum(own.values()) == sum(n for *_key, n in year[2].cells["families"])


def test_who_reads_for_two_cities_says_which(cast: Cast, year: list[Release]) -> None:
    cologne = make_city("koeln", "Köln", "05315000")
    release = stage.publish(cologne, "2026Q3", times=3)
    network = make_organisation("netz-koeln", OrganisationKind.COORDINATION, municipality=cologne)
    both = make_user("beide", cast.dora.memberships.get().organisation, Role.COORDINATOR)
    membership.join(both, organisation=network, role=Role.COORDINATOR, at=now())
    client = Client()
    client.force_login(both, backend="django.contrib.auth.backends.ModelBackend")

    told = counts(client, f"{QUARTER}?municipality=koeln")

    assert sum(told.values()) == sum(n for *_key, n in release.cells["families"])
    assert told != counts(client, QUARTER)


@pytest.mark.parametrize(("area", "status"), [(Area.STATISTICS, 200), (Area.CASES, 403)])
def test_a_token_needs_the_area(cast: Cast, year: list[Release], area: Area, status: int) -> None:
    text = tokens.issue_for(
        cast.dora, [code(area, writes=False)], purpose=Purpose.OTHER, days=1, at=now()
    )

    answer = Client().get(QUARTER, headers={"Authorization": f"Bearer {text}"})

    assert answer.status_code == status


@pytest.mark.parametrize("url", [RELEASES, QUARTER])
def test_numbers_are_read_and_never_written(dora: Client, url: str) -> None:
    for method in ("post", "put", "patch", "delete"):
        assert getattr(dora, method)(url, {}, content_type="application/json").status_code == 405


def test_reading_numbers_concerns_nobody_and_leaves_no_event(dora: Client) -> None:
    before = AccessEvent.objects.count()
    dora.get(QUARTER)
    dora.get(RELEASES)

    assert AccessEvent.objects.count() == before


def test_the_answer_is_described_by_the_dimensions_there_are(dora: Client) -> None:
    described = dora.get("/api/v1/schema/?format=json").json()
    row = described["components"]["schemas"]["Count"]["properties"]

    assert set(row) == {"count", *(name for names in DIMENSIONS.values() for name in names)}


def test_a_quarter_costs_few_queries(dora: Client) -> None:
    dora.get(QUARTER)
    with CaptureQueriesContext(connection) as asked:
        dora.get(QUARTER)

    assert sum("SAVEPOINT" not in query["sql"] for query in asked) <= 7
