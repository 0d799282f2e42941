"""What a coordinator sees first: five sentences, findings, files; and nothing before a freeze."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import localdate

from lotsen.accounts.models import Organisation
from lotsen.accounts.roles import Role
from lotsen.membership import actions as membership
from lotsen.places.models import Municipality
from offers.models import Offer
from referrals.statistics.cube import Key
from tests.builders import NOON, make_offer, make_organisation, make_user
from tests.conftest import Cast
from tests.referrals.statistics.stage import publish

SignsIn = Callable[[str], Client]


@pytest.fixture
def city(cast: Cast) -> Municipality:
    return cast.clinic.municipality


def _page(client: Client, query: str = "") -> str:
    response = client.get(f"/auswertung/{query}", headers={"accept-language": "de"})
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_dora_begins_her_day_with_the_statistics(cast: Cast, signed_in: SignsIn) -> None:
    assert signed_in("dora").get("/").headers["Location"] == "/auswertung/"


@pytest.mark.parametrize("name", ["anna", "bilal", "carla"])
def test_whoever_works_with_families_reads_no_statistics(
    cast: Cast, signed_in: SignsIn, name: str
) -> None:
    for address in ("/auswertung/", "/auswertung/bericht/", "/auswertung/methodik/"):
        assert signed_in(name).get(address).status_code == 403


def test_before_the_first_freeze_the_page_says_when_numbers_come(
    cast: Cast, signed_in: SignsIn
) -> None:
    with time_machine.travel(datetime(2026, 8, 3, 9, tzinfo=UTC), tick=False):
        page = _page(signed_in("dora"))
    assert "ab dem 15.10.2026: 3. Quartal 2026" in page
    assert '<svg class="chart"' not in page


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (datetime(2026, 10, 5, 9, tzinfo=UTC), "ab dem 15.10.2026: 3. Quartal 2026"),
        (datetime(2026, 10, 15, 9, tzinfo=UTC), "ab dem 15.01.2027: 4. Quartal 2026"),
    ],
)
def test_the_day_is_that_of_the_quarter_that_cannot_be_frozen_yet(
    cast: Cast, signed_in: SignsIn, today: datetime, told: str
) -> None:
    with time_machine.travel(today, tick=False):
        assert told in _page(signed_in("dora"))


def test_five_sentences_tell_where_the_network_stands(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    publish(city, "2026Q2", times=0.9)
    publish(city, "2026Q3")
    page = _page(signed_in("dora"))
    for told in (
        "<b>560</b> Familien wünschten sich Unterstützung.",
        "mehr als im Quartal davor.",
        "<b>320</b> Übergaben sind bei einer Hilfe angekommen.",
        "Das sind 73 von 100, die beendet wurden.",
        "<b>3 bis 7 Tage</b> dauerte es im mittleren Fall",
        "<b>120</b> Übergaben kamen zurück.",
        "Häufigster Grund: Gerade kein Platz frei.",
        "<b>580</b> Wünsche fanden kein Angebot oder keinen Platz.",
    ):
        assert told in page


def test_a_step_of_rounding_is_no_difference(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    publish(city, "2026Q2", families=_wished(205))
    publish(city, "2026Q3", families=_wished(210))
    assert "Etwa so viele wie im Quartal davor." in _page(signed_in("dora"))


def test_a_year_is_compared_with_the_year_before(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    for year in (2025, 2026):
        for number in (1, 2, 3, 4):
            publish(city, f"{year}Q{number}", times=1 if year == 2026 else 0.5)
    page = _page(signed_in("dora"), "?zeitraum=2026")
    assert "<b>2.240</b> Familien" in page
    assert "im Jahr davor" in page


def test_with_too_few_families_only_their_number_is_told(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    publish(city, families={("all", "all", "all", "city"): 40}, needs={}, circumstances={})
    page = _page(signed_in("dora"))
    assert "<b>40 Familien wurden erreicht.</b>" in page
    assert "Unterstützung." not in page


def test_a_nought_is_never_told_as_nobody(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    publish(city, families=_wished(0))
    assert "<b>0 bis 4</b> Familien wünschten sich Unterstützung." in _page(signed_in("dora"))


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        ({"tr": 60, "ar": 30}, "am häufigsten gebraucht für: Türkisch</h2>"),
        (
            {"tr": 60, "ar": 55, "uk": 5},
            "am häufigsten gebraucht für: Türkisch sowie Arabisch",
        ),
        ({"tr": 60, "ar": 55, "uk": 55}, "Keine einzelne Sprache sticht hervor"),
    ],
)
def test_what_leads_by_no_more_than_rounding_does_not_lead(
    cast: Cast, city: Municipality, signed_in: SignsIn, counts: dict[str, int], title: str
) -> None:
    told: dict[Key, int] = {(f"interpreting:{code}",): count for code, count in counts.items()}
    publish(city, circumstances=told)
    assert title in _page(signed_in("dora"))


def test_a_reason_that_leads_by_rounding_is_not_called_the_most_frequent(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    told: dict[Key, int] = {("rejected:no_capacity",): 30, ("rejected:not_responsible",): 25}
    publish(city, circumstances=told)
    assert "Häufigster Grund:" not in _page(signed_in("dora"))


def test_reasons_that_are_not_told_apart_have_no_word_of_their_own(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    told: dict[Key, int] = {("rejected:any",): 30, ("failed:any",): 25, ("interpreting:any",): 60}
    publish(city, circumstances=told)
    page = _page(signed_in("dora"))
    assert "<h2>60 Familien brauchen Sprachmittlung</h2>" in page
    assert "<h2>120 Übergaben kamen zurück</h2>" in page
    assert "Häufigster Grund" not in page


def test_missing_births_are_named_and_give_no_rate(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    publish(city)
    page = _page(signed_in("dora"))
    assert 'Geburten</th><td class="kern-table__cell num">–' in page
    assert "Volle Stellen sind noch nicht eingetragen" in page


def test_the_catalogue_is_counted_exactly(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    publish(city)
    make_offer("Elterncafé", needs=["isolation", "overload"])
    Offer.objects.filter(name="Elterncafé").update(checked_on=localdate())
    Offer.objects.exclude(name="Elterncafé").update(checked_on=localdate() - timedelta(days=184))
    page = _page(signed_in("dora"))
    assert "1 von 2 Angeboten wurden in den letzten sechs Monaten bestätigt" in page
    assert "0 bis 4 von" not in page


@pytest.mark.parametrize("code", ["course", "needs", "way", "languages", "waits", "returns"])
def test_every_finding_can_be_taken_along_with_how_it_was_counted(
    cast: Cast, city: Municipality, signed_in: SignsIn, code: str
) -> None:
    publish(city)
    response = signed_in("dora").get(
        f"/auswertung/?tafel={code}&als=csv", headers={"accept-language": "de"}
    )
    text = response.content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert len(rows[0]) >= 2
    assert "Quelle: lotsen" in text
    assert "3. Quartal 2026" in text
    assert f'filename="lotsen-{city.slug}-2026q3-{code}.csv"' in response.headers[
        "Content-Disposition"
    ]  # fmt: skip
    counts = [place for place, word in enumerate(rows[0]) if place and word != "Von 100"]
    cells = [row[place] for row in rows[1:] for place in counts if place < len(row)]
    numbers = [int(cell) for cell in cells if cell.isdecimal()]
    assert numbers
    assert all(number % 5 == 0 for number in numbers)


def test_a_table_that_does_not_exist_is_not_found(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    publish(city)
    dora = signed_in("dora")
    for query in ("?tafel=cases&als=csv", "?tafel=needs&als=exe", "?als=csv", "?zeitraum=2026Q1",
                  "?zeitraum=2026-09-01", "?stadt=essen"):  # fmt: skip
        assert dora.get(f"/auswertung/{query}").status_code == 404, query


def test_each_finding_is_drawn_told_and_explained(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    publish(city, "2026Q2", times=0.9)
    publish(city, "2026Q3")
    page = _page(signed_in("dora"))
    assert 'role="img" aria-label="Liniendiagramm. mit Wunsch: 2/26 ' in page
    assert page.count("Als Tabelle</summary>") >= 6
    method = signed_in("dora").get("/auswertung/methodik/").content.decode()
    for part in page.split("/auswertung/methodik/?zeitraum=2026Q3#")[1:]:
        anchor = part.partition('"')[0]
        assert f'id="{anchor}"' in method, anchor


def test_the_numbers_of_another_city_do_not_exist(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    essen = Municipality.objects.create(slug="essen", name="Essen", ags="05113000")
    publish(essen, "2026Q3", times=2, levels={})
    assert "Noch gibt es keine Zahlen" in _page(signed_in("dora"))
    assert signed_in("dora").get("/auswertung/?zeitraum=2026Q3").status_code == 404


def test_who_coordinates_two_cities_chooses_one(
    cast: Cast, city: Municipality, signed_in: SignsIn
) -> None:
    essen = Municipality.objects.create(slug="essen", name="Essen", ags="05113000")
    network = make_organisation("essen-netz", municipality=essen)
    two = make_user("wim", network, Role.COORDINATOR)
    here = Organisation.objects.get(slug="netzwerk")
    membership.join(two, organisation=here, role=Role.COORDINATOR, at=NOON)
    publish(city, "2026Q3")
    publish(essen, "2026Q3", times=2, levels={})
    client = Client()
    client.force_login(two, backend="django.contrib.auth.backends.ModelBackend")
    page = _page(client, "?stadt=essen")
    assert "<b>1.120</b> Familien" in page
    assert 'name="stadt"' in page
    assert "?stadt=essen&amp;zeitraum=2026Q3" in page


def _wished(count: int) -> dict[Key, int]:
    """Families of whom so many wished for support, and one step more that is told."""
    return {
        ("talk_wished", "all", "all", "city"): count,
        ("talk_declined", "all", "all", "city"): 100,
        ("completed", "all", "all", "city"): 50,
    }
