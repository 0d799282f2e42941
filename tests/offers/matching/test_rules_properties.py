"""What holds for every family and every catalogue."""

from dataclasses import fields, replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from offers.matching.rules import Because, Candidate, Match, NeedProfile, Result, match
from offers.vocabulary import Access, Capacity, Dimension, Setting
from tests.offers.matching.makers import TODAY

often = settings(max_examples=150)

needs = st.frozensets(st.sampled_from(["overload", "housing", "language", "bonding"]), max_size=4)
languages = st.lists(st.sampled_from(["de", "ar", "tr"]), unique=True, max_size=3).map(tuple)
boroughs = {"bilk": "03", "flehe": "03", "rath": "06"}
districts = st.sampled_from(list(boroughs))
days = st.one_of(st.none(), st.integers(-400, 400).map(lambda n: TODAY - timedelta(days=n)))
degrees = st.one_of(st.none(), st.floats(51.0, 51.4))

profiles = st.builds(
    NeedProfile,
    needs=needs,
    age_months=st.integers(-9, 216),
    municipality=st.just("duesseldorf"),
    on=st.just(TODAY),
    district_key=st.one_of(st.just(""), districts),
    borough_code=st.sampled_from(["03", "06", ""]),
    languages=languages,
    interpreting_needed=st.booleans(),
    latitude=degrees,
    longitude=degrees,
)


@st.composite
def candidates(draw: st.DrawFn) -> Candidate:
    start = draw(st.integers(-9, 200))
    return Candidate(
        id=draw(st.uuids()),
        name=draw(st.sampled_from(["A", "a", "B", "Ä"])),
        municipality=draw(st.sampled_from(["duesseldorf", "krefeld"])),
        dimension=draw(st.sampled_from([Dimension.UNIVERSAL, Dimension.SELECTIVE, ""])),
        needs=draw(needs),
        age_from_months=start,
        age_to_months=draw(st.integers(start, 216)),
        setting=draw(st.sampled_from([Setting.HOME, Setting.ONLINE, Setting.CLINIC, ""])),
        languages=draw(languages),
        interpreting=draw(st.booleans()),
        open_to_all_districts=draw(st.booleans()),
        catchment={key: boroughs[key] for key in draw(st.frozensets(districts))},
        access=draw(st.sampled_from(list(Access))),
        reachable=draw(st.booleans()),
        capacity=draw(st.sampled_from(list(Capacity))),
        waiting_weeks=draw(st.one_of(st.none(), st.integers(0, 60))),
        capacity_as_of=draw(days),
        checked_on=draw(days),
        valid_until=draw(days),
        status=draw(st.sampled_from(["published", "published", "quarantined", "withdrawn"])),
        latitude=draw(degrees),
        longitude=draw(degrees),
    )


catalogues = st.lists(candidates(), max_size=8, unique_by=lambda candidate: candidate.id)


def _matched(result: Result) -> set[object]:
    return {found.candidate.id for found in result.matches}


def _excluded(result: Result) -> set[object]:
    return {missed.candidate.id for missed in result.excluded}


@often
@given(profiles, catalogues)
def test_every_offer_ends_in_exactly_one_of_the_two_lists(
    profile: NeedProfile, catalogue: list[Candidate]
) -> None:
    result = match(profile, catalogue)

    assert len(result.matches) + len(result.excluded) == len(catalogue)
    assert _matched(result) | _excluded(result) == {candidate.id for candidate in catalogue}


@often
@given(profiles, catalogues, st.randoms())
def test_the_answer_does_not_depend_on_the_order_of_the_catalogue(
    profile: NeedProfile, catalogue: list[Candidate], random: object
) -> None:
    shuffled = list(catalogue)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert match(profile, shuffled) == match(profile, catalogue)


@often
@given(profiles, catalogues, needs)
def test_another_need_never_removes_a_match(
    profile: NeedProfile, catalogue: list[Candidate], more: frozenset[str]
) -> None:
    wider = replace(profile, needs=profile.needs | more)

    assert _matched(match(profile, catalogue)) <= _matched(match(wider, catalogue))


@often
@given(profiles, catalogues, st.integers(0, 30), st.integers(0, 30))
def test_a_wider_age_range_never_excludes(
    profile: NeedProfile, catalogue: list[Candidate], earlier: int, later: int
) -> None:
    wider = [
        replace(
            candidate,
            age_from_months=candidate.age_from_months - earlier,
            age_to_months=candidate.age_to_months + later,
        )
        for candidate in catalogue
    ]

    assert _matched(match(profile, catalogue)) <= _matched(match(profile, wider))


@often
@given(profiles, catalogues, languages)
def test_another_language_of_a_family_never_removes_a_match(
    profile: NeedProfile, catalogue: list[Candidate], more: tuple[str, ...]
) -> None:
    some = replace(profile, languages=profile.languages or ("tr",))
    added = tuple(language for language in more if language not in some.languages)

    fluent = replace(some, languages=some.languages + added)

    assert _matched(match(some, catalogue)) <= _matched(match(fluent, catalogue))


@often
@given(profiles, catalogues)
def test_opening_an_offer_to_the_whole_city_never_excludes_it(
    profile: NeedProfile, catalogue: list[Candidate]
) -> None:
    opened = [replace(candidate, open_to_all_districts=True) for candidate in catalogue]

    assert _matched(match(profile, catalogue)) <= _matched(match(profile, opened))


@often
@given(profiles, catalogues)
def test_a_place_that_becomes_free_today_never_excludes_and_never_moves_an_offer_down(
    profile: NeedProfile, catalogue: list[Candidate]
) -> None:
    before = match(profile, catalogue)
    for place, found in enumerate(before.matches):
        freed = replace(found.candidate, capacity="free", capacity_as_of=TODAY)
        others = [c for c in catalogue if c.id != freed.id]

        after = match(profile, [*others, freed]).matches

        assert [m.candidate.id for m in after].index(freed.id) <= place


@often
@given(profiles, catalogues)
def test_every_match_says_why_and_every_excluded_offer_says_why_not(
    profile: NeedProfile, catalogue: list[Candidate]
) -> None:
    result = match(profile, catalogue)

    assert all(missed.why_not for missed in result.excluded)
    for found in result.matches:
        codes = [reason.code for reason in found.reasons]
        assert Because.NEED_MET in codes or Because.FOR_EVERY_FAMILY in codes


@often
@given(profiles, catalogues)
def test_no_code_both_speaks_for_and_against(
    profile: NeedProfile, catalogue: list[Candidate]
) -> None:
    result = match(profile, catalogue)

    speaking = {r.code for m in result.matches for r in (*m.reasons, *m.uncertain)}
    assert not speaking & {r.code for m in result.excluded for r in m.why_not}


def test_no_number_that_could_be_read_as_a_score_leaves_the_module() -> None:
    assert [field.name for field in fields(Match)] == ["candidate", "reasons", "uncertain"]


def test_the_day_comes_from_outside() -> None:
    profile = NeedProfile(needs=frozenset(), age_months=0, municipality="x", on=date(1999, 1, 1))

    assert match(profile, []) == Result((), ())
