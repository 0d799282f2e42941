"""Tables of one's own choice: what is counted, by what, and beside what.

Funding bodies each ask for other tables, so none is built in. Only sums of published cells come
into them; what a period does not tell stays empty and is said so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from referrals.statistics import labels
from referrals.statistics.cube import CIRCUMSTANCES, FAMILIES, NEEDS
from referrals.statistics.figures import ALL, KEPT, SCREENED
from referrals.statistics.published import Published
from referrals.web.planning.panels import Cell, Panel
from referrals.web.planning.periods import period_label

PERIOD = "period"


@dataclass(frozen=True)
class Measure:
    """What is counted: cells of one cube with these codes, or a kind of circumstance."""

    cube: str
    label: str | Promise
    dimension: str = ""
    codes: tuple[str, ...] = ()  # none: all of them
    kind: str = ""  # of circumstances

    def told_by(self, told: Published) -> bool:
        """Whether the period tells it: with too few families or merged answers it does not."""
        cube = told.cube(self.cube)
        if not cube.cells:
            return False
        known = set(cube.codes(self.dimension)) if self.dimension else set()
        return not self.dimension or (
            ALL not in known - set(self.codes) and bool(known & set(self.codes))
        )


MEASURES: Mapping[str, Measure] = {
    "reached": Measure(
        FAMILIES, gettext_lazy("Families reached"), "step", (ALL, "not_kept", *KEPT)
    ),
    "asked": Measure(FAMILIES, labels.FIGURES["screened"], "step", SCREENED),
    "wished": Measure(FAMILIES, labels.STEPS["talk_wished"], "step", ("talk_wished",)),
    "declined": Measure(FAMILIES, labels.STEPS["talk_declined"], "step", ("talk_declined",)),
    "requested": Measure(FAMILIES, labels.STEPS["requested"], "step", ("requested",)),
    "accepted": Measure(FAMILIES, labels.STEPS["accepted"], "step", ("accepted",)),
    "rejected": Measure(FAMILIES, labels.STEPS["rejected"], "step", ("rejected",)),
    "arrived": Measure(FAMILIES, labels.STEPS["completed"], "step", ("completed",)),
    "wishes": Measure(NEEDS, gettext_lazy("Wishes")),
    "met": Measure(NEEDS, labels.ANSWERS["met"], "answer", ("met",)),
    "no_offer": Measure(NEEDS, labels.ANSWERS["no_offer"], "answer", ("no_offer",)),
    "no_place": Measure(NEEDS, labels.ANSWERS["no_place"], "answer", ("no_place",)),
    "unmet": Measure(
        NEEDS, labels.ANSWERS["unmet"], "answer", ("no_offer", "no_place", "unmet")
    ),
    **{
        code: Measure(CIRCUMSTANCES, labels.KINDS[kind], kind=kind)
        for code, kind in (
            ("interpreting", "interpreting"), ("why_nothing_fitted", "gap_reason"),
            ("why_rejected", "rejected"), ("why_failed", "failed"), ("why_waiting", "waiting"),
            ("answered", "answered"), ("first_contact", "first_contact"),
            ("outcomes", "completed"), ("why_closed", "closed"),
        )
    },
}  # fmt: skip

DIMENSIONS: Mapping[str, str | Promise] = {
    "need": gettext_lazy("Wish"),
    "life_phase": gettext_lazy("Phase of life"),
    "district": gettext_lazy("Place"),
    "house_kind": gettext_lazy("Kind of house"),
    "answer": gettext_lazy("What was found"),
    "circumstance": gettext_lazy("Reason, language or span"),
    PERIOD: gettext_lazy("Quarter"),
}
_OF: Mapping[str, tuple[str, ...]] = {
    FAMILIES: ("life_phase", "district", "house_kind", PERIOD),
    NEEDS: ("need", "answer", "life_phase", "district", PERIOD),
    CIRCUMSTANCES: ("circumstance", PERIOD),
}


def possible(measure: str) -> tuple[str, ...]:
    """By what a measure can be told."""
    return _OF[MEASURES[measure].cube]


@dataclass(frozen=True)
class Wanted:
    """A table as it was asked for; `columns` may be "" for a single column of numbers."""

    measure: str
    rows: str
    columns: str = ""

    @property
    def is_possible(self) -> bool:
        """Whether what is counted can be told by these dimensions."""
        allowed = possible(self.measure)
        return self.rows in allowed and (not self.columns or self.columns in allowed)


def build(wanted: Wanted, quarters: Sequence[Published], now: Published) -> Panel:
    """The table as a panel without a drawing.

    Args:
        quarters: what the dimension "quarter" runs through, oldest first.
    """
    measure = MEASURES[wanted.measure]
    by = tuple(name for name in (wanted.rows, wanted.columns) if name)
    through = quarters if PERIOD in by else [now]
    cells: dict[tuple[str, ...], int] = {}
    told = [period for period in through if measure.told_by(period)]
    for period in told:
        cells |= _counts(measure, by, period)
    names = _names(now)
    rows = _ordered({key[0] for key in cells}, wanted.rows, names)
    columns = _ordered({key[1] for key in cells}, wanted.columns, names) if wanted.columns else []
    head = (str(DIMENSIONS[wanted.rows]), *(_word(wanted.columns, code, names) for code in columns))
    return Panel(
        code=f"{wanted.measure}-{wanted.rows}-{wanted.columns or 'all'}".replace("_", "-"),
        title=_title(measure, by),
        note=period_label(now.period) if PERIOD not in by else "",
        remark="" if len(told) == len(through) else _not_told(some=bool(told)),
        head=(*head, _("Together")) if columns else (head[0], str(measure.label)),
        rows=tuple(_row(code, wanted, columns, cells, names) for code in rows),
        how="sums",
    )


def _not_told(*, some: bool) -> str:
    if some:
        return _("Some quarters do not tell it, because there were too few families.")
    return _("This period does not tell it, because there were too few families.")


def _title(measure: Measure, by: Sequence[str]) -> str:
    return _("%(measure)s by %(dimensions)s") % {
        "measure": measure.label,
        "dimensions": _(" and ").join(str(DIMENSIONS[name]) for name in by),
    }


def _counts(measure: Measure, by: Sequence[str], told: Published) -> dict[tuple[str, ...], int]:
    """The sums of one period, with the period put in where it is asked for."""
    cube = told.cube(measure.cube)
    where: dict[str, Sequence[str]] = {}
    if measure.codes:
        where = {measure.dimension: measure.codes}
    if measure.kind:
        of_kind = [c for c in cube.codes("circumstance") if c.startswith(f"{measure.kind}:")]
        where = {"circumstance": of_kind}
    table = cube.table([name for name in by if name != PERIOD], where)
    counts = {}
    for key, count in table.items():
        parts = iter(key)
        counts[tuple(told.period if name == PERIOD else next(parts) for name in by)] = count
    return counts


def _row(
    code: str,
    wanted: Wanted,
    columns: Sequence[str],
    cells: Mapping[tuple[str, ...], int],
    names: Mapping[str, str],
) -> tuple[Cell, ...]:
    word = _word(wanted.rows, code, names)
    if not columns:
        return (word, cells.get((code,)))
    values = [cells.get((code, column)) for column in columns]
    return (word, *values, sum(value for value in values if value))


def _names(told: Published) -> dict[str, str]:
    return {code: str(name) for code, name in labels.places(told.municipality).items()}


def _word(dimension: str, code: str, places: Mapping[str, str]) -> str:
    if dimension == PERIOD:
        return period_label(code)
    if dimension == "district":
        return places.get(code, code)
    return str(labels.word(dimension, code))


_ORDER: Mapping[str, Sequence[str]] = {
    "life_phase": list(labels.LIFE_PHASES),
    "need": list(labels.NEEDS),
    "house_kind": list(labels.HOUSE_KINDS),
    "answer": list(labels.ANSWERS),
}


def _ordered(codes: set[str], dimension: str, places: Mapping[str, str]) -> list[str]:
    """Codes as people expect them: by age, by the list of wishes, places and reasons by name."""
    order = {code: number for number, code in enumerate(_ORDER.get(dimension, ()))}

    def place(code: str) -> tuple[int, str]:
        is_rest = code in {"outside", "city"}
        word = code if dimension == PERIOD else _word(dimension, code, places)
        return order.get(code, len(order) + is_rest), word.casefold()

    return sorted(codes, key=place)
