"""The findings of the overview: published numbers in, panels with a sentence each out.

A sentence says no more than the numbers can carry: a lead of one step of rounding is none.
"""

from collections.abc import Callable, Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from referrals.statistics import figures, labels, reports
from referrals.statistics.figures import Figure
from referrals.statistics.published import Published
from referrals.web.planning import charts, wording
from referrals.web.planning.panels import Cell, Panel
from referrals.web.planning.periods import period_label, short_label

_IN_CHART = 10  # bars people still read; the table tells all

# How wishes and arrivals went, from the first quarter shown to the last.
_COURSE: Mapping[tuple[str, str], str | Promise] = {
    ("more", "more"): gettext_lazy("More families wish for support, and more handovers arrive"),
    ("more", "equal"): gettext_lazy(
        "More families wish for support, but about as many handovers arrive as before"
    ),
    ("more", "fewer"): gettext_lazy("More families wish for support, but fewer handovers arrive"),
    ("equal", "more"): gettext_lazy(
        "About as many families as before wish for support, and more handovers arrive"
    ),
    ("equal", "equal"): gettext_lazy(
        "About as many families as before wish for support, and about as many handovers arrive"
    ),
    ("equal", "fewer"): gettext_lazy(
        "About as many families as before wish for support, but fewer handovers arrive"
    ),
    ("fewer", "more"): gettext_lazy("Fewer families wish for support, and more handovers arrive"),
    ("fewer", "equal"): gettext_lazy(
        "Fewer families wish for support, and about as many handovers arrive as before"
    ),
    ("fewer", "fewer"): gettext_lazy("Fewer families wish for support, and fewer handovers arrive"),
}


def course(history: Sequence[Published]) -> Panel | None:
    """Families with a wish and handovers that arrived, quarter by quarter."""
    wished = [figure.value for figure in reports.series(history, "talk_wished")]
    arrived = [figure.value for figure in reports.series(history, "completed")]
    if not any(value is not None for value in (*wished, *arrived)):
        return None
    periods = [told.period for told in history]
    names = (_("with a wish"), _("arrived"))
    drawn = charts.line(
        [short_label(period) for period in periods],
        [charts.Series(names[0], wished), charts.Series(names[1], arrived)],
        shown=wording.count,
    )
    key = (wording.direction(wished), wording.direction(arrived))
    title = _COURSE.get(key) or _("%(wished)s families wish for support, %(arrived)s arrived") % {
        "wished": wording.count(wished[-1]), "arrived": wording.count(arrived[-1]),
    }  # fmt: skip
    return Panel(
        code="course",
        title=str(title),
        note=_("Families with a wish and handovers that arrived, by quarter: %(periods)s")
        % {"periods": wording.until(periods)},
        head=(_("Quarter"), _("Families with a wish"), _("Handovers that arrived")),
        rows=tuple(
            (period_label(period), *values)
            for period, *values in zip(periods, wished, arrived, strict=True)
        ),
        how="steps",
        line=drawn,
    )


def needs(now: Published, before: Published | None) -> Panel | None:
    """What families wish for, and how much of it found nothing."""
    table = reports.needs_table(now, before)
    if not table:
        return None
    apart = all(row.no_offer is not None for row in table)
    codes = ("met", "no_offer", "no_place") if apart else ("met", "unmet")
    names = [str(labels.ANSWERS[code]) for code in codes]
    rows = [(_need(row), [getattr(row, code) or 0 for code in codes]) for row in table]
    first = wording.leading([(row, row.wishes) for row in table])
    return Panel(
        code="needs",
        title=_("Wished for most: %(needs)s") % {"needs": wording.both(list(map(_need, first)))}
        if first
        else _("No wish stands out from the others"),
        note=_("Wishes, %(period)s; a family may have several.") % {"period": _of(now)},
        remark=_missing(table),
        head=(_("Wish"), _("Wishes"), *names, _("Found nothing, period before")),
        rows=tuple(
            (_need(row), row.wishes, *values, row.previous)
            for row, (_name, values) in zip(table, rows, strict=True)
        ),
        how="needs",
        bars=charts.stacked(names, rows, shown=wording.count, tones=(1, 3, 5)),
        of=_("Wish"),
    )


def _need(row: reports.Need) -> str:
    return str(labels.NEEDS.get(row.code, row.code))


def _missing(table: Sequence[reports.Need]) -> str:
    rows = sorted(table, key=lambda row: -row.unmet)
    first = wording.leading([(row, row.unmet) for row in rows])
    if not first:
        return ""
    if len(first) > 1:
        return _("What is missing most: %(needs)s.") % {
            "needs": wording.both(list(map(_need, first)))
        }
    return _("What is missing most: %(need)s. %(unmet)s of %(wishes)s wishes found nothing.") % {
        "need": _need(first[0]),
        "unmet": wording.count(first[0].unmet),
        "wishes": wording.count(first[0].wishes),
    }


def funnel(
    now: Published, before: Published | None, *, births: int | None, why_no_births: str
) -> Panel | None:
    """The way from birth to arrival."""
    way = [
        figure for figure in reports.funnel(now, before, births=births) if figure.value is not None
    ]
    if not any(figure.code == "arrived" for figure in way):
        return None
    arrived = next(figure for figure in way if figure.code == "arrived")
    share = wording.of_a_hundred(arrived.percent)
    return Panel(
        code="way",
        title=_("Of 100 handovers that ended, %(number)s arrived") % {"number": arrived.percent}
        if share
        else _("From the first question to help"),
        note=_(
            "%(period)s. Handovers are counted one by one; a family may have several. Out of 100: "
            "wished and not wished of those asked, accepted of those handed over, arrived of those "
            "that ended."
        )
        % {"period": _of(now)},
        remark=why_no_births,
        head=(_("Step"), _("Number"), _("Out of 100"), _("Period before")),
        rows=tuple((_figure(figure), *_measured(figure)) for figure in way),
        how="steps",
        bars=charts.bars(
            [(_figure(figure), figure.value or 0) for figure in way], shown=wording.count
        ),
        of=_("Step"),
        unit=_("Number"),
    )


def _figure(figure: Figure) -> str:
    return str(labels.FIGURES.get(figure.code, figure.code))


def _measured(figure: Figure) -> tuple[Cell, Cell, Cell]:
    """Number, share, and the period before."""
    share = "" if figure.percent is None else str(figure.percent)
    return figure.value, share, figure.previous


def interpreting(now: Published, before: Published | None) -> Panel | None:
    """For how many families somebody has to interpret, by language."""
    told = reports.languages(now, before)
    if not told:
        return None
    return Panel(
        code="languages",
        title=_interpreting_title(told),
        note=_("Families who need interpreting, %(period)s. Languages with 0 to 4 families stand "
               "in the table only.") % {"period": _of(now)},
        head=(_("Language"), _("Families"), _("Out of 100"), _("Period before")),
        rows=tuple((_language(row), *_measured(row)) for row in told),
        how="circumstances",
        bars=_counted(told, _language),
        of=_("Language"),
        unit=_("Families"),
    )  # fmt: skip


def _interpreting_title(told: Sequence[Figure]) -> str:
    if [row.code for row in told] == [reports.ANY]:
        return _("%(number)s families need interpreting") % {"number": wording.count(told[0].value)}
    first = wording.leading([(_language(row), row.value or 0) for row in told])
    if not first:
        return _("No language stands out where interpreting is needed")
    return _("Interpreting is needed most for %(languages)s") % {"languages": wording.both(first)}


def _language(row: Figure) -> str:
    return str(labels.circumstance(f"interpreting:{row.code}"))


def _counted(rows: Sequence[Figure], name: Callable[[Figure], str]) -> charts.Bars:
    seen = [(name(row), row.value) for row in rows if row.value][:_IN_CHART]
    return charts.bars(seen, shown=wording.count)


def waits(now: Published, before: Published | None) -> Panel | None:
    """How long it took until somebody answered, and until somebody talked with the family."""
    kinds = (
        (_("First answer"), reports.waits(now, "answered", before)),
        (_("First talk with the family"), reports.waits(now, "first_contact", before)),
    )
    told = [(name, wait) for name, wait in kinds if wait.bands]
    if not told:
        return None
    names = [str(labels.WAITS[band]) for band in reports.BANDS]
    rows = [(name, _by_band(wait)) for name, wait in told]
    median = told[0][1].median
    title = _("The %(first)s comes after %(band)s in the middle case")
    late = reports.answered_late(now, before)
    return Panel(
        code="waits",
        title=title % {"first": told[0][0], "band": _band(median)}
        if median
        else _("How long families wait"),
        note=_("Days from the handover, %(period)s.") % {"period": _of(now)},
        remark=_late(late, now.period),
        head=(_("What was waited for"), *names, _("Middle case")),
        rows=tuple(
            (name, *values, _band(wait.median))
            for (name, values), (_name, wait) in zip(rows, told, strict=True)
        ),
        how="waits",
        bars=charts.stacked(names, rows, shown=wording.count, tones=(2, 1, 5, 3)),
        of=_("What was waited for"),
    )


def _band(code: str) -> str:
    return str(labels.WAITS.get(code, wording.UNKNOWN))


def _by_band(wait: reports.Waits) -> list[int]:
    counts = {figure.code: figure.value or 0 for figure in wait.bands}
    return [counts.get(band, 0) for band in reports.BANDS]


def _late(late: Figure, period: str) -> str:
    if late.value is None:
        return ""
    told = _("Answers after the day that was promised: %(late)s of %(all)s.") % {
        "late": wording.count(late.value), "all": wording.count(late.of),
    }  # fmt: skip
    return f"{told} {wording.than_before(late, period)}".strip()


def returns(now: Published, before: Published | None) -> Panel | None:
    """Why handovers came back: those declined, and those that did not come about."""
    rows = _reasons(now, before)
    if not rows:
        return None
    total = figures.came_back(now)
    return Panel(
        code="returns",
        title=_returns_title(rows, total),
        note=_("Handovers that came back, %(period)s: %(total)s.")
        % {"period": _of(now), "total": wording.count(total)},
        head=(_("Reason"), _("Handovers"), _("Period before")),
        rows=tuple((name, row.value, row.previous) for name, row in rows),
        how="returns",
        bars=charts.bars(
            [(name, row.value) for name, row in rows if row.value][:_IN_CHART],
            shown=wording.count,
        ),
        of=_("Reason"),
        unit=_("Handovers"),
    )


def main_reason(now: Published) -> str:
    """The one reason that leads by more than rounding; "" where none does."""
    rows = [(name, row.value or 0) for name, row in _reasons(now, None) if row.code != reports.ANY]
    first = wording.leading(rows)
    return first[0] if len(first) == 1 else ""


def _reasons(now: Published, before: Published | None) -> list[tuple[str, Figure]]:
    both = {kind: reports.circumstances(now, kind, before) for kind in ("rejected", "failed")}
    rows = [(_reason(kind, row), row) for kind, told in both.items() for row in told]
    return sorted(rows, key=lambda each: -(each[1].value or 0))


def _returns_title(rows: Sequence[tuple[str, Figure]], total: int | None) -> str:
    if {row.code for _name, row in rows} == {reports.ANY}:
        return _("%(number)s handovers came back") % {"number": wording.count(total)}
    first = wording.leading([(name, row.value or 0) for name, row in rows])
    if not first:
        return _("No reason stands out why handovers came back")
    return _("Handovers come back mostly because: %(reasons)s") % {"reasons": wording.both(first)}


def _reason(kind: str, row: Figure) -> str:
    reason = str(labels.circumstance(f"{kind}:{row.code}"))
    return reason if kind == "rejected" else _("%(reason)s (later)") % {"reason": reason}


def _of(told: Published) -> str:
    return period_label(told.period)
