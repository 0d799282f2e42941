"""What is told of published numbers: figures and codes, no sentences. Pure.

Every function reads a `Published` and nothing else about families; births and posts are handed
in. A sum of protected cells is a multiple of five; a percentage needs at least twenty, and a
comparison two periods of the same length.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from referrals.statistics.figures import (
    LEAST_FOR_PERCENT,
    Figure,
    came_back,
    compared,
    ended,
    kept,
    part,
    percent,
    require_comparable,
    screened,
    step,
    total_of,
)
from referrals.statistics.published import Published

MET, NO_OFFER, NO_PLACE, UNMET = "met", "no_offer", "no_place", "unmet"
ANY = "any"  # all reasons of a kind together, where there are too few to tell them apart
BANDS = ("up_to_2", "up_to_7", "up_to_14", "longer")  # referrals.facts.rules.Wait, in order


@dataclass(frozen=True)
class Need:
    """Wishes of one need group; `no_offer` and `no_place` are None where only both are known."""

    code: str
    wishes: int
    met: int
    unmet: int
    no_offer: int | None
    no_place: int | None
    percent: int | None  # unmet, of the wishes
    previous: int | None = None  # unmet in the period before


@dataclass(frozen=True)
class Waits:
    """How long it took, in bands of days; `median` is the band in which half had been reached."""

    bands: tuple[Figure, ...]
    total: int
    median: str  # "" for fewer than twenty
    previous_median: str = ""


@dataclass(frozen=True)
class Workload:
    """Families for each full-time post, beside the benchmark (GMK 2024, docs/domain.md)."""

    families: int | None
    posts: Decimal | None
    per_post: int | None
    benchmark_posts: Decimal | None  # 0.5 for 1,000 births a year


POSTS_PER_1000_BIRTHS = Decimal("0.5")


# Families and their way


def key_figures(now: Published, before: Published | None = None) -> list[Figure]:
    """The five of the overview: wished, arrived, first_answer, came_back, without_offer.

    `first_answer` has no value: its detail is the band of days in which the median lies, of all
    that were answered. The detail of `came_back` is the most frequent reason, with its kind.

    Raises:
        InvalidInput: the periods cannot be compared.
    """
    require_comparable(now, before)
    told = [_key_figures(now), _key_figures(before) if before else {}]
    return [compared(figure, told[1].get(code)) for code, figure in told[0].items()]


def _key_figures(told: Published) -> dict[str, Figure]:
    answered = waits(told, "answered")
    open_wishes, wishes = unmet(told), _needs_total(told)
    figures = (
        part("wished", step(told, "talk_wished"), screened(told)),
        part("arrived", step(told, "completed"), ended(told)),
        Figure("first_answer", None, of=answered.total, detail=answered.median),
        part("came_back", came_back(told), ended(told), detail=most_frequent_reason(told)),
        part("without_offer", open_wishes, wishes),
    )
    return {figure.code: figure for figure in figures}


def most_frequent_reason(told: Published) -> str:
    """Why most handovers came back, as "rejected:no_capacity"; "" where two are as frequent."""
    found = sorted(
        (
            (count, code)
            for (code,), count in told.circumstances.table(("circumstance",)).items()
            if code.startswith(("rejected:", "failed:")) and not code.endswith(f":{ANY}") and count
        ),
        reverse=True,
    )
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return ""
    return found[0][1]


def funnel(
    now: Published, before: Published | None = None, *, births: int | None = None
) -> list[Figure]:
    """From birth to arrival: births, screened, wished, declined, requested, accepted, arrived.

    Each is measured against what it follows from: screened against births, wished and declined
    against screened, accepted against requested, arrived against the handovers that ended.

    Args:
        births: of the period, as entered; None if they are not.

    Raises:
        InvalidInput: the periods cannot be compared.
    """
    require_comparable(now, before)
    old = {figure.code: figure for figure in _funnel(before, None)} if before else {}
    return [compared(figure, old.get(figure.code)) for figure in _funnel(now, births)]


def _funnel(told: Published, births: int | None) -> list[Figure]:
    seen, requested = screened(told), step(told, "requested")
    return [
        Figure("births", births, exact=True),
        part("screened", seen, births),
        part("wished", step(told, "talk_wished"), seen),
        part("declined", step(told, "talk_declined"), seen),
        Figure("requested", requested),
        part("accepted", step(told, "accepted"), requested),
        part("arrived", step(told, "completed"), ended(told)),
    ]


def series(periods: Sequence[Published], code: str) -> list[Figure]:
    """One step through periods of the same length, each beside the one before it in the list.

    Raises:
        InvalidInput: the periods cannot be compared.
    """
    figures: list[Figure] = []
    for number, told in enumerate(periods):
        require_comparable(periods[0], told)
        previous = figures[number - 1].value if number else None
        figures.append(Figure(told.period, step(told, code), previous=previous))
    return figures


# Needs


def needs_table(now: Published, before: Published | None = None) -> list[Need]:
    """Each need group, the most wished first.

    Raises:
        InvalidInput: the periods cannot be compared.
    """
    require_comparable(now, before)
    old = {row.code: row.unmet for row in needs_table(before)} if before else {}
    table = now.needs.table(("need", "answer"))
    rows = [_need(code, table, (code,), previous=old.get(code)) for code in now.needs.codes("need")]
    return sorted(rows, key=lambda row: (-row.wishes, row.code))


def unmet(told: Published) -> int | None:
    """Wishes that found nothing; None where a quarter does not tell its needs."""
    if not told.needs.cells or told.only_totals:
        return None
    return total_of(told.needs, "answer", (NO_OFFER, NO_PLACE, UNMET))


def _needs_total(told: Published) -> int | None:
    return told.needs.total() if told.needs.cells else None


def _need(
    code: str, table: Mapping[tuple[str, ...], int], key: tuple[str, ...], *, previous: int | None
) -> Need:
    met, merged = table.get((*key, MET), 0), table.get((*key, UNMET))
    no_offer, no_place = table.get((*key, NO_OFFER)), table.get((*key, NO_PLACE))
    missing = (no_offer or 0) + (no_place or 0) + (merged or 0)
    apart = merged is None
    return Need(
        code=code,
        wishes=met + missing,
        met=met,
        unmet=missing,
        no_offer=no_offer if apart else None,
        no_place=no_place if apart else None,
        percent=percent(missing, met + missing),
        previous=previous,
    )


# Circumstances


def circumstances(
    now: Published, kind: str, before: Published | None = None, *, of: int | None = None
) -> list[Figure]:
    """All of one kind, the most frequent first: "rejected", "failed", "closed", "waiting", …

    Args:
        of: what they are part of, if it is not their own sum.

    Raises:
        InvalidInput: the periods cannot be compared.
    """
    require_comparable(now, before)
    counts = _of_kind(now, kind)
    old = _of_kind(before, kind) if before else {}
    whole = sum(counts.values()) if of is None else of
    rows = [part(code, count, whole, previous=old.get(code)) for code, count in counts.items()]
    return sorted(rows, key=lambda row: (-(row.value or 0), row.code))


def languages(now: Published, before: Published | None = None) -> list[Figure]:
    """Families for whom somebody has to interpret, by language, of all whose notes are kept."""
    return circumstances(now, "interpreting", before, of=kept(now) or 0)


def answered_late(now: Published, before: Published | None = None) -> Figure:
    """Answers after the day the house had promised, of all answers."""
    require_comparable(now, before)
    return compared(_late(now), _late(before) if before else None)


def _late(told: Published) -> Figure:
    total = sum(_of_kind(told, "answered").values())
    return part("answered_late", _of_kind(told, "answered_late").get("yes"), total)


def waits(now: Published, kind: str, before: Published | None = None) -> Waits:
    """How long it took to the answer ("answered") or to the first talk ("first_contact").

    Raises:
        InvalidInput: the periods cannot be compared.
    """
    require_comparable(now, before)
    counts, old = _of_kind(now, kind), _of_kind(before, kind) if before else {}
    total = sum(counts.values())
    bands = tuple(
        part(band, counts[band], total, previous=old.get(band)) for band in BANDS if band in counts
    )
    return Waits(bands, total, _median(counts), _median(old))


def _median(counts: Mapping[str, int]) -> str:
    total, so_far = sum(counts.values()), 0
    for band in BANDS:
        so_far += counts.get(band, 0)
        if total >= LEAST_FOR_PERCENT and 2 * so_far >= total:
            return band
    return ""


def _of_kind(told: Published, kind: str) -> dict[str, int]:
    """Counts by the code behind "kind:"."""
    begins = f"{kind}:"
    table = told.circumstances.table(("circumstance",))
    return {
        code.removeprefix(begins): count
        for (code,), count in table.items()
        if code.startswith(begins)
    }


# Posts


def workload(
    now: Published, *, posts: Decimal | None, births_a_year: int | None = None
) -> Workload:
    """Families kept for each full-time post of the period, to the next multiple of five.

    Args:
        posts: full-time posts of navigators; None or 0: not entered.
        births_a_year: for the benchmark, whose measure is a year.
    """
    families = kept(now)
    per_post = None
    if families is not None and posts:
        per_post = int((families / posts / 5).quantize(Decimal(1), ROUND_HALF_UP)) * 5
    needed = None
    if births_a_year is not None:
        exact = POSTS_PER_1000_BIRTHS * births_a_year / 1000
        needed = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Workload(families, posts, per_post, needed)
