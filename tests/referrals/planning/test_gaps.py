"""What the page of gaps says is the cube, told once: no more, no less, nothing else."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offers.vocabulary import NeedGroup
from referrals.planning import gaps
from referrals.planning.gaps import PHASES, UNMET, Choice, State
from referrals.statistics.cube import NEEDS, Cube, Key
from referrals.web.planning import gap_words

PLACES = ("borough:01", "borough:02", "duesseldorf-bilk", "city", "outside")
ANSWERS = ("met", *UNMET)
KEYS: st.SearchStrategy[Key] = st.tuples(
    st.sampled_from([str(group) for group in NeedGroup]),
    st.sampled_from(ANSWERS),
    st.sampled_from(PHASES),
    st.sampled_from(PLACES),
)
# Also what a year can be: quarters told at different levels, summed.
CUBES = st.dictionaries(KEYS, st.integers(0, 60).map(lambda n: n * 5), max_size=40).map(
    lambda cells: Cube(NEEDS, dict(cells))
)
CHOICES = st.builds(
    Choice,
    need=st.sampled_from(["", *NeedGroup]),
    phase=st.sampled_from(["", *PHASES]),
    place=st.sampled_from(["", *PLACES]),
)


def _cube(cells: Mapping[Key, int]) -> Cube:
    return Cube(NEEDS, cells)


def _unmet(cube: Cube, **where: str) -> int:
    asked = {name: (code,) for name, code in where.items() if code}
    return cube.table((), {**asked, "answer": UNMET}).get((), 0)


@given(cube=CUBES, place=st.sampled_from(["", *PLACES]))
def test_every_published_unmet_count_is_in_exactly_one_cell_of_the_matrix(
    cube: Cube, place: str
) -> None:
    matrix = gaps.matrix(cube, place)
    cells = {(cell.need, cell.phase): cell for cell in matrix.cells}
    assert len(cells) == len(matrix.cells) == len(matrix.rows) * len(matrix.phases)
    for (need, phase), cell in cells.items():
        assert cell.missing == _unmet(cube, need=need, life_phase=phase, district=place)
    assert sum(cell.missing for cell in cells.values()) == _unmet(cube, district=place)


@given(cube=CUBES, key=KEYS)
def test_one_count_more_is_seen_in_one_cell_alone(cube: Cube, key: Key) -> None:
    more = Cube(NEEDS, {**cube.cells, key: cube.cells.get(key, 0) + 5})
    was = {(cell.need, cell.phase): cell.split for cell in gaps.matrix(cube).cells}
    changed = [
        cell
        for cell in gaps.matrix(more).cells
        if cell.split != was.get((cell.need, cell.phase), gaps.Split())
    ]
    assert [(cell.need, cell.phase) for cell in changed] == [(key[0], key[2])]


@given(cube=CUBES, choice=CHOICES)
def test_places_and_reasons_add_up_to_what_is_missing(cube: Cube, choice: Choice) -> None:
    total = _unmet(cube, need=choice.need, life_phase=choice.phase)
    assert sum(place.missing for place in gaps.places(cube, choice)) == total
    split = gaps.split(cube, choice)
    here = {"need": choice.need, "life_phase": choice.phase, "district": choice.place}
    assert split.missing == split.no_offer + split.no_place + split.undivided
    assert split.missing == _unmet(cube, **here)
    assert split.wished == cube.table((), choice.where()).get((), 0)


@given(cube=CUBES)
def test_the_largest_gap_comes_first_everywhere(cube: Cube) -> None:
    matrix = gaps.matrix(cube)
    rows = [sum(cell.missing for cell in cells) for _need, cells in matrix.rows]
    assert rows == sorted(rows, reverse=True)
    places = [place.missing for place in gaps.places(cube, Choice())]
    assert places == sorted(places, reverse=True)
    most = max((cell.missing for cell in matrix.cells), default=0)
    assert (matrix.largest.missing if matrix.largest else 0) == most


@given(cube=CUBES)
def test_a_number_that_was_published_is_never_told_as_cannot_arise(cube: Cube) -> None:
    for cell in gaps.matrix(cube).cells:
        if cell.split.wished:
            assert cell.state in {State.MISSING, State.COVERED}
        else:
            assert cell.state in {State.FEW, State.CANNOT}


@pytest.mark.parametrize(
    ("met", "unmet", "phase", "state", "word"),
    [
        (20, 5, "first_year", State.MISSING, "5"),
        (20, 0, "first_year", State.COVERED, "gedeckt"),
        (0, 0, "first_year", State.FEW, "0 bis 4"),
        (0, 0, "school_on", State.CANNOT, ""),
        (0, 5, "school_on", State.MISSING, "5"),
        (5, 0, "school_on", State.COVERED, "gedeckt"),
    ],
)
def test_covered_few_and_cannot_arise_are_told_apart(
    met: int, unmet: int, phase: str, state: State, word: str
) -> None:
    need = NeedGroup.PREGNANCY_MIDWIFE
    cube = _cube({(need, "met", phase, "city"): met, (need, "unmet", phase, "city"): unmet})
    cell = gaps.matrix(cube).cells[0]
    assert cell.state == state
    if word:
        assert gap_words.missing(cell) == word


def test_of_two_gaps_alike_the_larger_share_is_named() -> None:
    cube = _cube(
        {
            ("child", "met", "first_year", "city"): 100,
            ("child", "unmet", "first_year", "city"): 40,
            ("health", "met", "pregnancy", "city"): 10,
            ("health", "unmet", "pregnancy", "city"): 40,
        }
    )
    largest = gaps.matrix(cube).largest
    assert largest is not None
    assert largest.need == "health"


@pytest.mark.parametrize(
    ("places", "told"),
    [(("city",), False), (("city", "outside"), False), (("city", "borough:01"), True), ((), False)],
)
def test_whether_places_are_told_apart_is_read_from_the_cube(
    places: tuple[str, ...], told: bool
) -> None:
    cube = _cube({("child", "met", "all", place): 5 for place in places})
    assert gaps.is_by_place(cube) is told


@pytest.mark.parametrize("phase", PHASES)
def test_every_phase_begins_a_sentence(phase: str) -> None:
    cube = _cube({("child", "met", phase, "city"): 60, ("child", "no_offer", phase, "city"): 40})
    told = gap_words.finding(gaps.matrix(cube).cells[0], Choice())
    assert "fanden 40 von 100 Familien" in told.sentence
    assert told.sentence[0].isupper()
    assert told.before + told.need + told.after == (
        "Am häufigsten fehlt Hilfe bei „Das Kind und das Elternsein“."
    )
    assert told.why == "40-mal gab es kein passendes Angebot, 0 bis 4-mal war kein Platz frei."


def test_where_the_reasons_were_put_together_none_is_claimed() -> None:
    cube = _cube({("child", "unmet", "all", "city"): 40})
    assert gap_words.finding(gaps.matrix(cube).cells[0], Choice()).why == ""
