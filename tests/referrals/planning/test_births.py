"""Births and posts: what is known, what is missing, and what a file may say."""

from contextlib import suppress
from datetime import date
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from lotsen.audit.models import ChangeEntry
from lotsen.errors import InvalidInput, NotPermitted
from lotsen.importing import Ended, UnreadableFileError
from lotsen.places.models import Municipality
from referrals.planning import actions, births, rules
from referrals.planning.models import SiteMonth, Staffing
from referrals.planning.taking_over import take_over_births
from tests.builders import make_organisation
from tests.conftest import Cast
from tests.referrals.planning.stage import AT, YEAR, elsewhere, enter_year, written

JANUARY = date(2026, 1, 1)
MONTHS = st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(lambda day: day.replace(day=1))
GERMAN = (  # as one writes them in full
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
    "November", "Dezember",
)  # fmt: skip


@given(MONTHS)
def test_a_month_is_read_in_every_usual_spelling(month: date) -> None:
    name = GERMAN[month.month - 1]
    for written_so in (
        f"{month:%Y-%m}", f"{month:%m.%Y}", f"{month:%m/%Y}", f"{month.month}.{month.year}",
        f"{month:%Y-%m-%d}", f"{month:%d.%m.%Y}", f"{name} {month.year}", f"{name[:3]} {month:%y}",
        f"{name[:3]}. {month:%y}", f"{name[:3].upper()}-{month:%y}", f"  {month:%b %Y} ",
    ):  # fmt: skip
        assert rules.read_month(written_so) == month, written_so


@given(st.text(max_size=12))
def test_whatever_is_written_is_a_first_of_a_month_or_refused(text: str) -> None:
    with suppress(InvalidInput):
        assert rules.read_month(text).day == 1


@pytest.mark.parametrize(
    "text",
    ["", "2026", "13.2026", "00.2026", "15.01.2026", "01/01/2026", "46023", "Januer 2026", "1/26",
     "2026-13", "01.1926", "Jan", "１.2026"],
)  # fmt: skip
def test_what_names_no_month_is_not_guessed(text: str) -> None:
    with pytest.raises(InvalidInput):
        rules.read_month(text)


@given(st.lists(MONTHS, max_size=20))
def test_gaps_and_months_together_leave_nothing_out(months: list[date]) -> None:
    missing = rules.gaps(months)
    assert not set(missing) & set(months)
    whole = sorted({*months, *missing})
    assert all(rules.month_after(one) == two for one, two in pairwise(whole))


def test_a_digit_too_many_stands_out_and_a_quiet_month_does_not() -> None:
    usual = dict.fromkeys(YEAR, 210)
    assert rules.stands_out(JANUARY, usual | {JANUARY: 2100})
    assert rules.stands_out(JANUARY, usual | {JANUARY: 21})
    assert not rules.stands_out(JANUARY, usual | {JANUARY: 160})
    assert not rules.stands_out(JANUARY, dict.fromkeys(YEAR, 8) | {JANUARY: 20})
    assert not rules.stands_out(JANUARY, {JANUARY: 900, date(2026, 2, 1): 200})


def test_half_a_post_is_recommended_for_a_thousand_births_a_year() -> None:
    assert rules.recommended_posts(1000) == Decimal("0.50")
    assert rules.recommended_posts(2700) == Decimal("1.35")


def test_posts_are_averaged_by_days() -> None:
    half = [(date(2026, 1, 1), Decimal(1)), (date(2026, 2, 15), Decimal(3))]
    assert rules.average_posts(half, date(2026, 2, 1), date(2026, 2, 28)) == Decimal(2)
    assert rules.average_posts(half[1:], date(2026, 2, 1), date(2026, 2, 28)) is None
    assert rules.average_posts(half, date(2026, 3, 1), date(2026, 3, 31)) == Decimal(3)


def test_a_quarter_is_the_sum_of_all_clinics(cast: Cast) -> None:
    enter_year(cast)
    found = births.births_of(cast.clinic.municipality, "2026Q3")
    assert (found.value, found.reason, found.sites) == (1200, "", 2)


def test_one_missing_month_is_enough_for_no_number(cast: Cast) -> None:
    enter_year(cast)
    city = cast.clinic.municipality
    actions.enter_births(city, {(cast.clinic.pk, date(2026, 8, 1)): None}, actor=cast.dora, at=AT)
    found = births.births_of(city, "2026Q3")
    assert (found.value, found.reason) == (None, "months_missing")
    assert "08/2026" in births.why_not(found)
    assert cast.clinic.short_name in births.why_not(found)
    assert births.births_of(city, "2026Q2").value == 1200


def test_a_year_that_runs_has_no_number(cast: Cast) -> None:
    enter_year(cast)
    assert births.births_of(cast.clinic.municipality, "2026").reason == "months_missing"


def test_a_doubtful_month_gives_no_number_until_somebody_confirms_it(cast: Cast) -> None:
    enter_year(cast)
    city, key = cast.clinic.municipality, (cast.clinic.pk, date(2026, 8, 1))
    actions.enter_births(city, {key: 20}, actor=cast.dora, at=AT)
    found = births.births_of(city, "2026Q3")
    assert (found.value, found.reason) == (None, "months_doubtful")
    assert "08/2026" in births.why_not(found)
    actions.enter_births(city, {key: 20}, confirmed=[key], actor=cast.dora, at=AT)
    assert births.births_of(city, "2026Q3").value == 1020


def test_a_house_that_was_closed_owes_no_months_but_keeps_those_it_told(cast: Cast) -> None:
    enter_year(cast, months=YEAR[:8])
    cast.other_clinic.is_active = False
    cast.other_clinic.save()
    city = cast.clinic.municipality
    actions.enter_births(city, {(cast.clinic.pk, date(2026, 9, 1)): 210}, actor=cast.dora, at=AT)
    assert births.births_of(city, "2026Q3").value == 2 * 400 + 210


def test_a_city_without_a_clinic_says_so(db: None) -> None:
    city = Municipality.objects.create(slug="moers", name="Moers", ags="05170024")
    found = births.births_of(city, "2026Q3")
    assert (found.reason, found.value) == ("no_site", None)
    assert births.why_not(found)


def test_only_who_plans_for_the_city_enters_births(cast: Cast) -> None:
    _clinic, emil = elsewhere()
    for user in (cast.anna, emil):
        with pytest.raises(NotPermitted):
            actions.enter_births(
                cast.clinic.municipality, {(cast.clinic.pk, JANUARY): 200}, actor=user, at=AT
            )
        with pytest.raises(NotPermitted):
            actions.set_posts(cast.clinic, since=JANUARY, posts=Decimal(1), actor=user, at=AT)
    assert not SiteMonth.objects.exists()
    assert not Staffing.objects.exists()


def test_all_is_entered_or_nothing(cast: Cast) -> None:
    strange, _emil = elsewhere()
    city, good = cast.clinic.municipality, (cast.clinic.pk, JANUARY)
    for key, number, code in (
        ((strange.pk, JANUARY), 1, "site_unknown"),
        ((cast.office.pk, JANUARY), 1, "site_unknown"),
        ((cast.clinic.pk, date(2026, 11, 1)), 1, "month_not_over"),
        ((cast.clinic.pk, date(2026, 3, 2)), 1, "month_unreadable"),
        ((cast.clinic.pk, date(2026, 3, 1)), -1, "births_unreadable"),
        ((cast.clinic.pk, date(2026, 3, 1)), 1001, "births_unreadable"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            actions.enter_births(city, {good: 200, key: number}, actor=cast.dora, at=AT)
        assert refusal.value.code == code
    assert not SiteMonth.objects.exists()


def test_entering_the_same_again_changes_nothing(cast: Cast) -> None:
    city, key = cast.clinic.municipality, (cast.clinic.pk, JANUARY)
    assert actions.enter_births(city, {key: 200}, actor=cast.dora, at=AT) == 1
    assert actions.enter_births(city, {key: 200}, actor=cast.dora, at=AT) == 0
    assert actions.enter_births(city, {key: 201}, actor=cast.dora, at=AT) == 1
    changes = ChangeEntry.objects.filter(content_type__model="sitemonth")
    assert [entry.action for entry in changes.order_by("id")] == [
        ChangeEntry.Action.CREATE, ChangeEntry.Action.UPDATE,
    ]  # fmt: skip


def test_posts_hold_from_a_day_until_the_next(cast: Cast) -> None:
    for since, posts in ((date(2026, 1, 1), "0.5"), (date(2026, 7, 1), "1.25")):
        actions.set_posts(cast.clinic, since=since, posts=Decimal(posts), actor=cast.dora, at=AT)
    city = cast.clinic.municipality
    assert births.posts_in(city, "2026Q2") == Decimal("0.50")
    assert births.posts_in(city, "2026Q3") == Decimal("1.25")
    assert births.posts_in(city, "2025Q4") is None
    actions.set_posts(cast.clinic, since=date(2026, 7, 1), posts=None, actor=cast.dora, at=AT)
    assert births.posts_in(city, "2026Q3") == Decimal("0.50")


@pytest.mark.parametrize(
    ("since", "posts", "code"),
    [
        (date(2026, 1, 1), "-0.5", "posts_out_of_range"),
        (date(2026, 1, 1), "101", "posts_out_of_range"),
        (date(2028, 1, 1), "1", "day_too_far"),
        (date(1026, 1, 1), "1", "day_too_far"),
    ],
)
def test_nobody_has_such_posts(cast: Cast, since: date, posts: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        actions.set_posts(cast.clinic, since=since, posts=Decimal(posts), actor=cast.dora, at=AT)
    assert refusal.value.code == code


def test_posts_stand_beside_what_is_recommended(cast: Cast) -> None:
    enter_year(cast, months=[date(2025, 11, 1), date(2025, 12, 1), *YEAR])
    actions.set_posts(cast.clinic, since=date(2026, 1, 1), posts=Decimal(1), actor=cast.dora, at=AT)
    first, second = births.posts_now(cast.clinic.municipality, AT.date())
    assert (first.house, first.posts, first.births) == (cast.clinic, Decimal(1), 2400)
    assert first.recommended == Decimal("1.20")
    assert (second.posts, second.recommended) == (None, Decimal("1.20"))


# Files


def test_a_file_is_taken_whole(cast: Cast, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "\ufeffHaus;Monat;Geburten\nMarienklinik;Jan 26;200\nnordklinik;01.2026;180\n"
        "marienklinik;2026-02;190\n",
    )
    taken = take_over_births(path, cast.clinic.municipality, actor=cast.dora, at=AT)
    assert [end.status for end in taken.ends] == [Ended.CREATED] * 3
    assert taken.done
    assert SiteMonth.objects.get(organisation=cast.clinic, month=JANUARY).births == 200
    again = take_over_births(path, cast.clinic.municipality, actor=cast.dora, at=AT)
    assert {end.status for end in again.ends} == {Ended.UNCHANGED}


BAD_ROWS = [
    ("Marienklinik,2026-01,200,9", "column_count"),
    ("Marienklinik,2026-01", "column_count"),
    (",2026-01,200", "cell_missing"),
    ("Marienklinik,,200", "cell_missing"),
    ("Marienklinik,2026-01,", "cell_missing"),
    ("Marienkrankenhaus,2026-01,200", "site_unknown"),
    ("Klinik Krefeld,2026-01,200", "site_unknown"),
    ("familienbuero,2026-01,200", "site_unknown"),
    ("Marienklinik,2026-11,200", "month_not_over"),
    ("Marienklinik,2027-01,200", "month_not_over"),
    ("Marienklinik,Wonnemonat,200", "month_unreadable"),
    ("Marienklinik,46023,200", "month_is_serial"),
    ("Marienklinik,2026-01,-5", "births_unreadable"),
    ("Marienklinik,2026-01,99999", "births_unreadable"),
    ("Marienklinik,2026-01,12.5", "births_unreadable"),
    ("Marienklinik,2026-01,viele", "births_unreadable"),
    ('"=1+1",2026-01,200', "formula_in_cell"),
    ("Marienklinik,10.2026,200\nmarienklinik,Okt 26,210", "month_twice"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "code"), BAD_ROWS)
def test_one_row_that_does_not_fit_is_told_and_nothing_is_stored(
    cast: Cast, tmp_path: Path, rows: str, code: str
) -> None:
    elsewhere()
    path = written(tmp_path, f"site,month,births\nNordklinik,2026-01,180\n{rows}\n")
    taken = take_over_births(path, cast.clinic.municipality, actor=cast.dora, at=AT)
    assert not taken.done
    assert [end.code for end in taken.rejected] == [code]
    assert taken.rejected[0].row == rows.count("\n") + 3
    assert taken.rejected[0].message
    assert not SiteMonth.objects.exists()


def test_a_name_that_is_nearly_right_is_suggested(cast: Cast, tmp_path: Path) -> None:
    path = written(tmp_path, "site,month,births\nMarinklinik,2026-01,200\n")
    taken = take_over_births(path, cast.clinic.municipality, actor=cast.dora, at=AT)
    assert "Gemeint ist vielleicht: Marienklinik" in taken.rejected[0].message


def test_a_name_of_two_houses_is_not_guessed(cast: Cast, tmp_path: Path) -> None:
    make_organisation("marienklinik-zwei", name="Marienklinik")
    path = written(tmp_path, "site,month,births\nMarienklinik,2026-01,200\n")
    taken = take_over_births(path, cast.clinic.municipality, actor=cast.dora, at=AT)
    assert taken.rejected[0].code == "site_ambiguous"


def test_a_gap_and_a_number_that_stands_out_are_taken_and_told(cast: Cast, tmp_path: Path) -> None:
    rows = [f"Marienklinik,{m:%Y-%m},{200 if m.month != 9 else 21}" for m in YEAR if m.month != 5]
    path = written(tmp_path, "\n".join(["site,month,births", *rows]))
    taken = take_over_births(path, cast.clinic.municipality, actor=cast.dora, at=AT)
    assert taken.done
    assert "05.2026" in taken.hints[0]
    assert [end.code for end in taken.ends if end.code] == ["births_stand_out"]
    city = cast.clinic.municipality
    cast.other_clinic.is_active = False
    cast.other_clinic.save()
    reasons = {q: births.births_of(city, f"2026Q{q}").reason for q in (1, 2, 3)}
    assert reasons == {1: "", 2: "months_missing", 3: "months_doubtful"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "ist leer"),
        (b"\xef\xbb\xbf", "ist leer"),
        (b"site,month,births\n", "keine Zeilen"),
        ("site,month,births\nMörsklinik,2026-01,1\n".encode("latin-1"), "UTF-8"),
        (b"PK\x03\x04\x00", "keine Textdatei"),
        (b"site,month\nMarienklinik,2026-01\n", "Es fehlt: births"),
        (b"site,haus,month,births\nA,B,2026-01,1\n", "Doppelt: site"),
        (b"klinik,anzahl\nA,1\n", "Unbekannt: anzahl"),
        (b'site,month,births\n"A,2026-01,1\n', "Anführungszeichen"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(
    cast: Cast, tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "datei.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError) as refusal:
        take_over_births(path, cast.clinic.municipality, actor=cast.dora, at=AT)
    assert said in str(refusal.value)


def test_whoever_plans_elsewhere_takes_no_file_over(cast: Cast, tmp_path: Path) -> None:
    _clinic, emil = elsewhere()
    path = written(tmp_path, "site,month,births\nMarienklinik,2026-01,200\n")
    with pytest.raises(NotPermitted):
        take_over_births(path, cast.clinic.municipality, actor=emil, at=AT)
    assert not SiteMonth.objects.exists()


@time_machine.travel(AT)
def test_the_command_says_what_it_did(cast: Cast, tmp_path: Path) -> None:
    path = written(tmp_path, "site,month,births\nMarienklinik,2026-01,200\n")
    report, out = tmp_path / "bericht.csv", StringIO()
    call_command("import_births", path, "--dry-run", stdout=out)
    assert "1 neu angelegt" in out.getvalue()
    assert "Probelauf" in out.getvalue()
    assert not SiteMonth.objects.exists()
    call_command("import_births", path, "--report", str(report), stdout=StringIO())
    assert report.read_text("utf-8").splitlines()[1] == "2,created,,"
    assert SiteMonth.objects.get().entered_by is None


@time_machine.travel(AT)
def test_the_command_fails_when_a_row_does_not_fit(cast: Cast, tmp_path: Path) -> None:
    path = written(tmp_path, "site,month,births\nMarienklinik,2026-01,200\nX,2026-01,1\n")
    with pytest.raises(CommandError, match="Zeile 3: nicht übernommen") as refusal:
        call_command("import_births", path, "--report", str(tmp_path / "b.csv"), stdout=StringIO())
    assert "Nichts wurde übernommen" in str(refusal.value)
    assert "site_unknown" in (tmp_path / "b.csv").read_text("utf-8")
    assert not SiteMonth.objects.exists()


def test_with_several_cities_the_command_asks_which(cast: Cast, tmp_path: Path) -> None:
    elsewhere()
    path = written(tmp_path, "site,month,births\nMarienklinik,2026-01,200\n")
    with pytest.raises(CommandError, match="--city"):
        call_command("import_births", path, stdout=StringIO())
    call_command("import_births", path, "--city", "duesseldorf", stdout=StringIO())
    assert SiteMonth.objects.count() == 1
