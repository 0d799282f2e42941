"""What German prose says about ages, telephones and addresses."""

import pytest

from offers.importing import prose


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plätze für Kinder im Alter von  zwei Jahren bis zur Einschulung", (24, 82)),
        ("Plätze für Kinder von vier Monaten bis zum Schuleintritt ", (4, 82)),
        ("Kinder von 4 Monaten bis 6 Jahre", (4, 72)),
        ("Kinder von 2 bis 6 Jahren", (24, 72)),
        ("3-6 Jahre", (36, 72)),
        ("Kinder ab 2 Jahre", (24, None)),
        ("ab einem Jahr", (12, None)),
        ("von acht Wochen bis zwölf Monaten", (1, 12)),
        ("bis zu 3 Jahren", (None, 36)),
        ("bis zum Schuleintritt", (None, 82)),
        ("montags bis freitags 8 bis 12 Uhr", (None, None)),
        ("", (None, None)),
    ],
)
def test_ages_are_read_in_months(text: str, expected: tuple[int | None, int | None]) -> None:
    assert prose.ages(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 21 51 / 31 52 20", ("02151 315220", "")),
        ("02151 - 61 69 720", ("02151 6169720", "")),
        ("030 23125-117", ("030 23125-117", "")),
        ("02151/8233-00", ("02151 8233-00", "")),
        ("0163 5199040 oder 0163 5199093", ("0163 5199040 oder 0163 5199093", "")),
        ("0 21 51 / 15 27 (für Anmeldungen) ", ("02151 1527", "für Anmeldungen")),
        ("+49 (0)30 23125-100", ("+49 (0)30 23125-100", "")),
        ("nach Vereinbarung", ("", "nach Vereinbarung")),
        ("", ("", "")),
    ],
)
def test_telephone_numbers_are_readable_and_remarks_are_not_lost(
    text: str, expected: tuple[str, str]
) -> None:
    assert prose.telephone(text) == expected


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("a@x.example.org / b@x.example.org", ["a@x.example.org", "b@x.example.org"], []),
        ("a@x.example.org a(at)x.example.org", ["a@x.example.org"], []),
        ("info@großundklein.example.org", ["info@großundklein.example.org"], []),
        ("keine", [], ["keine"]),
        ("", [], []),
    ],
)
def test_several_addresses_in_one_cell_are_told_apart(
    text: str, good: list[str], bad: list[str]
) -> None:
    assert prose.email_addresses(text) == (good, bad)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("www.kita.example.org.", "https://www.kita.example.org"),
        ("kita.example.org/index.html", "https://kita.example.org/index.html"),
        ("HTTP://kita.example.org/", "HTTP://kita.example.org/"),
        (" ", ""),
        ("javascript:alert(1)", None),
        ("kein Internet", None),
        ("https://" + "x" * 200 + ".example.org", None),
    ],
)
def test_an_address_on_the_net_gets_a_scheme_or_is_none(text: str, expected: str | None) -> None:
    assert prose.web_address(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<b>fett</b>", " fett "),
        ("Kinder & Eltern", "Kinder & Eltern"),
        ("Kinder &amp; Eltern", "Kinder & Eltern"),
        ("Alter < 3", "Alter < 3"),
    ],
)
def test_markup_is_taken_out_and_plain_text_stays(text: str, expected: str) -> None:
    assert prose.without_markup(text) == expected
