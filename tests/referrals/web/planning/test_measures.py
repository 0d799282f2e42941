"""The pages of measures: taken on a published gap, and what may be said of it later."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from referrals.planning.models import Measure
from tests.conftest import Cast
from tests.referrals.planning.stage import elsewhere, make_goal, make_measure
from tests.referrals.statistics.stage import SOUTH, publish

type SignsIn = Callable[[str], Client]
PAGE, NEW = "/planung/massnahmen/", "/planung/massnahmen/neu/"
FIELDS = {
    "need": "language_rights", "life_phase": "all", "district": "city",
    "title": "Sprachmittlung am Nachmittag", "what": "Zwei Stunden mehr", "begins_on": "2026-12-01",
    "responsible": "AG Frühe Hilfen", "goal": "",
}  # fmt: skip


def _take(client: Client, **changes: str) -> Measure:
    answer = client.post(NEW, FIELDS | changes)
    assert answer.status_code == 302, answer.content.decode()
    return Measure.objects.get()


def test_the_gap_looked_at_is_filled_in_and_kept(cast: Cast, signed_in: SignsIn) -> None:
    publish(cast.clinic.municipality, "2026Q3")
    dora = signed_in("dora")
    gap = {"bedarf": "language_rights", "phase": "first_year", "ort": SOUTH}
    page = dora.get(NEW, gap).content.decode()
    for code in gap.values():
        assert f'value="{code}" selected' in page
    measure = _take(dora, life_phase="first_year", district=SOUTH)
    assert measure.baseline_period == "2026Q3"
    assert measure.baseline
    page = dora.get(f"{PAGE}{measure.pk}/").content.decode()
    assert "Stadtbezirk 3" in page
    assert "seither" in page


def test_later_quarters_are_told_carefully(cast: Cast, signed_in: SignsIn) -> None:
    city = cast.clinic.municipality
    publish(city, "2026Q3")
    dora = signed_in("dora")
    measure = _take(dora)
    publish(city, "2026Q4")
    assert "liegt davor" not in dora.get(f"{PAGE}{measure.pk}/").content.decode()
    Measure.objects.update(begins_on="2027-02-01")  # unlogged: the day is moved for the test
    assert "liegt davor" in dora.get(f"{PAGE}{measure.pk}/").content.decode()
    page = dora.get(f"{PAGE}{measure.pk}/").content.decode()
    assert "im Bereich der Rundung" in page
    publish(city, "2027Q1", times=0.5)
    page = dora.get(f"{PAGE}{measure.pk}/").content.decode()
    assert "weniger als zu Beginn" in page
    assert "nicht, warum" in page
    assert "liegt davor" not in page
    assert "weniger als zu Beginn" in dora.get(PAGE).content.decode()


def test_a_nought_is_told_as_nought_to_four(cast: Cast, signed_in: SignsIn) -> None:
    city = cast.clinic.municipality
    publish(city, "2026Q3")
    dora = signed_in("dora")
    measure = _take(dora)
    publish(city, "2026Q4", times=0)
    page = dora.get(f"{PAGE}{measure.pk}/").content.decode()
    assert "0 bis 4" in page
    assert "so gut wie geschlossen" in page


def test_a_measure_moves_on_and_each_state_has_an_exit(cast: Cast, signed_in: SignsIn) -> None:
    dora, measure = signed_in("dora"), make_measure(cast.dora)
    address = f"{PAGE}{measure.pk}/"
    for state in ("running", "done", "running", "dropped", "planned"):
        assert f'value="{state}"' in dora.get(address).content.decode()
        assert dora.post(f"{address}stand/", {"state": state}).status_code == 302
        assert measure.title in dora.get(PAGE).content.decode()
    assert dora.post(f"{address}stand/", {"state": "done"}).status_code == 409


def test_a_measure_is_changed_but_not_its_gap(cast: Cast, signed_in: SignsIn) -> None:
    publish(cast.clinic.municipality, "2026Q3")
    dora, goal = signed_in("dora"), make_goal(cast.dora)
    measure = _take(dora)
    address = f"{PAGE}{measure.pk}/aendern/"
    assert 'value="AG Frühe Hilfen"' in dora.get(address).content.decode()
    changed = FIELDS | {"title": "Anders", "need": "child", "goal": str(goal.pk)}
    assert dora.post(address, changed).status_code == 302
    measure.refresh_from_db()
    assert (measure.title, measure.need, measure.goal) == ("Anders", "language_rights", goal)
    assert "Anders" in dora.get(f"/planung/ziele/{goal.pk}/").content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"what": "x" * 601}, "what"),
        ({"responsible": "x" * 161}, "responsible"),
        ({"begins_on": ""}, "begins_on"),
        ({"begins_on": "0026-01-01"}, "begins_on"),
        ({"need": "sleep"}, "need"),
        ({"life_phase": ""}, "life_phase"),
        ({"district": "krefeld"}, "district"),
        ({"goal": "x"}, "goal"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    cast: Cast, signed_in: SignsIn, changes: dict[str, str], field: str
) -> None:
    publish(cast.clinic.municipality, "2026Q3")
    answer = signed_in("dora").post(NEW, FIELDS | changes)
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in answer.content.decode()
    assert not Measure.objects.exists()


def test_before_anything_is_published_only_a_measure_for_all_is_taken(
    cast: Cast, signed_in: SignsIn
) -> None:
    dora = signed_in("dora")
    assert "noch nichts veröffentlicht" in dora.get(NEW).content.decode()
    assert _take(dora, need="all").baseline is None


def test_who_coordinates_elsewhere_neither_sees_nor_changes_a_measure(
    cast: Cast, signed_in: SignsIn
) -> None:
    measure, goal = make_measure(cast.dora), make_goal(cast.dora)
    _clinic, cast.carla = elsewhere()  # type: ignore[misc]
    emil = signed_in("carla")
    assert measure.title not in emil.get(PAGE).content.decode()
    for end in ("", "aendern/"):
        assert emil.get(f"{PAGE}{measure.pk}/{end}").status_code == 404
    assert emil.post(f"{PAGE}{measure.pk}/aendern/", FIELDS).status_code == 404
    assert emil.post(f"{PAGE}{measure.pk}/stand/", {"state": "running"}).status_code == 404
    assert emil.post(f"{NEW}?stadt=duesseldorf", FIELDS).status_code == 404
    strange = FIELDS | {"need": "all", "goal": str(goal.pk)}
    assert emil.post(NEW, strange).status_code == 422
    measure.refresh_from_db()
    assert (measure.state, Measure.objects.count()) == ("planned", 1)


def test_nobody_else_plans_and_learns_of_no_measure(cast: Cast, signed_in: SignsIn) -> None:
    measure = make_measure(cast.dora)
    for address in (PAGE, NEW, f"{PAGE}{measure.pk}/", f"{PAGE}{uuid4()}/"):
        assert signed_in("anna").get(address).status_code == 403
    assert signed_in("anna").post(f"{PAGE}{measure.pk}/stand/").status_code == 403
