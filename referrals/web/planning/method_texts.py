"""How the numbers are made, in plain words: the texts of the method page and the method sheet."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from referrals.statistics import labels
from referrals.statistics.cube import BASE
from referrals.statistics.figures import LEAST_FOR_PERCENT
from referrals.statistics.published import Published
from referrals.statistics.rules import LAG
from referrals.web.planning.periods import next_freeze, period_label


@dataclass(frozen=True)
class Paragraph:
    """What a number links to: `anchor` on the method page."""

    anchor: str
    title: str
    texts: tuple[str, ...]
    points: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    anchor: str
    title: str
    paragraphs: tuple[Paragraph, ...]


def in_short() -> list[str]:
    """The method in five sentences."""
    return [
        _(
            "A number of families is never counted live: it is counted once, after the end of a "
            "quarter, and then stays as it is."
        ),
        _("Every number about families is a multiple of %(base)s; a 0 means “0 to 4”.")
        % {"base": BASE},
        _(
            "Nobody can tell a single family from these numbers, whatever is filtered, added up "
            "or put side by side."
        ),
        _("Sums are therefore only about right, and differences of %(base)s mean nothing.")
        % {"base": BASE},
        _("What is small is told more coarsely, or not at all. That is on purpose."),
    ]


def sections(told: Published | None) -> list[Section]:
    """All of it; `told` says how finely this period could be told."""
    return [
        Section("counted", _("What is counted"), _counted()),
        Section("protected", _("How families are protected"), (*_once(), *_coarse(told))),
        Section("limits", _("What these numbers cannot do"), _limits()),
    ]


def _counted() -> tuple[Paragraph, ...]:
    return (
        Paragraph("steps", _("Families and handovers"), (
            _(
                "A family is counted in the quarter in which a house spoke with it for the first "
                "time, also if it wanted nothing to be kept: then only this count remains. “Asked” "
                "means that the sheet was filled in with the family. “Support wished” means that "
                "the family wanted a talk about support."
            ),
            _(
                "Handovers are counted one by one, in the quarter in which something happened to "
                "them. A family may have several, or none. “Arrived” means that the house that "
                "took the handover reported that help came about. So the steps are not one group "
                "of families that gets smaller; they are what happened in this quarter."
            ),
        )),
        Paragraph("needs", _("Wishes and gaps"), (
            _(
                "A wish is counted for each of eight groups, for a family with several wishes "
                "several times. “No fitting offer” means that a navigator noted for this wish that "
                "nothing in the catalogue fitted. “No place free” means that a handover came back "
                "for want of a place. All other wishes are counted as “an offer was found”: it "
                "does not say that help has arrived."
            ),
        )),
        Paragraph("circumstances", _("Interpreting and other circumstances"), (
            _(
                "Interpreting is counted by the language of the family, where somebody has to "
                "interpret. Each circumstance is counted on its own: languages are never put "
                "beside wishes, ages or districts, so that nobody can be recognised by a rare "
                "combination."
            ),
        )),
        Paragraph("waits", _("Waiting times"), (
            _(
                "Days of the calendar, from the day of the handover to the answer and to the first "
                "talk of the house with the family, in four spans. “Middle case” is the span in "
                "which the middle one lies: one half was quicker or as quick, the other slower or "
                "as slow. Longest and shortest times are not told, because they would belong to "
                "one family."
            ),
        )),
        Paragraph("returns", _("Handovers that came back"), (
            _(
                "Handovers a house could not take, and those that it took and that did not come "
                "about later. The reason is the one the house chose."
            ),
        )),
        Paragraph("births", _("Births and posts"), (
            _(
                "The maternity clinics tell their births by month, the houses their full-time "
                "posts. These are no families' data and are not rounded. If a month is missing or "
                "stands out unconfirmed, there is no rate: a wrong one would not be seen. "
                "Recommended are 0.5 posts for 1,000 births a year (Conference of Health "
                "Ministers 2024)."
            ),
        )),
        Paragraph("catalogue", _("The catalogue"), (
            _(
                "Offers that are published today, and when their information was last confirmed. "
                "An offer that helps with several wishes is counted with each. These are facts "
                "about offers, not about families."
            ),
        )),
        Paragraph("voices", _("What families say"), (
            _(
                "Families answer without a name and without a link to their notes. Only how often "
                "each answer was chosen is counted. Whoever answers chooses to; so these are "
                "voices, not a measurement."
            ),
        )),
    )  # fmt: skip


def _once() -> tuple[Paragraph, ...]:
    quarter, day = next_freeze(localdate())
    return (
        Paragraph("frozen", _("Counted once"), (
            _(
                "A quarter is counted from %(lag)s days after its end on, so that what is written "
                "down late still counts. Then its numbers are frozen: they are the only ones, and "
                "they do not change, not even if a family is erased later. What is corrected after "
                "that counts in the quarter in which it is corrected. A year is the sum of its "
                "four quarters."
            ) % {"lag": LAG.days},
            _("Next comes: %(quarter)s, from %(day)s on.") % {
                "quarter": period_label(quarter), "day": date_format(day, "SHORT_DATE_FORMAT"),
            },
        )),
        Paragraph("rounded", _("Rounded to multiples of %(base)s") % {"base": BASE}, (
            _(
                "Each of the finest numbers is rounded up or down to the next multiple of "
                "%(base)s, by chance, but so that sums stay as close as possible. The chance is "
                "kept nowhere. All tables, charts, percentages and files are made from these "
                "rounded numbers, never from the true ones; those are not kept with the statistics."
            ) % {"base": BASE},
        )),
        Paragraph("zero", _("What 0 means"), (
            _(
                "“0 to 4”: there may have been nobody, or up to four families. In files a 0 stands "
                "for the same. It never says “there is no such thing here”."
            ),
            _(
                "Where several parts are added up (the whole city, a year, several needs), a 0 can "
                "stand for a few families more: some of each part."
            ),
        )),
        Paragraph("sums", _("Why sums differ"), (
            _(
                "Because each number is rounded for itself, the parts of a table need not add up "
                "to what another table says. A sum of many numbers may be some families beside the "
                "truth; a larger sum is more reliable than its parts."
            ),
        )),
        Paragraph("differences", _("When more is more"), (
            _(
                "Two numbers that differ by %(base)s may come from the same true number. So we say "
                "“about as many”, and no reason is called the most frequent that leads by no more "
                "than that."
            ) % {"base": BASE},
        )),
        Paragraph("percent", _("Percentages"), (
            _(
                "Only of a whole of %(least)s or more, and without decimals. They are computed "
                "from the rounded numbers."
            ) % {"least": LEAST_FOR_PERCENT},
        )),
    )  # fmt: skip


def _coarse(told: Published | None) -> tuple[Paragraph, ...]:
    levels = levels_of(told) if told else []
    so = [_("This period is told so: %(levels)s.") % {"levels": " · ".join(levels)}]
    return (
        Paragraph("coarse", _("Districts, ages, houses"), (
            _(
                "The fewer families a quarter has, the more coarsely it is told: boroughs instead "
                "of districts, fewer phases of life, all houses together. Fewer than three houses "
                "of a kind are never told apart."
            ),
            *(so if levels else []),
        )),
        Paragraph("few", _("Too few families"), (
            _(
                "Below 50 families in a quarter only one number is told: how many families were "
                "reached."
            ),
            _(
                "Before a quarter is published, a program tries to work back to single families "
                "from all its numbers, also with what a house knows of its own. If it finds any, "
                "the quarter is told more coarsely, or not published."
            ),
        )),
    )  # fmt: skip


def _limits() -> tuple[Paragraph, ...]:
    never = (
        _("Lists of cases, names, case codes, notes: nothing about a single family."),
        _("Periods of one's own choice, “the last seven days”, running counters."),
        _("Numbers of a single navigator, or of one house where fewer than three share its kind."),
        _("Languages, origins or strains by district or age; maps below the district."),
        _("Two versions of the same quarter. From their difference single families could be told."),
    )
    remains = _(
        "Only families who were met are counted; whoever never came to one of the houses is "
        "missing. A gap is noted only if somebody notes it. Numbers show where to look; why it is "
        "so is known by those who work there. And no method protects against everything: whoever "
        "knew all other families of a quarter exactly could still make guesses about the last one."
    )
    return (
        Paragraph("never", _("What is never shown"), (), never),
        Paragraph("remains", _("What remains"), (remains,)),
    )


def levels_of(told: Published) -> list[str]:
    """How finely this period could be told, in words; each once."""
    words = [
        str(labels.level(dimension, code))
        for levels in told.levels.values()
        for dimension, code in levels.items()
    ]
    return list(dict.fromkeys(words))
