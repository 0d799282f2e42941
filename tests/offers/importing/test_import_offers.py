"""Our own CSV: rows become offers, people's words are kept, a second run changes nothing."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError

from lotsen.places.models import Municipality
from offers.models import Offer, OfferStatus, Provider
from tests.builders import NOON, make_city, make_organisation
from tests.offers.importing.conftest import Import

Catalogue = Callable[..., Path]
LINE = "a1;Elterncafé;Haus Probe;Ein Treff für alle.;0;36;Bockum"


@pytest.fixture(autouse=True)
def on_a_fixed_day() -> object:
    with time_machine.travel(NOON, tick=False):
        yield


def _ends(ends: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(end["status"], end["code"]) for end in ends]


def test_a_complete_line_is_published(
    krefeld: Municipality, import_offers: Import, catalogue: Catalogue
) -> None:
    extra = (
        "needs;languages;accessible;capacity;waiting_weeks;capacity_as_of;checked_on;valid_until"
        ";recipient"
    )
    office = make_organisation("buero", municipality=krefeld)
    more = ";isolation|overload;de,tr;ja;waiting_list;6;01.03.2026;2026-02-01;2026-12-31;buero"
    ends = import_offers(
        catalogue(LINE + more, extra=extra), "--city", "krefeld", "--source", "Test"
    )
    assert _ends(ends) == [("imported", "")]
    offer = Offer.objects.get(source="test", source_id="a1")
    assert offer.status == OfferStatus.PUBLISHED
    assert (offer.needs, offer.languages) == (["isolation", "overload"], ["de", "tr"])
    assert (offer.capacity, offer.waiting_weeks) == ("waiting_list", 6)
    assert (offer.capacity_as_of, offer.checked_on) == (date(2026, 3, 1), date(2026, 2, 1))
    assert (offer.valid_until, offer.accessible) == (date(2026, 12, 31), True)
    assert offer.recipient == office


def test_a_second_run_is_unchanged_and_touches_no_row(
    krefeld: Municipality, import_offers: Import, catalogue: Catalogue
) -> None:
    path = catalogue(LINE)
    import_offers(path, "--city", "krefeld")
    before = list(Offer.objects.values())
    with time_machine.travel(NOON.replace(day=9), tick=False):
        assert _ends(import_offers(path, "--city", "krefeld")) == [("unchanged", "")]
    assert list(Offer.objects.values()) == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("separator", [";", ","])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_comma_semicolon_mark_and_line_ends_make_no_difference(
    krefeld: Municipality, import_offers: Import, catalogue: Catalogue,
    encoding: str, separator: str, line_end: str,
) -> None:  # fmt: skip
    path = catalogue(LINE)
    text = path.read_text("utf-8").replace(";", separator).replace("\n", line_end)
    path.write_bytes(text.encode(encoding))
    assert _ends(import_offers(path, "--city", "krefeld")) == [("imported", "")]
    assert Offer.objects.get().name == "Elterncafé"


def test_a_change_in_the_file_updates_the_offer(
    krefeld: Municipality, import_offers: Import, catalogue: Catalogue
) -> None:
    import_offers(catalogue(LINE), "--city", "krefeld")
    ends = import_offers(catalogue(LINE.replace("Bockum", "alle")), "--city", "krefeld")
    assert _ends(ends) == [("updated", "")]
    offer = Offer.objects.get()
    assert offer.open_to_all_districts
    assert not offer.districts.exists()


def test_a_dry_run_reports_and_changes_nothing(
    krefeld: Municipality, import_offers: Import, catalogue: Catalogue
) -> None:
    ends = import_offers(catalogue(LINE), "--city", "krefeld", "--dry-run")
    assert _ends(ends) == [("imported", "")]
    assert not Offer.objects.exists()
    assert not Provider.objects.exists()


def test_a_report_that_cannot_be_written_undoes_the_import(
    krefeld: Municipality, import_offers: Import, catalogue: Catalogue, tmp_path: Path
) -> None:
    (tmp_path / "report.csv").mkdir()
    with pytest.raises(CommandError, match="Bericht"):
        import_offers(catalogue(LINE), "--city", "krefeld")
    assert not Offer.objects.exists()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("a1;Café;;Text.;0;36;Bockum", "provider_missing"),
        ("a1;Café;Haus;Text.;;36;Bockum", "age_range_missing"),
        ("a1;Café;Haus;;0;36;Bockum", "summary_missing"),
        ("a1;Café;Haus;Text.;0;36;", "district_unknown"),
        ("a1;Café;Haus;Text.;0;36;Atlantis", "district_unknown"),
        ("a1;Café;Haus;Text.;0;36;Bockum|Atlantis", "district_unknown"),
        ("a1;Café;Haus;Text.;0;36;Stadtmitte", "district_unknown"),
        ("a1;<script>x</script>Café;Haus;Text.;0;36;Bockum", "markup_in_text"),
        ("a1;Café;;;;;", "provider_missing"),
    ],
)
def test_an_incomplete_line_waits_in_quarantine(
    krefeld: Municipality, import_offers: Import, catalogue: Catalogue, line: str, code: str
) -> None:
    assert _ends(import_offers(catalogue(line), "--city", "krefeld")) == [("quarantined", code)]
    offer = Offer.objects.get()
    assert (offer.status, offer.quarantine_reason) == (OfferStatus.QUARANTINED, code)
    assert "<" not in offer.name
    ends = import_offers(catalogue(line), "--city", "krefeld")
    assert _ends(ends) == [("unchanged", code)]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (";Café;Haus;Text.;0;36;Bockum", "id_missing"),
        ("a1;;Haus;Text.;0;36;Bockum", "name_missing"),
        ("a1; ;Haus;Text.;0;36;Bockum", "name_missing"),
        ("a1;=cmd|'/c calc'!A0;Haus;Text.;0;36;Bockum", "formula_in_cell"),
        ("a1;Café;@SUM(A1);Text.;0;36;Bockum", "formula_in_cell"),
        ("a1;Café;Haus;Text.;36;0;Bockum", "age_range_reversed"),
        ("a1;Café;Haus;Text.;-10;36;Bockum", "not_a_number"),
        ("a1;Café;Haus;Text.;0;217;Bockum", "not_a_number"),
        ("a1;Café;Haus;Text.;null;36;Bockum", "not_a_number"),
        ("a1;Café;Haus;Text.;0;36", "column_count"),
        ("a1;Café;Haus;Text.;0;36;Bockum;mehr", "column_count"),
        (f"a1;{'x' * 201};Haus;Text.;0;36;Bockum", "too_long"),
    ],
)
def test_a_line_that_makes_no_sense_is_rejected_and_the_others_stay(
    krefeld: Municipality, import_offers: Import, catalogue: Catalogue, line: str, code: str
) -> None:
    ends = import_offers(catalogue(line, LINE.replace("a1", "good")), "--city", "krefeld")
    assert _ends(ends) == [("rejected", code), ("imported", "")]
    assert ends[0]["row"] == "2"
    assert len(ends[0]["message"]) > 20


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("needs", "overload|magic", "unknown_code"),
        ("languages", "de|klingon", "unknown_code"),
        ("setting", "home|clinic", "unknown_code"),
        ("capacity", "voll", "unknown_code"),
        ("accessible", "vielleicht", "not_yes_or_no"),
        ("waiting_weeks", "500", "not_a_number"),
        ("checked_on", "31.02.2026", "not_a_date"),
        ("checked_on", "2026-03-03", "date_in_future"),
        ("checked_days_ago", "-1", "not_a_number"),
        ("cost", "x" * 81, "too_long"),
        ("city", "Atlantis", "city_unknown"),
    ],
)
def test_a_value_that_fits_no_column_is_named(
    krefeld: Municipality, import_offers: Import, catalogue: Catalogue,
    column: str, cell: str, code: str,
) -> None:  # fmt: skip
    city = () if column == "city" else ("--city", "krefeld")
    ends = import_offers(catalogue(f"{LINE};{cell}", extra=column), *city)
    assert _ends(ends) == [("rejected", code)]


def test_a_row_named_twice_counts_once(
    krefeld: Municipality, import_offers: Import, catalogue: Catalogue
) -> None:
    ends = import_offers(catalogue(LINE, LINE), "--city", "krefeld")
    assert _ends(ends) == [("imported", ""), ("rejected", "duplicate_row")]
    assert "Zeile 2" in ends[1]["message"]


def test_relative_days_count_once_so_that_old_information_never_looks_fresh(
    krefeld: Municipality, import_offers: Import, catalogue: Catalogue
) -> None:
    path = catalogue(
        f"{LINE};free;10;20;30", extra="capacity;capacity_days_ago;checked_days_ago;valid_days"
    )
    import_offers(path, "--city", "krefeld")
    offer = Offer.objects.get()
    known = (offer.capacity_as_of, offer.checked_on, offer.valid_until)
    assert known == (date(2026, 2, 20), date(2026, 2, 10), date(2026, 4, 1))
    with time_machine.travel(NOON.replace(month=5), tick=False):
        assert _ends(import_offers(path, "--city", "krefeld")) == [("unchanged", "")]
    offer.refresh_from_db()
    assert (offer.capacity_as_of, offer.checked_on, offer.valid_until) == known


def test_what_people_confirmed_later_is_not_overwritten(
    krefeld: Municipality, import_offers: Import, catalogue: Catalogue
) -> None:
    extra = "capacity;capacity_as_of;checked_on"
    path = catalogue(f"{LINE};free;2026-02-01;2026-02-01", extra=extra)
    import_offers(path, "--city", "krefeld")
    Offer.objects.update(
        capacity="full", capacity_as_of=date(2026, 2, 20), checked_on=date(2026, 2, 20)
    )
    assert _ends(import_offers(path, "--city", "krefeld")) == [("unchanged", "")]
    assert Offer.objects.get().capacity == "full"
    newer = catalogue(f"{LINE};free;2026-03-01;2026-03-01", extra=extra)
    assert _ends(import_offers(newer, "--city", "krefeld")) == [("updated", "")]
    assert Offer.objects.get().capacity == "free"


def test_an_offer_completed_by_people_is_not_put_back_into_quarantine(
    krefeld: Municipality, import_offers: Import, catalogue: Catalogue
) -> None:
    path = catalogue("a1;Café;Haus;Text.;;;Bockum")
    import_offers(path, "--city", "krefeld")
    Offer.objects.update(status=OfferStatus.PUBLISHED, age_from_months=0, age_to_months=12)
    ends = import_offers(path, "--city", "krefeld")
    assert _ends(ends) == [("rejected", "age_range_missing")]
    offer = Offer.objects.get()
    assert (offer.status, offer.age_to_months) == (OfferStatus.PUBLISHED, 12)


def test_a_completed_line_leaves_quarantine(
    krefeld: Municipality, import_offers: Import, catalogue: Catalogue
) -> None:
    import_offers(catalogue(LINE.replace("Bockum", "")), "--city", "krefeld")
    assert _ends(import_offers(catalogue(LINE), "--city", "krefeld")) == [("updated", "")]
    offer = Offer.objects.get()
    assert (offer.status, offer.quarantine_reason) == (OfferStatus.PUBLISHED, "")


def test_what_was_withdrawn_stays_withdrawn(
    krefeld: Municipality, import_offers: Import, catalogue: Catalogue
) -> None:
    import_offers(catalogue(LINE), "--city", "krefeld")
    Offer.objects.update(status=OfferStatus.WITHDRAWN)
    import_offers(catalogue(LINE.replace("Treff", "Ort")), "--city", "krefeld")
    assert Offer.objects.get().status == OfferStatus.WITHDRAWN


def test_a_recipient_not_yet_there_is_a_hint_and_joins_at_the_next_import(
    krefeld: Municipality, import_offers: Import, catalogue: Catalogue
) -> None:
    path = catalogue(f"{LINE};buero", extra="recipient")
    assert _ends(import_offers(path, "--city", "krefeld")) == [("imported", "hint")]
    make_organisation("buero", municipality=krefeld)
    assert _ends(import_offers(path, "--city", "krefeld")) == [("updated", "")]
    assert Offer.objects.get().recipient is not None


def test_a_house_of_another_city_answers_no_handover(
    krefeld: Municipality, import_offers: Import, catalogue: Catalogue
) -> None:
    make_organisation("buero", municipality=make_city())
    import_offers(catalogue(f"{LINE};buero", extra="recipient"), "--city", "krefeld")
    assert Offer.objects.get().recipient is None


def test_a_provider_is_joined_to_its_house_and_not_taken_from_another_city(
    krefeld: Municipality, import_offers: Import, catalogue: Catalogue
) -> None:
    house = make_organisation("haus-probe", municipality=krefeld)
    Provider.objects.create(slug="fremd", name="Fremd", municipality=make_city())
    ends = import_offers(
        catalogue(f"{LINE};haus-probe", f"b{LINE};fremd", extra="provider_slug"),
        "--city",
        "krefeld",
    )
    assert _ends(ends) == [("imported", ""), ("rejected", "provider_elsewhere")]
    assert Offer.objects.get().provider.organisation == house


def test_contact_data_that_cannot_be_used_is_a_hint(
    krefeld: Municipality, import_offers: Import, catalogue: Catalogue
) -> None:
    path = catalogue(
        f"{LINE};4780;99;8;javascript:x;keine", extra="postal_code;latitude;longitude;website;email"
    )
    ends = import_offers(path, "--city", "krefeld")
    assert _ends(ends) == [("imported", "hint")]
    for word in ("Postleitzahl", "Koordinaten", "Internetadresse", "E-Mail"):
        assert word in ends[0]["message"]
