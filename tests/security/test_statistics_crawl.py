"""An attacker with the rights of the coordination collects every number and learns of no family.

Dora's browser follows every link and every choice of every form of statistics and planning, in all
formats, and asks the API by all dimensions. All that is read must follow from the frozen cells, or
be what is made unlike any number of families (tests.security.town); and what the cells tell is
given to the attacker of the freeze.
"""

import random
import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from lotsen.fence.standing import lifted
from referrals.cases.models import Case
from referrals.facts.models import Delta
from referrals.statistics import attacker, rules
from referrals.statistics.counting import Base
from referrals.statistics.cube import DIMENSIONS, NEEDS, Key
from referrals.web.planning.periods import Chosen
from referrals.web.planning.urls import urlpatterns
from tests.builders import make_case
from tests.conftest import Cast
from tests.referrals.statistics import stage
from tests.security.numbers_shown import read
from tests.security.quarters import count_quarter
from tests.security.stage import browser
from tests.security.town import QUARTERS, Town, cells_of, cubes_of, known, make_town
from tests.security.walking import BEGINS, Walk, questions

YEAR = "2025"
ANSWERS, AGAIN = 45, 8  # chosen by chance in one walk, and asked again when work has gone on
PARTS = "&".join(f"teile={code}" for code in ("sentences", "course", "needs", "way", "waits"))
FILES = {
    "csv": "text/csv", "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "pdf": "application/pdf",
}  # fmt: skip
# None of them tells how much there is, or that something has changed.
HEADERS = {
    "Content-Type", "Content-Length", "Content-Language", "Content-Disposition", "Allow",
    "X-Frame-Options", "Vary", "Cache-Control", "Content-Security-Policy", "Referrer-Policy",
    "X-Content-Type-Options", "Cross-Origin-Opener-Policy",
}  # fmt: skip
UNHEARD = (  # days, single people, houses, counts of rows
    "von=2025-07-01&bis=2025-07-07&since=2025-07-01&until=2025-07-08&letzte=7&days=7"
    "&lotsin=anna&person=anna&user=anna&assigned_to=anna&created_by=anna&fall=ABCD-EFGH-JKLM"
    "&haus=marienklinik&organisation=marienklinik&house=marienklinik&holder=marienklinik"
    "&page=2&seite=2&after=x&limit=1&count=1&total=1&debug=1&raw=1&exakt=1"
)
NO_PERIODS = ("2025-07-01", "2025Q3-2025Q4", "2025Q3,2025Q4", "2026Q1", "2024", "letzte7")


def test_nobody_learns_of_a_family_from_all_that_can_be_read(cast: Cast) -> None:
    town = make_town(cast, *QUARTERS)
    _walk_everywhere(town)
    _take_files_along(town)
    _ask_the_api(town)


def _walk_everywhere(town: Town) -> None:
    """All pages tell what follows from frozen cells, and the same while work goes on."""
    seed = random.randrange(10**6)  # noqa: S311  another part each time; the seed is told
    may_be, pages = known(town.releases), dict[str, str]()
    walk = Walk(town.dora, random.Random(seed), ANSWERS)  # noqa: S311

    for url, answer in walk:
        suspects = may_be.suspects(read(answer, town.names), beside=_percents(town, url))
        assert suspects == [], f"{url} (seed {seed})"
        assert set(answer.headers) <= HEADERS, url
        assert not _digits_of_its_name(answer), url
        if answer["Content-Type"].startswith("text/html"):
            pages[url] = _stands(answer)

    assert walk.refused <= {404, 422}
    assert len(pages) > len(BEGINS)
    _work_goes_on(town.cast)
    for url in random.Random(seed).sample(sorted(pages), AGAIN):  # noqa: S311
        assert _stands(town.dora.get(url)) == pages[url], f"{url} (seed {seed})"


def _take_files_along(town: Town) -> None:
    """Every kind of file tells what the pages tell."""
    may_be, report = known(town.releases), f"{reverse('report')}?zeitraum={YEAR}&gewaehlt=1&{PARTS}"
    for kind, content_type in FILES.items():
        url = f"{report}&als={kind}"
        answer = town.dora.get(url)
        numbers = read(answer, town.names)

        assert answer["Content-Type"].startswith(content_type)
        assert len(numbers.counts) > 20, kind
        assert may_be.suspects(numbers, beside=_percents(town, url)) == [], kind
        assert not _digits_of_its_name(answer)


def _percents(town: Town, url: str) -> set[str]:
    """The percentages of a document: its lines do not say which column is one, its table does."""
    if "als=pdf" not in url:
        return set()
    table = town.dora.get(url.replace("als=pdf", "als=csv"))
    return {number for number, _ in read(table, town.names).percents}


def _ask_the_api(town: Town) -> None:
    """What it tells are sums of the frozen cells; all of them together give nobody away."""
    for period in (*QUARTERS, YEAR):
        quarters = rules.quarters_of(period)
        cells = cubes_of(period, [town.releases[quarter] for quarter in quarters])
        shown: dict[str, dict[Key, int]] = {}
        for name, by, url in questions(period, all_of_them=period in {QUARTERS[-1], YEAR}):
            found = _asked(town.dora, url)
            assert found == cells[name].table(by), url
            shown[name] = found  # the last question asks by all dimensions
        if period in town.true:
            _attack(town.true[period], shown)


def _attack(base: Base, shown: dict[str, dict[Key, int]]) -> None:
    assert attacker.gate(base.true, base.own, shown) == []
    puzzle = attacker.puzzle(shown, holding=base.true)
    (lows, highs), counts = puzzle.ranges(), puzzle.counts(base.true)
    small = (counts > 0) & (counts < 5)

    assert small.sum() > 20
    assert (highs - lows)[small].min() >= 4
    assert ((lows <= counts) & (counts <= highs)).all()


def _live(_chosen: Chosen) -> str:
    """A mistake nobody should make, and that the second fence would stop on PostgreSQL."""
    with lifted("a test counts live on purpose"):
        return f"seit gestern {Case.objects.count()} Familien"


def test_one_true_number_among_all_is_noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: a page that counts live, and a cell that was not rounded."""
    quarter = QUARTERS[-1]
    town = make_town(cast, quarter)
    base, may_be = town.true[quarter], known(town.releases)
    url = f"{reverse('statistics')}?zeitraum={quarter}"
    before = town.dora.get(url)
    assert may_be.suspects(read(before, town.names)) == []

    monkeypatch.setattr(Chosen, "label", property(_live))
    after = town.dora.get(url)
    _work_goes_on(town.cast)

    assert {number for number, _ in may_be.suspects(read(after, town.names))} == {"1"}
    assert _stands(town.dora.get(url)) != _stands(after)
    shown = {name: dict(cells_of(town.releases[quarter], name)) for name in DIMENSIONS}
    key = next(key for key, count in base.true[NEEDS].items() if 0 < count < 5)
    shown[NEEDS][key] = base.true[NEEDS][key]
    assert "rule_broken:needs" in attacker.gate(base.true, base.own, shown)


def test_every_page_of_planning_is_walked() -> None:
    """Whoever adds a page adds it to the walk; what takes an id is reached by its list."""
    read_only = {
        pattern.name
        for pattern in urlpatterns
        if not pattern.pattern.converters and pattern.name not in {"births-file", "context-file"}
    }
    assert read_only == set(BEGINS)


def test_what_would_tell_of_single_families_is_not_heard(cast: Cast) -> None:
    """privacy.md, section 4, rule 8: no days, no persons, no houses, no count of rows."""
    stage.publish_year(cast.clinic.municipality, 2025)
    dora = browser(cast.dora)

    for name in BEGINS:
        plain, asked = dora.get(reverse(name)), dora.get(f"{reverse(name)}?{UNHEARD}")
        if asked.status_code == 200:
            # An address to share carries on what it was given; no number depends on it.
            told = _stands(asked).replace(f"{escape(UNHEARD)}&amp;", "")
            assert told == _stands(plain), name
        else:
            assert asked.status_code in {400, 404, 422}, name


@pytest.mark.parametrize("name", ["statistics", "gaps", "chain", "report", "method"])
def test_there_are_no_other_periods_than_frozen_quarters_and_years(cast: Cast, name: str) -> None:
    stage.publish_year(cast.clinic.municipality, 2025)
    dora = browser(cast.dora)

    for period in NO_PERIODS:
        assert dora.get(reverse(name), {"zeitraum": period}).status_code == 404, period


def _work_goes_on(cast: Cast) -> None:
    """Families of the quarter that is still open, and what is counted of them."""
    for _ in range(3):
        make_case(cast.clinic, cast.anna)
    count_quarter(cast.clinic.municipality, "2026Q1", families=30, seed=2)
    late = Delta.objects.filter(period="2026Q1").first()
    assert late is not None
    late.pk, late.period = None, QUARTERS[-1]
    late.save()  # written down late: it counts in the next quarter


def _asked(dora: Client, url: str) -> dict[Key, int]:
    answer = dora.get(url)
    assert set(answer.headers) <= HEADERS
    told = answer.json()
    assert set(told) == {
        "period", "municipality", "quarters", "frozen_at", "cube", "by", "results",
    }  # fmt: skip
    return {tuple(row[name] for name in told["by"]): row["count"] for row in told["results"]}


def _digits_of_its_name(answer: HttpResponse) -> list[str]:
    """Digits in the name of a file, but those of the period."""
    name = answer.get("Content-Disposition", "")
    return re.findall(r"\d+", re.sub(r"20\d\d(?:q[1-4])?", "", name))


def _stands(answer: HttpResponse) -> str:
    """A page without what is another each time: the marks of its forms, and its own address."""
    marks = r'name="(?:csrfmiddlewaretoken|next)" value="[^"]*"|"X-CSRFToken": "[^"]*"'
    return re.sub(marks, "", answer.content.decode())
